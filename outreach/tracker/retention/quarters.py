"""Dates made coarse: a day becomes the beginning of its quarter, so that it says no more than which quarter it was."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.core.clock import local_day


def first_day(day: date) -> date:
    """The first day of a day's quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def in_order(days: Iterable[date]) -> dict[date, date]:
    """For each day the one that stands for it: the earliest of a quarter its first day, the next the second, and so on.

    Of one family's day the last entry counts, so that two days of a quarter must stay two, in their order: then every
    figure of a whole quarter stays what it was.
    """
    found: dict[date, date] = {}
    steps: dict[date, int] = {}
    for day in sorted(set(days)):
        first = first_day(day)
        found[day] = first + timedelta(days=steps.get(first, 0))
        steps[first] = steps.get(first, 0) + 1
    return found


def noon(day: date, zone: ZoneInfo) -> datetime:
    """The middle of a day of the office: it is that day in every zone the office may read it in."""
    return datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)


def coarse(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment as its quarter's first noon."""
    return noon(first_day(local_day(moment, zone)), zone)


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the quarter of a day begins and when the next one does."""
    first = first_day(day)
    after = first_day(first + timedelta(days=100))
    return (
        datetime.combine(first, time(), tzinfo=zone).astimezone(UTC),
        datetime.combine(after, time(), tzinfo=zone).astimezone(UTC),
    )
