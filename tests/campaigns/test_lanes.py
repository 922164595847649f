"""Lanes: what is held together, what is given back, what is kept for the next try, what a slow channel costs others."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from campaigns import claiming, dispatch, pausing
from campaigns.models import Campaign, ChannelRow, Delivery
from campaigns.press import Patient
from campaigns.publish import publish_due
from outreach.core.errors import WireError
from outreach.core.http import Answer, Request
from outreach.core.journal import Journal
from outreach.core.presence import present
from outreach.core.testing import FixedClock, RecordedHttp
from tests.campaigns.desk import LATE, NOW, Desk, history

SERVER, OTHER = "https://social.example", "https://slow.example"
GOOD = Answer(f"{SERVER}/api/v1/statuses", 200, {}, b'{"id": "7", "url": "https://social.example/@us/7"}')


@dataclass
class Slow:
    """Each request takes so long by the office's clock."""

    clock: FixedClock
    takes: timedelta
    keys: list[str] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        self.keys.append(request.headers["Idempotency-Key"])
        self.clock.step(self.takes)
        return GOOD


def test_a_slow_channel_holds_nothing_back_for_long(desk: Desk) -> None:
    channel = desk.mastodon(SERVER)
    planned = [desk.plan(channel) for _ in range(12)]
    held: list[int] = []

    class Watching(Slow):
        def send(self, request: Request) -> Answer:
            held.append(desk.counts().get("sending", 0))
            return super().send(request)

    wire = Watching(desk.clock, timedelta(seconds=4))
    assert publish_due(desk.press(wire)) == {"published": 12}
    assert len(set(wire.keys)) == 12 and max(held) <= 4
    assert {desk.row(delivery).attempts for delivery in planned} == {1}


def test_a_pause_of_everything_works_on_what_is_not_yet_under_way(desk: Desk) -> None:
    channel = desk.mastodon(SERVER)
    for _ in range(12):
        desk.plan(channel)

    class Mourning(Slow):
        def send(self, request: Request) -> Answer:
            if len(self.keys) == 3:
                with desk.store.transaction() as session:
                    pausing.pause_all(session, desk.clock.now(), "Sēru diena", "test")
            return super().send(request)

    went = publish_due(desk.press(Mourning(desk.clock, timedelta(seconds=6))))
    assert went == {"published": 4}
    assert desk.counts() == {"published": 4, "scheduled": 8}
    with desk.store.transaction() as session:
        assert pausing.resume_all(session, desk.clock.now()) and not pausing.resume_all(session, desk.clock.now())
    assert publish_due(desk.press(Slow(desk.clock, timedelta()))) == {"published": 8}


def test_what_is_given_back_was_never_tried(desk: Desk) -> None:
    planned = [desk.plan(desk.channel()) for _ in range(2)]
    with desk.store.transaction() as session:
        held = [one for delivery in planned for one in claiming.claim(session, NOW, "me", LATE, only=delivery)]
        assert claiming.put_back(session, NOW, held[1:]) == 1
    row = desk.row(planned[1])
    assert (row.status, row.attempts, row.claimed_by) == ("scheduled", 0, None)
    with desk.store.reading() as session:
        assert history(session, planned[1]) == ["scheduled", "sending", "scheduled"]


@pytest.mark.parametrize(
    ("noted", "status"), [("", "scheduled"), ("handing", "unconfirmed"), ("taken", "published"), ("refused", "scheduled")]
)
def test_a_dead_round_is_judged_by_its_journal(desk: Desk, noted: str, status: str) -> None:
    delivery = desk.plan(desk.mastodon(SERVER))
    with pytest.raises(ZeroDivisionError), present(desk.folder) as token, Journal.open(desk.folder, token) as journal:
        with desk.store.transaction() as session:
            (one,) = claiming.claim(session, NOW, token, LATE, only=delivery)
        if noted:
            journal.write("handing", one.key)
        if noted in ("taken", "refused"):
            journal.write(noted, one.key, '["https://a.example/7", "7"]' if noted == "taken" else "")
        raise ZeroDivisionError
    assert desk.sweep() == 1
    seen = desk.see(delivery)
    assert (seen.status, seen.attempts) == (status, 0 if status == "scheduled" else 1)
    assert seen.receipt_url == ("https://a.example/7" if noted == "taken" else None)


def test_one_that_hangs_disturbs_no_other(desk: Desk) -> None:
    """What becomes due on another channel while one hangs goes out meanwhile."""
    slow, quick = desk.mastodon(OTHER), desk.channel()
    first, hung = desk.plan(quick), desk.plan(slow)
    came = threading.Event()

    class Hanging:
        def send(self, request: Request) -> Answer:
            later = desk.plan(quick)
            while desk.status(later) != "published":
                assert not came.wait(0.01)
            raise WireError("http.timeout", ambiguous=True)

    press = desk.press(Hanging())
    went = publish_due(type(press)(**(vars(press) | {"look": 0.01})))
    assert went == {"published": 2, "unconfirmed": 1}
    assert (desk.status(first), desk.status(hung)) == ("published", "unconfirmed")


def test_a_fault_in_one_lane_is_told_after_the_others_have_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = desk.channel(), desk.channel()
    desk.plan(bad)
    delivery = desk.plan(good)
    run = claiming.claim

    def claim(*args: object, **named: object) -> object:
        if named.get("channel_id") == bad:
            raise OSError("disk gone")
        return run(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(claiming, "claim", claim)
    with pytest.raises(OSError):
        publish_due(desk.press())
    assert desk.status(delivery) == "published"


@pytest.mark.parametrize("edited", [False, True])
def test_what_one_try_keeps_the_next_one_has_for_the_same_words(desk: Desk, edited: bool) -> None:
    delivery = desk.plan(desk.channel())
    with desk.store.transaction() as session:
        (one,) = claiming.claim(session, NOW, "me", LATE, only=delivery)
    for name, value in (("picture a", "7"), ("picture b", "8")):
        with desk.store.transaction() as session:
            claiming.keep(session, one, name, value)
    with desk.store.transaction() as session:
        claiming.put_back(session, NOW, [one])
        if edited:
            session.get_one(Delivery, delivery)
            from campaigns import editing

            editing.edit(session, NOW, desk.row(delivery).post_id, title="Cits", text="Cits teksts")
            editing.approve(session, NOW, desk.row(delivery).post_id)
    with desk.store.transaction() as session:
        (again,) = claiming.claim(session, NOW, "you", LATE, only=delivery)
        claiming.keep(session, one, "picture c", "9")  # the earlier holder has nothing to say any more
    left = dict(again.outgoing("https://office.example", NOW).left)
    assert left == ({} if edited else {"picture a": "7", "picture b": "8"})


def test_a_channel_that_takes_minutes_is_not_begun_anew(clock: FixedClock) -> None:
    wire = Patient(RecordedHttp({("GET", "https://a.example/"): GOOD}), clock, clock.now())
    request = Request("https://a.example/")
    clock.step(timedelta(minutes=5))
    assert wire.send(request) == GOOD
    clock.step(timedelta(seconds=1))
    with pytest.raises(WireError) as refused:
        wire.send(request)
    assert (refused.value.key, refused.value.ambiguous, refused.value.permanent) == ("campaigns.delivery.slow", False, False)


@pytest.mark.parametrize("what", ["channel", "campaign"])
def test_what_is_paused_alone_stays_and_the_rest_goes(desk: Desk, what: str) -> None:
    held = desk.plan(desk.channel())
    campaign, desk.campaign_id = desk.campaign_id, 0
    free = desk.plan(desk.channel())
    with desk.store.transaction() as session:
        if what == "channel":
            dispatch.pause(session, desk.row(held).channel_id)
        else:
            assert pausing.pause_campaign(session, campaign).paused
    assert publish_due(desk.press()) == {"published": 1}
    assert (desk.status(held), desk.status(free)) == ("scheduled", "published")
    with desk.store.transaction() as session:
        session.get_one(ChannelRow, desk.row(held).channel_id).paused = False
        pausing.resume_campaign(session, campaign)
        assert session.get_one(Campaign, campaign).paused is False
    assert publish_due(desk.press()) == {"published": 1}


@pytest.mark.parametrize(("after", "status"), [(20, "published"), (21, "failed")])
def test_nothing_goes_out_past_its_own_end(desk: Desk, after: int, status: str) -> None:
    post, channel = desk.post(), desk.channel()
    with desk.store.transaction() as session:
        until = NOW + timedelta(minutes=20)
        delivery = dispatch.schedule(session, NOW, post, channel, NOW, not_after=until).id
    desk.clock.step(timedelta(minutes=after))
    publish_due(desk.press())
    seen = desk.see(delivery)
    assert (seen.status, seen.error_key) == (status, None if status == "published" else "campaigns.late_window")
    if status == "published":
        with desk.store.reading() as session:
            from campaigns import queries
            from campaigns.history import told

            (sending,) = [event for event in queries.history(session, delivery) if event.to_status == "sending"]
        assert told(sending.detail) == ("campaigns.behind", {"minutes": "20"})


def test_an_end_of_its_own_may_be_later_than_the_office_s(desk: Desk) -> None:
    post, channel = desk.post(), desk.channel()
    with desk.store.transaction() as session:
        dispatch.schedule(session, NOW, post, channel, NOW, not_after=NOW + 3 * LATE)
    desk.clock.step(2 * LATE)
    assert publish_due(desk.press()) == {"published": 1}
