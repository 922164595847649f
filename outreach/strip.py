"""A strip of days as bars: geometry in whole pixels, drawn alike in a page and a mail."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Bar:
    """One day: its count and its bar, in units of the picture (x to the right, y downwards)."""

    day: date
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Strip:
    """Bars of equal width over a base line; `highest` is the largest count."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    step: int
    highest: int


def by_day(days: Iterable[date], last: date, length: int, *, step: int = 22, height: int = 48) -> Strip:
    """The `length` days that end with `last`; a day with anything at all shows at least a two-pixel bar."""
    counts = Counter(days)
    shown = [last - timedelta(days=back) for back in range(length - 1, -1, -1)]
    highest = max((counts[day] for day in shown), default=0)
    bars = []
    for index, day in enumerate(shown):
        tall = round(counts[day] / highest * height) if highest else 0
        tall = max(tall, 2) if counts[day] else 0
        bars.append(Bar(day, counts[day], index * step, height - tall, tall))
    return Strip(tuple(bars), length * step, height, step, highest)
