"""Addresses for calendar programs, in their owner's name: made, shown once, found again by their hash, ended."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.people.models import AuditEntry, CalendarFeed, User
from outreach.people.sessions import hash_of

_MOST = 20  # of one person
_LONGEST = 100  # letters of what may be a token at all
# The last fetch is written at most so often.
_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True)
class FeedOwner:
    """In whose name a calendar program asks, as the account stands now; `campaign_id` None for the whole plan."""

    feed_id: int
    campaign_id: int | None
    user_id: int
    role: str
    place: str | None
    language: str
    made_at: datetime
    stale: bool  # its last fetch should be written down: `touch`


@dataclass(frozen=True)
class FeedSeen:
    """An address in its owner's list."""

    id: int
    campaign_id: int | None
    made_at: datetime
    fetched_at: datetime | None


@dataclass(frozen=True)
class Touched:
    """How often the trail tells of a thing, and when last."""

    times: int
    at: datetime


def make(session: Session, now: datetime, user_id: int, actor: str, campaign_id: int | None) -> str:
    """A new address's secret, to be shown this once.

    Raises OutreachError `feeds.error.many` if the account has too many.
    """
    # Two made at once count each other.
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    held = session.scalar(select(func.count()).where(CalendarFeed.user_id == user_id)) or 0
    if held >= _MOST:
        raise OutreachError("feeds.error.many", most=_MOST)
    token = secrets.token_urlsafe(32)
    row = CalendarFeed(user_id=user_id, campaign_id=campaign_id, token_hash=hash_of(token), made_at=now)
    session.add(row)
    session.flush()
    audit.write(session, now, actor, "add", "feed", row.id, campaign=campaign_id)
    return token


def owner_of(session: Session, now: datetime, token: str) -> FeedOwner | None:
    """Whose address this is; None if nobody's, ended, or its owner is switched off."""
    if len(token) > _LONGEST:
        return None
    row = session.execute(
        select(CalendarFeed, User)
        .join(User, User.id == CalendarFeed.user_id)
        .where(CalendarFeed.token_hash == hash_of(token), User.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    feed, user = row
    stale = feed.fetched_at is None or now >= feed.fetched_at + _TOUCH
    return FeedOwner(
        feed.id, feed.campaign_id, user.id, user.role, user.place, user.language, feed.made_at, stale
    )


def touch(session: Session, now: datetime, feed_id: int) -> None:
    """Writes the last fetch down; of two at once the first does."""
    old = CalendarFeed.fetched_at.is_(None) | (CalendarFeed.fetched_at <= now - _TOUCH)
    session.execute(update(CalendarFeed).where(CalendarFeed.id == feed_id, old).values(fetched_at=now))


def end(session: Session, now: datetime, user_id: int, actor: str, feed_id: int) -> bool:
    """Ends one of the account's addresses; False if it has none of that number."""
    gone = session.scalar(
        delete(CalendarFeed)
        .where(CalendarFeed.id == feed_id, CalendarFeed.user_id == user_id)
        .returning(CalendarFeed.id)
    )
    if gone is not None:
        audit.write(session, now, actor, "revoke", "feed", feed_id)
    return gone is not None


def end_all(session: Session, user_id: int) -> int:
    """Ends all the account's addresses; how many."""
    gone = delete(CalendarFeed).where(CalendarFeed.user_id == user_id).returning(CalendarFeed.id)
    return len(session.scalars(gone).all())


def of_user(session: Session, user_id: int) -> list[FeedSeen]:
    """An account's addresses, the newest first."""
    rows = session.execute(
        select(CalendarFeed.id, CalendarFeed.campaign_id, CalendarFeed.made_at, CalendarFeed.fetched_at)
        .where(CalendarFeed.user_id == user_id)
        .order_by(CalendarFeed.id.desc())
    )
    return [FeedSeen(*row) for row in rows]


def touched(session: Session, kinds: tuple[str, ...]) -> dict[tuple[str, int], Touched]:
    """What the trail tells of all things of these kinds, by kind and number: what changes when one of them does."""
    rows = session.execute(
        select(AuditEntry.subject_kind, AuditEntry.subject_id, func.count(), func.max(AuditEntry.at))
        .where(AuditEntry.subject_kind.in_(kinds), AuditEntry.subject_id.is_not(None))
        .group_by(AuditEntry.subject_kind, AuditEntry.subject_id)
    )
    return {(kind, number): Touched(times, at) for kind, number, times, at in rows if number is not None}
