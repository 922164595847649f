"""What families agreed to: for one purpose, from a day, perhaps until a day, and withdrawn. No word of theirs is here.

Casework itself rests on the office's public task (Art. 6(1)(e) of the Regulation) and asks for no consent.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.people.models import AuditEntry
from outreach.tracker import families
from outreach.tracker.cases.models import GIVEN_BY, PURPOSES, FamilyConsent
from outreach.tracker.models import Household

# For which a family is asked; the order is that of the page.
ASKED = tuple(purpose for purpose in PURPOSES if purpose != "casework")
SOON = timedelta(days=30)
# Of these a story, a picture or a list of readers has a consent of its own, kept by whoever publishes.
KEPT_ELSEWHERE = ("story", "photo", "newsletter")
HEED = "heed"  # as the trail calls it
_MOST = 200


@dataclass(frozen=True)
class Given:
    """What a person notes down: `region` is to whom a case may be handed over, and only for that."""

    purpose: str
    given_by: str
    given_on: date
    until: date | None = None
    region: str | None = None


@dataclass(frozen=True)
class ConsentSeen:
    """An agreement; `state` of a day: later, holds, ending (within 30 days), ended, withdrawn."""

    consent_id: int
    household_id: int
    purpose: str
    region: str | None
    given_by: str
    given_on: date
    until: date | None
    withdrawn_on: date | None
    state: str

    @property
    def stands(self) -> bool:
        """Whether it can be withdrawn."""
        return self.state in {"later", "holds", "ending"}


def give(session: Session, now: datetime, actor: str, household_id: int, given: Given) -> int:
    """Notes an agreement down; its number. A new one is a new row.

    OutreachError as `families.held`, and `cases.error.purpose`, `.given_by`, `.region` (a hand-over names one, nothing
    else does), `.given_on` (a day to come), `.until` (before the first day).
    """
    families.held(session, household_id)
    if given.purpose not in ASKED:
        raise OutreachError("cases.error.purpose")
    if given.given_by not in GIVEN_BY:
        raise OutreachError("cases.error.given_by")
    region = " ".join((given.region or "").split()) or None
    if (given.purpose == "handover") != (region is not None) or (region and len(region) > 80):
        raise OutreachError("cases.error.region")
    _not_to_come(now, given.given_on)
    if given.until is not None and given.until < given.given_on:
        raise OutreachError("cases.error.until")
    row = FamilyConsent(
        household_id=household_id,
        purpose=given.purpose,
        region=region,
        given_by=given.given_by,
        given_on=given.given_on,
        until=given.until,
        noted_at=now,
        noted_by=actor,
    )
    session.add(row)
    session.flush()
    audit.write(session, now, actor, "add", "consent", row.id, household=household_id)
    return row.id


def withdraw(session: Session, now: datetime, actor: str, household_id: int, consent_id: int, on: date) -> str | None:
    """A family agrees no more from that day on; for what it was, None if it was withdrawn before.

    OutreachError `cases.error.consent`, `.given_on` (a day to come), `.withdrawn_on` (before it was given).
    """
    row = session.get(FamilyConsent, consent_id, with_for_update=True, populate_existing=True)
    if row is None or not families.is_part(session, row.household_id, household_id):
        raise OutreachError("cases.error.consent", consent_id=consent_id)
    if row.withdrawn_on is not None:
        return None
    _not_to_come(now, on)
    if on < row.given_on:
        raise OutreachError("cases.error.withdrawn_on")
    row.withdrawn_on, row.withdrawn_by = on, actor
    audit.write(session, now, actor, "withdraw", "consent", row.id, household=row.household_id)
    return row.purpose


@dataclass(frozen=True)
class Withdrawal:
    """An agreement that was withdrawn and that somebody who publishes has to follow; no word of the family."""

    consent_id: int
    household_id: int
    purpose: str
    withdrawn_on: date


# What a family withdrew at the coordinator's, and nobody who publishes has taken heed of yet.
UNHEEDED: ColumnElement[bool] = and_(
    FamilyConsent.purpose.in_(KEPT_ELSEWHERE),
    FamilyConsent.withdrawn_on.is_not(None),
    ~exists().where(
        AuditEntry.subject_kind == "consent", AuditEntry.subject_id == FamilyConsent.id, AuditEntry.action == HEED
    ),
)


def unheeded(session: Session) -> list[Withdrawal]:
    """Those, the earliest first, at most 200."""
    rows = session.execute(
        select(FamilyConsent.id, FamilyConsent.household_id, FamilyConsent.purpose, FamilyConsent.withdrawn_on)
        .where(UNHEEDED)
        .order_by(FamilyConsent.withdrawn_on, FamilyConsent.id)
        .limit(_MOST)
    )
    return [Withdrawal(number, family, purpose, day) for number, family, purpose, day in rows if day is not None]


def heed(session: Session, now: datetime, actor: str, consent_id: int) -> bool:
    """Whoever publishes has followed a withdrawal; False where somebody was quicker, or nothing was withdrawn."""
    row = session.get(FamilyConsent, consent_id, with_for_update=True, populate_existing=True)
    if row is None or session.scalar(select(FamilyConsent.id).where(FamilyConsent.id == row.id, UNHEEDED)) is None:
        return False
    audit.write(session, now, actor, HEED, "consent", row.id, household=row.household_id)
    return True


def of_family(session: Session, household_id: int, on: date) -> tuple[ConsentSeen, ...]:
    """All agreements of a family, the latest first, at most 200."""
    wanted = select(FamilyConsent).where(FamilyConsent.household_id.in_(families.parts(household_id)))
    rows = session.scalars(wanted.order_by(FamilyConsent.given_on.desc(), FamilyConsent.id.desc()).limit(_MOST))
    return tuple(
        ConsentSeen(
            row.id,
            row.household_id,
            row.purpose,
            row.region,
            row.given_by,
            row.given_on,
            row.until,
            row.withdrawn_on,
            state(row, on),
        )
        for row in rows
    )


def state(row: FamilyConsent, on: date) -> str:
    """How an agreement stands on a day, as `ConsentSeen`."""
    if row.withdrawn_on is not None and row.withdrawn_on <= on:
        return "withdrawn"
    if row.given_on > on:
        return "later"
    if row.until is not None and row.until < on:
        return "ended"
    return "ending" if row.until is not None and row.until <= on + SOON else "holds"


def holding(session: Session, household_id: int, purpose: str, on: date, region: str | None = None) -> int | None:
    """The agreement of a family that holds for a purpose on a day, the latest; None if there is none. `region` is
    compared without regard to case.
    """
    wanted = select(FamilyConsent.id, FamilyConsent.region).where(
        FamilyConsent.household_id.in_(families.parts(household_id)), FamilyConsent.purpose == purpose, _holds(on)
    )
    asked = region.strip().casefold() if region is not None else None
    for number, named in session.execute(wanted.order_by(FamilyConsent.given_on.desc(), FamilyConsent.id.desc())):
        if asked is None or (named or "").casefold() == asked:
            return int(number)
    return None


def ends_soon(today: date) -> ColumnElement[bool]:
    """Of a statement over consents: those that end within 30 days, and that no later one of the same family for the
    same purpose and region replaces.
    """
    later = aliased(FamilyConsent)
    replaced = (
        select(later.id)
        .where(
            later.household_id == FamilyConsent.household_id,
            later.purpose == FamilyConsent.purpose,
            func.coalesce(later.region, "") == func.coalesce(FamilyConsent.region, ""),
            later.withdrawn_on.is_(None),
            or_(later.until.is_(None), later.until > FamilyConsent.until),
        )
        .exists()
    )
    return and_(
        FamilyConsent.withdrawn_on.is_(None),
        FamilyConsent.until >= today,
        FamilyConsent.until <= today + SOON,
        ~replaced,
    )


def count_ending(today: date) -> Select[int]:
    """The query of how many agreements end within 30 days, of families whose case is ours."""
    whose = aliased(Household)
    return (
        select(func.count())
        .select_from(FamilyConsent)
        .join(Household, Household.id == FamilyConsent.household_id)
        .join(whose, whose.id == func.coalesce(Household.merged_into, Household.id))
        .where(ends_soon(today), whose.handed_over_at.is_(None), whose.anonymous_at.is_(None))
    )


def _holds(on: date) -> ColumnElement[bool]:
    return and_(
        FamilyConsent.given_on <= on,
        or_(FamilyConsent.until.is_(None), FamilyConsent.until >= on),
        or_(FamilyConsent.withdrawn_on.is_(None), FamilyConsent.withdrawn_on > on),
    )


def _not_to_come(now: datetime, day: date) -> None:
    # The day is the office's; somewhere east of Greenwich it has begun before it has in UTC.
    if day > (now + timedelta(hours=14)).date():
        raise OutreachError("cases.error.given_on")
