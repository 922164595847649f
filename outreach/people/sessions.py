"""Sessions: a random token in the browser, its hash and limits in the store, ended by deleting the row."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.orm import Session

from outreach.people.models import User, UserSession

# A half session waits for the second factor, no longer than somebody looks for a telephone.
_HALF = timedelta(minutes=10)
# The last sight is written at most so often: a page that only reads should not have to write.
_TOUCH = timedelta(minutes=1)


# Asked at every request: columns, not rows of tables, which cost four times as much; put together once.
_HELD = select(
    UserSession.id.label("session_id"), UserSession.user_id, UserSession.stage, UserSession.proved, UserSession.seen_at,
    UserSession.ends_at, User.mail, User.name, User.role, User.place, User.language, User.theme, User.shortcuts,
    User.totp_at, User.disabled_at, User.created_at.label("since"),
).join(User, User.id == UserSession.user_id).where(UserSession.token_hash == bindparam("token"))


@dataclass(frozen=True)
class Limits:
    """How long a session lives: unused, and at all."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True)
class Person:
    """Who is before the screen, read once a request."""

    user_id: int
    session_id: int
    mail: str
    name: str
    role: str
    place: str | None
    language: str
    theme: str
    shortcuts: bool
    second_factor: bool
    full: bool  # False while the second factor is still owed
    proved: bool  # two factors were given
    stale: bool  # its last sight should be written down
    since: datetime  # when the account was made

    @property
    def actor(self) -> str:
        """How the trail names this person."""
        return self.mail


@dataclass(frozen=True)
class SessionSeen:
    """A session in its owner's list."""

    id: int
    device: str
    address: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


def hash_of(token: str) -> str:
    """What the store keeps of a token: it cannot be turned back, and 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(
    session: Session,
    now: datetime,
    limits: Limits,
    user_id: int,
    *,
    full: bool,
    device: str,
    address: str,
    proved: bool = False,
) -> str:
    """A new session of this account; its token, for the cookie alone. `proved`: two factors were given."""
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            user_id=user_id,
            token_hash=hash_of(token),
            stage="full" if full else "half",
            proved=proved,
            created_at=now,
            seen_at=now,
            ends_at=now + (limits.longest if full else _HALF),
            device=device[:80],
            address=address[:45],
        )
    )
    session.flush()
    return token


def person_of(asked: Session | Connection, now: datetime, limits: Limits, token: str) -> Person | None:
    """Whose session this token opens; None if it has ended, was idle too long, or its account is switched off."""
    held = asked.execute(_HELD, {"token": hash_of(token)}).one_or_none()
    if held is None or held.disabled_at is not None or now >= held.ends_at or now >= held.seen_at + limits.idle:
        return None
    return Person(
        user_id=held.user_id,
        session_id=held.session_id,
        mail=held.mail,
        name=held.name,
        role=held.role,
        place=held.place,
        language=held.language,
        theme=held.theme,
        shortcuts=held.shortcuts,
        second_factor=held.totp_at is not None,
        full=held.stage == "full",
        proved=held.proved,
        # A clock that was set back is no reason to write at every request.
        stale=now >= held.seen_at + _TOUCH,
        since=held.since,
    )


def touch(session: Session, now: datetime, session_id: int) -> None:
    """Writes the last sight down."""
    user_id = session.scalar(
        update(UserSession).where(UserSession.id == session_id).values(seen_at=now).returning(UserSession.user_id)
    )
    session.execute(update(User).where(User.id == user_id).values(last_seen_at=now))


def prove(session: Session, session_id: int) -> None:
    """Two factors were given in this session."""
    session.execute(update(UserSession).where(UserSession.id == session_id).values(proved=True))


def end(session: Session, session_id: int, user_id: int | None = None) -> bool:
    """Ends one session, of that account if one is named; False if there was none."""
    query = delete(UserSession).where(UserSession.id == session_id)
    if user_id is not None:
        query = query.where(UserSession.user_id == user_id)
    return session.scalar(query.returning(UserSession.id)) is not None


def end_all(session: Session, user_id: int, but: int | None = None) -> int:
    """Ends every session of an account, `but` one; how many."""
    query = delete(UserSession).where(UserSession.user_id == user_id)
    if but is not None:
        query = query.where(UserSession.id != but)
    return len(session.scalars(query.returning(UserSession.id)).all())


def of_user(session: Session, user_id: int) -> list[SessionSeen]:
    """An account's sessions, the last used first."""
    rows = session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.stage == "full")
        .order_by(UserSession.seen_at.desc())
    )
    return [SessionSeen(row.id, row.device, row.address, row.created_at, row.seen_at, row.ends_at) for row in rows]


def tidy(session: Session, now: datetime, limits: Limits) -> int:
    """Deletes the rows of sessions that have ended by themselves; how many."""
    gone = delete(UserSession).where((UserSession.ends_at <= now) | (UserSession.seen_at <= now - limits.idle))
    return len(session.scalars(gone.returning(UserSession.id)).all())
