"""What a channel's own posts say of its hours, and what they do not: simulated years of posts."""

import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from campaigns.timing.hours import Sent, advice, block_of

Scatter = Callable[[random.Random, float], float]
MONDAY = datetime(2026, 1, 5)
SCATTERS: dict[str, Scatter] = {
    "chance alone": lambda chance, mean: mean,
    "a few are shared": lambda chance, mean: chance.gammavariate(0.7, mean / 0.7),
    "long tail": lambda chance, mean: mean * math.exp(chance.gauss(0, 1) - 0.5),
}


def poisson(chance: random.Random, mean: float) -> int:
    if mean > 400:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count, product = count + 1, product * chance.random()
    return count


def year(seed: int, scatter: Scatter, hours: list[int], posts: int, evening: float = 1.0) -> list[Sent]:
    """Posts of a year at these hours; those at 18 are followed so many times as much."""
    chance = random.Random(seed)
    sent = []
    for _ in range(posts):
        wall = MONDAY + timedelta(days=chance.randrange(364), hours=chance.choice(hours))
        mean = 8 * (evening if wall.hour == 18 else 1)
        sent.append(Sent(wall, poisson(chance, scatter(chance, mean))))
    return sent


@pytest.mark.parametrize("scatter", SCATTERS)
@pytest.mark.parametrize(("hours", "posts"), [([9, 12, 18], 60), ([*range(24)], 250)])
def test_where_there_is_no_difference_none_is_told(scatter: str, hours: list[int], posts: int) -> None:
    told = [advice(year(seed, SCATTERS[scatter], hours, posts)).verdict for seed in range(200)]
    assert told.count("best") <= 10
    assert {*told} <= {"same", "best"}


def test_a_true_difference_is_found_with_its_interval() -> None:
    found = [advice(year(seed, SCATTERS["a few are shared"], [9, 12, 18], 200, evening=4.0)) for seed in range(50)]
    best = [one.best for one in found if one.best is not None]
    assert len(best) >= 35
    assert {one.start for one in best} == {18}
    for one in best:
        assert one.low < one.mean < one.high
        assert one.posts >= 5


def test_intervals_hold_the_truth() -> None:
    held = total = 0
    for seed in range(200):
        for block in advice(year(seed, SCATTERS["a few are shared"], [9, 18], 80)).blocks:
            held, total = held + (block.low <= 8 <= block.high), total + 1
    assert held / total >= 0.95


def same(count: int, hour: int, people: int = 3, shift: int = 0) -> list[Sent]:
    return [Sent(MONDAY + timedelta(days=7 * n + shift, hours=hour), people) for n in range(count)]


def test_too_few_posts_say_nothing() -> None:
    told = advice([*same(4, 9), *same(3, 18)])
    assert (told.verdict, told.posts, told.blocks) == ("few", 7, ())
    assert advice(same(19, 9)).verdict == "few"
    assert advice([]).posts == 0


def test_one_hour_alone_cannot_be_compared() -> None:
    told = advice([*same(20, 9), *same(4, 18)])  # of the evening there are too few
    assert (told.verdict, [one.start for one in told.blocks]) == ("narrow", [9])
    assert advice([*same(15, 9), *same(5, 18)]).verdict == "same"


def test_nobody_followed_anything() -> None:
    told = advice([*same(15, 9, 0), *same(10, 18, 0)])
    assert told.verdict == "same"
    assert all(one.mean == one.low == 0 < one.high for one in told.blocks)


def test_weekends_are_told_apart_from_working_days() -> None:
    assert block_of(datetime(2026, 11, 27, 18, 30)) == (False, 18)  # a Friday
    assert block_of(datetime(2026, 11, 28, 0, 0)) == (True, 0)
    assert block_of(datetime(2026, 11, 29, 23, 59)) == (True, 21)
    told = advice([*same(12, 18), *same(12, 18, shift=5)])
    assert [(one.weekend, one.start, one.end) for one in told.blocks] == [(False, 18, 21), (True, 18, 21)]


def test_a_block_that_may_be_as_good_is_named_beside_the_best() -> None:
    evenings = [*same(20, 18, 24), *same(8, 18, 22, shift=5)]
    told = advice([*evenings, *same(20, 9, 5), *same(20, 12, 6)])
    assert told.best is not None
    assert (told.best.weekend, told.best.start) == (False, 18)
    assert [(one.weekend, one.start) for one in told.alike] == [(True, 18)]
    worse = [one for one in told.blocks if one != told.best and one not in told.alike]
    assert [one.start for one in worse] == [9, 12]
    # What is said of the others holds for each of them.
    assert all(one.high <= told.rest < told.best.low for one in worse)
