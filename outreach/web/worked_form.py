"""What an address asks of what worked: period, level, model, end, and whose journeys; a form and its chips."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.report import Period
from outreach.tracker.credit.journeys import Asked
from outreach.tracker.credit.models import MODELS
from outreach.tracker.credit.naming import LEVELS
from outreach.tracker.credit.worked import ENDS, Wanted
from outreach.tracker.lexicon import lexicon
from outreach.web import fields, periods
from outreach.web.fields import Choices, FieldShown
from outreach.web.mention_filter import Chip

LEVEL, MODEL = "channel", "linear"
_LANGUAGES = ("lv", "ltg", "ru", "en", "de")
_NARROWING = ("country", "campaign", "municipality", "language")


@dataclass(frozen=True)
class WorkedFilter:
    """The form."""

    period: str = ""
    end: str = ENDS[0]
    level: str = LEVEL
    model: str = MODEL
    country: str = ""
    campaign: str = ""
    municipality: str = ""
    language: str = ""


@dataclass(frozen=True)
class Shown:
    """The filter of an address, in force. `kept` are the arguments that ask for the same again."""

    fields: tuple[FieldShown, ...]
    chips: tuple[Chip, ...]
    period: Period
    asked: Asked
    wanted: Wanted
    kept: Mapping[str, str]

    @property
    def narrowed(self) -> bool:
        """Whether only some of the period's journeys are asked for."""
        return any(name in self.kept for name in _NARROWING)


def read(
    args: MultiDict[str, str],
    t: Words,
    today: date,
    zone: ZoneInfo,
    link_days: int,
    campaigns: Choices,
    municipalities: tuple[str, ...],
) -> Shown:
    """What does not fit is shown beside its field and left out of the question."""
    this = Period.of_year(today.year, zone).name
    sent = MultiDict([(name, value.strip()) for name, value in args.items(multi=True) if value.strip()])
    usual = {"period": this, "end": ENDS[0], "level": LEVEL, "model": MODEL}
    for name, value in usual.items():
        sent.setdefault(name, value)
    choices = _choices(t, today, zone, sent["period"], campaigns, municipalities)
    filled = fields.read(WorkedFilter, sent, t, "worked.filter", choices=choices)
    form = filled.value
    if form is None:
        wrong = {one.name for one in filled.errors}
        rest = {name: usual.get(name, "") if name in wrong else sent.get(name, "") for name in choices}
        form = WorkedFilter(**rest)
    period = periods.read(form.period, zone)
    asked = Asked(
        period.first, period.last, zone, link_days, form.country or None, int(form.campaign) if form.campaign else None,
        form.municipality or None, form.language or None,
    )  # fmt: skip
    kept = {name: value for name in choices if (value := getattr(form, name)) and value != usual.get(name)}
    chips = []
    for name in _NARROWING:
        if name in kept:
            label = dict(choices[name])[kept[name]]
            chips.append(
                Chip(name, kept[name], t("mentions.chip.named", name=t(f"worked.filter.{name}"), value=label))
            )
    return Shown(filled.fields, tuple(chips), period, asked, Wanted(form.level, form.model, form.end), kept)


def _choices(
    t: Words, today: date, zone: ZoneInfo, period: str, campaigns: Choices, municipalities: tuple[str, ...]
) -> dict[str, Choices]:
    any_of = ("", t("mentions.filter.any"))
    offered = periods.offered(t, today, zone, period)
    try:
        periods.read(period, zone)
    except OutreachError:
        offered = periods.offered(t, today, zone)
    countries = sorted(((code, t.country(code)) for code in lexicon().names("countries")), key=lambda one: one[1])
    return {
        "period": offered,
        "end": [(name, t(f"worked.end.{name}")) for name in ENDS],
        "level": [(name, t(f"worked.level.{name}")) for name in LEVELS],
        "model": [(name, t(f"worked.model.{name}")) for name in MODELS],
        "country": [any_of, *countries],
        "campaign": [any_of, *campaigns],
        "municipality": [any_of, *((name, name) for name in municipalities)],
        "language": [any_of, *((name, t(f"mentions.language.{name}")) for name in _LANGUAGES)],
    }
