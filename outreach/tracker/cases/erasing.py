"""What erasing does to a family's case: words of steps and names of papers go; days, purposes and sizes stay.

Consents have no words of the family: they stay, as proof of what was agreed. The bytes of papers go with
`papers.sweep`, once the erasing is committed.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.tracker.cases.models import Paper, Task


def of_families(session: Session, now: datetime, household_ids: Collection[int]) -> int:
    """Erases the words of these records' steps and papers; how many rows had any. An open step is dropped: nobody could
    say what it was.
    """
    numbers = list(household_ids)
    steps = list(session.scalars(select(Task).where(Task.household_id.in_(numbers), Task.words_sealed.is_not(None))))
    for step in steps:
        step.words_sealed = None
        if step.done_at is None and step.dropped_at is None:
            step.dropped_at = now
    kept = list(session.scalars(select(Paper).where(Paper.household_id.in_(numbers), Paper.erased_at.is_(None))))
    for paper in kept:
        paper.name_sealed, paper.erased_at = None, now
    session.flush()
    return len(steps) + len(kept)
