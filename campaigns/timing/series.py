"""The days on which a post comes again, from a rule (RFC 5545's RRULE, of days alone), and the hour on each: pure.

A rule says days and never hours: the hour is one of a wall. `X-OFF=SKIP` is the one part of our own: days off are left
out, as quiet days always are.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr  # type: ignore[import-untyped]

from campaigns.moments import Moment
from campaigns.timing import walls
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError

MOST = 366  # occurrences of one series
LONGEST = timedelta(days=3 * 366)
AHEAD = timedelta(weeks=12)  # how far a series without an end is made
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SKIPS_OFF = "X-OFF=SKIP"
LAST_WORKING = ("FREQ=MONTHLY", "BYDAY=MO,TU,WE,TH,FR", "BYSETPOS=-1")

_FIRST_YEAR, _LAST_YEAR = 2001, 2095
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_BYDAY = r"(?:[+-]?[1-9][0-9]?)?(?:MO|TU|WE|TH|FR|SA|SU)"
_NUMBER = r"[+-]?[1-9][0-9]{0,2}"
_PARTS = {
    "FREQ": r"[A-Z]+",
    "INTERVAL": r"[1-9][0-9]{0,2}",
    "COUNT": r"[1-9][0-9]{0,4}",
    "UNTIL": r"[0-9]{8}(?:T[0-9]{6}Z?)?",
    "BYDAY": rf"{_BYDAY}(?:,{_BYDAY})*",
    "BYMONTHDAY": rf"{_NUMBER}(?:,{_NUMBER})*",
    "BYMONTH": r"(?:0?[1-9]|1[0-2])(?:,(?:0?[1-9]|1[0-2]))*",
    "BYSETPOS": rf"{_NUMBER}(?:,{_NUMBER})*",
    "WKST": r"(?:MO|TU|WE|TH|FR|SA|SU)",
    "X-OFF": r"SKIP",
}


@dataclass(frozen=True)
class Plan:
    """A series as somebody wants it: `hour` is one of `zone`'s wall; `zone` None is the office's own clock."""

    rule: str
    starts_on: date
    hour: time
    zone: ZoneInfo | None
    channels: tuple[int, ...]


@dataclass(frozen=True)
class Occurrence:
    """One day of a series. `wall` is the hour as it stands on the wall that day; `moved`: the hour that was asked for
    does not exist then. `skipped` says why nothing is made: `quiet`, `off` or `past`; empty where something is.
    """

    day: date
    wall: datetime  # without a zone
    due_at: datetime  # UTC
    moved: bool
    skipped: str
    moments: tuple[Moment, ...]


def checked(text: str) -> str:
    """A rule as it is kept: its parts in capitals and in their order, `UNTIL` a day.

    Raises OutreachError: `series.rule.part` (what part), `series.rule.frequency`, `series.rule.end` (both ends),
    `series.rule.many` or `series.rule.unclear`.
    """
    parts = _parts(text)
    if parts.get("FREQ") not in _FREQUENCIES:
        raise OutreachError("series.rule.frequency", given=parts.get("FREQ", ""))
    # "The second Tuesday" is one of a month or a year; of a week it says nothing.
    if parts["FREQ"] in ("DAILY", "WEEKLY") and re.search("[0-9]", parts.get("BYDAY", "")):
        raise OutreachError("series.rule.part", part=f"BYDAY={parts['BYDAY']}"[:60])
    if "COUNT" in parts and "UNTIL" in parts:
        raise OutreachError("series.rule.end")
    if int(parts.get("COUNT", 1)) > MOST:
        raise OutreachError("series.rule.many", most=MOST)
    kept = ";".join(
        f"{name}={parts[name]}" for name in _PARTS if name in parts and (name, parts[name]) != ("INTERVAL", "1")
    )
    try:
        _until(parts)
        _rule(parts, date(2026, 1, 1))
    except ValueError as error:
        raise OutreachError("series.rule.unclear", rule=text[:200]) from error
    return kept


def with_end(rule: str, until: date | None, times: int | None) -> str:
    """The rule with this end in place of the one it had."""
    parts = [part for part in rule.split(";") if not part.startswith(("COUNT=", "UNTIL="))]
    if until is not None:
        parts.append(f"UNTIL={until:%Y%m%d}")
    elif times is not None:
        parts.append(f"COUNT={times}")
    return ";".join(parts)


def is_open(rule: str) -> bool:
    """Whether a rule has no end of its own."""
    parts = _parts(rule)
    return "COUNT" not in parts and "UNTIL" not in parts


def days(rule: str, starts_on: date, last: date) -> list[date]:
    """The days of a rule from `starts_on` to `last`, at most `MOST` and within `LONGEST`.

    Raises OutreachError as `checked`, and `series.rule.start` for a beginning that no calendar here covers.
    """
    parts = _parts(checked(rule))
    if not _FIRST_YEAR <= starts_on.year <= _LAST_YEAR:
        raise OutreachError("series.rule.start", first=str(_FIRST_YEAR), last=str(_LAST_YEAR))
    last = min(last, starts_on + LONGEST, _until(parts) or date.max)
    try:
        return list(islice(_days(parts, starts_on, last), int(parts.get("COUNT", MOST))))
    except IndexError as error:
        # The library stumbles over some days that no month has.
        raise OutreachError("series.rule.unclear", rule=rule[:200]) from error


def occurrences(
    plan: Plan, office: ZoneInfo, moments: Sequence[Moment], now: datetime, last: date, after: date | None = None
) -> list[Occurrence]:
    """What a plan comes to up to and including `last`; only what lies behind the day `after`, if one is given.

    `moments` are what the year brings in that time. Raises OutreachError as `days`.
    """
    zone = plan.zone or office
    off = {moment.starts_on for moment in moments if moment.day_off}
    moves_back = set(LAST_WORKING) <= set(plan.rule.split(";"))
    found: list[Occurrence] = []
    for day in days(plan.rule, plan.starts_on, last):
        while moves_back and (day in off or day.weekday() >= 5):
            day -= timedelta(days=1)
        if after is not None and day <= after:
            continue
        wall, due_at = hour_on(day, plan.hour, zone)
        here = {day, local_day(due_at, office)}  # an hour before midnight in London is Riga's next day
        brought = tuple(one for one in moments if any(one.starts_on <= each <= one.ends_on for each in here))
        found.append(
            Occurrence(
                day=day,
                wall=wall,
                due_at=due_at,
                moved=wall.time() != plan.hour,
                skipped=_skipped(plan.rule, day, due_at, now, brought),
                moments=tuple(one for one in brought if one.single),
            )
        )
    return found


def hour_on(day: date, hour: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The hour of that day as it stands on the wall, and the moment in UTC.

    An hour that the spring change leaves out is the next one that exists; one that comes twice is the first.
    """
    asked = datetime.combine(day, hour.replace(second=0, microsecond=0, tzinfo=None))
    wall = walls.next_there_is(asked, zone)
    return wall, walls.moment_of(wall, zone)


def _skipped(rule: str, day: date, due_at: datetime, now: datetime, brought: Sequence[Moment]) -> str:
    if due_at <= now:
        return "past"
    if any(moment.quiet for moment in brought):
        return "quiet"
    is_off = day.weekday() >= 5 or any(moment.day_off and moment.starts_on == day for moment in brought)
    return "off" if is_off and SKIPS_OFF in rule.split(";") else ""


def _parts(text: str) -> dict[str, str]:
    told = text.strip().upper().removeprefix("RRULE:").strip().strip(";")
    parts: dict[str, str] = {}
    for part in told.split(";"):
        name, _, value = (one.strip() for one in part.partition("="))
        pattern = _PARTS.get(name)
        if pattern is None or name in parts or not re.fullmatch(pattern, value):
            raise OutreachError("series.rule.part", part=part[:60])
        parts[name] = value
    return parts


def _until(parts: dict[str, str]) -> date | None:
    told = parts.get("UNTIL")
    return date(int(told[:4]), int(told[4:6]), int(told[6:8])) if told else None


def _rule(parts: dict[str, str], starts_on: date) -> rrule:
    told = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("COUNT", "UNTIL", "X-OFF"))
    return rrulestr(told, dtstart=datetime.combine(starts_on, time.min))


def _days(parts: dict[str, str], starts_on: date, last: date) -> Iterator[date]:
    # A rule that never comes (30 February) is sought to the year 9999: so it is counted in years near that end whose
    # calendar is the same, day for day.
    year = next(year for year in range(9968, 9996) if _alike(year, starts_on.year))
    shift = date(year, 1, 1) - date(starts_on.year, 1, 1)
    for moment in _rule(parts, starts_on + shift):
        day = moment.date() - shift
        if day > last:
            return
        yield day


def _alike(year: int, other: int) -> bool:
    return year % 4 == other % 4 and date(year, 1, 1).weekday() == date(other, 1, 1).weekday()
