"""What other programs read of this wing: pages by number, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from campaigns.clicks import PEOPLE
from campaigns.models import Campaign, ChannelRow, Click, Delivery, Link, Post


@dataclass(frozen=True)
class CampaignTold:
    """One campaign with its figures."""

    id: int
    created_at: datetime
    name: str
    goal: str
    language: str | None
    starts_on: date
    ends_on: date | None
    municipalities: tuple[str, ...]
    posts: int
    published: int
    clicks: int


@dataclass(frozen=True)
class DeliveriesWanted:
    """Which deliveries; None leaves a part open. `since` <= due < `until`."""

    since: datetime | None = None
    until: datetime | None = None
    status: str | None = None
    campaign: int | None = None


@dataclass(frozen=True)
class DeliveryTold:
    """One post on its way to one channel; `url` is where it stands once it is published."""

    id: int
    post_id: int
    title: str
    language: str
    campaign_id: int
    campaign: str
    channel: str
    status: str
    approved: bool
    due_at: datetime
    published_at: datetime | None
    url: str | None
    clicks: int


def campaigns(
    session: Session, since: datetime | None, until: datetime | None, before: int | None, limit: int
) -> tuple[Sequence[CampaignTold], int | None]:
    """Campaigns made in the period, of numbers below `before`, and where the next page begins (None: no more)."""
    query = select(Campaign).order_by(Campaign.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(Campaign.id < before)
    if since is not None:
        query = query.where(Campaign.created_at >= since)
    if until is not None:
        query = query.where(Campaign.created_at < until)
    found = session.scalars(query).all()
    numbers = [row.id for row in found[:limit]]
    posts = _by_campaign(session, select(Post.campaign_id, func.count()), numbers)
    out = select(Post.campaign_id, func.count(Delivery.id)).join(Delivery, Delivery.post_id == Post.id)
    published = _by_campaign(session, out.where(Delivery.status == "published"), numbers)
    followed = (
        select(Post.campaign_id, func.count(Click.id))
        .join(Delivery, Delivery.post_id == Post.id)
        .join(Link, Link.delivery_id == Delivery.id)
        .join(Click, and_(Click.link_id == Link.id, Click.kind.in_(PEOPLE)))
    )
    clicks = _by_campaign(session, followed, numbers)
    rows = [
        CampaignTold(
            id=row.id,
            created_at=row.created_at,
            name=row.name,
            goal=row.goal,
            language=row.language,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            municipalities=tuple(row.municipalities),
            posts=posts.get(row.id, 0),
            published=published.get(row.id, 0),
            clicks=clicks.get(row.id, 0),
        )
        for row in found[:limit]
    ]
    return rows, numbers[-1] if len(found) > limit else None


def deliveries(
    session: Session, wanted: DeliveriesWanted, before: int | None, limit: int
) -> tuple[Sequence[DeliveryTold], int | None]:
    """The wanted deliveries of numbers below `before`, and where the next page begins (None: no more)."""
    of_people = select(func.count(Click.id)).where(Click.link_id == Link.id, Click.kind.in_(PEOPLE))
    clicks = of_people.correlate(Link).scalar_subquery()
    query = (
        select(
            Delivery.id,
            Delivery.post_id,
            Post.title,
            Post.language,
            Post.campaign_id,
            Campaign.name.label("campaign"),
            ChannelRow.name.label("channel"),
            Delivery.status,
            Post.approved_at.is_not(None).label("approved"),
            Delivery.due_at,
            Delivery.published_at,
            Delivery.receipt_url.label("url"),
            clicks.label("clicks"),
        )
        .join(Post, Post.id == Delivery.post_id)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .outerjoin(Link, Link.delivery_id == Delivery.id)
        .order_by(Delivery.id.desc())
        .limit(limit + 1)
    )
    for column, value in ((Delivery.status, wanted.status), (Post.campaign_id, wanted.campaign)):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(Delivery.id < before)
    if wanted.since is not None:
        query = query.where(Delivery.due_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Delivery.due_at < wanted.until)
    rows = [DeliveryTold(**row._mapping) for row in session.execute(query)]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def _by_campaign(session: Session, query: Select[*tuple[Any, ...]], numbers: Sequence[int]) -> dict[int, int]:
    counted = query.where(Post.campaign_id.in_(numbers)).group_by(Post.campaign_id)
    return {row[0]: row[1] for row in session.execute(counted)} if numbers else {}
