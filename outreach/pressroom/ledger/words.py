"""A text as the words that are held against another text's: each as it is spelled, and by what it means."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from outreach.pressroom.ledger.concepts import concept
from scrapers.fulltext import folded
from scrapers.story import numerals
from scrapers.story.words import stem

# An hour, a decimal, a sum in groups of three ("312 000"), or a word.
_WORD = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’]s\b)?")
_SENTENCE = re.compile(r"(?:[.!?…]+[\"”»“)]*\s+(?=[\"„«“(]?[A-ZĀČĒĢĪĶĻŅŠŪŽА-ЯЁ0-9])|\n+)")
_FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word or number of a text: `plain` is its spelling in small letters without diacritics, `sense` what it has in
    common with its other cases and with other languages ("" where it says nothing), `number` its value if it is one.
    `capital`: written with a capital though no sentence begins here.
    """

    plain: str
    sense: str
    start: int
    end: int
    number: float | None = None
    capital: bool = False


@dataclass(frozen=True)
class Laid:
    """A text and its words; `sentences` are spans of words, the end excluded."""

    text: str
    words: tuple[Word, ...]
    sentences: tuple[tuple[int, int], ...]


def lay(text: str) -> Laid:
    """Takes a text apart."""
    begins = {0, *(found.end() for found in _SENTENCE.finditer(text))}
    words: list[Word] = []
    starts: list[int] = []
    waiting = sorted(begins)
    at = 0
    for found in _WORD.finditer(text):
        begun = at < len(waiting) and waiting[at] <= found.start()
        while at < len(waiting) and waiting[at] <= found.start():
            at += 1
        if begun:
            starts.append(len(words))
        written = found.group()
        plain, sense, number = _known(written)
        words.append(Word(plain, sense, found.start(), found.end(), number, written[0].isupper() and not begun))
    bounds = [*starts, len(words)]
    return Laid(text, _multiplied(text, words), tuple(pairwise(bounds)))


def _multiplied(text: str, words: list[Word]) -> tuple[Word, ...]:
    """"3,4 miljoni" is one number; the word that multiplies says nothing any more."""
    told = list(words)
    for at in range(1, len(words)):
        before = words[at - 1].number
        if before is None or not (many := numerals.times(text[words[at].start : words[at].end].lower())):
            continue
        one, two = words[at - 1], words[at]
        told[at - 1] = Word(one.plain, _number_sense(before * many), one.start, one.end, before * many, False)
        told[at] = Word(two.plain, "", two.start, two.end)
    return tuple(told)


@lru_cache(maxsize=100_000)
def _known(written: str) -> tuple[str, str, float | None]:
    if written[0].isdecimal():
        grouped = re.sub(r"\s", "", written)
        number = numerals.value(grouped)
        return grouped, grouped if number is None else _number_sense(number), number
    word = re.sub(r"['’]s$", "", written)
    low = word.lower()
    if (spelled := numerals.spelled(low)) is not None:
        return folded(word), _number_sense(float(spelled)), float(spelled)
    if (month := numerals.month(low)) is not None:
        return folded(word), f"@m{month}", None
    return folded(word), meaning(word), None


def _number_sense(number: float) -> str:
    return f"#{number:.10g}"


def meaning(word: str) -> str:
    """What a word has in common with its cases and with the same word in another language; "" for a short one."""
    root = stem(word)
    known = concept(root)
    if known is not None:
        return known
    return root if len(word) >= _FEWEST_LETTERS else ""
