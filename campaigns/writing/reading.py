"""What the page of a post asks the store besides its text: pictures with their consents, the story, its campaign."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from campaigns import consents
from campaigns.details import PostPictureSeen
from campaigns.models import Campaign, FamilyStory, Picture, Post, PostPicture


@dataclass(frozen=True)
class PictureHeld:
    """A picture of a post: as it is shown, whether words in the post's own language stand with it, and its row."""

    seen: PostPictureSeen
    worded: bool
    row: Picture


@dataclass(frozen=True)
class Beside:
    """The story a post tells, and how its campaign stands."""

    story: FamilyStory | None
    is_template: bool
    paused: bool


_PICTURES: Select[*tuple[Any, ...]] = (
    select(Picture, PostPicture.alt)
    .join(PostPicture, PostPicture.picture_id == Picture.id)
    .where(PostPicture.post_id == bindparam("post_id"))
    .order_by(PostPicture.position, PostPicture.picture_id)
)


def pictures(session: Session, post_id: int, *, speaks: bool) -> list[PictureHeld]:
    """A post's pictures in their order; `speaks`: the library's own words are in the post's language."""
    return [
        PictureHeld(
            PostPictureSeen(row.id, row.name, row.width, row.height, alt.strip() or row.alt),
            bool(alt.strip() or (speaks and row.alt.strip())),
            row,
        )
        for row, alt in session.execute(_PICTURES, {"post_id": post_id})
    ]


def beside(session: Session, post_id: int) -> Beside:
    """The story and the campaign of a post that is there."""
    story, is_template, paused = session.execute(
        select(FamilyStory, Campaign.is_template, Campaign.paused)
        .select_from(Post)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .outerjoin(FamilyStory, FamilyStory.id == Post.story_id)
        .where(Post.id == post_id)
    ).one()
    return Beside(story, is_template, paused)


def unagreed(held: list[PictureHeld], story: FamilyStory | None, days: list[date]) -> list[tuple[str, str, date]]:
    """What may not be shown on one of these days: `picture` or `story`, its words, and the first such day."""
    found: list[tuple[str, str, date]] = []
    for one in held:
        day = next((day for day in days if not consents.holds(one.row, day)), None)
        if day is not None:
            found.append(("picture", one.seen.alt, day))
    if story is not None:
        day = next((day for day in days if not consents.agreed(story, day)), None)
        if day is not None:
            found.append(("story", story.title, day))
    return found
