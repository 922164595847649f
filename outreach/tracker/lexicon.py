"""What people's words stand for: countries, topics, sources, told in Latvian, Russian or English.

The words lie in `lexicon.toml` beside this file; this module only knows how to look them up.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.core import Locale

_TOKEN = re.compile(r"[^\s,;:!?()\[\]\"'“”„«»/|=]+")
_NAMES = ("lv", "en", "ru")  # the languages in which a country may be named in full
# What may stand in the clear as a place: words, no figures, nothing like an address. At most 80 characters.
PLACE = re.compile(r"(?=.{1,80}\Z)[^\W\d_]+(?:[ -][^\W\d_]+){0,4}")


@dataclass(frozen=True)
class Found:
    """A meaning, and which of the words carry it: `length` words from `start`."""

    name: str
    start: int
    length: int


@dataclass(frozen=True)
class Lexicon:
    """Sections of meanings; a meaning is a list of phrases, a phrase a tuple of words that may end in `*`."""

    sections: Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]]

    def find(self, section: str, words: Sequence[str]) -> list[Found]:
        """The meanings found in `words` (lower case), left to right, longest phrase first, no overlap."""
        found: list[Found] = []
        place = 0
        while place < len(words):
            hit = self._at(section, words, place)
            if hit is None:
                place += 1
                continue
            found.append(hit)
            place += hit.length
        return found

    def names(self, section: str) -> tuple[str, ...]:
        return tuple(self.sections[section])

    def _at(self, section: str, words: Sequence[str], place: int) -> Found | None:
        best: Found | None = None
        for name, phrases in self.sections[section].items():
            for phrase in phrases:
                there = words[place : place + len(phrase)]
                fits = len(there) == len(phrase) and all(map(_is, there, phrase))
                if fits and (best is None or len(phrase) > best.length):
                    best = Found(name, place, len(phrase))
        return best


def _is(word: str, pattern: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case, without the marks around them."""
    return [word for word in (raw.strip(".,…–—-").casefold() for raw in _TOKEN.findall(text)) if word]


@cache
def lexicon() -> Lexicon:
    """The words that ship with the program."""
    told = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
    return Lexicon(
        {
            section: {name: tuple(tuple(phrase.split()) for phrase in phrases) for name, phrases in meanings.items()}
            for section, meanings in told.items()
        }
    )


@cache
def _territories() -> Mapping[str, str]:
    return {
        str(name).casefold(): code
        for language in _NAMES
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }


def names_of_countries() -> Mapping[str, str]:
    """ISO codes by the countries' full names in small letters, in every language in which they may be told."""
    return _territories()


def country_of(text: str) -> str | None:
    """The ISO code of one country, told as a code or a name in any case; None if it is none or several."""
    plain = text.strip()
    if re.fullmatch(r"[A-Z]{2}", plain) and plain in _territories().values():
        return plain
    named = _territories().get(plain.casefold())
    if named:
        return named
    found = {hit.name for hit in lexicon().find("countries", words_of(plain))}
    return found.pop() if len(found) == 1 else None


def source_of(text: str) -> str:
    """The kind of source somebody named: a name of the `sources` list, `other` if it is none of them."""
    if text in sources():
        return text
    found = lexicon().find("sources", words_of(text))
    return found[0].name if found else "other"


def topic_of(text: str) -> str:
    """The topic somebody asks about: a name of the `topics` list, `other` if it is none of them."""
    if text in topics():
        return text
    found = lexicon().find("topics", words_of(text))
    return found[0].name if found else "other"


def sources() -> tuple[str, ...]:
    """What a form offers as "how did you hear of us"."""
    return (*lexicon().names("sources"), "other")


def topics() -> tuple[str, ...]:
    """What a form offers as "what do you want to know"."""
    return (*lexicon().names("topics"), "other")
