"""A calendar's days and bars from what is planned: pure functions. Weeks begin on Monday, as ISO 8601 counts them."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from campaigns.moments import Moment
from campaigns.overview import Stretch
from campaigns.queries import DeliverySeen
from outreach.core.clock import day_bounds, local_day

VIEWS = ("week", "hours", "audience", "month", "list")
ONE_DAY = "day"  # where a full day's line leads: no view of its own to choose
_LISTED = timedelta(days=27)
_SATURDAY = 5


@dataclass(frozen=True)
class Day:
    """One day: its deliveries in order, what the year brings on it, and whether it is free or quiet."""

    day: date
    deliveries: tuple[DeliverySeen, ...]
    moments: tuple[Moment, ...]  # those of this one day
    off: bool
    quiet: bool
    hours: int  # 23 and 25 where the clocks change

    @property
    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return self.day.isoweekday()


@dataclass(frozen=True)
class Bar:
    """A campaign across the days shown: from the column `start` to `end`, both from 1 and included."""

    campaign_id: int
    name: str
    start: int
    end: int
    began_before: bool
    goes_on: bool


def span(view: str, day: date) -> tuple[date, date]:
    """The first and last day of the page that shows `day`: its week, its month in whole weeks, four weeks from it, or
    itself.
    """
    if view == "month":
        first, last = day.replace(day=1), _next_month(day) - timedelta(days=1)
        return _monday(first), _monday(last) + timedelta(days=6)
    if view == "list":
        return day, day + _LISTED
    if view == ONE_DAY:
        return day, day
    return _monday(day), _monday(day) + timedelta(days=6)


def neighbours(view: str, day: date) -> tuple[date, date]:
    """A day of the page before and one of the page after."""
    if view == "month":
        return (day.replace(day=1) - timedelta(days=1)).replace(day=1), _next_month(day)
    step = {"list": _LISTED + timedelta(days=1), ONE_DAY: timedelta(days=1)}.get(view, timedelta(days=7))
    return day - step, day + step


def moments_between(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the first one after the last, in UTC."""
    return day_bounds(first, zone)[0], day_bounds(last, zone)[1]


def days(
    first: date, last: date, zone: ZoneInfo, deliveries: Iterable[DeliverySeen], moments: Sequence[Moment]
) -> tuple[Day, ...]:
    """Every day from `first` to `last`; deliveries stand on the local day on which they are due."""
    by_day: dict[date, list[DeliverySeen]] = {}
    for one in deliveries:
        by_day.setdefault(local_day(one.due_at, zone), []).append(one)
    single: dict[date, list[Moment]] = {}
    for moment in moments:
        if moment.single:
            single.setdefault(moment.starts_on, []).append(moment)
    return tuple(
        _day(day, zone, by_day.get(day, []), single.get(day, []))
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
    )


class Timed(Protocol):
    """What stands on a day of the calendar by the moment it is due."""

    @property
    def delivery_id(self) -> int: ...
    @property
    def due_at(self) -> datetime: ...


def first_of_days(due: Sequence[Timed], zone: ZoneInfo, most: int) -> tuple[list[int], dict[date, int]]:
    """Which deliveries are drawn, at most `most` of a day and the earliest first; and how many each day has in all.

    `due` are in the order they are due.
    """
    counts: dict[date, int] = {}
    chosen: list[int] = []
    at = 0
    while at < len(due):
        day = local_day(due[at].due_at, zone)
        after = bisect_left(due, day_bounds(day, zone)[1], lo=at, key=lambda one: one.due_at)
        counts[day] = after - at
        chosen.extend(one.delivery_id for one in due[at : min(after, at + most)])
        at = after
    return chosen, counts


def bars(first: date, last: date, stretches: Iterable[Stretch]) -> tuple[Bar, ...]:
    """Campaigns as bars over the columns from `first` to `last`; one without an end runs on."""
    drawn = []
    for one in stretches:
        end = one.ends_on or date.max
        if one.starts_on > last or end < first:
            continue
        drawn.append(
            Bar(
                campaign_id=one.campaign_id,
                name=one.name,
                start=(max(one.starts_on, first) - first).days + 1,
                end=(min(end, last) - first).days + 1,
                began_before=one.starts_on < first,
                goes_on=end > last,
            )
        )
    return tuple(drawn)


def _day(day: date, zone: ZoneInfo, deliveries: Sequence[DeliverySeen], moments: Sequence[Moment]) -> Day:
    start, end = day_bounds(day, zone)
    return Day(
        day=day,
        deliveries=tuple(deliveries),
        moments=tuple(moments),
        off=day.weekday() >= _SATURDAY or any(moment.day_off for moment in moments),
        quiet=any(moment.quiet for moment in moments),
        hours=round((end - start).total_seconds() / 3600),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
