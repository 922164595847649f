"""How forms are mistyped: likely ways, bounded, and never a word of its own."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.forms.paradigm import forms
from scrapers.forms.spelling import misspellings


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("remigrācija", "remigracija"), ("reemigrācijas", "reemegrācijas"), ("reemigrācijas", "reemegracijas"), ("reemigrācija", "reimigrācija"), ("koordinatore", "kordinatore"), ("koordinatorēm", "kordinatorem"), ("atgriežas", "atgriezas"), ("atgriezīsies", "atgriezisies"),
        ("tautiešiem", "tautiesiem"), ("реэмиграция", "реемиграция"), ("вернётся", "вернется"), ("re-emigrācija", "reemigrācija"), ("re-emigration", "re emigration"), ("programma", "programa"), ("pārceļas", "pārcelas"), ("remigrācija", "remigraacija"),
    ],
)
def test_what_people_type(form: str, typed: str) -> None:
    assert typed in dict(misspellings(form))


@pytest.mark.parametrize(("form", "other"), [("kāzas", "kazas"), ("reemigrācija", "remigrācija"), ("lāpa", "lapa"), ("emigrācija", "migrācija"), ("remigrants", "emigrants"), ("дом", "ом")])
def test_what_is_another_word_is_no_slip(form: str, other: str) -> None:
    assert other not in dict(misspellings(form))


def test_missing_marks_weigh_most() -> None:
    told = dict(misspellings("reemigrācijas"))
    assert told["reemigracijas"] > told["reemegrācijas"] > told["reemegracijas"]


def check(form: str) -> None:
    told = misspellings(form)
    assert len(told) <= 40
    assert len({text for text, _ in told}) == len(told)
    for text, weight in told:
        assert text
        assert text != unicodedata.normalize("NFC", form.lower())
        assert text == unicodedata.normalize("NFC", text)
        assert 0 < weight < 1
    assert [weight for _, weight in told] == sorted((weight for _, weight in told), reverse=True)


@given(st.text(alphabet="aābcčdeēgģiīkķlļmnņoprsštuūvzž-", max_size=25))
def test_any_latvian_word(form: str) -> None:
    check(form)


@given(st.text(max_size=30))
def test_any_text(form: str) -> None:
    check(form)


@given(st.sampled_from([form.text for word in ("atgriezties", "reemigrācija", "koordinators", "ģimene", "вернуться") for form in forms(word)]))
def test_forms_of_the_office(form: str) -> None:
    check(form)
