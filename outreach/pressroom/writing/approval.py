"""Asking for a release's approval, giving it, and sending it back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.pressroom.models import Release, ReleaseText
from outreach.pressroom.writing import editing, revisions, standing
from outreach.pressroom.writing.told import Note, noted


def ask(session: Session, now: datetime, release_id: int, actor: str) -> Release:
    """Asks for approval; asking twice keeps the first time, an approved release needs none.

    Raises OutreachError `release.missing`.
    """
    release = editing.hold(session, release_id)
    if release.approved_at is None and release.asked_at is None:
        release.asked_at, release.asked_by = now, actor
    session.flush()
    return release


def approve(
    session: Session,
    now: datetime,
    release_id: int,
    actor: str,
    *,
    own: bool = True,
    zone: ZoneInfo,
    office: Office | None = None,
) -> Release:
    """Lets a release go out; approving twice keeps the first time, and who it was.

    Without `own` whoever wrote the last wording cannot approve: `release.approval.own`. While something stops it:
    `release.stopped`, with the first thing's key and how many there are. Also raises OutreachError `release.missing`.
    """
    release = editing.hold(session, release_id)
    if release.approved_at is not None:
        return release
    if not own and actor == last_writer(session, release_id):
        raise OutreachError("release.approval.own")
    stops = [
        one
        for one in standing.obstacles(session, release_id, local_day(now, zone), zone, office)
        if one.level == "stop"
    ]
    if stops:
        raise OutreachError("release.stopped", count=len(stops))
    release.approved_at, release.approved_by = now, actor
    release.asked_at = release.asked_by = None
    session.flush()
    return release


def send_back(session: Session, now: datetime, release_id: int, text: str, actor: str) -> Release:
    """Not yet: nobody asks any more, an approval is withdrawn, and the reason stands with the original's wording.

    Raises OutreachError `release.missing`, `release.out` or `release.note.empty`.
    """
    if not text.strip():
        raise OutreachError("release.note.empty")
    release = editing.open_release(session, release_id)
    release.asked_at = release.asked_by = None
    original = session.scalars(
        select(ReleaseText).where(ReleaseText.release_id == release_id).order_by(ReleaseText.id).limit(1)
    ).one()
    row = revisions.keep(session, original)
    row.said = noted(row.said, Note(now, actor, text.strip()))
    session.flush()
    return release


def last_writer(session: Session, release_id: int) -> str | None:
    """Who wrote the last wording, in whichever language."""
    return session.scalar(
        select(ReleaseText.changed_by)
        .where(ReleaseText.release_id == release_id)
        .order_by(ReleaseText.changed_at.desc(), ReleaseText.id.desc())
        .limit(1)
    )
