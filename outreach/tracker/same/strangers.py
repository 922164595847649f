"""A person said that an inquiry is not a family's: the two are not proposed again.

Kept where the deed is written down, in the trail, which is only ever added to: the last line of a pair counts. It names
two numbers and nothing of anybody.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.people.models import AuditEntry
from outreach.tracker.models import Household, Inquiry

_APART, _PERHAPS = "apart", "perhaps"
_AT_ONCE = 5_000  # numbers in one question


def apart(session: Session, now: datetime, actor: str, inquiry_id: int, household_id: int) -> bool:
    """The inquiry is not the family's; False if that was told before.

    Raises OutreachError `tracker.error.inquiry` or `tracker.error.household`, and `same.error.tied` for an inquiry that
    is a family's already.
    """
    row = session.get(Inquiry, inquiry_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise OutreachError("tracker.error.inquiry", inquiry_id=inquiry_id)
    if session.get(Household, household_id) is None:
        raise OutreachError("tracker.error.household", household_id=household_id)
    if row.household_id is not None:
        raise OutreachError("same.error.tied", inquiry_id=inquiry_id, household_id=row.household_id)
    if household_id in of_inquiry(session, inquiry_id):
        return False
    audit.write(session, now, actor, _APART, "inquiry", inquiry_id, household=household_id)
    return True


def perhaps(session: Session, now: datetime, actor: str, inquiry_id: int, household_id: int) -> bool:
    """It may be theirs after all; False if nobody said otherwise. `tracker.error.inquiry`."""
    if session.get(Inquiry, inquiry_id, with_for_update=True, populate_existing=True) is None:
        raise OutreachError("tracker.error.inquiry", inquiry_id=inquiry_id)
    told = [home for home in _recorded(session, inquiry_id) if household_id in home]
    for recorded, _ in told:
        audit.write(session, now, actor, _PERHAPS, "inquiry", inquiry_id, household=recorded)
    return bool(told)


def of_inquiry(session: Session, inquiry_id: int) -> tuple[int, ...]:
    """The families that this inquiry is not of, by the records that count now. One query."""
    return tuple(dict.fromkeys(counts for _, counts in _recorded(session, inquiry_id)))


def pairs(session: Session, inquiries: Collection[int]) -> set[tuple[int, int]]:
    """Of these inquiries what was told: below zero the inquiry's number, and the family's as it counts now."""
    line, home, numbers = aliased(AuditEntry), aliased(Household), sorted(inquiries)
    found: set[tuple[int, int]] = set()
    for begin in range(0, len(numbers), _AT_ONCE):
        rows = session.execute(
            select(line.subject_id, func.coalesce(home.merged_into, home.id))
            .join(home, home.id == line.facts["household"].as_integer())
            .where(_holds(line), line.subject_id.in_(numbers[begin : begin + _AT_ONCE]))
        )
        found |= {(-number, household) for number, household in rows if number is not None}
    return found


def told(inquiry_id: ColumnElement[int] | int, party: ColumnElement[int] | int) -> ColumnElement[bool]:
    """Whether it was told of an inquiry and a family as it counts now; either may be a column of an outer query."""
    line, home = aliased(AuditEntry), aliased(Household)
    return exists(
        select(line.id)
        .join(home, home.id == line.facts["household"].as_integer())
        .where(_holds(line), line.subject_id == inquiry_id, func.coalesce(home.merged_into, home.id) == party)
    )


def _recorded(session: Session, inquiry_id: int) -> list[tuple[int, int]]:
    """The family's number as it was told, and as it counts now."""
    line, home = aliased(AuditEntry), aliased(Household)
    rows = session.execute(
        select(home.id, func.coalesce(home.merged_into, home.id))
        .select_from(line)
        .join(home, home.id == line.facts["household"].as_integer())
        .where(_holds(line), line.subject_id == inquiry_id)
        .order_by(line.id)
    )
    return [(number, counts) for number, counts in rows]


def _holds(line: type[AuditEntry]) -> ColumnElement[bool]:
    """A line that says so and that no later one takes back."""
    later = aliased(AuditEntry)
    taken_back = exists().where(
        later.subject_kind == "inquiry", later.subject_id == line.subject_id, later.action == _PERHAPS,
        later.id > line.id,
        later.facts["household"].as_integer() == line.facts["household"].as_integer(),
    )  # fmt: skip
    return and_(line.subject_kind == "inquiry", line.action == _APART, ~taken_back)
