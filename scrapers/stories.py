"""Which mentions tell the same story: an agency's text, word for word or edited, in several outlets. Pure."""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

WINDOW = timedelta(hours=72)
_JACCARD = 0.35
_CONTAINED = 0.6
# With the same agency's credit less likeness is enough: outlets shorten and reorder.
_JACCARD_CREDITED = 0.25
_CONTAINED_CREDITED = 0.45
# Fewer pairs of words than this say nothing about a whole story.
_FEWEST = 8
_LONGEST = 6_000
# Of the marks of a text one in so many is kept to be found by, and all those of its beginning: cut copies have it.
_SAMPLED = 4
_LEAD = 24
_WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<![.!?:\"„“”«»]\s)(?<!^)(?<![\"„“«])\b[^\W\d_a-zа-яāčēģīķļņšūžё][\w-]{2,}")


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


_Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class _Facts:
    numbers: frozenset[str]
    names: frozenset[str]


def join(new: Telling, recent: Iterable[Telling]) -> int | None:
    """The story among `recent` that `new` tells too, the likest one within 72 hours, or None."""
    best: tuple[float, int] | None = None
    for other in recent:
        if other.story_id is None or abs(new.at - other.at) > WINDOW:
            continue
        likeness = _likeness(new, other)
        if likeness > 0 and (best is None or (likeness, -other.story_id) > (best[0], -best[1])):
            best = (likeness, other.story_id)
    return best[1] if best else None


@dataclass(frozen=True)
class Marks:
    """Numbers by which a telling finds those that may tell the same: it is kept under `kept`, and looks for `all`."""

    all: frozenset[int]
    kept: frozenset[int]


def marks(telling: Telling) -> Marks:
    """The hashes (31 bits) of every three words in a row; two texts that `join` holds for one story share some, but
    for very short pieces from the middle of a long text.
    """
    words = _WORD.findall(_body(telling.title, telling.text).casefold())
    rows = [" ".join(words[at : at + 3]).encode() for at in range(max(1, len(words) - 2))] if words else []
    told = [zlib.crc32(row) >> 1 for row in rows]
    return Marks(frozenset(told), frozenset([*told[:_LEAD], *(mark for mark in told if mark % _SAMPLED == 0)]))


def _likeness(new: Telling, other: Telling) -> float:
    """0 for different stories, else how alike they are (up to 1)."""
    one, two = _pairs(new.title, new.text), _pairs(other.title, other.text)
    shorter = min(len(one), len(two))
    if shorter < _FEWEST:
        if one != two or not one:
            return 0.0
        return 1.0 if _facts(new.title, new.text).numbers == _facts(other.title, other.text).numbers else 0.0
    shared = len(one & two)
    contained = shared / shorter
    jaccard = shared / (len(one) + len(two) - shared)
    credited = new.agency is not None and new.agency == other.agency
    if jaccard < (_JACCARD_CREDITED if credited else _JACCARD) and contained < (
        _CONTAINED_CREDITED if credited else _CONTAINED
    ):
        return 0.0
    return 0.0 if _is_template_twin(new, other) else contained


def _is_template_twin(new: Telling, other: Telling) -> bool:
    """Whether two texts share their words but not their facts: the same monthly notice for another place or
    number.
    """
    if new.places and other.places and not set(new.places) & set(other.places):
        return True
    one, two = _facts(new.title, new.text), _facts(other.title, other.text)
    return _disagree(one.numbers, two.numbers) or _disagree(one.names, two.names)


def _disagree(one: frozenset[str], two: frozenset[str]) -> bool:
    """Each text has facts the other lacks, and they share less than 60 % of the shorter one's."""
    if not one or not two:
        return False
    return bool(one - two) and bool(two - one) and len(one & two) < 0.6 * min(len(one), len(two))


def _body(title: str, text: str) -> str:
    return text[:_LONGEST] if len(text) > len(title) else title


# The pairs of a text take a hundred times its room.
@lru_cache(maxsize=256)
def _pairs(title: str, text: str) -> _Pairs:
    return frozenset(pairwise(_WORD.findall(_body(title, text).casefold())))


@lru_cache(maxsize=256)
def _facts(title: str, text: str) -> _Facts:
    body = _body(title, text)
    return _Facts(
        numbers=frozenset(word for word in _WORD.findall(body) if word.isdigit()),
        # Names by their stems, so that another case ending is not another name.
        names=frozenset(name.casefold()[:5] for name in _NAME.findall(body)),
    )
