"""Families by the stage they stand in: counts of every stage, and cards, the most urgent first. No names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from outreach.tracker.cases.tasks import next_steps
from outreach.tracker.families import merged
from outreach.tracker.models import OPEN_STAGES, STAGES, Household, Stage

# So many days in an open stage, and the office should have been heard of.
PATIENCE: Mapping[str, int] = {"contacted": 30, "offer_sent": 60, "planning": 180}
# The column of families that have not entered any stage yet.
NO_STAGE = "none"
COLUMNS = (NO_STAGE, *STAGES)

_AFTER = re.compile(r"([0-2])\.(\d{4}-\d{2}-\d{2})\.(\d{1,12})")
# How urgent: a step that is overdue, an open stage that lasts too long, anything else.
_STEP_LATE, _STAGE_LATE, _CALM = 0, 1, 2


@dataclass(frozen=True)
class Card:
    """A family without a name: where from, where to, how many; `days` since it entered its stage, `step_on` the day its
    next step is due. `stepless`: somebody should say what comes next.
    """

    household_id: int
    stage: str
    municipality: str | None
    countries: tuple[str, ...]
    adults: int
    children: int
    entered_on: date | None
    days: int | None
    step_on: date | None = None
    step_late: bool = False
    stepless: bool = False

    @property
    def people(self) -> int:
        return self.adults + self.children

    @property
    def overdue(self) -> bool:
        """Whether it has stood in an open stage for longer than an office should let it."""
        return self.days is not None and self.stage in PATIENCE and self.days > PATIENCE[self.stage]


@dataclass(frozen=True)
class After:
    """Where a page of a stage's list begins: after this family, by how urgent it is and the day it goes by."""

    urgency: int
    day: date
    household_id: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The place an address names; None for anything else."""
        found = _AFTER.fullmatch(text)
        try:
            return cls(int(found[1]), date.fromisoformat(found[2]), int(found[3])) if found else None
        except ValueError:
            return None

    @property
    def name(self) -> str:
        return f"{self.urgency}.{self.day.isoformat()}.{self.household_id}"


@dataclass(frozen=True)
class Column:
    """A stage: how many families stand in it on that day, with the people they were counted as; the first cards."""

    stage: str
    families: int
    people: int
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Page:
    """A page of one stage; `older` is the next page's place, None on the last one."""

    cards: tuple[Card, ...]
    older: After | None


def columns(session: Session, on: date, limit: int) -> list[Column]:
    """Every stage in its order, those without one first; each with its first `limit` cards."""
    held = standing(on)
    counted = {
        row.stage: (row.families, row.people)
        for row in session.execute(
            select(held.c.stage, func.count().label("families"), func.sum(held.c.people).label("people")).group_by(
                held.c.stage
            )
        )
    }
    cards = _urgent(held, on)
    place = func.row_number().over(
        partition_by=cards.c.stage, order_by=(cards.c.urgency, cards.c.day, cards.c.household_id)
    )
    first = select(cards, place.label("place")).subquery()
    query = select(first).where(first.c.place <= limit).order_by(first.c.urgency, first.c.day, first.c.household_id)
    shown = [_card(row, on) for row in session.execute(query)]
    new = session.scalar(select(func.count()).select_from(Household).where(_without_stage(on))) or 0
    if new:
        shown += [_new(row, due, on) for row, due in session.execute(_without(on).limit(limit))]
    counted[NO_STAGE] = (new, 0)
    return [
        Column(stage, *counted.get(stage, (0, 0)), tuple(card for card in shown if card.stage == stage))
        for stage in COLUMNS
    ]


def page(session: Session, on: date, stage: str, after: After | None = None, limit: int = 50) -> Page:
    """A page of the families that stand in `stage` (one of `COLUMNS`): open ones by what is overdue, then by how long;
    closed ones latest first.
    """
    if stage == NO_STAGE:
        rows = _without(on)
        if after is not None:
            rows = rows.where(Household.id > after.household_id)
        new = [_new(row, due, on) for row, due in session.execute(rows.limit(limit + 1))]
        last = After(_CALM, on, new[limit - 1].household_id) if len(new) > limit else None
        return Page(tuple(new[:limit]), last)
    cards = _urgent(standing(on), on)
    query = select(cards).where(cards.c.stage == stage)
    key = (cards.c.urgency, cards.c.day, cards.c.household_id)
    if stage in OPEN_STAGES:
        query = query.order_by(*key)
        if after is not None:
            query = query.where(tuple_(*key) > tuple_(after.urgency, after.day, after.household_id))
    else:
        query = query.order_by(*(column.desc() for column in key))
        if after is not None:
            query = query.where(tuple_(*key) < tuple_(after.urgency, after.day, after.household_id))
    found = list(session.execute(query.limit(limit + 1)))
    more = found[limit - 1] if len(found) > limit else None
    return Page(
        tuple(_card(row, on) for row in found[:limit]),
        After(more.urgency, more.day, more.household_id) if more is not None else None,
    )


def late(held: Subquery, on: date) -> ColumnElement[bool]:
    """Of rows with a stage and the day it was entered: those that stand in an open stage for too long."""
    return or_(
        *(
            and_(held.c.stage == stage, held.c.entered_on < date.fromordinal(on.toordinal() - days))
            for stage, days in PATIENCE.items()
        )
    )


def overdue(session: Session, on: date) -> int:
    """How many families stand in an open stage for too long."""
    held = standing(on)
    return session.scalar(select(func.count()).select_from(held).where(late(held, on))) or 0


def standing(on: date, *, ours: bool = True) -> Subquery:
    """The stage each family stands in at the end of a day. An open case that was handed over is another office's: with
    `ours` it is left out.
    """
    rank = func.row_number().over(
        partition_by=Stage.household_id, order_by=(Stage.entered_on.desc(), Stage.id.desc())
    )
    ranked = (
        select(Stage.household_id, Stage.stage, Stage.entered_on, Stage.people, rank.label("rank"))
        .where(Stage.entered_on <= on, Stage.household_id.not_in(merged()))
        .subquery()
    )
    columns = (ranked.c.household_id, ranked.c.stage, ranked.c.entered_on, ranked.c.people)
    held = select(*columns).where(ranked.c.rank == 1)
    if ours:
        gone = select(Household.id).where(Household.handed_over_at.is_not(None))
        held = held.where(or_(ranked.c.stage.not_in(OPEN_STAGES), ranked.c.household_id.not_in(gone)))
    return held.subquery()


def _urgent(held: Subquery, on: date) -> Subquery:
    """Families with all that a card shows, `urgency` and the `day` they go by within it."""
    steps = next_steps()
    step_late = and_(held.c.stage.in_(OPEN_STAGES), steps.c.due_on < on)
    urgency = case((step_late, _STEP_LATE), (late(held, on), _STAGE_LATE), else_=_CALM)
    gone = or_(Household.erased_at.is_not(None), Household.anonymous_at.is_not(None))
    return (
        select(
            held.c.household_id,
            held.c.stage,
            held.c.entered_on,
            Household.municipality,
            Household.countries,
            Household.adults,
            Household.children,
            steps.c.due_on.label("step_on"),
            gone.label("gone"),
            urgency.label("urgency"),
            case((step_late, steps.c.due_on), else_=held.c.entered_on).label("day"),
        )
        .join(Household, Household.id == held.c.household_id)
        .outerjoin(steps, steps.c.family == held.c.household_id)
        .subquery()
    )


def _card(row: Row[Any], on: date) -> Card:
    return Card(
        row.household_id,
        row.stage,
        row.municipality,
        tuple(row.countries),
        row.adults,
        row.children,
        row.entered_on,
        (on - row.entered_on).days,
        row.step_on,
        row.step_on is not None and row.step_on < on,
        row.stage in OPEN_STAGES and row.step_on is None and not row.gone,
    )


def _without_stage(on: date) -> Any:
    entered = select(Stage.id).where(Stage.household_id == Household.id, Stage.entered_on <= on)
    return and_(Household.merged_into.is_(None), Household.handed_over_at.is_(None), ~entered.exists())


def _without(on: date) -> Select[Household, date | None]:
    steps = next_steps()
    wanted = select(Household, steps.c.due_on).outerjoin(steps, steps.c.family == Household.id)
    return wanted.where(_without_stage(on)).order_by(Household.id)


def _new(row: Household, due: date | None, on: date) -> Card:
    overdue = due is not None and due < on
    return Card(
        row.id, NO_STAGE, row.municipality, tuple(row.countries), row.adults, row.children, None, None, due, overdue
    )
