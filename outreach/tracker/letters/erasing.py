"""What erasing does to letters: words, names of files and Message-IDs go; that there was a letter, and when, stays.

The bytes of files go with `files.sweep`, once the erasing is committed.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.letters.sealing import gone

_STEP = 5000  # a store takes only so many values in one question


def of_inquiry(session: Session, now: datetime, inquiry_id: int) -> int:
    """Erases the letters of an inquiry; how many."""
    return of_inquiries(session, now, [inquiry_id])


def of_inquiries(session: Session, now: datetime, inquiry_ids: Sequence[int]) -> int:
    """Erases the letters of these inquiries; how many."""
    parts = (inquiry_ids[start : start + _STEP] for start in range(0, len(inquiry_ids), _STEP))
    return sum(_erase(session, now, Letter.inquiry_id.in_(part)) for part in parts)


def of_families(session: Session, now: datetime, household_ids: Collection[int]) -> int:
    """Erases the letters that belong to these families without an inquiry; how many."""
    return _erase(session, now, Letter.household_id.in_(household_ids))


def aside(session: Session, now: datetime, before: datetime) -> int:
    """Erases what machines wrote and what came before that moment, where it belongs to no inquiry; how many."""
    return _erase(
        session, now, Letter.inquiry_id.is_(None) & Letter.household_id.is_(None) & (Letter.taken_at < before)
    )


def _erase(session: Session, now: datetime, which: ColumnElement[bool]) -> int:
    rows = list(session.scalars(select(Letter).where(which, Letter.erased_at.is_(None)).order_by(Letter.id)))
    for row in rows:
        row.address_sealed = row.subject_sealed = row.text_sealed = None
        row.message_id, row.thread = gone(row.message_id), gone(row.thread)
        row.erased_at = now
        for file in session.scalars(select(LetterFile).where(LetterFile.letter_id == row.id)):
            file.name_sealed = None
            file.erased_at = now
    session.flush()
    return len(rows)
