"""Publishing as it should go: everything once, nothing too early, too late or unapproved."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from campaigns import dispatch, editing
from campaigns.claiming import Claimed
from campaigns.models import Delivery
from campaigns.outcome import Outcome
from campaigns.publish import claim, expire, publish_due, record
from outreach.core.errors import OutreachError
from outreach.core.http import Answer, Http, Request
from outreach.core.presence import present
from outreach.core.testing import RecordedHttp
from tests.campaigns.desk import LATE, NOW, Desk, history

SERVER = "https://social.example"
STATUSES = ("POST", f"{SERVER}/api/v1/statuses")
GOOD = Answer(STATUSES[1], 200, {}, b'{"id": "7", "url": "https://social.example/@us/7"}')


def files(desk: Desk) -> list[Path]:
    return sorted((desk.folder / "posts").glob("*.txt"))


def test_25_posts_of_one_second_all_go_out_once(desk: Desk) -> None:
    channel = desk.channel()
    planned = [desk.plan(channel) for _ in range(25)]
    assert publish_due(desk.press()) == {"published": 25}
    assert len(files(desk)) == 25
    assert {desk.status(delivery) for delivery in planned} == {"published"}
    assert publish_due(desk.press()) == {}
    assert len(files(desk)) == 25


def test_what_went_out_says_where_and_when(desk: Desk) -> None:
    delivery = desk.plan(desk.channel(), desk.post("Nāc mājās {link}", title="Nāc mājās!"))
    publish_due(desk.press())
    seen, (file,) = desk.see(delivery), files(desk)
    assert (seen.published_at, seen.attempts, seen.receipt_url) == (NOW, 1, file.as_uri())
    assert file.read_text() == f"Nāc mājās https://office.example/k/{seen.code} #2\n"
    assert file.name == f"2026-03-02-nac-majas-{desk.row(delivery).key}.txt"
    with desk.store.reading() as session:
        assert history(session, delivery) == ["scheduled", "sending", "published"]
    assert list((desk.folder / "run").glob("*.lock")) == []


def test_nothing_goes_before_its_moment(desk: Desk) -> None:
    delivery = desk.plan(desk.channel(), due_at=NOW + timedelta(seconds=1))
    assert publish_due(desk.press()) == {}
    desk.clock.step(timedelta(seconds=1))
    assert publish_due(desk.press()) == {"published": 1}
    assert desk.status(delivery) == "published"


def test_nothing_goes_unapproved(desk: Desk) -> None:
    post = desk.post(approved=False)
    delivery = desk.plan(desk.channel(), post)
    assert publish_due(desk.press()) == {}
    with desk.store.transaction() as session, present(desk.folder) as token:
        assert claim(session, NOW, token, LATE, only=delivery) == []
        editing.approve(session, NOW, post)
    assert publish_due(desk.press()) == {"published": 1}


def test_nothing_goes_to_a_paused_channel_and_the_others_go_on(desk: Desk) -> None:
    paused, open_ = desk.channel(), desk.channel()
    held, free = desk.plan(paused), desk.plan(open_)
    with desk.store.transaction() as session:
        dispatch.pause(session, paused)
    assert publish_due(desk.press()) == {"published": 1}
    assert (desk.status(held), desk.status(free)) == ("scheduled", "published")
    with desk.store.transaction() as session:
        assert claim(session, NOW, "me", LATE, only=held) == []
        dispatch.resume(session, paused)
    assert publish_due(desk.press()) == {"published": 1}


@pytest.mark.parametrize(("behind", "status"), [(LATE, "published"), (LATE + timedelta(seconds=1), "failed")])
def test_what_is_too_late_waits_for_a_person(desk: Desk, behind: timedelta, status: str) -> None:
    delivery = desk.plan(desk.channel(), due_at=NOW - behind)
    publish_due(desk.press())
    seen = desk.see(delivery)
    assert seen.status == status
    assert len(files(desk)) == (status == "published")
    if status == "failed":
        assert (seen.error_key, dict(seen.error_facts)) == ("campaigns.late", {"hours": 6})
        with desk.store.transaction() as session:
            dispatch.reschedule(session, NOW, delivery, NOW)
        assert publish_due(desk.press()) == {"published": 1}


def test_what_was_held_back_too_long_is_late_too(desk: Desk) -> None:
    unapproved = desk.plan(desk.channel(), desk.post(approved=False))
    paused = desk.channel()
    held = desk.plan(paused)
    with desk.store.transaction() as session:
        dispatch.pause(session, paused)
    desk.clock.step(LATE + timedelta(minutes=1))
    assert publish_due(desk.press()) == {"late": 2}
    assert {desk.see(delivery).error_key for delivery in (unapproved, held)} == {"campaigns.late"}
    with desk.store.transaction() as session:
        assert expire(session, desk.clock.now(), LATE) == 0


def test_a_sleep_between_look_and_claim_does_not_send_the_late(desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    with desk.store.transaction() as session:
        assert claim(session, NOW + LATE + timedelta(seconds=1), "me", LATE, only=delivery) == []


def test_asked_to_stop_it_stops_between_two_posts(desk: Desk) -> None:
    channel = desk.mastodon(SERVER)
    planned = [desk.plan(channel) for _ in range(3)]

    @dataclass
    class Stopper:
        def send(self, request: Request) -> Answer:
            desk.stopping.set()
            return GOOD

    assert publish_due(desk.press(Stopper())) == {"published": 1}
    assert [desk.status(delivery) for delivery in planned] == ["published", "scheduled", "scheduled"]


def test_six_clear_refusals_and_it_fails(desk: Desk) -> None:
    delivery = desk.plan(desk.mastodon(SERVER))
    wire = RecordedHttp({})  # refuses every connection
    waits = []
    for attempt in range(1, 7):
        assert sum(publish_due(desk.press(wire, late=timedelta(days=2))).values()) == 1
        row = desk.row(delivery)
        assert row.attempts == attempt
        assert publish_due(desk.press(wire, late=timedelta(days=2))) == {}  # not before its next moment
        if row.next_try_at is not None:
            waits.append(row.next_try_at - desk.clock.now())
            desk.clock.moment = row.next_try_at
    assert waits == sorted(waits) and len(waits) == 5
    assert (desk.status(delivery), desk.see(delivery).error_key) == ("failed", "http.refused")
    assert len(wire.asked) == 6
    assert len({request.headers["Idempotency-Key"] for request in wire.asked}) == 1


def test_a_channel_in_trouble_is_left_alone_for_the_round(desk: Desk) -> None:
    troubled, fine = desk.mastodon(SERVER), desk.channel()
    bad = [desk.plan(troubled) for _ in range(3)]
    good = [desk.plan(fine) for _ in range(3)]
    wire = RecordedHttp({})
    assert publish_due(desk.press(wire)) == {"scheduled": 1, "published": 3}
    assert len(wire.asked) == 1
    assert [desk.row(delivery).attempts for delivery in bad] == [1, 0, 0]
    assert {desk.status(delivery) for delivery in good} == {"published"}


def test_settings_that_make_no_channel_pause_it_with_one_failure(desk: Desk) -> None:
    channel = desk.channel()
    planned = [desk.plan(channel) for _ in range(3)]
    with desk.store.transaction() as session:
        from campaigns.models import ChannelRow

        session.get_one(ChannelRow, channel).settings = {"folder": "not/whole"}
    assert publish_due(desk.press()) == {"failed": 1}
    assert [desk.status(delivery) for delivery in planned] == ["failed", "scheduled", "scheduled"]
    assert desk.channel_seen(channel).pause_reason == "campaigns.paused.settings"
    assert publish_due(desk.press()) == {}


def test_a_fault_of_our_own_is_an_open_question(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    delivery = desk.plan(desk.mastodon(SERVER))

    class Broken:
        def send(self, request: Request) -> Answer:
            raise KeyError("oops")

    assert publish_due(desk.press(Broken())) == {"unconfirmed": 1}
    seen = desk.see(delivery)
    assert (seen.error_key, dict(seen.error_facts)) == ("campaigns.delivery.fault", {"error": "KeyError"})
    assert "a-token-for-tests" not in caplog.text


@pytest.mark.parametrize("journal", [True, False])
def test_a_store_that_fails_after_the_send_is_made_good_by_the_journal(desk: Desk, journal: bool) -> None:
    delivery = desk.plan(desk.mastodon(SERVER))
    wire = RecordedHttp({STATUSES: GOOD})

    class Forgetful:
        """A clock that fails when the outcome is to be written down."""

        def now(self):  # type: ignore[no-untyped-def]
            if wire.asked:
                raise OSError("disk gone")
            return NOW

    with pytest.raises(OSError):
        publish_due(desk.press(wire, clock=Forgetful()))
    assert desk.status(delivery) == "sending"
    for file in [] if journal else (desk.folder / "run").glob("*.mails"):
        file.unlink()
    assert desk.sweep() == 1
    seen = desk.see(delivery)
    if journal:
        assert (seen.status, seen.receipt_url) == ("published", "https://social.example/@us/7")
    else:
        assert (seen.status, seen.error_key) == ("unconfirmed", "campaigns.delivery.interrupted")
    assert publish_due(desk.press(wire)) == {}
    assert len(wire.asked) == 1


def test_those_at_work_are_not_swept(desk: Desk) -> None:
    delivery = desk.plan(desk.mastodon(SERVER))
    seen: list[int] = []

    class Peeking:
        def send(self, request: Request) -> Answer:
            desk.clock.step(timedelta(hours=2))
            seen.append(desk.sweep())
            return GOOD

    assert publish_due(desk.press(Peeking())) == {"published": 1}
    assert (seen, desk.status(delivery)) == ([0], "published")


def test_an_answer_after_the_lease_is_still_the_truth(desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    with desk.store.transaction() as session:
        (claimed,) = claim(session, NOW, "another-machine", LATE, only=delivery)
    desk.clock.step(timedelta(minutes=11))
    assert desk.sweep() == 1 and desk.status(delivery) == "unconfirmed"
    with desk.store.transaction() as session:
        assert record(session, desk.clock.now(), [(claimed, Outcome("failed", error_key="x.refused"))]) == 1
    assert desk.status(delivery) == "failed"


def test_an_answer_after_a_person_s_decision_changes_nothing(desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    with desk.store.transaction() as session:
        (claimed,) = claim(session, NOW, "another-machine", LATE, only=delivery)
    desk.clock.step(timedelta(minutes=11))
    desk.sweep()
    desk.settle(delivery, True, "https://a.example/1")
    with desk.store.transaction() as session:
        assert record(session, desk.clock.now(), [(claimed, Outcome("failed", error_key="x.refused"))]) == 0
    assert desk.see(delivery).receipt_url == "https://a.example/1"
    with desk.store.reading() as session:
        assert history(session, delivery)[-2:] == ["published", "published"]


def test_an_answer_to_an_earlier_claim_is_not_taken_for_the_present_one(desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    claims: list[Claimed] = []
    for worker in ("slow", "quick"):
        with desk.store.transaction() as session:
            claims += claim(session, desk.clock.now(), worker, LATE, only=delivery)
        if len(claims) == 1:
            desk.clock.step(timedelta(minutes=11))
            desk.sweep()
            desk.settle(delivery, False)
    first, second = claims
    with desk.store.transaction() as session:
        assert record(session, NOW, [(first, Outcome("failed", error_key="x.refused"))]) == 0
    assert desk.status(delivery) == "sending"
    with desk.store.transaction() as session:
        assert record(session, NOW, [(second, Outcome("failed", error_key="x.refused"))]) == 1


def test_no_transaction_is_open_while_the_channel_is_asked(desk: Desk) -> None:
    desk.plan(desk.mastodon(SERVER))

    class Writing:
        """Writes into the same store while publishing waits for the answer."""

        def send(self, request: Request) -> Answer:
            desk.channel(name="made meanwhile")
            return GOOD

    assert publish_due(desk.press(Writing())) == {"published": 1}


@pytest.mark.parametrize("deed", ["edit", "cancel"])
@pytest.mark.parametrize("round_", range(6))
def test_an_edit_or_a_cancel_in_the_moment_of_the_claim_is_old_or_nothing(
    desk: Desk, deed: str, round_: int
) -> None:
    post = desk.post("Vecais teksts {link}")
    delivery = desk.plan(desk.channel(), post)
    start, refused = threading.Barrier(2), []

    def person() -> None:
        start.wait()
        try:
            with desk.store.transaction() as session:
                if deed == "edit":
                    editing.edit(session, NOW, post, title="Jauns", text="Jaunais teksts {link}")
                else:
                    dispatch.cancel(session, NOW, delivery)
        except OutreachError as error:
            refused.append(error.key)

    other = threading.Thread(target=person)
    other.start()
    start.wait()
    publish_due(desk.press())
    other.join()
    written = [file.read_text() for file in files(desk)]
    if refused:
        assert refused in (["campaigns.post.out"], ["campaigns.delivery.status"])
        assert len(written) == 1 and "Vecais" in written[0] and desk.status(delivery) == "published"
    else:
        assert written == [] and desk.status(delivery) == ("scheduled" if deed == "edit" else "cancelled")


def test_what_is_sent_is_what_stood_there_at_the_claim(desk: Desk) -> None:
    """An edit between claim and send is refused, so the row still says what went out."""
    post = desk.post("Vecais teksts")
    delivery = desk.plan(desk.mastodon(SERVER), post)
    bodies: list[bytes] = []

    class Editing:
        def send(self, request: Request) -> Answer:
            bodies.append(request.body or b"")
            with pytest.raises(OutreachError), desk.store.transaction() as session:
                editing.edit(session, NOW, post, title="Jauns", text="Jaunais teksts")
            with pytest.raises(OutreachError), desk.store.transaction() as session:
                dispatch.cancel(session, NOW, delivery)
            return GOOD

    publish_due(desk.press(cast(Http, Editing())))
    assert desk.status(delivery) == "published" and b"Vecais" in bodies[0]


def test_many_threads_at_once_send_each_post_once(desk: Desk) -> None:
    channel = desk.mastodon(SERVER)
    planned = [desk.plan(channel) for _ in range(12)]
    keys: list[str] = []

    class Counting:
        def send(self, request: Request) -> Answer:
            keys.append(request.headers["Idempotency-Key"])
            return GOOD

    workers = [threading.Thread(target=publish_due, args=(desk.press(Counting()),)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(keys) == len(set(keys)) == len(planned)
    assert {desk.status(delivery) for delivery in planned} == {"published"}


def test_a_delivery_has_one_winner_of_its_claim(desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    with desk.store.transaction() as session:
        (first,) = claim(session, NOW, "one", LATE, only=delivery)
    with desk.store.transaction() as session:
        second = claim(session, NOW, "two", LATE, only=delivery)
        row = session.get_one(Delivery, delivery)
    assert first.attempt == 1 and second == []
    assert (row.claimed_by, row.claimed_at, row.attempts) == ("one", NOW, 1)
