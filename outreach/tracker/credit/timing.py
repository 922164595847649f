"""How long before its end a journey began, and along which touches most went. Pure."""

import itertools
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outreach.tracker.credit.journeys import Journey
from outreach.tracker.credit.paths import Path

WEEKS = 13  # told one by one; what lies further back together
FEWEST = 3  # journeys along one path, for it to be told: fewer might point at somebody
_SHOWN = 10


@dataclass(frozen=True)
class Lag:
    """Days from the first touch that was tracked to the end: quartiles, and how many journeys began in each week before
    it (the first is the last seven days), with those further back at the end.
    """

    count: int
    lower: float
    median: float
    upper: float
    weeks: tuple[int, ...]


@dataclass(frozen=True)
class Often:
    """The names on a path, repeats told once, and how many went along it."""

    names: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Ways:
    """The most frequent paths; `others` went along `other_paths` more."""

    often: tuple[Often, ...]
    other_paths: int
    others: int


def lag(journeys: Iterable[Journey]) -> Lag | None:
    """None where nothing was tracked: when they first met what they told us of, nobody knows."""
    days = []
    for journey in journeys:
        tracked = [day for ref, day in zip(journey.refs, journey.days, strict=True) if ref.kind != "said"]
        if tracked:
            days.append(max(tracked))
    if not days:
        return None
    weeks = Counter(min(int(day // 7), WEEKS) for day in days)
    lower, median, upper = statistics.quantiles(days, n=4, method="inclusive") if len(days) > 1 else days * 3
    return Lag(len(days), lower, median, upper, tuple(weeks[week] for week in range(WEEKS + 1)))


def ways(paths: Sequence[Path]) -> Ways:
    """The paths that at least `FEWEST` went along, the most frequent first; paths without a touch play no part."""
    counted = Counter(tuple(name for name, _ in itertools.groupby(path.touches)) for path in paths if path.touches)
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    often = [Often(names, count) for names, count in ranked if count >= FEWEST][:_SHOWN]
    return Ways(tuple(often), len(ranked) - len(often), counted.total() - sum(one.count for one in often))
