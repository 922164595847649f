"""Names as they are signed: one person under many spellings, and two who are not one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.pressroom.contacts.names import folded, words, worn, wrote


@pytest.mark.parametrize(
    ("one", "other"),
    [("Bērziņš", "Берзиньш"), ("Bērziņš", "Berzins"), ("Bērziņa", "Берзиня"), ("Jānis", "Янис"), ("Jānis", "Janis"), ("Ivanovs", "Иванов"), ("Kalniņa", "Калниня"),
     ("Jekaterina", "Екатерина"), ("Ieva", "Иева"), ("Juris", "Юрис"), ("Šņore", "Шноре"), ("Čakša", "Чакша"), ("Aleksejs", "Алексей"), ("Jūlija", "Юлия"), ("Šmits", "Schmits")],
)  # fmt: skip
def test_spellings_of_one_name_are_one(one: str, other: str) -> None:
    assert worn(one) == worn(other)


@pytest.mark.parametrize(("one", "other"), [("Kalniņš", "Kalniņa"), ("Aleksandrs", "Aleksandra"), ("Bērziņš", "Ozoliņš"), ("Jānis", "Juris")])
def test_two_names_stay_two(one: str, other: str) -> None:
    assert worn(one) != worn(other)


@pytest.mark.parametrize(
    "author",
    ["Jānis Bērziņš", "Jānis Bērziņš, LSM.lv", "Bērziņš, Jānis", "A. Kalniņa, Jānis Bērziņš", "Anna Kalniņa un Jānis Bērziņš", "Янис Берзиньш", "JĀNIS BĒRZIŅŠ", "Teksts: Jānis Bērziņš",
     "Janis Berzins / LETA", "janis.berzins@lsm.lv", "Žurnālists Jānis Bērziņš, speciāli Vēstīm"],
)  # fmt: skip
def test_a_whole_name_is_known_anywhere(author: str) -> None:
    assert wrote(author, "Jānis Bērziņš", (), at_home=False)


@pytest.mark.parametrize("author", ["J. Bērziņš", "J.Bērziņš", "Bērziņš", "A. Bērziņa, J. Bērziņš", "JB"])
def test_less_than_a_name_counts_in_the_own_outlet_alone(author: str) -> None:
    assert wrote(author, "Jānis Bērziņš", ("JB",), at_home=True)
    assert not wrote(author, "Jānis Bērziņš", ("JB",), at_home=False)


@pytest.mark.parametrize("author", ["", "LETA", "A. Bērziņš", "Anna Bērziņa", "Jānis Kalniņš", "Jānis Ozols, Anna Bērziņš", "J. Bērziņa", "Jānis", "B"])
def test_others_are_not_taken_for_them(author: str) -> None:
    assert not wrote(author, "Jānis Bērziņš", (), at_home=True)


def test_a_double_name_is_known_by_either_half() -> None:
    for author in ("Anna Bērziņa", "Anna Kalniņa", "Anna Bērziņa-Kalniņa"):
        assert wrote(author, "Anna Bērziņa-Kalniņa", (), at_home=False)
    assert not wrote("Kalniņa Bērziņa", "Anna Bērziņa-Kalniņa", (), at_home=False)


def test_a_byline_of_two_words_is_a_name() -> None:
    assert wrote("Latgales Vārds", "Jānis Bērziņš", ("Latgales vārds",), at_home=False)


@given(st.text(max_size=60), st.text(max_size=40), st.booleans())
@example("ℌanna", "x", True)
def test_whatever_stands_there_is_read(author: str, name: str, at_home: bool) -> None:
    wrote(author, name, (name,), at_home=at_home)
    assert folded(folded(author)) == folded(author)


@given(st.text(alphabet="aābcčdeēgģiījkķlļmnņoprsštvzž ", max_size=30))
def test_everybody_signs_with_their_own_name(name: str) -> None:
    assert wrote(name.upper(), name, (), at_home=False) == (len(words(name)) > 1)
