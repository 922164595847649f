"""A release's embargo and the posts of the same campaign: which would go out before it, and letting them wait."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from campaigns.models import ChannelRow, Delivery, Post
from outreach.pressroom.models import Release
from outreach.pressroom.writing import editing

_OUT = ("sending", "unconfirmed", "published")


@dataclass(frozen=True)
class Clash:
    """A post of the campaign that is due before the embargo ends; `out`: it is or may be out already.

    `waits`: its own embargo keeps it until then, so it will be late instead.
    """

    post_id: int
    title: str
    channel: str
    due_at: datetime
    out: bool
    waits: bool


def clashes(session: Session, campaign_id: int | None, embargo_until: datetime | None, limit: int = 50) -> list[Clash]:
    """What of a campaign is due before that moment, the earliest first; nothing without a campaign or an embargo."""
    if campaign_id is None or embargo_until is None:
        return []
    rows = session.execute(
        select(
            Post.id, Post.title, ChannelRow.name, Delivery.due_at, Delivery.status, Post.embargo_until
        )
        .join(Post, Post.id == Delivery.post_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(
            Post.campaign_id == campaign_id,
            Delivery.status.in_(("scheduled", *_OUT)),
            Delivery.due_at < embargo_until,
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
    )
    return [
        Clash(post_id, title, channel, due_at, status in _OUT, until is not None and until >= embargo_until)
        for post_id, title, channel, due_at, status, until in rows
    ]


def let_posts_wait(session: Session, release_id: int) -> list[int]:
    """The posts of the release's campaign that are not out yet wait for its embargo; which ones were changed.

    Those that wait longer anyway stay as they are. Raises OutreachError `release.missing`.
    """
    release: Release = editing.hold(session, release_id)
    until = release.embargo_until
    if release.campaign_id is None or until is None:
        return []
    gone = select(Delivery.post_id).where(Delivery.post_id == Post.id, Delivery.status.in_(_OUT)).exists()
    posts = session.scalars(
        select(Post)
        .where(
            Post.campaign_id == release.campaign_id,
            or_(Post.embargo_until.is_(None), Post.embargo_until < until),
            ~gone,
        )
        .order_by(Post.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for post in posts:
        post.embargo_until = until
    session.flush()
    return [post.id for post in posts]
