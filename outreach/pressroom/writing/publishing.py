"""Putting a release into the press room, and withdrawing it there."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.pressroom.models import Release, ReleaseText
from outreach.pressroom.writing import editing, slugs, standing


def publish(session: Session, now: datetime, release_id: int, zone: ZoneInfo) -> Release:
    """Puts an approved release into the press room, under an address made of its original headline; twice is once.

    Before its embargo ends strangers do not see it there. One that withdraws another withdraws it now. Raises
    OutreachError `release.missing`, `release.publish.unapproved`, `release.publish.withdrawn`, or `release.stopped`
    where somebody has stopped agreeing since the approval.
    """
    release = editing.hold(session, release_id)
    if release.withdrawn_at is not None:
        raise OutreachError("release.publish.withdrawn")
    if release.published_at is not None:
        return release
    if release.approved_at is None:
        raise OutreachError("release.publish.unapproved")
    lacking = standing.consents_lacking(session, release_id, local_day(now, zone))
    if lacking:
        raise OutreachError("release.stopped", count=len(lacking))
    release.slug = release.slug or _free(session, release_id)
    release.published_at = now
    if release.kind == "withdrawal" and release.about_id is not None:
        about = editing.hold(session, release.about_id)
        if editing.is_out(session, about):
            about.withdrawn_at = about.withdrawn_at or now
    session.flush()
    return release


def withdraw(session: Session, now: datetime, release_id: int) -> Release:
    """Nobody is to print it any more: its page in the press room says so from now on. Twice keeps the first time.

    Raises OutreachError `release.missing`, or `release.withdraw.inside` of one that nobody outside has had.
    """
    release = editing.hold(session, release_id)
    if not editing.is_out(session, release):
        raise OutreachError("release.withdraw.inside")
    release.withdrawn_at = release.withdrawn_at or now
    session.flush()
    return release


def _free(session: Session, release_id: int) -> str:
    headline = session.scalars(
        select(ReleaseText.headline).where(ReleaseText.release_id == release_id).order_by(ReleaseText.id).limit(1)
    ).one()
    first = slugs.slug(headline)
    taken = set(session.scalars(select(Release.slug).where(Release.slug.startswith(first, autoescape=True))))
    return next(one for one in slugs.candidates(headline) if one not in taken)
