"""Rows of a table held against each other and against the inquiries that are here, by marks alone: nothing is opened.

A person decides of each group; what is chosen for them first is that nothing comes in twice.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.tracker import intake
from outreach.tracker.bringing.rows import Row
from outreach.tracker.intake import Incoming
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.same import finding, marking
from outreach.tracker.same.finding import Place, Shared
from outreach.tracker.same.marking import Told
from outreach.tracker.same.models import Mark

Deed = Literal["each", "all", "first", "none"]
Fate = Literal["take", "again", "skip", "refuse"]
DEEDS: tuple[Deed, ...] = ("each", "all", "first", "none")  # each: what stands twice to the letter once
_AT_ONCE = 8_000  # marks in one question
_BORNE_BY = 40  # a word of a name that more bear says nothing about a table
_SHOWN = 5


@dataclass(frozen=True)
class Party:
    """Somebody who is here: a family's number, or else a lone inquiry's; `strong`: by telephone or address."""

    household_id: int | None
    inquiry_id: int | None
    strong: bool


@dataclass(frozen=True)
class Group:
    """Rows that may be the same, or the same as somebody here. `same`: an inquiry that this very row made before.
    `sure`: the rows share their words, a telephone or an address, and not a name alone.

    `first` is its first row's number, by which a person's choice is known.
    """

    rows: tuple[Row, ...] = field(repr=False)
    parties: tuple[Party, ...]
    same: int | None
    identical: bool
    sure: bool

    @property
    def first(self) -> int:
        return self.rows[0].number

    @property
    def deeds(self) -> tuple[Deed, ...]:
        if len(self.rows) == 1:
            return ("all", "none")
        return DEEDS if self._repeats else DEEDS[1:]

    @property
    def _repeats(self) -> bool:
        """Whether some of its rows, but not all, are the same to the letter."""
        return 1 < len({row.content for row in self.rows}) < len(self.rows)

    @property
    def usual(self) -> Deed:
        """What is done unless a person says otherwise."""
        if self.same is not None or any(one.strong for one in self.parties):
            return "none"
        days = {row.day for row in self.rows}
        # The same family on another day has asked twice; on the same day it was written down twice.
        # Two of one name may be two.
        if len(self.rows) > 1 and self.sure and (self.identical or len(days) == 1):
            return "first"
        return "each" if self._repeats else "all"


@dataclass(frozen=True)
class Judged:
    """A table as it would come out: its rows, and the groups that a person may want to look at."""

    rows: tuple[Row, ...] = field(repr=False)
    groups: tuple[Group, ...]

    def fates(self, chosen: Mapping[int, str]) -> dict[int, Fate]:
        """What becomes of each row by its number; `chosen` are deeds by the groups' first rows. `again`: taken although
        this very row is here.
        """
        told: dict[int, Fate] = {row.number: "refuse" if row.refused else "take" for row in self.rows}
        for group in self.groups:
            wanted = chosen.get(group.first, group.usual)
            deed = wanted if wanted in group.deeds else group.usual
            seen: set[str] = set()
            for at, row in enumerate(group.rows):
                taken = deed == "all" or (deed == "first" and at == 0) or (deed == "each" and row.content not in seen)
                seen.add(row.content)
                told[row.number] = ("again" if group.same is not None else "take") if taken else "skip"
        return told


def judge(session: Session, now: datetime, seal: Seal, rows: Sequence[Row]) -> Judged:
    """The rows with their groups, those with somebody here first. Two questions for each 8,000 marks, and one for rows
    that are here themselves.
    """
    whole = [row for row in rows if not row.refused]
    marks = {row.number: marking.marks(seal, _told(row)) for row in whole}
    here = _parties(session, whole, marks)
    same = _same(session, now, seal, whole)
    groups = []
    for members, sure in _joined(whole, marks):
        parties = tuple(dict.fromkeys(party for row in members for party in here.get(row.number, ())))
        known = next((same[row.number] for row in members if row.number in same), None)
        if len(members) > 1 or parties or known is not None:
            identical = len({row.content for row in members}) == 1
            groups.append(Group(tuple(members), parties[:_SHOWN], known, identical, sure))
    groups.sort(key=lambda one: (one.same is None, not any(p.strong for p in one.parties), not one.parties, one.first))
    return Judged(tuple(rows), tuple(groups))


def named(rows: Iterable[Row], batch: int | None = None) -> dict[int, str]:
    """What makes each row this one, by its number: its words, and the how manieth of the same words it is. The same
    table brought again names its rows the same; with `batch` they are that batch's own.
    """
    seen: Counter[str] = Counter()
    told = {}
    for row in rows:
        seen[row.content] += 1
        told[row.number] = f"{batch or 'table'}:{seen[row.content]}:{row.content}"
    return told


def mark(judged: Judged) -> str:
    """A short mark of what was shown: what is taken is what somebody has seen."""
    told = [(row.number, row.content, row.refused) for row in judged.rows]
    groups = [
        (one.first, len(one.rows), one.same, [(party.household_id, party.inquiry_id) for party in one.parties])
        for one in judged.groups
    ]
    return hashlib.sha256(repr((told, groups)).encode()).hexdigest()[:32]


def _told(row: Row) -> Told:
    return Told(row.incoming.name or "", row.incoming.contact or "", row.incoming.country)


def _place(row: Row) -> Place:
    return Place(row.incoming.municipality, frozenset([row.incoming.country] if row.incoming.country else ()))


def _joined(rows: Sequence[Row], marks: Mapping[int, Sequence[tuple[str, str]]]) -> list[tuple[list[Row], bool]]:
    """Rows that share words, a telephone, an address, or a whole name with the place: each row in one group, with
    whether something surer than names holds it together.
    """
    sure: dict[int, list[object]] = {}
    named_: dict[int, list[object]] = {}
    for row in rows:
        names = frozenset(mark for kind, mark in marks[row.number] if kind == "name")
        sure[row.number] = [row.content, *(mark for kind, mark in marks[row.number] if kind != "name")]
        whole = (names, row.incoming.municipality, row.incoming.country)
        named_[row.number] = [*sure[row.number], *([whole] if len(names) >= 2 else [])]
    surely, perhaps = _roots(sure), _roots(named_)
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[perhaps[row.number]].append(row)
    return [(members, len({surely[row.number] for row in members}) == 1) for members in groups.values()]


def _roots(signs: Mapping[int, Sequence[object]]) -> dict[int, int]:
    """For each number the smallest of those with which it shares signs, directly or through others."""
    root = {number: number for number in signs}

    def of(number: int) -> int:
        while root[number] != number:
            root[number] = root[root[number]]
            number = root[number]
        return number

    holders: dict[object, int] = {}
    for number, told in signs.items():
        for sign in told:
            other, mine = of(holders.setdefault(sign, number)), of(number)
            root[max(other, mine)] = min(other, mine)
    return {number: of(number) for number in signs}


def _parties(
    session: Session, rows: Sequence[Row], marks: Mapping[int, Sequence[tuple[str, str]]]
) -> dict[int, list[Party]]:
    """Who is here and may be the same, by the rows' numbers."""
    bearers: dict[str, list[tuple[str, int]]] = defaultdict(list)
    wanted = list({mark for row in rows for _, mark in marks[row.number]})
    for at in range(0, len(wanted), _AT_ONCE):
        held = finding.parties(Mark.mark.in_(wanted[at : at + _AT_ONCE]))
        counted = select(
            held.c.party,
            held.c.kind,
            held.c.mark,
            func.count().over(partition_by=(held.c.kind, held.c.mark)).label("n"),
        ).subquery()
        for party, kind, mark_ in session.execute(
            select(counted.c.party, counted.c.kind, counted.c.mark).where(
                or_(counted.c.kind != "name", counted.c.n <= _BORNE_BY)
            )
        ):
            bearers[mark_].append((kind, party))
    met: dict[int, dict[int, Counter[str]]] = {}
    for row in rows:
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for _, mark_ in marks[row.number]:
            for kind, party in bearers.get(mark_, ()):
                found[party][kind] += 1
        met[row.number] = found
    places = _places(session, {party for found in met.values() for party in found})
    told = {}
    for row in rows:
        likely = []
        for party, kinds in met[row.number].items():
            shared = Shared(bool(kinds["phone"]), bool(kinds["mail"]), kinds["name"])
            if finding.likely(shared, False, _place(row), places.get(party, Place(None, frozenset()))):
                likely.append(Party(party if party > 0 else None, -party if party < 0 else None, shared.strong))
        told[row.number] = sorted(likely, key=lambda one: not one.strong)
    return told


def _places(session: Session, parties: set[int]) -> dict[int, Place]:
    homes, asked = [one for one in parties if one > 0], [-one for one in parties if one < 0]
    found = {}
    for numbers in (homes[at : at + _AT_ONCE] for at in range(0, len(homes), _AT_ONCE)):
        query = select(Household.id, Household.municipality, Household.countries).where(Household.id.in_(numbers))
        found.update({number: Place(place, frozenset(lived)) for number, place, lived in session.execute(query)})
    for numbers in (asked[at : at + _AT_ONCE] for at in range(0, len(asked), _AT_ONCE)):
        lone = select(Inquiry.id, Inquiry.municipality, Inquiry.country).where(Inquiry.id.in_(numbers))
        for number, place, country in session.execute(lone):
            found[-number] = Place(place, frozenset([country] if country else ()))
    return found


def _same(session: Session, now: datetime, seal: Seal, rows: Sequence[Row]) -> dict[int, int]:
    """Rows that are here themselves, from this table or another: the inquiry of each."""
    keys = {intake.key_of(seal, incoming_of(row, name), now): row.number for row, name in _with_names(rows)}
    found = {}
    wanted = list(keys)
    for at in range(0, len(wanted), _AT_ONCE):
        query = select(Inquiry.dedup_key, Inquiry.id).where(Inquiry.dedup_key.in_(wanted[at : at + _AT_ONCE]))
        found.update({keys[key]: number for key, number in session.execute(query)})
    return found


def _with_names(rows: Sequence[Row]) -> list[tuple[Row, str]]:
    names = named(rows)
    return [(row, names[row.number]) for row in rows]


def incoming_of(row: Row, name: str, batch: int | None = None, by: str | None = None) -> Incoming:
    """The row as it is taken in."""
    return replace(row.incoming, message_id=name, batch_id=batch, noted_by=by)
