"""Names across alphabets, endings and slips of the pen: how many pairs the program tells as a person would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.tracker.same.likeness import NEAR, names, shared
from outreach.tracker.same.names import key, words
from tests.outreach.tracker.same.graded import DIFFERENT, LATER_DIFFERENT, LATER_SAME, SAME

_LETTERS = "aābcčdeēfgģhiījkķlļmnņoprsštuūvzžwxyqёйцукенгшщзхъфывапролджэячсмитьбюAĀŠЯ '-’."
TEXT = st.text(alphabet=_LETTERS, max_size=40)


def measured(same: tuple[tuple[str, str], ...], different: tuple[tuple[str, str], ...]) -> tuple[float, float]:
    """Precision and recall."""
    found = sum(names(*pair) >= NEAR for pair in same)
    wrong = sum(names(*pair) >= NEAR for pair in different)
    return found / (found + wrong), found / len(same)


def test_pairs_are_told_apart_as_a_person_would() -> None:
    precision, recall = measured(SAME, DIFFERENT)
    assert len(SAME) + len(DIFFERENT) >= 120
    assert precision >= 0.98, [pair for pair in DIFFERENT if names(*pair) >= NEAR]
    assert recall >= 0.98, [pair for pair in SAME if names(*pair) < NEAR]


def test_pairs_that_no_rule_was_made_for() -> None:
    precision, recall = measured(LATER_SAME, LATER_DIFFERENT)
    assert precision >= 0.85, [pair for pair in LATER_DIFFERENT if names(*pair) >= NEAR]
    assert recall >= 0.85, [pair for pair in LATER_SAME if names(*pair) < NEAR]


@pytest.mark.parametrize(
    ("spellings", "told"),
    [
        (("Jānis", "Janis", "JĀNIS", "Янис", "Yanis", "Ianis", "Ja\u0304nis"), "ian"),
        (("Bērziņš", "Bērziņa", "Berzins", "Berzinsh", "Берзиньш", "Берзиня", "Bērziņi", "Bērziņu"), "berzin"),
        (("Kovaļevskis", "Kovaļevska", "Ковалевский", "Ковалевская", "Kovalevsky", "Kovalevskaya", "Kovalevskiy"), "kovalevsk"),
        (("Aleksandrs", "Александр", "Alexander", "Aleksander"), "aleksandr"),
        (("Kuzņecovs", "Kuznetsova", "Кузнецов"), "kuznecov"),
    ],
)
def test_one_word_has_one_form(spellings: tuple[str, ...], told: str) -> None:
    assert {key(word) for word in spellings} == {told}


def test_filler_is_no_name() -> None:
    assert [word.key for word in words("Anna un Jānis Bērziņi ar bērniem, ģimene")] == ["an", "ian", "berzin"]
    assert words("ģimene 4") == ()
    assert shared("Anna Bērziņa", "Берзиньш Янис") == 1


@given(TEXT, TEXT)
def test_likeness_goes_both_ways_and_stays_within_its_bounds(one: str, other: str) -> None:
    likeness = names(one, other)
    assert likeness == names(other, one)
    assert 0 <= likeness <= 100
    assert (likeness == 0) or (words(one) and words(other))


@given(TEXT)
def test_a_name_is_itself_in_any_case_and_order(text: str) -> None:
    told = words(text)
    assert {word.key for word in words(text.upper())} == {word.key for word in told}
    assert {word.key for word in words(" ".join(reversed(text.split())))} == {word.key for word in told}
    if told:
        assert names(text, text) == 100
    assert all(word.key.isascii() and word.key.isalpha() for word in told)
