"""What a look at a post needs of the store: its channels with what it says there, its pictures, words used before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from campaigns.looks.grammar import MEANT
from campaigns.looks.look import Pictured
from campaigns.looks.runs import runs
from campaigns.models import ChannelRow, Delivery, Link, Picture, Post, PostPicture, PostVariant

_MOST_CHANNELS = 60
_POSTS_READ = 400
_OFF = ("cancelled",)


@dataclass(frozen=True)
class Place:
    """A channel with what a post says in it: `title` and `text` are its own there, empty where it says the same.

    `is_planned`: the post is on its way there, or out. `code` is then its link's.
    """

    channel_id: int
    name: str
    kind: str
    settings: Mapping[str, object]
    account: str
    is_planned: bool = False
    code: str = ""
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class Used:
    """A hashtag or a name as it was written last, in how many posts, and when last."""

    text: str
    count: int
    last: datetime


def places(session: Session, post_id: int | None, channel_ids: Sequence[int] | None = None) -> list[Place]:
    """The channels, those that the post is planned for first; of all, or of these alone."""
    wanted = (
        select(
            ChannelRow.id,
            ChannelRow.name,
            ChannelRow.kind,
            ChannelRow.settings,
            ChannelRow.account,
            Delivery.status,
            Link.code,
            PostVariant.title,
            PostVariant.text,
        )
        .outerjoin(Delivery, and_(Delivery.channel_id == ChannelRow.id, Delivery.post_id == post_id))
        .outerjoin(Link, Link.delivery_id == Delivery.id)
        .outerjoin(PostVariant, and_(PostVariant.channel_id == ChannelRow.id, PostVariant.post_id == post_id))
        .order_by(Delivery.due_at.is_(None), Delivery.due_at, ChannelRow.name)
        .limit(_MOST_CHANNELS)
    )
    if channel_ids is not None:
        wanted = wanted.where(ChannelRow.id.in_(channel_ids))
    made = [
        Place(
            row.id,
            row.name,
            row.kind,
            row.settings,
            row.account,
            row.status is not None and row.status not in _OFF,
            row.code or "",
            row.title or "",
            row.text or "",
        )
        for row in session.execute(wanted)
    ]
    return sorted(made, key=lambda place: not place.is_planned)


def pictured(session: Session, post_id: int) -> list[Pictured]:
    """The pictures of a post in their order, with its own words for each."""
    rows = session.execute(
        select(
            Picture.name, Picture.width, Picture.height, PostPicture.alt, Picture.alt, Picture.focus_x, Picture.focus_y
        )
        .join(PostPicture, PostPicture.picture_id == Picture.id)
        .where(PostPicture.post_id == post_id)
        .order_by(PostPicture.position, PostPicture.picture_id)
    )
    return [
        Pictured(name, width, height, of_post.strip() or own, (x, y))
        for name, width, height, of_post, own, x, y in rows
    ]


def used(session: Session, language: str, *, most: int = 12) -> tuple[list[Used], list[Used]]:
    """Hashtags and names of the latest posts in a language, the most used first."""
    rows = session.execute(
        select(Post.text, Post.created_at)
        .where(Post.language == language, Post.text.contains("#") | Post.text.contains("@"))
        .order_by(Post.id.desc())
        .limit(_POSTS_READ)
    )
    tags: dict[str, Used] = {}
    names: dict[str, Used] = {}
    for text, at in rows:
        found = {(one.piece, one.text.casefold()): one.text for one in runs(text, MEANT)}
        for (piece, folded), written in found.items():
            if piece in ("tag", "mention"):
                held = tags if piece == "tag" else names
                before = held.get(folded)
                one = before or Used(written, 0, at)  # the latest come first
                held[folded] = replace(one, count=one.count + 1)
    return _most(tags, most), _most(names, most)


def _most(held: Mapping[str, Used], most: int) -> list[Used]:
    return sorted(held.values(), key=lambda one: (-one.count, -one.last.timestamp()))[:most]
