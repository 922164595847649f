"""A series on a form: its fields, the plan they make, and a rule in words."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.queries import ChannelSeen
from campaigns.timing import rules
from campaigns.timing.rules import KINDS, Wanted
from campaigns.timing.series import MOST, Plan
from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.web import fields

TEXTS = "series.form"
ENDS = ("never", "until", "times")
_NTH = ("1", "2", "3", "4", "-1")
# Whose clocks the office plans by, besides its own.
ZONES = ("Europe/London", "Europe/Berlin", "Europe/Oslo")


@dataclass(frozen=True)
class SeriesForm:
    """How often a post comes again; which of the fields count, `kind` and `end` say."""

    starts_on: date
    hour: str = field(metadata=fields.told("time", max=5))
    channels: tuple[str, ...]
    kind: str = field(default="weekly", metadata=fields.told("radio"))
    every: int = field(default=1, metadata=fields.told(low=1, high=52))
    weekdays: tuple[str, ...] = ()
    day: int = field(default=1, metadata=fields.told(low=1, high=31))
    nth: str = "1"
    weekday: str = "1"
    typed: str = field(default="", metadata=fields.told(max=300))
    end: str = field(default="never", metadata=fields.told("radio"))
    until: date | None = None
    times: int | None = field(default=None, metadata=fields.told(low=1, high=MOST))
    zone: str = ""
    skips_off: bool = False


def choices(
    t: Words, channels: list[ChannelSeen], office: ZoneInfo, readers: ZoneInfo | None
) -> dict[str, fields.Choices]:
    """What the fields offer; among the clocks that of the post's `readers`."""
    zones = dict.fromkeys((*([readers.key] if readers is not None else []), *ZONES))
    weekdays = [(str(day), t(f"series.weekday.{day}")) for day in range(1, 8)]
    return {
        "kind": [(kind, t(f"series.kind.{kind}")) for kind in KINDS],
        "weekdays": weekdays,
        "weekday": weekdays,
        "nth": [(nth, t(f"series.nth.{nth.replace('-1', 'last')}")) for nth in _NTH],
        "end": [(end, t(f"series.end.{end}")) for end in ENDS],
        "zone": [("", clock(t, None))] + [(zone, clock(t, zone)) for zone in zones if zone != office.key],
        "channels": [
            (
                str(one.channel_id),
                t("series.form.channel_paused", channel=one.name) if one.paused else one.name,
            )
            for one in channels
        ],
    }


def first(today: date, zone: ZoneInfo | None, channels: list[ChannelSeen]) -> SeriesForm:
    """The form before anybody has said anything: the same weekday from next week on, in the readers' own time."""
    begins = today + timedelta(days=7)
    return SeriesForm(
        starts_on=begins,
        hour="18:00",
        channels=tuple(str(one.channel_id) for one in channels[:1]),
        weekdays=(str(begins.isoweekday()),),
        weekday=str(begins.isoweekday()),
        day=begins.day,
        zone=zone.key if zone is not None else "",
    )


def plan_of(told: SeriesForm) -> Plan:
    """The plan that a form says.

    Raises OutreachError `series.rule.*`, `series.hour`, `series.until`, `series.times` or `series.channels`: which
    field it belongs to says `field_of`.
    """
    try:
        hour = time.fromisoformat(told.hour)
    except ValueError as error:
        raise OutreachError("series.hour") from error
    if not told.channels:
        raise OutreachError("series.channels")
    if told.end == "until" and (told.until is None or told.until < told.starts_on):
        raise OutreachError("series.until")
    if told.end == "times" and told.times is None:
        raise OutreachError("series.times")
    wanted = Wanted(
        kind=told.kind,
        every=told.every,
        weekdays=tuple(int(day) for day in told.weekdays),
        day=told.day,
        nth=int(told.nth),
        weekday=int(told.weekday),
        typed=told.typed,
        until=told.until if told.end == "until" else None,
        times=told.times if told.end == "times" else None,
        skips_off=told.skips_off,
    )
    zone = ZoneInfo(told.zone) if told.zone else None
    return Plan(rules.rule_of(wanted), told.starts_on, hour, zone, tuple(int(one) for one in told.channels))


def field_of(error: OutreachError, kind: str) -> str:
    """The field beside which an error stands."""
    named = {
        "series.hour": "hour", "series.channels": "channels", "series.until": "until", "series.times": "times",
        "series.rule.weekdays": "weekdays", "series.rule.end": "end", "series.rule.start": "starts_on",
    }  # fmt: skip
    if error.key.startswith("series.rule.") and kind == "typed":
        return "typed"
    return named.get(error.key, "kind")


def clock(t: Words, zone: str | None) -> str:
    """Whose clocks an hour is one of."""
    if zone is None:
        return t("series.clock.office")
    city = zone.rpartition("/")[2]
    key = f"series.clock.{city.lower()}"
    return t(key) if t.knows(key) else t("series.clock.other", city=city.replace("_", " "))


def told(t: Words, rule: str) -> str:
    """A rule in words, its end with it."""
    wanted = rules.read_back(rule)
    said = t(f"series.told.{wanted.kind}", rule=wanted.typed, **_parts(t, wanted))
    if wanted.until is not None:
        said = t("series.told.until", said=said, day=t.day(wanted.until))
    elif wanted.times is not None:
        said = t("series.told.times", said=said, count=wanted.times)
    return t("series.told.off", said=said) if wanted.skips_off else said


def _parts(t: Words, wanted: Wanted) -> dict[str, object]:
    unit = "series.told.weeks" if wanted.kind == "weekly" else "series.told.months"
    return {
        "often": t(unit, count=wanted.every),
        "days": ", ".join(t(f"series.on.{day}") for day in wanted.weekdays),
        "day": wanted.day,
        "nth": t(f"series.nth.{str(wanted.nth).replace('-1', 'last')}").lower(),
        "weekday": t(f"series.weekday.{wanted.weekday}").lower(),
    }
