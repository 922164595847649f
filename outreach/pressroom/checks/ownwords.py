"""Words that are right in this office though no dictionary has them: its terms, places, outlets, people, and those that
somebody accepted.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from outreach.core.office import Office
from outreach.pressroom.checks.sentences import words
from scrapers.forms import paradigm

_PLACES = {
    "lv": ("nom", "match_forms", "sure_forms"),
    "en": ("nom", "match_forms", "forms_en"),
    "ru": ("name_ru", "forms_ru"),
}


# What the cases of a Latvian name end in, beside the ending it has in a dictionary.
_ENDINGS = (
    "", "s", "a", "u", "ā", "i", "e", "ē", "ī", "š", "am", "us", "os", "es", "ei", "im", "is", "ai", "as", "ām", "ās",
    "ēm", "ij", "um", "iem",
)  # fmt: skip
_LEMMA = re.compile(r"(?:is|us|š|s|a|e)$")
_SOFT = dict(zip("lnsztdc", "ļņšžšžč", strict=True)) | {letter: f"{letter}j" for letter in "bpmv"}


@dataclass(frozen=True)
class OwnWords:
    """`names` are right with a capital, `terms` however they are written, `stems` are of people's names with any ending
    of a case; all are kept in small letters.
    """

    names: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()

    def has(self, word: str) -> bool:
        """Whether the word is one of these."""
        low = word.lower().removesuffix("'s")
        if low in self.terms:
            return True
        return word[:1].isupper() and (low in self.names or self._is_named(low))

    def more(self, names: Iterable[str], terms: frozenset[str], language: str) -> "OwnWords":
        """With people's names (in every case where the text is Latvian) and accepted words, in small letters."""
        told = _named(tuple(names))
        if language == "lv":
            return OwnWords(self.names | told, self.terms | terms, _stems(told))
        return OwnWords(self.names | told, self.terms | terms, self.stems)

    def _is_named(self, low: str) -> bool:
        if not self.stems:
            return False
        return any(low.endswith(end) and low[: len(low) - len(end)] in self.stems for end in _ENDINGS)


@lru_cache(maxsize=8)
def _named(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_parts(names))


@lru_cache(maxsize=8)
def _stems(names: frozenset[str]) -> frozenset[str]:
    """What stays of names in their cases, hard and softened: "zālīt" and "zālīš"."""
    found = set()
    for name in names:
        stem = _LEMMA.sub("", name)
        if len(stem) > 1:
            found |= {stem, stem[:-1] + _SOFT.get(stem[-1], stem[-1])}
    return frozenset(found)


def of_office(office: Office, language: str) -> OwnWords:
    """What the office's tables say in a language; read once."""
    return _read(office.folder, language, office.name.get(language, ""), office.region.get(language, ""))


@lru_cache(maxsize=16)
def _read(folder: Path, language: str, name: str, region: str) -> OwnWords:
    names = _parts([name, region])
    terms: set[str] = set()
    for row in _rows(folder / "vocabulary.csv"):
        if row.get("language") == language:
            # What stands for any ending would let every slip in an ending pass.
            terms |= _parts(form for form in (row.get("forms") or "").split("|") if "*" not in form)
            term = row.get("term") or ""
            if row.get("role") == "core" and term.isalpha():
                terms |= {form.text for form in paradigm.forms(term, language)}
    columns = _PLACES.get(language, ())
    for row in _rows(folder / "places.csv"):
        names |= _parts(form for column in columns for form in (row.get(column) or "").split("|"))
    for row in _rows(folder / "outlets.csv"):
        names |= _parts([row.get("name") or "", row.get("region") or ""])
    return OwnWords(frozenset(names), frozenset(terms))


def _parts(forms: Iterable[str]) -> set[str]:
    """The words of forms, in small letters; of "Dienvid-Latgale" the parts too."""
    found: set[str] = set()
    for form in forms:
        for span in words(form):
            word = form[span.start : span.end].lower()
            found.add(word)
            found |= {part for part in word.split("-") if part}
    return found


def _rows(file: Path) -> list[dict[str, str]]:
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
