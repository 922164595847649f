"""What single pages show beyond the lists: a delivery's window and looks, a post's pictures, how accounts are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.channel import Checked, Finding, Terms
from campaigns.claiming import ABSENT
from campaigns.models import Campaign, ChannelRow, Delivery, DeliveryNumbers, Picture, Post, PostPicture
from outreach.core.registry import kind_of


@dataclass(frozen=True)
class PostPictureSeen:
    """A picture of a post in its place; `alt` is what goes out with it, in the post's language."""

    picture_id: int
    name: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class DeliveryDetail:
    """What only the delivery's own page tells.

    `terms` are None for a kind that is not there any more. `look_at`: when its channel is looked at next; `looks`: how
    often it was; `absent_at`: when it was seen not to be there, if that was the last thing seen.
    """

    kind: str
    terms: Terms | None
    can_be_found: bool
    not_after: datetime | None
    looks: int
    look_at: datetime | None
    absent_at: datetime | None
    campaign_paused: bool
    likes: int | None
    replies: int | None
    shares: int | None
    reach: int | None
    numbers_at: datetime | None


@dataclass(frozen=True)
class Account:
    """How a channel's account was when it was asked last; `check_key` (with its facts) is the trouble it had.

    `can_be_asked`: its kind lets one ask at all.
    """

    account: str
    ends_at: datetime | None
    checked_at: datetime | None
    check_key: str | None
    check_facts: Mapping[str, object]
    can_be_asked: bool


def delivery(session: Session, delivery_id: int) -> DeliveryDetail | None:
    """One delivery's details."""
    row = session.execute(
        select(
            ChannelRow.kind,
            Delivery.not_after,
            Delivery.looks,
            Delivery.look_at,
            Delivery.kept,
            Campaign.paused,
            DeliveryNumbers.likes,
            DeliveryNumbers.replies,
            DeliveryNumbers.shares,
            DeliveryNumbers.reach,
            DeliveryNumbers.asked_at,
        )
        .select_from(Delivery)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .join(Post, Post.id == Delivery.post_id)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .outerjoin(DeliveryNumbers, DeliveryNumbers.delivery_id == Delivery.id)
        .where(Delivery.id == delivery_id)
    ).one_or_none()
    if row is None:
        return None
    absent = (row.kept or {}).get(ABSENT)
    return DeliveryDetail(
        row.kind,
        terms_of(row.kind),
        can_be_found(row.kind),
        row.not_after,
        row.looks,
        row.look_at,
        datetime.fromisoformat(absent) if absent else None,
        row.paused,
        row.likes,
        row.replies,
        row.shares,
        row.reach,
        row.asked_at,
    )


def pictures(session: Session, post_id: int) -> list[PostPictureSeen]:
    """The pictures of a post in their order."""
    rows = session.execute(
        select(Picture.id, Picture.name, Picture.width, Picture.height, Picture.alt, PostPicture.alt)
        .join(PostPicture, PostPicture.picture_id == Picture.id)
        .where(PostPicture.post_id == post_id)
        .order_by(PostPicture.position, PostPicture.picture_id)
    )
    return [
        PostPictureSeen(id_, name, width, height, of_post.strip() or own)
        for id_, name, width, height, own, of_post in rows
    ]


def accounts(session: Session) -> dict[int, Account]:
    """What is known of the accounts of all channels, by the channel's number."""
    rows = session.execute(
        select(
            ChannelRow.id,
            ChannelRow.kind,
            ChannelRow.account,
            ChannelRow.ends_at,
            ChannelRow.checked_at,
            ChannelRow.check_key,
            ChannelRow.check_facts,
        )
    )
    return {
        id_: Account(account, ends_at, checked_at, key, facts or {}, _can(kind, Checked))
        for id_, kind, account, ends_at, checked_at, key, facts in rows
    }


def terms_of(kind: str) -> Terms | None:
    """What a kind of channel takes and promises; None for one that is not there any more."""
    cls = kind_of("campaigns.channels", kind)
    terms: Terms | None = getattr(cls, "terms", None)
    return terms


def can_be_found(kind: str) -> bool:
    """Whether the program itself can look for posts in channels of that kind."""
    return _can(kind, Finding)


def _can(kind: str, deed: type) -> bool:
    cls = kind_of("campaigns.channels", kind)
    return cls is not None and issubclass(cls, deed)
