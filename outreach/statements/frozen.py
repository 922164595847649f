"""A report as plain values that outlive its code: words in every language, numbers, records, tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from outreach.core.text import Words
from outreach.report import Cell, Label, Table, Written, said

# A cell: a number, a text by language, or nothing.
Frozen = int | Mapping[str, str] | None


@dataclass(frozen=True)
class FrozenTable:
    """A table with its words by language; `named` says which number a cell is, as `report.Table` does."""

    title: Mapping[str, str]
    columns: tuple[Mapping[str, str], ...]
    rows: tuple[tuple[Frozen, ...], ...]
    named: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Figures:
    """What a report states: sentences by language, its numbers, and the records behind each; `kinds` says of which
    table those are.
    """

    texts: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    records: Mapping[str, tuple[int, ...]]
    kinds: Mapping[str, str]
    tables: tuple[FrozenTable, ...] = field(default=())

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.texts)

    def labels(self, language: str) -> dict[str, str]:
        """What each number is called, by the heads of its row and its column; one that stands in no table keeps its
        name.
        """
        told = {name: name for name in self.numbers}
        for table in reversed(self.tables):
            for row, names in zip(table.rows, table.named, strict=False):
                filled = [name for name in names if name]
                for place, name in enumerate(names):
                    if name in told:
                        head = worded(row[0], language)
                        column = table.columns[place].get(language, "")
                        told[name] = head if len(filled) == 1 else f"{head}, {column[:1].lower()}{column[1:]}"
        return told


def freeze(written: Mapping[str, Written], spoken: Mapping[str, Words]) -> Figures:
    """The same report in several languages as one; `spoken` are the words of each."""
    first = next(iter(written.values()))
    return Figures(
        {
            language: tuple(said(one, spoken[language]) for one in report.sentences)
            for language, report in written.items()
        },
        dict(first.numbers),
        {name: tuple(numbers) for name, numbers in first.records.items()},
        dict(first.kinds),
        tuple(_table(table, {language: spoken[language] for language in written}) for table in first.tables),
    )


def as_json(figures: Figures) -> list[dict[str, Any]]:
    """The tables as the store keeps them; the kinds of records stand with the first."""
    return [
        {
            "title": dict(table.title),
            "columns": [dict(column) for column in table.columns],
            "rows": [[dict(cell) if isinstance(cell, Mapping) else cell for cell in row] for row in table.rows],
            "named": [list(names) for names in table.named],
            "kinds": dict(figures.kinds) if place == 0 else {},
        }
        for place, table in enumerate(figures.tables)
    ]


def from_json(
    texts: Mapping[str, list[str]],
    numbers: Mapping[str, int],
    records: Mapping[str, list[int]],
    tables: list[dict[str, Any]],
) -> Figures:
    """What the store keeps, as it was."""
    kinds: dict[str, str] = {}
    for table in tables:
        kinds |= table["kinds"]
    return Figures(
        {language: tuple(lines) for language, lines in texts.items()},
        dict(numbers),
        {name: tuple(found) for name, found in records.items()},
        kinds,
        tuple(
            FrozenTable(
                table["title"],
                tuple(table["columns"]),
                tuple(tuple(row) for row in table["rows"]),
                tuple(tuple(names) for names in table["named"]),
            )
            for table in tables
        ),
    )


def worded(cell: Frozen, language: str) -> str:
    """A cell's text in a language; a number as it is written without one."""
    if isinstance(cell, Mapping):
        return cell.get(language) or next(iter(cell.values()), "")
    return "" if cell is None else str(cell)


def _table(table: Table, spoken: Mapping[str, Words]) -> FrozenTable:
    def by_language(cell: Label | str) -> dict[str, str]:
        return {language: said(cell, words) for language, words in spoken.items()}

    def frozen(cell: Cell) -> Frozen:
        return by_language(cell) if isinstance(cell, Label | str) else cell

    return FrozenTable(
        by_language(Label(table.title)),
        tuple(by_language(Label(column)) for column in table.columns),
        tuple(tuple(frozen(cell) for cell in row) for row in table.rows),
        tuple(
            tuple(table.number_of(at, place) for place in range(len(row))) for at, row in enumerate(table.rows)
        ),
    )
