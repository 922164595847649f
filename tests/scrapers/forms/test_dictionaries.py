"""Hunspell's dictionaries as judges: what we make of ordinary lemmas are words, and what we call slips are none.

A dictionary has gaps of its own ("visgudrākos", plurals of what is rarely counted), so it is asked for a share.
The packages stand in tests/words; without them the tests are skipped and say so.
"""

import gc
import warnings
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import pytest
from spylls.hunspell import Dictionary

from scrapers.forms.paradigm import Form, forms, paradigms
from scrapers.forms.spelling import misspellings
from tests.scrapers.forms.lemmas import LATVIAN, RUSSIAN

PACKAGES = Path(__file__).resolve().parents[2] / "words" / "node_modules"
MANY = ("participle", "degree", "negated", "aspect")
ORDINARY = {"lv": LATVIAN, "ru": RUSSIAN}

pytestmark = pytest.mark.skipif(not PACKAGES.is_dir(), reason="tests/words has no packages: make test brings them")


@lru_cache(maxsize=2)
def dictionary(lang: str) -> Dictionary:
    with warnings.catch_warnings():
        # The reader leaves its files to the collector of garbage.
        warnings.simplefilter("ignore", ResourceWarning)
        read = Dictionary.from_files(str(PACKAGES / f"dictionary-{lang}" / "index"))
        gc.collect()
    return read


@cache
def is_word(lang: str, text: str) -> bool:
    return bool(dictionary(lang).lookup(text))


def made_of(lang: str, key: str, words: str) -> Iterator[tuple[str, Form]]:
    """(lemma, form) of every form; of participles, degrees and negated verbs, which are many and all alike, each third."""
    for lemma in words.split():
        one = next(one for one in paradigms(lemma, lang) if one.lemma == lemma and one.pos == key.partition(".")[0])
        made = list({form.text: form for form in reversed(one.forms)}.values())
        yield from ((lemma, form) for place, form in enumerate(made) if form.group not in MANY or place % 3 == 0)


@pytest.mark.parametrize("lang", ["lv", "ru"])
def test_what_we_make_are_words(lang: str) -> None:
    certain: list[bool] = []
    all_of_it: list[bool] = []
    wrong: dict[str, list[str]] = {}
    for key, words in ORDINARY[lang].items():
        for lemma, form in made_of(lang, key, words):
            known = is_word(lang, form.text)
            all_of_it.append(known)
            if not form.uncertain:
                certain.append(known)
                if not known:
                    wrong.setdefault(lemma, []).append(form.text)
    assert len(certain) > {"lv": 5_000, "ru": 2_500}[lang]
    assert sum(certain) / len(certain) >= 0.98, wrong
    assert sum(all_of_it) / len(all_of_it) >= 0.96


@pytest.mark.parametrize(("lang", "key"), [(lang, key) for lang, groups in ORDINARY.items() for key in groups])
def test_no_class_is_hidden_by_the_others(lang: str, key: str) -> None:
    # The dictionary lists few plurals of words in -ция, and none of "alus" and "medus".
    known = [is_word(lang, form.text) for _, form in made_of(lang, key, ORDINARY[lang][key]) if not form.uncertain]
    assert sum(known) / len(known) >= (0.77 if key == "noun.f7" else 0.92)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("lv", "reemigrācija koordinatore pārcelties ģimene diaspora tautietis novads grants"), ("ru", "реэмиграция координатор семья возвращение соотечественник программа")],
)
def test_slips_are_no_words(lang: str, words: str) -> None:
    slips = hits = 0
    for word in words.split():
        own = {form.text for form in forms(word, lang)}
        for form in own:
            for text, _ in misspellings(form):
                if text not in own and "ё" not in form and " " not in text:
                    slips += 1
                    hits += is_word(lang, text)
    assert slips > 400
    assert hits / slips <= 0.02
