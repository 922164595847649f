"""Who outside gets releases by mail: asks for it, is asked whether it was they, confirms, leaves.

Until they confirm they get nothing but the question; a question that nobody answers is forgotten after a week. Of who
left nothing is kept but the number, so that the links in their old mails never become somebody else's.
"""

import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itsdangerous import Signer
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.people.sessions import hash_of
from outreach.postbox import stops
from outreach.pressroom.models import SUBSCRIBER_STATES, PressSubscriber

OPEN = timedelta(days=7)  # how long the question's link opens
AGAIN = timedelta(hours=6)  # before the same address is asked once more
_MAIL = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[^@\s<>\"(),:;\\\[\]]+\.[^@\s.<>\"(),:;\\\[\]]{2,}")
_TOKEN = re.compile(r"([1-9]\d{0,9})\.[A-Za-z0-9_-]{27}")
_GREATEST = 2**31 - 1  # what a store takes as a number of a row


@dataclass(frozen=True)
class SubscriberSeen:
    """Somebody who gets releases, or was asked; the address is masked."""

    subscriber_id: int
    masked: str
    language: str
    state: str
    mail_state: str
    asked_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True)
class Opening:
    """What a link of the question, or of a mail, is about."""

    subscriber_id: int
    state: str
    language: str
    mail: str = field(repr=False)

    @property
    def masked(self) -> str:
        return stops.masked(self.mail)


def key_of(seal: Seal) -> bytes:
    """The key that the links to leave are signed with."""
    return seal.sign_key("press subscription")


def is_mail(text: str) -> bool:
    """Whether it has the form of an address."""
    return len(text) <= 254 and _MAIL.fullmatch(text) is not None


def ask(session: Session, now: datetime, mail: str, language: str) -> None:
    """Has the question sent. Nothing is sent to who is confirmed, was asked just now, or wants no mail of ours; nobody
    who asks is told which.
    """
    mail = mail.strip().lower()
    if stops.is_stopped(session, [mail]):
        return
    row = session.scalar(select(PressSubscriber).where(PressSubscriber.mail == mail).with_for_update())
    if row is None:
        try:
            with session.begin_nested():
                session.add(PressSubscriber(mail=mail, language=language, asked_at=now))
        except IntegrityError:
            pass  # asked twice in the same moment: one question is enough
    elif row.state == "asked" and (row.mail_state == "failed" or row.asked_at <= now - AGAIN):
        row.language, row.asked_at, row.mail_state, row.token_hash = language, now, "due", None
    session.flush()


def opening(session: Session, now: datetime, token: str) -> Opening | None:
    """Whom the question's link is of; None once it is too old, unless it was answered."""
    row = session.scalar(select(PressSubscriber).where(PressSubscriber.token_hash == hash_of(token)))
    if row is None or (row.state == "asked" and row.asked_at <= now - OPEN):
        return None
    return Opening(row.id, row.state, row.language, row.mail)


def confirm(session: Session, now: datetime, subscriber_id: int) -> None:
    """It was they: releases come from now on. Twice is once."""
    won = session.scalar(
        update(PressSubscriber)
        .where(PressSubscriber.id == subscriber_id, PressSubscriber.state == "asked")
        .values(state="confirmed", confirmed_at=now)
        .returning(PressSubscriber.id)
    )
    if won is not None:
        audit.write(session, now, _actor(subscriber_id), "confirm", "subscriber", subscriber_id)


def leave_token(key: bytes, subscriber_id: int) -> str:
    """The token of the link by which a subscriber leaves: good for ever, safe in an address."""
    return Signer(key, salt="press leave", key_derivation="hmac").sign(str(subscriber_id)).decode("ascii")


def read_leave(key: bytes, token: str) -> int | None:
    """Whose link it is; None if it was altered."""
    found = _TOKEN.fullmatch(token)
    if found is None or int(found[1]) > _GREATEST:
        return None
    ours = hmac.compare_digest(leave_token(key, int(found[1])), token)
    return int(found[1]) if ours else None


def one(session: Session, subscriber_id: int) -> Opening | None:
    """A subscriber who is there still; None for one who left."""
    row = session.get(PressSubscriber, subscriber_id)
    return Opening(row.id, row.state, row.language, row.mail) if row is not None and row.state != "left" else None


def leave(session: Session, now: datetime, subscriber_id: int, actor: str | None = None) -> bool:
    """Takes a subscriber off, their address with it; `actor` is who does it for them. False if they had left."""
    won = session.scalar(
        update(PressSubscriber)
        .where(PressSubscriber.id == subscriber_id, PressSubscriber.state != "left")
        .values(state="left", left_at=now, mail=f"#{subscriber_id}", token_hash=None, mail_state="none")
        .returning(PressSubscriber.id)
    )
    if won is not None:
        audit.write(session, now, actor or _actor(subscriber_id), "delete", "subscriber", subscriber_id)
    return won is not None


def remove(session: Session, now: datetime, subscriber_id: int, actor: str) -> None:
    """Takes somebody off who asked the office for it. Raises OutreachError `pressroom.desk.missing`."""
    if one(session, subscriber_id) is None:
        raise OutreachError("pressroom.desk.missing")
    leave(session, now, subscriber_id, actor)


def confirmed(session: Session) -> list[tuple[int, str, str]]:
    """Who gets releases: number, address and language; addresses that mail is stopped for are left out."""
    rows = session.execute(
        select(PressSubscriber.id, PressSubscriber.mail, PressSubscriber.language)
        .where(PressSubscriber.state == "confirmed")
        .order_by(PressSubscriber.id)
    ).all()
    stopped = stops.is_stopped(session, [mail for _, mail, _ in rows])
    return [(number, mail, language) for number, mail, language in rows if mail not in stopped]


def counts(session: Session) -> dict[str, int]:
    """How many there are in each state."""
    rows = session.execute(select(PressSubscriber.state, func.count()).group_by(PressSubscriber.state))
    found = dict.fromkeys(SUBSCRIBER_STATES, 0)
    for state, count in rows:
        found[state] = count
    return found


def listed(session: Session, *, before: int | None = None, limit: int = 50) -> list[SubscriberSeen]:
    """Who is there or was asked, the latest first; those after `before`."""
    wanted = select(PressSubscriber).where(PressSubscriber.state != "left").order_by(PressSubscriber.id.desc())
    if before is not None:
        wanted = wanted.where(PressSubscriber.id < before)
    return [
        SubscriberSeen(
            row.id, stops.masked(row.mail), row.language, row.state, row.mail_state, row.asked_at, row.confirmed_at
        )
        for row in session.scalars(wanted.limit(limit))
    ]


def forget_old(session: Session, now: datetime) -> int:
    """Throws away questions that nobody answered within a week; how many."""
    gone = (
        delete(PressSubscriber)
        .where(PressSubscriber.state == "asked", PressSubscriber.asked_at <= now - OPEN)
        .returning(PressSubscriber.id)
    )
    return len(session.scalars(gone).all())


def _actor(subscriber_id: int) -> str:
    """How the trail names who holds a link: never by the address."""
    return f"subscriber:{subscriber_id}"
