"""What came back to releases, as pages see it: what nobody has looked at first."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.pressroom.contacts.reading import ERASED
from outreach.pressroom.models import Contact, ReleaseMail, ReleaseReply, ReleaseText, Sending
from outreach.pressroom.sending.replies import place

WHICH = ("new", "seen")
# Of a statement over replies: those that nobody has looked at. An absence and a farewell ask for nothing and are seen
# from the beginning.
NEW = ReleaseReply.seen_at.is_(None)


@dataclass(frozen=True)
class ReplySeen:
    """One answer. `name` and `outlet` are the contact's, empty for a subscriber and one who was erased; `address` is
    the one that the mail went to. `subject` and `text` are None where none are kept, or sealed with another key.

    `moved_to` is told and not yet taken where `to_take`. A `moved` without an address: they are there no more.
    """

    reply_id: int
    mail_id: int
    release_id: int
    sending_id: int
    headline: str
    language: str
    contact_id: int | None
    name: str = field(repr=False)
    outlet: str
    kind: str
    at: datetime
    until: date | None
    to_take: bool
    seen_at: datetime | None
    seen_by: str | None
    address: str = field(repr=False)
    moved_to: str | None = field(repr=False)
    subject: str | None = field(repr=False)
    text: str | None = field(repr=False)


def listed(
    session: Session,
    seal: Seal,
    *,
    new: bool,
    release_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ReplySeen]:
    """Answers that nobody has looked at, or those that somebody has, the latest first; of one release, if asked. One
    query.
    """
    query = _rows().where(NEW if new else ~NEW)
    if release_id is not None:
        query = query.where(Sending.release_id == release_id)
    if before is not None:
        query = query.where(ReleaseReply.id < before)
    return [_seen(seal, row) for row in session.execute(query.order_by(ReleaseReply.id.desc()).limit(limit))]


def one(session: Session, seal: Seal, reply_id: int) -> ReplySeen | None:
    """One answer; None where there is none."""
    row = session.execute(_rows().where(ReleaseReply.id == reply_id)).first()
    return _seen(seal, row) if row is not None else None


def counts(session: Session, release_id: int | None = None) -> dict[str, int]:
    """How many are new, and how many somebody has seen. One query."""
    query = select(func.count(ReleaseReply.id), func.count(ReleaseReply.seen_at))
    if release_id is not None:
        query = query.join(ReleaseMail, ReleaseMail.id == ReleaseReply.mail_id)
        query = query.join(Sending, Sending.id == ReleaseMail.sending_id).where(Sending.release_id == release_id)
    every, seen = session.execute(query).one()
    return {"new": every - seen, "seen": seen}


def waiting(session: Session) -> tuple[int, datetime | None]:
    """How many answers nobody has looked at, and since when the first of them waits."""
    number, oldest = session.execute(select(func.count(ReleaseReply.id), func.min(ReleaseReply.at)).where(NEW)).one()
    return number, oldest


def headline(session: Session, release_id: int) -> str | None:
    """What a release is called: by its original headline; None where there is none."""
    query = select(ReleaseText.headline).where(ReleaseText.release_id == release_id)
    return session.scalar(query.order_by(ReleaseText.id).limit(1))


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(ReleaseReply, ReleaseMail, Sending.release_id, ReleaseText.headline, Contact)
        .join(ReleaseMail, ReleaseMail.id == ReleaseReply.mail_id)
        .join(Sending, Sending.id == ReleaseMail.sending_id)
        .outerjoin(Contact, Contact.id == ReleaseMail.contact_id)
        .outerjoin(
            ReleaseText,
            and_(ReleaseText.release_id == Sending.release_id, ReleaseText.language == ReleaseMail.language),
        )
    )


def _seen(seal: Seal, row: Row[*tuple[Any, ...]]) -> ReplySeen:
    reply, mail, release_id, headline, contact = row
    known = contact is not None and contact.stopped_why != ERASED
    return ReplySeen(
        reply.id,
        mail.id,
        release_id,
        mail.sending_id,
        headline or "",
        mail.language,
        mail.contact_id if known else None,
        contact.name if known else "",
        contact.outlet if known else "",
        reply.kind,
        reply.at,
        reply.until,
        known and reply.moved_to is not None and contact.moved_to == reply.moved_to,
        reply.seen_at,
        reply.seen_by,
        "" if contact is not None and not known else mail.mail,
        reply.moved_to,
        _clear(seal, "subject", reply.message_id, reply.subject_sealed),
        _clear(seal, "text", reply.message_id, reply.text_sealed),
    )


def _clear(seal: Seal, column: str, message_id: str, sealed: str | None) -> str | None:
    try:
        return seal.open(sealed, place(column, message_id)) if sealed else None
    except OutreachError:
        return None


def opening(words: str, most: int = 240) -> str:
    """How a longer text begins, up to the end of a word."""
    flat = " ".join(words.split())
    return flat if len(flat) <= most else f"{flat[:most].rsplit(' ', 1)[0]}…"
