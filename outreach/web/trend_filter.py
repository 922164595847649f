"""What an address asks of the trends: period, step, topic, sense, tier, language; a form, its chips, a question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from outreach.core.text import Words
from outreach.web import fields
from outreach.web.fields import Choices, FieldShown
from outreach.web.mention_filter import Chip
from scrapers.models import SENSES, TIERS
from scrapers.trends import MOST_DAYS, Asked, Names

PERIODS = ("30", "90", "180", "365")
_USUAL = "90"
_LANGUAGES = ("lv", "ltg", "ru", "en", "de")
# A bar a day says something up to here; beyond it, and from the second on by itself, weeks are told.
_MOST_BARS, _USUAL_BARS = 92, 31


@dataclass(frozen=True)
class TrendFilter:
    """The form; a day given for the beginning or the end goes before the period."""

    period: str = _USUAL
    since: date | None = None
    until: date | None = None
    by: str = ""
    topic: str = ""
    sense: str = ""
    tier: str = ""
    language: str = ""


@dataclass(frozen=True)
class Shown:
    """The filter of an address. `cut` is set where the period was longer than is read at once: its last part is told.

    `mentions` are the arguments that ask the list of mentions for the same.
    """

    fields: tuple[FieldShown, ...]
    chips: tuple[Chip, ...]
    asked: Asked
    weekly: bool
    cut: bool
    mentions: Mapping[str, Any]


def read(args: MultiDict[str, str], t: Words, today: date, known: Names, only_place: str | None) -> Shown:
    """What does not fit is shown beside its field and left out of the question."""
    choices = _choices(t, known)
    sent = MultiDict([(name, value) for name, value in args.items(multi=True) if value])
    if only_place is not None:
        sent.poplist("topic")  # the office's own
    sent.setdefault("period", _USUAL)
    filled = fields.read(TrendFilter, sent, t, "trends.filter", choices=choices)
    form = filled.value
    if form is None:
        wrong = {one.name for one in filled.errors}
        kept = MultiDict([(name, value) for name, value in sent.items(multi=True) if name not in wrong])
        form = fields.read(TrendFilter, kept, t, "trends.filter", choices=choices).value or TrendFilter()
    first, last, cut = _days(form, today)
    asked = Asked(
        first, last, form.sense, form.language, form.tier, int(form.topic) if form.topic else None, only_place
    )
    length = len(asked.days)
    weekly = length > _MOST_BARS or (form.by != "day" and (form.by == "week" or length > _USUAL_BARS))
    narrowed = {name: getattr(form, name) for name in ("topic", "sense", "tier", "language") if getattr(form, name)}
    return Shown(
        fields=tuple(one for one in filled.fields if only_place is None or one.name != "topic"),
        chips=_chips(form, sent, t, choices),
        asked=asked,
        weekly=weekly,
        cut=cut,
        mentions={"since": first.isoformat(), "until": last.isoformat(), **narrowed},
    )


def _days(form: TrendFilter, today: date) -> tuple[date, date, bool]:
    length = int(form.period or _USUAL)
    last = min(form.until or today, today)
    first = form.since or last - timedelta(days=length - 1)
    if first > last:
        first, last = last, min(first, today)
    earliest = last - timedelta(days=MOST_DAYS - 1)
    return max(first, earliest), last, first < earliest


def _choices(t: Words, known: Names) -> dict[str, Choices]:
    any_of = ("", t("mentions.filter.any"))
    return {
        "period": [(name, t("trends.period", count=int(name))) for name in PERIODS],
        "by": [("", t("trends.by.fitting")), *((name, t(f"trends.by.{name}")) for name in ("day", "week"))],
        "topic": [any_of, *((str(number), name) for number, name in known.topics)],
        "sense": [("", t("trends.sense.counted")), *((name, t(f"watch.sense.{name}")) for name in SENSES)],
        "tier": [any_of, *((name, t(f"scrapers.tier.{name}")) for name in TIERS)],
        "language": [any_of, *((name, t(f"mentions.language.{name}")) for name in _LANGUAGES)],
    }


def _chips(
    form: TrendFilter, sent: MultiDict[str, str], t: Words, choices: Mapping[str, Choices]
) -> tuple[Chip, ...]:
    chips = []
    dated = form.since is not None or form.until is not None
    for name in TrendFilter.__dataclass_fields__:
        value = getattr(form, name)
        if not value or name == "by" or (name == "period" and (value == _USUAL or dated)):
            continue
        if isinstance(value, date):
            label = t(f"mentions.chip.{name}", day=t.day(value))
        elif name == "period":
            label = dict(choices[name])[value]
        else:
            label = t("mentions.chip.named", name=t(f"trends.filter.{name}"), value=dict(choices[name])[value])
        chips.append(Chip(name, sent.get(name, ""), label))
    return tuple(chips)
