"""Taking an earlier wording of a post again: the same words under a new number."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import ChannelRow, Delivery, Post, PostVariant
from campaigns.writing import sets, variants, wordings
from outreach.core.errors import OutreachError

_OUT = ("sending", "unconfirmed", "published")


def take_again(session: Session, now: datetime, post_id: int, number: int, actor: str) -> Post:
    """Makes the wording of that number the one that stands, its channels' words included; approval is taken away.

    Where the links are made the address they lead to stays. Raises OutreachError `campaigns.post.missing`,
    `campaigns.post.out` once it may be out, or `writing.wording.missing`.
    """
    post = next(one for one in sets.hold(session, post_id) if one.id == post_id)
    deliveries = select(Delivery.id).where(Delivery.post_id == post_id).limit(1)
    if session.scalar(deliveries.where(Delivery.status.in_(_OUT))) is not None:
        raise OutreachError("campaigns.post.out", title=post.title)
    wordings.keep(session, post)
    wanted = wordings.one(session, post_id, number)
    if wanted is None:
        raise OutreachError("writing.wording.missing", number=number, title=post.title)
    linked = session.scalar(deliveries) is not None
    in_step = (post.title, post.text) == (wanted.title, wanted.text)
    post.language, post.title, post.text = wanted.language, wanted.title, wanted.text
    post.target_url = post.target_url if linked else wanted.target_url
    post.approved_at = post.approved_by = None
    post.written_by = actor
    session.flush()
    there = set(session.scalars(select(ChannelRow.id).where(ChannelRow.id.in_(wanted.variants))))
    has = session.scalars(select(PostVariant.channel_id).where(PostVariant.post_id == post_id)).all()
    for channel_id in sorted({*has, *there}):
        title, text = wanted.variants.get(channel_id, ("", ""))
        variants.put(session, post_id, channel_id, title, text)
    wordings.renew(session, now, post, actor, in_step=in_step)
    return post
