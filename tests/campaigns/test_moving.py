"""Deliveries given another moment on the calendar: hours kept over the changes of clocks, windows, walls, refusals."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import Delivery, Post
from campaigns.timing import moving
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from tests.campaigns.desk import NOW, Desk

RIGA, LONDON = ZoneInfo("Europe/Riga"), ZoneInfo("Europe/London")
DUE = NOW + timedelta(days=1)  # 10:00 in Riga
ZONES = ("Europe/Riga", "Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Oslo")
DAYS = st.dates(date(2026, 3, 20), date(2026, 11, 5))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 by Riga's clocks."""
    return datetime(2026, 3, day, hour, minute, tzinfo=RIGA).astimezone(UTC)


def move(desk: Desk, delivery_id: int, due_at: datetime, seen: datetime = DUE) -> Delivery:
    with desk.store.transaction() as session:
        moving.move(session, desk.clock.now(), delivery_id, due_at, seen_due_at=seen, zone=RIGA)
    return desk.row(delivery_id)


def refused(desk: Desk, delivery_id: int, due_at: datetime, seen: datetime = DUE) -> str:
    with pytest.raises(OutreachError) as error:
        move(desk, delivery_id, due_at, seen)
    assert desk.row(delivery_id).due_at == DUE
    return error.value.key


def changed(desk: Desk, delivery_id: int, **told: object) -> None:
    with desk.store.transaction() as session:
        row = session.get_one(Delivery, delivery_id)
        for name, value in told.items():
            setattr(row, name, value)


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        (date(2026, 3, 28), time(3, 30), "2026-03-28T01:30"),
        (date(2026, 3, 29), time(2, 59), "2026-03-29T00:59"),
        (date(2026, 3, 29), time(4, 0), "2026-03-29T01:00"),
        (date(2026, 10, 25), time(3, 30), "2026-10-25T00:30"),  # it comes twice: the first
        (date(2026, 10, 25), time(4, 0), "2026-10-25T02:00"),
    ],
)
def test_an_hour_of_the_wall_is_a_moment(day: date, hour: time, moment: str) -> None:
    assert moving.moment_of(day, hour, RIGA) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_an_hour_that_the_spring_change_leaves_out_is_refused(minute: int) -> None:
    with pytest.raises(OutreachError) as error:
        moving.moment_of(date(2026, 3, 29), time(3, minute), RIGA)
    assert error.value.key == "calendar.gap"


@given(DAYS, DAYS, st.times(), st.sampled_from(ZONES))
def test_another_day_keeps_the_hour_that_was_meant(first: date, day: date, hour: time, name: str) -> None:
    zone = ZoneInfo(name)
    try:
        due_at = moving.moment_of(first, hour, zone)
        wall = due_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        moved = moving.on_day(due_at, day, zone=RIGA, wall=wall, wall_zone=name)
    except OutreachError:  # the spring change leaves it out: said by the test above
        return
    assert local_day(moved, RIGA) == day
    there = moved.astimezone(zone)
    assert (there.hour, there.minute) == (hour.hour, hour.minute)


@given(DAYS, DAYS, st.times(), st.integers(0, 1))
def test_a_day_and_back_again_is_where_it_was(first: date, day: date, hour: time, fold: int) -> None:
    due_at = datetime.combine(first, hour, tzinfo=RIGA).replace(fold=fold).astimezone(UTC)
    assert moving.on_day(due_at, local_day(due_at, RIGA), zone=RIGA) == due_at
    try:
        there = moving.on_day(due_at, day, zone=RIGA)
        back = moving.on_day(there, local_day(due_at, RIGA), zone=RIGA)
    except OutreachError:
        return
    assert back.astimezone(RIGA).replace(tzinfo=None, fold=0) == due_at.astimezone(RIGA).replace(tzinfo=None, fold=0)


def test_a_move_takes_the_window_along(desk: Desk) -> None:
    number = desk.plan(desk.channel(), due_at=DUE)
    changed(desk, number, not_after=DUE + timedelta(hours=2))
    moved = move(desk, number, at(5, 18))
    assert (moved.due_at, moved.not_after) == (at(5, 18), at(5, 20))
    assert desk.status(number) == "scheduled"


def test_a_move_keeps_whose_hour_was_meant(desk: Desk) -> None:
    number = desk.plan(desk.channel(), due_at=DUE)
    changed(desk, number, wall="2026-03-03T08:00", wall_zone="Europe/London")
    moved = move(desk, number, at(5, 20, 30))
    assert (moved.wall, moved.wall_zone) == ("2026-03-05T18:30", "Europe/London")


def test_what_failed_is_tried_anew(desk: Desk) -> None:
    number = desk.plan(desk.channel(), due_at=DUE)
    changed(desk, number, status="failed", attempts=5, error_key="campaigns.late", error_facts={"hours": 6})
    moved = move(desk, number, at(5, 18))
    assert (moved.status, moved.attempts, moved.error_key) == ("scheduled", 0, None)


@pytest.mark.parametrize("status", ["sending", "published", "unconfirmed", "cancelled"])
def test_what_is_out_or_called_off_stays(desk: Desk, status: str) -> None:
    number = desk.plan(desk.channel(), due_at=DUE)
    changed(desk, number, status=status)
    assert refused(desk, number, at(5, 18)) == "campaigns.delivery.status"


def test_who_saw_another_moment_is_refused(desk: Desk) -> None:
    number = desk.plan(desk.channel(), due_at=DUE)
    assert refused(desk, number, at(5, 18), seen=DUE - timedelta(minutes=1)) == "calendar.moved_meanwhile"


def test_nothing_goes_into_the_past(desk: Desk) -> None:
    number = desk.plan(desk.channel(), due_at=DUE)
    assert refused(desk, number, NOW - timedelta(minutes=6)) == "calendar.past"
    assert move(desk, number, NOW - timedelta(minutes=4)).due_at == NOW - timedelta(minutes=4)


def test_nothing_goes_before_its_embargo(desk: Desk) -> None:
    number = desk.plan(desk.channel(), due_at=DUE)
    with desk.store.transaction() as session:
        session.get_one(Post, desk.row(number).post_id).embargo_until = at(5, 12)
    assert refused(desk, number, at(5, 11, 59)) == "calendar.embargo"
    assert move(desk, number, at(5, 12)).due_at == at(5, 12)


def test_a_copy_is_a_post_of_its_own_that_nobody_has_approved(desk: Desk) -> None:
    number = desk.plan(desk.channel(), due_at=DUE)
    changed(desk, number, status="published", not_after=DUE + timedelta(hours=3), wall="2026-03-03T08:00", wall_zone="Europe/London")
    with desk.store.transaction() as session:
        copy = moving.copy(session, NOW, number, at(6, 10), actor="anna@example.org", zone=RIGA).id
    first, second = desk.see(number), desk.see(copy)
    assert (second.title, second.channel, second.due_at) == (first.title, first.channel, at(6, 10))
    assert second.post_id != first.post_id and not second.approved and second.code != first.code
    assert (first.status, first.due_at) == ("published", DUE)
    row = desk.row(copy)
    assert (row.not_after, row.wall, row.wall_zone) == (at(6, 13), "2026-03-06T08:00", "Europe/London")


def test_a_draft_is_dropped_and_taken_back(desk: Desk) -> None:
    channel, post = desk.channel(), desk.post()
    with desk.store.transaction() as session:
        number = moving.drop(session, NOW, post, channel, at(6, 10), zone=RIGA).id
    with pytest.raises(OutreachError) as error, desk.store.transaction() as session:
        moving.take_back(session, NOW, number, seen_due_at=at(6, 11), zone=RIGA)
    assert error.value.key == "calendar.moved_meanwhile"
    with desk.store.transaction() as session:
        moving.take_back(session, NOW, number, seen_due_at=at(6, 10), zone=RIGA)
    assert desk.status(number) == "cancelled"


@pytest.mark.parametrize("deed", ["copy", "drop"])
def test_copies_and_drops_into_the_past_leave_nothing(desk: Desk, deed: str) -> None:
    number = desk.plan(desk.channel(), due_at=DUE)
    post = desk.post()
    with pytest.raises(OutreachError) as error, desk.store.transaction() as session:
        if deed == "copy":
            moving.copy(session, NOW, number, NOW - timedelta(days=1), actor="x", zone=RIGA)
        else:
            moving.drop(session, NOW, post, desk.row(number).channel_id, NOW - timedelta(days=1), zone=RIGA)
    assert error.value.key == "calendar.past"
    with desk.store.reading() as session:
        assert (session.query(Post).count(), session.query(Delivery).count()) == (2, 1)
