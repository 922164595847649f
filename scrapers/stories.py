"""Which mentions tell the same story: an agency's text, word for word, edited or told anew, in several outlets. Pure.

How it is decided stands in `scrapers.story`; this is how an archive asks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from scrapers.story.cluster import WINDOW, belongs
from scrapers.story.facts import Facts, Reader
from scrapers.story.likeness import Known, likeness
from scrapers.story.shares import Shares
from scrapers.story.sketch import bands, rarest

__all__ = ["WINDOW", "Marks", "Telling", "Told", "join", "marks", "tell"]


@dataclass(frozen=True)
class Telling:
    """One article's telling of a story. `text` is the whole text or the summary; `at` publication or first
    sight.
    """

    title: str
    text: str
    at: datetime
    places: tuple[str, ...] = ()
    agency: str | None = None
    story_id: int | None = None


@dataclass(frozen=True)
class Marks:
    """Numbers by which a telling finds those that may tell the same: `bands`, below zero, of copies, and `rare`, above
    zero, of its rarest facts, which two must share several of.
    """

    bands: frozenset[int]
    rare: frozenset[int]

    @property
    def all(self) -> frozenset[int]:
        return self.bands | self.rare


@dataclass(frozen=True)
class Told:
    """A telling with what was read from it."""

    telling: Telling
    facts: Facts
    marks: Marks


def tell(tellings: Sequence[Telling]) -> list[Told]:
    """Reads tellings, all at once: that is quicker."""
    if not tellings:
        return []
    read = _reader().read([(one.title, one.text) for one in tellings])
    return [
        Told(one, facts, Marks(frozenset(copies.tolist()) - {0}, frozenset(rare.tolist())))
        for one, facts, copies, (rare, _) in zip(
            tellings, read.facts, bands(read), rarest(read.facts, Shares()), strict=True
        )
    ]


def marks(telling: Telling) -> Marks:
    """The marks of one telling."""
    return tell([telling])[0].marks


def join(new: Told, stories: Iterable[Sequence[Told]], shares: Shares) -> int | None:
    """Of some stories, each all that it is to be compared with, the first member first, the one that `new` tells too:
    the likest, the older of two as like; or None. `shares` says how common facts are these days.
    """
    best: tuple[float, int] | None = None
    mine = Known(new.facts, shares)
    for members in stories:
        if not members or any(abs(new.telling.at - other.telling.at) > WINDOW for other in members):
            continue
        number = members[0].telling.story_id
        known = [Known(other.facts, shares) for other in members]
        if number is None or any(
            _other_places(new.telling, other.telling) and likeness(mine, one).copy
            for other, one in zip(members, known, strict=True)
        ):
            continue
        fits = belongs(mine, known)
        if fits > 0 and (best is None or (fits, -number) > (best[0], -best[1])):
            best = (fits, number)
    return best[1] if best else None


def _other_places(one: Telling, other: Telling) -> bool:
    """Whether both name places and none is the same: a copy that does is a notice from one template."""
    return bool(one.places and other.places) and not set(one.places) & set(other.places)


@cache
def _reader() -> Reader:
    return Reader()
