"""What calendar feeds ask beside the plan itself: how often each delivery was touched, campaigns' names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Delivery, DeliveryEvent, Post
from campaigns.overview import for_place


@dataclass(frozen=True)
class Moved:
    """How many lines a delivery's history has, and the moment of the last."""

    times: int
    at: datetime


def moved_between(session: Session, since: datetime, until: datetime) -> dict[int, Moved]:
    """The deliveries that are due in a span, by their number."""
    return _moved(session, (Delivery.due_at >= since) & (Delivery.due_at < until))


def moved_of_campaign(session: Session, campaign_id: int) -> dict[int, Moved]:
    """A campaign's deliveries, by their number."""
    return _moved(session, Delivery.post_id.in_(select(Post.id).where(Post.campaign_id == campaign_id)))


def names(session: Session, campaign_ids: Collection[int], *, place: str | None = None) -> dict[int, str]:
    """The names of these campaigns by their numbers; without those that are not of `place`, if one is given."""
    if not campaign_ids:
        return {}
    wanted = select(Campaign.id, Campaign.name).where(Campaign.id.in_(campaign_ids), for_place(place))
    return {row.id: row.name for row in session.execute(wanted)}


def _moved(session: Session, which: ColumnElement[bool]) -> dict[int, Moved]:
    rows = session.execute(
        select(DeliveryEvent.delivery_id, func.count(), func.max(DeliveryEvent.at))
        .join(Delivery, Delivery.id == DeliveryEvent.delivery_id)
        .where(which)
        .group_by(DeliveryEvent.delivery_id)
    )
    return {number: Moved(times, at) for number, times, at in rows}
