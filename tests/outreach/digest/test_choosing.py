"""What one edition tells: what passes, in which story, in which order."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.digest.choosing import choose
from outreach.digest.facts import ELSEWHERE, Business, Choice, Digest, Pool, Story, Telling
from tests.outreach.digest.morning import DAY, SINCE, UNTIL, choices, doubted, political, pool, pools, silent, telling


def chosen(told: Pool, choice: Choice | None = None, role: str | None = None) -> Digest:
    return choose(told, choice or Choice(), day=DAY, since=told.since, until=told.until, role=role)


def numbers(told: tuple[Story, ...]) -> list[int]:
    return [one.mention_id for story in told for one in story.tellings]


def passes(one: Telling, choice: Choice) -> bool:
    """The rule, said once more in the plainest way."""
    if not SINCE <= one.found_at < UNTIL:
        return False
    if choice.topics and not choice.topics & one.topics:
        return False
    if choice.places and not choice.places & {*one.places, *one.areas}:
        return False
    if choice.tiers and one.tier not in choice.tiers:
        return False
    if choice.senses and one.sense not in choice.senses:
        return False
    if one.counted or one.doubtful:
        return True
    return bool(choice.senses) and one.sense in (*ELSEWHERE, "other")


FULL = (
    telling(1, topics=frozenset({1}), tier="regional", places=("Riebiņi",), areas=frozenset({"Riebiņi", "Preiļu novads"})),
    telling(2, topics=frozenset({1, 2}), tier="local"),
    telling(3, tier="national"),
    doubted(4, tier="social"),
    political(5, tier="national"),
    political(6, sense="russia"),
    telling(7, sense="other", counted=False),
    telling(8, counted=False),  # a person took it out
    telling(9, found_at=UNTIL),
)


@pytest.mark.parametrize(
    ("choice", "told", "doubtful", "elsewhere"),
    [
        (Choice(), [1, 2, 3], [4], 2),
        (Choice(topics=frozenset({1})), [1, 2], [], 0),
        (Choice(topics=frozenset({2, 3})), [2], [], 0),
        (Choice(places=frozenset({"Preiļu novads"})), [1], [], 0),
        (Choice(places=frozenset({"Riebiņi"})), [1], [], 0),
        (Choice(tiers=frozenset({"national", "social"})), [3], [4], 1),
        (Choice(senses=frozenset({"return"})), [1, 2, 3], [], 2),
        (Choice(senses=frozenset({"return", "ambiguous", "russia"})), [1, 2, 3, 6], [4], 1),
        (Choice(senses=frozenset({"expulsion", "other"})), [5, 7], [], 1),
        (Choice(topics=frozenset({1}), tiers=frozenset({"local"})), [2], [], 0),
        (Choice(topics=frozenset({9})), [], [], 0),
    ],
)
def test_what_passes(choice: Choice, told: list[int], doubtful: list[int], elsewhere: int) -> None:
    found = chosen(pool(*FULL), choice)
    assert (sorted(numbers(found.stories)), numbers(found.doubtful), found.elsewhere) == (told, doubtful, elsewhere)


def test_a_story_keeps_the_tellings_that_pass_and_is_doubtful_where_all_are() -> None:
    told = pool(
        telling(1, story_id=1, tier="local"), doubted(2, story_id=1, tier="local"), telling(3, story_id=1, tier="national"),
        doubted(4, story_id=2), doubted(5, story_id=2), earlier=frozenset({2}),
    )
    found = chosen(told, Choice(tiers=frozenset({"local", "regional"})))
    assert [(one.story_id, numbers((one,)), one.known) for one in found.stories] == [(1, [1, 2], False)]
    assert [(one.story_id, numbers((one,)), one.known) for one in found.doubtful] == [(2, [4, 5], True)]
    assert (found.mentions, found.critical) == (2, 0)


def test_critical_first_then_our_campaigns_then_we_ourselves_then_near_then_wide_then_late() -> None:
    hour = timedelta(hours=1)
    told = pool(
        telling(1, tier="social", tone="critical"),
        telling(2, tier="social", campaigns=(1,)),
        telling(3, tier="national", names_us=True),
        telling(4, tier="local", at=UNTIL - hour * 2),
        telling(5, tier="regional"),
        telling(6, story_id=6, tier="national"), telling(7, story_id=6, tier="national", outlet="Diena"),
        telling(8, tier="national"),
        telling(9, tier="diaspora"),
        telling(10, tier="social"),
        telling(11, story_id=11, tier="social", outlet="Sekotājs"), telling(12, story_id=11, tier="local", outlet="Vēstis", at=UNTIL - hour * 3),
    )
    assert [one.story_id for one in chosen(told).stories] == [1, 2, 3, 11, 5, 4, 6, 8, 9, 10]


def test_our_releases_by_how_widely_they_were_printed() -> None:
    told = pool(
        telling(1, outlet="Diena", campaigns=(1, 2), at=UNTIL - timedelta(hours=2)), telling(2, outlet="Diena", campaigns=(2,)),
        telling(3, outlet="Vēstis", campaigns=(2, 3)), doubted(4, outlet="Laiks", campaigns=(1,)),
        political(5, campaigns=(1,)),
    )
    printed = chosen(told).printed
    assert [(one.title, one.outlets, one.mention_ids) for one in printed] == [
        ("Balva", ("Diena", "Vēstis"), (1, 2, 3)), ("MĀJAS 2026", ("Diena", "Laiks"), (1, 4)),
    ]  # fmt: skip


def test_the_offices_own_business_only_for_the_office() -> None:
    business = Business((), (), (), ())
    told = pool(telling(1), business={"comms": business}, troubles=(silent("Klusā", count=9),), silent=(silent("Klusā", count=9),))
    assert (chosen(told, role="comms").business, len(chosen(told, role="comms").troubles)) == (business, 1)
    for role in (None, "partner"):
        found = chosen(told, role=role)
        assert (found.business, found.troubles, len(found.silent)) == (None, (), 1)


def test_what_is_handed_on() -> None:
    told = pool(telling(1))
    found = choose(
        told, Choice(topics=frozenset({2, 1, 9})), day=DAY, since=SINCE, until=UNTIL, role=None, late=True, missed=2
    )
    assert (found.topics, found.late, found.missed, found.sources, found.answered) == (("Birojs", "Balvas"), True, 2, 76, 74)


@given(pools(), choices, st.sampled_from([None, "partner", "administrator", "reader"]))
def test_every_telling_that_passes_is_told_once_and_no_other(told: Pool, choice: Choice, role: str | None) -> None:
    found = chosen(told, choice, role)
    given_ = [one for story in told.stories for one in story.tellings]
    assert sorted(numbers(found.stories + found.doubtful)) == sorted(one.mention_id for one in given_ if passes(one, choice))
    for story in found.stories + found.doubtful:
        assert {one.story_id for one in story.tellings} == {story.story_id}
        assert list(story.tellings) == sorted(story.tellings, key=lambda one: (one.at, one.mention_id))
        assert story.known is (story.story_id in told.earlier)
    assert all(one.doubtful for story in found.doubtful for one in story.tellings)
    assert all(any(not one.doubtful for one in story.tellings) for story in found.stories)
    assert (found.business is None) or role in told.business


@given(pools(), choices, st.randoms(use_true_random=False))
def test_the_order_of_what_was_read_changes_nothing(told: Pool, choice: Choice, chance: Random) -> None:
    mixed = [replace(story, tellings=tuple(chance.sample(story.tellings, len(story.tellings)))) for story in told.stories]
    assert chosen(replace(told, stories=tuple(chance.sample(mixed, len(mixed)))), choice) == chosen(told, choice)


@given(pools(), choices)
def test_the_order_of_importance_holds_between_any_two(told: Pool, choice: Choice) -> None:
    near = ("regional", "local", "national", "diaspora", "social", "other")
    found = chosen(told, choice).stories
    for before, after in pairwise(found):
        marks = [
            (story.tone != "critical", not any(one.campaigns for one in story.tellings), not any(one.names_us for one in story.tellings))
            for story in (before, after)
        ]
        assert marks[0] <= marks[1]
        if marks[0] == marks[1]:
            best = [min(max(near.index(one.tier), 1) for one in story.tellings) for story in (before, after)]
            assert best[0] <= best[1]
            if best[0] == best[1]:
                assert len(before.outlets) >= len(after.outlets)
