"""A ceiling that nothing passes: not many at once, not a crash, not the end of a month."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from outreach.core.db import Store
from outreach.core.text import Texts
from scrapers import costs
from scrapers.models import Source

MONTH = "2026-11"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def sources(store: Store, *names: str) -> list[int]:
    with store.transaction() as session:
        return [
            session.scalars(
                insert(Source)
                .values(name=name, tier="social", kind="x", settings={}, enabled=True, state="new", state_since=NOW)
                .returning(Source.id)
            ).one()
            for name in names
        ]


def reserve(store: Store, source: int, amount: int, ceiling: int, month: str = MONTH) -> bool:
    with store.transaction() as session:
        return costs.reserve(session, source, month, amount, ceiling)


def spent(store: Store, source: int, month: str = MONTH) -> int:
    with store.reading() as session:
        return costs.spent(session, source, month)


def settle(store: Store, source: int, reserved: int, cost: int) -> None:
    with store.transaction() as session:
        costs.settle(session, source, MONTH, reserved, cost)


@pytest.mark.parametrize(
    ("amount", "ceiling", "granted"), [(500, 5_000, 10), (500, 4_999, 9), (300, 1_000, 3), (1, 50, 50), (7, 6, 0)]
)
def test_fifty_at_once_get_what_fits_under_the_ceiling_and_no_more(
    store: Store, amount: int, ceiling: int, granted: int
) -> None:
    [source] = sources(store, "X")
    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(lambda _: reserve(store, source, amount, ceiling), range(50)))
    assert sum(told) == granted
    assert spent(store, source) == granted * amount


def test_settling_at_once_with_reserving_loses_nothing_and_passes_nothing(store: Store) -> None:
    [source] = sources(store, "X")

    def ask(number: int) -> int:
        if not reserve(store, source, 100, 1_000):
            return 0
        assert spent(store, source) <= 1_000
        settle(store, source, 100, number % 3)
        return number % 3

    with ThreadPoolExecutor(16) as pool:
        paid = sum(pool.map(ask, range(50)))
    assert spent(store, source) == paid <= 1_000


def test_a_reservation_is_spent_until_it_is_settled(store: Store) -> None:
    [source] = sources(store, "X")
    assert reserve(store, source, 500, 1_000)
    # The process ends here; nobody settles.
    assert spent(store, source) == 500
    assert reserve(store, source, 500, 1_000)
    assert not reserve(store, source, 1, 1_000)
    settle(store, source, 500, 15)
    assert spent(store, source) == 515
    assert reserve(store, source, 485, 1_000)


def test_what_was_dearer_than_it_could_be_is_told_as_it_is(store: Store) -> None:
    [source] = sources(store, "X")
    assert reserve(store, source, 100, 100)
    settle(store, source, 100, 250)
    assert spent(store, source) == 250
    assert not reserve(store, source, 0, 100)


def test_what_is_settled_twice_leaves_no_debt_behind(store: Store) -> None:
    [source] = sources(store, "X")
    assert reserve(store, source, 100, 100)
    settle(store, source, 100, 0)
    settle(store, source, 100, 0)
    assert spent(store, source) == 0


def test_sources_and_months_are_counted_apart(store: Store) -> None:
    first, second = sources(store, "X", "Y")
    assert reserve(store, first, 100, 100)
    assert reserve(store, second, 100, 100)
    assert reserve(store, first, 100, 100, "2026-12")
    counted = [(first, MONTH), (second, MONTH), (first, "2026-12"), (first, "2027-01")]
    assert [spent(store, source, month) for source, month in counted] == [100, 100, 100, 0]


def test_a_ceiling_lowered_in_the_month_counts_from_then(store: Store) -> None:
    [source] = sources(store, "X")
    assert reserve(store, source, 600, 1_000)
    assert not reserve(store, source, 100, 500)
    assert reserve(store, source, 100, 2_000)


def test_an_amount_below_nought_is_a_mistake_of_ours(store: Store) -> None:
    [source] = sources(store, "X")
    with pytest.raises(ValueError, match="amount"):
        reserve(store, source, -1, 100)


def test_what_is_over_the_ceiling_waits_for_the_next_month(texts: Texts) -> None:
    error = costs.ceiling_reached(4_985, 5_000, NOW)
    assert error.key == "scrapers.cost_ceiling"
    assert error.facts == {
        "spent": 4.985, "ceiling": 5.0, "month": MONTH, "wait": timedelta(days=7, hours=14),
    }  # fmt: skip
    assert not error.permanent
    for language in ("lv", "en"):
        said = texts.in_language(language)(error.key, **error.facts)
        assert MONTH in said
        assert "{" not in said


@pytest.mark.parametrize(
    ("now", "month", "wait"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "2026-12", timedelta(minutes=1)),
        (datetime(2027, 1, 1, tzinfo=UTC), "2027-01", timedelta(days=31)),
        (datetime(2028, 2, 1, tzinfo=UTC), "2028-02", timedelta(days=29)),
        (datetime(2026, 12, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))), "2026-11", timedelta(hours=1)),
    ],
    ids=["year's end", "year's start", "leap", "zone"],
)
def test_a_month_is_the_calendar_s_in_utc(now: datetime, month: str, wait: timedelta) -> None:
    assert (costs.month_of(now), costs.until_next_month(now)) == (month, wait)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_the_next_month_begins_when_this_one_ends(now: datetime) -> None:
    after = now + costs.until_next_month(now)
    assert (after.day, after.hour, after.minute, after.second, after.microsecond) == (1, 0, 0, 0, 0)
    assert costs.month_of(after - timedelta(microseconds=1)) == costs.month_of(now) != costs.month_of(after)


@pytest.mark.parametrize(("ceiling", "told"), [(5_000, "5"), (1_500, "1.5")], ids=["whole", "part"])
def test_a_whole_sum_is_told_as_one(ceiling: int, told: str) -> None:
    assert str(costs.ceiling_reached(4_999, ceiling, datetime(2026, 11, 26, tzinfo=UTC)).facts["ceiling"]) == told
