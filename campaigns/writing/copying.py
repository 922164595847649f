"""A post once more: the same words, pictures and agreements under a number of its own."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Post, PostPicture, PostVariant
from outreach.core.errors import OutreachError


def copy_post(
    session: Session,
    now: datetime,
    post_id: int,
    *,
    actor: str,
    campaign_id: int | None = None,
    keeps_approval: bool = False,
) -> Post:
    """A new post that says what `post_id` says, of the same campaign or of another.

    What belongs to the first one's way stays behind: its deliveries, comments, revisions and embargo. It is nobody's
    translation. `keeps_approval`: whoever approved these words approved them for every time they are said. Raises
    OutreachError `campaigns.post.missing` or `campaigns.missing`.
    """
    post = session.scalar(select(Post).where(Post.id == post_id).with_for_update(read=True))
    if post is None:
        raise OutreachError("campaigns.post.missing", id=post_id)
    if campaign_id is not None and session.get(Campaign, campaign_id) is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    copy = Post(
        campaign_id=campaign_id or post.campaign_id,
        language=post.language,
        title=post.title,
        text=post.text,
        target_url=post.target_url,
        created_at=now,
        written_by=actor,
        story_id=post.story_id,
        revision=1,
    )
    if keeps_approval:
        copy.approved_at, copy.approved_by = post.approved_at, post.approved_by
    session.add(copy)
    session.flush()
    pictures = session.execute(
        select(PostPicture.picture_id, PostPicture.position, PostPicture.alt).where(PostPicture.post_id == post_id)
    ).all()
    if pictures:
        session.execute(
            insert(PostPicture),
            [{"post_id": copy.id, "picture_id": id_, "position": at, "alt": alt} for id_, at, alt in pictures],
        )
    variants = session.execute(
        select(PostVariant.channel_id, PostVariant.title, PostVariant.text).where(PostVariant.post_id == post_id)
    ).all()
    if variants:
        session.execute(
            insert(PostVariant),
            [{"post_id": copy.id, "channel_id": id_, "title": title, "text": text} for id_, title, text in variants],
        )
    return copy
