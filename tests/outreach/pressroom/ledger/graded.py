"""The graded pairs: releases of an invented office and what invented outlets made of them.

Each file holds one release and its articles: printed word for word (`verbatim`), `shortened`, `rewritten`, `translated`
(into Russian or English), or `unrelated`: the outlet's own piece about the same event, its own interview with the same
person among them. A release belongs to one half, all its articles with it: what was chosen was chosen on `training`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from outreach.pressroom.ledger.texting import Read, Ready
from outreach.pressroom.texts import Quoted, Said

_FOLDER = Path(__file__).parent / "pairs"


@dataclass(frozen=True)
class Graded:
    """An article with what it is to its release."""

    slug: str
    half: str
    kind: str
    outlet: str
    read: Read

    @property
    def is_print(self) -> bool:
        return self.kind != "unrelated"


@cache
def pairs() -> tuple[tuple[Ready, tuple[Graded, ...]], ...]:
    """Each release with its articles."""
    return tuple(_read())


def half(name: str) -> list[tuple[Ready, tuple[Graded, ...]]]:
    return [(ready, articles) for ready, articles in pairs() if articles[0].half == name]


def _read() -> Iterator[tuple[Ready, tuple[Graded, ...]]]:
    for number, file in enumerate(sorted(_FOLDER.glob("*.json")), start=1):
        told = json.loads(file.read_text(encoding="utf-8"))
        one = told["release"]
        said = Said(
            number, number, "release", one["language"], one["headline"], one["lead"], one["body"], tuple(one["facts"]),
            one["boilerplate"], one["contact"], 1, tuple(Quoted(**quote) for quote in one["quotes"]),
        )  # fmt: skip
        articles = tuple(
            Graded(one["slug"], told["half"], pair["kind"], pair["outlet"], Read(pair["title"], pair["text"], pair["language"]))
            for pair in told["pairs"]
        )
        yield Ready(said), articles
