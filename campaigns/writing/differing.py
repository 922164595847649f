"""What has changed between two wordings, word by word: a pure function."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_PIECE = re.compile(r"\w+|\s+|[^\w\s]")
# Word by word a difference takes as long as the texts are, squared.
_MOST = 4_000


@dataclass(frozen=True)
class Piece:
    """Some words that stand in both wordings, only in the later one, or only in the earlier one."""

    kind: Literal["kept", "added", "removed"]
    words: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """What stands in both texts, what was removed and what was added, in reading order.

    Put together, what was not added is `before` and what was not removed is `after`. Of two very long texts only what
    they begin and end with alike is told apart.
    """
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    pieces = [Piece("kept", "".join(old[:start]))]
    pieces += _between(old[start : len(old) - end], new[start : len(new) - end])
    pieces.append(Piece("kept", "".join(old[len(old) - end :])))
    return tuple(piece for piece in pieces if piece.words)


def _between(old: list[str], new: list[str]) -> list[Piece]:
    if max(len(old), len(new)) > _MOST:
        return [Piece("removed", "".join(old)), Piece("added", "".join(new))]
    pieces: list[Piece] = []
    removed = added = ""
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        words = "".join(old[i:j])
        if kind == "equal" and words.strip():
            pieces += [Piece("removed", removed), Piece("added", added), Piece("kept", words)]
            removed = added = ""
        else:
            # A blank between two words that were changed belongs to them: they are read together.
            removed, added = removed + words, added + "".join(new[k:m])
    return [*pieces, Piece("removed", removed), Piece("added", added)]


def _alike(one: list[str], other: list[str]) -> int:
    """How many pieces both begin with."""
    for at, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return at
    return min(len(one), len(other))
