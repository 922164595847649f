"""A letter into the store, once: a new talk is a new inquiry, what follows belongs to the talk that it follows.

A letter is known by its Message-ID, or by a hash of it where it has none. Two processes that take the same one make
the same row; a letter that came before the one it answers waits in the talk for it.
"""

import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.tracker import intake
from outreach.tracker.intake import Incoming
from outreach.tracker.letters import files, sealing
from outreach.tracker.letters.automatic import refusal
from outreach.tracker.letters.files import Kept
from outreach.tracker.letters.models import Letter
from outreach.tracker.letters.reading import Said
from outreach.tracker.letters.sealing import Words, close, known_as
from outreach.tracker.models import Inquiry

log = logging.getLogger(__name__)

# A letter that tells an older day, or one to come, tells a wrong one.
_LATE = timedelta(days=31)


@dataclass(frozen=True)
class Taken:
    """What became of a letter: `new` is a new inquiry, `follows` belongs to one, `aside` a machine's that belongs to
    none, `known` was here, `own` and `loop` are ours come round: nothing is kept of those two.
    """

    kind: Literal["new", "follows", "aside", "known", "own", "loop"]
    inquiry_id: int | None = None
    letter_id: int | None = None


def is_wanted(session: Session, said: Said, ours: Collection[str]) -> bool:
    """Whether a letter is one to be taken; if not, its files need not be kept either."""
    return refusal(said.mail, said.loops, ours) is None and not _is_known(session, said.message_id)


def take(
    session: Session, now: datetime, seal: Seal, said: Said, kept: Collection[Kept], ours: Collection[str]
) -> Taken:
    """Takes one letter in; `ours` are the office's own addresses in small letters, `kept` its files."""
    why = refusal(said.mail, said.loops, ours)
    if why is not None:
        log.info("letters.refused", extra={"reason": why})
        return Taken("loop" if why == "loop" else "own")
    if _is_known(session, said.message_id):
        return Taken("known")
    at = said.written_at if said.written_at is not None and now - _LATE < said.written_at <= now else now
    talk = _talk(session, said)
    inquiry_id, is_new = (talk.inquiry_id if talk is not None else None), False
    if inquiry_id is None and not said.automatic:
        received = intake.receive(session, now, seal, _incoming(said, at))
        inquiry = session.get_one(Inquiry, received.inquiry_id)
        if inquiry.erased_at is not None:
            return Taken("known")  # it was erased before there were letters beside inquiries
        inquiry_id, is_new = received.inquiry_id, received.new
    thread = talk.thread if talk is not None else (said.refs[-1] if said.refs else said.message_id)
    letter = _added(session, now, seal, said, at, thread, inquiry_id)
    if letter is None:
        return Taken("known")  # another process was faster by a moment
    files.name(session, seal, letter.id, kept)
    kind: Literal["new", "follows", "aside"] = "new" if is_new else "aside" if inquiry_id is None else "follows"
    log.info("letters.taken", extra={"letter_id": letter.id, "inquiry_id": inquiry_id, "kind": kind})
    return Taken(kind, inquiry_id, letter.id)


def make_inquiry(session: Session, now: datetime, seal: Seal, letter_id: int) -> int | None:
    """A letter that was put aside as a machine's is a person's after all: the number of its inquiry. None where it is
    none of those, or no more.
    """
    row = session.get(Letter, letter_id, with_for_update=True, populate_existing=True)
    if row is None or row.inquiry_id is not None or row.erased_at is not None or row.direction != "in":
        return None
    words = sealing.opened(seal, row)
    said = Said(
        row.message_id, (), False, row.at, (), words.name, words.mail, words.answer_to, words.subject, words.text
    )
    row.inquiry_id = intake.receive(session, now, seal, _incoming(said, row.at)).inquiry_id
    row.kind = "letter"
    session.flush()
    return row.inquiry_id


def _incoming(said: Said, at: datetime) -> Incoming:
    return Incoming(
        arrived_by="mail",
        name=said.name or None,
        contact=said.answer_to or said.mail or None,
        text="\n\n".join(one for one in (said.subject, said.text or said.quoted) if one) or None,
        message_id=said.message_id,
        received_at=at,
    )


def _is_known(session: Session, message_id: str) -> bool:
    held = select(Letter.id).where(Letter.message_id.in_(known_as([message_id]))).limit(1)
    return session.scalar(held) is not None


def _talk(session: Session, said: Said) -> Letter | None:
    """The letter that it follows: one it names, else one of the talk that it began or belongs to. None where that talk
    was erased: who writes again begins a new one.
    """
    named = [said.message_id, *said.refs]
    wanted = select(Letter).where(
        or_(Letter.message_id.in_(said.refs), Letter.thread.in_(named)),
        Letter.erased_at.is_(None),
        Letter.inquiry_id.is_not(None),
    )
    rows = list(session.scalars(wanted.order_by(Letter.id.desc()).limit(200)))
    order = {name: at for at, name in enumerate(said.refs)}
    return min(rows, key=lambda row: order.get(row.message_id, len(order)), default=None)


def _added(
    session: Session, now: datetime, seal: Seal, said: Said, at: datetime, thread: str, inquiry_id: int | None
) -> Letter | None:
    token = secrets.token_hex(16)
    below = "\n\n".join(one for one in (said.signature, said.quoted) if one)
    words = Words(said.name, said.mail, said.answer_to, said.subject, said.text, below)
    row = Letter(
        token=token,
        message_id=said.message_id,
        thread=thread,
        direction="in",
        kind="automatic" if said.automatic else "letter",
        inquiry_id=inquiry_id,
        at=at,
        taken_at=now,
        **close(seal, token, words),
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return None
    return row
