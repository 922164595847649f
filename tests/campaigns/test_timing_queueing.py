"""A channel's queue: the next free hour, for one and for many at once, on both stores."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest

from campaigns import dispatch, pausing
from campaigns.models import Campaign, ChannelRow, Delivery, Post
from campaigns.timing import queueing
from outreach.core.errors import OutreachError
from tests.campaigns.desk import NOW, Desk

RIGA, LONDON = ZoneInfo("Europe/Riga"), ZoneInfo("Europe/London")


def never(_: date) -> bool:
    return False


def queue_of(desk: Desk, *hours: tuple[int, str, ZoneInfo | None]) -> int:
    channel = desk.channel()
    with desk.store.transaction() as session:
        for weekday, hour, zone in hours:
            queueing.add_slot(session, channel, weekday, hour, zone)
    return channel


def put(desk: Desk, channel: int, post: int | None = None, is_quiet: queueing.IsQuiet = never) -> int:
    post = desk.post() if post is None else post
    with desk.store.transaction() as session:
        return queueing.enqueue(session, NOW, post, channel, zone=RIGA, is_quiet=is_quiet).id


def due(desk: Desk, *numbers: int) -> list[str]:
    return [f"{desk.row(number).due_at:%m-%d %H:%M}" for number in numbers]


def test_posts_take_one_hour_after_the_other(desk: Desk) -> None:
    channel = queue_of(desk, (1, "18:30", LONDON), (4, "9:00", None))  # NOW is a Monday
    numbers = [put(desk, channel) for _ in range(3)]
    assert due(desk, *numbers) == ["03-02 18:30", "03-05 07:00", "03-09 18:30"]
    first, second, _ = (desk.row(number) for number in numbers)
    assert (first.wall, first.wall_zone) == ("2026-03-02T18:30", "Europe/London")
    assert (second.wall, second.wall_zone) == (None, None)
    assert first.slot_id != second.slot_id is not None


def test_an_hour_is_free_again_when_its_post_was_called_off_or_moved(desk: Desk) -> None:
    channel = queue_of(desk, (4, "09:00", None))
    first, second = put(desk, channel), put(desk, channel)
    with desk.store.transaction() as session:
        dispatch.cancel(session, NOW, first)
        dispatch.reschedule(session, NOW, second, NOW + timedelta(days=1))
    assert desk.row(second).slot_id is None
    third, fourth = put(desk, channel), put(desk, channel)
    assert due(desk, third, fourth) == ["03-05 07:00", "03-12 07:00"]


def test_what_somebody_planned_for_that_very_moment_keeps_it(desk: Desk) -> None:
    channel = queue_of(desk, (4, "09:00", None))
    desk.plan(channel, due_at=datetime(2026, 3, 5, 7, 0, tzinfo=UTC))
    assert due(desk, put(desk, channel)) == ["03-12 07:00"]


def test_quiet_days_embargoes_and_rests_are_passed_over(desk: Desk) -> None:
    channel, post = queue_of(desk, (4, "09:00", None)), desk.post()
    with desk.store.transaction() as session:
        session.get_one(Post, post).embargo_until = datetime(2026, 3, 12, 7, 1, tzinfo=UTC)
        session.get_one(ChannelRow, channel).rest_until = datetime(2026, 3, 6, tzinfo=UTC)
    assert due(desk, put(desk, channel, post, lambda day: day == date(2026, 3, 19))) == ["03-26 07:00"]
    assert due(desk, put(desk, channel)) == ["03-12 07:00"]


def test_a_day_that_is_quiet_at_home_or_there_keeps_its_hour_free(desk: Desk) -> None:
    """At 23:30 in London it is the next day already in Riga."""
    for quiet in (date(2026, 3, 4), date(2026, 3, 5)):
        channel = queue_of(desk, (3, "23:30", LONDON))
        number = put(desk, channel, is_quiet=lambda day, quiet=quiet: day == quiet)  # type: ignore[misc]
        assert due(desk, number) == ["03-11 23:30"]


@pytest.mark.parametrize("held", ["channel", "campaign", "everything"])
def test_nothing_is_queued_while_it_is_paused(desk: Desk, held: str) -> None:
    channel, post = queue_of(desk, (4, "09:00", None)), desk.post()
    with desk.store.transaction() as session:
        if held == "channel":
            dispatch.pause(session, channel)
        elif held == "campaign":
            session.get_one(Campaign, desk.campaign_id).paused = True
        else:
            pausing.pause_all(session, NOW, "Sēras", "anna")
    with pytest.raises(OutreachError) as told:
        put(desk, channel, post)
    assert told.value.key == "timing.queue.paused"


def test_without_hours_or_without_a_free_one_it_says_so(desk: Desk) -> None:
    with pytest.raises(OutreachError) as none:
        put(desk, desk.channel())
    assert none.value.key == "timing.queue.none"
    with pytest.raises(OutreachError) as full:
        put(desk, queue_of(desk, (4, "09:00", None)), is_quiet=lambda _: True)
    assert (full.value.key, full.value.facts["weeks"]) == ("timing.queue.full", 12)
    with pytest.raises(OutreachError) as missing:
        put(desk, 99)
    assert missing.value.key == "campaigns.channel.missing"


def test_a_post_stands_in_a_queue_once(desk: Desk) -> None:
    channel, post = queue_of(desk, (4, "09:00", None)), desk.post()
    put(desk, channel, post)
    with pytest.raises(OutreachError) as told:
        put(desk, channel, post)
    assert told.value.key == "campaigns.delivery.exists"


def test_two_at_once_never_take_the_same_hour(desk: Desk) -> None:
    channel = queue_of(desk, (2, "09:00", None), (4, "09:00", None))
    posts = [[desk.post() for _ in range(4)] for _ in range(3)]
    together, failed = Barrier(3), []

    def take(mine: list[int]) -> None:
        try:
            for post in mine:
                together.wait(30)
                with desk.store.transaction() as session:
                    queueing.enqueue(session, NOW, post, channel, zone=RIGA, is_quiet=never)
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=take, args=(mine,)) for mine in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    with desk.store.reading() as session:
        moments = [row.due_at for row in session.query(Delivery)]
    assert len(moments) == len(set(moments)) == 12


def test_what_would_be_taken_is_told_and_not_taken(desk: Desk) -> None:
    channel, without = queue_of(desk, (4, "09:00", None)), desk.channel()
    posts = [desk.post(), desk.post()]
    with desk.store.transaction() as session:
        told = queueing.next_free(session, NOW, posts, [channel, without], zone=RIGA, is_quiet=never)
        places = [f"{one.place.at:%m-%d}" for one in told if one.place is not None]
        assert places == ["03-05", "03-12"]
    assert desk.counts() == {}
    with desk.store.transaction() as session:
        made = queueing.enqueue_all(session, NOW, posts, [channel], zone=RIGA, is_quiet=never)
        assert [f"{one.due_at:%m-%d}" for one in made] == places
    with desk.store.reading() as session:
        again = queueing.next_free(session, NOW, posts, [channel], zone=RIGA, is_quiet=never)
    assert [one.trouble.key for one in again if one.trouble is not None] == ["campaigns.delivery.exists"] * 2


def test_neighbours_change_places(desk: Desk) -> None:
    channel = queue_of(desk, (2, "18:30", LONDON), (4, "09:00", None))
    first, second, third = (put(desk, channel) for _ in range(3))
    before = {number: desk.row(number) for number in (first, second)}
    with desk.store.transaction() as session:
        assert queueing.swap(session, NOW, second, up=True, zone=RIGA) == (second, first)
    for one, other in ((first, second), (second, first)):
        row, was = desk.row(one), before[other]
        assert (row.due_at, row.wall, row.wall_zone, row.slot_id) == (was.due_at, was.wall, was.wall_zone, was.slot_id)
    for number, up, key in (
        (second, True, "timing.queue.end"), (third, False, "timing.queue.end"), (99, True, "campaigns.delivery.missing"),
    ):  # fmt: skip
        with pytest.raises(OutreachError) as told, desk.store.transaction() as session:
            queueing.swap(session, NOW, number, up=up, zone=RIGA)
        assert told.value.key == key


def test_whoever_stands_outside_the_queue_changes_places_with_nobody(desk: Desk) -> None:
    channel = queue_of(desk, (4, "09:00", None))
    put(desk, channel)
    outside = desk.plan(channel, due_at=NOW + timedelta(days=1))
    with pytest.raises(OutreachError) as told, desk.store.transaction() as session:
        queueing.swap(session, NOW, outside, up=False, zone=RIGA)
    assert told.value.key == "timing.queue.not_in"


def test_a_swap_that_one_of_them_may_not_make_leaves_both(desk: Desk) -> None:
    channel = queue_of(desk, (4, "09:00", None))
    first, second = put(desk, channel), put(desk, channel)
    with desk.store.transaction() as session:
        session.get_one(Post, desk.row(second).post_id).embargo_until = datetime(2026, 3, 10, tzinfo=UTC)
    with pytest.raises(OutreachError) as told, desk.store.transaction() as session:
        queueing.swap(session, NOW, first, up=False, zone=RIGA)
    assert told.value.key == "timing.embargo"
    assert due(desk, first, second) == ["03-05 07:00", "03-12 07:00"]


def test_an_hour_that_is_removed_leaves_its_posts_where_they_are(desk: Desk) -> None:
    channel = queue_of(desk, (4, "09:00", None))
    number = put(desk, channel)
    slot = desk.row(number).slot_id
    assert slot is not None
    with pytest.raises(OutreachError) as told, desk.store.transaction() as session:
        queueing.remove_slot(session, desk.channel(), slot)
    assert told.value.key == "timing.slot.missing"
    with desk.store.transaction() as session:
        assert queueing.remove_slot(session, channel, slot) == 1
        assert queueing.slots(session, channel) == []
    row = desk.row(number)
    assert (row.slot_id, row.status, due(desk, number)) == (None, "scheduled", ["03-05 07:00"])
    with desk.store.reading() as session:
        standing, beside = queueing.queue(session, NOW, channel, zone=RIGA, is_quiet=never)
    assert (standing, [one.delivery_id for one in beside]) == ([], [number])


@pytest.mark.parametrize(("weekday", "hour"), [(0, "09:00"), (8, "09:00"), (1, "24:00"), (1, "9"), (1, "rīt"), (1, "")])
def test_what_is_no_hour_of_a_week_is_refused(desk: Desk, weekday: int, hour: str) -> None:
    channel = desk.channel()
    with pytest.raises(OutreachError) as told, desk.store.transaction() as session:
        queueing.add_slot(session, channel, weekday, hour)
    assert told.value.key == "timing.slot.unread"


def test_an_hour_stands_in_a_week_once(desk: Desk) -> None:
    channel = queue_of(desk, (4, "9:00", None))
    with pytest.raises(OutreachError) as told, desk.store.transaction() as session:
        queueing.add_slot(session, channel, 4, "09:00", LONDON)
    assert told.value.key == "timing.slot.exists"


def test_the_queue_shows_posts_gaps_and_what_stands_beside(desk: Desk) -> None:
    channel = queue_of(desk, (4, "09:00", None))
    number = put(desk, channel)
    outside = desk.plan(channel, due_at=NOW + timedelta(days=1))
    with desk.store.reading() as session:
        standing, beside = queueing.queue(
            session, NOW, channel, zone=RIGA, is_quiet=lambda day: day == date(2026, 3, 19)
        )
    shown = [(f"{one.place.at:%m-%d}", one.delivery.delivery_id if one.delivery else None, one.quiet) for one in standing]
    assert shown == [("03-05", number, False), ("03-12", None, False), ("03-19", None, True), ("03-26", None, False)]
    assert [one.delivery_id for one in beside] == [outside]
