"""What pages, commands, reports and the tracker read: frozen rows, oldest question first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from campaigns import overview
from campaigns.clicks import PEOPLE, SCAN
from campaigns.models import STATUSES, Campaign, ChannelRow, Click, Delivery, DeliveryEvent, Link, Post

_SOON = timedelta(days=1)


@dataclass(frozen=True)
class DeliverySeen:
    """A delivery on its way, or where its way ended, with everything a list shows."""

    delivery_id: int
    post_id: int
    title: str
    language: str
    campaign_id: int
    campaign_name: str
    channel_id: int
    channel: str
    channel_paused: bool
    pause_reason: str | None
    approved: bool
    status: str
    due_at: datetime
    next_try_at: datetime | None
    attempts: int
    published_at: datetime | None
    receipt_url: str | None
    error_key: str | None
    error_facts: Mapping[str, object]
    code: str
    clicks: int
    campaign_language: str | None
    channel_countries: tuple[str, ...] = ()  # ISO codes of whom the channel reaches
    campaign_countries: tuple[str, ...] = ()
    wall: str | None = None  # an audience's own hour, on the clocks of `wall_zone`
    wall_zone: str | None = None
    embargo_until: datetime | None = None
    scans: int = 0  # of the clicks, those by the square


@dataclass(frozen=True)
class LinkSeen:
    """A tracked link and what it belongs to: a delivery, or a campaign; then `channel` says where it stands, there is
    no post, and it counts as out since it was made.
    """

    code: str
    link_id: int
    delivery_id: int | None
    post_id: int | None
    post_title: str
    campaign_id: int
    campaign_name: str
    channel: str
    published_at: datetime | None


@dataclass(frozen=True)
class Clicks:
    """How often people followed a link, and when last."""

    count: int
    last: datetime | None


@dataclass(frozen=True)
class CampaignSeen:
    """A campaign with its figures."""

    campaign_id: int
    name: str
    language: str | None
    starts_on: date
    ends_on: date | None
    posts: int
    published: int
    clicks: int


@dataclass(frozen=True)
class ChannelSeen:
    """A channel and how it is doing."""

    channel_id: int
    name: str
    kind: str
    settings: Mapping[str, object]
    paused: bool
    pause_reason: str | None
    rest_until: datetime | None


@dataclass(frozen=True)
class EventSeen:
    """One line of a delivery's history."""

    at: datetime
    from_status: str | None
    to_status: str
    detail: str


# Statements are put together once, of columns alone: otherwise a page takes longer over them than the store over the
# answers.
_SEEN = (
    select(
        Delivery.id.label("delivery_id"),
        Delivery.post_id,
        Post.title,
        Post.language,
        Post.campaign_id,
        Campaign.name.label("campaign_name"),
        Delivery.channel_id,
        ChannelRow.name.label("channel"),
        ChannelRow.paused.label("channel_paused"),
        ChannelRow.pause_reason,
        Post.approved_at.is_not(None).label("approved"),
        Delivery.status,
        Delivery.due_at,
        Delivery.next_try_at,
        Delivery.attempts,
        Delivery.published_at,
        Delivery.receipt_url,
        Delivery.error_key,
        Delivery.error_facts,
        Link.code,
        select(func.count(Click.id))
        .where(Click.link_id == Link.id, Click.kind.in_(PEOPLE))
        .correlate(Link)
        .scalar_subquery()
        .label("clicks"),
        Campaign.language.label("campaign_language"),
        ChannelRow.countries.label("channel_countries"),
        Campaign.countries.label("campaign_countries"),
        Delivery.wall,
        Delivery.wall_zone,
        Post.embargo_until,
        select(func.count(Click.id))
        .where(Click.link_id == Link.id, Click.kind == SCAN)
        .correlate(Link)
        .scalar_subquery()
        .label("scans"),
    )
    .select_from(Delivery)
    .join(Post, Post.id == Delivery.post_id)
    .join(Campaign, Campaign.id == Post.campaign_id)
    .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
    .join(Link, Link.delivery_id == Delivery.id)
)
_MOST = bindparam("most", type_=Integer)
_AS_DUE = _SEEN.order_by(Delivery.due_at, Delivery.id)
_GOING_OUT = _AS_DUE.where(
    Delivery.status.in_(("scheduled", "sending")), Delivery.due_at < bindparam("until")
).limit(_MOST)
_NEEDS_PERSON = _AS_DUE.where(
    or_(
        Delivery.status.in_(("unconfirmed", "failed")),
        and_(
            Delivery.status == "scheduled",
            Delivery.due_at < bindparam("soon"),
            or_(Post.approved_at.is_(None), ChannelRow.paused.is_(True)),
        ),
    )
).limit(_MOST)
_RECENT = (
    _SEEN.where(Delivery.status == "published", Delivery.published_at >= bindparam("since"))
    .order_by(Delivery.published_at.desc(), Delivery.id.desc())
    .limit(_MOST)
)
_BETWEEN = _AS_DUE.where(
    Delivery.due_at >= bindparam("since"), Delivery.due_at < bindparam("until"), Delivery.status != "cancelled"
).limit(_MOST)
_OF_CAMPAIGN = _AS_DUE.where(Post.campaign_id == bindparam("campaign_id")).limit(_MOST)
_OF_POST = _AS_DUE.where(Delivery.post_id == bindparam("post_id"))
_ONE = _SEEN.where(Delivery.id == bindparam("delivery_id"))
_HISTORY = (
    select(DeliveryEvent.at, DeliveryEvent.from_status, DeliveryEvent.to_status, DeliveryEvent.detail)
    .where(DeliveryEvent.delivery_id == bindparam("delivery_id"))
    .order_by(DeliveryEvent.id)
)
_COUNTS = select(Delivery.status, func.count()).group_by(Delivery.status)
_CHANNELS = select(
    ChannelRow.id,
    ChannelRow.name,
    ChannelRow.kind,
    ChannelRow.settings,
    ChannelRow.paused,
    ChannelRow.pause_reason,
    ChannelRow.rest_until,
).order_by(ChannelRow.name)


def going_out(session: Session, until: datetime, limit: int = 200) -> list[DeliverySeen]:
    """What is scheduled up to `until`, what is overdue included, the next first; unapproved posts too."""
    return _deliveries(session, _GOING_OUT, until=until, most=limit)


def needs_person(session: Session, now: datetime, limit: int = 200) -> list[DeliverySeen]:
    """What waits for somebody's decision, the longest first.

    Unconfirmed, failed, and what is due within a day but not approved or bound for a paused channel.
    """
    return _deliveries(session, _NEEDS_PERSON, soon=now + _SOON, most=limit)


def recent(session: Session, since: datetime, limit: int = 200) -> list[DeliverySeen]:
    """What went out since then, the latest first."""
    return _deliveries(session, _RECENT, since=since, most=limit)


def deliveries(
    session: Session, status: str | None = None, limit: int = 200, *, before: int | None = None
) -> list[DeliverySeen]:
    """Deliveries, of one status or of all, the latest due first; those that stand after the delivery `before`."""
    wanted = _listed(status is not None, before is not None)
    return _deliveries(session, wanted, status=status, before=before, most=limit)


def deliveries_of_campaign(session: Session, campaign_id: int, limit: int = 500) -> list[DeliverySeen]:
    """A campaign's deliveries in the order they are due."""
    return _deliveries(session, _OF_CAMPAIGN, campaign_id=campaign_id, most=limit)


def deliveries_of_post(session: Session, post_id: int) -> list[DeliverySeen]:
    """A post's deliveries in the order they are due."""
    return _deliveries(session, _OF_POST, post_id=post_id)


def deliveries_between(
    session: Session, since: datetime, until: datetime, *, place: str | None = None, limit: int = 1000
) -> list[DeliverySeen]:
    """What is planned or went out in a span by the moment it is due, in order; what was cancelled is left out.

    Only of the campaigns of `place`, if one is given.
    """
    wanted = _BETWEEN if place is None else _BETWEEN.where(overview.for_place(place))
    return _deliveries(session, wanted, since=since, until=until, most=limit)


def delivery(session: Session, delivery_id: int) -> DeliverySeen | None:
    """One delivery."""
    return next(iter(_deliveries(session, _ONE, delivery_id=delivery_id)), None)


def history(session: Session, delivery_id: int) -> list[EventSeen]:
    """What happened to a delivery, in order."""
    return [EventSeen(*row) for row in session.execute(_HISTORY, {"delivery_id": delivery_id})]


def counts(session: Session) -> dict[str, int]:
    """How many deliveries have each status, those with none included."""
    told = dict.fromkeys(STATUSES, 0)
    for status, number in session.execute(_COUNTS):
        told[status] = number
    return told


def campaigns(session: Session, limit: int = 200) -> list[CampaignSeen]:
    """Campaigns, the latest first."""
    posts = select(func.count()).where(Post.campaign_id == Campaign.id).scalar_subquery()
    out = (
        _of_campaign(select(func.count(Delivery.id))).where(Delivery.status == "published").scalar_subquery()
    )
    clicks = (
        _of_campaign(select(func.count(Click.id)))
        .join(Link, Link.delivery_id == Delivery.id)
        .join(Click, and_(Click.link_id == Link.id, Click.kind.in_(PEOPLE)))
        .scalar_subquery()
    )
    rows = session.execute(
        select(Campaign, posts, out, clicks)
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
        .limit(limit)
    )
    return [
        CampaignSeen(row.id, row.name, row.language, row.starts_on, row.ends_on, made, went, followed)
        for row, made, went, followed in rows
    ]


def channels(session: Session) -> list[ChannelSeen]:
    """All channels by name."""
    return [ChannelSeen(*row) for row in session.execute(_CHANNELS)]


def link_of(session: Session, code: str) -> LinkSeen | None:
    """The link with this code."""
    row = session.execute(
        select(
            Link.code,
            Link.id,
            Link.delivery_id,
            Post.id.label("post_id"),
            func.coalesce(Post.title, "").label("title"),
            Campaign.id.label("campaign_id"),
            Campaign.name,
            func.coalesce(ChannelRow.name, Link.label).label("channel"),
            Delivery.published_at,
            Link.created_at,
        )
        .outerjoin(Delivery, Delivery.id == Link.delivery_id)
        .outerjoin(Post, Post.id == Delivery.post_id)
        .outerjoin(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .join(Campaign, Campaign.id == func.coalesce(Link.campaign_id, Post.campaign_id))
        .where(Link.code == code)
    ).one_or_none()
    if row is None:
        return None
    out_since = row.published_at if row.delivery_id is not None else row.created_at
    return LinkSeen(
        row.code,
        row.id,
        row.delivery_id,
        row.post_id,
        row.title,
        row.campaign_id,
        row.name,
        row.channel,
        out_since,
    )


def clicks_before(session: Session, code: str, until: datetime) -> Clicks:
    """How often people followed a link up to and including `until`, and when last."""
    count, last = session.execute(
        select(func.count(Click.id), func.max(Click.clicked_at))
        .join(Link, Link.id == Click.link_id)
        .where(Link.code == code, Click.kind.in_(PEOPLE), Click.clicked_at <= until)
    ).one()
    return Clicks(count, last)


def _of_campaign(query: Select[int]) -> Select[int]:
    return (
        query.select_from(Delivery)
        .join(Post, Post.id == Delivery.post_id)
        .where(Post.campaign_id == Campaign.id)
        .correlate(Campaign)
    )


@cache
def _listed(of_status: bool, goes_on: bool) -> Select[*tuple[Any, ...]]:
    wanted = _SEEN.order_by(Delivery.due_at.desc(), Delivery.id.desc()).limit(_MOST)
    if of_status:
        wanted = wanted.where(Delivery.status == bindparam("status"))
    if goes_on:
        before = bindparam("before", type_=Integer)
        due_at = select(Delivery.due_at).where(Delivery.id == before).scalar_subquery()
        wanted = wanted.where(or_(Delivery.due_at < due_at, and_(Delivery.due_at == due_at, Delivery.id < before)))
    return wanted


def _deliveries(session: Session, query: Select[*tuple[Any, ...]], **asked: object) -> list[DeliverySeen]:
    rows = session.execute(query, asked).mappings()
    return [
        DeliverySeen(
            **{
                **row,
                "error_facts": row["error_facts"] or {},
                "channel_countries": tuple(row["channel_countries"]),
                "campaign_countries": tuple(row["campaign_countries"]),
            }
        )
        for row in rows
    ]
