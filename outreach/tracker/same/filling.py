"""Marks for records from before there were marks: once, some hundreds at a time, with a line in the trail."""

import logging
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families, intake, privacy
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.same import marking
from outreach.tracker.same.marking import Told
from outreach.tracker.same.models import Mark

log = logging.getLogger(__name__)

STEP = 300


def inquiries(session: Session, now: datetime, seal: Seal, after: int = 0) -> int | None:
    """Marks the next inquiries above the number `after` that have none; the last number, None when all have.

    The program opens them by itself: one line says how many. What another key sealed is left as it is.
    """
    wanted = (
        select(Inquiry)
        .where(
            Inquiry.id > after,
            or_(Inquiry.name_sealed.is_not(None), Inquiry.contact_sealed.is_not(None)),
            ~exists().where(Mark.inquiry_id == Inquiry.id),
        )
        .order_by(Inquiry.id)
        .limit(STEP)
    )
    rows = list(session.scalars(wanted))
    for row in rows:
        try:
            told = Told(
                _opened(seal, row.name_sealed, intake.sealed_place("name", row.token)),
                _opened(seal, row.contact_sealed, intake.sealed_place("contact", row.token)),
                row.country,
            )
        except OutreachError:
            log.warning("inquiry.not_marked", extra={"inquiry_id": row.id})
            continue
        marking.of_inquiry(session, seal, row.id, row.token, told)
    if not rows:
        return None
    audit.write(session, now, privacy.BY_SCHEDULE, "mark", "inquiry", None, count=len(rows))
    return rows[-1].id


def households(session: Session, now: datetime, seal: Seal, after: int = 0) -> int | None:
    """Marks the next households that have none, as `inquiries` does."""
    wanted = (
        select(Household)
        .where(
            Household.id > after,
            or_(Household.name_sealed.is_not(None), Household.note_sealed.is_not(None)),
            ~exists().where(Mark.household_id == Household.id),
        )
        .order_by(Household.id)
        .limit(STEP)
    )
    rows = list(session.scalars(wanted))
    for row in rows:
        try:
            told = Told(
                _opened(seal, row.name_sealed, families.sealed_place("name", row.token)),
                _opened(seal, row.note_sealed, families.sealed_place("note", row.token)),
                row.countries[0] if row.countries else None,
            )
        except OutreachError:
            log.warning("household.not_marked", extra={"household_id": row.id})
            continue
        marking.of_household(session, seal, row.id, row.token, told)
    if not rows:
        return None
    audit.write(session, now, privacy.BY_SCHEDULE, "mark", "household", None, count=len(rows))
    return rows[-1].id


def _opened(seal: Seal, sealed: str | None, place: str) -> str:
    return seal.open(sealed, place) if sealed else ""
