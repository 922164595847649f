"""Outlets by how often they print what they get, put into order only as far as the numbers carry it; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from scrapers.recall import Share


@dataclass(frozen=True)
class Standing:
    """An outlet that got `of` releases and printed `found` of them, and its limits (Wilson, 95 %)."""

    outlet: str
    share: Share

    @property
    def value(self) -> float:
        return self.share.value or 0.0

    @property
    def low(self) -> float:
        return self.share.limits[0] if self.share.limits else 0.0

    @property
    def high(self) -> float:
        return self.share.limits[1] if self.share.limits else 1.0


def groups(every: Iterable[Standing]) -> tuple[tuple[Standing, ...], ...]:
    """The outlets in groups, who prints more first; within a group, by name, chance alone may make the difference.

    Everybody whose interval reaches up to that of the best of those left is in one group with it. Who got nothing is
    left out.
    """
    left = sorted((one for one in every if one.share.of), key=lambda one: (-one.value, -one.share.of, one.outlet))
    told: list[tuple[Standing, ...]] = []
    while left:
        # The best by what is sure of it: one of one is no leader.
        best = max(left, key=lambda one: one.low)
        same = [one for one in left if one.high >= best.low]
        told.append(tuple(sorted(same, key=lambda one: one.outlet.casefold())))
        left = [one for one in left if one.high < best.low]
    return tuple(told)
