"""The coordinator's answer by mail, at most once: claimed as a row, handed over with no transaction open, written down.

Its Message-ID comes from the form it was written in: a second press of the button is the same answer. What the relay
refused leaves no row, and the words stay in the form. What may have gone out is never sent again by guess: the
coordinator says whether it did, and then it goes again under the same Message-ID. What goes with it is kept sealed
beside it, as what families attach.
"""

import logging
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from outreach.core.mail import Parcel, message_id
from outreach.people import audit
from outreach.tracker import intake
from outreach.tracker.letters import files, mailing, sealing
from outreach.tracker.letters.files import Kept
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.letters.reading import Enclosed
from outreach.tracker.letters.sealing import Words, close
from outreach.tracker.letters.states import State, state
from outreach.tracker.models import Inquiry

log = logging.getLogger(__name__)

LONGEST = 20_000
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_AGAIN = re.compile(r"^(?:(?:re|aw|atb|ats|отв|на)\s?:\s*)+", re.IGNORECASE)


@dataclass(frozen=True)
class Addressed:
    """Whom an answer would go to: the sender of the last letter, else the contact that the inquiry names."""

    mail: str = field(repr=False)
    subject: str = field(repr=False)


@dataclass(frozen=True)
class _Going:
    letter_id: int
    parcel: Parcel = field(repr=False)
    kept: tuple[Kept, ...] = ()


def addressed(session: Session, app: App, inquiry_id: int) -> Addressed | None:
    """Whom an answer to an inquiry would go to; None where no address is known. Opens sealed words: for whoever has
    written the look down.
    """
    row = _inquiry(session, inquiry_id)
    if row.erased_at is not None:
        return None
    last = _last(session, inquiry_id)
    if last is not None:
        words = sealing.opened(app.seal, last)
        mail = words.answer_to or words.mail
        if last.direction == "out":
            mail = words.mail
        return Addressed(mail, words.subject) if _MAILBOX.fullmatch(mail) else None
    contact = app.seal.open(row.contact_sealed, intake.sealed_place("contact", row.token)) if row.contact_sealed else ""
    found = _MAILBOX.search(contact)
    return Addressed(found[0].lower(), "") if found else None


def answer_subject(told: str, otherwise: str) -> str:
    """`Re: ` and the subject answered, never twice; `otherwise` where there is none."""
    bare = _AGAIN.sub("", told).strip()
    return f"Re: {bare}" if bare else otherwise


def send(
    app: App, actor: str, inquiry_id: int, once: str, subject: str, text: str, enclosed: tuple[Enclosed, ...] = ()
) -> State:
    """Sends an answer and marks the inquiry answered; `once` is the form's own, whatever its button is pressed. What
    became of it: `sent`, or `doubtful`, or `going` where another press is sending it.

    Asks the network and owns its transactions. Raises OutreachError `tracker.error.inquiry`, `letters.error.nobody`,
    `letters.error.empty`, `letters.error.long`, `letters.refused.*` for a file that no letter may have, and whatever
    the mailer raises of a mail that surely did not go.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise OutreachError("letters.error.empty")
    if len(text) > LONGEST:
        raise OutreachError("letters.error.long", most=LONGEST)
    now = app.clock.now()
    number = message_id("letter", str(inquiry_id), once, domain=mailing.sender(app).rpartition("@")[2])
    kept = _kept(app, enclosed)
    try:
        claimed = _claimed(app, now, inquiry_id, number, subject, text, kept)
    except BaseException:
        files.drop(app.settings.folder, kept)
        raise
    if isinstance(claimed, _Going):
        return _hand_over(app, actor, claimed, drop=True)
    files.drop(app.settings.folder, kept)
    return claimed


def again(app: App, actor: str, letter_id: int) -> State:
    """Sends an answer once more of which nobody can tell whether it went: the same mail, as the first time.

    Raises OutreachError `letters.error.not_doubtful` where that is settled, and as `send`.
    """
    now = app.clock.now()
    with app.store.transaction() as session:
        row = _doubtful(session, now, letter_id)
        won = session.scalar(
            update(Letter)
            .where(Letter.id == letter_id, Letter.state == row.state, Letter.at == row.at)
            .values(state="going", at=now)
            .returning(Letter.id)
        )
        if won is None:
            raise OutreachError("letters.error.not_doubtful", letter_id=letter_id)
        going = _Going(letter_id, mailing.parcel(session, app, row, now))
    return _hand_over(app, actor, going, drop=False)


def settle(session: Session, now: datetime, actor: str, letter_id: int) -> int:
    """Somebody knows that a doubtful answer did go out; the number of its inquiry. Raises as `again`."""
    row = _doubtful(session, now, letter_id)
    return _went(session, now, actor, row)


def nothing_to_answer(session: Session, now: datetime, actor: str, inquiry_id: int) -> bool:
    """A letter that came after the answer asks nothing more; False where none waits. `tracker.error.inquiry`."""
    row = _inquiry(session, inquiry_id)
    newest = select(Letter.id).where(
        Letter.inquiry_id == inquiry_id,
        Letter.direction == "in",
        Letter.kind == "letter",
        Letter.taken_at > row.answered_at,
    )
    if row.answered_at is None or session.scalar(newest.limit(1)) is None:
        return False
    row.answered_at = now
    audit.write(session, now, actor, "settle", "inquiry", inquiry_id, via="letters")
    return True


def _kept(app: App, enclosed: tuple[Enclosed, ...]) -> tuple[Kept, ...]:
    kept = files.keep(app.seal, app.settings.folder, enclosed)
    refused = next((one.refused for one in kept if one.refused is not None), None)
    if refused is not None:
        files.drop(app.settings.folder, kept)
        raise OutreachError(refused)
    return kept


def _claimed(
    app: App, now: datetime, inquiry_id: int, number: str, subject: str, text: str, kept: tuple[Kept, ...]
) -> _Going | State:
    """The answer as a row that is on its way; or what became of it, where another press was first."""
    with app.store.transaction() as session:
        to = addressed(session, app, inquiry_id)
        if to is None:
            raise OutreachError("letters.error.nobody", inquiry_id=inquiry_id)
        held = session.scalar(select(Letter).where(Letter.message_id == number))
        if held is not None:
            return state(held.state, held.at, now)
        row = _row(session, app, now, inquiry_id, number, Words("", to.mail, "", subject, text))
        if row is None:
            return "going"  # another press was faster by a moment
        files.name(session, app.seal, row.id, kept)
        return _Going(row.id, mailing.parcel(session, app, row, now), kept)


def _hand_over(app: App, actor: str, going: _Going, *, drop: bool) -> State:
    came: State = "sent"
    try:
        with app.mailer.line() as line:
            line.send(going.parcel)
    except OutreachError as error:
        if not (isinstance(error, WireError) and error.ambiguous):
            with app.store.transaction() as session:
                row = session.get_one(Letter, going.letter_id)
                if drop:
                    session.execute(delete(LetterFile).where(LetterFile.letter_id == row.id))
                    session.delete(row)
                else:
                    row.state = "doubtful"  # the first time may have gone out after all
            files.drop(app.settings.folder, going.kept)
            raise
        came = "doubtful"
        log.warning("letters.answer.doubtful", extra={"letter_id": going.letter_id, "key": error.key})
    except Exception:
        came = "doubtful"
        log.exception("letters.answer.broke", extra={"letter_id": going.letter_id})
    now = app.clock.now()
    with app.store.transaction() as session:
        row = session.get_one(Letter, going.letter_id)
        if came == "sent":
            _went(session, now, actor, row)
        else:
            row.state = "doubtful"
    log.info("letters.answer.ended", extra={"letter_id": going.letter_id, "state": came})
    return came


def _went(session: Session, now: datetime, actor: str, row: Letter) -> int:
    row.state, row.taken_at = "sent", now
    inquiry = _inquiry(session, row.inquiry_id or 0)
    inquiry.answered_at = now
    audit.write(session, now, actor, "answer", "inquiry", inquiry.id, via="letters")
    return inquiry.id


def _row(
    session: Session, app: App, now: datetime, inquiry_id: int, number: str, words: Words
) -> Letter | None:
    last = _last(session, inquiry_id)
    token = secrets.token_hex(16)
    row = Letter(
        token=token,
        message_id=number,
        thread=last.thread if last is not None else number,
        direction="out",
        kind="letter",
        inquiry_id=inquiry_id,
        at=now,
        state="going",
        taken_at=now,
        **close(app.seal, token, words),
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return None
    return row


def _last(session: Session, inquiry_id: int) -> Letter | None:
    """The last letter that a person wrote: theirs, else ours."""
    wanted = select(Letter).where(
        Letter.inquiry_id == inquiry_id, Letter.kind == "letter", Letter.erased_at.is_(None)
    )
    return session.scalars(wanted.order_by(Letter.direction, Letter.id.desc()).limit(1)).first()


def _doubtful(session: Session, now: datetime, letter_id: int) -> Letter:
    row = session.get(Letter, letter_id, with_for_update=True, populate_existing=True)
    if row is None or row.direction != "out" or row.erased_at is not None:
        raise OutreachError("letters.error.not_doubtful", letter_id=letter_id)
    if state(row.state, row.at, now) != "doubtful":
        raise OutreachError("letters.error.not_doubtful", letter_id=letter_id)
    return row


def _inquiry(session: Session, number: int) -> Inquiry:
    row = session.get(Inquiry, number)
    if row is None:
        raise OutreachError("tracker.error.inquiry", inquiry_id=number)
    return row
