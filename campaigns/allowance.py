"""How many more posts a channel may send: its kind allows so many in a day, and the office pays for so many a month."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.channel import Channel
from campaigns.models import ChannelRow, Delivery
from outreach.core.registry import build

_DAY = timedelta(days=1)
# What is out, may be out, or is on its way: a post that was refused has cost nothing.
_COUNTED = ("published", "sending", "unconfirmed")


@dataclass(frozen=True)
class Allowance:
    """How many more may go now, None if as many as one likes; at none left, when the next may go."""

    left: int | None
    again_at: datetime | None = None


def allowance(session: Session, now: datetime, channel_id: int) -> Allowance:
    """Of the channel's day (the last 24 hours) and its calendar month in UTC, whichever leaves less.

    Holds the channel's row until the transaction ends: of many that claim at once each sees what the others took.
    Raises OutreachError where the settings make no channel.
    """
    kind, settings = session.execute(
        select(ChannelRow.kind, ChannelRow.settings).where(ChannelRow.id == channel_id)
    ).one()
    channel: Channel = build("campaigns.channels", kind, settings)
    a_month = getattr(channel, "a_month", None)
    a_day = channel.terms.a_day
    if a_day is None and not isinstance(a_month, int):
        return Allowance(None)
    session.execute(select(ChannelRow.id).where(ChannelRow.id == channel_id).with_for_update())
    found = []
    if a_day is not None:
        oldest, sent = _sent(session, channel_id, now - _DAY)
        found.append(_of(a_day, sent, (oldest or now) + _DAY))
    if isinstance(a_month, int):
        first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        _, sent = _sent(session, channel_id, first)
        found.append(_of(a_month, sent, (first + timedelta(days=32)).replace(day=1)))
    return min(found, key=lambda one: (one.left or 0, -(one.again_at or now).timestamp()))


def _of(most: int, sent: int, again_at: datetime) -> Allowance:
    left = max(0, most - sent)
    return Allowance(left, None if left else again_at)


def _sent(session: Session, channel_id: int, since: datetime) -> tuple[datetime | None, int]:
    """When the first of those sent since then was, and how many there are."""
    oldest, count = session.execute(
        select(func.min(Delivery.claimed_at), func.count()).where(
            Delivery.channel_id == channel_id, Delivery.status.in_(_COUNTED), Delivery.claimed_at > since
        )
    ).one()
    return oldest, count
