"""The sentence around a match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.watch.sentence import boundaries, sentence_of


def sentence(text: str, word: str) -> str:
    start = text.index(word)
    left, right = sentence_of(text, start, start + len(word))
    return text[left:right]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Viens. Otrs teikums. Trešais.", "Otrs", "Otrs teikums."),
        ("Sākums plkst. 18.00 Ludzā. Otrs.", "Ludzā", "Sākums plkst. 18.00 Ludzā."),
        ("Tikšanās 2026. gada 23. novembrī Preiļos. Ieeja brīva.", "Preiļos", "Tikšanās 2026. gada 23. novembrī Preiļos."),
        ("Atgriezās 48 ģimenes, t.sk. Rēzeknē. Otrs.", "Rēzeknē", "Atgriezās 48 ģimenes, t.sk. Rēzeknē."),
        ("Runāja Dr. Kalniņš no Ludzas. Otrs.", "Ludzas", "Runāja Dr. Kalniņš no Ludzas."),
        ("Runāja A. Kalniņš no Ludzas. Otrs.", "Ludzas", "Runāja A. Kalniņš no Ludzas."),
        ("Darbs, skola u.c. Ģimene jautā daudz.", "Darbs", "Darbs, skola u.c."),
        ("Darbs, skola u.c. jautājumi. Otrs.", "jautājumi", "Darbs, skola u.c. jautājumi."),
        ("Kopš 2019. g. dzīvo Ludzā. Otrs.", "Ludzā", "Kopš 2019. g. dzīvo Ludzā."),
        ("Dzimis 1990. Viņš atgriezās.", "Viņš", "Viņš atgriezās."),
        ('"Vai brauksim mājās?" jautāja meita. Otrs.', "jautāja", '"Vai brauksim mājās?" jautāja meita.'),
        ("Esam mājās! Beidzot.", "Beidzot", "Beidzot."),
        ("Virsraksts\nTeksts sākas te", "Teksts", "Teksts sākas te"),
        ("Rinda beidzas\nun turpinās te. Otrs.", "turpinās", "Rinda beidzas\nun turpinās te."),
        ("Первое. Второе, т.е. другое. Третье.", "другое", "Второе, т.е. другое."),
        ("  Viens vienīgs  ", "Viens", "Viens vienīgs"),
    ],
)
def test_sentence_around_a_word(text: str, word: str, expected: str) -> None:
    assert sentence(text, word) == expected


def test_a_match_over_two_sentences_gives_both() -> None:
    text = "Viens. Otrs. Trešais."

    assert sentence_of(text, 0, 9) == (0, 12)


@given(st.text(alphabet="aāA1. !?\n\"", max_size=60), st.data())
def test_the_sentence_holds_the_match(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    left, right = sentence_of(text, start, end)

    assert 0 <= left <= start <= end <= right <= len(text)
    assert boundaries(text) == sorted(set(boundaries(text)))
