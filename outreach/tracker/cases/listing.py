"""The table of families, without names: chosen as its address says, sorted by one of its columns, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, String, and_, case, cast, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from outreach.tracker import board
from outreach.tracker.cases.consents import ends_soon
from outreach.tracker.cases.models import FamilyConsent
from outreach.tracker.cases.tasks import next_steps
from outreach.tracker.models import OPEN_STAGES, STAGES, Household

# What a family may wait for: a step that is due, a stage that lasts too long, anybody to say what comes next, a consent
# that ends.
WAITS = ("step", "stage", "no_step", "consent")
SORTS = ("number", "stage", "since", "step", "place", "people")
USUAL = "step"  # who waits for something, the longest first
LIMIT = 50
_NEVER = date(9999, 12, 31)  # where there is no day: such rows come last, or first when it is turned round
_SOME_DAY = date(9000, 1, 1)  # an open case for which nobody has set one comes before those that are closed


@dataclass(frozen=True)
class Chosen:
    """Which families; None leaves a part open. `stage` is one of `board.COLUMNS`, `eligible` yes, no or unknown."""

    stage: str | None = None
    municipality: str | None = None
    country: str | None = None
    topic: str | None = None
    language: str | None = None
    eligible: str | None = None
    waits: str | None = None


@dataclass(frozen=True)
class Line:
    """A family in the table; `stepless` and the rest as on the board."""

    card: board.Card
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    eligible_for_grant: bool | None
    handed_over: bool


@dataclass(frozen=True)
class After:
    """Where a page begins: after the family `household_id`, whose sorted column says `value`."""

    value: str
    household_id: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The place an address names; None for anything else, which is the table's beginning."""
        value, _, number = text.rpartition(".")
        is_number = number.isascii() and number.isdigit() and len(number) <= 12
        is_value = 0 < len(value) <= 80 and value.isprintable()
        return cls(value, int(number)) if is_value and is_number else None

    @property
    def name(self) -> str:
        """What `parse` reads back."""
        return f"{self.value}.{self.household_id}"


@dataclass(frozen=True)
class Page:
    """A page of the table; `older` is the next page's place, None on the last one."""

    lines: tuple[Line, ...]
    older: After | None


def page(
    session: Session, on: date, chosen: Chosen, sort: str = USUAL, after: After | None = None, limit: int = LIMIT
) -> Page:
    """A page of the chosen families on a day of the office; `sort` is one of `SORTS`, with "-" before it turned round.
    One question.
    """
    down = sort.startswith("-")
    held, steps = board.standing(on, ours=False), next_steps()
    keys: Mapping[str, Any] = {
        "number": Household.id,
        "stage": case(*((held.c.stage == name, place) for place, name in enumerate(STAGES, 1)), else_=0),
        "since": func.coalesce(held.c.entered_on, _NEVER),
        "step": func.coalesce(steps.c.due_on, case((held.c.stage.in_(OPEN_STAGES), _SOME_DAY), else_=_NEVER)),
        "place": func.coalesce(Household.municipality, "-"),
        "people": Household.adults + Household.children,
    }
    key = keys[sort.removeprefix("-")]
    query = (
        select(
            Household,
            held.c.stage.label("stage"),
            held.c.entered_on.label("entered_on"),
            steps.c.due_on.label("due_on"),
            key.label("key"),
        )
        .outerjoin(held, held.c.household_id == Household.id)
        .outerjoin(steps, steps.c.family == Household.id)
        .where(Household.merged_into.is_(None), *_wanted(chosen, on, held, steps))
    )
    order = (key, Household.id)
    query = query.order_by(*(one.desc() for one in order)) if down else query.order_by(*order)
    begins = _read(sort.removeprefix("-"), after) if after is not None else None
    if after is not None and begins is not None:
        place = tuple_(begins, after.household_id)
        query = query.where(tuple_(*order) < place if down else tuple_(*order) > place)
    rows = list(session.execute(query.limit(limit + 1)))
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(
        tuple(_line(row, on) for row in rows[:limit]),
        After(str(last.key), last.Household.id) if last is not None else None,
    )


def _read(sort: str, after: After) -> Any:
    """A place's value as the column's; None where it is none."""
    try:
        if sort in {"since", "step"}:
            return date.fromisoformat(after.value)
        if sort == "place":
            return after.value
        number = int(after.value)
    except ValueError:
        return None
    return number if abs(number) < 2**31 else None


def _wanted(chosen: Chosen, on: date, held: Any, steps: Any) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.stage is not None:
        found.append(held.c.stage.is_(None) if chosen.stage == board.NO_STAGE else held.c.stage == chosen.stage)
    if chosen.municipality is not None:
        found.append(Household.municipality == chosen.municipality)
    for column, value in (
        (Household.countries, chosen.country),
        (Household.topics, chosen.topic),
        (Household.languages, chosen.language),
    ):
        if value is not None:
            found.append(_names(column, value))
    if chosen.eligible is not None:
        found.append(Household.eligible_for_grant.is_({"yes": True, "no": False}.get(chosen.eligible)))
    if chosen.waits is not None:
        found += [Household.handed_over_at.is_(None), _waits(chosen.waits, on, held, steps)]
    return found


def _waits(what: str, on: date, held: Any, steps: Any) -> ColumnElement[bool]:
    if what == "step":
        return steps.c.due_on <= on  # type: ignore[no-any-return]
    if what == "stage":
        return board.late(held, on)
    if what == "no_step":
        gone = or_(Household.erased_at.is_not(None), Household.anonymous_at.is_not(None))
        return and_(held.c.stage.in_(OPEN_STAGES), steps.c.due_on.is_(None), ~gone)
    whose = aliased(Household)
    ending = select(func.coalesce(whose.merged_into, whose.id)).join(
        FamilyConsent, FamilyConsent.household_id == whose.id
    )
    return Household.id.in_(ending.where(ends_soon(on)))


def _names(column: InstrumentedAttribute[list[str]], value: str) -> ColumnElement[bool]:
    """Whether a list of codes has this one: its text on either store has it in quotation marks."""
    return cast(column, String).like(f'%"{value}"%')


def _line(row: Row[Any], on: date) -> Line:
    kept: Household = row.Household
    is_gone = kept.erased_at is not None or kept.anonymous_at is not None
    is_open = row.stage in OPEN_STAGES and kept.handed_over_at is None
    card = board.Card(
        kept.id,
        row.stage or board.NO_STAGE,
        kept.municipality,
        tuple(kept.countries),
        kept.adults,
        kept.children,
        row.entered_on,
        (on - row.entered_on).days if row.entered_on is not None and kept.handed_over_at is None else None,
        row.due_on,
        row.due_on is not None and row.due_on < on and kept.handed_over_at is None,
        is_open and row.due_on is None and not is_gone,
    )
    return Line(
        card, tuple(kept.topics), tuple(kept.languages), kept.eligible_for_grant, kept.handed_over_at is not None
    )
