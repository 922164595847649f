"""The coordinator's search for a family or an inquiry by name, telephone or address, in any spelling or alphabet.

Telephones and addresses are found by their marks. Names are opened, all of them, and forgotten when the answer is
given: no index of names lies anywhere. Every search is a line in the trail, and so is every record whose name it shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families, intake
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.same import finding, likeness, marking, names
from outreach.tracker.same.finding import Candidate, Shared
from outreach.tracker.same.marking import Told
from outreach.tracker.same.models import Mark
from outreach.tracker.same.names import Name

SHOWN = 20
LONGEST = 200
_BEGINS = 88.0  # a word that begins as the one asked for
_SHORTEST = 3  # letters that a word may begin with
_AT_ONCE = 2_000  # rows


@dataclass(frozen=True)
class Hit:
    """A family, or an inquiry that is of none, with the likest of its names, which is never in a repr. `score` 0 to
    100, 0 where the telephone or the address alone is the same.
    """

    candidate: Candidate
    score: int
    name: str = field(repr=False)


@dataclass(frozen=True)
class Sought:
    """The likest first; `more`: there are others. `opened`: how many names were looked through."""

    hits: tuple[Hit, ...]
    more: bool
    opened: int


def seek(session: Session, now: datetime, actor: str, seal: Seal, text: str, limit: int = SHOWN) -> Sought:
    """Whoever is called so, or has this telephone or address; opens every name for `actor`. Raises what `Seal.open`
    raises. Nothing is opened where the text holds no word to compare.
    """
    text = text[:LONGEST]
    words = names.words(" ".join(word for word in text.split() if "@" not in word))
    reached = _reached(session, seal, text)
    best: dict[int, tuple[float, str]] = {}
    opened = 0
    asked = _Asked(words)
    for party, name in _names(session, seal) if words else ():
        opened += 1
        score = asked.score(name)
        if score > best.get(party, (0.0, ""))[0]:
            best[party] = (score, name)
    audit.write(session, now, actor, "find", "household", None, count=opened)
    order = sorted({*reached, *best}, key=lambda one: (one not in reached, -best.get(one, (0.0, ""))[0], -abs(one)))
    shown = order[:limit]
    rows = _seen(session, shown)
    hits = []
    for party in shown:
        if party not in rows:
            continue
        score, name = best.get(party, (0.0, ""))
        one = finding.candidate(rows[party], reached.get(party, Shared(phone=False, mail=False, names=0)))
        hits.append(Hit(one, round(score), name))
        if name:
            audit.write(session, now, actor, "find", "household" if party > 0 else "inquiry", abs(party))
    return Sought(tuple(hits), len(order) > limit, opened)


class _Asked:
    """The words asked for. Names repeat: each word of a name is held against them once, while the search lasts."""

    def __init__(self, words: tuple[Name, ...]) -> None:
        self._words = words
        self._met: dict[str, tuple[float, ...]] = {}

    def score(self, name: str) -> float:
        """How well a name fits, 0 to 100; 0 where a word that is asked for is not there, unless the name has fewer."""
        told = [met for word in name.split() if any(met := self._of(word))]
        if not told:
            return 0.0
        fits = [max(column) for column in zip(*told, strict=True)]
        found = [one for one in fits if one >= likeness.NEAR]
        enough = len(found) >= min(len(self._words), len(names.words(name)))
        return sum(found) / len(self._words) if enough else 0.0

    def _of(self, word: str) -> tuple[float, ...]:
        if word not in self._met:
            found = names.words(word)
            self._met[word] = tuple(max((_fits(one, other) for other in found), default=0.0) for one in self._words)
            if max(self._met[word], default=0.0) < likeness.NEAR:
                self._met[word] = ()
        return self._met[word]


def _fits(asked: Name, told: Name) -> float:
    begins = len(asked.key) >= _SHORTEST and told.key.startswith(asked.key)
    return max(likeness.word(asked, told) if not told.initial or asked.initial else 0.0, _BEGINS if begins else 0.0)


def _names(session: Session, seal: Seal) -> Iterator[tuple[int, str]]:
    """Every name that is there, with whose it is: a family's number, or a lone inquiry's below zero."""
    home = aliased(Household)
    own: Select[*tuple[Any, ...]] = select(
        func.coalesce(Household.merged_into, Household.id), Household.token, Household.name_sealed
    ).where(Household.name_sealed.is_not(None))
    asked: Select[*tuple[Any, ...]] = (
        select(func.coalesce(home.merged_into, home.id, -Inquiry.id), Inquiry.token, Inquiry.name_sealed)
        .outerjoin(home, home.id == Inquiry.household_id)
        .where(Inquiry.name_sealed.is_not(None))
    )
    for query, place in ((own, families.sealed_place), (asked, intake.sealed_place)):
        for party, token, sealed in session.execute(query.execution_options(yield_per=_AT_ONCE)):
            yield party, seal.open(sealed, place("name", token))


def _reached(session: Session, seal: Seal, text: str) -> dict[int, Shared]:
    """Whoever has a telephone or an address that stands in the text."""
    wanted = [mark for kind, mark in marking.marks(seal, Told(contact=text)) if kind != "name"]
    if not wanted:
        return {}
    held = finding.parties(Mark.mark.in_(wanted))
    phone, mail = (finding.counted(held.c.kind, kind) for kind in ("phone", "mail"))
    rows = session.execute(
        select(held.c.party, phone, mail).where(held.c.kind != "name").group_by(held.c.party).limit(_AT_ONCE)
    )
    return {row.party: Shared(bool(row.phone), bool(row.mail), 0) for row in rows}


def _seen(session: Session, numbers: list[int]) -> dict[int, Any]:
    if not numbers:
        return {}
    every = union_all(*(select(literal(number, Integer).label("party")) for number in numbers)).subquery()
    query: Select[*tuple[Any, ...]] = finding.with_places(select(every), every.c.party)
    return {row.party: row for row in session.execute(query)}
