"""What pages, commands, reports and the tracker read."""

from datetime import timedelta

import pytest

from campaigns import dispatch, queries
from campaigns.links import follow
from campaigns.models import Delivery
from campaigns.publish import publish_due
from tests.campaigns.desk import NOW, Desk

DAY = timedelta(days=1)


def ids(rows: list[queries.DeliverySeen]) -> list[int]:
    return [row.delivery_id for row in rows]


def set_status(desk: Desk, delivery: int, status: str) -> None:
    with desk.store.transaction() as session:
        session.get_one(Delivery, delivery).status = status


def test_what_goes_out_the_next_first(desk: Desk) -> None:
    channel = desk.channel()
    later, soon, overdue = (desk.plan(channel, due_at=NOW + shift) for shift in (2 * DAY, DAY / 2, -DAY))
    unapproved = desk.plan(channel, desk.post(approved=False), NOW + DAY / 3)
    set_status(desk, desk.plan(channel), "cancelled")
    with desk.store.reading() as session:
        rows = queries.going_out(session, NOW + DAY)
        assert ids(rows) == [overdue, unapproved, soon]
        assert [row.approved for row in rows] == [True, False, True]
        assert ids(queries.going_out(session, NOW + 3 * DAY)) == [overdue, unapproved, soon, later]
        assert ids(queries.going_out(session, NOW + 3 * DAY, 2)) == [overdue, unapproved]


@pytest.mark.parametrize("status", ["unconfirmed", "failed"])
def test_open_questions_need_a_person_however_old(desk: Desk, status: str) -> None:
    delivery = desk.plan(desk.channel(), due_at=NOW - 300 * DAY)
    set_status(desk, delivery, status)
    with desk.store.reading() as session:
        assert ids(queries.needs_person(session, NOW)) == [delivery]


def test_what_is_held_up_needs_a_person_a_day_ahead(desk: Desk) -> None:
    open_, paused = desk.channel(), desk.channel()
    soon = desk.plan(open_, desk.post(approved=False), NOW + DAY - timedelta(seconds=1))
    desk.plan(open_, desk.post(approved=False), NOW + DAY)
    held = desk.plan(paused, due_at=NOW + DAY / 2)
    desk.plan(open_, due_at=NOW + DAY / 2)
    with desk.store.transaction() as session:
        dispatch.pause(session, paused)
    with desk.store.reading() as session:
        rows = queries.needs_person(session, NOW)
    assert ids(rows) == [held, soon]
    assert (rows[0].channel_paused, rows[0].pause_reason) == (True, "campaigns.paused.person")


def test_what_went_out_lately(desk: Desk) -> None:
    channel = desk.channel()
    first = desk.plan(channel)
    publish_due(desk.press())
    desk.clock.step(timedelta(hours=1))
    second = desk.plan(channel)
    publish_due(desk.press())
    with desk.store.reading() as session:
        assert ids(queries.recent(session, NOW)) == [second, first]
        assert ids(queries.recent(session, NOW + timedelta(minutes=1))) == [second]
        assert ids(queries.recent(session, NOW, 1)) == [second]
        assert ids(queries.deliveries(session, "published")) == [second, first]
        assert queries.deliveries(session, "failed") == []
        assert queries.counts(session) == {
            "scheduled": 0, "sending": 0, "published": 2, "failed": 0, "unconfirmed": 0, "cancelled": 0,
        }  # fmt: skip


def test_a_link_tells_what_it_belongs_to(desk: Desk) -> None:
    delivery = desk.plan(desk.channel(name="Mape"), desk.post(title="Nāc"))
    code = desk.see(delivery).code
    with desk.store.reading() as session:
        seen = queries.link_of(session, code)
        assert queries.link_of(session, "nothere") is None
    assert seen is not None
    assert (seen.code, seen.delivery_id, seen.post_title, seen.campaign_name, seen.channel, seen.published_at) == (
        code, delivery, "Nāc", "MĀJAS 2026", "Mape", None,
    )  # fmt: skip
    publish_due(desk.press())
    with desk.store.reading() as session:
        seen = queries.link_of(session, code)
    assert seen is not None and seen.published_at == NOW


def test_campaigns_with_their_figures(desk: Desk) -> None:
    post = desk.post()
    one, two = desk.plan(desk.channel(), post), desk.plan(desk.channel(), post)
    desk.plan(desk.channel(), due_at=NOW + DAY)
    publish_due(desk.press())
    with desk.store.transaction() as session:
        for delivery in (one, one, two):
            follow(session, NOW, desk.see(delivery).code)
    with desk.store.reading() as session:
        (seen,) = queries.campaigns(session)
    assert (seen.name, seen.posts, seen.published, seen.clicks) == ("MĀJAS 2026", 2, 2, 3)


def test_channels_show_no_secret(desk: Desk) -> None:
    desk.mastodon("https://social.example", "Mastodon")
    with desk.store.reading() as session:
        (seen,) = queries.channels(session)
    assert dict(seen.settings) == {"server": "https://social.example", "token_env": "TEST_MASTODON_TOKEN"}


def test_history_is_in_order(desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    publish_due(desk.press())
    with desk.store.reading() as session:
        events = queries.history(session, delivery)
    assert [(event.from_status, event.to_status) for event in events] == [
        (None, "scheduled"), ("scheduled", "sending"), ("sending", "published"),
    ]  # fmt: skip
    assert events[-1].detail.startswith("file://") and events[-1].at == NOW
    with desk.store.reading() as session:
        assert queries.delivery(session, 999) is None
