"""The weeks a release is compared with, and what is usual in them."""

from datetime import UTC, date, datetime, timedelta
from math import ceil, floor
from statistics import variance
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from outreach.core.db import Store
from outreach.pressroom.results import asked
from outreach.pressroom.results.weeks import Usual, compared, usual, weeks
from outreach.tracker.models import Inquiry

DAY = date(2026, 11, 24)  # a Tuesday
RIGA = ZoneInfo("Europe/Riga")
WEEK = timedelta(weeks=1)


def test_weeks_begin_on_the_day_and_keep_the_weekday() -> None:
    told = weeks(DAY)
    assert told.after == (DAY, date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 15))
    assert (told.before[0], told.before[-1], len(told.before)) == (date(2026, 9, 29), date(2026, 11, 17), 8)
    assert told.earlier[::4] == (date(2023, 11, 21), date(2024, 11, 26), date(2025, 11, 25))


@given(st.dates(date(2004, 1, 1), date(2100, 12, 31)))
def test_every_week_is_one_of_its_own(day: date) -> None:
    told = weeks(day).every
    assert len(set(told)) == 24 and all(one.weekday() == day.weekday() for one in told)
    assert all(later - one >= WEEK for one, later in zip(sorted(told), sorted(told)[1:], strict=False))
    a_year_ago = date(day.year - 1, day.month, min(day.day, 28))
    assert abs((weeks(day).earlier[8] - a_year_ago).days) <= 6


@pytest.mark.parametrize(
    ("counts", "more", "mean", "low", "high"),
    [
        ([0] * 20, 4, 0.0, 0, 1),
        ([1] * 20, 4, 4.0, 1, 9),
        ([5] * 20, 1, 5.0, 1, 10),
        ([5] * 20, 4, 20.0, 11, 30),
        ([2, 4, 6, 8, 10, 0, 3, 7], 4, 20.0, 6, 38),  # it scatters more than chance: wider
        ([0, 0, 0, 0, 0, 30], 2, 10.0, 0, 90),
    ],
)
def test_what_is_usual(counts: list[int], more: int, mean: float, low: int, high: int) -> None:
    assert usual(counts, more) == Usual(more, mean, low, high)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 400), min_size=6, max_size=24), st.integers(1, 4))
def test_the_limits_are_those_of_the_distribution(counts: list[int], more: int) -> None:
    told = usual(counts, more)
    mean = sum(counts) / len(counts)
    scatter = max(1.0, variance(counts) / mean) if mean else 1.0
    known = nbinom(sum(counts) / scatter + 0.5, len(counts) / (len(counts) + more))
    assert told is not None
    assert abs(told.low - floor(known.ppf(0.025) * scatter)) <= scatter + 1
    assert abs(told.high - ceil(known.ppf(0.975) * scatter)) <= scatter + 1


@given(st.lists(st.integers(0, 50), min_size=6, max_size=24))
def test_more_of_the_same_is_never_remarkable(counts: list[int]) -> None:
    told = usual(counts, 1)
    assert told is not None and told.low <= told.mean <= told.high + 1
    assert told.verdict(round(told.mean)) == "within" or told.mean > told.high


def test_five_weeks_say_nothing() -> None:
    assert usual([4] * 5, 4) is None and usual([4] * 6, 4) is not None and usual([4] * 6, 0) is None


@pytest.mark.parametrize(("count", "verdict"), [(10, "less"), (11, "within"), (30, "within"), (31, "more")])
def test_the_verdict(count: int, verdict: str) -> None:
    assert Usual(4, 20.0, 11, 30).verdict(count) == verdict


def test_only_weeks_that_are_over_count_and_none_before_the_first_inquiry() -> None:
    told = weeks(DAY)
    counts = dict.fromkeys(told.every, 3) | {told.after[2]: 99}
    half = compared(told, counts, told.after[2] + timedelta(days=6), told.before[2])
    assert (half.done, half.count) == (2, 6) and told.after[2] not in half.counts
    assert half.mean_before == 3 and half.mean_earlier is None and half.usual == usual([3] * 6, 2)
    whole = compared(told, counts, told.after[2] + WEEK, told.earlier[0])
    assert (whole.done, whole.count, whole.verdict) == (3, 105, "more")
    fresh = compared(told, counts, DAY + timedelta(days=6), told.earlier[0])
    assert (fresh.done, fresh.usual, fresh.verdict) == (0, None, None) and fresh.weekly == usual([3] * 20, 1)
    new = compared(told, {}, DAY + 10 * WEEK, None)
    assert (new.count, new.usual, new.mean_before, len(new.counts)) == (0, None, None, 4)


def inquiry(at: datetime, number: int) -> Inquiry:
    return Inquiry(token=str(number), received_at=at, arrived_by="form", dedup_key=str(number))


def test_weeks_end_at_midnight_of_riga_also_when_the_clock_changes(store: Store) -> None:
    # Summer time ends on 25 October 2026: that week has an hour more.
    day = date(2026, 10, 20)
    moments = ("2026-10-20T00:00", "2026-10-26T23:59", "2026-10-19T23:59", "2026-10-27T00:00")
    with store.transaction() as session:
        for number, told in enumerate(moments):
            session.add(inquiry(datetime.fromisoformat(told).replace(tzinfo=RIGA).astimezone(UTC), number))
    with store.reading() as session:
        assert asked.by_week(session, [day, day + WEEK], RIGA)[0] == {day: 2, day + WEEK: 1}
        assert asked.by_week(session, [], RIGA) == ({}, None)
        around = asked.around(session, datetime(2026, 11, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 19, 21, 30, tzinfo=UTC), RIGA)
    assert around.weeks.after[0] == day and (around.done, around.count) == (4, 3)
