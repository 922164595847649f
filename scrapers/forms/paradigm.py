"""Every form of a typed word, by paradigms of our own: what the query language's ~word and the topic editor ask for.

Nothing is looked up in a list of forms. A word, a phrase or a line as vocabularies write it
("koordinators/koordinatore", "atpakaļ (uz Latviju)") is read by its endings and inflected; lists hold only what endings
do not tell, such as the stems of the first conjugation. Without a language every language is tried that the letters
allow.
"""

import re
from dataclasses import replace
from functools import lru_cache

from scrapers.forms import notation
from scrapers.forms.shape import Form, Paradigm

__all__ = ["LANGUAGES", "Form", "Paradigm", "forms", "languages", "paradigms"]

LANGUAGES = ("lv", "ru", "en", "de", "ltg")
_CYRILLIC = re.compile("[а-яёА-ЯЁ]")
_LATVIAN = re.compile("[āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ]")
_GERMAN = re.compile("[äöüßÄÖÜ]")
_LETTERS = re.compile(r"[^\W\d_]")
_ENGLISH = re.compile(r"[wqx]|(?:tion|sion|ing|ed|ee|ees|ment|ness|ity|ism|ers?|ors?)$|th|y$")
_LATGALIAN = ("ceja", "šona", "eiba", "šonys", "suos", "ūs", "īts", "īte", "ola", "ulā", "uo")
_LONGEST = 120
_MUCH_LESS = 0.2


def _looks_latgalian(word: str) -> bool:
    return "y" in word or "ō" in word or "uo" in word or word.endswith(_LATGALIAN)


def languages(word: str) -> tuple[str, ...]:
    """Languages the letters of a word allow, likeliest first."""
    if _CYRILLIC.search(word):
        return ("ru",)
    if _GERMAN.search(word):
        return ("de",)
    low = word.lower()
    if _LATVIAN.search(word):
        return ("ltg", "lv") if "uo" in low or "ō" in low or low.endswith(("ceja", "ys")) else ("lv",)
    if _looks_latgalian(low) and not _ENGLISH.search(low):
        return ("ltg", "lv")
    if _ENGLISH.search(low):
        return ("en", "lv")
    return ("lv", "en")


@lru_cache(maxsize=4096)
def paradigms(word: str, lang: str | None = None) -> tuple[Paradigm, ...]:
    """Paradigms of a word or phrase, likeliest first: those of `lang`, or of all languages the word could be of.

    An unknown `lang` and a word without letters give (); so does what is longer than 120 characters.
    """
    found = [paradigm for plain in _spelt_out(word, lang) for paradigm in _read(plain, lang)]
    return tuple(sorted(found, key=lambda one: -one.sure))


@lru_cache(maxsize=4096)
def forms(word: str, lang: str | None = None) -> tuple[Form, ...]:
    """Each text that the word may appear as, once, surest reading first; the typed word itself is always among them.

    Readings much less sure than the best are left out: they are for showing, not for searching.
    """
    found: dict[str, Form] = {}
    for plain in _spelt_out(word, lang):
        read = _read(plain, lang)
        best = max((one.sure for one in read), default=0.0)
        for paradigm in sorted(read, key=lambda one: -one.sure):
            if paradigm.sure < best - _MUCH_LESS:
                continue
            for form in paradigm.forms:
                known = found.get(form.text)
                if known is None or (known.uncertain and not form.uncertain):
                    found[form.text] = form
        found.setdefault(plain.lower(), Form(plain.lower(), "typed"))
    return tuple(found.values())


def _spelt_out(word: str, lang: str | None) -> tuple[str, ...]:
    if len(word) > _LONGEST or (lang is not None and lang not in LANGUAGES):
        return ()
    return tuple(plain for plain in notation.spelt_out(word) if _LETTERS.search(plain))


@lru_cache(maxsize=4096)
def _read(plain: str, lang: str | None) -> tuple[Paradigm, ...]:
    """Readings of one plain word or phrase; those of a less likely language are less sure."""
    found: list[Paradigm] = []
    for place, one in enumerate((lang,) if lang else languages(plain)):
        for paradigm in _plain(plain, one):
            found.append(replace(paradigm, sure=round(paradigm.sure * 0.9, 3)) if place else paradigm)
    return tuple(found)


def _plain(plain: str, lang: str) -> tuple[Paradigm, ...]:
    from scrapers.forms import phrases  # with every language's paradigms: not for those who only name a Form

    if " " in plain:
        return (phrases.paradigm(plain, lang),)
    low = plain.lower()
    acronym = plain.isupper() and len(plain) > 1
    if acronym or any(letter in ".@#_" or letter.isdigit() for letter in plain):
        return (Paradigm(low, lang, "name", "0", (Form(low, "name"),), 0.9),)
    return phrases.WORDS[lang](low, name=plain[:1].isupper())
