"""Limits hold what they promise, ties are ties, and few cases are said to be few."""

import numpy as np
import pytest

from outreach.core import intervals
from outreach.tracker.credit import certainty
from outreach.tracker.credit.paths import Path


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (0, 0, 0.0, 1.0)],
)
def test_wilson_s_limits_are_the_published_ones(part: int, whole: int, low: float, high: float) -> None:
    assert intervals.wilson(part, whole) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2172), (10, 10, 0.7828, 1.0), (1, 10, 0.0110, 0.3813), (5, 10, 0.2235, 0.7765), (0, 0, 0.0, 1.0)],
)
def test_jeffreys_limits_are_the_published_ones(part: int, whole: int, low: float, high: float) -> None:
    assert intervals.jeffreys(part, whole) == pytest.approx((low, high), abs=5e-3)


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904)])
def test_limits_of_a_count_are_garwood_s(count: int, low: float, high: float) -> None:
    assert intervals.poisson(count) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize("limits", [intervals.wilson, intervals.jeffreys])
def test_95_of_100_limits_hold_the_truth_on_average_over_every_truth(limits) -> None:  # type: ignore[no-untyped-def]
    drawn = np.random.default_rng(7)
    held = tried = 0
    for whole in (5, 12, 40):
        told = [limits(part, whole) for part in range(whole + 1)]
        for truth in drawn.uniform(0, 1, 4_000):
            low, high = told[drawn.binomial(whole, truth)]
            held += low <= truth <= high
            tried += 1
    assert 0.93 <= held / tried <= 0.97


@pytest.mark.parametrize("model", ["last", "linear"])
def test_95_of_100_drawn_limits_hold_the_true_share(model: str) -> None:
    drawn = np.random.default_rng(11)
    kinds = [("A",), ("B",), ("A", "B"), ("C", "A")]
    chances = np.array([0.35, 0.25, 0.25, 0.15])
    truth = {"last": {"A": 0.5, "B": 0.5, "C": 0.0}, "linear": {"A": 0.55, "B": 0.375, "C": 0.075}}[model]
    held = tried = 0
    for seed in range(200):
        paths = [Path(kind, float(count)) for kind, count in zip(kinds, drawn.multinomial(120, chances), strict=True)]
        for one in certainty.shares(model, paths, seed=seed):
            if truth[one.name]:
                held += one.low <= truth[one.name] <= one.high
                tried += 1
    assert 0.93 <= held / tried <= 0.97


def test_touches_whose_limits_meet_share_a_place() -> None:
    told = certainty.shares("last", [Path(("A",), 6), Path(("B",), 5), Path(("C",), 1)])
    assert [(one.name, one.place) for one in told] == [("A", 1), ("B", 1), ("C", 1)]
    many = certainty.shares("last", [Path(("A",), 600), Path(("B",), 580), Path(("C",), 100), Path((), 20)])
    assert [(one.name, one.place) for one in many] == [("A", 1), ("B", 1), ("C", 3), ("", 4)]
    assert all(one.low <= one.share <= one.high for one in many)


def test_a_chain_s_limits_come_from_journeys_drawn_again_and_are_the_same_every_time() -> None:
    paths = [Path(("A", "B"), 40, 20), Path(("B",), 30, 60), Path(("A",), 5, 90)]
    told = certainty.shares("markov", paths, seed=3)
    assert told == certainty.shares("markov", paths, seed=3)
    assert all(0 < one.low < one.share < one.high < 1 for one in told)


def test_nothing_counted_is_nothing_known() -> None:
    [one] = certainty.shares("last", [Path(("A",), 0, 4)])
    assert (one.credit, one.share, one.low, one.high, one.place) == (0, 0, 0, 1, 1)


@pytest.mark.parametrize(("model", "count", "ok"), [("markov", 49, False), ("markov", 50, True), ("shapley", 29, False), ("last", 1, True)])
def test_a_model_that_needs_more_is_not_asked(model: str, count: int, ok: bool) -> None:
    found = certainty.enough(model, count)
    assert (found is None) is ok
    if found is not None:
        assert (found.key, found.facts["count"]) == ("credit.few", count)
