"""Other words for a term that has got a second meaning: suggestions beside a text, which nobody has to take.

An office's table `wording.csv` has a line for each group of words: language, words (``*`` for any ending, ``|`` between
them), what to say instead (``|`` between the ways).
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from outreach.core.errors import OutreachError

_COLUMNS = ("language", "words", "instead")
# What an editor or a copied text may leave inside a word.
_SOFT = dict.fromkeys(map(ord, "\u00ad\u200b\u2060"))


@dataclass(frozen=True)
class Wording:
    """One line of the table; `pattern` finds its words, whole ones."""

    language: str
    pattern: re.Pattern[str]
    instead: tuple[str, ...]


@dataclass(frozen=True)
class Hint:
    """Words of a text as they stand in it, each once, and what might be said instead."""

    language: str
    found: tuple[str, ...]
    instead: tuple[str, ...]


@cache
def read_wording(path: Path) -> tuple[Wording, ...]:
    """The table of an office; empty where it has none. OutreachError `campaigns.wording_table` (file, line)."""
    if not path.is_file():
        return ()
    made = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            told = [(row.get(name) or "").strip() for name in _COLUMNS]
            language, words, instead = told[0], _parts(told[1]), _parts(told[2])
            if not language or not words or not instead:
                raise OutreachError("campaigns.wording_table", file=str(path), line=reader.line_num)
            made.append(Wording(language, _pattern(words), tuple(instead)))
    return tuple(made)


def hints(text: str, languages: Iterable[str], table: Sequence[Wording]) -> tuple[Hint, ...]:
    """What to suggest for a text, by the languages in which the term is in doubt. The text is left as it is."""
    wanted, plain = frozenset(languages), text.translate(_SOFT)
    found = []
    for one in table:
        if one.language in wanted:
            words = tuple({word.casefold(): word for word in one.pattern.findall(plain)}.values())
            if words:
                found.append(Hint(one.language, words, one.instead))
    return tuple(found)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    # Longest first: of two words that begin alike the longer one is meant.
    forms = [re.escape(word).replace(r"\*", r"\w*") for word in sorted(words, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)
