"""What is kept of a wording comes back as it was, whatever was written."""

import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.writing.told import Note, QuoteTold, Told, noted, notes, packed, unpacked

words = st.text(max_size=40)
tolds = st.builds(Told, words, words, words, st.lists(words, max_size=3).map(tuple), words, words)
quotes = st.lists(
    st.builds(
        QuoteTold, words, words, words,
        st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)), words, st.none() | st.integers(1, 9),
    ), max_size=3,
).map(tuple)  # fmt: skip


@given(tolds, quotes)
def test_what_is_kept_comes_back(told: Told, said: tuple[QuoteTold, ...]) -> None:
    assert unpacked(json.loads(json.dumps(packed(told, said)))) == (told, said)


@given(tolds)
def test_tidying_twice_changes_nothing(told: Told) -> None:
    tidy = told.tidied()
    assert tidy.tidied() == tidy and all(tidy.facts)


def test_notes_stay_in_order_and_leave_the_words_alone() -> None:
    first, second = (Note(datetime(2026, 11, day, tzinfo=UTC), "x", text) for day, text in ((1, "Īsāk"), (2, "Vēl")))
    said = noted(noted(packed(Told("v"), ()), first), second)
    assert notes(json.loads(json.dumps(said))) == (first, second)
    assert unpacked(said) == (Told("v"), ())
    assert notes(packed(Told("v"), ())) == ()
