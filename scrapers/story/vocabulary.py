"""What each written word is, looked up once: a fact of 31 bits, the same in every process and on every day.

The lowest three bits of a fact are its kind; the rest is the hash of its stem, number or date. A written word is kept
as `fact << 8 | flags`.
"""

import re
from collections.abc import Sequence
from typing import cast
from zlib import crc32

from scrapers.story import numerals
from scrapers.story.words import stem

# Kinds of facts. A number is of four kinds, by how much it says.
WORD, FIGURE, DATE = 1, 2, 6
_NUMBERS = range(FIGURE, FIGURE + 4)
KIND = 7
# Flags of a written word.
CAPITAL, ENDS, SPECIAL, CYRILLIC, ENGLISH = 1, 2, 4, 8, 16

_PIECE = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’]s\b)?")
_ENDS = re.compile(r"(?:[^\W_]{2}|\d|[)\]»”“\"])[.!?…]+[)\]»”“\"'’]*$|:$")
_FEWEST_LETTERS = 3
_ENGLISH = frozenset(("the", "and", "for", "with", "from", "was", "of", "to"))
# Words that are seen once or twice are no reason to grow for ever.
_MOST = 300_000


def fact(kind: int, told: str) -> int:
    return (crc32(told.encode()) & 0x7FF_FFFF) << 3 | kind


def word_fact(word: str) -> int:
    """The fact that a word is, 0 for one too short to say anything."""
    word = word.partition("'")[0].partition("’")[0]
    return fact(WORD, stem(word)) if len(word) >= _FEWEST_LETTERS else 0


def number_fact(number: float) -> int:
    return fact(FIGURE + numerals.rarity(number), f"{number:.10g}")


def date_fact(month: int, day: int) -> int:
    return fact(DATE, f"{month}.{day}.")


def is_figure(one: int) -> bool:
    return one & KIND > WORD


def pieces(chunk: str) -> list[str]:
    """Words and numbers of what stands between two spaces."""
    return _PIECE.findall(chunk)


def piece_fact(piece: str) -> int:
    """The fact that one word or number is by itself, 0 for none."""
    if piece[0].isdecimal():
        number = numerals.value(piece)
        # The score of a match is told from either side.
        return fact(FIGURE + 3, ":".join(sorted(piece.split(":")))) if number is None else number_fact(number)
    number = numerals.spelled(piece.lower())
    return word_fact(piece) if number is None else number_fact(number)


class Vocabulary:
    """From what stands between two spaces to its fact and flags. SPECIAL are those that are to be looked at with
    their neighbours: months, thousands, groups of three digits, and several words in one.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def all(self, chunks: Sequence[str]) -> list[int]:
        known = self._known
        told = [*map(known.get, chunks)]
        if None in told:
            if len(known) > _MOST:
                known.clear()
            at = -1
            for _ in range(told.count(None)):
                at = told.index(None, at + 1)
                chunk = chunks[at]
                told[at] = known[chunk] = _told(chunk)
        return cast(list[int], told)


def _told(chunk: str) -> int:
    if chunk.isalpha():
        found, flags = [chunk], 0
    else:
        found = _PIECE.findall(chunk)
        flags = ENDS if _ENDS.search(chunk) else 0
    if not found:
        return flags
    first = found[0]
    if first[0].isupper():
        flags |= CAPITAL
    if len(found) > 1:
        return SPECIAL | flags
    low = first.lower()
    if "а" <= low[0] <= "ё":
        flags |= CYRILLIC
    elif low in _ENGLISH:
        flags |= ENGLISH
    if numerals.month(low) or numerals.times(low):
        return SPECIAL | flags
    if first.isdecimal() and len(first) == 3:
        flags |= SPECIAL
    return piece_fact(first) << 8 | flags
