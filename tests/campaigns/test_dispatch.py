"""What people decide: writing, approving, planning, calling off, settling, pausing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from campaigns import channel_switch, dispatch, editing
from campaigns.models import Campaign, Delivery, Post
from campaigns.publish import publish_due
from outreach.core.errors import OutreachError
from tests.campaigns.desk import NOW, Desk, history

Deed = Callable[[Session], object]


def refused(desk: Desk, deed: Deed) -> OutreachError:
    with pytest.raises(OutreachError) as told, desk.store.transaction() as session:
        deed(session)
    return told.value


def test_planning_makes_delivery_key_and_link_together(desk: Desk) -> None:
    channel = desk.channel()
    first, second = (desk.row(desk.plan(channel)) for _ in range(2))
    assert (first.status, first.attempts, first.due_at) == ("scheduled", 0, NOW)
    assert len(first.key) == 32 and first.key != second.key
    seen = desk.see(first.id)
    assert len(seen.code) == 7 and seen.code != desk.see(second.id).code
    with desk.store.reading() as session:
        assert history(session, first.id) == ["scheduled"]


def test_a_post_goes_to_a_channel_once(desk: Desk) -> None:
    channel, post = desk.channel(), desk.post()
    desk.plan(channel, post)
    error = refused(desk, lambda session: dispatch.schedule(session, NOW, post, channel, NOW))
    assert error.key == "campaigns.delivery.exists"


def test_a_cancelled_delivery_is_taken_up_again_with_its_key_and_link(desk: Desk) -> None:
    channel, post = desk.channel(), desk.post()
    before = desk.row(desk.plan(channel, post))
    code = desk.see(before.id).code
    with desk.store.transaction() as session:
        dispatch.cancel(session, NOW, before.id)
    again = desk.plan(channel, post, NOW + timedelta(days=1))
    after = desk.row(again)
    assert (again, after.key, desk.see(again).code) == (before.id, before.key, code)
    assert (after.status, after.due_at) == ("scheduled", NOW + timedelta(days=1))
    with desk.store.reading() as session:
        assert history(session, again) == ["scheduled", "cancelled", "scheduled"]


@pytest.mark.parametrize(
    ("deed", "key"),
    [
        (lambda session: dispatch.schedule(session, NOW, 99, 1, NOW), "campaigns.post.missing"),
        (lambda session: dispatch.schedule(session, NOW, 1, 99, NOW), "campaigns.channel.missing"),
        (lambda session: dispatch.cancel(session, NOW, 99), "campaigns.delivery.missing"),
        (lambda session: editing.approve(session, NOW, 99), "campaigns.post.missing"),
        (lambda session: channel_switch.pause(session, 99), "campaigns.channel.missing"),
        (lambda session: editing.start(session, NOW, "  ", date(2026, 3, 1)), "campaigns.name.empty"),
        (
            lambda session: editing.start(session, NOW, "A", date(2026, 3, 2), date(2026, 3, 1)),
            "campaigns.dates",
        ),
        (
            lambda session: channel_switch.add_channel(session, " ", "folder", {"folder": "/x"}),
            "campaigns.name.empty",
        ),
        (lambda session: channel_switch.add_channel(session, "A", "pigeon", {}), "registry.kind"),
        (
            lambda session: channel_switch.add_channel(session, "A", "folder", {"token": "x"}),
            "registry.field",
        ),
        (
            lambda session: channel_switch.add_channel(session, "here", "folder", {"folder": "/x"}),
            "campaigns.channel.exists",
        ),
    ],
)
def test_what_cannot_be_is_told_with_its_key(desk: Desk, deed: Deed, key: str) -> None:
    desk.channel(name="here")
    desk.post()
    assert refused(desk, deed).key == key


@pytest.mark.parametrize(
    ("title", "text", "target", "key"),
    [
        ("", "a", "https://a.example", "campaigns.post.empty"),
        ("a", " \n", "https://a.example", "campaigns.post.empty"),
        ("a", "a", "javascript:alert(1)", "campaigns.post.target"),
        ("a", "a", "https://", "campaigns.post.target"),
        ("a", "a", "https://a.example/ b", "campaigns.post.target"),
        ("a", "a", "https://us@evil.example/", "campaigns.post.target"),
        ("a", "a", "//a.example", "campaigns.post.target"),
        ("a", "a", "a.example", "campaigns.post.target"),
    ],
)
def test_a_post_needs_words_and_a_web_address(
    desk: Desk, title: str, text: str, target: str, key: str
) -> None:
    desk.post()
    error = refused(
        desk,
        lambda session: editing.write(
            session, NOW, desk.campaign_id, language="lv", title=title, text=text, target_url=target
        ),
    )
    assert error.key == key


def test_a_campaign_is_found_again_by_its_name(desk: Desk) -> None:
    with desk.store.transaction() as session:
        made = editing.campaign_named(session, NOW, "Pavasaris", date(2026, 3, 2))
        assert editing.campaign_named(session, NOW, " Pavasaris ", date(2026, 4, 2)) == made
        assert editing.campaign_named(session, NOW, "Rudens", date(2026, 4, 2)) != made


def test_an_edit_takes_the_approval_away(desk: Desk) -> None:
    post = desk.post()
    delivery = desk.plan(desk.channel(), post)
    with desk.store.transaction() as session:
        editing.edit(session, NOW, post, title="Jauns", text="Jauns teksts")
    assert publish_due(desk.press()) == {}
    assert (desk.status(delivery), desk.see(delivery).approved) == ("scheduled", False)
    with desk.store.transaction() as session:
        editing.approve(session, NOW, post)
    publish_due(desk.press())
    assert desk.status(delivery) == "published"
    assert "Jauns teksts" in next((desk.folder / "posts").iterdir()).read_text()


@pytest.mark.parametrize("status", ["sending", "unconfirmed", "published"])
def test_what_is_or_may_be_out_cannot_be_altered(desk: Desk, status: str) -> None:
    post = desk.post()
    delivery = desk.plan(desk.channel(), post)
    with desk.store.transaction() as session:
        session.get_one(Delivery, delivery).status = status
    deeds: list[tuple[Deed, str]] = [
        (lambda session: editing.edit(session, NOW, post, title="a", text="b"), "campaigns.post.out"),
        (lambda session: dispatch.cancel(session, NOW, delivery), "campaigns.delivery.status"),
        (lambda session: dispatch.reschedule(session, NOW, delivery, NOW), "campaigns.delivery.status"),
    ]
    for deed, key in deeds:
        assert refused(desk, deed).key == key
    with desk.store.reading() as session:
        assert session.get_one(Post, post).title != "a"


@pytest.mark.parametrize("status", ["scheduled", "sending", "published", "failed", "cancelled"])
def test_only_an_open_question_can_be_settled(desk: Desk, status: str) -> None:
    delivery = desk.plan(desk.channel())
    with desk.store.transaction() as session:
        session.get_one(Delivery, delivery).status = status
    error = refused(
        desk, lambda session: dispatch.settle(session, NOW, delivery, True, "https://a.example/1")
    )
    assert (error.key, error.facts["reason_key"]) == (
        "campaigns.delivery.status",
        f"campaigns.status.{status}",
    )


def test_a_person_says_that_it_is_out(desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    with desk.store.transaction() as session:
        row = session.get_one(Delivery, delivery)
        row.status, row.claimed_at, row.error_key = "unconfirmed", NOW, "campaigns.delivery.interrupted"
    desk.clock.step(timedelta(hours=3))
    desk.settle(delivery, True, "https://a.example/1")
    seen = desk.see(delivery)
    assert (seen.status, seen.receipt_url, seen.error_key) == ("published", "https://a.example/1", None)
    assert seen.published_at == NOW  # when it was sent, not when somebody looked
    assert publish_due(desk.press()) == {}


def test_a_person_says_that_it_is_not_out_and_it_goes_again_however_late(desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    with desk.store.transaction() as session:
        row = session.get_one(Delivery, delivery)
        row.status, row.claimed_at, row.attempts = "unconfirmed", NOW, 6
    desk.clock.step(timedelta(days=3))
    desk.settle(delivery, False)
    assert desk.row(delivery).attempts == 0
    assert publish_due(desk.press()) == {"published": 1}


def test_a_failed_delivery_gets_another_moment_and_all_its_tries(desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    with desk.store.transaction() as session:
        row = session.get_one(Delivery, delivery)
        row.status, row.attempts, row.error_key = "failed", 6, "campaigns.late"
    later = NOW + timedelta(days=1)
    with desk.store.transaction() as session:
        dispatch.reschedule(session, NOW, delivery, later)
    row = desk.row(delivery)
    assert (row.status, row.attempts, row.error_key, row.due_at) == ("scheduled", 0, None, later)


def test_hurrying_ends_waits_but_touches_no_plan(desk: Desk) -> None:
    channel = desk.channel()
    waiting, planned = desk.plan(channel), desk.plan(channel, due_at=NOW + timedelta(days=2))
    with desk.store.transaction() as session:
        session.get_one(Delivery, waiting).next_try_at = NOW + timedelta(hours=1)
    assert publish_due(desk.press()) == {}
    with desk.store.transaction() as session:
        assert dispatch.hurry(session, NOW) == 1
    assert publish_due(desk.press()) == {"published": 1}
    assert desk.row(planned).due_at == NOW + timedelta(days=2)


def test_pausing_everything_keeps_what_was_paused_for_a_reason(desk: Desk) -> None:
    open_, closed = desk.channel(), desk.channel()
    with desk.store.transaction() as session:
        dispatch.pause(session, closed)
        channel_switch.pause_all(session, "campaigns.paused.restored")
    assert desk.channel_seen(open_).pause_reason == "campaigns.paused.restored"
    assert desk.channel_seen(closed).pause_reason == "campaigns.paused.person"
    with desk.store.transaction() as session:
        dispatch.resume(session, open_)
    assert not desk.channel_seen(open_).paused and desk.channel_seen(closed).paused


def test_what_was_meant_for_an_audience_is_kept_until_somebody_moves_it(desk: Desk) -> None:
    channel, post, london = desk.channel(), desk.post(), ZoneInfo("Europe/London")
    wall = datetime(2026, 3, 5, 18, 30)
    with desk.store.transaction() as session:
        number = dispatch.schedule(
            session, NOW, post, channel, NOW + timedelta(days=3), wall=wall, wall_zone=london
        ).id
    assert (desk.row(number).wall, desk.row(number).wall_zone) == ("2026-03-05T18:30", "Europe/London")
    with desk.store.transaction() as session:
        dispatch.reschedule(session, NOW, number, NOW + timedelta(days=4))
    assert (desk.row(number).wall, desk.row(number).wall_zone) == (None, None)
    with desk.store.transaction() as session:
        dispatch.reschedule(session, NOW, number, NOW + timedelta(days=3), wall=wall, wall_zone=london)
        dispatch.cancel(session, NOW, number)
    assert desk.row(number).wall == "2026-03-05T18:30"
    desk.plan(channel, post, NOW + timedelta(days=1))  # taken up again, for no audience's hour
    assert desk.row(number).wall is None


def test_nothing_is_planned_before_its_embargo(desk: Desk) -> None:
    channel, post, end = desk.channel(), desk.post(), NOW + timedelta(days=2)
    with desk.store.transaction() as session:
        session.get_one(Post, post).embargo_until = end
    riga = ZoneInfo("Europe/Riga")
    error = refused(
        desk, lambda session: dispatch.schedule(session, NOW, post, channel, end - timedelta(minutes=1), zone=riga)
    )
    assert (error.key, error.facts) == ("timing.embargo", {"day": "04.03.2026", "hour": "10:00"})
    number = desk.plan(channel, post, end)
    assert refused(desk, lambda session: dispatch.reschedule(session, NOW, number, NOW)).key == "timing.embargo"
    assert desk.row(number).due_at == end


def test_nothing_of_a_pattern_is_planned(desk: Desk) -> None:
    channel, post = desk.channel(), desk.post()
    with desk.store.transaction() as session:
        session.get_one(Campaign, desk.campaign_id).is_template = True
    assert refused(desk, lambda session: dispatch.schedule(session, NOW, post, channel, NOW)).key == "timing.template"


def test_a_check_refuses_what_planning_refuses_and_keeps_nothing(desk: Desk) -> None:
    channel, post = desk.channel(), desk.post()
    with desk.store.transaction() as session:
        dispatch.check(session, NOW, post, channel, NOW)
    assert desk.counts() == {}
    number = desk.plan(channel, post)
    again = refused(desk, lambda session: dispatch.check(session, NOW, post, channel, NOW))
    assert again.key == "campaigns.delivery.exists"
    with desk.store.transaction() as session:
        dispatch.cancel(session, NOW, number)
        dispatch.check(session, NOW, post, channel, NOW)
    window = refused(desk, lambda session: dispatch.check(session, NOW, post, channel, NOW, not_after=NOW))
    assert window.key == "campaigns.window"
    assert refused(desk, lambda session: dispatch.check(session, NOW, 99, channel, NOW)).key == "campaigns.post.missing"
