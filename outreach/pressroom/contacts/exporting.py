"""Contacts as a table that a spreadsheet opens, with the headings that the import knows again."""

from collections.abc import Callable, Sequence
from pathlib import Path

from outreach import sheets
from outreach.core.text import Words
from outreach.pressroom.contacts.brought import COLUMNS
from outreach.pressroom.contacts.draft import FIELDS, LANGUAGES, MANY
from outreach.pressroom.contacts.reading import ContactSeen
from outreach.pressroom.models import REACHED_BY
from scrapers.values import TIERS

_WIDE = {"name": 26, "mail": 32, "outlet": 24, "note": 40}
# Further columns that say how a contact stands; an import leaves them alone.
_STANDS = ("confirmed_on", "stopped")


def write(t: Words, file_format: str, target: Path, title: str, rows: Sequence[ContactSeen]) -> None:
    """A table of contacts, as XLSX or CSV, that can be brought in again."""
    head = sheets.Head(title, (), _columns(t), title, len(rows))
    with sheets.written(file_format, target, head) as write_row:
        for row in rows:
            write_row(_cells(t, row))


def heads(spoken: Sequence[Words]) -> dict[str, str]:
    """Every heading that an import knows, in small letters, and its field."""
    told = {name: name for name in COLUMNS}
    for t in spoken:
        for name in COLUMNS:
            for word in t(f"contacts.heads.{name}").split("|"):
                told.setdefault(word.strip().casefold(), name)
    return told


def vocabulary(spoken: Sequence[Words]) -> Callable[[str, str], str]:
    """What turns a word for a language, a tier or a way to reach somebody into ours; an unknown one stays."""
    known: dict[tuple[str, str], str] = {}
    for t in spoken:
        for code in LANGUAGES:
            known["language", t(f"planning.language.{code}").casefold()] = code
        for tier in TIERS:
            known["tier", t(f"scrapers.tier.{tier}").casefold()] = tier
        for way in REACHED_BY:
            known["reached_by", t(f"contacts.reached.{way}").casefold()] = way

    def ours(kind: str, word: str) -> str:
        told = " ".join(word.split()).casefold()
        if kind == "language":
            told = told.split("-", 1)[0] if len(told) in {5, 6} and "-" in told else told
        return known.get((kind, told), told)

    return ours


def _heads(t: Words) -> list[str]:
    return [t(f"contacts.field.{name}") for name in FIELDS] + [t(f"contacts.column.{name}") for name in _STANDS]


def _columns(t: Words) -> tuple[sheets.Column, ...]:
    names = (*FIELDS, *_STANDS)
    return tuple(sheets.Column(head, _WIDE.get(name, 16)) for name, head in zip(names, _heads(t), strict=True))


def _cells(t: Words, row: ContactSeen) -> list[sheets.Cell]:
    told: list[sheets.Cell] = []
    for name in FIELDS:
        value = getattr(row, name)
        if name == "languages":
            value = tuple(t(f"planning.language.{code}") for code in row.languages)
        elif name == "tier":
            value = t(f"scrapers.tier.{row.tier}") if row.tier else ""
        elif name == "reached_by":
            value = t(f"contacts.reached.{row.reached_by}")
        told.append("; ".join(value) if name in MANY else value or "")
    told.append(row.confirmed_on.isoformat() if row.confirmed_on else "")
    why = row.stopped_why
    told.append((t(why) if t.knows(why) else why) if row.stopped_at else "")
    return told
