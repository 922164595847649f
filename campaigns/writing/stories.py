"""Families' stories as the office keeps them: a title of its own, where the agreement lies, until when it holds.

No name and no word of a family stands here.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from campaigns.library import Use
from campaigns.models import Campaign, ChannelRow, Delivery, FamilyStory, Post
from outreach.core.errors import OutreachError


@dataclass(frozen=True)
class Told:
    """What a person says of a story."""

    title: str
    source: str
    consent_from: date | None
    consent_until: date | None


@dataclass(frozen=True)
class StoryKept:
    """A story; `consent` is how it stands today: none, later, holds, ended, withdrawn. `used`: in how many posts."""

    story_id: int
    title: str
    source: str
    consent_from: date | None
    consent_until: date | None
    withdrawn_at: datetime | None
    added_at: datetime
    added_by: str
    used: int
    consent: str = ""


_KEPT: Select[*tuple[Any, ...]] = select(
    FamilyStory.id,
    FamilyStory.title,
    FamilyStory.source,
    FamilyStory.consent_from,
    FamilyStory.consent_until,
    FamilyStory.withdrawn_at,
    FamilyStory.added_at,
    FamilyStory.added_by,
    select(func.count()).where(Post.story_id == FamilyStory.id).correlate(FamilyStory).scalar_subquery(),
)


def add(session: Session, now: datetime, told: Told, actor: str) -> FamilyStory:
    """A new story; OutreachError `writing.story.title` (none given) or `campaigns.consent.days`."""
    _check(told)
    story = FamilyStory(added_at=now, added_by=actor)
    _tell(story, told)
    session.add(story)
    session.flush()
    return story


def change(session: Session, story_id: int, told: Told) -> FamilyStory:
    """Says something else of a story; a withdrawn consent stays withdrawn.

    Raises OutreachError as `add`, and `writing.story.missing`.
    """
    _check(told)
    story = session.scalar(select(FamilyStory).where(FamilyStory.id == story_id).with_for_update())
    if story is None:
        raise OutreachError("writing.story.missing", id=story_id)
    _tell(story, told)
    session.flush()
    return story


def listed(session: Session, today: date, limit: int = 200) -> list[StoryKept]:
    """Stories, the latest first. `today` is the local day consents are judged by."""
    return [_seen(row, today) for row in session.execute(_KEPT.order_by(FamilyStory.id.desc()).limit(limit))]


def one(session: Session, today: date, story_id: int) -> StoryKept | None:
    """One story."""
    row = session.execute(_KEPT.where(FamilyStory.id == story_id)).one_or_none()
    return _seen(row, today) if row is not None else None


def uses(session: Session, story_id: int, limit: int = 100) -> list[Use]:
    """The posts that tell a story and where each goes, the latest first."""
    rows = session.execute(
        select(
            Post.id, Post.title, Campaign.name, ChannelRow.name, Delivery.id, Delivery.status, Delivery.due_at
        )
        .select_from(Post)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .outerjoin(Delivery, Delivery.post_id == Post.id)
        .outerjoin(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(Post.story_id == story_id)
        .order_by(Post.id.desc(), Delivery.due_at, Delivery.id)
        .limit(limit)
    )
    return [Use(*row) for row in rows]


def _check(told: Told) -> None:
    if not told.title.strip():
        raise OutreachError("writing.story.title")
    begins, ends = told.consent_from, told.consent_until
    if ends is not None and (begins is None or ends < begins):
        raise OutreachError("campaigns.consent.days")


def _tell(story: FamilyStory, told: Told) -> None:
    story.title, story.source = told.title.strip(), told.source.strip()
    story.consent_from, story.consent_until = told.consent_from, told.consent_until


def _seen(row: Row[*tuple[Any, ...]], today: date) -> StoryKept:
    kept = StoryKept(*row)
    if kept.withdrawn_at is not None:
        state = "withdrawn"
    elif kept.consent_from is None:
        state = "none"
    elif kept.consent_from > today:
        state = "later"
    else:
        state = "ended" if kept.consent_until is not None and kept.consent_until < today else "holds"
    return replace(kept, consent=state)
