"""The office's name in a release: in the language of the text, and there at all."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from outreach.pressroom.checks.finding import Finding, Piece

_KEPT = 4  # letters of a word that every case has


def check(pieces: Sequence[Piece], language: str, names: Mapping[str, str]) -> Iterator[Finding]:
    """The name in another language (`presscheck.office.other`), nowhere (`presscheck.office.unnamed`), or not known in
    this language (`presscheck.office.no_name`).
    """
    own = names.get(language, "")
    for other, name in names.items():
        if other != language and name and name != own:
            for piece in pieces:
                for match in _pattern(name).finditer(piece.text):
                    facts = {"said": match[0], "name": own}
                    if own:
                        yield Finding("look", "presscheck.office.other", facts, piece.field, *match.span())
    if not any(piece.text.strip() for piece in pieces):
        return
    if not own:
        yield Finding("look", "presscheck.office.no_name", {}, "boilerplate", 0, 0)
    elif not any(_pattern(own).search(piece.text) for piece in pieces):
        yield Finding("look", "presscheck.office.unnamed", {"name": own}, "boilerplate", 0, 0)


@lru_cache(maxsize=64)
def _pattern(name: str) -> re.Pattern[str]:
    """The name in any case: of each word what stays, and an ending."""
    told = [_word(word) for word in name.split()]
    return re.compile(r"\s+".join(told), re.IGNORECASE)


def _word(word: str) -> str:
    if len(word) <= _KEPT:
        return rf"(?<!\w){re.escape(word)}(?!\w)"
    return rf"(?<!\w){re.escape(word[: max(_KEPT, len(word) - 3)])}\w{{0,6}}"
