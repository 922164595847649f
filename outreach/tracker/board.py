"""Families by the stage they stand in: counts of every stage, and cards, who waits longest first. No names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import Row, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session

from outreach.tracker.families import merged
from outreach.tracker.models import OPEN_STAGES, STAGES, Household, Stage

# So many days in an open stage, and the office should have been heard of.
PATIENCE: Mapping[str, int] = {"contacted": 30, "offer_sent": 60, "planning": 180}
# The column of families that have not entered any stage yet.
NO_STAGE = "none"
COLUMNS = (NO_STAGE, *STAGES)

_AFTER = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\d{1,12})")


@dataclass(frozen=True)
class Card:
    """A family without a name: where from, where to, how many; `days` since it entered its stage."""

    household_id: int
    stage: str
    municipality: str | None
    countries: tuple[str, ...]
    adults: int
    children: int
    entered_on: date | None
    days: int | None

    @property
    def people(self) -> int:
        return self.adults + self.children

    @property
    def overdue(self) -> bool:
        """Whether it has stood in an open stage for longer than an office should let it."""
        return self.days is not None and self.stage in PATIENCE and self.days > PATIENCE[self.stage]


@dataclass(frozen=True)
class After:
    """Where a page of a stage's list begins."""

    entered_on: date
    household_id: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The place an address names; None for anything else."""
        found = _AFTER.fullmatch(text)
        try:
            return cls(date.fromisoformat(found[1]), int(found[2])) if found else None
        except ValueError:
            return None

    @property
    def name(self) -> str:
        return f"{self.entered_on.isoformat()}.{self.household_id}"


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
    held = _standing(on)
    counted = {
        row.stage: (row.families, row.people)
        for row in session.execute(
            select(held.c.stage, func.count().label("families"), func.sum(held.c.people).label("people")).group_by(
                held.c.stage
            )
        )
    }
    place = func.row_number().over(partition_by=held.c.stage, order_by=(held.c.entered_on, held.c.household_id))
    first = select(held, place.label("place")).subquery()
    query = _cards(first).where(first.c.place <= limit).order_by(first.c.entered_on, first.c.household_id)
    cards = [_card(row, on) for row in session.execute(query)]
    new = session.scalar(select(func.count()).select_from(Household).where(_without_stage(on))) or 0
    if new:
        cards += [_new(row) for row in session.scalars(_without(on).limit(limit))]
    counted[NO_STAGE] = (new, 0)
    return [
        Column(stage, *counted.get(stage, (0, 0)), tuple(card for card in cards if card.stage == stage))
        for stage in COLUMNS
    ]


def page(session: Session, on: date, stage: str, after: After | None = None, limit: int = 50) -> Page:
    """A page of the families that stand in `stage` (one of `COLUMNS`): open ones by how long, closed ones latest
    first.
    """
    if stage == NO_STAGE:
        rows = _without(on)
        if after is not None:
            rows = rows.where(Household.id > after.household_id)
        new = [_new(row) for row in session.scalars(rows.limit(limit + 1))]
        last = After(on, new[limit - 1].household_id) if len(new) > limit else None
        return Page(tuple(new[:limit]), last)
    held = _standing(on)
    query = _cards(held).where(held.c.stage == stage)
    day, number = held.c.entered_on, held.c.household_id
    if stage in OPEN_STAGES:
        query = query.order_by(day, number)
        if after is not None:
            query = query.where(
                or_(day > after.entered_on, and_(day == after.entered_on, number > after.household_id))
            )
    else:
        query = query.order_by(day.desc(), number.desc())
        if after is not None:
            query = query.where(
                or_(day < after.entered_on, and_(day == after.entered_on, number < after.household_id))
            )
    cards = [_card(row, on) for row in session.execute(query.limit(limit + 1))]
    more = cards[limit - 1] if len(cards) > limit else None
    return Page(tuple(cards[:limit]), After(more.entered_on, more.household_id) if more and more.entered_on else None)


def overdue(session: Session, on: date) -> int:
    """How many families stand in an open stage for too long."""
    held = _standing(on)
    late = [
        and_(held.c.stage == stage, held.c.entered_on < date.fromordinal(on.toordinal() - days))
        for stage, days in PATIENCE.items()
    ]
    return session.scalar(select(func.count()).select_from(held).where(or_(*late))) or 0


def _standing(on: date) -> Subquery:
    """The stage each family stands in at the end of a day."""
    rank = func.row_number().over(
        partition_by=Stage.household_id, order_by=(Stage.entered_on.desc(), Stage.id.desc())
    )
    ranked = (
        select(Stage.household_id, Stage.stage, Stage.entered_on, Stage.people, rank.label("rank"))
        .where(Stage.entered_on <= on, Stage.household_id.not_in(merged()))
        .subquery()
    )
    columns = (ranked.c.household_id, ranked.c.stage, ranked.c.entered_on, ranked.c.people)
    return select(*columns).where(ranked.c.rank == 1).subquery()


def _cards(held: Subquery) -> Select[*tuple[Any, ...]]:
    family = (Household.municipality, Household.countries, Household.adults, Household.children)
    return select(held.c.household_id, held.c.stage, held.c.entered_on, *family).join(
        Household, Household.id == held.c.household_id
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
    )


def _without_stage(on: date) -> Any:
    entered = select(Stage.id).where(Stage.household_id == Household.id, Stage.entered_on <= on)
    return and_(Household.merged_into.is_(None), ~entered.exists())


def _without(on: date) -> Select[Household]:
    return select(Household).where(_without_stage(on)).order_by(Household.id)


def _new(row: Household) -> Card:
    return Card(
        row.id, NO_STAGE, row.municipality, tuple(row.countries), row.adults, row.children, None, None
    )
