"""What people wrote under posts, as the page shows it: the newest first, opened for whoever may read it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, ChannelRow, Delivery, DeliveryReply, Post
from campaigns.replies.storing import opened
from outreach.core.seal import Seal

Which = Literal["questions", "others", "settled"]
WHICH: tuple[Which, ...] = ("questions", "others", "settled")
QUESTION = and_(DeliveryReply.state == "new", DeliveryReply.asks.is_(True))
_OF: dict[str, ColumnElement[bool]] = {
    "questions": QUESTION,
    "others": and_(DeliveryReply.state == "new", DeliveryReply.asks.is_(False)),
    "settled": DeliveryReply.state != "new",
}


@dataclass(frozen=True)
class ReplySeen:
    """One reply with the post it stands under. Its repr shows nothing of what was written.

    `author` and `text` are None where they are gone, or sealed with another key.
    """

    reply_id: int
    delivery_id: int
    post_id: int
    title: str
    campaign: str
    channel: str
    post_url: str | None
    written_at: datetime
    url: str
    language: str | None
    asks: bool
    state: str
    state_by: str | None
    state_at: datetime | None
    inquiry_id: int | None
    author: str | None = field(repr=False)
    text: str | None = field(repr=False)


def listed(
    session: Session, seal: Seal, which: Which, *, before: int | None = None, limit: int = 50
) -> list[ReplySeen]:
    """Replies that nobody has dealt with (`questions`, `others`) or somebody has (`settled`), the latest seen first."""
    wanted = (
        select(DeliveryReply, Delivery.receipt_url, Post.id, Post.title, Campaign.name, ChannelRow.name)
        .join(Delivery, Delivery.id == DeliveryReply.delivery_id)
        .join(Post, Post.id == Delivery.post_id)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(_OF[which])
        .order_by(DeliveryReply.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(DeliveryReply.id < before)
    seen = []
    for row, post_url, post_id, title, campaign, channel in session.execute(wanted):
        author, text = opened(seal, row)
        seen.append(
            ReplySeen(
                row.id, row.delivery_id, post_id, title, campaign, channel, post_url, row.written_at, row.url,
                row.language, row.asks, row.state, row.state_by, row.state_at, row.inquiry_id, author, text,
            )
        )  # fmt: skip
    return seen


def counts(session: Session) -> dict[str, int]:
    """How many replies wait, those that read like questions and the others."""
    rows = session.execute(
        select(DeliveryReply.asks, func.count()).where(DeliveryReply.state == "new").group_by(DeliveryReply.asks)
    )
    found = {bool(asks): count for asks, count in rows}
    return {"questions": found.get(True, 0), "others": found.get(False, 0)}


def waiting(session: Session) -> tuple[int, datetime | None]:
    """How many questions under posts nobody has dealt with, and when the oldest was written."""
    count, oldest = session.execute(select(func.count(), func.min(DeliveryReply.written_at)).where(QUESTION)).one()
    return count, oldest
