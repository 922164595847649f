"""What has changed between two wordings."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.writing.differing import difference

WORDS = st.lists(st.sampled_from(["nāciet", " ", "rīt", ".", "\n", "šodien", "{link}"]), max_size=30).map("".join)


@given(WORDS, WORDS)
def test_both_wordings_stand_in_the_pieces(before: str, after: str) -> None:
    told = difference(before, after)
    assert "".join(piece.words for piece in told if piece.kind != "added") == before
    assert "".join(piece.words for piece in told if piece.kind != "removed") == after
    assert all(piece.words for piece in told)


def test_words_are_told_apart_and_read_together() -> None:
    told = difference("atbildēsim divu dienu laikā", "atbildēsim vienas dienas laikā")
    assert [(piece.kind, piece.words) for piece in told if piece.kind != "kept"] == [("removed", "divu dienu"), ("added", "vienas dienas")]
