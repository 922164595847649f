"""Every pair that may be one family and about which nobody has said anything yet; by marks alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from outreach.tracker.models import Household, Inquiry
from outreach.tracker.same import strangers
from outreach.tracker.same.finding import Candidate, Shared, candidate, likely, parties, with_places
from outreach.tracker.same.models import Apart, Mark

MOST = 500
# A number or name that more bear is a helper's, an employer's or everybody's; it still shows on a family's own page.
_BEARERS = 20
_RECORDS = 60  # of one family there may be several records that bear it

Numbers = tuple[int, int]


@dataclass(frozen=True)
class Pair:
    """A family and another, or an inquiry that is of no family yet, and what they have in common."""

    first: Candidate
    second: Candidate

    @property
    def shared(self) -> Shared:
        return self.second.shared


def open_pairs(session: Session) -> list[Pair]:
    """Pairs of two families, or of a family and a lone inquiry with its telephone or address; the surest first, then
    the latest. At most 500. Four queries.
    """
    common = select(Mark.mark).group_by(Mark.mark).having(func.count().between(2, _RECORDS))
    held = parties(Mark.mark.in_(common))
    bearers: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in session.execute(select(held.c.party, held.c.kind, held.c.mark)):
        bearers[row.kind, row.mark].add(row.party)
    common_to = _shared(bearers)
    apart = _apart(session) | strangers.pairs(session, {-one for one, _ in common_to if one < 0})
    found = [(pair, shared) for pair, shared in common_to.items() if pair not in apart]
    found.sort(key=lambda told: (-told[1].phone - told[1].mail, -told[1].names, -told[0][1], -told[0][0]))
    found = found[:MOST]
    seen = _seen(session, {number for pair, _ in found for number in pair})
    told_of: list[Pair] = []
    for (one, other), shared in found:
        if one in seen and other in seen:
            first, second = candidate(seen[other], shared), candidate(seen[one], shared)
            if likely(shared, True, first.place, second.place):
                told_of.append(Pair(first, second))
    return told_of


def _shared(bearers: dict[tuple[str, str], set[int]]) -> dict[Numbers, Shared]:
    """What each pair has in common that is worth a look: a family with another, or with a lone inquiry by a strong
    sign. The smaller number first.
    """
    strong: dict[Numbers, set[str]] = defaultdict(set)
    names: dict[Numbers, int] = defaultdict(int)
    for (kind, _), numbers in bearers.items():
        for pair in _pairs(numbers):
            if kind != "name":
                strong[pair].add(kind)
            else:
                names[pair] += 1
    wanted = [*strong, *(pair for pair, count in names.items() if count >= 2 and pair[0] > 0 and pair not in strong)]
    return {pair: Shared("phone" in strong[pair], "mail" in strong[pair], names[pair]) for pair in wanted}


def _pairs(numbers: Iterable[int]) -> Iterable[Numbers]:
    ordered = sorted(numbers)
    if len(ordered) > _BEARERS:
        return ()
    return ((one, other) for one, other in combinations(ordered, 2) if other > 0)


def _apart(session: Session) -> set[Numbers]:
    """The pairs of families that are not the same, by the records that count now."""
    one, other = aliased(Household), aliased(Household)
    rows = session.execute(
        select(func.coalesce(one.merged_into, one.id), func.coalesce(other.merged_into, other.id))
        .select_from(Apart)
        .join(one, one.id == Apart.one_id)
        .join(other, other.id == Apart.other_id)
    )
    return {(min(a, b), max(a, b)) for a, b in rows}


def _seen(session: Session, numbers: set[int]) -> dict[int, Any]:
    homes = select(Household.id.label("party")).where(Household.id.in_([one for one in numbers if one > 0]))
    asked = select((-Inquiry.id).label("party")).where(Inquiry.id.in_([-one for one in numbers if one < 0]))
    every = homes.union_all(asked).subquery()
    query: Select[*tuple[Any, ...]] = with_places(select(every), every.c.party)
    return {row.party: row for row in session.execute(query)}
