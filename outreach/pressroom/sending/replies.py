"""Answers to mails of releases: whose they are, what they mean, and what follows. They come with the bounces.

An answer belongs to a mail if it follows its Message-ID, or came to its envelope's own address: whoever was not sent
that mail knows neither. Of a machine's answer only what it means is kept; a person's words are sealed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.postbox import envelope
from outreach.postbox.following import Deed, Follower
from outreach.postbox.reading import Back
from outreach.pressroom.contacts import stopping
from outreach.pressroom.contacts.editing import NOWHERE
from outreach.pressroom.models import ReleaseEdition, ReleaseMail, ReleaseReply, Sending
from outreach.pressroom.sending import answers, returns
from outreach.pressroom.sending.answerletter import AnswerLetter, read
from outreach.pressroom.sending.answers import Meaning
from outreach.pressroom.sending.leaving import SEEN_BY

# A mailbox that was not read for so long told its day itself; an older one tells a wrong one.
_LATE = timedelta(days=30)


def understood(app: App, raw: bytes, back: Back) -> Deed | None:
    """What is to be written about a message; None where it answers nothing of anybody's. Never raises."""
    letter = read(raw)
    tagged = [seen for seen in back.envelopes if (envelope.named(seen) or "").startswith("r")]
    if letter is None or not (letter.refs or tagged):
        return None
    return partial(_keep, app, letter, tagged)


def place(column: str, message_id: str) -> str:
    """Where a sealed value of a reply belongs: it opens in its own column and row alone."""
    return f"release_replies.{column}:{message_id}"


def _keep(app: App, letter: AnswerLetter, tagged: Sequence[str], session: Session, now: datetime) -> None:
    """Keeps an answer with what follows from it. Nothing of a letter of our own, of one that is known, of a machine's
    that means nothing, and of somebody who asked that nothing be kept.
    """
    mail = _mail_of(session, app.seal.sign_key(envelope.PURPOSE), letter, tagged)
    if mail is None or mail.mail.endswith(NOWHERE):
        return
    sending = session.get_one(Sending, mail.sending_id)
    ours = _ours(app, sending)
    if letter.sender in ours or _is_known(session, letter.message_id):
        return
    at = letter.written_at if letter.written_at and now - _LATE < letter.written_at <= now else now
    day = local_day(at, app.settings.zone)
    if letter.automatic:
        meant = answers.meaning(letter.subject, letter.text, day, {*ours, mail.mail})
    else:
        meant = Meaning("nothing", None, answers.moved_to(letter.text, {*ours, mail.mail}))
    if meant.moved_to is not None and _stood_in(session, mail, meant.moved_to):
        meant = Meaning("gone" if meant.kind == "moved" else meant.kind, meant.until)
    row = _row(app, letter, mail, meant, at)
    if row is None or not _added(session, row):
        return
    if row.kind == "away":
        row.seen_at, row.seen_by = now, SEEN_BY  # nobody need do anything
    returns.went_out(session, now, mail)
    _tell_contact(session, letter, mail, meant)


def _row(app: App, letter: AnswerLetter, mail: ReleaseMail, meant: Meaning, at: datetime) -> ReleaseReply | None:
    number = letter.message_id
    row = ReleaseReply(mail_id=mail.id, message_id=number, at=at, until=meant.until, moved_to=meant.moved_to)
    if letter.automatic:
        if meant.kind == "nothing":
            return None
        row.kind = "away" if meant.kind == "away" else "moved"
        return row
    row.kind = "reply"
    row.subject_sealed = app.seal.close(letter.subject, place("subject", number))
    row.text_sealed = app.seal.close(letter.text, place("text", number))
    return row


def _tell_contact(session: Session, letter: AnswerLetter, mail: ReleaseMail, meant: Meaning) -> None:
    """What their mailbox told becomes theirs: an absence at once, an address when a person takes it."""
    if mail.contact_id is None:
        return
    if meant.kind == "away" and meant.until is not None and _is_theirs(letter.sender, mail.mail):
        stopping.away(session, mail.contact_id, meant.until)
    if meant.moved_to is not None:
        stopping.moved(session, mail.contact_id, meant.moved_to)


def _mail_of(session: Session, key: bytes, letter: AnswerLetter, tagged: Sequence[str]) -> ReleaseMail | None:
    if letter.refs:
        followed = select(ReleaseMail).where(ReleaseMail.message_id.in_(letter.refs))
        found = session.scalars(followed.order_by(ReleaseMail.id.desc()).limit(1)).first()
        if found is not None:
            return found
    for seen in tagged:
        number = int((envelope.named(seen) or "r0")[1:])
        row = session.get(ReleaseMail, number) if number < 2**31 else None
        if row is not None and envelope.proven(key, seen, row.mail) is not None:
            return row
    return None


def _ours(app: App, sending: Sending) -> set[str]:
    told = app.settings.mail
    named = (told.sender, told.copy_to, told.bounce_to, sending.sender_mail, sending.reply_to, app.office.contact)
    return {mail.lower() for mail in named if mail}


def _is_known(session: Session, message_id: str) -> bool:
    """Whether a letter is kept already, or is a mail of our own: a correction follows the release that it corrects."""
    kept = session.scalar(select(ReleaseReply.id).where(ReleaseReply.message_id == message_id))
    return kept is not None or (
        session.scalar(select(ReleaseMail.id).where(ReleaseMail.message_id == message_id)) is not None
    )


def _stood_in(session: Session, mail: ReleaseMail, address: str) -> bool:
    """Whether the release itself named this address: then the answer quotes it."""
    texts = select(ReleaseEdition.text).where(
        ReleaseEdition.sending_id == mail.sending_id, ReleaseEdition.language == mail.language
    )
    return any(address in text.lower() for text in session.scalars(texts))


def _is_theirs(sender: str, mail: str) -> bool:
    """Whether the answer comes from the address itself, or another name of it at the same place: not from one to which
    it was forwarded on.
    """
    return sender.rpartition("@")[2] == mail.rpartition("@")[2]


def _added(session: Session, row: ReleaseReply) -> bool:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return False  # another process was faster by a moment
    return True


# What the postbox is handed over: refs of releases' mails begin with r.
FOLLOWER = Follower("r", returns.take, understood)
