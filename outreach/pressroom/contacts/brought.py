"""What somebody's file holds of contacts: a table or cards, read to rows of plain words; pure but for old workbooks.

Rows say what stands in the file; whether it can be kept is judged later (`judging`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from campaigns.timing import sheet
from campaigns.timing.sheet import MOST_ROWS, Cell, Line
from outreach.core.errors import OutreachError
from outreach.pressroom.contacts import cards
from outreach.pressroom.contacts.draft import FIELDS, MANY, Draft
from scrapers.values import TIERS

# What a column may hold besides a contact's own fields: a name in two columns.
COLUMNS = (*FIELDS, "given", "family")
_BETWEEN = re.compile(r"[;,|\n]")
_SAMPLES = 3
_ABOVE = 10


@dataclass(frozen=True)
class Raw:
    """One row as it stands in the file: words by field. `problem`: why it cannot be read at all, a text's key."""

    number: int
    values: Mapping[str, str] = field(repr=False)
    problem: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, the first words below it, and the field that it is taken for (or none)."""

    at: int
    head: str
    samples: tuple[str, ...] = field(repr=False)
    field: str = ""


@dataclass(frozen=True)
class Brought:
    """A file that was read. `columns` is empty for cards, which say themselves what is what."""

    columns: tuple[Column, ...]
    rows: tuple[Raw, ...] = field(repr=False)


def read(data: bytes, heads: Mapping[str, str], told: Mapping[int, str] | None = None) -> Brought:
    """Reads a file. `heads`: headings in small letters and the field of each; `told`: what a person said of columns.

    Raises OutreachError `contacts.file.cards` (too many), `contacts.file.head` (one row, or nothing like a heading),
    or as `sheet.lines`.
    """
    if cards.is_cards(data):
        return Brought((), tuple(_card(card) for card in cards.read(data)))
    lines = sheet.lines(data)
    if len(lines) < 2:
        raise OutreachError("contacts.file.head")
    at = _head(lines, heads)
    head, below = lines[at], lines[at + 1 :]
    if not below:
        raise OutreachError("contacts.file.head")
    columns = _columns(head, below, heads, told)
    return Brought(columns, tuple(_raw(line, columns) for line in below[:MOST_ROWS]))


def draft_of(raw: Raw, words: Callable[[str, str], str]) -> Draft:
    """The row as a contact, not judged yet. `words` turns a word of a field (a language, a tier) into ours."""
    told = {name: value.strip() for name, value in raw.values.items()}
    name = told.get("name") or f"{told.get('given', '')} {told.get('family', '')}".strip()
    many = {one: tuple(part.strip() for part in _BETWEEN.split(told.get(one, "")) if part.strip()) for one in MANY}
    many["languages"] = tuple(words("language", part) for part in many["languages"])
    tier = words("tier", told.get("tier", ""))
    return Draft(
        name=name,
        mail=told.get("mail") or None,
        phone=told.get("phone", ""),
        outlet=told.get("outlet", ""),
        role=told.get("role", ""),
        tier=tier if tier in TIERS else None,
        reached_by=words("reached_by", told.get("reached_by", "")) or "mail",
        note=told.get("note", ""),
        origin=told.get("origin", ""),
        **many,
    )


def _card(card: cards.Card) -> Raw:
    return Raw(card.number, card.values, card.problem)


def _head(lines: Sequence[Line], heads: Mapping[str, str]) -> int:
    """Which row holds the headings: the one with most that we know; titles may stand above it."""
    known = [sum(_heading(_text(cell)) in heads for cell in line.cells) for line in lines[:_ABOVE]]
    return known.index(max(known)) if max(known) > 1 else 0


def _heading(label: str) -> str:
    return " ".join(label.casefold().split()).strip(" :*")


def _columns(
    head: Line, below: Sequence[Line], heads: Mapping[str, str], told: Mapping[int, str] | None
) -> tuple[Column, ...]:
    width = max(len(line.cells) for line in (head, *below[:200]))
    taken: set[str] = set()
    columns = []
    for at in range(width):
        label = _text(head.cells[at]) if at < len(head.cells) else ""
        under = [_text(line.cells[at]) for line in below[:200] if at < len(line.cells)]
        guess = heads.get(_heading(label), "") or _looks(under)
        if told is not None:
            guess = told.get(at, "")
        if guess not in COLUMNS or guess in taken:
            guess = ""
        taken.add(guess)
        columns.append(Column(at, label, tuple([text for text in under if text][:_SAMPLES]), guess))
    return tuple(columns)


def _looks(under: Sequence[str]) -> str:
    """A column without a heading that we know: addresses show what they are."""
    filled = [text for text in under if text]
    return "mail" if filled and sum("@" in text for text in filled) * 2 > len(filled) else ""


def _raw(line: Line, columns: Sequence[Column]) -> Raw:
    values = {one.field: _text(line.cells[one.at]) for one in columns if one.field and one.at < len(line.cells)}
    return Raw(line.number, values)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell == int(cell) else str(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell).strip()
