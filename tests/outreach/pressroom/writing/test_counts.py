"""How long a text is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.writing.counts import counted


@pytest.mark.parametrize(
    ("texts", "words", "minutes"),
    [
        (("",), 0, 0),
        (("Viens divi", "", ""), 2, 1),
        (("Viens", "## Divi\n\n- trīs\n- četri", "– pieci"), 5, 1),
        (("a", "vārds " * 180), 181, 2),
    ],
)
def test_counts(texts: tuple[str, ...], words: int, minutes: int) -> None:
    found = counted(*texts)
    assert (found.words, found.minutes) == (words, minutes)


def test_what_is_too_long_is_told() -> None:
    assert counted("x" * 91).long_headline and not counted("x" * 90).long_headline
    assert counted("a", "b " * 600).long_release and not counted("a", "b " * 599).long_release


@given(st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_more_text_is_never_shorter(texts: list[str]) -> None:
    fewer, all_of = counted(*texts[:1]), counted(*texts)
    assert all_of.words >= fewer.words and all_of.letters >= fewer.letters and all_of.headline == fewer.headline
