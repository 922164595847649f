"""Which local day's mail is owed, and when: pure, for any zone and through every change of its clock.

A reader's day is a day on their own wall. A wall time that a change leaves out comes at the first moment after the gap;
one that happens twice comes the first time only. A day that a zone never had (Samoa left out 30 December 2011) owes
nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from outreach.core.clock import local_day
from outreach.core.workdays import is_working

_DAY = timedelta(days=1)
# No rhythm rests longer: a week and a left-out day, or the days off around a new year.
_LONGEST_REST = 21
_MONTH = 31
# Whoever reads at noon or later is not told "late" at once.
_PATIENCE = timedelta(hours=1)


@dataclass(frozen=True)
class Rhythm:
    """When a reader wants the mail: `at` (HH:MM) on the wall of `zone`; `rhythm` is daily, working (the country's
    working days) or weekly on `weekday` (0 is Monday).
    """

    at: str
    zone: str
    rhythm: str
    weekday: int = 0


@dataclass(frozen=True)
class Owed:
    """A local day whose hour has come, and the moment it came, in UTC."""

    day: date
    at: datetime


def owed(rhythm: Rhythm, now: datetime) -> Owed | None:
    """The latest day whose hour has come at `now`, today included; None if there never was one."""
    zone = ZoneInfo(rhythm.zone)
    # From tomorrow on: where a change repeats the last minutes of a day, its morrow has begun already.
    for ahead in range(1, -_LONGEST_REST, -1):
        found = _of_day(rhythm, zone, local_day(now, zone), ahead)
        if found is not None and found.at <= now:
            return found
    return None


def next_at(rhythm: Rhythm, now: datetime) -> datetime:
    """The next moment after `now` at which a mail will be owed, in UTC."""
    zone = ZoneInfo(rhythm.zone)
    for ahead in range(-1, _LONGEST_REST):
        found = _of_day(rhythm, zone, local_day(now, zone), ahead)
        if found is not None and found.at > now:
            return found.at
    raise ValueError(f"{rhythm} is never owed after {now}")


@lru_cache(maxsize=4096)  # a thousand readers have a dozen rhythms
def missed(rhythm: Rhythm, told: date | None, since: datetime, day: date) -> int:
    """How many days before `day` should have had a mail after that of `told`, their hours at `since` or later; those of
    a month at most.
    """
    zone = ZoneInfo(rhythm.zone)
    behind = (_of_day(rhythm, zone, day, -back) for back in range(1, _MONTH + 1))
    return sum(
        found is not None and found.at >= since and (told is None or found.day > told) for found in behind
    )


def moment(day: date, wall: str, zone: ZoneInfo) -> datetime:
    """When the clock of `zone` shows `wall` (HH:MM) on that day, in UTC."""
    return _moment(day, time.fromisoformat(wall), zone)


def late_from(owed: Owed, wall: str, zone: str) -> datetime:
    """From when on a mail is late: `wall` (HH:MM) of its day, and not within an hour of its own moment."""
    return max(moment(owed.day, wall, ZoneInfo(zone)), owed.at + _PATIENCE)


def is_late(owed: Owed, wall: str, zone: str, now: datetime) -> bool:
    """Whether a mail that goes at `now` is late."""
    return now >= late_from(owed, wall, zone)


def _of_day(rhythm: Rhythm, zone: ZoneInfo, day: date, ahead: int) -> Owed | None:
    """The mail of the day so many days after `day`, if it has one."""
    try:
        day += ahead * _DAY
        if rhythm.rhythm == "working" and not is_working(day):
            return None
        if rhythm.rhythm == "weekly" and day.weekday() != rhythm.weekday:
            return None
        if local_day(_moment(day, time.min, zone), zone) != day:
            return None
        return Owed(day, _moment(day, time.fromisoformat(rhythm.at), zone))
    except OverflowError:  # before the first day of the calendar, or after its last
        return None


@lru_cache(maxsize=4096)
def _moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    shown = datetime.combine(day, wall, tzinfo=zone)
    found = shown.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == shown.replace(tzinfo=None):
        return found
    # In a gap: with the offset after it the moment lies before the change, with the one before it after the change.
    before, after = shown.replace(fold=1).astimezone(UTC), found
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after

