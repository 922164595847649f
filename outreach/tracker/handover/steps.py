"""A family's open tasks, as far as a hand-over touches them: opened for the parcel, brought in, dropped."""

import secrets
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.tracker import families
from outreach.tracker.cases import tasks
from outreach.tracker.cases.models import Task


def opened(seal: Seal, row: Task) -> str:
    """A task's words; whoever calls this writes the look down."""
    return seal.open(row.words_sealed, tasks.place(row.token)) if row.words_sealed else ""


def bring(session: Session, now: datetime, by: str, seal: Seal, household_id: int, due_on: date, words: str) -> None:
    """Adds an open task."""
    token = secrets.token_hex(16)
    sealed = seal.close(words, tasks.place(token)) if words else None
    session.add(
        Task(token=token, household_id=household_id, words_sealed=sealed, due_on=due_on, made_at=now, made_by=by[:254])
    )


def drop(session: Session, now: datetime, by: str, household_id: int) -> int:
    """Drops what is open of a family and of the records that are part of it; how many."""
    theirs = Task.household_id.in_(families.parts(household_id))
    rows = list(session.scalars(select(Task).where(theirs, tasks.OPEN)))
    for row in rows:
        row.dropped_at, row.dropped_by = now, by[:254]
    return len(rows)
