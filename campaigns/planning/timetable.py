"""What the calendar reads: every delivery of a span in short, those it draws in full, and the drafts beside it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, ChannelRow, Delivery, Post, Series
from campaigns.overview import for_place

MOST = 10_000


class Due(NamedTuple):
    """As much of a delivery as counting it and seeing that it clashes needs."""

    delivery_id: int
    due_at: datetime
    status: str
    channel_id: int
    channel: str
    embargo_until: datetime | None


@dataclass(frozen=True)
class Drawn:
    """A delivery as the calendar draws it."""

    delivery_id: int
    post_id: int
    title: str
    language: str
    campaign_id: int
    campaign_name: str
    channel_id: int
    channel: str
    approved: bool
    status: str
    due_at: datetime
    campaign_language: str | None
    channel_countries: tuple[str, ...]
    campaign_countries: tuple[str, ...]
    wall_zone: str | None


@dataclass(frozen=True)
class Draft:
    """A post that is on its way to no channel."""

    post_id: int
    title: str
    language: str
    campaign_id: int
    campaign_name: str
    approved: bool


# Put together once, of columns alone, as in `campaigns.queries`.
_DUE: Select[*tuple[Any, ...]] = (
    select(
        Delivery.id,
        Delivery.due_at,
        Delivery.status,
        Delivery.channel_id,
        ChannelRow.name,
        Post.embargo_until,
    )
    .join(Post, Post.id == Delivery.post_id)
    .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
    .where(
        Delivery.due_at >= bindparam("since"), Delivery.due_at < bindparam("until"), Delivery.status != "cancelled"
    )
    .order_by(Delivery.due_at, Delivery.id)
    .limit(bindparam("most", type_=Integer))
)
_DRAWN: Select[*tuple[Any, ...]] = (
    select(
        Delivery.id,
        Delivery.post_id,
        Post.title,
        Post.language,
        Post.campaign_id,
        Campaign.name,
        Delivery.channel_id,
        ChannelRow.name.label("channel"),
        Post.approved_at.is_not(None).label("approved"),
        Delivery.status,
        Delivery.due_at,
        Campaign.language.label("campaign_language"),
        ChannelRow.countries,
        Campaign.countries.label("campaign_countries"),
        Delivery.wall_zone,
    )
    .join(Post, Post.id == Delivery.post_id)
    .join(Campaign, Campaign.id == Post.campaign_id)
    .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
    .order_by(Delivery.due_at, Delivery.id)
)
# The pattern of a series is no draft: the series makes its posts.
_WAITS = and_(
    Campaign.is_template.is_(False),
    ~exists(select(Delivery.id).where(Delivery.post_id == Post.id, Delivery.status != "cancelled").correlate(Post)),
    ~exists(select(Series.id).where(Series.post_id == Post.id, Series.ended_at.is_(None)).correlate(Post)),
)
_DRAFTS: Select[*tuple[Any, ...]] = (
    select(
        Post.id,
        Post.title,
        Post.language,
        Post.campaign_id,
        Campaign.name,
        Post.approved_at.is_not(None).label("approved"),
    )
    .join(Campaign, Campaign.id == Post.campaign_id)
    .where(_WAITS)
    .order_by(Post.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_OF_DRAFTS: Select[*tuple[Any, ...]] = (
    select(Campaign.id, Campaign.name)
    .where(exists(select(Post.id).where(Post.campaign_id == Campaign.id, _WAITS).correlate(Campaign)))
    .order_by(Campaign.id.desc())
    .limit(bindparam("most", type_=Integer))
)


def due_between(
    session: Session, since: datetime, until: datetime, *, place: str | None = None, limit: int = MOST
) -> list[Due]:
    """What is planned or went out in a span by the moment it is due, in order; what was cancelled is left out.

    Only of the campaigns of `place`, if one is given.
    """
    wanted = _DUE
    if place is not None:
        wanted = _DUE.join(Campaign, Campaign.id == Post.campaign_id).where(for_place(place))
    rows = session.execute(wanted, {"since": since, "until": until, "most": limit})
    return [Due._make(row) for row in rows]


def drawn(session: Session, ids: Collection[int]) -> list[Drawn]:
    """These deliveries in full, in the order they are due."""
    if not ids:
        return []
    rows = session.execute(_DRAWN, {"ids": [*ids]})
    return [Drawn(*[*row[:12], tuple(row[12]), tuple(row[13]), row[14]]) for row in rows]


def drafts(session: Session, campaign_id: int | None = None, limit: int = 40) -> list[Draft]:
    """Posts without a delivery that is alive, the newest first; of one campaign or of all."""
    wanted = _DRAFTS if campaign_id is None else _DRAFTS.where(Post.campaign_id == campaign_id)
    return [Draft(*row) for row in session.execute(wanted, {"most": limit})]


def campaigns_of_drafts(session: Session, limit: int = 100) -> list[tuple[int, str]]:
    """The campaigns that have drafts, the newest first: number and name."""
    return [(row[0], row[1]) for row in session.execute(_OF_DRAFTS, {"most": limit})]
