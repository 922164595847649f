"""Every way in which a server can fail us, over real HTTP: what becomes of the delivery and of its channel."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from campaigns import dispatch
from campaigns.publish import publish_due
from outreach.core.http import GuardedHttp
from outreach.demo.fediverse import LOST_ANSWERS, REFUSALS, SILENCES, Fediverse
from tests.campaigns.desk import NOW, Desk, secrets
from tests.support.ports import free_port


@dataclass(frozen=True)
class Expected:
    status: str
    error: str
    kept: int = 0  # how many statuses the server has
    pause: str | None = None
    rests: timedelta | None = None  # how long the channel is left alone


UNCLEAR = timedelta(minutes=5)
OUTCOMES = {
    "unauthorized": Expected("failed", "campaigns.mastodon.denied", pause="campaigns.paused.denied"),
    "forbidden": Expected("failed", "campaigns.mastodon.denied", pause="campaigns.paused.denied"),
    "missing": Expected("failed", "campaigns.mastodon.not_there", pause="campaigns.paused.settings"),
    "moved": Expected("failed", "campaigns.mastodon.not_there", pause="campaigns.paused.settings"),
    "refuse": Expected("failed", "campaigns.mastodon.refused"),
    "busy": Expected("scheduled", "campaigns.mastodon.busy", rests=timedelta(seconds=120)),
    "busy_reset": Expected("scheduled", "campaigns.mastodon.busy", rests=timedelta(seconds=120)),
    "error": Expected("unconfirmed", "campaigns.mastodon.unclear", rests=UNCLEAR),
    "drop": Expected("unconfirmed", "http.broken", rests=UNCLEAR),
    "hang": Expected("unconfirmed", "http.timeout", rests=UNCLEAR),
    "error_after": Expected("unconfirmed", "campaigns.mastodon.unclear", 1, rests=UNCLEAR),
    "drop_after": Expected("unconfirmed", "http.broken", 1, rests=UNCLEAR),
    "hang_after": Expected("unconfirmed", "http.timeout", 1, rests=UNCLEAR),
    "nonsense_after": Expected("unconfirmed", "campaigns.mastodon.unclear", 1, rests=UNCLEAR),
}


@pytest.mark.parametrize("fault", sorted(OUTCOMES))
def test_each_fault_has_its_outcome(desk: Desk, fediverse: Fediverse, wire: GuardedHttp, impatient: GuardedHttp, fault: str) -> None:
    expected = OUTCOMES[fault]
    if fault.startswith("hang"):
        wire = impatient
    channel = desk.mastodon(fediverse.url)
    delivery = desk.plan(channel)
    fediverse.faults.append(fault)

    assert publish_due(desk.press(wire)) == {expected.status: 1}

    seen, place = desk.see(delivery), desk.channel_seen(channel)
    assert (seen.status, seen.error_key, len(fediverse.statuses)) == (
        expected.status,
        expected.error,
        expected.kept,
    )
    assert (place.paused, place.pause_reason) == (expected.pause is not None, expected.pause)
    assert place.rest_until == (None if expected.rests is None else NOW + expected.rests)
    assert seen.next_try_at == (place.rest_until if expected.status == "scheduled" else None)

    # Whatever happened: nothing more goes out of itself, not now and not later that day.
    posts = len(fediverse.asked)
    for _ in range(3):
        publish_due(desk.press(wire))
        desk.sweep()
        if expected.status == "scheduled":
            break
        desk.clock.step(timedelta(hours=1, minutes=50))
    assert len(fediverse.asked) == posts
    assert desk.status(delivery) == expected.status


def test_the_table_knows_every_fault() -> None:
    assert set(OUTCOMES) == {*REFUSALS, *SILENCES, *LOST_ANSWERS}


def test_nobody_listens(desk: Desk, wire: GuardedHttp) -> None:
    delivery = desk.plan(desk.mastodon(f"http://127.0.0.1:{free_port()}"))
    assert publish_due(desk.press(wire)) == {"scheduled": 1}
    row = desk.row(delivery)
    assert (row.error_key, row.next_try_at) == ("http.refused", NOW + timedelta(seconds=90))


def test_the_own_network_is_no_channel(desk: Desk, fediverse: Fediverse) -> None:
    channel = desk.mastodon(fediverse.url)
    delivery = desk.plan(channel)
    assert publish_due(desk.press(GuardedHttp(user_agent="outreach tests"))) == {"failed": 1}
    assert desk.see(delivery).error_key == "http.private_address"
    assert desk.channel_seen(channel).paused and fediverse.asked == ()


def test_after_the_wait_it_goes_out_and_the_other_channels_never_waited(
    desk: Desk, fediverse: Fediverse, wire: GuardedHttp
) -> None:
    busy, free = desk.mastodon(fediverse.url), desk.channel()
    held = [desk.plan(busy) for _ in range(4)]
    others = [desk.plan(free) for _ in range(4)]
    fediverse.faults.append("busy")
    assert publish_due(desk.press(wire)) == {"scheduled": 1, "published": 4}
    assert {desk.status(delivery) for delivery in others} == {"published"}
    desk.clock.step(timedelta(seconds=119))
    assert publish_due(desk.press(wire)) == {} and len(fediverse.asked) == 1
    desk.clock.step(timedelta(seconds=1))
    assert publish_due(desk.press(wire)) == {"published": 4}
    assert [status.text for status in fediverse.statuses] == [
        f"Vietas vēl ir: https://office.example/k/{desk.see(delivery).code} #{number}"
        for delivery, number in zip(held, (3, 4, 5, 6), strict=True)
    ]


def test_a_lost_token_is_one_failure_and_not_a_storm(
    desk: Desk, fediverse: Fediverse, wire: GuardedHttp
) -> None:
    channel = desk.mastodon(fediverse.url)
    planned = [desk.plan(channel) for _ in range(10)]
    fediverse.always = "unauthorized"
    for _ in range(5):
        publish_due(desk.press(wire))
    assert len(fediverse.asked) == 1
    assert [desk.status(delivery) for delivery in planned] == ["failed"] + ["scheduled"] * 9
    fediverse.always = None
    with desk.store.transaction() as session:
        dispatch.resume(session, channel)
        dispatch.reschedule(session, NOW, planned[0], NOW)
    assert publish_due(desk.press(wire)) == {"published": 10}
    assert len(fediverse.statuses) == 10


def test_a_hanging_server_is_a_question_at_a_time(
    desk: Desk, fediverse: Fediverse, wire: GuardedHttp
) -> None:
    channel = desk.mastodon(fediverse.url)
    for _ in range(5):
        desk.plan(channel)
    fediverse.always = "drop"
    publish_due(desk.press(wire))
    publish_due(desk.press(wire))
    assert desk.counts() == {"unconfirmed": 1, "scheduled": 4}


def test_a_missing_secret_is_told_by_its_name_alone(
    desk: Desk, fediverse: Fediverse, wire: GuardedHttp
) -> None:
    channel = desk.channel("mastodon", server=fediverse.url, token_env="NOT_SET")
    delivery = desk.plan(channel)
    assert secrets("NOT_SET") is None
    assert publish_due(desk.press(wire)) == {"failed": 1}
    assert dict(desk.see(delivery).error_facts) == {"variable": "NOT_SET"}
    assert desk.channel_seen(channel).pause_reason == "campaigns.paused.secret"


@pytest.mark.parametrize("fault", LOST_ANSWERS)
def test_an_open_question_is_settled_by_looking(
    desk: Desk, fediverse: Fediverse, wire: GuardedHttp, fault: str
) -> None:
    delivery = desk.plan(desk.mastodon(fediverse.url))
    fediverse.faults.append(fault)
    publish_due(desk.press(wire))
    (status,) = fediverse.statuses
    desk.clock.step(timedelta(hours=5))
    desk.settle(delivery, True, f"{fediverse.account_url}/{status.id}")
    publish_due(desk.press(wire))
    assert (desk.status(delivery), len(fediverse.statuses)) == ("published", 1)


def test_even_a_wrong_answer_within_the_hour_makes_no_second_post(
    desk: Desk, fediverse: Fediverse, wire: GuardedHttp
) -> None:
    """The server remembers the key: a person who overlooked the post does no harm so soon."""
    delivery = desk.plan(desk.mastodon(fediverse.url))
    fediverse.faults.append("drop_after")
    publish_due(desk.press(wire))
    desk.clock.step(timedelta(minutes=50))
    desk.settle(delivery, False)
    assert publish_due(desk.press(wire)) == {"published": 1}
    assert len(fediverse.statuses) == 1
    assert desk.see(delivery).receipt_url == f"{fediverse.account_url}/{fediverse.statuses[0].id}"
