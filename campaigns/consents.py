"""Consents: a picture in which somebody can be recognised, or a family's story, goes out only while they agree."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from campaigns import history
from campaigns.models import Delivery, FamilyStory, Picture, Post, PostPicture
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError


def holds(picture: Picture, day: date) -> bool:
    """Whether a picture may be shown on a local day."""
    if not picture.of_people:
        return True
    return agreed(picture, day)


def agreed(kept: Picture | FamilyStory, day: date) -> bool:
    """Whether the consent that stands with a picture or a story holds on a local day."""
    return (
        kept.withdrawn_at is None
        and kept.consent_from is not None
        and kept.consent_from <= day
        and (kept.consent_until is None or kept.consent_until >= day)
    )


def lacking(day: date) -> ColumnElement[bool]:
    """Of a statement over posts: those with a picture or a story that may not be shown on that local day."""
    pictures = exists(
        select(PostPicture.picture_id)
        .join(Picture, Picture.id == PostPicture.picture_id)
        .where(PostPicture.post_id == Post.id, Picture.of_people.is_(True), ~_agreed(Picture, day))
        .correlate(Post)
    )
    stories = exists(
        select(FamilyStory.id).where(FamilyStory.id == Post.story_id, ~_agreed(FamilyStory, day)).correlate(Post)
    )
    return or_(pictures, stories)


def check(session: Session, post_id: int, days: Sequence[date]) -> None:
    """OutreachError `campaigns.consent.none` if one of the post's pictures may not be shown on one of these days,
    `writing.story.none` if the story it tells may not be told.
    """
    story = session.scalar(select(FamilyStory).join(Post, Post.story_id == FamilyStory.id).where(Post.id == post_id))
    if story is not None:
        for day in days:
            if not agreed(story, day):
                raise OutreachError("writing.story.none", story=story.title, day=day)
    shown = (
        select(Picture).join(PostPicture, PostPicture.picture_id == Picture.id).where(PostPicture.post_id == post_id)
    )
    for picture in session.scalars(shown.order_by(PostPicture.position)):
        for day in days:
            if not holds(picture, day):
                raise OutreachError("campaigns.consent.none", picture=picture.alt, day=day)


def withdraw(session: Session, now: datetime, picture_id: int) -> list[int]:
    """Somebody agrees no more: the picture is marked, and what was planned with it is called off; which deliveries.

    What is on its way or out already is not among them: a person takes it down. Raises OutreachError
    `campaigns.picture.missing`.
    """
    picture = session.scalar(select(Picture).where(Picture.id == picture_id).with_for_update())
    if picture is None:
        raise OutreachError("campaigns.picture.missing", id=picture_id)
    picture.withdrawn_at = picture.withdrawn_at or now
    session.flush()
    posts = select(PostPicture.post_id).where(PostPicture.picture_id == picture_id)
    return _call_off(session, now, Delivery.post_id.in_(posts), "campaigns.consent.withdrawn")


def withdraw_story(session: Session, now: datetime, story_id: int) -> list[int]:
    """A family agrees no more: its story is marked, and what was planned to tell it is called off; which deliveries.

    Raises OutreachError `writing.story.missing`.
    """
    story = session.scalar(select(FamilyStory).where(FamilyStory.id == story_id).with_for_update())
    if story is None:
        raise OutreachError("writing.story.missing", id=story_id)
    story.withdrawn_at = story.withdrawn_at or now
    session.flush()
    posts = select(Post.id).where(Post.story_id == story_id)
    return _call_off(session, now, Delivery.post_id.in_(posts), "campaigns.story.withdrawn")


def lapse(session: Session, now: datetime, zone: ZoneInfo) -> list[int]:
    """Calls off what is planned with a picture or a story whose consent has come to its end; which deliveries."""
    today = local_day(now, zone)
    shown = (
        select(PostPicture.post_id)
        .join(Picture, Picture.id == PostPicture.picture_id)
        .where(Picture.of_people.is_(True), _over(Picture, today))
    )
    told = select(Post.id).join(FamilyStory, FamilyStory.id == Post.story_id).where(_over(FamilyStory, today))
    return [
        *_call_off(session, now, Delivery.post_id.in_(shown), "campaigns.consent.ended"),
        *_call_off(session, now, Delivery.post_id.in_(told), "campaigns.story.ended"),
    ]


def _over(kept: type[Picture] | type[FamilyStory], today: date) -> ColumnElement[bool]:
    # A consent that begins only later keeps its posts: they wait for it.
    return or_(kept.withdrawn_at.is_not(None), kept.consent_from.is_(None), kept.consent_until < today)


def _agreed(kept: type[Picture] | type[FamilyStory], day: date) -> ColumnElement[bool]:
    return and_(
        kept.withdrawn_at.is_(None),
        kept.consent_from.is_not(None),
        kept.consent_from <= day,
        or_(kept.consent_until.is_(None), kept.consent_until >= day),
    )


def _call_off(session: Session, now: datetime, which: ColumnElement[bool], why: str) -> list[int]:
    found = select(Delivery).where(Delivery.status == "scheduled", which).order_by(Delivery.id).with_for_update()
    called_off = []
    for delivery in session.scalars(found.execution_options(populate_existing=True)):
        delivery.next_try_at, delivery.error_key, delivery.error_facts = None, why, {}
        history.move(session, now, delivery, "cancelled", why)
        called_off.append(delivery.id)
    session.flush()
    return called_off
