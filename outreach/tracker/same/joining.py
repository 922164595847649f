"""Two records of one family put together by a person, and taken apart again; or told to be two families.

The one that stays keeps its number of people, its words and its stages. The other stays as it was, with `merged_into`,
and counts no more; its inquiries move. A record is part of one other at most: there are no chains.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.same.models import Apart, Merge

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MergeSeen:
    """A record that was put into another, by whom and when; `inquiries`: how many moved."""

    merge_id: int
    kept_id: int
    gone_id: int
    made_at: datetime
    made_by: str
    inquiries: int


def merge(session: Session, now: datetime, actor: str, kept_id: int, gone_id: int) -> int:
    """`gone_id` is the family `kept_id`; the number by which `part` takes it back.

    Raises OutreachError `tracker.error.household`, or `same.error.itself`, `.merged` where one of them is part of
    another record already, `.holds` where the one that goes has others in it.
    """
    if kept_id == gone_id:
        raise OutreachError("same.error.itself", household_id=kept_id)
    rows = _both(session, kept_id, gone_id)
    for number in (kept_id, gone_id):
        into = rows[number].merged_into
        if into is not None:
            raise OutreachError("same.error.merged", household_id=number, kept_id=into)
    inside = session.scalar(select(Household.id).where(Household.merged_into == gone_id).limit(1))
    if inside is not None:
        raise OutreachError("same.error.holds", household_id=gone_id, inside_id=inside, kept_id=kept_id)
    moved = list(
        session.scalars(select(Inquiry).where(Inquiry.household_id == gone_id).order_by(Inquiry.id).with_for_update())
    )
    for inquiry in moved:
        inquiry.household_id = kept_id
    rows[gone_id].merged_into = kept_id
    row = Merge(
        kept_id=kept_id, gone_id=gone_id, made_at=now, made_by=actor, inquiries=[inquiry.id for inquiry in moved]
    )
    session.add(row)
    session.flush()
    audit.write(session, now, actor, "merge", "household", kept_id, household=gone_id)
    log.info("household.merged", extra={"household_id": kept_id, "gone_id": gone_id})
    return row.id


def part(session: Session, now: datetime, actor: str, merge_id: int) -> MergeSeen:
    """Takes a merge back: the record counts again and has its inquiries again; what came since stays where it came.

    An inquiry that a person has meanwhile given to another family, or to none, stays there. Raises OutreachError
    `same.error.no_merge`, for one that was taken back already too.
    """
    row = session.get(Merge, merge_id, with_for_update=True, populate_existing=True)
    if row is None or row.undone_at is not None:
        raise OutreachError("same.error.no_merge", merge_id=merge_id)
    rows = _both(session, row.kept_id, row.gone_id)
    moved = session.scalars(
        select(Inquiry).where(Inquiry.household_id == row.kept_id, Inquiry.id.in_(row.inquiries)).with_for_update()
    )
    for inquiry in moved:
        inquiry.household_id = row.gone_id
    rows[row.gone_id].merged_into = None
    row.undone_at, row.undone_by = now, actor
    session.flush()
    audit.write(session, now, actor, "undo", "household", row.kept_id, household=row.gone_id)
    log.info("household.parted", extra={"household_id": row.kept_id, "gone_id": row.gone_id})
    return _seen(row)


def standing(session: Session, household_id: int) -> list[MergeSeen]:
    """The merges that hold and in which this record has a part, the latest first. One query."""
    wanted = (
        select(Merge)
        .where((Merge.kept_id == household_id) | (Merge.gone_id == household_id), Merge.undone_at.is_(None))
        .order_by(Merge.id.desc())
    )
    return [_seen(row) for row in session.scalars(wanted)]


def apart(session: Session, now: datetime, actor: str, household_id: int, other_id: int) -> bool:
    """These two are not the same and are not proposed again; False if that was told before.

    Raises OutreachError `tracker.error.household`, or `same.error.itself`.
    """
    pair = _pair(household_id, other_id)
    _both(session, *pair)
    if session.get(Apart, pair) is not None:
        return False
    session.add(Apart(one_id=pair[0], other_id=pair[1], told_at=now, told_by=actor))
    audit.write(session, now, actor, "apart", "household", household_id, household=other_id)
    return True


def perhaps(session: Session, now: datetime, actor: str, household_id: int, other_id: int) -> bool:
    """They may be the same after all; False if nobody said otherwise."""
    row = session.get(Apart, _pair(household_id, other_id))
    if row is None:
        return False
    session.delete(row)
    audit.write(session, now, actor, "undo", "household", household_id, household=other_id)
    return True


def _pair(one: int, other: int) -> tuple[int, int]:
    if one == other:
        raise OutreachError("same.error.itself", household_id=one)
    return min(one, other), max(one, other)


def _both(session: Session, one: int, other: int) -> dict[int, Household]:
    """Both rows, locked in the order of their numbers: two people who do it at once wait for each other."""
    found = {}
    for number in sorted((one, other)):
        row = session.get(Household, number, with_for_update=True, populate_existing=True)
        if row is None:
            raise OutreachError("tracker.error.household", household_id=number)
        found[number] = row
    return found


def _seen(row: Merge) -> MergeSeen:
    return MergeSeen(row.id, row.kept_id, row.gone_id, row.made_at, row.made_by, len(row.inquiries))
