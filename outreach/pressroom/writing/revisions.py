"""Every wording that a release has had in a language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.pressroom.models import ReleaseQuote, ReleaseRevision, ReleaseText
from outreach.pressroom.writing.told import Note, QuoteTold, Told, notes, packed, unpacked


@dataclass(frozen=True)
class Wording:
    """What a release said in a language under a number, and what was said when it was sent back."""

    number: int
    at: datetime
    by: str
    told: Told
    quotes: tuple[QuoteTold, ...]
    notes: tuple[Note, ...]


def stands(text: ReleaseText) -> Told:
    """The words of a text as they stand."""
    return Told(text.headline, text.lead, text.body, tuple(text.facts), text.boilerplate, text.contact)


def quotes_of(session: Session, text_id: int) -> tuple[QuoteTold, ...]:
    """The quotes of a text in their order."""
    rows = session.execute(
        select(
            ReleaseQuote.words,
            ReleaseQuote.speaker,
            ReleaseQuote.role,
            ReleaseQuote.agreed_on,
            ReleaseQuote.agreed_how,
            ReleaseQuote.story_id,
        )
        .where(ReleaseQuote.text_id == text_id)
        .order_by(ReleaseQuote.position, ReleaseQuote.id)
    )
    return tuple(QuoteTold(*row) for row in rows)


def keep(session: Session, text: ReleaseText) -> ReleaseRevision:
    """The row of the wording that stands; it is made if it is not there."""
    known = select(ReleaseRevision).where(
        ReleaseRevision.text_id == text.id, ReleaseRevision.number == text.revision
    )
    row = session.scalar(known)
    if row is None:
        said = packed(stands(text), quotes_of(session, text.id))
        row = ReleaseRevision(
            text_id=text.id, number=text.revision, at=text.changed_at, by=text.changed_by, said=said
        )
        session.add(row)
        session.flush()
    return row


def renew(session: Session, now: datetime, text: ReleaseText, actor: str, *, in_step: bool = False) -> None:
    """Keeps what a held text says now under the next number.

    `in_step`: its translations need no other words because of it; those that followed it follow it still.
    """
    before, text.revision = text.revision, text.revision + 1
    text.changed_at, text.changed_by = now, actor
    session.flush()
    keep(session, text)
    if in_step:
        session.execute(
            update(ReleaseText)
            .where(
                ReleaseText.release_id == text.release_id, ReleaseText.id > text.id, ReleaseText.follows == before
            )
            .values(follows=text.revision)
        )


def listed(session: Session, text_id: int, limit: int = 50) -> list[Wording]:
    """A text's wordings, the latest first."""
    rows = session.scalars(
        select(ReleaseRevision)
        .where(ReleaseRevision.text_id == text_id)
        .order_by(ReleaseRevision.number.desc())
        .limit(limit)
    )
    return [_seen(row) for row in rows]


def one(session: Session, text_id: int, number: int) -> Wording | None:
    """The wording of this number."""
    row = session.scalar(
        select(ReleaseRevision).where(ReleaseRevision.text_id == text_id, ReleaseRevision.number == number)
    )
    return _seen(row) if row is not None else None


def sent_back(session: Session, text_ids: Sequence[int], limit: int = 20) -> list[Note]:
    """What was said when these texts' wordings were sent back, the latest first."""
    rows = session.scalars(
        select(ReleaseRevision.said)
        .where(ReleaseRevision.text_id.in_(text_ids))
        .order_by(ReleaseRevision.id.desc())
        .limit(limit)
    )
    return sorted((note for said in rows for note in notes(said)), key=lambda note: note.at, reverse=True)[:limit]


def _seen(row: ReleaseRevision) -> Wording:
    told, quotes = unpacked(row.said)
    return Wording(row.number, row.at, row.by, told, quotes, notes(row.said))
