"""What an address asks of the list of mentions: its form, its chips, and the question it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from outreach.core.clock import day_bounds, local_day
from outreach.core.text import Words
from outreach.web import fields
from outreach.web.fields import Choices, FieldShown, told
from outreach.web.mention_choices import Offered
from scrapers import seeking
from scrapers.fulltext import words_of
from scrapers.models import OWNERS, SENSES, TIERS, TONES
from scrapers.wanting import DESKS, NOBODY, STANDINGS, Wanted
from scrapers.watch.places import Gazetteer

VIEWS = ("inbox", "all", "starred", "mine", "ambiguous")
PERIODS = ("24h", "7", "30", "90", "365", "all")
_USUAL = "30"
_LANGUAGES = ("lv", "ltg", "ru", "en", "de")
# Beyond so many days a bar a day says nothing any more.
_MOST_DAYS = 92
# What a view means until the address says otherwise: time, standing, and how it stands with the reader.
_PRESET = {
    "inbox": (_USUAL, "inbox", "open"),
    "all": (_USUAL, "counted", ""),
    "starred": ("all", "all", "starred"),
    "mine": ("all", "all", ""),
    "ambiguous": (_USUAL, "open", ""),
}
# The tabs above the list choose these; the filter's own form does not show them.
_TABS = frozenset({"view", "sense", "fold"})
# What a partner is not told of: the office's own hands.
_OFFICE = frozenset({"mark", "assigned", "tag", "campaign", "topic"})
_NOBODY = "nobody"


@dataclass(frozen=True)
class Filter:
    """The form; a day given for the beginning or the end goes before the period."""

    q: str = field(default="", metadata=told(max=200))
    view: str = "all"
    period: str = _USUAL
    since: date | None = None
    until: date | None = None
    standing: str = "counted"
    sense: str = ""
    topic: str = ""
    tone: str = ""
    place: str = ""
    tier: str = ""
    outlet: str = ""
    language: str = ""
    owner: str = ""
    mark: str = ""
    assigned: str = ""
    tag: str = ""
    campaign: str = ""
    fold: bool = False


@dataclass(frozen=True)
class Reader:
    """Who asks: the account's number (0: a partner, who has no desk), since when, and the one place it may see."""

    id: int = 0
    since: datetime | None = None
    only_place: str | None = None


@dataclass(frozen=True)
class Chip:
    """One part of a filter that is in force; the page's link takes it away."""

    name: str
    value: str
    label: str


@dataclass(frozen=True)
class Asked:
    """The filter of an address: as a form, as chips, as a question, and as the plain pairs of an address."""

    form: Filter
    shown: tuple[FieldShown, ...]
    chips: tuple[Chip, ...]
    wanted: Wanted
    pairs: tuple[tuple[str, str], ...]
    days: tuple[date, ...]  # the local days of the period, where they are few enough to be drawn

    def but(self, **changed: str) -> dict[str, str]:
        """The address's pairs with some changed; an empty value takes one away."""
        return {name: value for name, value in ({**dict(self.pairs), **changed}).items() if value}


def read(
    args: MultiDict[str, str], t: Words, zone: ZoneInfo, now: datetime, offered: Offered, places: Path, reader: Reader
) -> Asked:
    """What does not fit is shown beside its field and left out of the question."""
    choices = _choices(t, offered, places)
    sent = MultiDict(
        [
            (name, value)
            for name, value in args.items(multi=True)
            if value and (reader.id or name not in _OFFICE | {"view"})
        ]
    )
    pairs = tuple((name, value) for name, value in sent.items() if name in Filter.__dataclass_fields__)
    # The plain address is the inbox; one that asks for something means all of it, done with or not.
    sent.setdefault("view", "all" if not reader.id or {name for name, _ in pairs} - {"fold", "period"} else "inbox")
    period, standing, _ = _PRESET.get(sent["view"], _PRESET["all"])
    sent.setdefault("period", period)
    # Who asks for one sense means all of it: those that are watched but not counted would else never show.
    is_one = sent.get("sense", "return") != "return" and standing in {"counted", "inbox"}
    sent.setdefault("standing", "all" if is_one else standing)
    filled = fields.read(Filter, sent, t, "mentions.filter", choices=choices, zone=zone)
    form, shown = filled.value, filled.fields
    if form is None:
        wrong = {one.name for one in filled.errors}
        kept = MultiDict([(name, value) for name, value in sent.items(multi=True) if name not in wrong])
        form = fields.read(Filter, kept, t, "mentions.filter", choices=choices, zone=zone).value or Filter()
    elif words_of(form.q) and not seeking.sought(form.q):
        shown = filled.with_error("q", t("mentions.search.only_without")).fields
    hidden = _TABS if reader.id else _TABS | _OFFICE
    shown = tuple(one for one in shown if one.name not in hidden and (reader.only_place is None or one.name != "place"))
    wanted = _wanted(form, zone, now, offered, reader)
    return Asked(form, shown, _chips(form, sent, t, choices), wanted, pairs, _days(wanted, zone, now))


def _wanted(form: Filter, zone: ZoneInfo, now: datetime, offered: Offered, reader: Reader) -> Wanted:
    since = until = None
    if form.since is not None or form.until is not None:
        since = day_bounds(form.since, zone)[0] if form.since else None
        until = day_bounds(form.until, zone)[1] if form.until else None
    elif form.period and form.period != "all":
        since = now - (timedelta(hours=24) if form.period == "24h" else timedelta(days=int(form.period)))
    sources = None
    if form.outlet or form.tier or form.owner:
        sources = tuple(
            one.id
            for one in offered.outlets
            if (not form.outlet or str(one.id) == form.outlet)
            and (not form.tier or one.tier == form.tier)
            and (not form.owner or one.owner == form.owner)
        )
    assigned = reader.id if form.view == "mine" else 0
    if form.assigned:
        assigned = NOBODY if form.assigned == _NOBODY else int(form.assigned)
    return Wanted(
        since=since,
        until=until,
        sources=sources,
        language=form.language,
        sense=form.sense or ("ambiguous" if form.view == "ambiguous" else ""),
        place=form.place,
        standing=form.standing,
        words=form.q,
        only_place=reader.only_place,
        topic=int(form.topic or 0),
        campaign=int(form.campaign or 0),
        tag=form.tag,
        tone=form.tone,
        assigned=assigned,
        desk=(form.mark or _PRESET[form.view][2]) if reader.id else "",
        reader=reader.id,
        reads_from=reader.since,
    )


def _choices(t: Words, offered: Offered, places: Path) -> dict[str, Choices]:
    any_of = ("", t("mentions.filter.any"))
    return {
        "view": [(name, t(f"mentions.view.{name}")) for name in VIEWS],
        "period": [(name, t(f"mentions.period.{name}")) for name in PERIODS],
        "standing": [(name, t(f"mentions.standing.{name}")) for name in STANDINGS],
        "sense": [any_of, *((name, t(f"watch.sense.{name}")) for name in SENSES)],
        "topic": [any_of, *((str(number), name) for number, name in offered.topics)],
        "tone": [any_of, *((name, t(f"mentions.tone.{name}")) for name in TONES)],
        "place": [any_of, *((name, name) for name in place_names(places))],
        "tier": [any_of, *((name, t(f"scrapers.tier.{name}")) for name in TIERS)],
        "outlet": [any_of, *((str(one.id), one.name) for one in offered.outlets)],
        "language": [any_of, *((name, t(f"mentions.language.{name}")) for name in _LANGUAGES)],
        "owner": [any_of, *((name, t(f"mentions.owner.{name}")) for name in OWNERS)],
        "mark": [any_of, *((name, t(f"mentions.mark.{name}")) for name in DESKS)],
        "assigned": [
            any_of,
            (_NOBODY, t("mentions.assigned.nobody")),
            *((str(number), name) for number, name in offered.people),
        ],
        "tag": [any_of, *((name, name) for name in offered.tags)],
        "campaign": [any_of, *((str(number), name) for number, name in offered.campaigns)],
    }


@cache
def place_names(places: Path) -> tuple[str, ...]:
    """What the filter offers: municipalities first, then towns."""
    found = [place for place in Gazetteer(places).places if place.level in {1, 2}]
    return tuple(dict.fromkeys(place.name for place in sorted(found, key=lambda one: one.level)))


def _chips(form: Filter, sent: MultiDict[str, str], t: Words, choices: Mapping[str, Choices]) -> tuple[Chip, ...]:
    chips = []
    dated = form.since is not None or form.until is not None
    period, standing, _ = _PRESET[form.view]
    for name in Filter.__dataclass_fields__:
        value = getattr(form, name)
        if not value or name in _TABS or (name == "period" and (value == period or dated)):
            continue
        if name == "standing" and (value == standing or (value == "all" and form.sense)):
            continue
        if isinstance(value, date):
            label = t(f"mentions.chip.{name}", day=t.day(value))
        elif name == "q":
            label = t("mentions.chip.q", words=value)
        elif name in {"period", "place", "outlet"}:
            label = dict(choices[name])[value]
        else:
            label = t("mentions.chip.named", name=t(f"mentions.filter.{name}"), value=dict(choices[name])[value])
        chips.append(Chip(name, sent.get(name, ""), label))
    return tuple(chips)


def _days(wanted: Wanted, zone: ZoneInfo, now: datetime) -> tuple[date, ...]:
    if wanted.since is None:
        return ()
    first, last = local_day(wanted.since, zone), local_day(now, zone)
    if wanted.until is not None:
        last = min(last, local_day(wanted.until - timedelta(seconds=1), zone))
    count = (last - first).days + 1
    return tuple(first + timedelta(days=n) for n in range(count)) if 2 <= count <= _MOST_DAYS else ()
