"""Clashes of a plan: close ones on a channel, embargoes; what is out or off clashes with nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.conflicts import Clash, clashes
from campaigns.planning.timetable import Due

START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def due(number: int, minutes: int, *, channel: int = 1, status: str = "scheduled", embargo: int | None = None) -> Due:
    until = None if embargo is None else START + timedelta(minutes=embargo)
    return Due(number, START + timedelta(minutes=minutes), status, channel, f"Kanāls {channel}", until)


@pytest.mark.parametrize(
    ("apart", "one", "other", "found"),
    [
        (59, "scheduled", "scheduled", True),
        (60, "scheduled", "scheduled", False),
        (0, "scheduled", "scheduled", True),
        (30, "published", "scheduled", True),
        (30, "unconfirmed", "sending", True),
        (30, "published", "published", False),
        (30, "failed", "scheduled", False),
        (30, "scheduled", "cancelled", False),
    ],
)
def test_two_on_one_channel_within_an_hour(apart: int, one: str, other: str, found: bool) -> None:
    told = clashes([due(2, apart, status=other), due(1, 0, status=one)])
    assert told == ((Clash("close", (1, 2), "Kanāls 1"),) if found else ())


def test_two_channels_do_not_clash() -> None:
    assert clashes([due(1, 0), due(2, 10, channel=2)]) == ()


def test_three_in_a_row_clash_two_by_two() -> None:
    told = clashes([due(1, 0), due(2, 50), due(3, 100)])
    assert [one.delivery_ids for one in told] == [(1, 2), (2, 3)]


@pytest.mark.parametrize(
    ("minutes", "embargo", "status", "found"),
    [(0, 1, "scheduled", True), (1, 1, "scheduled", False), (0, 1, "published", False), (0, 1, "failed", False)],
)
def test_one_that_is_due_before_it_may_go_out(minutes: int, embargo: int, status: str, found: bool) -> None:
    told = clashes([due(1, minutes, embargo=embargo, status=status)])
    assert told == ((Clash("embargo", (1,), "Kanāls 1", START + timedelta(minutes=1)),) if found else ())


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 3)), max_size=30))
def test_the_order_in_which_they_are_told_changes_nothing(told: list[tuple[int, int]]) -> None:
    rows = [due(number, minutes, channel=channel) for number, (minutes, channel) in enumerate(told)]
    found = clashes(rows)
    assert found == clashes(reversed(rows))
    at = {row.delivery_id: row for row in rows}
    for one in found:
        before, after = (at[number] for number in one.delivery_ids)
        assert before.channel_id == after.channel_id
        assert timedelta(0) <= after.due_at - before.due_at < timedelta(hours=1)
    clashing = {number for one in found for number in one.delivery_ids}
    for row in rows:
        near = any(
            other is not row and other.channel_id == row.channel_id and abs(other.due_at - row.due_at) < timedelta(hours=1)
            for other in rows
        )
        assert near == (row.delivery_id in clashing)
