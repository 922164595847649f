"""What somebody's file holds: rows of cells, whatever program wrote it. A workbook is opened by a process of its own.

CSV with a comma, a semicolon or tabs, in UTF-8, UTF-16 or the letters of old Windows (cp1257); XLSX, XLS and ODS.
"""

import csv
import io
import json
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time

from outreach.core.cells import harmless
from outreach.core.errors import OutreachError

MOST_BYTES = 2_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 60
_LONGEST_CELL = 20_000
_UNPACKED = 60_000_000  # what a workbook may be in bytes when it is unpacked
_SECONDS = 30
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BLOCK = 1 << 16

Cell = str | float | bool | date | time | None  # a datetime is a date with an hour


@dataclass(frozen=True)
class Line:
    """One row with its number as the program that wrote it shows it."""

    number: int
    cells: tuple[Cell, ...]


def lines(data: bytes) -> tuple[Line, ...]:
    """The rows that hold anything.

    Raises OutreachError `plantable.file.empty`, `plantable.file.large` (bytes), `plantable.file.rows` (too many),
    `plantable.file.broken` or `plantable.file.unpacked` (a workbook that unpacks to too much).
    """
    if not data.strip():
        raise OutreachError("plantable.file.empty")
    if len(data) > MOST_BYTES:
        raise OutreachError("plantable.file.large", most=MOST_BYTES // 1_000_000)
    if data.startswith(_ZIP):
        _unpack(data)
    found = _workbook(data) if data.startswith((_ZIP, _OLD)) else _table(data)
    if not found:
        raise OutreachError("plantable.file.empty")
    # The head, and what may stand above it.
    if len(found) > MOST_ROWS + 10:
        raise OutreachError("plantable.file.rows", most=MOST_ROWS)
    return found


def text(data: bytes) -> str:
    """The letters of a file: what its first bytes say, else UTF-8, else those of old Windows in Latvia."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1257", "replace")


def _table(data: bytes) -> tuple[Line, ...]:
    told = text(data).replace("\x00", "")
    if told.count("\ufffd") > len(told) // 20:
        raise OutreachError("plantable.file.broken")
    head = next((line for line in told.splitlines() if sum(map(line.count, ";,\t")) > 1), "")
    between = max(";\t,", key=head.count)
    found: list[Line] = []
    try:
        reader = csv.reader(io.StringIO(told, newline=""), delimiter=between)
        while True:
            begins = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return tuple(found)
            if any(cell.strip() for cell in cells):
                found.append(Line(begins, tuple(_plain(cell) for cell in cells[:MOST_COLUMNS])))
            if len(found) > MOST_ROWS + 10:
                return tuple(found)
    except csv.Error as error:
        raise OutreachError("plantable.file.broken") from error


def _plain(cell: str) -> str:
    """A cell without the apostrophe by which our own tables keep a text from being run."""
    told = cell[:_LONGEST_CELL].strip()
    return told[1:] if told[:1] == "'" and harmless(told[1:]) == told else told


def _unpack(data: bytes) -> None:
    """Unpacks a workbook once, as far as it may go: its own word on how large it is counts for nothing."""
    left = _UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            for one in book.infolist():
                with book.open(one) as part:
                    while block := part.read(_BLOCK):
                        left -= len(block)
                        if left < 0:
                            raise OutreachError("plantable.file.unpacked")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise OutreachError("plantable.file.broken") from error


def _workbook(data: bytes) -> tuple[Line, ...]:
    # A process of its own: a workbook that claims a billion cells, or stumbles over itself, ends that one and not ours.
    try:
        ended = subprocess.run(  # noqa: S603  (our own module, by its own name)
            [sys.executable, "-m", f"{__package__}.opening"],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
        rows = json.loads(ended.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise OutreachError("plantable.file.broken") from error
    return tuple(Line(number, tuple(_cell(*cell) for cell in cells)) for number, cells in rows)


def _cell(kind: str, value: str) -> Cell:
    if kind == "moment":
        return datetime.fromisoformat(value)
    if kind == "day":
        return date.fromisoformat(value)
    if kind == "hour":
        return time.fromisoformat(value)
    if kind == "number":
        return float(value)
    return _plain(value)
