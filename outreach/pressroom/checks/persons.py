"""Names of persons in a text: in every Latvian case, as they stand in English, and in Russian letters.

A name's words are all in one case: "Jānim Bērziņam" is Jānis Bērziņš, "Jāņa Bērziņam" nobody.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from outreach.pressroom.checks.sentences import Span, words
from scrapers.forms import lv_nouns

_CASES = ("nom", "gen", "dat", "acc", "loc", "voc")
_SKELETON = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхцчшщыэ", "abvgdeziiklmnoprstufhccssie", strict=True))
    | {"ё": "e", "ж": "z", "ю": "iu", "я": "ia", "ь": "", "ъ": "", "j": "i", "y": "i"}
)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_LONGEST_ENDING = 3
_MOST_WORDS = 4


@lru_cache(maxsize=1024)
def forms(name: str) -> frozenset[tuple[str, ...]]:
    """A name in all its cases, each as its words in small letters. Words in small letters ("dr.") are no part of it."""
    told = _told(name)
    if not told:
        return frozenset()
    # "Uldis Zālītis" is "Ulda Zālīša": each word may go its own way, in one case.
    ways = [(_cases(word), _cases(word, soft=False)) for word in told]
    spelt = {found for case in _CASES for found in product(*({one[case] for one in way} for way in ways))}
    return frozenset(spelt | {tuple(_plain(word) for word in told)})


def named(text: str, names: Iterable[str]) -> list[tuple[Span, str]]:
    """Where which of these names stand, in whatever case or script; names as they were given."""
    spans = words(text)
    plain = [_plain(text[span.start : span.end]) for span in spans]
    found = []
    for name in names:
        told, spelt = _told(name), forms(name)
        length = len(told)
        if not 1 <= length <= _MOST_WORDS:
            continue
        stems = [_stem(word) for word in told]
        for first in range(len(spans) - length + 1):
            if not text[spans[first].start].isupper():
                continue
            piece = tuple(plain[first : first + length])
            if piece in spelt or all(_sounds(word, stem) for word, stem in zip(piece, stems, strict=True)):
                found.append((Span(spans[first].start, spans[first + length - 1].end), name))
    return sorted(found, key=lambda one: (one[0].start, one[0].end))


def _told(name: str) -> list[str]:
    spans = words(name)
    return [name[one.start : one.end] for one in spans if name[one.start].isupper() and one.end - one.start > 1]


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word.replace("\u00ad", "").replace("\u200b", "")).replace("\u0301", "").lower()


def _cases(word: str, *, soft: bool = True) -> dict[str, str]:
    """The word by case; what does not decline stays. Not `soft`: "Uldis" keeps his d ("Ulda"), as short names do."""
    if "-" in word:  # "Zariņa-Kalna": both are declined
        parts = [_cases(part, soft=soft) for part in word.split("-") if part]
        return {case: "-".join(part[case] for part in parts) for case in _CASES}
    low = _plain(word)
    # A name in the nominative, whatever word it may be a form of: "Kalna" is a woman, not the genitive of a hill.
    read = next(iter(lv_nouns.pattern_of(low)), None)
    table = {form.tag: form.text for form in lv_nouns.declined(low, *read)} if read is not None else {}
    found = {case: table.get(f"noun.{case}.sg", low) for case in _CASES}
    if not soft and low.endswith("is"):
        found |= {"gen": f"{low[:-2]}a"}
    return found


def _stem(word: str) -> str:
    """What stays of a name in Russian, in a rough spelling that both alphabets share."""
    low = _plain(word)
    for ending in ("is", "us", "š", "s", "a", "e"):
        if low.endswith(ending) and len(low) - len(ending) > 1:
            low = low[: -len(ending)]
            break
    return _rough(low)


def _sounds(word: str, stem: str) -> bool:
    if not _CYRILLIC.search(word):
        return False
    rough = _rough(word)
    return rough.startswith(stem) and len(rough) - len(stem) <= _LONGEST_ENDING


def _rough(word: str) -> str:
    apart = unicodedata.normalize("NFD", word.translate(_SKELETON))
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    return bare.translate(_SKELETON)
