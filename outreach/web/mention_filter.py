"""What an address asks of the list of mentions: its form, its chips, and the question it comes to."""

from collections.abc import Mapping, Sequence
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
from scrapers.listing import STANDINGS, Outlet, Wanted
from scrapers.models import OWNERS, SENSES, TIERS
from scrapers.watch.places import Gazetteer

PERIODS = ("24h", "7", "30", "90", "365", "all")
_USUAL = "30"
_LANGUAGES = ("lv", "ltg", "ru", "en")
# Beyond so many days a bar a day says nothing any more.
_MOST_DAYS = 92


@dataclass(frozen=True)
class Filter:
    """The form; a day given for the beginning or the end goes before the period."""

    q: str = field(default="", metadata=told(max=200))
    period: str = _USUAL
    since: date | None = None
    until: date | None = None
    standing: str = "counted"
    sense: str = ""
    place: str = ""
    tier: str = ""
    outlet: str = ""
    language: str = ""
    owner: str = ""


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


def read(
    args: MultiDict[str, str],
    t: Words,
    zone: ZoneInfo,
    now: datetime,
    outlets: Sequence[Outlet],
    places: Path,
    only_place: str | None,
) -> Asked:
    """What does not fit is shown beside its field and left out of the question."""
    choices = _choices(t, outlets, places)
    sent = MultiDict([(name, value) for name, value in args.items(multi=True) if value])
    sent.setdefault("period", _USUAL)
    # Who asks for one sense means all of it: those that are watched but not counted would else never show.
    sent.setdefault("standing", "counted" if args.get("sense", "return") in {"", "return"} else "all")
    filled = fields.read(Filter, sent, t, "mentions.filter", choices=choices, zone=zone)
    form = filled.value
    if form is None:
        wrong = {one.name for one in filled.errors}
        kept = MultiDict([(name, value) for name, value in sent.items(multi=True) if name not in wrong])
        form = fields.read(Filter, kept, t, "mentions.filter", choices=choices, zone=zone).value or Filter()
    shown = tuple(one for one in filled.fields if only_place is None or one.name != "place")
    wanted = _wanted(form, zone, now, outlets, only_place)
    pairs = tuple((name, value) for name, value in sent.items() if name in Filter.__dataclass_fields__)
    return Asked(form, shown, _chips(form, sent, t, choices), wanted, pairs, _days(wanted, zone, now))


def _wanted(
    form: Filter, zone: ZoneInfo, now: datetime, outlets: Sequence[Outlet], only_place: str | None
) -> Wanted:
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
            for one in outlets
            if (not form.outlet or str(one.id) == form.outlet)
            and (not form.tier or one.tier == form.tier)
            and (not form.owner or one.owner == form.owner)
        )
    return Wanted(
        since=since,
        until=until,
        sources=sources,
        language=form.language,
        sense=form.sense,
        place=form.place,
        standing=form.standing,
        words=form.q,
        only_place=only_place,
    )


def _choices(t: Words, outlets: Sequence[Outlet], places: Path) -> dict[str, Choices]:
    any_of = ("", t("mentions.filter.any"))
    return {
        "period": [(name, t(f"mentions.period.{name}")) for name in PERIODS],
        "standing": [(name, t(f"mentions.standing.{name}")) for name in STANDINGS],
        "sense": [any_of, *((name, t(f"watch.sense.{name}")) for name in SENSES)],
        "place": [any_of, *((name, name) for name in place_names(places))],
        "tier": [any_of, *((name, t(f"scrapers.tier.{name}")) for name in TIERS)],
        "outlet": [any_of, *((str(one.id), one.name) for one in outlets)],
        "language": [any_of, *((name, t(f"mentions.language.{name}")) for name in _LANGUAGES)],
        "owner": [any_of, *((name, t(f"mentions.owner.{name}")) for name in OWNERS)],
    }


@cache
def place_names(places: Path) -> tuple[str, ...]:
    """What the filter offers: municipalities first, then towns."""
    found = [place for place in Gazetteer(places).places if place.level in {1, 2}]
    return tuple(dict.fromkeys(place.name for place in sorted(found, key=lambda one: one.level)))


def _chips(
    form: Filter, sent: MultiDict[str, str], t: Words, choices: Mapping[str, Choices]
) -> tuple[Chip, ...]:
    chips = []
    dated = form.since is not None or form.until is not None
    for name in Filter.__dataclass_fields__:
        value = getattr(form, name)
        if not value or (name == "period" and (value == _USUAL or dated)):
            continue
        if name == "standing" and value == "counted":
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
