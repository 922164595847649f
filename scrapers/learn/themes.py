"""What a word is about, told alike in every language: school, kin, a farm, a far-right party, a departure.

A theme gathers stems of Latvian, Latgalian, Russian, English and German, so that what is learnt from a text in one of
them holds in the others.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scrapers.watch.words import plain

_PATH = Path(__file__).parent.parent / "data" / "themes.csv"
_ANY = "*"
_CACHED = 200_000
_LONGEST = 40  # letters of a word that is remembered
_HEAD = 3
_LITTLE = 4  # letters of a word that is kept whole
_STEM = 7


class Told(NamedTuple):
    """`themes` of a word by itself; `leads` are the themes it has before a word that begins so; `folded` as
    from `folded`; `frame` is which way a preposition leads: from, to, in, after, or "". `stem` as from `stem`; `speaks`
    is false of a word that has nothing of all this, as most have.
    """

    themes: tuple[str, ...]
    leads: tuple[tuple[str, str], ...]
    folded: str
    frame: str
    stem: str
    speaks: bool


_FRAMES = {
    "no": "from", "nu": "from", "из": "from", "с": "from", "from": "from", "aus": "from",
    "uz": "to", "iz": "to", "to": "to", "на": "to",
    "in": "in", "в": "in", "во": "in",
    "pēc": "after", "piec": "after", "после": "after", "after": "after", "nach": "after",
}  # fmt: skip


def stem(bare: str) -> str:
    """The beginning of a folded word: long words lose their endings, numbers keep only how long they are."""
    if bare.isdigit():
        return "#" * min(len(bare), 4)
    size = len(bare)
    return bare if size < _LITTLE else bare[: max(3, min(_STEM, size - 1 - size // 4))]


def folded(word: str) -> str:
    """A lower-case word without diacritics."""
    return plain(word).replace("ё", "е")


class Themes(dict[str, Told]):
    """For each lower-case word met so far what it is about; see `Told`."""

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        """`rows`: theme and pattern; a pattern is one or two words, ``*`` after a stem stands for any ending."""
        super().__init__()
        self._whole: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        self._pairs: dict[str, list[tuple[str, str, str]]] = {}
        self.names = tuple(dict.fromkeys(theme for theme, _ in rows))
        for theme, pattern in rows:
            first, _, second = pattern.partition(" ")
            if second:
                head = folded(first.rstrip(_ANY))
                self._pairs.setdefault(head[:_HEAD], []).append((first, folded(second.rstrip(_ANY)), theme))
            elif first.endswith(_ANY):
                self._stems.setdefault(folded(first[:-1]), set()).add(theme)
            else:
                self._whole.setdefault(folded(first), set()).add(theme)
        self._lengths = sorted({len(stem) for stem in self._stems})

    def __missing__(self, word: str) -> Told:
        if len(self) > _CACHED:
            self.clear()
        bare = folded(word)
        themes = set(self._whole.get(bare, ()))
        for length in self._lengths:
            if length > len(bare):
                break
            themes |= self._stems.get(bare[:length], set())
        leads = tuple(
            (second, theme) for first, second, theme in self._pairs.get(bare[:_HEAD], ()) if _meets(first, bare)
        )
        frame = _FRAMES.get(word, "")
        told = Told(tuple(sorted(themes)), leads, bare, frame, stem(bare), bool(themes or leads or frame))
        if len(word) <= _LONGEST:
            self[word] = told
        return told


def _meets(pattern: str, bare: str) -> bool:
    stem = folded(pattern.rstrip(_ANY))
    return bare.startswith(stem) if pattern.endswith(_ANY) else bare == stem


@cache
def themes() -> Themes:
    """The themes of `scrapers/data/themes.csv`."""
    with _PATH.open(encoding="utf-8", newline="") as opened:
        return Themes([(row["theme"], stem) for row in csv.DictReader(opened) for stem in row["stems"].split("|")])
