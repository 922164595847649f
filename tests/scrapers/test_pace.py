"""How often a source is asked, by how often it brings something."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import pace
from scrapers.health import is_silent
from scrapers.pace import Bounds, Rhythm

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = Bounds(30 * MINUTE, 10 * MINUTE, DAY)

rests = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=60))


def every(gap: timedelta, times: int = 20) -> list[datetime]:
    return [NOW - gap * number for number in range(times)]


@pytest.mark.parametrize(
    ("moments", "beat", "gap"),
    [
        ([], None, None),
        ([NOW], None, None),
        ([NOW, NOW - DAY], None, None),
        (every(7 * DAY), 7 * DAY, 7 * DAY),
        (every(3 * HOUR), 3 * HOUR, 3 * HOUR),
        (every(5 * MINUTE), 5 * MINUTE, 5 * MINUTE),
        # Ten articles each evening, all within an hour: what counts is the day between.
        (
            [NOW - DAY * day - 5 * MINUTE * number for day in range(6) for number in range(10)],
            23 * HOUR + 15 * MINUTE,
            23 * HOUR + 15 * MINUTE,
        ),
        # By day every two hours, nothing at night: the night is no silence to wonder at.
        ([NOW - DAY * day - 2 * HOUR * number for day in range(6) for number in range(6)], 2 * HOUR, 14 * HOUR),
        # One summer holiday does not make a habit of silence.
        ([*every(DAY, 12), NOW - 50 * DAY, NOW - 51 * DAY], DAY, DAY),
        # What lies ahead or ages ago says nothing of the usual.
        ([NOW + DAY, NOW + 2 * DAY, NOW, NOW - 500 * DAY], None, None),
        (every(DAY, 3), DAY, DAY),
    ],
    ids=[
        "nothing", "one", "two", "weekly", "hourly", "always", "evenings", "office hours", "holiday", "unbelievable",
        "three",
    ],
)  # fmt: skip
def test_rhythm(moments: list[datetime], beat: timedelta | None, gap: timedelta | None) -> None:
    told = pace.rhythm(moments, NOW)
    assert told == (None if beat is None or gap is None else Rhythm(beat, gap))
    assert pace.rhythm(reversed(moments * 2), NOW) == told


@pytest.mark.parametrize(
    ("before", "beat", "brought", "ttl", "told"),
    [
        (None, None, False, None, 30 * MINUTE),
        (30 * MINUTE, None, True, None, 18 * MINUTE),
        (12 * MINUTE, None, True, None, 10 * MINUTE),
        (40 * MINUTE, None, False, None, 50 * MINUTE),
        (23 * HOUR, None, False, None, DAY),
        (30 * MINUTE, 7 * DAY, False, None, DAY),
        (30 * MINUTE, 8 * HOUR, False, None, 2 * HOUR),
        (30 * MINUTE, 5 * MINUTE, True, None, 10 * MINUTE),
        (30 * MINUTE, 5 * MINUTE, True, HOUR, HOUR),
        (30 * MINUTE, 8 * HOUR, True, HOUR, 2 * HOUR),
        (30 * MINUTE, 8 * HOUR, True, 9 * DAY, DAY),
    ],
    ids=[
        "new", "brought", "least", "brought nothing", "most", "weekly", "daily", "always", "asks for an hour",
        "asks for less", "asks for weeks",
    ],
)  # fmt: skip
def test_interval(
    before: timedelta | None, beat: timedelta | None, brought: bool, ttl: timedelta | None, told: timedelta
) -> None:
    assert pace.interval(before, beat, brought=brought, ttl=ttl, bounds=BOUNDS) == told


@given(st.none() | rests, st.none() | rests, st.booleans(), st.none() | rests)
def test_interval_stays_within_its_bounds(
    before: timedelta | None, beat: timedelta | None, brought: bool, ttl: timedelta | None
) -> None:
    told = pace.interval(before, beat, brought=brought, ttl=ttl, bounds=BOUNDS)
    assert BOUNDS.least <= told <= BOUNDS.most
    assert ttl is None or told >= min(ttl, BOUNDS.most)


@given(st.integers(1, 100_000), st.booleans(), rests)
def test_a_failing_source_rests_longer_each_time_and_never_longer_than_a_day(
    failures: int, hard: bool, rest: timedelta
) -> None:
    one = pace.backoff(rest, failures, hard=hard, most=DAY)
    more = pace.backoff(rest, failures + 1, hard=hard, most=DAY)
    assert min(rest, DAY) <= one <= more <= DAY


def test_what_does_not_mend_itself_weighs_more() -> None:
    soft = [pace.backoff(30 * MINUTE, number, hard=False, most=DAY) for number in range(1, 6)]
    hard = [pace.backoff(30 * MINUTE, number, hard=True, most=DAY) for number in range(1, 6)]
    assert all(one < other for one, other in zip(soft, hard, strict=True))


@given(rests, st.integers(1, 10_000_000))
def test_sources_that_began_together_do_not_stay_together(rest: timedelta, number: int) -> None:
    told = pace.next_at(NOW, rest, number) - NOW
    assert rest <= told <= rest * 1.05 + timedelta(seconds=10)
    assert pace.next_at(NOW, rest, number) == pace.next_at(NOW, rest, number)
    assert len({pace.next_at(NOW, 30 * MINUTE, one) for one in range(200)}) > 5


@pytest.mark.parametrize(
    ("quiet", "gap", "silent"),
    [
        (None, None, False),
        (13 * DAY, None, False),
        (15 * DAY, None, True),
        (9 * DAY, 3 * DAY, True),
        (7 * DAY, 3 * DAY, False),
        (2 * DAY, 2 * HOUR, True),
        (20 * HOUR, 2 * HOUR, False),
        (30 * DAY, 14 * DAY, False),
    ],
)
def test_silence_is_measured_by_a_sources_own_gap(
    quiet: timedelta | None, gap: timedelta | None, silent: bool
) -> None:
    last = None if quiet is None else NOW - quiet
    assert is_silent(last, None if gap is None else int(gap.total_seconds()), NOW) is silent
