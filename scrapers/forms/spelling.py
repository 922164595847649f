"""How a form is typed by people in a hurry: without marks, by ear, with a letter too few or too many.

Only what keeps its likeness: short words get little, and what would be another common word is left out.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from scrapers.forms.told import told

_MOST = 40
_MARKED = "āčēģīķļņšūžō"
_LONG = "āēīūō"
_TYPED = {
    "ā": "aa",
    "ē": "ee",
    "ī": "ii",
    "ū": "uu",
    "š": "sh",
    "č": "ch",
    "ž": "zh",
    "ķ": "k",
    "ģ": "g",
    "ļ": "l",
    "ņ": "n",
    "ō": "oo",
}
# Heard alike, or simplified by those who do not know the word: (as it is, as it is typed, weight).
_HEARD = (
    ("reemigr", "reemegr", 0.7),
    ("reemigr", "reimigr", 0.7),
    ("reemigr", "reiemigr", 0.65),
    ("reemigr", "reeemigr", 0.6),
    ("reemigr", "re emigr", 0.8),
    ("reemigr", "reamigr", 0.6),
    ("reemigr", "reemmigr", 0.65),
    ("remigr", "remegr", 0.7),
    ("remigr", "remmigr", 0.65),
    ("remigr", "rimigr", 0.55),
    ("re-e", "re e", 0.8),
    ("koord", "kord", 0.75),
    ("coord", "cord", 0.7),
    ("коорд", "корд", 0.75),
    ("реэмигр", "реемигр", 0.8),
    ("реэмигр", "реимигр", 0.7),
    ("реэмигр", "реэммигр", 0.65),
    ("ремигр", "реммигр", 0.65),
    ("реэмигр", "ре эмигр", 0.8),
    ("тся", "ться", 0.7),
    ("ться", "тся", 0.7),
    ("нн", "н", 0.7),
)
# A letter less, and it is a word of its own.
_OTHERS = ("remigr", "ремигр")
_DOUBLED = "nstmlkrpнстмлкрп"
_VOWELS = "aāeēiīoōuūаеёиоуыэюя"


def bare(text: str) -> str:
    """The text without its marks; Russian й and ё keep theirs here."""
    return "".join(
        unicodedata.normalize("NFD", letter)[0] if letter in _MARKED else letter
        for letter in unicodedata.normalize("NFC", text)
    )


@lru_cache(maxsize=16384)
def misspellings(form: str) -> tuple[tuple[str, float], ...]:
    """(text, weight in (0, 1)) of at most 40 ways to mistype the form, likeliest first; never the form itself."""
    form = unicodedata.normalize("NFC", form.lower())
    letters = sum(letter.isalpha() for letter in form)
    found: dict[str, float] = {}
    # Words that others become without their marks or a letter: goats are no wedding, an island is no frost.
    common = told("ru" if "а" <= form[:1] <= "я" else "lv", "common")
    if letters >= 4:
        for text, weight in _ways(form, letters):
            if text != form and text not in common and weight > found.get(text, 0.0):
                found[text] = weight
    return tuple(sorted(found.items(), key=lambda one: (-one[1], one[0]))[:_MOST])


def _ways(form: str, letters: int) -> Iterator[tuple[str, float]]:
    plain = bare(form)
    yield plain, 0.9
    if letters >= 6:
        yield "".join(bare(letter) if letter in _LONG else letter for letter in form), 0.88
        yield "".join(letter if letter in _LONG else bare(letter) for letter in form), 0.88
        yield "".join(_TYPED.get(letter, letter) for letter in form), 0.8
        marked = [place for place, letter in enumerate(form) if letter in _MARKED]
        for place in marked[:8]:
            yield form[:place] + bare(form[place]) + form[place + 1 :], 0.88
    if "ё" in form:
        yield form.replace("ё", "е"), 0.95
    if "-" in form:
        yield form.replace("-", ""), 0.85
        yield form.replace("-", " "), 0.85
    if letters < 7:
        return
    for heard, typed, weight in _HEARD:
        if heard in form:
            text = form.replace(heard, typed, 1)
            yield text, weight
            yield bare(text), round(weight * 0.9, 3)
    yield from _letters(form)


def _letters(form: str) -> Iterator[tuple[str, float]]:
    """One letter of two, two of one, or one lost in the middle of a long word; all of them without marks as well."""
    doubled = 0
    for place in range(1, len(form) - 1):
        letter = form[place]
        if letter == form[place + 1]:
            text = form[:place] + form[place + 1 :]
            if text.startswith(_OTHERS):
                continue
            yield text, 0.7
            yield bare(text), 0.63
        elif doubled < 3 and letter in _DOUBLED and form[place - 1] in _VOWELS and form[place + 1] in _VOWELS:
            doubled += 1
            yield form[:place] + letter + form[place:], 0.55
    if sum(one.isalpha() for one in form) >= 9:
        # The beginning and the ending carry the word; what is swallowed stands between.
        for place in range(3, min(len(form) - 3, 11)):
            if form[place].isalpha() and form[place] != form[place + 1]:
                yield form[:place] + form[place + 1 :], 0.45
