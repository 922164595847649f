"""What a check found, and the pieces of a release that it looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from outreach.pressroom.texts import Said

Level = Literal["stop", "look"]


@dataclass(frozen=True)
class Finding:
    """Something about a text: a `stop` must be mended before it goes out, a `look` is for a person to judge.

    `key` and `facts` are a text of the catalogues (days among the facts are dates); `field` names a `Piece`, `start`
    and `end` are places in its text. `suggestions` are words to say instead, the likeliest first.
    """

    level: Level
    key: str
    facts: Mapping[str, Any]
    field: str
    start: int
    end: int
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """One text of a release: headline, lead, body, facts (a line each), boilerplate, contact, quote.0, quote.1, ..."""

    field: str
    text: str


def pieces(said: Said) -> tuple[Piece, ...]:
    """All texts of a release in the order in which they are read; empty ones too."""
    return (
        Piece("headline", said.headline),
        Piece("lead", said.lead),
        Piece("body", said.body),
        *(Piece(f"quote.{place}", quoted.words) for place, quoted in enumerate(said.quotes)),
        Piece("facts", "\n".join(said.facts)),
        Piece("boilerplate", said.boilerplate),
        Piece("contact", said.contact),
    )
