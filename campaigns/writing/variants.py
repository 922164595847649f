"""What a post says in one channel instead of its own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import ChannelRow, Delivery, PostVariant
from campaigns.writing import sets, wordings
from outreach.core.errors import OutreachError

# What is or may be out in a channel says there what it said.
_OUT = ("sending", "unconfirmed", "published")


@dataclass(frozen=True)
class Variant:
    """A channel's own words; an empty `title` is the post's."""

    title: str
    text: str


def of_post(session: Session, post_id: int) -> Mapping[int, Variant]:
    """A post's variants by channel."""
    rows = session.execute(
        select(PostVariant.channel_id, PostVariant.title, PostVariant.text).where(PostVariant.post_id == post_id)
    )
    return {channel_id: Variant(title, text) for channel_id, title, text in rows}


def say(
    session: Session, now: datetime, post_id: int, channel_id: int, *, title: str, text: str, actor: str
) -> bool:
    """Gives a post other words in one channel, which takes its approval away; empty words are the post's own again.

    False if that is what it said already. Raises OutreachError `campaigns.post.missing`, `campaigns.channel.missing`,
    `writing.variant.title` (a title without a text) or `campaigns.post.out` once it may be out there.
    """
    members = sets.hold(session, post_id)
    post = next(one for one in members if one.id == post_id)
    if session.get(ChannelRow, channel_id) is None:
        raise OutreachError("campaigns.channel.missing", id=channel_id)
    title, text = title.strip(), text.strip()
    if title and not text:
        raise OutreachError("writing.variant.title")
    out = select(Delivery.id).where(
        Delivery.post_id == post_id, Delivery.channel_id == channel_id, Delivery.status.in_(_OUT)
    )
    if session.scalar(out.limit(1)) is not None:
        raise OutreachError("campaigns.post.out", title=post.title)
    known = session.get(PostVariant, (post_id, channel_id))
    if (known.title, known.text) == (title, text) if known is not None else not text:
        return False
    wordings.keep(session, post)
    put(session, post_id, channel_id, title, text)
    post.approved_at = post.approved_by = None
    post.written_by = actor
    wordings.renew(session, now, post, actor, in_step=True)
    return True


def put(session: Session, post_id: int, channel_id: int, title: str, text: str) -> None:
    """Writes a channel's words down as they are; empty ones are none."""
    known = session.get(PostVariant, (post_id, channel_id))
    if not text:
        if known is not None:
            session.delete(known)
    elif known is None:
        session.add(PostVariant(post_id=post_id, channel_id=channel_id, title=title, text=text))
    else:
        known.title, known.text = title, text
    session.flush()
