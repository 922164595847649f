"""Links that open a door once: the first administrator's, an invitation, a new password.

The store keeps a token's hash. A link that goes by mail has no token before its mail is made (`letters`).
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.core.wake import wake
from outreach.people.models import DoorKey, User
from outreach.people.sessions import hash_of

LIVES = {"first": timedelta(hours=24), "welcome": timedelta(days=3), "reset": timedelta(minutes=30)}
_RESETS, _WITHIN = 3, timedelta(hours=1)
_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Opening:
    """What a link that still opens is for; the account's facts are empty for the first administrator's."""

    id: int
    kind: str
    user_id: int | None
    mail: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


def make(session: Session, now: datetime, kind: str, user_id: int | None = None) -> str:
    """A link's token, to be shown at once; earlier links of the kind for the same account die."""
    session.execute(
        delete(DoorKey).where(
            DoorKey.kind == kind,
            DoorKey.user_id.is_(None) if user_id is None else DoorKey.user_id == user_id,
            DoorKey.used_at.is_(None),
            DoorKey.mail_state != "sending",
        )
    )
    token = secrets.token_urlsafe(32)
    session.add(
        DoorKey(kind=kind, user_id=user_id, token_hash=hash_of(token), made_at=now, ends_at=now + LIVES[kind])
    )
    session.flush()
    return token


def mail(session: Session, now: datetime, kind: str, user_id: int | None) -> None:
    """A link that goes by mail: the row says that it is due, the job makes token and mail."""
    session.add(DoorKey(kind=kind, user_id=user_id, made_at=now, ends_at=now + LIVES[kind], mail_state="due"))
    wake(session, "mail", "people.mail")
    session.flush()


def ask_reset(session: Session, now: datetime, user_id: int | None) -> bool:
    """A mail with a link to a new password; False if three were asked for within the hour. For nobody it is the same
    work, to be taken back by the caller.
    """
    asked = session.scalar(
        select(func.count()).where(
            DoorKey.user_id == user_id,
            DoorKey.kind == "reset",
            DoorKey.made_at > now - _WITHIN,
            # Rows that only tell of a new password were never links.
            or_(DoorKey.used_at.is_(None), DoorKey.token_hash.is_not(None)),
        )
    )
    if (asked or 0) >= _RESETS:
        return False
    mail(session, now, "reset", user_id)
    return True


def tell_changed(session: Session, now: datetime, user_id: int) -> None:
    """A mail that says the password was changed: a used key without a link whose mail is due."""
    session.add(DoorKey(kind="reset", user_id=user_id, made_at=now, ends_at=now, used_at=now, mail_state="due"))
    wake(session, "mail", "people.mail")
    session.flush()


def opening(session: Session, now: datetime, token: str) -> Opening | None:
    """What this link opens; None if it was used, is too old, or its account is gone or switched off."""
    row = session.execute(
        select(DoorKey, User)
        .outerjoin(User, User.id == DoorKey.user_id)
        .where(DoorKey.token_hash == hash_of(token), DoorKey.used_at.is_(None), DoorKey.ends_at > now)
    ).one_or_none()
    if row is None:
        return None
    key, user = row
    if key.kind == "first":
        return None if session.scalar(select(User.id).limit(1)) is not None else Opening(key.id, key.kind, None)
    if user is None or user.disabled_at is not None:
        return None
    return Opening(key.id, key.kind, user.id, user.mail, user.name)


def use(session: Session, now: datetime, key_id: int) -> bool:
    """Takes the link; False if another browser was quicker. Other open links of the account die with it."""
    user_id = session.scalar(select(DoorKey.user_id).where(DoorKey.id == key_id))
    won = session.scalar(
        update(DoorKey)
        .where(DoorKey.id == key_id, DoorKey.used_at.is_(None), DoorKey.ends_at > now)
        .values(used_at=now)
        .returning(DoorKey.id)
    )
    if won is not None and user_id is not None:
        end_links(session, user_id)
    return won is not None


def end_links(session: Session, user_id: int) -> None:
    """No link of this account opens any more."""
    session.execute(delete(DoorKey).where(DoorKey.user_id == user_id, DoorKey.used_at.is_(None)))


def forget_old(session: Session, now: datetime) -> int:
    """Throws away links that ended a month ago; how many."""
    gone = delete(DoorKey).where(DoorKey.ends_at < now - _KEPT).returning(DoorKey.id)
    return len(session.scalars(gone).all())
