"""Tokens for other programs, in their owner's name: made, shown once, found again by their hash, revoked."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.people.models import ApiToken, User
from outreach.people.sessions import hash_of

SCOPES = ("mentions", "stories", "campaigns", "deliveries", "figures")
# For a portal that families write on: its token brings inquiries in, and reads nothing.
CREATES = "inquiries.create"
DAYS = (30, 90, 365)
_MARK = "outreach_"
_MOST = 20  # of one person, in force
# The last use is written at most so often.
_TOUCH = timedelta(minutes=5)


@dataclass(frozen=True)
class TokenPerson:
    """In whose name a program asks, and what it may ask for; never more than its owner may."""

    token_id: int
    user_id: int
    mail: str
    role: str
    place: str | None
    language: str
    scopes: frozenset[str]
    name: str  # what its owner calls it
    stale: bool  # its last use should be written down: `touch`

    @property
    def actor(self) -> str:
        """How the trail names a deed done with the token."""
        return self.mail


@dataclass(frozen=True)
class TokenSeen:
    """A token in its owner's list; `prefix` is how it begins."""

    id: int
    name: str
    scopes: tuple[str, ...]
    prefix: str
    created_at: datetime
    ends_at: datetime
    last_used_at: datetime | None


def make(
    session: Session, now: datetime, user_id: int, actor: str, name: str, scopes: Sequence[str], days: int
) -> str:
    """A new token, to be shown this once.

    Raises OutreachError `people.error.scopes` without a scope or with an unknown one, `people.error.scope_alone` for
    one that creates beside one that reads, `people.error.days` for another lifetime than `DAYS`, `people.error.tokens`
    if there are too many.
    """
    if not scopes or not set(scopes) <= {*SCOPES, CREATES}:
        raise OutreachError("people.error.scopes")
    if CREATES in scopes and len(set(scopes)) > 1:
        raise OutreachError("people.error.scope_alone")
    if days not in DAYS:
        raise OutreachError("people.error.days")
    if len(of_user(session, now, user_id)) >= _MOST:
        raise OutreachError("people.error.tokens", most=_MOST)
    token = _MARK + secrets.token_urlsafe(32)
    row = ApiToken(
        user_id=user_id,
        name=name[:80],
        scopes=sorted(set(scopes)),
        token_hash=hash_of(token),
        prefix=token[:12],
        created_at=now,
        ends_at=now + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    audit.write(session, now, actor, "add", "token", row.id, scopes=", ".join(row.scopes), days=days)
    return token


def person_of(session: Session, now: datetime, token: str) -> TokenPerson | None:
    """Whose token this is; None if nobody's, revoked, ended, or its owner is switched off."""
    row = session.execute(
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(
            ApiToken.token_hash == hash_of(token),
            ApiToken.revoked_at.is_(None),
            ApiToken.ends_at > now,
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    held, user = row
    stale = held.last_used_at is None or now >= held.last_used_at + _TOUCH
    return TokenPerson(
        held.id, user.id, user.mail, user.role, user.place, user.language, frozenset(held.scopes), held.name, stale
    )


def touch(session: Session, now: datetime, token_id: int) -> None:
    """Writes the last use down."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def revoke(session: Session, now: datetime, user_id: int, actor: str, token_id: int) -> bool:
    """Takes one of the account's tokens back; False if it has none of that number in force."""
    gone = session.scalar(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.id)
    )
    if gone is not None:
        audit.write(session, now, actor, "revoke", "token", token_id)
    return gone is not None


def revoke_all(session: Session, now: datetime, user_id: int) -> int:
    """Takes all the account's tokens back; how many."""
    gone = (
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.id)
    )
    return len(session.scalars(gone).all())


def of_user(session: Session, now: datetime, user_id: int) -> list[TokenSeen]:
    """An account's tokens that open something, or ended within the last month; the newest first."""
    rows = session.scalars(
        select(ApiToken)
        .where(
            ApiToken.user_id == user_id,
            ApiToken.revoked_at.is_(None),
            ApiToken.ends_at > now - timedelta(days=30),
        )
        .order_by(ApiToken.id.desc())
    )
    return [
        TokenSeen(row.id, row.name, tuple(row.scopes), row.prefix, row.created_at, row.ends_at, row.last_used_at)
        for row in rows
    ]
