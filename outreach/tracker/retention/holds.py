"""Legal holds: what must not be forgotten before a day, whatever the rule says, and not be erased on request either."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families, records
from outreach.tracker.models import Household, Inquiry

LONGEST = 400
# A hold is for a dispute that goes on, not for ever: it is set anew where it must last.
_YEARS = 10


@dataclass(frozen=True)
class Hold:
    """Until which day, and why; `why` is empty for an inquiry, which has no room for it."""

    until: date
    why: str = field(default="", repr=False)


@dataclass(frozen=True)
class Held:
    """A record under a hold."""

    kind: str
    number: int
    until: date


def on_family(session: Session, seal: Seal, household_id: int) -> Hold | None:
    """The hold noted on a family, past or not. Its reason is a word of the case: whoever calls this writes the look
    down.
    """
    row = session.get(Household, household_id)
    if row is None or row.held_until is None:
        return None
    why = seal.open(row.hold_sealed, families.sealed_place("hold", row.token)) if row.hold_sealed else ""
    return Hold(row.held_until, why)


def hold_family(
    session: Session, now: datetime, actor: str, seal: Seal, household_id: int, today: date, hold: Hold
) -> None:
    """Holds a family and everything of it. OutreachError `tracker.error.household`, `privacy.error.hold_day` for a day
    that is not to come or too far off, `privacy.error.hold_why` without a reason, `privacy.error.anonymous`.
    """
    row = records.household(session, household_id)
    _check(today, hold.until)
    if not hold.why.strip():
        raise OutreachError("privacy.error.hold_why")
    if row.anonymous_at is not None:
        raise OutreachError("privacy.error.anonymous")
    row.held_until = hold.until
    row.hold_sealed = seal.close(hold.why.strip()[:LONGEST], families.sealed_place("hold", row.token))
    audit.write(session, now, actor, "hold", "household", household_id, until=hold.until.isoformat())


def lift_family(session: Session, now: datetime, actor: str, household_id: int) -> bool:
    """Lifts a family's hold; False if there is none."""
    row = records.household(session, household_id)
    if row.held_until is None:
        return False
    row.held_until = row.hold_sealed = None
    audit.write(session, now, actor, "lift", "household", household_id)
    return True


def hold_inquiry(session: Session, now: datetime, actor: str, inquiry_id: int, today: date, until: date) -> None:
    """Holds one inquiry with its letters. OutreachError `tracker.error.inquiry`, or as `hold_family`."""
    row = records.inquiry(session, inquiry_id)
    _check(today, until)
    if row.anonymous_at is not None:
        raise OutreachError("privacy.error.anonymous")
    row.held_until = until
    audit.write(session, now, actor, "hold", "inquiry", inquiry_id, until=until.isoformat())


def lift_inquiry(session: Session, now: datetime, actor: str, inquiry_id: int) -> bool:
    """Lifts an inquiry's own hold; False if there is none."""
    row = records.inquiry(session, inquiry_id)
    if row.held_until is None:
        return False
    row.held_until = None
    audit.write(session, now, actor, "lift", "inquiry", inquiry_id)
    return True


def refuse(
    session: Session, now: datetime, *, household: Household | None = None, inquiry: Inquiry | None = None
) -> None:
    """OutreachError `privacy.error.held` where a hold keeps the family (with all that is part of it, or any inquiry of
    it), or the inquiry (by its own hold or its family's).
    """
    whose = household.id if household is not None else inquiry.household_id if inquiry is not None else None
    days = [inquiry.held_until] if inquiry is not None else []
    if whose is not None:
        family = (household.merged_into if household is not None else None) or whose
        part = or_(Household.id == family, Household.merged_into == family)
        days.append(session.scalar(select(func.max(Household.held_until)).where(part)))
        if household is not None:
            inside = select(Household.id).where(part)
            days.append(
                session.scalar(select(func.max(Inquiry.held_until)).where(Inquiry.household_id.in_(inside)))
            )
    until = max((day for day in days if day is not None), default=None)
    if until is not None and now.date() < until:
        raise OutreachError("privacy.error.held", day=until.isoformat())


def held(session: Session, today: date, limit: int = 50) -> tuple[Held, ...]:
    """What is under a hold today, whose ends first, families before inquiries; two questions."""
    found: list[Held] = []
    for kind, table in (("household", Household), ("inquiry", Inquiry)):
        rows: Sequence[tuple[int, date | None]] = [
            (number, until)
            for number, until in session.execute(
                select(table.id, table.held_until)
                .where(table.held_until > today)
                .order_by(table.held_until, table.id)
                .limit(limit)
            )
        ]
        found += [Held(kind, number, until) for number, until in rows if until is not None]
    return tuple(found)


def _check(today: date, until: date) -> None:
    if not today < until <= today.replace(year=today.year + _YEARS, day=min(today.day, 28)):
        raise OutreachError("privacy.error.hold_day", years=_YEARS)
