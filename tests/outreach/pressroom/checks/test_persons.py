"""Names of persons in every case and in Russian letters; two cases together are nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.checks.persons import forms, named

NAMES = ("Jānis Bērziņš", "Anna Ozola", "Uldis Zālītis", "Kārlis Lācis", "Līga Zariņa-Kalna", "Raivo Kļaviņš", "dr. Ilze Egle")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jānis Bērziņš", "Jānis Bērziņš"), ("Jāņa Bērziņa", "Jānis Bērziņš"), ("Jānim Bērziņam", "Jānis Bērziņš"), ("Jāni Bērziņu", "Jānis Bērziņš"), ("Jānī Bērziņā", "Jānis Bērziņš"),
        ("Anna Ozola", "Anna Ozola"), ("Annas Ozolas", "Anna Ozola"), ("Annai Ozolai", "Anna Ozola"), ("Annu Ozolu", "Anna Ozola"),
        ("Ulda Zālīša", "Uldis Zālītis"), ("Uldim Zālītim", "Uldis Zālītis"), ("Kārļa Lāča", "Kārlis Lācis"), ("Kārli Lāci", "Kārlis Lācis"),
        ("Līgas Zariņas-Kalnas", "Līga Zariņa-Kalna"), ("Raivo Kļaviņam", "Raivo Kļaviņš"), ("Ilzes Egles", "dr. Ilze Egle"),
        ("ANNA OZOLA", "Anna Ozola"), ("Анна Озола", "Anna Ozola"), ("Анны Озолы", "Anna Ozola"), ("Анной Озолой", "Anna Ozola"), ("Янис Берзиньш", "Jānis Bērziņš"), ("Янису Берзиньшу", "Jānis Bērziņš"),
        ("Карлиса Лациса", "Kārlis Lācis"), ("Ja\u0304nim Be\u0304rzin\u0327am", "Jānis Bērziņš"),
    ],
)  # fmt: skip
def test_a_name_is_known_again(text: str, name: str) -> None:
    around = f"Vakar {text} teica."
    (found,) = named(around, NAMES)
    assert found[1] == name
    assert around[found[0].start : found[0].end] == text


@pytest.mark.parametrize("text", ["Jāņa Bērziņam", "Anna Ozoliņa", "Jānis", "Ozola Anna", "Anna, kas ir Ozola", "anna ozola", "Annai Ozolas", "Анна Озолиня-Калныня"])
def test_nobody_is_taken_for_another(text: str) -> None:
    assert named(text, NAMES) == []


def test_what_is_no_name_has_no_forms() -> None:
    assert forms("dr.") == frozenset() and named("Dr. nekas", ["dr."]) == []


@given(st.text(max_size=80), st.sampled_from(NAMES))
def test_any_text_is_read(text: str, name: str) -> None:
    whole = f"{text} {name} {text}"
    assert any(whole[span.start : span.end] == name.removeprefix("dr. ") for span, _ in named(whole, [name]))
