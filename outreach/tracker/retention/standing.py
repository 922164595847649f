"""What there is to be forgotten one day: every record that is not a mere figure yet, as the rule reads it."""

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.tracker import families
from outreach.tracker.letters.models import Letter
from outreach.tracker.models import OPEN_STAGES, Household, Inquiry
from outreach.tracker.retention.rule import Kept


def kept(session: Session) -> list[Kept]:
    """All of them, families first; three questions. A hold on a family holds everything that is part of it."""
    # The last stage written, whichever day it names: one of tomorrow closes no case today, nor opens one too late.
    standing = {entry.household_id: entry for entry in families.current(session, date.max)}
    letters = (
        select(Letter.household_id, func.max(Letter.at).label("at"))
        .where(Letter.household_id.is_not(None))
        .group_by(Letter.household_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Household.id,
            func.coalesce(Household.merged_into, Household.id).label("family"),
            Household.created_at,
            Household.held_until,
            Household.handed_over_at,
            or_(
                Household.erased_at.is_(None), Household.name_sealed.is_not(None), Household.note_sealed.is_not(None)
            ).label("has_words"),
            letters.c.at,
            Household.anonymous_at,
        )
        .outerjoin(letters, letters.c.household_id == Household.id)
        .order_by(Household.id)
    ).all()
    holds: dict[int, date] = {}
    gone = {row.id: row.handed_over_at for row in rows if row.handed_over_at is not None}
    for row in rows:
        if row.held_until is not None:
            holds[row.family] = max(row.held_until, holds.get(row.family, row.held_until))
    # What another region's coordinator has is open there, not here.
    active = {number for number, entry in standing.items() if entry.stage in OPEN_STAGES and number not in gone}
    found = []
    for row in rows:
        if row.anonymous_at is not None:
            continue
        entry = standing.get(row.family)
        moments = [at for at in (row.created_at, row.at, gone.get(row.family)) if at is not None]
        found.append(
            Kept(
                "household",
                row.id,
                row.family,
                max(moments),
                entry.entered_on if entry else None,
                row.family in active,
                holds.get(row.family),
                bool(row.has_words),
            )
        )
    return found + _inquiries(session, active, holds)


def _inquiries(session: Session, active: set[int], holds: dict[int, date]) -> list[Kept]:
    letters = (
        select(Letter.inquiry_id, func.max(Letter.at).label("at"))
        .where(Letter.inquiry_id.is_not(None))
        .group_by(Letter.inquiry_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Inquiry.id, Inquiry.received_at, Inquiry.household_id, Inquiry.held_until, Inquiry.erased_at, letters.c.at
        )
        .outerjoin(letters, letters.c.inquiry_id == Inquiry.id)
        .where(Inquiry.anonymous_at.is_(None))
        .order_by(Inquiry.id)
    )
    return [
        Kept(
            "inquiry",
            row.id,
            row.household_id,
            max(row.received_at, row.at) if row.at is not None else row.received_at,
            None,
            row.household_id in active,
            max((day for day in (row.held_until, holds.get(row.household_id)) if day is not None), default=None),
            row.erased_at is None,
        )
        for row in rows
    ]
