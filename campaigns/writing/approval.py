"""Asking a colleague to approve a post, and sending it back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from campaigns import editing
from campaigns.models import Campaign, Post
from campaigns.writing import comments


@dataclass(frozen=True)
class AskedFor:
    """A post that waits for a colleague's approval."""

    post_id: int
    title: str
    asked_at: datetime
    asked_by: str


def ask(session: Session, now: datetime, post_id: int, actor: str) -> Post:
    """Asks for approval; asking twice keeps the first time, an approved post needs none.

    Raises OutreachError `campaigns.post.missing`.
    """
    post = editing.held_post(session, post_id)
    if post.approved_at is None and post.asked_at is None:
        post.asked_at, post.asked_by = now, actor
    return post


def send_back(session: Session, now: datetime, post_id: int, text: str, actor: str) -> Post:
    """Not yet: nobody asks any more, the reason is a comment, and an approval that was given is withdrawn.

    Raises OutreachError `campaigns.post.missing` or `writing.comment.empty`.
    """
    post = editing.held_post(session, post_id)
    comments.write(session, now, post_id, text, actor)
    post.asked_at = post.asked_by = None
    post.approved_at = post.approved_by = None
    return post


def waiting() -> ColumnElement[bool]:
    """Of a statement over posts: those that somebody asks to have approved."""
    return and_(Post.asked_at.is_not(None), Post.approved_at.is_(None))


def asked(session: Session, limit: int = 200) -> list[AskedFor]:
    """The posts that wait for approval, the longest first; patterns for others wait for nobody."""
    rows = session.execute(
        select(Post.id, Post.title, Post.asked_at, Post.asked_by)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .where(waiting(), Campaign.is_template.is_(False))
        .order_by(Post.asked_at, Post.id)
        .limit(limit)
    )
    return [AskedFor(post_id, title, at, by or "") for post_id, title, at, by in rows if at is not None]
