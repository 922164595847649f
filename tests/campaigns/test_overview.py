"""Campaigns and their figures as pages ask for them, on both databases; a place sees its own alone."""

from datetime import date, timedelta

import pytest

from campaigns import dispatch, editing, links, overview, queries
from tests.campaigns.desk import Desk

TODAY = date(2026, 3, 2)


def start(desk: Desk, name: str, *places: str, starts: int = 0, ends: int | None = None) -> int:
    with desk.store.transaction() as session:
        return editing.start(
            session, desk.clock.now(), name, TODAY + timedelta(days=starts),
            None if ends is None else TODAY + timedelta(days=ends), municipalities=places,
        ).id  # fmt: skip


def names(desk: Desk, period: str, place: str | None = None, before: int | None = None, limit: int = 50) -> list[str]:
    with desk.store.reading() as session:
        return [row.name for row in overview.listed(session, TODAY, period, place=place, before=before, limit=limit)]


def test_periods_share_no_campaign_and_leave_none_out(desk: Desk) -> None:
    for name, starts, ends in (("today", 0, 0), ("open", -9, None), ("last day", -3, 0), ("over", -3, -1), ("next", 1, 5), ("later", 9, None)):
        start(desk, name, starts=starts, ends=ends)
    assert names(desk, "current") == ["today", "last day", "open"]
    assert names(desk, "coming") == ["next", "later"]
    assert names(desk, "past") == ["over"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (None, ["e", "d", "c", "b", "a"]), ("Krāslavas novads", ["b", "a"]), ("Rēzekne", ["c", "b"]), ("Rēzeknes novads", ["d"]),
        ("Rēz%", []), ("_ēzekne", []), ('Rēzekne", "', []), ("", []), ("Rīga", []),
    ],
)  # fmt: skip
def test_a_place_sees_its_own(desk: Desk, place: str | None, expected: list[str]) -> None:
    start(desk, "a", "Krāslavas novads")
    start(desk, "b", "Krāslavas novads", "Rēzekne")
    start(desk, "c", "Rēzekne")
    start(desk, "d", "Rēzeknes novads")
    start(desk, "e")
    assert names(desk, "current", place) == expected
    with desk.store.reading() as session:
        assert [row.name for row in overview.stretches(session, TODAY, TODAY, place=place)] == expected[::-1]
        assert [overview.campaign(session, number, place=place) is not None for number in range(1, 6)] == [
            name in expected for name in "abcde"
        ]


@pytest.mark.parametrize("period", ["current", "coming", "past"])
def test_pages_of_a_list_follow_each_other(desk: Desk, period: str) -> None:
    sign = {"current": (-1, None), "coming": (1, None), "past": (-9, -1)}[period]
    numbers = {f"{count}": start(desk, f"{count}", starts=sign[0] * (1 + count % 3), ends=sign[1]) for count in range(7)}
    whole = names(desk, period)
    assert len(whole) == 7
    paged: list[str] = []
    while page := names(desk, period, before=numbers[paged[-1]] if paged else None, limit=3):
        paged += page
    assert paged == whole


def test_figures_count_what_is_the_campaign_s(desk: Desk) -> None:
    sent = desk.plan(desk.channel())
    desk.post()
    with desk.store.transaction() as session:
        links.follow(session, desk.clock.now(), desk.see(sent).code)
        links.follow(session, desk.clock.now(), desk.see(sent).code)
    start(desk, "other")
    with desk.store.reading() as session:
        rows = {row.name: (row.posts, row.published, row.clicks) for row in overview.listed(session, TODAY, "current")}
    assert rows == {"MĀJAS 2026": (2, 0, 2), "other": (0, 0, 0)}


def test_deliveries_between_are_those_due_in_the_span_and_of_the_place(desk: Desk) -> None:
    now = desk.clock.now()
    channel = desk.channel()
    due = [desk.plan(channel, due_at=now + timedelta(hours=hours)) for hours in (0, 1, 2)]
    cancelled = desk.plan(channel, due_at=now)
    with desk.store.transaction() as session:
        dispatch.cancel(session, now, cancelled)
    with desk.store.reading() as session:
        found = queries.deliveries_between(session, now, now + timedelta(hours=2))
        assert [row.delivery_id for row in found] == due[:2]
        assert queries.deliveries_between(session, now, now + timedelta(hours=2), place="Rēzekne") == []
        assert [row.delivery_id for row in queries.deliveries(session, before=due[2])] == [due[1], cancelled, due[0]]
