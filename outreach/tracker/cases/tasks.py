"""Next steps: what the office owes a family and by which day, done, moved, dropped, taken back.

The words are sealed. A step of a record that is part of another family's is that family's step.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.people.models import COORDINATOR, User
from outreach.tracker import families
from outreach.tracker.cases.models import Task
from outreach.tracker.models import Household

LONGEST = 300
MOST = 50  # open steps on one page
_RECENT = timedelta(days=7)  # so long a step that was done stays beside the open ones
_YEARS = timedelta(days=3660)

OPEN: ColumnElement[bool] = and_(Task.done_at.is_(None), Task.dropped_at.is_(None))


@dataclass(frozen=True)
class TaskSeen:
    """A step with its words; empty where they are erased."""

    task_id: int
    due_on: date
    assigned_to: str | None
    done_at: datetime | None
    dropped_at: datetime | None
    words: str = field(repr=False)

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None


def add(
    session: Session,
    now: datetime,
    actor: str,
    seal: Seal,
    household_id: int,
    words: str,
    due_on: date,
    assigned_to: str | None = None,
) -> int:
    """A new step; its number. OutreachError as `families.held`, and `cases.error.words`, `.due`, `.person`."""
    families.held(session, household_id)
    told = _words(words)
    _check(session, now, due_on, assigned_to)
    token = secrets.token_hex(16)
    row = Task(
        token=token,
        household_id=household_id,
        words_sealed=seal.close(told, place(token)),
        due_on=due_on,
        assigned_to=assigned_to,
        made_at=now,
        made_by=actor,
    )
    session.add(row)
    session.flush()
    _tell(session, now, actor, "add", row)
    return row.id


def change(
    session: Session,
    now: datetime,
    actor: str,
    seal: Seal,
    household_id: int,
    task_id: int,
    words: str,
    due_on: date,
    assigned_to: str | None,
) -> None:
    """An open step is worded, dated or given anew. Raises as `add`, and OutreachError `cases.error.task`, `.ended`."""
    row = _open(session, household_id, task_id)
    told = _words(words)
    if due_on != row.due_on or assigned_to != row.assigned_to:
        _check(session, now, due_on, assigned_to)
    row.words_sealed = seal.close(told, place(row.token))
    row.due_on, row.assigned_to = due_on, assigned_to
    _tell(session, now, actor, "change", row)


def move(session: Session, now: datetime, actor: str, household_id: int, task_id: int, due_on: date) -> None:
    """An open step is due on another day. Raises OutreachError `cases.error.task`, `.ended`, `.due`."""
    row = _open(session, household_id, task_id)
    _check(session, now, due_on, None)
    row.due_on = due_on
    _tell(session, now, actor, "move", row)


def done(session: Session, now: datetime, actor: str, household_id: int, task_id: int) -> bool:
    """A step is done; False if it was before. OutreachError `cases.error.task`, or `.ended` for a dropped one."""
    row = _row(session, household_id, task_id)
    if row.done_at is not None:
        return False
    if row.dropped_at is not None:
        raise OutreachError("cases.error.ended")
    row.done_at, row.done_by = now, actor
    _tell(session, now, actor, "done", row)
    return True


def drop(session: Session, now: datetime, actor: str, household_id: int, task_id: int) -> bool:
    """A step is wanted no more; False if that was said before. OutreachError `cases.error.task`, or `.ended` for one
    that is done.
    """
    row = _row(session, household_id, task_id)
    if row.dropped_at is not None:
        return False
    if row.done_at is not None:
        raise OutreachError("cases.error.ended")
    row.dropped_at, row.dropped_by = now, actor
    _tell(session, now, actor, "cancel", row)
    return True


def take_back(session: Session, now: datetime, actor: str, household_id: int, task_id: int) -> bool:
    """A step that was done or dropped is open after all; False if it is. OutreachError `cases.error.task`, or `.erased`
    for one whose words are gone.
    """
    row = _row(session, household_id, task_id)
    if row.done_at is None and row.dropped_at is None:
        return False
    if row.words_sealed is None:
        raise OutreachError("cases.error.erased")
    row.done_at = row.done_by = row.dropped_at = row.dropped_by = None
    _tell(session, now, actor, "undone", row)
    return True


def of_family(session: Session, now: datetime, seal: Seal, household_id: int) -> tuple[TaskSeen, ...]:
    """A family's open steps, the earliest due first, then those done within a week, the latest first. One query;
    whoever calls this writes the look down.
    """
    wanted = (
        select(Task)
        .where(Task.household_id.in_(families.parts(household_id)), or_(OPEN, Task.done_at >= now - _RECENT))
        .order_by(Task.done_at.is_not(None), Task.due_on, Task.id)
        .limit(MOST)
    )
    rows = [_seen(seal, row) for row in session.scalars(wanted)]
    ended = sorted((one for one in rows if one.done_at), key=lambda one: (one.done_at, one.task_id), reverse=True)
    return (*(one for one in rows if one.is_open), *ended)


def one(session: Session, seal: Seal, household_id: int, task_id: int) -> TaskSeen | None:
    """One step of a family; None where there is none of that number. Whoever calls this writes the look down."""
    row = session.get(Task, task_id)
    if row is None or not families.is_part(session, row.household_id, household_id):
        return None
    return _seen(seal, row)


def helpers(session: Session) -> list[tuple[str, str]]:
    """Address and name of those who may be given a step: the accounts that see families."""
    wanted = select(User.mail, User.name).where(User.role == COORDINATOR, User.disabled_at.is_(None))
    return [(mail, name) for mail, name in session.execute(wanted.order_by(User.name, User.id))]


def next_steps() -> Subquery:
    """Of each family the day its next step is due (`family`, `due_on`)."""
    family = func.coalesce(Household.merged_into, Household.id).label("family")
    wanted = select(family, func.min(Task.due_on).label("due_on")).join(Household, Household.id == Task.household_id)
    return wanted.where(OPEN).group_by(family).subquery()


def count_due(today: date) -> Select[int]:
    """The query of how many open steps are due today or were before, of families whose case is ours."""
    whose = aliased(Household)
    return (
        select(func.count())
        .select_from(Task)
        .join(Household, Household.id == Task.household_id)
        .join(whose, whose.id == func.coalesce(Household.merged_into, Household.id))
        .where(OPEN, Task.due_on <= today, whose.handed_over_at.is_(None))
    )


def place(token: str) -> str:
    """Where the words of a step belong, for `Seal`."""
    return f"family_task.words:{token}"


def _seen(seal: Seal, row: Task) -> TaskSeen:
    words = seal.open(row.words_sealed, place(row.token)) if row.words_sealed else ""
    return TaskSeen(row.id, row.due_on, row.assigned_to, row.done_at, row.dropped_at, words)


def _words(words: str) -> str:
    told = " ".join(words.split())
    if not told or len(told) > LONGEST:
        raise OutreachError("cases.error.words", most=LONGEST)
    return told


def _check(session: Session, now: datetime, due_on: date, assigned_to: str | None) -> None:
    # The office's day begins before it does in UTC.
    if not now.date() - timedelta(days=1) <= due_on <= now.date() + _YEARS:
        raise OutreachError("cases.error.due")
    if assigned_to is not None and assigned_to not in {mail for mail, _ in helpers(session)}:
        raise OutreachError("cases.error.person")


def _open(session: Session, household_id: int, task_id: int) -> Task:
    row = _row(session, household_id, task_id)
    if row.done_at is not None or row.dropped_at is not None:
        raise OutreachError("cases.error.ended")
    return row


def _row(session: Session, household_id: int, task_id: int) -> Task:
    row = session.get(Task, task_id, with_for_update=True, populate_existing=True)
    if row is None or not families.is_part(session, row.household_id, household_id):
        raise OutreachError("cases.error.task", task_id=task_id)
    return row


def _tell(session: Session, now: datetime, actor: str, action: str, row: Task) -> None:
    audit.write(session, now, actor, action, "task", row.id, household=row.household_id)
