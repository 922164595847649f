"""What colleagues say to each other about a post, and which of it is still open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.models import Post, PostComment
from outreach.core.errors import OutreachError


@dataclass(frozen=True)
class CommentSeen:
    """A comment; `done_at`: somebody has dealt with it."""

    comment_id: int
    at: datetime
    by: str
    text: str
    done_at: datetime | None
    done_by: str | None


def write(session: Session, now: datetime, post_id: int, text: str, actor: str) -> PostComment:
    """A new comment; OutreachError `campaigns.post.missing` or `writing.comment.empty`."""
    if session.get(Post, post_id) is None:
        raise OutreachError("campaigns.post.missing", id=post_id)
    if not text.strip():
        raise OutreachError("writing.comment.empty")
    comment = PostComment(post_id=post_id, at=now, by=actor, text=text.strip())
    session.add(comment)
    session.flush()
    return comment


def settle(session: Session, now: datetime, post_id: int, comment_id: int, actor: str, *, done: bool = True) -> None:
    """Marks a comment as dealt with, or opens it again; who was first stays.

    Raises OutreachError `writing.comment.missing`.
    """
    comment = session.scalar(
        select(PostComment).where(PostComment.id == comment_id, PostComment.post_id == post_id).with_for_update()
    )
    if comment is None:
        raise OutreachError("writing.comment.missing", id=comment_id)
    if not done:
        comment.done_at = comment.done_by = None
    elif comment.done_at is None:
        comment.done_at, comment.done_by = now, actor
    session.flush()


def of_post(session: Session, post_id: int, limit: int = 200) -> list[CommentSeen]:
    """A post's comments: the open ones first, of each the earliest first."""
    rows = session.execute(
        select(
            PostComment.id,
            PostComment.at,
            PostComment.by,
            PostComment.text,
            PostComment.done_at,
            PostComment.done_by,
        )
        .where(PostComment.post_id == post_id)
        .order_by(PostComment.done_at.is_not(None), PostComment.id)
        .limit(limit)
    )
    return [CommentSeen(*row) for row in rows]


def open_count(session: Session, post_id: int) -> int:
    """How many comments on a post nobody has dealt with."""
    wanted = select(func.count()).where(PostComment.post_id == post_id, PostComment.done_at.is_(None))
    return session.scalar(wanted) or 0


def open_counts(session: Session, campaign_id: int) -> dict[int, int]:
    """How many open comments the posts of a campaign have; those with none are left out."""
    rows = session.execute(
        select(PostComment.post_id, func.count())
        .join(Post, Post.id == PostComment.post_id)
        .where(Post.campaign_id == campaign_id, PostComment.done_at.is_(None))
        .group_by(PostComment.post_id)
    )
    return {row[0]: row[1] for row in rows}
