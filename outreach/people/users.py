"""Accounts: added, changed, switched off and on. Every deed leaves its line in the trail.

There is always somebody who can do this work: the last active administrator is neither switched off nor given another
role.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, case, select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.people import audit, feeds, keys, passwords, second, sessions, tokens
from outreach.people.models import ADMINISTRATOR, PARTNER, ROLES, DoorKey, User


@dataclass(frozen=True)
class Account:
    """What an administrator says of a person; `place` is a partner's municipality."""

    mail: str
    name: str
    role: str
    place: str | None
    language: str


@dataclass(frozen=True)
class UserSeen:
    """An account in a list or on its page."""

    id: int
    mail: str
    name: str
    role: str
    place: str | None
    language: str
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None
    has_password: bool
    second_factor: bool
    service: bool  # bound to the office's own sign-in service
    mail_state: str | None  # of the latest link that was mailed
    mail_error: str | None

    @property
    def state(self) -> str:
        """active, invited (has never come in) or disabled."""
        if self.disabled_at is not None:
            return "disabled"
        return "active" if self.has_password or self.service else "invited"


def anybody(session: Session) -> bool:
    """Whether there is any account at all."""
    return session.scalar(select(User.id).limit(1)) is not None


def add(session: Session, now: datetime, actor: str, account: Account) -> int:
    """A new account without a password; its number. Who is to get in needs a link: `keys`.

    Raises OutreachError `people.error.mail_taken`, or as `_fit` does.
    """
    fit = _fit(account)
    if session.scalar(select(User.id).where(User.mail == fit.mail)) is not None:
        raise OutreachError("people.error.mail_taken", mail=fit.mail)
    user = User(
        mail=fit.mail, name=fit.name, role=fit.role, place=fit.place, language=fit.language, created_at=now
    )
    session.add(user)
    session.flush()
    audit.write(session, now, actor, "add", "user", user.id, role=fit.role, place=fit.place)
    return user.id


def change(session: Session, now: datetime, actor: str, user_id: int, account: Account) -> None:
    """Another name, role, place or language; the mail stays. A changed role or place ends the account's sessions.

    Raises OutreachError `people.error.last_administrator`, or as `_fit` does.
    """
    fit, user = _fit(account), _user(session, user_id)
    if user.role == ADMINISTRATOR and fit.role != ADMINISTRATOR:
        _keep_one(session, user)
    new = {"name": fit.name, "role": fit.role, "place": fit.place, "language": fit.language}
    changed = [field for field, value in new.items() if getattr(user, field) != value]
    if not changed:
        return
    if {"role", "place"} & set(changed):
        sessions.end_all(session, user_id)
    for field in changed:
        setattr(user, field, new[field])
    audit.write(
        session, now, actor, "change", "user", user_id, fields=", ".join(changed), role=fit.role, place=fit.place
    )


def disable(session: Session, now: datetime, actor: str, user_id: int) -> bool:
    """Switches an account off: its sessions end, its links and tokens die. False if it was off already.

    Raises OutreachError `people.error.last_administrator`.
    """
    user = _user(session, user_id)
    if user.disabled_at is not None:
        return False
    _keep_one(session, user)
    user.disabled_at = now
    session.flush()
    sessions.end_all(session, user_id)
    keys.end_links(session, user_id)
    tokens.revoke_all(session, now, user_id)
    feeds.end_all(session, user_id)
    audit.write(session, now, actor, "disable", "user", user_id)
    return True


def enable(session: Session, now: datetime, actor: str, user_id: int) -> bool:
    """Switches an account on again; False if it was on."""
    user = _user(session, user_id)
    if user.disabled_at is None:
        return False
    user.disabled_at = None
    audit.write(session, now, actor, "enable", "user", user_id)
    return True


def link_kind(session: Session, user_id: int) -> str:
    """Which link this account needs to get in: an invitation while it has no password, else a new password.

    Raises OutreachError `people.error.user_disabled`.
    """
    user = _user(session, user_id)
    if user.disabled_at is not None:
        raise OutreachError("people.error.user_disabled", mail=user.mail)
    return "reset" if user.password_hash is not None else "welcome"


def set_password(
    session: Session, now: datetime, user_id: int, kept: str, *, actor: str, but: int | None = None
) -> None:
    """A new password (its hash): every session of the account ends, `but` one; a mail tells its owner,
    also of a first one beside the office's own service.
    """
    user = _user(session, user_id)
    had = user.password_hash is not None or user.oidc_subject is not None
    user.password_hash, user.password_at = kept, now
    sessions.end_all(session, user_id, but)
    keys.end_links(session, user_id)
    if had:
        keys.tell_changed(session, now, user_id)
    audit.write(session, now, actor, "password", "user", user_id)


def prefer(session: Session, user_id: int, **chosen: str | bool) -> None:
    """What a person chooses for their own eyes: `language`, `theme`, `shortcuts`."""
    session.execute(update(User).where(User.id == user_id).values(**chosen))


def drop_second(session: Session, now: datetime, actor: str, user_id: int) -> bool:
    """Takes the second factor away and ends every session; False if there was none."""
    if not second.drop(session, user_id):
        return False
    sessions.end_all(session, user_id)
    audit.write(session, now, actor, "second_off", "user", user_id)
    return True


def password_fault(account: Account, office: Sequence[str], password: str) -> str | None:
    """Why this cannot be the account's password, as a text's key."""
    return passwords.fault(password, (account.name, account.mail, *office))


def by_mail(session: Session, mail: str) -> int:
    """The account of this address; OutreachError `people.error.nobody` if there is none."""
    user_id = session.scalar(select(User.id).where(User.mail == mail.strip().lower()))
    if user_id is None:
        raise OutreachError("people.error.nobody", mail=mail)
    return user_id


def one(session: Session, user_id: int) -> UserSeen | None:
    """One account."""
    row = session.execute(_seen().where(User.id == user_id)).one_or_none()
    return _row(row) if row is not None else None


def every(session: Session) -> list[UserSeen]:
    """All accounts by name, those that are switched off last; an office has few."""
    off = case((User.disabled_at.is_(None), 0), else_=1)
    return [_row(row) for row in session.execute(_seen().order_by(off, User.name, User.id))]


def _seen() -> Select[User, str, str | None]:
    latest = (
        select(DoorKey.id)
        .where(DoorKey.user_id == User.id, DoorKey.mail_state != "none")
        .order_by(DoorKey.id.desc())
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )
    return select(User, DoorKey.mail_state, DoorKey.error_key).outerjoin(DoorKey, DoorKey.id == latest)


def _row(row: Row[User, str, str | None]) -> UserSeen:
    user, mail_state, mail_error = row
    return UserSeen(
        user.id, user.mail, user.name, user.role, user.place, user.language, user.created_at, user.disabled_at,
        user.last_seen_at, user.password_hash is not None, user.totp_at is not None, user.oidc_subject is not None,
        mail_state, mail_error,
    )


def _fit(account: Account) -> Account:
    """The account as it is kept; OutreachError `people.error.role`, `.mail`, `.name` or `.place` if it cannot be."""
    mail, name = account.mail.strip().lower(), " ".join(account.name.split())
    place = (account.place or "").strip() or None
    if account.role not in ROLES:
        raise OutreachError("people.error.role", role=account.role)
    local, _, domain = mail.rpartition("@")
    if not local or "." not in domain or any(letter.isspace() for letter in mail) or len(mail) > 254:
        raise OutreachError("people.error.mail", mail=account.mail)
    if not name or len(name) > 120:
        raise OutreachError("people.error.name")
    if account.role == PARTNER and place is None:
        raise OutreachError("people.error.place")
    return Account(mail, name, account.role, place if account.role == PARTNER else None, account.language)


def _keep_one(session: Session, user: User) -> None:
    """Refuses to take the last administrator who can come in; two who switch each other off wait for one another."""
    if user.role != ADMINISTRATOR or user.disabled_at is not None:
        return
    active = session.scalars(
        select(User.id)
        .where(
            User.role == ADMINISTRATOR,
            User.disabled_at.is_(None),
            User.password_hash.is_not(None) | User.oidc_subject.is_not(None),
        )
        .order_by(User.id)
        .with_for_update()
    ).all()
    if not set(active) - {user.id}:
        raise OutreachError("people.error.last_administrator", mail=user.mail)


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise OutreachError("people.error.nobody", mail=f"#{user_id}")
    return user
