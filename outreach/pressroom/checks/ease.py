"""How easily a text reads, without a black box: the length of sentences and words, and the words of officials.

LIX (Björnsson) is the words in a sentence on the average, plus how many of a hundred words have more than six letters.
Latvian and Russian words are longer than English ones: `_EASY` and `_HARD` are by language.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from outreach.pressroom.checks.data import rows
from outreach.pressroom.checks.finding import Finding, Piece
from outreach.pressroom.checks.sentences import sentences, words

LONG = 25  # words; a longer sentence is read twice
_LONG_WORD = 6  # letters
_EASY = {"lv": 50, "ru": 50, "en": 40}
_HARD = {"lv": 60, "ru": 60, "en": 50}
_FEWEST = 3  # sentences that say anything of a text

Band = Literal["easy", "middling", "hard"]


@dataclass(frozen=True)
class Ease:
    """A text's sentences, how many of them are long, and its LIX; `band` says what that means in its language."""

    sentences: int
    long: int
    words: int
    lix: int
    band: Band


def measured(pieces: Sequence[Piece], language: str) -> Ease | None:
    """The ease of lead, body and quotes; None for what is too short to say."""
    lengths: list[int] = []
    letters: list[int] = []
    for piece in _read(pieces):
        for span in sentences(piece.text):
            told = _words(piece.text[span.start : span.end])
            if told:
                lengths.append(len(told))
                letters.extend(len(word) for word in told)
    if len(lengths) < _FEWEST:
        return None
    lix = round(len(letters) / len(lengths) + 100 * sum(one > _LONG_WORD for one in letters) / len(letters))
    band: Band = "easy" if lix < _EASY.get(language, 40) else "middling" if lix < _HARD.get(language, 50) else "hard"
    return Ease(len(lengths), sum(one > LONG for one in lengths), len(letters), lix, band)


def check(piece: Piece, language: str) -> Iterator[Finding]:
    """Long sentences (`presscheck.ease.long`) and words of officials (`presscheck.ease.official`) of one text."""
    if piece.field in {"contact", "facts"}:
        return
    for span in sentences(piece.text):
        count = len(_words(piece.text[span.start : span.end]))
        if count > LONG:
            yield Finding("look", "presscheck.ease.long", {"count": count}, piece.field, span.start, span.end)
    for pattern, instead in _official(language):
        for match in pattern.finditer(piece.text):
            facts = {"said": match[0], "instead": " / ".join(instead)}
            yield Finding("look", "presscheck.ease.official", facts, piece.field, *match.span())


def _read(pieces: Sequence[Piece]) -> Iterator[Piece]:
    return (one for one in pieces if one.field in {"lead", "body"} or one.field.startswith("quote."))


def _words(text: str) -> list[str]:
    found = (text[span.start : span.end] for span in words(text))
    return [word for word in found if any(letter.isalpha() for letter in word)]


@cache
def _official(language: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    found = []
    for row in rows("officialese.csv"):
        if row["language"] == language:
            ways = "|".join(_way(one) for one in row["words"].split("|"))
            found.append((re.compile(rf"(?<!\w)(?:{ways})(?!\w)", re.IGNORECASE), tuple(row["instead"].split("|"))))
    return tuple(found)


def _way(written: str) -> str:
    """`*` within a word stands for any ending; alone for one to four words."""
    told = [r"\w+(?:\s+\w+){0,3}" if one == "*" else re.escape(one).replace(r"\*", r"\w*") for one in written.split()]
    return r"\s+".join(told)
