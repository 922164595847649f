"""How many more posts a channel may send."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.allowance import Allowance, allowance
from campaigns.channels.telegram import Telegram
from campaigns.claiming import claim
from campaigns.models import ChannelRow, Delivery
from outreach.core.errors import OutreachError
from tests.campaigns.desk import LATE, NOW, Desk

X = {"client_id": "c", "token_env": "T", "a_month": 3}
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def sent(desk: Desk, channel_id: int, at: datetime, status: str = "published") -> None:
    delivery_id = desk.plan(channel_id)
    with desk.store.transaction() as session:
        row = session.get_one(Delivery, delivery_id)
        row.status, row.claimed_at = status, at


def left(desk: Desk, channel_id: int, now: datetime = NOW) -> Allowance:
    with desk.store.transaction() as session:
        return allowance(session, now, channel_id)


def test_most_channels_may_send_as_much_as_they_like(desk: Desk) -> None:
    assert left(desk, desk.channel()) == Allowance(None)


def test_a_month_s_posts_end_with_the_month(desk: Desk) -> None:
    channel_id = desk.channel("x", **X)
    sent(desk, channel_id, datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    sent(desk, channel_id, NOW, "failed")
    assert left(desk, channel_id) == Allowance(3)
    for status in ("published", "unconfirmed"):
        sent(desk, channel_id, NOW - timedelta(hours=1), status)
    assert left(desk, channel_id) == Allowance(1)
    sent(desk, channel_id, NOW, "sending")
    assert left(desk, channel_id) == Allowance(0, APRIL)
    sent(desk, channel_id, NOW, "published")
    assert left(desk, channel_id) == Allowance(0, APRIL)
    assert left(desk, channel_id, APRIL) == Allowance(3)


def test_a_day_s_posts_are_of_the_last_24_hours(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Telegram, "terms", replace(Telegram.terms, a_day=2))
    channel_id = desk.channel("telegram", chat="@birojs", token_env="T")
    sent(desk, channel_id, NOW - timedelta(hours=25))
    sent(desk, channel_id, NOW - timedelta(hours=20))
    assert left(desk, channel_id) == Allowance(1)
    sent(desk, channel_id, NOW)
    assert left(desk, channel_id) == Allowance(0, NOW + timedelta(hours=4))
    assert left(desk, channel_id, NOW + timedelta(hours=4)) == Allowance(1)


def test_settings_that_make_no_channel_allow_nothing(desk: Desk) -> None:
    channel_id = desk.channel("x", **X)
    with desk.store.transaction() as session:
        session.get_one(ChannelRow, channel_id).settings = {"client_id": "c"}
    with pytest.raises(OutreachError):
        left(desk, channel_id)


def test_a_claim_takes_no_more_than_the_channel_may_send(desk: Desk) -> None:
    channel_id = desk.channel("x", **X)
    for _ in range(5):
        desk.plan(channel_id)
    with desk.store.transaction() as session:
        taken = claim(session, NOW, "me", LATE, channel_id=channel_id, limit=64)
    assert len(taken) == 3
    with desk.store.transaction() as session:
        assert claim(session, NOW, "me", LATE, channel_id=channel_id, limit=64) == []
        assert claim(session, NOW, "me", LATE, only=max(one.delivery_id for one in taken) + 1) == []
