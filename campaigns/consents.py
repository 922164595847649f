"""Consents: a picture in which somebody can be recognised goes out only while they agree."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from campaigns import history
from campaigns.models import Delivery, Picture, Post, PostPicture
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError


def holds(picture: Picture, day: date) -> bool:
    """Whether a picture may be shown on a local day."""
    if not picture.of_people:
        return True
    return (
        picture.withdrawn_at is None
        and picture.consent_from is not None
        and picture.consent_from <= day
        and (picture.consent_until is None or picture.consent_until >= day)
    )


def lacking(day: date) -> ColumnElement[bool]:
    """Of a statement over posts: those with a picture that may not be shown on that local day."""
    return exists(
        select(PostPicture.picture_id)
        .join(Picture, Picture.id == PostPicture.picture_id)
        .where(PostPicture.post_id == Post.id, Picture.of_people.is_(True), ~_agreed(day))
        .correlate(Post)
    )


def check(session: Session, post_id: int, days: Sequence[date]) -> None:
    """OutreachError `campaigns.consent.none` if one of the post's pictures may not be shown on one of these days."""
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


def lapse(session: Session, now: datetime, zone: ZoneInfo) -> list[int]:
    """Calls off what is planned with a picture whose consent has come to its end; which deliveries."""
    # A consent that begins only later keeps its posts: they wait for it.
    over = or_(
        Picture.withdrawn_at.is_not(None),
        Picture.consent_from.is_(None),
        Picture.consent_until < local_day(now, zone),
    )
    ended = (
        select(PostPicture.post_id)
        .join(Picture, Picture.id == PostPicture.picture_id)
        .where(Picture.of_people.is_(True), over)
    )
    return _call_off(session, now, Delivery.post_id.in_(ended), "campaigns.consent.ended")


def _agreed(day: date) -> ColumnElement[bool]:
    return and_(
        Picture.withdrawn_at.is_(None),
        Picture.consent_from.is_not(None),
        Picture.consent_from <= day,
        or_(Picture.consent_until.is_(None), Picture.consent_until >= day),
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
