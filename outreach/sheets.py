"""Tables that people open in a spreadsheet, XLSX or CSV, written row by row: what they show in the head, then the rows.

Nothing in them is run: in XLSX every text is a text cell, in CSV what a spreadsheet would take for a formula is told to
be text. Moments are dates that can be sorted, in the zone that they come in.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from outreach.core.cells import harmless

FORMATS = ("xlsx", "csv")
Cell = str | int | datetime | None
Write = Callable[[Sequence[Cell]], None]

_LONGEST = 32_000  # characters of a cell; Excel takes 32,767
_MOMENT = "yyyy-mm-dd hh:mm"
# The mark by which spreadsheets know the letters.
_MARK = "\ufeff"


@dataclass(frozen=True)
class Column:
    """A column's heading, and how wide it is, in characters."""

    label: str
    width: int = 16


@dataclass(frozen=True)
class Head:
    """What stands above the rows: a title, pairs of what the table holds, the columns; `sheet` names the sheet, `rows`
    is how many rows there will be.
    """

    title: str
    pairs: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    sheet: str
    rows: int


@contextmanager
def written(file_format: str, target: Path | BytesIO, head: Head) -> Iterator[Write]:
    """Writes the head, and gives what writes a row. The file is whole when the block has ended well.

    In a `BytesIO` (XLSX alone) nothing of it ever lies on the disk: for personal data.
    """
    if file_format == "xlsx" or isinstance(target, BytesIO):
        with _xlsx(target, head) as write:
            yield write
    else:
        with _csv(target, head) as write:
            yield write


@contextmanager
def _csv(target: Path, head: Head) -> Iterator[Write]:
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(_MARK)
        out = csv.writer(file, lineterminator="\r\n")

        def write(cells: Sequence[Cell]) -> None:
            out.writerow([harmless(_text(cell)) for cell in cells])

        write([head.title])
        for pair in head.pairs:
            write(pair)
        write([])
        write([column.label for column in head.columns])
        yield write


@contextmanager
def _xlsx(target: Path | BytesIO, head: Head) -> Iterator[Write]:
    import xlsxwriter  # pages that only offer the format need not wait for it

    # One row in memory at a time: rows go to the file in their order and are not come back to.
    way = {"in_memory": True} if isinstance(target, BytesIO) else {"constant_memory": True}
    book = xlsxwriter.Workbook(
        target if isinstance(target, BytesIO) else str(target),
        {**way, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet(head.sheet[:31])
    title, name, plain = (
        book.add_format(told)
        for told in ({"bold": True, "font_size": 14}, {"bold": True}, {"valign": "top", "text_wrap": True})
    )
    moment = book.add_format({"num_format": _MOMENT, "valign": "top", "align": "left"})
    heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E4EDF4"})
    for at, column in enumerate(head.columns):
        sheet.set_column(at, at, column.width)
    sheet.write_string(0, 0, head.title, title)
    for at, (label, told) in enumerate(head.pairs, 1):
        sheet.write_string(at, 0, label, name)
        sheet.write_string(at, 1, told[:_LONGEST])
    top = len(head.pairs) + 2
    for at, column in enumerate(head.columns):
        sheet.write_string(top, at, column.label, heading)
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, top + head.rows, len(head.columns) - 1)
    line = top

    def write(cells: Sequence[Cell]) -> None:
        nonlocal line
        line += 1
        for at, cell in enumerate(cells):
            if isinstance(cell, datetime):
                sheet.write_datetime(line, at, cell.replace(tzinfo=None), moment)
            elif isinstance(cell, int):
                sheet.write_number(line, at, cell, plain)
            elif cell:
                sheet.write_string(line, at, cell[:_LONGEST], plain)

    try:
        yield write
    finally:
        book.close()


def _text(cell: Cell) -> str:
    return cell.strftime("%Y-%m-%d %H:%M") if isinstance(cell, datetime) else "" if cell is None else str(cell)
