"""At which hour a channel's posts are followed most, and whether that can be told at all: pure, from own posts alone.

Clicks of a post scatter far more than by chance alone (one is shared, another is not), so they are taken as
Gamma-Poisson: the scatter is estimated from all blocks together, and the intervals are as much wider. They hold for
all blocks at once, so that looking at many does not make one of them good by luck.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from statistics import NormalDist
from typing import Literal

IN_ALL, IN_BLOCK = 20, 5
HOURS = 3
_SURE = 0.95
_SATURDAY = 6

Verdict = Literal["few", "narrow", "same", "best"]


@dataclass(frozen=True)
class Sent:
    """The hour at which a post went out, on its readers' wall, and how many people followed its link in two days."""

    wall: datetime
    people: int


@dataclass(frozen=True)
class Block:
    """`HOURS` hours from `start` on, of working days or of weekends: how many people follow a post, `low` to `high`."""

    weekend: bool
    start: int
    posts: int
    mean: float
    low: float
    high: float

    @property
    def end(self) -> int:
        """The hour at which it ends: 24 is midnight."""
        return self.start + HOURS


@dataclass(frozen=True)
class Advice:
    """What can be told of a channel's hours.

    `few`: of `IN_ALL` posts that are needed there are only `posts`. `narrow`: not two blocks have `IN_BLOCK` posts.
    `same`: no difference that can be told. `best`: people follow more in the block `best` than in the others, in each
    of which it is `rest` people a post at most; but for those `alike`, whose intervals overlap its own: they may
    be as good. `blocks` are those with enough posts, in the order of the week.
    """

    verdict: Verdict
    posts: int
    blocks: tuple[Block, ...] = ()
    best: Block | None = None
    alike: tuple[Block, ...] = ()
    rest: float = 0.0


def advice(sent: Iterable[Sent]) -> Advice:
    """What the posts that went out say of the hours of their readers."""
    counted: dict[tuple[bool, int], list[int]] = {}
    total = 0
    for one in sent:
        counted.setdefault(block_of(one.wall), []).append(one.people)
        total += 1
    if total < IN_ALL:
        return Advice("few", total)
    enough = {place: people for place, people in sorted(counted.items()) if len(people) >= IN_BLOCK}
    scatter = _scatter(list(enough.values()))
    # Each block is looked at from both sides, and so is what the others come to.
    deviation = NormalDist().inv_cdf(1 - (1 - _SURE) / (2 * (len(enough) + 1)))
    blocks = tuple(_block(place, people, scatter, deviation) for place, people in enough.items())
    if len(blocks) < 2:
        return Advice("narrow", total, blocks)
    top = max(blocks, key=lambda block: (block.mean, block.posts))
    others = [count for place, people in enough.items() if place != (top.weekend, top.start) for count in people]
    _, _, highest = _limits(others, scatter, deviation)
    worse = [block for block in blocks if block.high < top.low]
    if top.low <= highest or not worse:
        return Advice("same", total, blocks)
    alike = tuple(block for block in blocks if block != top and block not in worse)
    return Advice("best", total, blocks, top, alike, max(block.high for block in worse))


def block_of(wall: datetime) -> tuple[bool, int]:
    """The block of a wall's hour: whether it is a weekend's, and the hour it begins at."""
    return wall.isoweekday() >= _SATURDAY, wall.hour - wall.hour % HOURS


def _block(place: tuple[bool, int], people: Sequence[int], scatter: float, deviation: float) -> Block:
    mean, low, high = _limits(people, scatter, deviation)
    return Block(*place, posts=len(people), mean=mean, low=low, high=high)


def _limits(people: Sequence[int], scatter: float, deviation: float) -> tuple[float, float, float]:
    """The mean, and its limits: quantiles of a Gamma distribution, as Wilson and Hilferty approximate them."""
    total, posts = sum(people), len(people)
    shape, scale = total / scatter + 0.5, scatter / posts

    def quantile(towards: float) -> float:
        root = 1 - 1 / (9 * shape) + towards / (3 * sqrt(shape))
        return max(0.0, shape * root**3 * scale) if root > 0 else 0.0

    mean = total / posts
    return mean, min(mean, quantile(-deviation)), max(mean, quantile(deviation))


def _scatter(blocks: Sequence[Sequence[int]]) -> float:
    """How many times the variance within blocks is the mean; at least once, as chance alone has it."""
    free = sum(len(people) - 1 for people in blocks)
    if not free:
        return 1.0
    squares = 0.0
    everyone = [count for people in blocks for count in people]
    overall = sum(everyone) / len(everyone)
    if not overall:
        return 1.0
    for people in blocks:
        mean = sum(people) / len(people)
        squares += sum((count - mean) ** 2 for count in people) / overall
    return max(1.0, squares / free)
