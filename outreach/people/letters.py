"""Mails with a link, and the mail that tells of a new password: at most once each.

Path of one mail: a row of `door_keys` is due -> `_claim` makes its token and keeps the hash -> the mailer, with no
transaction open -> `_record`. A mail that may be out is `unconfirmed` and never sent again by guess: its owner asks for
another.
"""

import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import jinja2
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from outreach.core import presence
from outreach.core.app import App
from outreach.core.errors import OutreachError, became
from outreach.core.mail import Message, message_id
from outreach.core.text import Words
from outreach.people import addresses, keys
from outreach.people.models import DoorKey, User
from outreach.people.sessions import hash_of

log = logging.getLogger("outreach.people")

_REST = timedelta(minutes=1)  # before a mail that a relay refused for now is tried again
_TELLS = timedelta(days=1)  # how long the news of a new password is worth telling


@dataclass(frozen=True)
class _Letter:
    """One mail to be made: which key, to whom, in which language; without a token it only tells."""

    key_id: int
    kind: str
    to: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    token: str | None = field(repr=False)
    ends_at: datetime


def first_link(app: App) -> str | None:
    """The link to the first administrator's account; None once there is any. The link before it opens nothing more."""
    with app.store.transaction() as session:
        if session.scalar(select(User.id).limit(1)) is not None:
            return None
        return addresses.link(app.settings, "first", keys.make(session, app.clock.now(), "first"))


def send_due(app: App, claimer: str) -> int:
    """Sends what is due; how many mails went out."""
    now = app.clock.now()
    with app.store.transaction() as session:
        # What is too old to be of use is not sent late.
        session.execute(
            update(DoorKey)
            .where(DoorKey.mail_state == "due", _over(now))
            .values(mail_state="failed", error_key="people.mail.late")
        )
        waiting = session.scalars(select(DoorKey.id).where(_ready(now)).order_by(DoorKey.id)).all()
    went = 0
    for key_id in waiting:
        if app.stopping.is_set():
            break
        went += _send(app, key_id, claimer)
    return went


def sweep(app: App) -> int:
    """Mails whose sender is gone may be out: they stay unconfirmed; how many."""
    now, found = app.clock.now(), 0
    with app.store.transaction() as session:
        for row in session.scalars(select(DoorKey).where(DoorKey.mail_state == "sending")):
            if presence.is_gone(app.settings.folder, row.claimed_by, row.claimed_at or row.made_at, now):
                row.mail_state, row.error_key = "unconfirmed", "people.mail.interrupted"
                found += 1
    return found


def tick(app: App) -> None:
    """One look at what is due."""
    with app.store.reading() as session:
        open_ = session.scalar(select(DoorKey.id).where(DoorKey.mail_state.in_(("due", "sending"))).limit(1))
    if open_ is None:
        return
    sweep(app)
    with presence.present(app.settings.folder) as claimer:
        send_due(app, claimer)


def _over(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(DoorKey.used_at.is_(None), DoorKey.ends_at <= now),
        and_(DoorKey.used_at.is_not(None), DoorKey.made_at <= now - _TELLS),
    )


def _ready(now: datetime) -> ColumnElement[bool]:
    return and_(
        DoorKey.mail_state == "due", or_(DoorKey.claimed_at.is_(None), DoorKey.claimed_at <= now - _REST)
    )


def _claim(session: Session, now: datetime, key_id: int, claimer: str) -> _Letter | None:
    """Takes one mail for ourselves and makes its token; None if another has it or it is no longer wanted."""
    won = session.scalar(
        update(DoorKey)
        .where(DoorKey.id == key_id, _ready(now))
        .values(mail_state="sending", claimed_by=claimer, claimed_at=now)
        .returning(DoorKey.id)
    )
    if won is None:
        return None
    key = session.get_one(DoorKey, key_id)
    user = session.get(User, key.user_id) if key.user_id is not None else None
    if user is None or user.disabled_at is not None:
        key.mail_state, key.error_key = "failed", "people.mail.switched_off"
        return None
    token = None
    if key.used_at is None:
        token = secrets.token_urlsafe(32)
        key.token_hash = hash_of(token)
    return _Letter(key.id, key.kind, user.mail, user.name, user.language, token, key.ends_at)


def _send(app: App, key_id: int, claimer: str) -> bool:
    now = app.clock.now()
    with app.store.transaction() as session:
        letter = _claim(session, now, key_id, claimer)
    if letter is None:
        return False
    state, error_key = "sent", None
    try:
        app.mailer.send(_message(app, letter, now))
    except OutreachError as error:
        state, error_key = became(error), error.key
    except Exception:
        log.exception("people.mail.broke")
        state, error_key = "unconfirmed", "people.mail.fault"
    with app.store.transaction() as session:
        session.execute(update(DoorKey).where(DoorKey.id == key_id).values(mail_state=state, error_key=error_key))
    log.info("people.mail.ended", extra={"kind": letter.kind, "state": state, "error": error_key})
    return state == "sent"


def _message(app: App, letter: _Letter, now: datetime) -> Message:
    t = app.texts.in_language(letter.language)
    kind = letter.kind if letter.token is not None else "changed"
    facts = {
        "t": t,
        "kind": kind,
        "name": letter.name,
        "link": addresses.link(app.settings, letter.kind, letter.token) if letter.token is not None else "",
        "until": t.moment(letter.ends_at, app.settings.zone),
        "office": app.office.name[t.language],
        "page": addresses.base(app.settings),
    }
    domain = app.settings.mail.sender.rpartition("@")[2]
    # Made anew when a relay refuses for now, with another token: another mail.
    told = ("door", str(letter.key_id), hash_of(letter.token or "")[:8])
    return Message(
        message_id=message_id(*told, domain=domain),
        sender=app.settings.mail.sender,
        to=letter.to,
        subject=_subject(t, kind, app.office.name[t.language]),
        text=_rendered("door.txt", facts).strip() + "\n",
        html=_rendered("door.html", facts),
        date=now.astimezone(app.settings.zone),
    )


def _subject(t: Words, kind: str, office: str) -> str:
    return t(f"people.letter.{kind}.subject", office=office)


def _rendered(name: str, facts: dict[str, object]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent.parent / "templates" / "mail"),
        autoescape=jinja2.select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(name).render(facts)
