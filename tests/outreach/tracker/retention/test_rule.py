"""The rule of dates: pure, and the same whether it is asked about today or about days to come."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from outreach.tracker.retention.quarters import bounds, coarse, first_day, in_order, noon
from outreach.tracker.retention.rule import Kept, coming, is_due, months_before, whole
from tests.outreach.rooms import NOW, RIGA

DAYS = some.dates(date(2015, 1, 1), date(2030, 12, 31))
MOMENTS = some.datetimes(datetime(2015, 1, 1), datetime(2030, 12, 31), timezones=some.just(UTC))
RECORDS = some.builds(
    Kept,
    some.sampled_from(["household", "inquiry"]),
    some.integers(1, 999),
    some.one_of(some.none(), some.integers(1, 3)),
    MOMENTS,
    some.one_of(some.none(), DAYS),
    some.booleans(),
    some.one_of(some.none(), DAYS),
)


@pytest.mark.parametrize(
    ("now", "months", "limit"),
    [
        (datetime(2026, 3, 31, 9, tzinfo=UTC), 1, datetime(2026, 2, 28, 9, tzinfo=UTC)),
        (datetime(2024, 3, 31, 9, tzinfo=UTC), 1, datetime(2024, 2, 29, 9, tzinfo=UTC)),
        (datetime(2026, 1, 15, 9, tzinfo=UTC), 1, datetime(2025, 12, 15, 9, tzinfo=UTC)),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), 36, datetime(2023, 11, 23, 9, tzinfo=UTC)),
    ],
)
def test_months_are_calendar_months(now: datetime, months: int, limit: datetime) -> None:
    assert months_before(now, months) == limit


@given(some.lists(RECORDS, max_size=8), MOMENTS, some.integers(1, 40), some.integers(0, 400))
def test_the_preview_says_what_the_rule_will_say_on_each_day(records: list[Kept], now: datetime, months: int, days: int) -> None:
    found = coming(records, now, months, days)
    for kept in records:
        first = next((step for step in range(days + 1) if is_due(kept, now + timedelta(days=step), months)), None)
        told = [one.on for one in found if one.kept is kept]
        assert told == ([] if first is None else [(now + timedelta(days=first)).date()])


@pytest.mark.parametrize(
    ("held", "open_", "day", "due"),
    [
        (None, False, None, True),
        (NOW.date(), False, None, True),  # on its own day a hold holds no more
        (NOW.date() + timedelta(days=1), False, None, False),
        (None, True, None, False),
        (None, False, NOW.date() - timedelta(days=400), False),
        (None, False, NOW.date() - timedelta(days=1200), True),
    ],
)
def test_a_hold_an_open_case_or_a_late_stage_keep_a_record(held: date | None, open_: bool, day: date | None, due: bool) -> None:
    kept = Kept("household", 1, 1, NOW - timedelta(days=1300), day, open_, held)
    assert is_due(kept, NOW, 36) is due


def test_a_family_is_whole_only_when_all_of_it_is_due() -> None:
    old = Kept("household", 1, 1, NOW)
    asked, other = Kept("inquiry", 1, 1, NOW), Kept("inquiry", 2, 2, NOW)
    assert whole([old, asked, other], [old, other]) == [2]
    assert whole([old, asked], [old, asked]) == [1]
    assert whole([Kept("inquiry", 3, None, NOW)], [Kept("inquiry", 3, None, NOW)]) == []


@given(some.lists(DAYS, max_size=40))
def test_days_of_a_quarter_stay_apart_in_it_and_in_order(days: list[date]) -> None:
    moved = in_order(days)
    assert set(moved) == set(days)
    assert [moved[day] for day in sorted(set(days))] == sorted(set(moved.values()))
    for day, other in moved.items():
        assert first_day(day) == first_day(other) <= other <= day


def test_every_day_of_a_quarter_has_room() -> None:
    days = [date(2026, 1, 1) + timedelta(days=step) for step in range(90)]
    assert list(in_order(days).values()) == days


@given(MOMENTS)
def test_a_coarse_moment_lies_in_its_own_quarter_of_the_office(moment: datetime) -> None:
    day = moment.astimezone(RIGA).date()
    since, until = bounds(day, RIGA)
    assert since <= moment < until
    assert since <= coarse(moment, RIGA) < until
    assert coarse(coarse(moment, RIGA), RIGA) == coarse(moment, RIGA) == noon(first_day(day), RIGA)
