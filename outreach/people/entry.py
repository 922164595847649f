"""Coming in: password or the office's own service, then the second factor where there is one or one is owed.

Path: `sign_in` -> throttle -> the password is tried with no transaction open -> `let_in` makes a session, whole or
half -> `prove` makes a half one whole. Whoever comes in gets a new token; the browser's earlier session ends.
"""

import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.people import audit, keys, passwords, second, sessions, throttle, users
from outreach.people.devices import Device
from outreach.people.jobs import limits_of
from outreach.people.keys import Opening
from outreach.people.models import User
from outreach.people.users import Account

log = logging.getLogger("outreach.people")


@dataclass(frozen=True)
class Browser:
    """What comes to the door: where from, which browser, and the session it holds, if any."""

    address: str
    agent: str  # browser and system in a few words
    device: Device
    session_id: int | None = None


@dataclass(frozen=True)
class Entered:
    """Somebody is in. Not `full`: the second factor is still owed."""

    user_id: int
    token: str = field(repr=False)
    full: bool


@dataclass(frozen=True)
class Proved:
    """A half session became whole; `codes` are the recovery codes of a factor that was just set up."""

    entered: Entered
    codes: tuple[str, ...] = field(repr=False)
    by_recovery: bool


@dataclass(frozen=True)
class Used:
    """A link was used; not `taken`: another browser was quicker. `entered` is whoever was invited."""

    taken: bool
    entered: Entered | None = None


@dataclass(frozen=True)
class Refused:
    """Not in. `wait` seconds before the next try, 0 if what was given was wrong."""

    wait: int


def sign_in(app: App, now: datetime, mail: str, password: str, browser: Browser, families: frozenset[str]) -> (
    Entered | Refused
):
    """By mail and password; `families` are the roles that see families. An unknown account, a wrong password and an
    account that is switched off are refused alike and take as long.
    """
    mail = mail.strip().lower()
    with app.store.transaction() as session:
        user = session.scalar(select(User).where(User.mail == mail))
        kept = user.password_hash if user is not None and user.disabled_at is None else None
        device = browser.device.known_to(user.id if user is not None else None)
        taken = throttle.begin(session, now, throttle.budget(app.seal, "password", mail, browser.address, device))
    if taken.id is None:
        log.warning("door.slowed", extra={"seconds": taken.wait})
        return Refused(taken.wait)
    right = passwords.opens(kept, password)
    if not right or user is None:
        log.warning("door.refused", extra={"address": browser.address})
        return Refused(0)
    fresh = passwords.hashed(password) if passwords.is_outdated(user.password_hash or "") else None
    with app.store.transaction() as session:
        # While the password was tried somebody may have changed it or switched the account off.
        held = session.get(User, user.id)
        if held is None or held.password_hash != kept or held.disabled_at is not None:
            return Refused(0)
        if fresh is not None:
            held.password_hash = fresh
        throttle.succeeded(session, taken.id)
        return let_in(session, now, app, held.id, browser, families, by="password")


def let_in(
    session: Session,
    now: datetime,
    app: App,
    user_id: int,
    browser: Browser,
    families: frozenset[str],
    *,
    by: str,
    satisfied: bool = False,
) -> Entered:
    """A new session of somebody who has shown who they are, `by` password, key or service.

    `satisfied`: another service has already asked for two factors.
    """
    user = session.get_one(User, user_id)
    has = user.totp_at is not None
    owes = not satisfied and (has or second.is_owed(app.settings.people.second_factor, user.role in families))
    if owes and not has:
        second.prepare(session, app.seal, user_id)
    if not owes:
        audit.write(session, now, user.mail, "sign_in", "user", user_id, by=by)
    return _begin(session, now, app, user_id, browser, full=not owes, proved=satisfied)


def prove(app: App, now: datetime, user_id: int, code: str, browser: Browser) -> Proved | Refused:
    """The second factor of a half session: a code of the app, a recovery code, or the first code of a new factor."""
    held = throttle.budget(app.seal, "second", str(user_id), browser.address, browser.device.known_to(user_id))
    with app.store.transaction() as session:
        taken = throttle.begin(session, now, held)
        if taken.id is None:
            return Refused(taken.wait)
        user = session.get_one(User, user_id)
        codes: list[str] = []
        how: str | None
        if user.totp_at is None:
            made = second.confirm(session, now, app.seal, user_id, code)
            how, codes = ("code", made) if made is not None else (None, [])
            if made is not None:
                audit.write(session, now, user.mail, "second_on", "user", user_id)
        else:
            how = second.proves(session, now, app.seal, user_id, code)
        if how is None:
            return Refused(0)
        throttle.succeeded(session, taken.id)
        audit.write(session, now, user.mail, "sign_in", "user", user_id, by=how)
        entered = _begin(session, now, app, user_id, browser, full=True, proved=True)
    return Proved(entered, tuple(codes), how == "recovery")


def confirms(app: App, now: datetime, user_id: int, password: str, browser: Browser) -> Refused | None:
    """Whether somebody who is inside gives their own password again; None if it is right.

    An account without a password (of the office's own service) has none to give and is believed.
    """
    device = browser.device.known_to(user_id)
    with app.store.transaction() as session:
        kept = session.get_one(User, user_id).password_hash
        if kept is None:
            return None
        taken = throttle.begin(session, now, throttle.budget(app.seal, "again", str(user_id), browser.address, device))
    if taken.id is None:
        return Refused(taken.wait)
    if not passwords.opens(kept, password):
        return Refused(0)
    with app.store.transaction() as session:
        throttle.succeeded(session, taken.id)
    return None


def ask_reset(app: App, now: datetime, mail: str, address: str) -> None:
    """Has a mail with a link sent if there is such an account; it does the same and as long where there is none."""
    mail = mail.strip().lower()
    # The account's own limit is the mails' (`keys.ask_reset`); here only those who ask for many accounts are stopped.
    asking = throttle.budget(app.seal, "reset", secrets.token_hex(8), address, pool="reset")
    with app.store.transaction() as session:
        taken = throttle.begin(session, now, asking)
        user = session.scalar(select(User).where(User.mail == mail, User.disabled_at.is_(None)))
        if taken.id is None:
            return
        user_id = user.id if user is not None else None
        with session.begin_nested() as tried:
            if keys.ask_reset(session, now, user_id):
                audit.write(session, now, mail, "ask_reset", "user", user_id)
            if user_id is None:
                # As much work as for somebody we know, and nothing of it stays.
                tried.rollback()


def use_key(
    app: App,
    now: datetime,
    opening: Opening,
    account: Account,
    password: str,
    browser: Browser,
    families: frozenset[str],
) -> Used:
    """Sets the password of the account a link is for (the first administrator's is made). Whoever was invited is let
    in; after a reset one signs in, with the second factor where there is one.
    """
    kept = passwords.hashed(password)
    with app.store.transaction() as session:
        if not keys.use(session, now, opening.id):
            return Used(False)
        user_id = opening.user_id
        if user_id is None:
            if users.anybody(session):
                return Used(False)
            user_id = users.add(session, now, account.mail, account)
        users.set_password(session, now, user_id, kept, actor=session.get_one(User, user_id).mail)
        if opening.kind == "reset":
            return Used(True)
        return Used(True, let_in(session, now, app, user_id, browser, families, by="link"))


def _begin(
    session: Session, now: datetime, app: App, user_id: int, browser: Browser, *, full: bool, proved: bool
) -> Entered:
    if browser.session_id is not None:
        sessions.end(session, browser.session_id)
    token = sessions.begin(
        session,
        now,
        limits_of(app),
        user_id,
        full=full,
        device=browser.agent,
        address=browser.address,
        proved=proved,
    )
    if full:
        session.execute(update(User).where(User.id == user_id).values(last_seen_at=now))
    return Entered(user_id, token, full)
