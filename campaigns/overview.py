"""Campaigns and posts as their pages show them; a partner's place narrows every question."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, and_, bindparam, cast, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from campaigns.clicks import PEOPLE
from campaigns.models import Campaign, Click, Delivery, Link, Pause, Picture, Post
from campaigns.pausing import PauseSeen

PERIODS = ("current", "coming", "past")


@dataclass(frozen=True)
class PictureSeen:
    """A campaign's picture and the words for those who do not see it."""

    name: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class CampaignListed:
    """A campaign in a list, with its figures."""

    campaign_id: int
    name: str
    language: str | None
    starts_on: date
    ends_on: date | None
    municipalities: tuple[str, ...]
    posts: int
    published: int
    clicks: int


@dataclass(frozen=True)
class CampaignWhole:
    """Everything a campaign's page says of itself; `note` is clean HTML."""

    campaign_id: int
    name: str
    language: str | None
    starts_on: date
    ends_on: date | None
    goal: str
    note: str
    municipalities: tuple[str, ...]
    picture: PictureSeen | None
    goal_kind: str | None
    goal_target: int | None
    countries: tuple[str, ...]
    families: tuple[str, ...]
    owner: str | None
    partners: tuple[str, ...]
    budget_cents: int | None
    topics: tuple[int, ...]
    moment: str | None
    anchor_on: date | None
    is_template: bool
    copied_from: int | None
    paused: bool = False
    everything: PauseSeen | None = None  # the pause of everything that holds now


@dataclass(frozen=True)
class Stretch:
    """A campaign as a calendar draws it; one without an end goes on."""

    campaign_id: int
    name: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class PostSeen:
    """One text with who wrote and who approved it."""

    post_id: int
    campaign_id: int
    campaign_name: str
    language: str
    title: str
    text: str
    target_url: str
    created_at: datetime
    written_by: str | None
    approved_at: datetime | None
    approved_by: str | None
    original_id: int | None
    revision: int
    follows: int | None
    story_id: int | None
    embargo_until: datetime | None
    asked_at: datetime | None
    asked_by: str | None


# Put together once, of columns alone, as in `campaigns.queries`.
_POST: Select[*tuple[Any, ...]] = select(
    Post.id,
    Post.campaign_id,
    Campaign.name,
    Post.language,
    Post.title,
    Post.text,
    Post.target_url,
    Post.created_at,
    Post.written_by,
    Post.approved_at,
    Post.approved_by,
    Post.original_id,
    Post.revision,
    Post.follows,
    Post.story_id,
    Post.embargo_until,
    Post.asked_at,
    Post.asked_by,
).join(Campaign, Campaign.id == Post.campaign_id)
_ONE_POST = _POST.where(Post.id == bindparam("post_id"))
_POSTS = (
    _POST.where(Post.campaign_id == bindparam("campaign_id"))
    .order_by(Post.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_STRETCHES = (
    select(Campaign.id, Campaign.name, Campaign.starts_on, Campaign.ends_on)
    .where(
        Campaign.starts_on <= bindparam("last"),
        Campaign.is_template.is_(False),
        or_(Campaign.ends_on.is_(None), Campaign.ends_on >= bindparam("first")),
    )
    .order_by(Campaign.starts_on, Campaign.id)
    .limit(bindparam("most", type_=Integer))
)
_HOLDS = aliased(Pause)
_CAMPAIGN = (
    select(
        Campaign.id,
        Campaign.name,
        Campaign.language,
        Campaign.starts_on,
        Campaign.ends_on,
        Campaign.goal,
        Campaign.note,
        Campaign.municipalities,
        Campaign.goal_kind,
        Campaign.goal_target,
        Campaign.countries,
        Campaign.families,
        Campaign.owner,
        Campaign.partners,
        Campaign.budget_cents,
        Campaign.topics,
        Campaign.moment,
        Campaign.anchor_on,
        Campaign.is_template,
        Campaign.copied_from,
        Campaign.paused,
        Pause.since.label("pause_since"),
        Pause.reason.label("pause_reason"),
        Pause.by.label("pause_by"),
        Picture.name.label("picture"),
        Picture.width,
        Picture.height,
        Picture.alt,
    )
    .outerjoin(Picture, Picture.id == Campaign.picture_id)
    .outerjoin(Pause, Pause.id == select(func.min(_HOLDS.id)).where(_HOLDS.ended_at.is_(None)).scalar_subquery())
    .where(Campaign.id == bindparam("campaign_id"))
)


def for_place(place: str | None) -> ColumnElement[bool]:
    """Narrows a query over campaigns to those of one municipality; None leaves it open, "" is no place's."""
    if place is None:
        return true()
    if not place:
        return false()
    # The store keeps the list as JSON's own text: a name stands in it between its quotes.
    return cast(Campaign.municipalities, Text).contains(json.dumps(place), autoescape=True)


def listed(
    session: Session,
    today: date,
    period: str,
    *,
    place: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[CampaignListed]:
    """Campaigns of a period (`current`, `coming`, `past`), the latest start first; what comes has the next one first.

    `before` is the campaign after which the list goes on.
    """
    posts = select(func.count()).where(Post.campaign_id == Campaign.id).scalar_subquery()
    out = _deliveries(select(func.count(Delivery.id))).where(Delivery.status == "published").scalar_subquery()
    clicks = (
        _deliveries(select(func.count(Click.id)))
        .join(Link, Link.delivery_id == Delivery.id)
        .join(Click, and_(Click.link_id == Link.id, Click.kind.in_(PEOPLE)))
        .scalar_subquery()
    )
    wanted = select(Campaign, posts, out, clicks).where(
        _in(period, today), Campaign.is_template.is_(False), for_place(place)
    )
    starts_on, number = Campaign.starts_on, Campaign.id
    if before is not None:
        start = select(Campaign.starts_on).where(Campaign.id == before).scalar_subquery()
        later = or_(starts_on > start, and_(starts_on == start, number > before))
        earlier = or_(starts_on < start, and_(starts_on == start, number < before))
        wanted = wanted.where(later if period == "coming" else earlier)
    order = (starts_on, number) if period == "coming" else (starts_on.desc(), number.desc())
    return [
        CampaignListed(
            row.id,
            row.name,
            row.language,
            row.starts_on,
            row.ends_on,
            tuple(row.municipalities),
            made,
            went,
            followed,
        )
        for row, made, went, followed in session.execute(wanted.order_by(*order).limit(limit))
    ]


def campaign(session: Session, campaign_id: int, *, place: str | None = None) -> CampaignWhole | None:
    """One campaign; None also for one that is not that place's."""
    wanted = _CAMPAIGN if place is None else _CAMPAIGN.where(for_place(place))
    row = session.execute(wanted, {"campaign_id": campaign_id}).one_or_none()
    if row is None:
        return None
    return CampaignWhole(
        campaign_id=row.id,
        name=row.name,
        language=row.language,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        goal=row.goal,
        note=row.note,
        municipalities=tuple(row.municipalities),
        picture=PictureSeen(row.picture, row.width, row.height, row.alt) if row.picture is not None else None,
        goal_kind=row.goal_kind,
        goal_target=row.goal_target,
        countries=tuple(row.countries),
        families=tuple(row.families),
        owner=row.owner,
        partners=tuple(row.partners),
        budget_cents=row.budget_cents,
        topics=tuple(row.topics),
        moment=row.moment,
        anchor_on=row.anchor_on,
        is_template=row.is_template,
        copied_from=row.copied_from,
        paused=row.paused,
        everything=None if row.pause_since is None else PauseSeen(row.pause_since, row.pause_reason, row.pause_by),
    )


def templates(session: Session, limit: int = 100) -> list[Stretch]:
    """The patterns for other campaigns, by name."""
    wanted = (
        select(Campaign.id, Campaign.name, Campaign.starts_on, Campaign.ends_on)
        .where(Campaign.is_template.is_(True))
        .order_by(Campaign.name, Campaign.id)
        .limit(limit)
    )
    return [Stretch(*row) for row in session.execute(wanted)]


def stretches(
    session: Session, first: date, last: date, *, place: str | None = None, limit: int = 100
) -> list[Stretch]:
    """The campaigns that touch the days from `first` to `last`, in the order they begin."""
    wanted = _STRETCHES if place is None else _STRETCHES.where(for_place(place))
    return [Stretch(*row) for row in session.execute(wanted, {"first": first, "last": last, "most": limit})]


def posts(session: Session, campaign_id: int, limit: int = 200) -> list[PostSeen]:
    """A campaign's posts, the latest first."""
    return [PostSeen(*row) for row in session.execute(_POSTS, {"campaign_id": campaign_id, "most": limit})]


def post(session: Session, post_id: int) -> PostSeen | None:
    """One post."""
    row = session.execute(_ONE_POST, {"post_id": post_id}).one_or_none()
    return PostSeen(*row) if row is not None else None


def shows_picture(session: Session, name: str, *, place: str | None = None) -> bool:
    """Whether a campaign (of that place) shows the picture of this name."""
    shown = (
        select(Campaign.id)
        .join(Picture, Picture.id == Campaign.picture_id)
        .where(Picture.name == name, for_place(place))
        .limit(1)
    )
    return session.scalar(shown) is not None


def _in(period: str, today: date) -> ColumnElement[bool]:
    if period == "coming":
        return Campaign.starts_on > today
    if period == "past":
        return Campaign.ends_on < today
    return and_(Campaign.starts_on <= today, or_(Campaign.ends_on.is_(None), Campaign.ends_on >= today))


def _deliveries(query: Select[int]) -> Select[int]:
    return (
        query.select_from(Delivery)
        .join(Post, Post.id == Delivery.post_id)
        .where(Post.campaign_id == Campaign.id)
        .correlate(Campaign)
    )
