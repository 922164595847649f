"""Where an article says word for word what a release says. Pure."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from outreach.pressroom.ledger.words import Laid

RUN = 6  # words on end; two people who write about the same thing hardly ever hit upon the same six

Row = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A piece of a text; `same`: it stands word for word in the other one."""

    text: str
    same: bool


def rows(plain: Sequence[str]) -> frozenset[Row]:
    """Every six words that follow each other."""
    return frozenset(zip(*(plain[at:] for at in range(RUN)), strict=False))


def covered(plain: Sequence[str], known: Set[Row]) -> list[bool]:
    """For each word whether it lies in six or more on end that are `known`."""
    told = [False] * len(plain)
    for at in range(len(plain) - RUN + 1):
        if tuple(plain[at : at + RUN]) in known:
            told[at : at + RUN] = [True] * RUN
    return told


def share(told: Sequence[bool]) -> float:
    """The part of the words that is covered, 0 to 1."""
    return sum(told) / len(told) if told else 0.0


def parts(laid: Laid, told: Sequence[bool]) -> tuple[Part, ...]:
    """A text in pieces, in order and without a gap: put together they are the text. A run is one piece, whatever stands
    between its words.
    """
    found: list[Part] = []
    at = 0
    run: tuple[int, int] | None = None
    for word, marked in [*zip(laid.words, told, strict=True), (None, False)]:
        if word is not None and marked:
            run = (word.start if run is None else run[0], word.end)
        elif run is not None:
            if run[0] > at:
                found.append(Part(laid.text[at : run[0]], False))
            found.append(Part(laid.text[run[0] : run[1]], True))
            at, run = run[1], None
    if at < len(laid.text):
        found.append(Part(laid.text[at:], False))
    return tuple(found)
