"""How a text reads: long sentences by their number of words, officials' words, LIX as it is defined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.checks.ease import LONG, check, measured
from outreach.pressroom.checks.finding import Piece
from outreach.pressroom.checks.sentences import sentences, words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Tas ir īss. Un tas arī.", 2), ("Notiks 3. decembrī plkst. 10.00 Rēzeknē.", 1), ("J. Bērziņš teica: „Labi.” Viņš gāja.", 2), ("Cik? Daudz! Tiešām…", 3), ("Virsraksts\n\nTeksts", 2),
        ("Tālr. 64600000. Zvaniet.", 2), ("Апрель г. Резекне", 1), ("", 0), (" \n ", 0), ("2026. gada 3. decembrī. Otrais.", 2),
    ],
)  # fmt: skip
def test_sentences_are_parted(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize("extra", [0, 1])
def test_a_sentence_of_more_than_25_words_is_long(extra: int) -> None:
    text = "Īss te. " + " ".join(["Vārds", *["vārds"] * (LONG - 1 + extra)]) + "."
    found = list(check(Piece("body", text), "lv"))
    assert [(one.key, one.facts, text[one.start :]) for one in found] == [("presscheck.ease.long", {"count": 26}, text[8:])] * extra


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("lv", "Tiek veikta pārbaude saistībā ar grantu.", ["Tiek veikta", "saistībā ar"]), ("lv", "Jānodrošina un jāiet, nodrošināt projekta veiksmīgu īstenošanu", ["nodrošināt projekta veiksmīgu īstenošanu"]),
        ("lv", "Birojs palīdz ģimenēm.", []), ("en", "In order to help, prior to June", ["In order to", "prior to"]), ("ru", "Осуществляется помощь в рамках проекта", ["Осуществляется", "в рамках"]),
    ],
)  # fmt: skip
def test_officials_words_are_named_with_plainer_ones(language: str, text: str, said: list[str]) -> None:
    found = [one for one in check(Piece("lead", text), language) if one.key == "presscheck.ease.official"]
    assert sorted(text[one.start : one.end] for one in found) == sorted(said)
    assert all(one.facts["instead"] for one in found)


def test_lix_is_words_a_sentence_and_long_words_of_a_hundred() -> None:
    # 12 words in 3 sentences; three of them have more than six letters.
    told = measured([Piece("body", "Ģimene ir te šogad. Atgriežas viņi visi kopā. Pašvaldība palīdzēs viņiem tagad.")], "lv")
    assert told is not None
    assert (told.sentences, told.long, told.words, told.lix, told.band) == (3, 0, 12, 29, "easy")


def test_what_is_too_short_is_not_measured_and_the_contact_line_never() -> None:
    assert measured([Piece("body", "Viens. Divi.")], "lv") is None
    assert measured([Piece("contact", "Viens. Divi. Trīs. Četri.")], "lv") is None


@given(st.text(max_size=200), st.sampled_from(["lv", "en", "ru", "x"]))
def test_any_text_is_read(text: str, language: str) -> None:
    last = 0
    for span in sentences(text):
        assert last <= span.start < span.end <= len(text) and text[span.start : span.end].strip() == text[span.start : span.end]
        last = span.end
    assert all(0 <= span.start < span.end <= len(text) for span in words(text))
    assert all(0 <= one.start < one.end <= len(text) for one in check(Piece("body", text), language))
    measured([Piece("body", text)], language)
