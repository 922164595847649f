"""How far a campaign is towards its goal, as points over time. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

# More would be a line of beads on a telephone.
_MOST = 40
# People still follow a link, and ask, when what it was for is over.
AFTER = timedelta(days=60)


@dataclass(frozen=True)
class Point:
    """The number reached by the end of a day."""

    day: date
    reached: int


def points(starts_on: date, ends_on: date | None, today: date) -> list[date]:
    """The days to count at, in order, at even distances: from the first day to today or, once the campaign is over, to
    `AFTER` its last day. None before it begins.
    """
    last = today if ends_on is None else min(today, ends_on + AFTER)
    if last < starts_on:
        return []
    days = (last - starts_on).days
    step = max(1, -(-days // (_MOST - 1)))
    return [last - timedelta(days=back) for back in range(days // step * step, -1, -step)]


def counted(events: Iterable[date], days: Sequence[date]) -> list[Point]:
    """How many of the `events` (in any order) lie up to each of the days; at the last one all there are."""
    known = sorted(events)
    return [Point(day, len(known) if day == days[-1] else bisect_right(known, day)) for day in days]
