"""What became of a post is asked politely, for thirty days."""

from datetime import timedelta

import pytest

from campaigns import numbers
from campaigns.channel import Busy, Numbers, Secrets
from campaigns.models import DeliveryNumbers
from campaigns.publish import publish_due
from outreach.core.errors import WireError
from tests.campaigns import told
from tests.campaigns.desk import NOW, Desk
from tests.campaigns.told import deeds

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    told.install(monkeypatch)


def row(desk: Desk, delivery: int) -> DeliveryNumbers:
    with desk.store.reading() as session:
        found = session.get_one(DeliveryNumbers, delivery)
        session.expunge(found)
        return found


def published(desk: Desk, count: int = 1) -> list[int]:
    channel = desk.channel("told", token_env="TOKEN")
    planned = [desk.plan(channel) for _ in range(count)]
    assert publish_due(desk.press()) == {"published": count}
    return planned


def test_the_moments_are_an_hour_a_quarter_a_week_of_days_and_weeks() -> None:
    moments, at = [], NOW
    while (following := numbers.next_ask(NOW, at)) is not None:
        moments.append((following - NOW) / HOUR)
        at = following
    assert moments == [1, 6, *(24 * day for day in (1, 2, 3, 4, 5, 6, 7, 14, 21, 28, 30))]


def test_it_is_asked_and_kept(desk: Desk) -> None:
    (delivery,) = published(desk)
    deeds["numbers"] = lambda secrets: Numbers(likes=3, replies=1)
    assert numbers.ask_due(desk.press()) == {}
    desk.clock.step(HOUR)
    assert numbers.ask_due(desk.press()) == {"told": 1} and numbers.ask_due(desk.press()) == {}
    kept = row(desk, delivery)
    assert (kept.likes, kept.replies, kept.shares, kept.asked_at) == (3, 1, None, NOW + HOUR)
    assert kept.ask_at == NOW + 6 * HOUR
    desk.clock.step(60 * DAY)
    assert numbers.ask_due(desk.press()) == {"told": 1}
    assert row(desk, delivery).ask_at is None


def test_a_channel_that_does_not_answer_is_asked_once_a_round(desk: Desk) -> None:
    published(desk, 3)
    asked = []

    def refuse(secrets: Secrets) -> Numbers:
        asked.append(1)
        raise WireError("http.refused")

    deeds["numbers"] = refuse
    desk.clock.step(HOUR)
    assert numbers.ask_due(desk.press()) == {"silent": 1} and len(asked) == 1


def test_one_that_asks_us_to_wait_is_left_alone(desk: Desk) -> None:
    (delivery,) = published(desk)

    def busy(secrets: Secrets) -> Numbers:
        raise Busy("x.busy", wait=9 * HOUR)

    deeds["numbers"] = busy
    desk.clock.step(HOUR)
    numbers.ask_due(desk.press())
    assert row(desk, delivery).ask_at == NOW + 10 * HOUR


def test_a_kind_that_tells_nothing_is_not_asked(desk: Desk) -> None:
    desk.plan(desk.channel())
    publish_due(desk.press())
    with desk.store.reading() as session:
        assert session.query(DeliveryNumbers).count() == 0
