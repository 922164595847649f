"""The weeks after a release beside the weeks that it is compared with, and what is usual in them; pure.

A count of few is compared with what chance alone brings: a Poisson count of a rate that is itself known from a few
weeks only, wider by as much as those weeks scatter more than a Poisson count would. It says what coincides, never why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, exp, floor, lgamma, log
from typing import Literal

AFTER, BEFORE, YEARS = 4, 8, 3
LEAST = 6  # weeks that say what is usual; fewer say nothing
_WEEK = timedelta(weeks=1)
_TAIL = 0.025

Verdict = Literal["more", "less", "within"]


@dataclass(frozen=True)
class Weeks:
    """Weeks by their first day, in order: `after` the release, `before` it, and the same ones in `earlier` years."""

    after: tuple[date, ...]
    before: tuple[date, ...]
    earlier: tuple[date, ...]

    @property
    def every(self) -> tuple[date, ...]:
        return (*self.earlier, *self.before, *self.after)


@dataclass(frozen=True)
class Usual:
    """What so many `weeks` usually bring: the mean, and whole numbers between which 95 of 100 such times lie."""

    weeks: int
    mean: float
    low: int
    high: int

    def verdict(self, count: int) -> Verdict:
        """Whether a count lies within what is usual."""
        return "more" if count > self.high else "less" if count < self.low else "within"


@dataclass(frozen=True)
class Compared:
    """Inquiries around a release. `counts` are of the weeks that are over, by their first day.

    `done` weeks of `after` are over and brought `count`; `usual` is what as many bring otherwise, `weekly` what one
    does; None where too few earlier weeks are known. `mean_before` and `mean_earlier` are of one week.
    """

    weeks: Weeks
    counts: Mapping[date, int]
    done: int
    count: int
    usual: Usual | None
    weekly: Usual | None
    mean_before: float | None
    mean_earlier: float | None

    @property
    def verdict(self) -> Verdict | None:
        return self.usual.verdict(self.count) if self.usual is not None else None


def weeks(day: date) -> Weeks:
    """The weeks for a release that went out on `day`: the first one begins on it. Earlier years keep the weekday."""
    return Weeks(
        tuple(day + n * _WEEK for n in range(AFTER)),
        tuple(day - n * _WEEK for n in range(BEFORE, 0, -1)),
        tuple(_back(day, years) + n * _WEEK for years in range(YEARS, 0, -1) for n in range(AFTER)),
    )


def compared(told: Weeks, counts: Mapping[date, int], today: date, first: date | None) -> Compared:
    """Holds the weeks after a release that are over against those before it.

    `first` is the day of the first inquiry there is: weeks that begin before it say nothing; None: there is none yet.
    """
    over = {day: counts.get(day, 0) for day in told.every if day + _WEEK <= today}
    after = [over[day] for day in told.after if day in over]
    before, earlier = (
        [over[day] for day in days if day in over and first is not None and day >= first]
        for days in (told.before, told.earlier)
    )
    known = {day: count for day, count in over.items() if day in told.after or (first is not None and day >= first)}
    return Compared(
        told,
        known,
        len(after),
        sum(after),
        usual([*before, *earlier], len(after)) if after else None,
        usual([*before, *earlier], 1),
        _mean(before),
        _mean(earlier),
    )


def usual(counts: Sequence[int], weeks: int) -> Usual | None:
    """What `weeks` more weeks bring where these brought so much; None for fewer than six."""
    if len(counts) < LEAST or weeks < 1:
        return None
    mean = sum(counts) / len(counts)
    scatter = 1.0
    if mean:
        variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
        scatter = max(1.0, variance / mean)
    # The rate is a Gamma of what was seen, so the count to come is a negative binomial one; both in units of scatter.
    seen, chance = sum(counts) / scatter + 0.5, len(counts) / (len(counts) + weeks)
    low, high = _quantile(seen, chance, _TAIL), _quantile(seen, chance, 1 - _TAIL)
    return Usual(weeks, mean * weeks, floor(low * scatter), ceil(high * scatter))


def _quantile(size: float, chance: float, wanted: float) -> int:
    """The smallest count that a negative binomial one does not pass with the probability `wanted`."""
    below, number = 0.0, 0
    while True:
        below += exp(
            lgamma(number + size) - lgamma(size) - lgamma(number + 1)
            + size * log(chance) + number * log(1 - chance)
        )  # fmt: skip
        # Rounding may keep the sum a hair below one: then what is far beyond the mean is the end.
        if below >= wanted or number > 50 + 20 * size * (1 - chance) / chance:
            return number
        number += 1


def _back(day: date, years: int) -> date:
    """The nearest same weekday to the same date so many years ago."""
    same = day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)
    apart = (day.weekday() - same.weekday()) % 7
    return same + timedelta(days=apart if apart <= 3 else apart - 7)


def _mean(counts: Sequence[int]) -> float | None:
    return sum(counts) / len(counts) if counts else None
