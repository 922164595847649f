"""What is left in a text by accident, and what only looks so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.checks.finding import Piece
from outreach.pressroom.checks.typography import check


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("lv", "Stāsta […] un rāda.", [("stop", "placeholder")]), ("lv", "Zvaniet XXX!", [("stop", "placeholder")]), ("lv", "Teica ____ vakar", [("stop", "placeholder")]), ("lv", "Sveiki, {name}!", [("stop", "placeholder")]),
        ("en", "TODO: a quote", [("stop", "placeholder")]), ("en", "Lorem ipsum dolor", [("stop", "placeholder")]), ("lv", "Runā [vārds] uzvārds", [("look", "bracket")]), ("lv", "XX gadsimts", []), ("lv", "Metode", []),
        ("lv", "Divas  atstarpes  te", [("look", "spaces")]), ("lv", "Rindas\n\nnav  atstarpes", [("look", "spaces")]), ("lv", "Rindas\n\n- punkts", []), ("lv", "Vārds , komats", [("look", "space_before")]), ("lv", "Smaids :) te", []),
        ("lv", 'Viņš teica "labi" un gāja', [("look", "quotes")]), ("lv", "Viņš teica „labi” un „jā“.", []), ("lv", "«labi»", [("look", "quotes")]), ("lv", 'Ekrāns 15" liels', []),
        ("en", "She said “fine”.", []), ("en", "She said „fine“.", [("look", "quotes")]), ("en", "The family’s home isn’t far.", []), ("ru", "Сказала «хорошо» и „ладно“.", []), ("ru", 'Сказала "хорошо".', [("look", "quotes")]),
        ("lv", "Lasiet http://paps.lv/x.", [("look", "open_link")]), ("lv", "Lasiet https://paps.lv/x.", []),
    ],
)  # fmt: skip
def test_a_text_by_its_marks(language: str, text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.level, one.key.removeprefix("presscheck.type.")) for one in check(Piece("body", text), language)] == found


def test_in_a_quote_something_may_be_left_out() -> None:
    assert [one.level for one in check(Piece("quote.0", "Mēs […] atgriezāmies [uz Rēzekni]."), "lv")] == ["look"]


def test_marks_are_told_once_with_their_number() -> None:
    (found,) = check(Piece("body", "a  b  c  d"), "lv")
    assert found.facts["count"] == 3 and (found.start, found.end) == (1, 3)


@given(st.text(alphabet='[]{}<>…._xX?"“”„«» \n\taāb', max_size=80), st.sampled_from(["lv", "en", "ru", "ltg"]))
def test_any_text_is_read(text: str, language: str) -> None:
    for one in check(Piece("body", text), language):
        assert 0 <= one.start < one.end <= len(text)
