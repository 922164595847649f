"""The mail that asks whether it was they: at most once for each time somebody asked.

Path of one mail: a row of `press_subscribers` is due -> `_claim` makes its token and keeps the hash -> the mailer, with
no transaction open -> `_record`. A mail that may be out is `unconfirmed` and never sent again by guess: whoever misses
it asks once more.
"""

import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.errors import OutreachError, became
from outreach.core.mail import Message, message_id
from outreach.core.mail_words import render_mail
from outreach.people.sessions import hash_of
from outreach.pressroom.models import PressSubscriber
from outreach.pressroom.public import subscribing

log = logging.getLogger("outreach.pressroom")

_BATCH = 100
_LATE = timedelta(days=1)  # nobody waits for the question any longer
_GONE = timedelta(hours=1)  # no mail takes so long: whoever sent it has ended


@dataclass(frozen=True)
class _Letter:
    """One question: whose, to whom, in which language, and the token of its link."""

    subscriber_id: int
    to: str = field(repr=False)
    language: str
    token: str = field(repr=False)


def tick(app: App) -> int:
    """Sends what is due; how many mails went out. A relay that refuses for now is left alone till the next look."""
    now = app.clock.now()
    with app.store.reading() as session:
        wanted = select(PressSubscriber.id).where(PressSubscriber.mail_state.in_(("due", "sending")))
        if session.scalar(wanted.limit(1)) is None:
            return 0
    with app.store.transaction() as session:
        _sweep(session, now)
        due = session.scalars(
            select(PressSubscriber.id)
            .where(PressSubscriber.mail_state == "due", PressSubscriber.state == "asked")
            .order_by(PressSubscriber.id)
            .limit(_BATCH)
        ).all()
    went = 0
    for number in due:
        if app.stopping.is_set():
            break
        state = _send(app, number)
        went += state == "sent"
        if state == "due":
            break
    return went


def _sweep(session: Session, now: datetime) -> None:
    """What nobody can be sending any more may be out; what is too old is not sent late."""
    for before, state, limit in (("sending", "unconfirmed", _GONE), ("due", "failed", _LATE)):
        session.execute(
            update(PressSubscriber)
            .where(PressSubscriber.mail_state == before, PressSubscriber.asked_at <= now - limit)
            .values(mail_state=state)
        )


def _claim(session: Session, subscriber_id: int) -> _Letter | None:
    """Takes one question for ourselves; None if another has it, or nobody wants it any more."""
    token = secrets.token_urlsafe(32)
    row = session.execute(
        update(PressSubscriber)
        .where(
            PressSubscriber.id == subscriber_id, PressSubscriber.mail_state == "due", PressSubscriber.state == "asked"
        )
        .values(mail_state="sending", token_hash=hash_of(token))
        .returning(PressSubscriber.mail, PressSubscriber.language)
    ).one_or_none()
    return _Letter(subscriber_id, row.mail, row.language, token) if row is not None else None


def _send(app: App, subscriber_id: int) -> str | None:
    with app.store.transaction() as session:
        letter = _claim(session, subscriber_id)
    if letter is None:
        return None
    state, error_key = "sent", None
    try:
        app.mailer.send(_message(app, letter, app.clock.now()))
    except OutreachError as error:
        state, error_key = became(error), error.key
    except Exception:
        log.exception("pressroom.question.broke")
        state = "unconfirmed"
    with app.store.transaction() as session:
        _record(session, letter, state)
    log.info("pressroom.question.ended", extra={"state": state, "error": error_key})
    return state


def _record(session: Session, letter: _Letter, state: str) -> None:
    # By the token: the row may have been asked anew, or left, in the meantime.
    session.execute(
        update(PressSubscriber)
        .where(PressSubscriber.id == letter.subscriber_id, PressSubscriber.token_hash == hash_of(letter.token))
        .values(mail_state=state)
    )


def _message(app: App, letter: _Letter, now: datetime) -> Message:
    t = app.texts.in_language(letter.language)
    office = app.office.name.get(t.language) or app.office.name["lv"]
    public = app.settings.web.public_url
    facts: dict[str, object] = {
        "t": t,
        "office": office,
        "link": f"{public}/prese/subscription/ask/{letter.token}",
        "home": f"{public}/prese",
        "days": subscribing.OPEN.days,
    }
    domain = app.settings.mail.sender.rpartition("@")[2]
    told = ("press", str(letter.subscriber_id), hash_of(letter.token)[:8])
    html, text = render_mail("press_door", facts)
    return Message(
        message_id=message_id(*told, domain=domain),
        sender=app.settings.mail.sender,
        to=letter.to,
        subject=t("pressroom.letter.subject", office=office),
        text=text,
        html=html,
        date=now.astimezone(app.settings.zone),
    )
