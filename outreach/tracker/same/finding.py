"""Who may be the same family, by marks alone: nothing is opened here.

The same telephone or address is a strong sign. Names are a weak one: two words of a name in common, or one that few
others bear, and only where country or municipality agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, CompoundSelect, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.tracker.models import Household, Inquiry
from outreach.tracker.same import strangers
from outreach.tracker.same.models import Apart, Mark

SHOWN = 10
_RARE = 4  # a word of a name that not more others bear says something by itself
_LOOKED_AT = 400


@dataclass(frozen=True)
class Place:
    """Where from and where to, of whoever is compared."""

    municipality: str | None
    countries: frozenset[str]

    @property
    def known(self) -> bool:
        return self.municipality is not None or bool(self.countries)

    def meets(self, other: "Place") -> bool:
        """Whether a country or the municipality is the same."""
        home = self.municipality is not None and self.municipality == other.municipality
        return home or bool(self.countries & other.countries)


@dataclass(frozen=True)
class Shared:
    """What two have in common: the telephone, the address, so many words of a name."""

    phone: bool
    mail: bool
    names: int

    @property
    def strong(self) -> bool:
        return self.phone or self.mail


@dataclass(frozen=True)
class Candidate:
    """A family, or an inquiry that is of none, that may be the same; without a name. `people` 0: nobody said."""

    household_id: int | None
    inquiry_id: int | None
    shared: Shared
    municipality: str | None
    countries: tuple[str, ...]
    people: int
    at: datetime

    @property
    def place(self) -> Place:
        return Place(self.municipality, frozenset(self.countries))

    @property
    def party(self) -> int:
        """The family's number, or the inquiry's below zero."""
        return self.household_id if self.household_id is not None else -(self.inquiry_id or 0)


def of_family(session: Session, household_id: int, limit: int = SHOWN) -> list[Candidate]:
    """Who may be the same as this family, the surest first; nobody for a part of another record. Two queries."""
    row = session.execute(
        select(Household.municipality, Household.countries).where(
            Household.id == household_id, Household.merged_into.is_(None)
        )
    ).one_or_none()
    if row is None:
        return []
    return beside_family(session, household_id, Place(row.municipality, frozenset(row.countries)), limit)


def of_inquiry(session: Session, inquiry_id: int, limit: int = SHOWN) -> list[Candidate]:
    """Who may be the same as whoever asked, the surest first; nobody for an inquiry that is a family's. Two queries."""
    row = session.execute(
        select(Inquiry.municipality, Inquiry.country).where(Inquiry.id == inquiry_id, Inquiry.household_id.is_(None))
    ).one_or_none()
    if row is None:
        return []
    place = Place(row.municipality, frozenset([row.country] if row.country else ()))
    return beside_inquiry(session, inquiry_id, place, limit)


def beside_family(session: Session, household_id: int, place: Place, limit: int) -> list[Candidate]:
    """As `of_family`, of a family that is read already and part of no other. One query."""
    homes = records_of(household_id)
    asked = select(Mark.mark).join(Inquiry, Inquiry.id == Mark.inquiry_id).where(Inquiry.household_id.in_(homes))
    mine = select(Mark.mark).where(Mark.household_id.in_(homes)).union(asked)
    return _candidates(session, mine, household_id, place, limit)


def beside_inquiry(session: Session, inquiry_id: int, place: Place, limit: int) -> list[Candidate]:
    """As `of_inquiry`, of an inquiry that is read already and no family's. One query."""
    mine = select(Mark.mark).where(Mark.inquiry_id == inquiry_id)
    return _candidates(session, mine, -inquiry_id, place, limit)


def records_of(household_id: int) -> Select[int]:
    """The query of a family's own record and of those that were put into it."""
    return select(Household.id).where(or_(Household.id == household_id, Household.merged_into == household_id))


def parties(wanted: ColumnElement[bool] | None = None) -> CTE:
    """Every mark with whose it is: `party` is a family's number, or a lone inquiry's below zero."""
    home, via = aliased(Household), aliased(Household)
    party = func.coalesce(home.merged_into, home.id, via.merged_into, via.id, -Mark.inquiry_id)
    rows = (
        select(party.label("party"), Mark.kind, Mark.mark)
        .outerjoin(home, home.id == Mark.household_id)
        .outerjoin(Inquiry, Inquiry.id == Mark.inquiry_id)
        .outerjoin(via, via.id == Inquiry.household_id)
        .distinct()
    )
    return (rows if wanted is None else rows.where(wanted)).cte()


def told_apart(household_id: int) -> Select[int]:
    """The query of the families of which a person said that they are not this one."""
    homes = records_of(household_id)
    pair = or_(
        and_(Apart.one_id.in_(homes), Household.id == Apart.other_id),
        and_(Apart.other_id.in_(homes), Household.id == Apart.one_id),
    )
    return select(func.coalesce(Household.merged_into, Household.id)).join(Apart, pair)


def likely(shared: Shared, rare: bool, one: Place, other: Place) -> bool:
    """Whether what two have in common is worth a person's look."""
    if shared.strong:
        return True
    met = one.meets(other)
    if shared.names >= 2:
        return met or not (one.known and other.known)
    return shared.names == 1 and rare and met


def counted(kind: ColumnElement[str], name: str) -> ColumnElement[int]:
    """How many rows of a group are of this kind of mark."""
    return func.sum(case((kind == name, 1), else_=0)).label(name)


def _candidates(
    session: Session, mine: Select[str] | CompoundSelect[str], me: int, place: Place, limit: int
) -> list[Candidate]:
    held = parties(Mark.mark.in_(mine))
    others = select(
        held.c.party, held.c.kind, func.count().over(partition_by=(held.c.kind, held.c.mark)).label("bearers")
    ).where(held.c.party != me)
    if me > 0:
        stranger = and_(held.c.party < 0, strangers.told(-held.c.party, me))
        others = others.where(held.c.party.not_in(told_apart(me)), ~stranger)
    else:
        others = others.where(~strangers.told(-me, held.c.party))
    row = others.subquery()
    rarest = func.min(case((row.c.kind == "name", row.c.bearers)))
    phone, mail, names = (counted(row.c.kind, kind) for kind in ("phone", "mail", "name"))
    sums = (
        select(row.c.party, phone, mail, names, rarest.label("rarest"))
        .group_by(row.c.party)
        .having(or_(phone + mail > 0, names >= 2, rarest <= _RARE))
        .order_by((phone + mail).desc(), names.desc(), rarest, row.c.party.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    found = []
    order = ((sums.c.phone + sums.c.mail).desc(), sums.c.name.desc(), sums.c.rarest, sums.c.party.desc())
    for told in session.execute(with_places(select(sums), sums.c.party).order_by(*order)):
        one = candidate(told, Shared(bool(told.phone), bool(told.mail), told.name))
        if likely(one.shared, told.rarest is not None and told.rarest <= _RARE, place, one.place):
            found.append(one)
    return found[:limit]


def with_places(query: Select[*tuple[Any, ...]], party: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """The query with the plain facts of each party beside it, for `candidate`."""
    return (
        query.add_columns(
            Household.id.label("household_id"), Household.municipality, Household.countries,
            (Household.adults + Household.children).label("people"), Household.created_at,
            Inquiry.id.label("inquiry_id"), Inquiry.municipality.label("wanted"), Inquiry.country,
            Inquiry.people.label("said"), Inquiry.received_at,
        )
        .outerjoin(Household, Household.id == party)
        .outerjoin(Inquiry, Inquiry.id == -party)
    )  # fmt: skip


def candidate(row: Row[Any], shared: Shared) -> Candidate:
    """A row of `with_places`."""
    if row.household_id is not None:
        countries: Sequence[str] = row.countries
        return Candidate(
            row.household_id, None, shared, row.municipality, tuple(countries), row.people, row.created_at
        )
    lived = (row.country,) if row.country else ()
    return Candidate(None, row.inquiry_id, shared, row.wanted, lived, row.said or 0, row.received_at)
