"""Where a text is folded until a reader asks for more, and where it grows too long: pure functions."""

from collections.abc import Callable, Sequence

from campaigns.clusters import clusters
from campaigns.looks.manners import Fold
from campaigns.looks.runs import Run

_FIRST = 256  # characters: most limits are near
_BACK = 30  # a fold is put between two words where one ends so near


def fold_at(pieces: Sequence[Run], fold: Fold | None) -> int | None:
    """The character of the text that stands first behind the fold; None for a text that shows whole."""
    text = "".join(one.text for one in pieces)
    if fold is None:
        return None
    at = min(_after_characters(text, fold.characters), _after_lines(text, fold.lines))
    if not text[at:].strip():
        return None
    at = _between_words(text, at)
    passed = 0
    for one in pieces:
        # An address is shown whole or not at all.
        if one.piece == "link" and passed < at < passed + len(one.text):
            return passed
        passed += len(one.text)
    return at


def over_at(text: str, excess: Callable[[str], int]) -> int:
    """The character from which on a text is too long, by `excess` of its beginning; its length where it fits."""
    if excess(text) <= 0:
        return len(text)
    ends = [0]
    for one in clusters(text):
        ends.append(ends[-1] + len(one))
    low, high = 0, min(_FIRST, len(ends) - 1)  # the beginning that ends at `low` fits, or is empty
    while high < len(ends) - 1 and excess(text[: ends[high]]) <= 0:
        low, high = high, min(2 * high, len(ends) - 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if excess(text[: ends[middle]]) <= 0 else (low, middle)
    return ends[low]


def _after_characters(text: str, characters: int) -> int:
    at = 0
    for number, one in enumerate(clusters(text)):
        if number == characters:
            return at
        at += len(one)
    return len(text)


def _after_lines(text: str, lines: int) -> int:
    at = -1
    for _ in range(lines):
        at = text.find("\n", at + 1)
        if at < 0:
            return len(text)
    return at


def _between_words(text: str, at: int) -> int:
    if text[at : at + 1].isspace():
        return at
    for back in range(at, max(at - _BACK, 0), -1):
        if text[back - 1].isspace():
            return back
    return at
