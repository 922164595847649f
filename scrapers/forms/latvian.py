"""Latvian: which lemmas a typed word may be a form of, and their paradigms.

A word as typed is read as a lemma first. Then every ending is taken off that some pattern has, the lemma it would
belong to is built and inflected, and counts only if the word comes out again. Endings that leave no doubt (-ācija,
-tājs, -ietis, definite endings) make a reading surer; without a dictionary the rest stays a guess, and says so.
"""

from collections.abc import Iterator
from functools import lru_cache

from scrapers.forms import lv_adjectives, lv_nouns, lv_verbs
from scrapers.forms.lv_sounds import VOWELS, hardened
from scrapers.forms.shape import Form, Paradigm, distinct

_INDECLINABLE = "oueiyūīē"
_REPEATED = ("remigr", "reemigr", "re-emigr")


def paradigms(word: str, *, name: bool = False) -> tuple[Paradigm, ...]:
    """Every reading of one lower-case word, likeliest first; a name has no diminutives and is no verb."""
    found: list[Paradigm] = []
    if "acij" in word and word.isascii():  # typed without its marks: the suffix gives one back
        word = word.replace("acij", "ācij")
    readings = sorted(_readings(word, name), key=lambda one: -one[4])
    for pos, pattern, lemma, stem, sure in readings:
        if sure < readings[0][4] - 0.4:
            continue
        forms = _forms(pos, pattern, lemma, stem, name)
        if forms:
            found.append(Paradigm(lemma, "lv", "name" if name and pos == "noun" else pos, pattern, forms, sure))
    if not found:
        found.append(Paradigm(word, "lv", "name" if name else "noun", "0", (Form(word, "noun"),), 0.3))
    return tuple(found)


@lru_cache(maxsize=2048)
def _forms(pos: str, pattern: str, lemma: str, stem: str, name: bool) -> tuple[Form, ...]:
    if pattern == "0":
        found = [Form(lemma, "noun")]
    elif pos == "verb":
        found = list(lv_verbs.verb_forms(lemma))
    elif pos == "adjective":
        found = list(
            lv_adjectives.adjective_forms(stem, lemma[-1] if lemma.endswith("š") else "s", degrees=pattern == "a")
        )
    else:
        found = list(lv_nouns.noun_forms(lemma, pattern, stem, name=name))
    for begun in _REPEATED:
        if lemma.startswith(begun):
            found += [
                Form(other + form.text[len(begun) :], form.tag, form.uncertain, "prefixed")
                for other in _REPEATED
                if other != begun
                for form in found
                if form.text.startswith(begun) and form.group != "prefixed"
            ]
            break
    return distinct(found)


def _readings(word: str, name: bool) -> Iterator[tuple[str, str, str, str, float]]:
    """(part of speech, pattern, lemma, stem, how sure)."""
    seen: set[tuple[str, str, str]] = set()
    oblique = list(_oblique(word, name))
    best = max((sure for *_, sure in oblique), default=0.0)
    for reading in (*_as_lemma(word, name, best), *oblique):
        key = reading[0], reading[1], reading[2]
        if key not in seen:
            seen.add(key)
            yield reading


def _as_lemma(word: str, name: bool, rival: float) -> Iterator[tuple[str, str, str, str, float]]:
    if not name and word.endswith(("t", "ties")) and lv_verbs.stems(word[:-3] if word.endswith("ties") else word):
        yield "verb", "v", word, word, 0.95 if _looks_verbal(word) else 0.5
    adjective = not name and lv_adjectives.is_adjective(word)
    stem = lv_adjectives.stem_of(word)
    if adjective and stem and stem.endswith("āk"):  # a comparative or superlative belongs to its positive
        bare = stem.removesuffix("āk").removeprefix("vis")
        yield "adjective", "a", bare + "s", bare, 0.9
    elif adjective and stem:
        yield "adjective", "d" if stem.endswith("ēj") else "a", stem + ("š" if word.endswith("š") else "s"), stem, 0.92
    for pattern, noun_stem in lv_nouns.pattern_of(word):
        if lv_nouns.known(word, pattern):
            yield "noun", pattern, word, noun_stem, 0.95
        else:
            # "koordinatora" could be a woman's word, but its ending says that it is a man's genitive.
            yield "noun", pattern, word, noun_stem, 0.45 if adjective or rival >= 0.8 else 0.75
    if word[-1:] in _INDECLINABLE and word.endswith(("o", "u", "y")):
        yield "noun", "0", word, word, 0.3


def _looks_verbal(word: str) -> bool:
    return word.endswith("ties") or word[-2:-1] in "āēīo" or lv_verbs._row(word) is not None


def _oblique(word: str, name: bool) -> Iterator[tuple[str, str, str, str, float]]:
    if not name:
        for place, infinitive in enumerate(lv_verbs.infinitives(word)):
            yield "verb", "v", infinitive, infinitive, 0.85 - 0.01 * place
        yield from _adjectives(word)
    for pattern, table in lv_nouns.TABLES.items():
        for ending in table:
            if ending.tag == "nom.sg" or not word.endswith(ending.text) or len(word) - len(ending.text) < 2:
                continue
            cut = word[: len(word) - len(ending.text)] if ending.text else word
            if cut[-1] in VOWELS:
                continue
            for stem in hardened(cut) if ending.soft else (cut,):
                for lemma in _lemmas(stem, pattern):
                    for other, other_stem in lv_nouns.pattern_of(lemma):
                        if other == pattern and any(
                            form.text == word for form in lv_nouns.declined(lemma, pattern, other_stem)
                        ):
                            yield "noun", pattern, lemma, other_stem, _weight(lemma, pattern, ending.text)


def _lemmas(stem: str, pattern: str) -> Iterator[str]:
    if pattern == "m1":
        yield stem + ("š" if stem[-1] in "ļņšžčj" and not stem.endswith("j") else "s")
        if stem.endswith("j") and not stem.endswith(("āj", "ēj")):
            yield stem + "š"
    else:
        yield stem + lv_nouns.LEMMA[pattern]


# Endings that belong to one or two patterns alone.
_TELLING = {
    "am": 0.7,
    "iem": 0.7,
    "im": 0.72,
    "ām": 0.7,
    "ēm": 0.74,
    "īm": 0.6,
    "ai": 0.7,
    "ei": 0.74,
    "ij": 0.72,
    "ēs": 0.72,
    "ās": 0.66,
    "os": 0.6,
    "um": 0.5,
    "us": 0.5,
    "as": 0.6,
    "es": 0.7,
}


def _weight(lemma: str, pattern: str, ending: str) -> float:
    if lv_nouns.known(lemma, pattern) and pattern != "m2s":
        # Of two, the longer known ending is right: "remigrantes" is a woman's, not "remigrants" softened.
        return 0.9
    sure = _TELLING.get(ending, 0.52 if ending in ("ā", "ē", "u", "i") else 0.4)
    if pattern in ("m3", "f6"):
        sure -= 0.2
    return sure


_ENDINGS_DEFINITE = tuple(dict.fromkeys(ending.text for ending in lv_adjectives.DEFINITE if len(ending.text) > 1))


def _adjectives(word: str) -> Iterator[tuple[str, str, str, str, float]]:
    for ending in sorted(_ENDINGS_DEFINITE, key=len, reverse=True):
        if word.endswith(ending) and len(word) - len(ending) > 2 and len(ending) > 2:
            stem = word[: -len(ending)]
            for degree in ("āk", ""):
                if stem.endswith(degree):
                    bare = stem[: len(stem) - len(degree)].removeprefix("vis") if degree else stem
                    yield "adjective", "a", bare + "s", bare, 0.8 if degree else 0.78
                    return
    for ending in (*_ENDINGS_DEFINITE, *(one.text for one in lv_adjectives.INDEFINITE), "o", "ā"):
        if ending and word.endswith(ending) and lv_adjectives.is_adjective(word[: -len(ending)] + "s"):
            stem = word[: -len(ending)]
            yield "adjective", "a", stem + "s", stem, 0.85
            return
