"""Every wording that a post has had, its channels' own included, and which of them went out where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from campaigns.models import ChannelRow, Delivery, Post, PostRevision, PostVariant

_OUT = ("sending", "unconfirmed", "published")


@dataclass(frozen=True)
class Wording:
    """What a post said under a number; `variants` is what channels had instead, by channel: title and text."""

    number: int
    at: datetime
    by: str | None
    language: str
    title: str
    text: str
    target_url: str
    variants: Mapping[int, tuple[str, str]]

    def said_in(self, channel_id: int) -> tuple[str, str]:
        """Title and text as this channel has them."""
        title, text = self.variants.get(channel_id, ("", ""))
        return title or self.title, text or self.text


@dataclass(frozen=True)
class WentOut:
    """A delivery that is or may be out, and the number of the wording that it took."""

    delivery_id: int
    channel_id: int
    channel: str
    number: int
    status: str


def keep(session: Session, post: Post) -> None:
    """Keeps the wording that stands, if it is not kept yet: of posts that were made without one."""
    known = select(PostRevision.id).where(PostRevision.post_id == post.id, PostRevision.number == post.revision)
    if session.scalar(known) is None:
        session.add(_row(session, post, post.created_at, post.written_by))
        session.flush()


def renew(session: Session, now: datetime, post: Post, actor: str | None, *, in_step: bool = False) -> None:
    """Keeps what a held post says now under the next number.

    `in_step`: its translations need no other words because of it; those that followed it follow it still.
    """
    before, post.revision = post.revision, post.revision + 1
    session.add(_row(session, post, now, actor))
    session.flush()
    if in_step:
        session.execute(
            update(Post).where(Post.original_id == post.id, Post.follows == before).values(follows=post.revision)
        )


def listed(session: Session, post_id: int, limit: int = 100) -> list[Wording]:
    """A post's wordings, the latest first; the one that stands is always among them."""
    rows = session.scalars(
        select(PostRevision).where(PostRevision.post_id == post_id).order_by(PostRevision.number.desc()).limit(limit)
    )
    found = [_seen(row) for row in rows]
    post = session.get(Post, post_id)
    if post is not None and (not found or found[0].number < post.revision):
        found.insert(0, _seen(_row(session, post, post.created_at, post.written_by)))
    return found


def one(session: Session, post_id: int, number: int) -> Wording | None:
    """The wording of this number."""
    row = session.scalar(
        select(PostRevision).where(PostRevision.post_id == post_id, PostRevision.number == number)
    )
    if row is not None:
        return _seen(row)
    post = session.get(Post, post_id)
    stands = post is not None and post.revision == number
    return _seen(_row(session, post, post.created_at, post.written_by)) if post is not None and stands else None


def of_delivery(session: Session, delivery_id: int) -> str | None:
    """The text of a delivery: as it went out if it is or may be out, else as its channel would get it now."""
    row = session.execute(
        select(Delivery.channel_id, Delivery.status, Post.text, PostVariant.text.label("own"), PostRevision)
        .join(Post, Post.id == Delivery.post_id)
        .outerjoin(
            PostVariant,
            and_(PostVariant.post_id == Delivery.post_id, PostVariant.channel_id == Delivery.channel_id),
        )
        .outerjoin(
            PostRevision,
            and_(PostRevision.post_id == Delivery.post_id, PostRevision.number == Delivery.revision),
        )
        .where(Delivery.id == delivery_id)
    ).one_or_none()
    if row is None:
        return None
    if row.status in _OUT and row.PostRevision is not None:
        return _seen(row.PostRevision).said_in(row.channel_id)[1]
    text: str = row.own or row.text
    return text


def went_out(session: Session, post_id: int) -> list[WentOut]:
    """Which wording each delivery of a post took, the latest due first; what never went out is left out."""
    rows = session.execute(
        select(Delivery.id, Delivery.channel_id, ChannelRow.name, Delivery.revision, Delivery.status)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(Delivery.post_id == post_id, Delivery.status.in_(_OUT), Delivery.revision.is_not(None))
        .order_by(Delivery.due_at.desc(), Delivery.id.desc())
    )
    return [WentOut(id_, channel_id, name, number or 0, status) for id_, channel_id, name, number, status in rows]


def _row(session: Session, post: Post, at: datetime, by: str | None) -> PostRevision:
    variants = session.execute(
        select(PostVariant.channel_id, PostVariant.title, PostVariant.text).where(PostVariant.post_id == post.id)
    )
    return PostRevision(
        post_id=post.id,
        number=post.revision,
        at=at,
        by=by,
        language=post.language,
        title=post.title,
        text=post.text,
        target_url=post.target_url,
        variants={str(channel_id): [title, text] for channel_id, title, text in variants},
    )


def _seen(row: PostRevision) -> Wording:
    variants = {int(channel_id): (said[0], said[1]) for channel_id, said in row.variants.items()}
    return Wording(row.number, row.at, row.by, row.language, row.title, row.text, row.target_url, variants)
