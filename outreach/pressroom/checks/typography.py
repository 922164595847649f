"""What is left in a text by accident: places to fill in, double spaces, quotation marks of others, open links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from outreach.pressroom.checks.finding import Finding, Level, Piece

_EMPTY = re.compile(r"\[\s*(?:…|\.{2,}|\?+|_+|[xX]{2,}|[хХ]{2,})?\s*\]|(?<!\w)[xXхХ]{3,}(?!\w)|_{3,}|\?{3,}")
_SLOT = re.compile(r"\{[^{}\n]{0,60}\}|<<[^<>\n]{1,60}>>")
_FILLER = re.compile(r"(?<!\w)(?:lorem ipsum|todo|tbd|tbc|fixme)(?!\w)", re.IGNORECASE)
_BRACKETED = re.compile(r"\[[^\[\]\n]{1,80}\]")
_SPACES = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_BEFORE = re.compile(r"(?<=\w)[ \u00a0]+[,.;:!?](?![\w.…/)(-])")
_LINK = re.compile(r"(?<!\w)http://[^\s\"“”„»<>)\]]+", re.IGNORECASE)


@dataclass(frozen=True)
class _Marks:
    """A language's quotation marks: which are wrong, and what is right."""

    wrong: re.Pattern[str]
    right: str


_INCH = r'(?<!\d)"'
_QUOTES = {
    "lv": _Marks(re.compile(rf"{_INCH}|[«»]|(?<![\w.,!?…])“(?=\w)"), "„…”"),
    "en": _Marks(re.compile(rf"{_INCH}|[«»„]"), "“…”"),
    "ru": _Marks(re.compile(rf"{_INCH}|(?<![\w.,!?…])“(?=\w)"), "«…»"),
}


def check(piece: Piece, language: str) -> Iterator[Finding]:
    """Findings of one text (`presscheck.type.…`); marks and spaces once each, at the first place, with how many."""
    text = piece.text
    places = [match.span() for match in _EMPTY.finditer(text)] + [match.span() for match in _FILLER.finditer(text)]
    for start, end in sorted({*places, *(match.span() for match in _SLOT.finditer(text))}):
        # "[…]" in somebody's words says that something is left out.
        level: Level = "look" if piece.field.startswith("quote.") and text[start] == "[" else "stop"
        facts = {"said": text[start:end]}
        yield Finding(level, "presscheck.type.placeholder", facts, piece.field, start, end)
    if not piece.field.startswith("quote."):
        for match in _BRACKETED.finditer(text):
            if match.span() not in places:
                facts = {"said": match[0]}
                yield Finding("look", "presscheck.type.bracket", facts, piece.field, *match.span())
    yield from _once(piece, _SPACES, "presscheck.type.spaces")
    yield from _once(piece, _BEFORE, "presscheck.type.space_before")
    marks = _QUOTES.get(language)
    if marks is not None:
        yield from _once(piece, marks.wrong, "presscheck.type.quotes", right=marks.right)
    for match in _LINK.finditer(text):
        yield Finding("look", "presscheck.type.open_link", {"link": match[0]}, piece.field, *match.span())


def _once(piece: Piece, pattern: re.Pattern[str], key: str, **facts: str) -> Iterator[Finding]:
    found = [match.span() for match in pattern.finditer(piece.text)]
    if found:
        yield Finding("look", key, {"count": len(found), **facts}, piece.field, *found[0])
