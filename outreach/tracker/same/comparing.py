"""Two records opened beside each other for the coordinator, and how alike the names of candidates are.

Whoever compares looks into families' words: one line in the trail each time, no line, no look.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families, intake
from outreach.tracker.models import Household, Inquiry, Stage
from outreach.tracker.same import likeness, reaching
from outreach.tracker.same.finding import Candidate
from outreach.tracker.same.models import Apart

_OPENED = 20  # so many of a family's inquiries are opened, the latest


@dataclass(frozen=True)
class Scored:
    """A candidate with how alike the names are, 0 to 100; 0 where one of them has no name."""

    candidate: Candidate
    score: int

    @property
    def near(self) -> bool:
        return self.score >= likeness.NEAR


@dataclass(frozen=True)
class Side:
    """One record of two: its figures, and its words, which are never in a repr."""

    household_id: int
    municipality: str | None
    countries: tuple[str, ...]
    adults: int
    children: int
    created_at: datetime
    stage: str | None
    entered_on: date | None
    merged_into: int | None
    name: str = field(repr=False)
    note: str = field(repr=False)
    contacts: tuple[str, ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)  # as those called themselves who asked
    inquiries: tuple[int, ...]


@dataclass(frozen=True)
class Compared:
    """Two records beside each other: what is the same, how alike the names are, whether a person said they are two."""

    first: Side
    second: Side
    score: int
    phone: bool
    mail: bool
    apart: bool

    @property
    def near(self) -> bool:
        return self.score >= likeness.NEAR


def scored(
    session: Session, now: datetime, actor: str, seal: Seal, me: int, candidates: Sequence[Candidate]
) -> list[Scored]:
    """The candidates of a family (`me` its number) or a lone inquiry (below zero) with how alike the names are.

    All of them are opened for `actor`: one line "compare". Strong signs first, then the likest names.
    """
    if not candidates:
        return []
    told = _names(session, seal, [me, *(one.party for one in candidates)])
    audit.write(session, now, actor, "compare", "household" if me > 0 else "inquiry", abs(me))
    rows = [Scored(one, _best(told[me], told[one.party])) for one in candidates]
    return sorted(rows, key=lambda row: (-row.candidate.shared.strong, -row.score, row.candidate.party))


def beside(
    session: Session, now: datetime, actor: str, seal: Seal, household_id: int, other_id: int
) -> Compared | None:
    """Two families opened beside each other, the look written down; None where one of them is not there.

    Raises OutreachError `same.error.itself`, or what `Seal.open` raises.
    """
    if household_id == other_id:
        raise OutreachError("same.error.itself", household_id=household_id)
    sides = _sides(session, seal, (household_id, other_id))
    if sides is None:
        return None
    first, second = sides
    audit.write(session, now, actor, "compare", "household", household_id, household=other_id)
    ones, others = [_reached(side) for side in (first, second)]
    pair = (min(household_id, other_id), max(household_id, other_id))
    return Compared(
        first,
        second,
        _best([first.name, *first.names], [second.name, *second.names]),
        bool(ones[0] & others[0]),
        bool(ones[1] & others[1]),
        session.get(Apart, pair) is not None,
    )


def _best(ones: Sequence[str], others: Sequence[str]) -> int:
    return max((likeness.names(one, other) for one in ones for other in others), default=0)


def _reached(side: Side) -> tuple[set[str], set[str]]:
    text = "\n".join((*side.contacts, side.note))
    regions = side.countries or (None,)
    return {number for region in regions for number in reaching.phones(text, region)}, set(reaching.mails(text))


def _names(session: Session, seal: Seal, parties: Sequence[int]) -> dict[int, list[str]]:
    homes = [number for number in parties if number > 0]
    told: dict[int, list[str]] = defaultdict(list)
    party = func.coalesce(Household.merged_into, Household.id)
    homes_told = session.execute(
        select(party, Household.token, Household.name_sealed).where(
            or_(Household.id.in_(homes), Household.merged_into.in_(homes)), Household.name_sealed.is_not(None)
        )
    )
    for number, token, sealed in homes_told:
        told[number].append(_opened(seal, sealed, families.sealed_place("name", token)))
    asked_told = session.execute(
        select(func.coalesce(Inquiry.household_id, -Inquiry.id), Inquiry.token, Inquiry.name_sealed)
        .where(
            or_(Inquiry.household_id.in_(homes), Inquiry.id.in_([-number for number in parties if number < 0])),
            Inquiry.name_sealed.is_not(None),
        )
        .order_by(Inquiry.id.desc())
        .limit(_OPENED * len(parties))
    )
    for number, token, sealed in asked_told:
        told[number].append(_opened(seal, sealed, intake.sealed_place("name", token)))
    return told


def _sides(session: Session, seal: Seal, numbers: tuple[int, int]) -> tuple[Side, Side] | None:
    rows = {row.id: row for row in session.scalars(select(Household).where(Household.id.in_(numbers)))}
    if len(rows) < 2:
        return None
    asked: dict[int, list[Inquiry]] = defaultdict(list)
    wanted = select(Inquiry).where(Inquiry.household_id.in_(numbers)).order_by(Inquiry.id.desc()).limit(4 * _OPENED)
    for inquiry in session.scalars(wanted):
        asked[inquiry.household_id or 0].append(inquiry)
    stages: dict[int, Stage] = {}
    entered = select(Stage).where(Stage.household_id.in_(numbers)).order_by(Stage.entered_on, Stage.id)
    for stage in session.scalars(entered):
        stages[stage.household_id] = stage
    first, second = (_side(seal, rows[number], asked[number], stages.get(number)) for number in numbers)
    return first, second


def _side(seal: Seal, row: Household, asked: Sequence[Inquiry], stage: Stage | None) -> Side:
    def opened(column: str, sealed: str | None) -> str:
        return _opened(seal, sealed, families.sealed_place(column, row.token))

    def told(column: str) -> tuple[str, ...]:
        found = [(one.token, getattr(one, f"{column}_sealed")) for one in asked[:_OPENED]]
        words = [_opened(seal, sealed, intake.sealed_place(column, token)) for token, sealed in found]
        return tuple(dict.fromkeys(word for word in words if word))

    return Side(
        household_id=row.id,
        municipality=row.municipality,
        countries=tuple(row.countries),
        adults=row.adults,
        children=row.children,
        created_at=row.created_at,
        stage=stage.stage if stage else None,
        entered_on=stage.entered_on if stage else None,
        merged_into=row.merged_into,
        name=opened("name", row.name_sealed),
        note=opened("note", row.note_sealed),
        contacts=told("contact"),
        names=told("name"),
        inquiries=tuple(one.id for one in asked),
    )


def _opened(seal: Seal, sealed: str | None, place: str) -> str:
    return seal.open(sealed, place) if sealed else ""
