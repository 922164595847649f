"""A statement as XLSX: its numbers as formulas over the records behind them, those records, plan and last year.

The records are numbers of rows and how many people each counts for; no name of anybody. A reader who may not open
families gets the numbers as they are.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outreach.core.text import Words
from outreach.statements.frozen import Figures, Frozen, FrozenTable, worded
from outreach.statements.planning import Beside
from outreach.statements.reading import StatementSeen

_WIDE, _NARROW = 44, 16


@dataclass(frozen=True)
class Behind:
    """Which records may be told, by their kind, and how many people an entry of a stage counts for."""

    kinds: frozenset[str]
    people: Mapping[int, int]


def workbook(
    given: StatementSeen, title: str, t: Words, behind: Behind, planned: Sequence[Beside] = ()
) -> bytes:
    """The workbook in the language of `t`. Numbers whose records may not be told are plain; `planned` rows make a
    sheet of their own.
    """
    import xlsxwriter  # pages that only offer the format need not wait for it

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": given.line.published_at.replace(tzinfo=None)})
    looks = _Looks(
        book.add_format({"bold": True, "font_size": 14}),
        book.add_format({"bold": True, "bottom": 1, "bg_color": "#E4EDF4"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
        book.add_format({"bold": True}),
    )
    names = [name for name in given.figures.numbers if given.figures.kinds.get(name) in behind.kinds]
    lines = [
        (name, number, behind.people.get(number, 0) if name.endswith(".people") else 1)
        for name in names
        for number in given.figures.records[name]
    ]
    told, end = t("statements.sheet.records"), len(lines) + 1
    sums: dict[str, int] = {}
    for name, _, counts in lines:
        sums[name] = sums.get(name, 0) + counts
    # A number that its records do not add up to stays a number: a formula would correct what was given out.
    cells = {
        name: f"=SUMIF('{told}'!$A$2:$A${end},\"{name}\",'{told}'!$E$2:$E${end})"
        for name in names
        if sums.get(name) == given.figures.numbers[name]
    }
    _numbers(book.add_worksheet(t("statements.sheet.numbers")), given.figures, title, t, cells, looks)
    if planned:
        _plans(book.add_worksheet(t("statements.sheet.plan")), given.figures, t, planned, looks)
    if lines:
        _records(book.add_worksheet(told), given.figures, t, lines, looks)
    book.close()
    return made.getvalue()


@dataclass(frozen=True)
class _Looks:
    title: Any
    head: Any
    text: Any
    name: Any


def _numbers(
    sheet: Any, figures: Figures, title: str, t: Words, cells: Mapping[str, str], looks: _Looks
) -> None:
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, 12, _NARROW)
    sheet.write_string(0, 0, title, looks.title)
    line = 1
    for sentence in figures.texts.get(t.language, ()):
        sheet.merge_range(line, 0, line, 6, "", looks.text)
        sheet.write_string(line, 0, sentence, looks.text)
        sheet.set_row(line, 15 * (len(sentence) // 120 + 1))
        line += 1
    for table in figures.tables:
        line = _table(sheet, table, figures, t, cells, looks, line + 1)


def _table(
    sheet: Any, table: FrozenTable, figures: Figures, t: Words, cells: Mapping[str, str], looks: _Looks, line: int
) -> int:
    sheet.write_string(line, 0, worded(table.title, t.language), looks.name)
    for at, column in enumerate(table.columns):
        sheet.write_string(line + 1, at, worded(column, t.language), looks.head)
    line += 2
    for row, names in zip(table.rows, table.named, strict=False):
        for at, cell in enumerate(row):
            name = names[at]
            if name in cells:
                sheet.write_formula(line, at, cells[name], None, figures.numbers[name])
            else:
                _write(sheet, line, at, cell, t)
        line += 1
    return line


def _write(sheet: Any, line: int, at: int, cell: Frozen, t: Words) -> None:
    if isinstance(cell, int):
        sheet.write_number(line, at, cell)
    elif cell is not None:
        sheet.write_string(line, at, worded(cell, t.language))


def _plans(sheet: Any, figures: Figures, t: Words, planned: Sequence[Beside], looks: _Looks) -> None:
    heads = ("number", "plan", "actual", "to_plan", "before", "to_before")
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, len(heads) - 1, _NARROW)
    for at, head in enumerate(heads):
        sheet.write_string(0, at, t(f"statements.plan.{head}"), looks.head)
    labels = figures.labels(t.language)
    for line, one in enumerate(planned, 1):
        sheet.write_string(line, 0, labels[one.name])
        sheet.write_number(line, 2, one.actual)
        for at, value, difference, told in ((1, one.plan, 3, one.to_plan), (4, one.before, 5, one.to_before)):
            if value is not None:
                column = "BE"[at == 4]
                sheet.write_number(line, at, value)
                sheet.write_formula(line, difference, f"=C{line + 1}-{column}{line + 1}", None, told)


def _records(sheet: Any, figures: Figures, t: Words, lines: Sequence[tuple[str, int, int]], looks: _Looks) -> None:
    heads = ("name", "number", "kind", "record", "counts")
    for at, head in enumerate(heads):
        sheet.write_string(0, at, t(f"statements.records.{head}"), looks.head)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, _WIDE)
    sheet.set_column(2, 4, _NARROW)
    sheet.freeze_panes(1, 0)
    labels = figures.labels(t.language)
    for line, (name, number, counts) in enumerate(lines, 1):
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, labels[name])
        # An offer without an entry of its own stands as a negative number.
        kind = figures.kinds[name] if number >= 0 else "offer"
        sheet.write_string(line, 2, t(f"statements.record.{kind}"))
        sheet.write_number(line, 3, abs(number))
        sheet.write_number(line, 4, counts)
    sheet.autofilter(0, 0, len(lines), len(heads) - 1)
