"""Named lists, from the office's own vocabulary and places: what `{mītnes zemes}` stands for.

`lists.csv` beside this file says which rows make up which list: by role, kind and sense of the vocabulary, or by level
of the places (0 region, 1 municipality or state city, 2 town, 3 parish, 4 village); an empty cell asks for nothing.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from outreach.core.office import Office
from scrapers.query.tree import Form
from scrapers.watch import lexicon, places
from scrapers.watch.words import lowered

_PIECE = re.compile(r"[^\W_]+")
_FORMS = ("forms_ltg", "forms_ru", "forms_en")


@dataclass(frozen=True)
class ListOf:
    """A named list. `aliases` are its other names, `entries` what it holds as a person reads it (terms of the
    vocabulary, names of places), `forms` what is looked for.
    """

    name: str
    aliases: tuple[str, ...]
    entries: tuple[str, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class _Row:
    """A term of the vocabulary, or a place (`level` is a figure then), with its forms."""

    name: str
    role: str
    kind: str
    sense: str
    level: str
    forms: tuple[Form, ...]


def office_lists(office: Office) -> Mapping[str, ListOf]:
    """The office's lists by each of their names, Latvian and English, all in lower case.

    A list that the office has nothing for is left out. Raises OutreachError ``watch.vocabulary`` where a file of the
    office cannot be read.
    """
    rows = [*_terms(office.vocabulary), *_places(office.places)]
    found: dict[str, ListOf] = {}
    with files("scrapers.query").joinpath("lists.csv").open(encoding="utf-8") as opened:
        for told in csv.DictReader(opened):
            asked = {column: frozenset(filter(None, told[column].split("|"))) for column in _ASKED}
            chosen = [row for row in rows if _fits(row, asked)]
            made = ListOf(
                told["name"],
                (told["alias"],),
                tuple(dict.fromkeys(row.name for row in chosen)),
                tuple(dict.fromkeys(form for row in chosen for form in row.forms)),
            )
            if made.forms:
                found |= {told["name"]: made, told["alias"]: made}
    return found


_ASKED = ("role", "kind", "sense", "level")


def _fits(row: _Row, asked: Mapping[str, frozenset[str]]) -> bool:
    return bool(row.level) == bool(asked["level"]) and all(
        not wanted or getattr(row, column) in wanted for column, wanted in asked.items()
    )


def _terms(path: Path) -> Iterator[_Row]:
    for form, entry in lexicon.read(path):
        pieces = lexicon.pieces_of(form)
        # Context words of a row are no term of it; what stands in braces is not for reading texts by.
        if entry.role == "evidence" or "{" in form or not pieces or pieces[-1] == "*":
            continue
        prefix = pieces[-1].endswith("*")
        words = (*pieces[:-1], pieces[-1].removesuffix("*"))
        yield _Row(
            entry.term, entry.role, entry.kind, entry.sense, "", (Form(words, prefix=prefix, upper=entry.capitals),)
        )


def _places(path: Path) -> Iterator[_Row]:
    for _, row in lexicon.rows(path, places.COLUMNS):
        yield _Row(row["name_lv"], "", "", "", row["level"], tuple(_place_forms(row)))


def _place_forms(row: Mapping[str, str]) -> Iterable[Form]:
    """A place's forms, capital first. Of a name that is also a common word only forms that can mean nothing else: the
    whole name ("Maltas pagasts"), and those that the table is sure of.
    """
    sure = set(row["sure_forms"].split("|"))
    nom = row["nom"]
    for told in (row["match_forms"] or nom, *(row.get(column) or "" for column in _FORMS)):
        for form in filter(None, told.split("|")):
            words = tuple(lowered(piece) for piece in _PIECE.findall(form))
            whole = " " in nom or len(words) > 1
            if words and (row["needs_context"] == "no" or whole or form in sure):
                yield Form(words, capital=True)
