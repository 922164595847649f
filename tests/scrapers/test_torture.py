"""Broken feeds by the hundred: none breaks the reading, and what feedparser finds in them is found."""

import pytest

from tests.support import torture
from tests.support.torture import FORMS, HARMS, seeds, unexplained

COUNT = 300


@pytest.mark.parametrize("first", range(0, COUNT, 50))
def test_tortured_feeds_are_read_as_feedparser_reads_them(first: int) -> None:
    wrong = [(feed.seed, feed.form, feed.harms, told) for feed, told in seeds(first, 50) if unexplained(feed, told)]
    assert wrong == []


def test_torture_is_the_same_for_the_same_seed_and_leaves_nothing_out() -> None:
    feeds = [torture.torture(seed) for seed in range(COUNT)]
    assert feeds == [torture.torture(seed) for seed in range(COUNT)]
    assert {feed.form for feed in feeds} == set(FORMS)
    assert set(HARMS) <= {harm for feed in feeds for harm in feed.harms}


def test_the_judge_sees_what_is_missing_and_what_is_wrong() -> None:
    one = {"link": "https://zinas.example/a", "title": "a", "id": "1"}
    assert torture.disagreements([one], [one]) == []
    assert torture.disagreements(None, [one]) == ["number 0 for 1"]
    assert torture.disagreements([one], [{**one, "title": "b", "id": "2"}]) == ["title", "id"]
    assert torture.disagreements(None, []) == []


def test_harms_are_not_only_of_the_kind_that_excuses_a_difference() -> None:
    feeds = [torture.torture(seed) for seed in range(COUNT)]
    excused = [feed for feed in feeds if not set(feed.harms).isdisjoint(torture.DIFFERENCES)]
    assert len(excused) < COUNT / 2
