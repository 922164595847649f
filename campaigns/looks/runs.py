"""A text in pieces as a channel reads it: plain words, links, hashtags and mentions. Pure functions."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from campaigns.looks.grammar import Grammar, links

Piece = Literal["plain", "link", "tag", "mention"]


@dataclass(frozen=True)
class Run:
    """A piece of a text, letter by letter as it stands there."""

    piece: Piece
    text: str


def runs(text: str, grammar: Grammar) -> tuple[Run, ...]:
    """The pieces of a text; joined they are the text. What stands within an address is the address's."""
    made: list[Run] = []
    rest = 0
    for start, end, piece in _found(text, grammar):
        _add(made, "plain", text[rest:start])
        _add(made, piece, text[start:end])
        rest = end
    _add(made, "plain", text[rest:])
    return tuple(made)


def split(pieces: Sequence[Run], at: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The same pieces before and after the character `at`; one that lies across is cut in two."""
    before, after, passed = list[Run](), list[Run](), 0
    for one in pieces:
        left = max(0, min(at - passed, len(one.text)))
        _add(before, one.piece, one.text[:left])
        _add(after, one.piece, one.text[left:])
        passed += len(one.text)
    return tuple(before), tuple(after)


def _found(text: str, grammar: Grammar) -> Iterator[tuple[int, int, Piece]]:
    """Where something else than plain words stands, in its order, nothing within anything else."""
    addresses = list(links(text, grammar))
    linked: Piece = "link" if grammar.links else "plain"
    found: list[tuple[int, int, Piece]] = [(start, end, linked) for start, end in addresses]
    named: tuple[tuple[re.Pattern[str] | None, Piece], ...] = ((grammar.tag, "tag"), (grammar.mention, "mention"))
    for pattern, piece in named:
        if pattern is not None:
            free = (one.span() for one in pattern.finditer(text) if not _within(one.span(), addresses))
            found += [(start, end, piece) for start, end in free]
    rest = 0
    for start, end, kind in sorted(found):
        if start >= rest:
            yield start, end, kind
            rest = end


def _within(span: tuple[int, int], addresses: Sequence[tuple[int, int]]) -> bool:
    """Whether a piece begins or ends within one of the addresses, which stand in their order."""
    last = bisect_left(addresses, span[1], key=itemgetter(0))
    return last > 0 and span[0] < addresses[last - 1][1]


def _add(made: list[Run], piece: Piece, text: str) -> None:
    if not text:
        return
    if piece == "plain" and made and made[-1].piece == "plain":
        made[-1] = Run("plain", made[-1].text + text)
    else:
        made.append(Run(piece, text))
