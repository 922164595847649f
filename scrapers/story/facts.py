"""A text as the facts by which its story is known: names, numbers, dates and the stems of its other words. Many texts
at once, because most of the work is done for all of them together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scrapers.story.figures import looked_at
from scrapers.story.vocabulary import CAPITAL, CYRILLIC, ENDS, ENGLISH, KIND, SPECIAL, WORD, Vocabulary

# Of a very long text the beginning tells the story.
LONGEST = 6_000
# A text of fewer words has its names in its headline as well; in others the headline may be all capitals.
_TITLE_IS_TEXT = 20
# The share of small English words by which a text is known as English.
_ENGLISH_SHARE = 0.06
# Where more of the words have capitals, as in German, capitals are no sign of a name.
_TOO_MANY_NAMES = 0.25
_NAME, _FIGURE, _OTHER = 0, 1, 2

Ints = npt.NDArray[np.int64]


class Facts(NamedTuple):
    """What one text tells: every fact once, up to `names` the names, up to `keys` the numbers and dates, then the other
    words. `headline` are the names of its headline; `script` is c (Cyrillic), e (English) or l (Latin).
    """

    all: npt.NDArray[np.int32]
    names: int
    keys: int
    headline: tuple[int, ...]
    script: str


@dataclass(frozen=True, slots=True)
class Read:
    """The facts of some texts, and their words in reading order: those of text n are `words[starts[n]:starts[n + 1]]`,
    0 where a word says nothing.
    """

    facts: list[Facts]
    words: Ints
    starts: Ints


class Reader:
    """Reads texts; keeps what it knows of words from one to the next."""

    def __init__(self) -> None:
        self._known = Vocabulary()

    def read(self, texts: Sequence[tuple[str, str]]) -> Read:
        """The facts of texts, each a headline and what stands below it."""
        chunks: list[str] = []
        values: list[int] = []
        sizes: list[int] = []
        heads: list[int] = []
        for title, text in texts:
            head = title.split()
            mine = [*head, *text[:LONGEST].split()] if head else text[:LONGEST].split()
            told = self._known.all(mine)
            if head:
                told[len(head) - 1] |= ENDS
            chunks += mine
            values += told
            sizes.append(len(mine))
            heads.append(len(head))
        return _put_together(chunks, np.array(values, dtype=np.int64), sizes, heads)


def _put_together(chunks: Sequence[str], values: Ints, sizes: list[int], heads: list[int]) -> Read:
    count = len(sizes)
    size = np.array(sizes, dtype=np.int64)
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(size, out=starts[1:])
    of = np.repeat(np.arange(count, dtype=np.int64), size)
    facts = values >> 8
    specials = np.flatnonzero(values & SPECIAL)
    instead, further = looked_at(chunks, specials.tolist(), starts[of[specials]].tolist())
    if instead:
        facts[[*instead]] = [*instead.values()]
    named = _named(values, size, starts, np.array(heads, dtype=np.int64))
    ranks = np.where((facts & KIND) > WORD, _FIGURE, np.where(named, _NAME, _OTHER)).astype(np.int64)
    pairs = (of << 33 | facts << 2 | ranks)[facts > 0]
    if further:
        more = [
            int(of[at]) << 33 | one << 2 | _rank(one, capital and bool(named[at]))
            for at, capital, one in further
        ]
        pairs = np.concatenate((pairs, np.array(more, dtype=np.int64)))
    # Once a name, always a name: of a fact that stands in several places the first rank is kept.
    pairs.sort()
    once = np.ones(len(pairs), dtype=bool)
    once[1:] = pairs[1:] >> 2 != pairs[:-1] >> 2
    pairs = pairs[once]
    groups = pairs >> 33 << 2 | pairs & 3
    order = np.argsort(groups, kind="stable")
    told = (pairs >> 2 & 0x7FFF_FFFF).astype(np.int32)[order]
    bounds = np.searchsorted(groups[order], np.arange(4 * count + 1)).tolist()
    headlines = _headlines(values, facts, of, starts, np.array(heads, dtype=np.int64), pairs)
    read = [
        Facts(told[low:high], figures - low, others - low, headlines.get(number, ()), script)
        for number, (low, figures, others, high, script) in enumerate(
            zip(bounds[:-1:4], bounds[1::4], bounds[2::4], bounds[4::4], _scripts(values, of, size), strict=True)
        )
    ]
    return Read(read, facts, starts)


def _rank(one: int, named: bool) -> int:
    if one & KIND > WORD:
        return _FIGURE
    return _NAME if named else _OTHER


def _headlines(
    values: Ints, facts: Ints, of: Ints, starts: Ints, heads: Ints, pairs: Ints
) -> dict[int, tuple[int, ...]]:
    """The names that each headline has; `pairs` are the facts of all texts, by text, fact and rank."""
    at = np.arange(len(values)) - starts[of]
    wanted = np.flatnonzero((at < heads[of]) & ((values & CAPITAL) > 0) & (facts > 0))
    names = of[wanted] << 33 | facts[wanted] << 2 | _NAME
    found = np.searchsorted(pairs, names)
    told: dict[int, tuple[int, ...]] = {}
    for name in set(names[pairs[np.minimum(found, len(pairs) - 1)] == names].tolist()):
        told[name >> 33] = (*told.get(name >> 33, ()), name >> 2 & 0x7FFF_FFFF)
    return told


def _named(values: Ints, size: Ints, starts: Ints, heads: Ints) -> npt.NDArray[np.bool_]:
    """Where a name stands: capitals, but not at the beginning of a sentence and not of the headline alone."""
    begins = np.ones(len(values), dtype=bool)
    begins[1:] = (values[:-1] & ENDS) > 0
    begins[starts[:-1][size > 0]] = True
    for number in np.flatnonzero(size - heads > _TITLE_IS_TEXT).tolist():
        begins[starts[number] : starts[number] + heads[number]] = True
    named: npt.NDArray[np.bool_] = ((values & CAPITAL) > 0) & ~begins
    of = np.repeat(np.arange(len(size)), size)
    too_many = np.bincount(of, weights=named, minlength=len(size)) > _TOO_MANY_NAMES * (size - heads)
    named &= ~(too_many & (size - heads > _TITLE_IS_TEXT))[of]
    return named


def _scripts(values: Ints, of: Ints, size: Ints) -> list[str]:
    def share(flag: int) -> npt.NDArray[Any]:
        return np.bincount(of, weights=(values & flag) > 0, minlength=len(size)) / np.maximum(size, 1)

    told = np.where(share(CYRILLIC) > 0.5, "c", np.where(share(ENGLISH) > _ENGLISH_SHARE, "e", "l"))
    scripts: list[str] = told.tolist()
    return scripts
