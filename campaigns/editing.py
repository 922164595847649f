"""Campaigns and their posts: writing, correcting, approving."""

import re
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Delivery, Post
from outreach.core.errors import OutreachError

_WEB = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#]\S*)?")
# What is or may be out says what it said; only a text that is nowhere yet can be corrected.
_OUT = ("sending", "unconfirmed", "published")


def start(
    session: Session,
    now: datetime,
    name: str,
    starts_on: date,
    ends_on: date | None = None,
    language: str | None = None,
) -> Campaign:
    """A new campaign; OutreachError `campaigns.name.empty` or `campaigns.dates`."""
    if not name.strip():
        raise OutreachError("campaigns.name.empty")
    if ends_on is not None and ends_on < starts_on:
        raise OutreachError("campaigns.dates", start=starts_on, end=ends_on)
    campaign = Campaign(
        name=name.strip(), language=language, starts_on=starts_on, ends_on=ends_on, created_at=now
    )
    session.add(campaign)
    session.flush()
    return campaign


def campaign_named(session: Session, now: datetime, name: str, today: date) -> int:
    """The id of the latest campaign of that name; one that starts `today` is made if there is none."""
    latest = select(Campaign.id).where(Campaign.name == name.strip()).order_by(Campaign.id.desc()).limit(1)
    return session.scalar(latest) or start(session, now, name, today).id


def write(
    session: Session,
    now: datetime,
    campaign_id: int,
    *,
    language: str,
    title: str,
    text: str,
    target_url: str,
) -> Post:
    """A new post, not yet approved.

    Raises OutreachError `campaigns.missing`, `campaigns.post.empty` or `campaigns.post.target` (no web
    address).
    """
    if session.get(Campaign, campaign_id) is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    _check(title, text, target_url)
    post = Post(
        campaign_id=campaign_id,
        language=language,
        title=title.strip(),
        text=text.strip(),
        target_url=target_url.strip(),
        created_at=now,
    )
    session.add(post)
    session.flush()
    return post


def edit(session: Session, post_id: int, *, title: str, text: str) -> Post:
    """Corrects a post and takes its approval away; OutreachError `campaigns.post.out` once it may be out.

    Where the link leads cannot change: links already made would lead elsewhere.
    """
    post = _held(session, post_id)
    _check(title, text, post.target_url)
    out = select(Delivery.id).where(Delivery.post_id == post_id, Delivery.status.in_(_OUT)).limit(1)
    if session.scalar(out) is not None:
        raise OutreachError("campaigns.post.out", title=post.title)
    post.title, post.text, post.approved_at = title.strip(), text.strip(), None
    return post


def approve(session: Session, now: datetime, post_id: int) -> Post:
    """Lets a post go out; approving twice keeps the first time."""
    post = _held(session, post_id)
    post.approved_at = post.approved_at or now
    return post


def _held(session: Session, post_id: int) -> Post:
    post = session.scalar(
        select(Post).where(Post.id == post_id).with_for_update().execution_options(populate_existing=True)
    )
    if post is None:
        raise OutreachError("campaigns.post.missing", id=post_id)
    return post


def _check(title: str, text: str, target_url: str) -> None:
    if not title.strip() or not text.strip():
        raise OutreachError("campaigns.post.empty")
    if not _WEB.fullmatch(target_url.strip()):
        raise OutreachError("campaigns.post.target", url=target_url)
