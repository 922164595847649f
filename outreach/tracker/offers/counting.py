"""How many offers were sent, to how many families and people: offers written here, and those that only an entry of a
stage tells of. What was withdrawn and what belongs to a record that is part of another family's counts nowhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from outreach.tracker import families
from outreach.tracker.families import Entry
from outreach.tracker.offers.models import Offer


@dataclass(frozen=True)
class Sent:
    """One offer that was sent; at least one of `offer_id` and `stage_id` is known."""

    offer_id: int | None
    stage_id: int | None
    household_id: int
    day: date
    people: int

    @property
    def record(self) -> int:
        """What stands behind it: the entry of the stage that came with it, or the offer itself as a negative number
        where none did.
        """
        return self.stage_id if self.stage_id is not None else -(self.offer_id or 0)


@dataclass(frozen=True)
class Counts:
    """How many offers; how many families they reached, each once; how many people those were at the last of them;
    and how many of the offers only an entry of a stage tells of.
    """

    offers: int
    families: int
    people: int
    alone: int


def sent(session: Session, ever: Iterable[Entry], last: date) -> list[Sent]:
    """Every offer up to a day, the earliest first; `ever` is what `families.entered` told of all days up to then, or of
    those that are asked about. One query.
    """
    counts_here = and_(
        Offer.sent_on <= last, Offer.dropped_at.is_(None), Offer.household_id.not_in(families.merged())
    ).label("counts_here")
    columns = (Offer.id, Offer.stage_id, Offer.household_id, Offer.sent_on, Offer.people, counts_here)
    rows = session.execute(select(*columns).where(or_(Offer.stage_id.is_not(None), counts_here))).all()
    # Withdrawn ones too: their entry is no other offer.
    named = {row.stage_id for row in rows}
    found = [
        Sent(row.id, row.stage_id, row.household_id, row.sent_on, row.people)
        for row in rows
        if row.counts_here
    ]
    found += [
        Sent(None, one.stage_id, one.household_id, one.entered_on, one.people)
        for one in ever
        if one.stage == "offer_sent" and one.entered_on <= last and one.stage_id not in named
    ]
    return sorted(found, key=lambda one: (one.day, one.record))


def within(found: Iterable[Sent], first: date | None, last: date) -> list[Sent]:
    """Those of the days `first` (None: the beginning) to `last`."""
    return [one for one in found if one.day <= last and (first is None or first <= one.day)]


def counts(found: Sequence[Sent]) -> Counts:
    """The three figures; `found` in the order of days."""
    reached = {one.household_id: one.people for one in found}
    alone = sum(one.offer_id is None for one in found)
    return Counts(len(found), len(reached), sum(reached.values()), alone)


def records(found: Iterable[Sent]) -> tuple[int, ...]:
    """What stands behind their number, in order."""
    return tuple(sorted(one.record for one in found))


def of_year(session: Session, year: int, last: date) -> Counts:
    """The figures of a year up to the day `last`."""
    first, end = date(year, 1, 1), min(date(year, 12, 31), last)
    return counts(within(sent(session, families.entered(session, first, end), end), first, end))


def households_of(session: Session, numbers: Iterable[int]) -> list[int]:
    """The families behind records, each once, in order."""
    told = list(numbers)
    found = set(families.households_of(session, [one for one in told if one >= 0]))
    own = sorted(-one for one in told if one < 0)
    for start in range(0, len(own), 5000):
        piece = own[start : start + 5000]
        found.update(session.scalars(select(Offer.household_id).where(Offer.id.in_(piece))))
    return sorted(found)
