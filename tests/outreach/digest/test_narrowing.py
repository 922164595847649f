"""A daily mail beside a weekly one: read once for both, each told as if it had been read for it alone."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.digest.facts import Business
from outreach.digest.narrowing import narrowed
from outreach.tracker.queries import SourceCount
from tests.outreach.digest.morning import SINCE, UNTIL, pool, telling

MINUTE = timedelta(minutes=1)
CAME = (SourceCount("unknown", None, None, None, (1, 2)),)


def test_the_whole_time_is_the_pool_itself() -> None:
    whole = pool(telling(1), telling(2))
    assert narrowed(whole, SINCE, UNTIL, ()) is whole


def test_what_was_told_before_is_known_and_what_is_old_is_no_news() -> None:
    middle = UNTIL - timedelta(hours=6)
    whole = pool(
        telling(1, story_id=1, found_at=middle - MINUTE),
        telling(2, story_id=1, found_at=middle),
        telling(3, story_id=3, found_at=middle - MINUTE),
        telling(4, story_id=4, found_at=middle, at=middle - timedelta(days=3) - MINUTE),
        telling(5, story_id=5, found_at=UNTIL - MINUTE),
        telling(6, story_id=6, found_at=middle - MINUTE, counted=False, sense="expulsion"),
        telling(7, story_id=6, found_at=middle + MINUTE),
        earlier=frozenset({5, 3}),
    )
    part = narrowed(whole, middle, UNTIL, ())
    assert {one.mention_id for story in part.stories for one in story.tellings} == {2, 5, 7}
    assert part.earlier == {1, 5}  # six was told in no sense of ours


def test_inquiries_are_those_of_the_part() -> None:
    office = Business((), (), (), ())
    part = narrowed(pool(business={"comms": office}), SINCE + MINUTE, UNTIL, CAME)
    assert part.business["comms"].inquiries == CAME


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 24 * 60 - 1)), max_size=20),
    st.integers(0, 24 * 60 - 1),
    st.integers(1, 24 * 60),
)
def test_every_telling_of_the_part_and_no_other_is_in_it(told: list[tuple[int, int]], begin: int, length: int) -> None:
    tellings = [
        telling(number, story_id=story, found_at=SINCE + minute * MINUTE, at=SINCE + minute * MINUTE)
        for number, (story, minute) in enumerate(told, 1)
    ]
    since, until = SINCE + begin * MINUTE, min(SINCE + (begin + length) * MINUTE, UNTIL)
    part = narrowed(pool(*tellings), since, until, ())
    kept = sorted(one.mention_id for story in part.stories for one in story.tellings)
    assert kept == [one.mention_id for one in tellings if since <= one.found_at < until]
    assert all(story.tellings for story in part.stories)
