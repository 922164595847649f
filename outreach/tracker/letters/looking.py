"""The look into the mailbox that families write to: what is new is read, taken in, and the place written down.

Read -> files kept, no transaction open -> one transaction a letter -> the place. Killed anywhere between, the next
look reads the same letters again and knows them. Nothing in the mailbox is changed: the letters stay there as well.
"""

import logging
from collections import Counter
from dataclasses import replace

from sqlalchemy import select

from outreach.core.app import App
from outreach.core.errors import WireError
from outreach.core.imap import MOST_MESSAGES, ImapWire
from outreach.core.imap_letters import letters
from outreach.postbox.boxes import inquiries_box
from outreach.postbox.models import MailboxPlace
from outreach.tracker import erasures
from outreach.tracker.letters import files, taking
from outreach.tracker.letters.reading import read

log = logging.getLogger(__name__)

NAME = "inquiries"
# A letter with pictures is larger than any page, and an office's line may be slow.
LARGEST = 40 * 2**20
_SECONDS = 300.0
_ROUNDS = 20


def look(app: App, wire: ImapWire | None = None) -> int:
    """Reads the mailbox up to its end; how many letters were new. Nothing where none is set.

    Asks the network and owns its transactions. A mailbox that cannot be read is noted in `MailboxPlace`, for the bell.
    OutreachError `core.file` where the disk takes no more: then the letters are read again.
    """
    box = inquiries_box(app.settings.mail, app.mailer)
    if box is None:
        return 0
    own, told = wire or _wire(app), Counter[str]()
    try:
        for _ in range(_ROUNDS):
            with app.store.reading() as session:
                place = session.scalar(select(MailboxPlace.place).where(MailboxPlace.name == NAME)) or ""
            asked = replace(box.request(**({"after": place} if place else {})), max_bytes=LARGEST)
            answer = own.send(asked)
            found = list(letters(answer.headers["Content-Type"], answer.body))
            for one in found:
                told[_taken(app, one.raw)] += 1
            _note(app, place=answer.headers["X-Next"], looked_at=app.clock.now(), error_key=None, error_facts=None)
            if skipped := int(answer.headers["X-Skipped"]):
                log.error("letters.skipped", extra={"count": skipped, "host": box.host})
            # A few large letters fill an answer as well as many small ones.
            is_whole = len(found) + skipped < MOST_MESSAGES and len(answer.body) < LARGEST // 4
            if is_whole or app.stopping.is_set():
                break
    except WireError as error:
        _note(app, error_key=error.key, error_facts=dict(error.facts))
        log.warning("letters.unread", extra={"key": error.key, "host": box.host})
    finally:
        if wire is None:
            own.close()
    if told:
        log.info("letters.read", extra={"counts": dict(told)})
        # After an older store was brought back, the mailbox shows letters again of people who were erased since.
        erasures.keep(app)
    return told["new"] + told["follows"] + told["aside"]


def ours(app: App) -> frozenset[str]:
    """The addresses that write in this program's name, in small letters: no family's letter comes from them."""
    mail = app.settings.mail
    return frozenset(one.lower() for one in (mail.inquiry_to, mail.sender, mail.bounce_to) if one)


def _taken(app: App, raw: bytes) -> str:
    own = ours(app)
    said = read(raw, app.settings.mail.inquiry_to.rpartition("@")[2].lower())
    with app.store.reading() as session:
        wanted = taking.is_wanted(session, said, own)
    kept = files.keep(app.seal, app.settings.folder, said.files) if wanted else ()
    with app.store.transaction() as session:
        taken = taking.take(session, app.clock.now(), app.seal, said, kept, own)
    if taken.letter_id is None:
        files.drop(app.settings.folder, kept)
    return taken.kind


def _wire(app: App) -> ImapWire:
    told = app.settings.http
    return ImapWire(
        connect_seconds=told.connect_seconds,
        total_seconds=max(_SECONDS, told.total_seconds),
        max_bytes=LARGEST,
        allow_private=True,  # it stands in the settings file, as the relay does
        clock=app.clock,
    )


def _note(app: App, **told: object) -> None:
    with app.store.transaction() as session:
        row = session.get(MailboxPlace, NAME)
        if row is None:
            row = MailboxPlace(name=NAME, place="")
            session.add(row)
        for name, value in told.items():
            setattr(row, name, value)
