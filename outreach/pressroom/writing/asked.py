"""Releases that somebody asks to have approved."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from outreach.pressroom.models import Release, ReleaseText


@dataclass(frozen=True)
class AskedFor:
    """A release that waits for a colleague's approval."""

    release_id: int
    title: str
    asked_at: datetime
    asked_by: str


def waiting() -> ColumnElement[bool]:
    """Of a statement over releases: those that somebody asks to have approved."""
    return and_(Release.asked_at.is_not(None), Release.approved_at.is_(None))


def listed(session: Session, limit: int = 200) -> list[AskedFor]:
    """The releases that wait for approval, the longest first, called by their original headline."""
    first = select(func.min(ReleaseText.id)).where(ReleaseText.release_id == Release.id).correlate(Release)
    rows = session.execute(
        select(Release.id, ReleaseText.headline, Release.asked_at, Release.asked_by)
        .join(ReleaseText, ReleaseText.id == first.scalar_subquery())
        .where(waiting())
        .order_by(Release.asked_at, Release.id)
        .limit(limit)
    )
    return [AskedFor(release_id, title, at, by or "") for release_id, title, at, by in rows if at is not None]
