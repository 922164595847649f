"""Whether a comment asks something, against comments that a person has graded."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.replies.asking_words import asks
from tests.campaigns.replies_said import HELD_OUT, KNOWN


def rates(graded: Mapping[str, bool]) -> tuple[float, float]:
    """Precision and recall."""
    said = {text: asks(text) for text in graded}
    right = sum(said[text] and asked for text, asked in graded.items())
    return right / sum(said.values()), right / sum(graded.values())


@pytest.mark.parametrize("graded", [KNOWN, HELD_OUT], ids=["known", "held out"])
def test_nine_of_ten_are_told_apart(graded: Mapping[str, bool]) -> None:
    precision, recall = rates(graded)
    wrong = [text for text, asked in graded.items() if asks(text) != asked]
    assert precision >= 0.9 and recall >= 0.9, wrong


def test_there_are_enough_of_both() -> None:
    both = {**KNOWN, **HELD_OUT}
    assert len(both) == len(KNOWN) + len(HELD_OUT) >= 120
    assert 0.4 <= sum(both.values()) / len(both) <= 0.6


@pytest.mark.parametrize("text", ["Kur pieteikties", "Where do I apply", "Куда писать", "Wo kann ich mich anmelden", "Hvor kan jeg søke"])
def test_signs_around_it_change_nothing(text: str) -> None:
    for around in (f"@birojs {text}", f"{text} https://example.org/a", f"❤️ {text} 🙏", text.upper(), f"Paldies! {text}"):
        assert asks(around), around


@given(st.text(max_size=400))
def test_whatever_people_write_it_is_read(text: str) -> None:
    assert asks(text) in (True, False)


@given(st.text(alphabet="?!. \n❤️👏🙏…", max_size=50))
def test_signs_alone_ask_nothing(text: str) -> None:
    assert not asks(text)
