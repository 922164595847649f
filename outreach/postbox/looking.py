"""The look into the bounce mailbox: read what is new, understand it, write down what follows.

Read -> understood, with no transaction open -> one transaction with what follows and the place up to which was read.
Killed between them, the next look reads the same messages again; each counts once, by its hash.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.errors import WireError
from outreach.core.imap import MOST_MESSAGES, ImapWire
from outreach.core.imap_letters import letters
from outreach.postbox import envelope, stops
from outreach.postbox.boxes import bounces_box, wire_of
from outreach.postbox.counting import DAYS_UNREACHED, days_unreached
from outreach.postbox.following import Follower, deeds
from outreach.postbox.models import MailboxPlace, Returned
from outreach.postbox.reading import Back, Told, read

log = logging.getLogger("outreach.postbox")

BOUNCES = "bounces"
# Messages of one look: a thousand; the rest is for the next.
_ROUNDS = 20


@dataclass(frozen=True)
class Proof:
    """What a message must show before it changes anything: the key of our envelopes, and our own copies' address."""

    key: bytes = field(repr=False)
    copy_to: str = field(default="", repr=False)


def look(app: App, wire: ImapWire | None = None, followers: Sequence[Follower] = ()) -> int:
    """Reads the bounce mailbox up to its end; how many messages were new. Nothing where none is set. `followers` are
    rooms that want to know what came back to their mails; each message is told to them once.

    Asks the network and owns its transactions. A mailbox that cannot be read is noted in `MailboxPlace`, for the bell.
    """
    box = bounces_box(app.settings.mail, app.mailer)
    if box is None:
        return 0
    proof = Proof(app.seal.sign_key(envelope.PURPOSE), app.settings.mail.copy_to.lower())
    own, taken = wire or wire_of(app.settings, app.clock), 0
    try:
        for _ in range(_ROUNDS):
            with app.store.reading() as session:
                place = session.scalar(select(MailboxPlace.place).where(MailboxPlace.name == BOUNCES)) or ""
            answer = own.send(box.request(**({"after": place} if place else {})))
            found = list(letters(answer.headers["Content-Type"], answer.body))
            understood = [(one.raw, hashlib.sha256(one.raw).hexdigest(), read(one.raw)) for one in found]
            wanted = [(mark, back, deeds(followers, app, raw, back)) for raw, mark, back in understood]
            now = app.clock.now()
            with app.store.transaction() as session:
                for mark, back, theirs in wanted:
                    if take(session, now, mark, back, proof, followers):
                        taken += 1
                        for deed in theirs:
                            deed(session, now)
                _note(session, place=answer.headers["X-Next"], looked_at=now, error_key=None, error_facts=None)
            if skipped := int(answer.headers["X-Skipped"]):
                log.warning("postbox.skipped", extra={"count": skipped})
            if len(found) + skipped < MOST_MESSAGES or app.stopping.is_set():
                break
    except WireError as error:
        with app.store.transaction() as session:
            _note(session, error_key=error.key, error_facts=dict(error.facts))
        log.warning("postbox.unread", extra={"key": error.key, "host": box.host})
    finally:
        if wire is None:
            own.close()
    if taken:
        log.info("postbox.read", extra={"count": taken})
    return taken


def take(
    session: Session, now: datetime, mark: str, back: Back, proof: Proof, followers: Sequence[Follower] = ()
) -> bool:
    """Writes one message down with what follows from it; False if it was there (`mark` is its hash)."""
    held = select(Returned.id).where(Returned.mark == mark)
    if session.scalar(held) is not None:
        return False
    proven = [(told, *found) for told in back.told if (found := _proven(back, told, proof)) is not None]
    kind, ref, told = back.kind, "", None
    if proven:
        told, ref, _ = proven[0]
        kind = min((_kind(one, mail) for one, _, mail in proven), key=("hard", "complaint", "soft", "automatic").index)
    elif back.told:
        # All of it may be about our own copies; else somebody writes whom we never wrote to, or an envelope is lost.
        own = proof.copy_to and all(proof.copy_to in one.mails for one in back.told)
        kind = "other" if own else "forged"
    try:
        with session.begin_nested():
            session.add(
                Returned(
                    at=now,
                    kind=kind,
                    mark=mark,
                    ref=ref,
                    code=told.code if told else "",
                    answer=told.answer if told else "",
                )
            )
            session.flush()
    except IntegrityError:
        return False  # another process was faster by a moment
    for one, of, mail in proven:
        _follow(session, now, one, of, mail)
        for room in followers:
            if of.startswith(room.ref):
                room.returned(session, now, of, mail, _kind(one, mail))
    return True


def _proven(back: Back, told: Told, proof: Proof) -> tuple[str, str] | None:
    """What was returned and to whom we had sent it, where an envelope proves it.

    The reader's own address proves it; one to which it was forwarded on does not, but the mail that came back may
    name the reader. Not where our own copies travel in the same envelope: they bounce as well.
    """
    if proof.copy_to and proof.copy_to in told.mails:
        return None
    named = (*told.mails, *([back.returned_to] if back.returned_to and not proof.copy_to else []))
    for mail in named:
        for seen in back.envelopes:
            ref = envelope.proven(proof.key, seen, mail)
            if ref is not None:
                return ref, mail
    return None


def _kind(told: Told, mail: str) -> str:
    if told.kind == "soft" and not told.is_final:
        return "automatic"  # the relay still tries: what came of it, it will say
    # Where not the reader's address is gone but one behind it, the reader's own may be well.
    return "soft" if told.kind == "hard" and mail not in told.mails else told.kind


def _follow(session: Session, now: datetime, told: Told, ref: str, mail: str) -> None:
    stopped = False
    match _kind(told, mail):
        case "hard":
            stopped = stops.stop(session, now, mail, stops.GONE, code=told.code, answer=told.answer)
        case "complaint":
            stopped = stops.stop(session, now, mail, stops.COMPLAINT)
        case "soft":
            days = days_unreached(session, now, ref)
            if days >= DAYS_UNREACHED:
                said = f"{told.code} {told.answer}".strip() or "–"
                stopped = stops.stop(session, now, mail, stops.UNREACHED, count=days, answer=said)
    if stopped:
        log.warning("postbox.stopped", extra={"ref": ref, "code": told.code})


def _note(session: Session, **told: object) -> None:
    row = session.get(MailboxPlace, BOUNCES)
    if row is None:
        row = MailboxPlace(name=BOUNCES, place="")
        session.add(row)
    for name, value in told.items():
        setattr(row, name, value)
