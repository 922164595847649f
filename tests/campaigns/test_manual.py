"""By hand: nothing is ever sent; at its hour a delivery waits for the person who posts it, also after a crash."""

from datetime import timedelta

import pytest

from campaigns.channel import Finding, Limit
from campaigns.channels.manual import Manual
from campaigns.publish import publish_due
from tests.campaigns.desk import Desk
from tests.campaigns.platforms import Turns, failed, kind_of

PLACE = "https://www.facebook.com/groups/latviesi"
CHANNEL = Manual(PLACE)


def test_nothing_is_asked_and_a_person_knows() -> None:
    wire = Turns([])
    error = failed(CHANNEL, wire, {})
    assert (error.key, kind_of(error), error.facts["place"]) == ("manual.waits", "ambiguous", PLACE)
    assert wire.asked == [] and CHANNEL.terms.by_hand and not isinstance(CHANNEL, Finding)
    assert CHANNEL.limit(wire) is None and Manual(PLACE, 500).limit(wire) == Limit(500)


@pytest.mark.parametrize("times", [1, 3])
def test_at_its_hour_it_waits_until_somebody_says_where_it_is(desk: Desk, times: int) -> None:
    channel = desk.channel("manual", place=PLACE)
    due = desk.clock.now() + timedelta(hours=1)
    delivery = desk.plan(channel, due_at=due)
    assert publish_due(desk.press()) == {} and desk.status(delivery) == "scheduled"
    desk.clock.step(timedelta(hours=1))
    for _ in range(times):
        publish_due(desk.press())
        desk.clock.step(timedelta(hours=1))
    seen = desk.see(delivery)
    assert (seen.status, seen.error_key, seen.attempts) == ("unconfirmed", "manual.waits", 1)

    desk.settle(delivery, True, f"{PLACE}/posts/7")
    assert (desk.status(delivery), desk.see(delivery).receipt_url) == ("published", f"{PLACE}/posts/7")


def test_who_could_not_post_it_is_reminded_again(desk: Desk) -> None:
    delivery = desk.plan(desk.channel("manual", place=PLACE))
    publish_due(desk.press())
    desk.settle(delivery, False)
    desk.clock.step(timedelta(minutes=6))
    assert desk.status(delivery) == "scheduled"
    publish_due(desk.press())
    assert (desk.status(delivery), desk.see(delivery).error_key) == ("unconfirmed", "manual.waits")
