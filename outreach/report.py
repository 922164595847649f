"""What every report has: a period, sentences, tables, and the records behind each number.

A report is one file in `outreach/reports/`: a frozen dataclass with a `kind`, found by
`outreach.core.registry.kinds("outreach.reports")`. It writes keys of the catalogues, not words; `as_text` and
`as_dict` speak the reader's language.
"""

import calendar
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar, Protocol, Self
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.charts.chart import Chart
from outreach.core.cells import harmless
from outreach.core.clock import day_bounds
from outreach.core.errors import OutreachError
from outreach.core.intervals import wilson
from outreach.core.office import Office
from outreach.core.registry import build
from outreach.core.text import Words

_YEAR = re.compile(r"(\d{4})")
_QUARTER = re.compile(r"(\d{4})[-/ ]?[QqCc]([1-4])")
_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:\.\.|/|–)\s*(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class Period:
    """Days `first` to `last`, both included, as `zone` counts them. `kind`: year, quarter or dates."""

    kind: str
    first: date
    last: date
    zone: ZoneInfo

    @classmethod
    def of_year(cls, year: int, zone: ZoneInfo) -> Self:
        return cls("year", date(year, 1, 1), date(year, 12, 31), zone)

    @classmethod
    def of_quarter(cls, year: int, quarter: int, zone: ZoneInfo) -> Self:
        month = quarter * 3
        return cls("quarter", date(year, month - 2, 1), date(year, month, calendar.monthrange(year, month)[1]), zone)

    @classmethod
    def of_dates(cls, first: date, last: date, zone: ZoneInfo) -> Self:
        """OutreachError `report.error.period` if it ends before it begins."""
        if last < first:
            raise OutreachError("report.error.period", given=f"{first.isoformat()}..{last.isoformat()}")
        return cls("dates", first, last, zone)

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> Self:
        """A period as people type it: 2023, 2023-Q3, 2023-01-01..2023-09-30. OutreachError
        `report.error.period`.
        """
        given = text.strip()
        try:
            if found := _YEAR.fullmatch(given):
                return cls.of_year(int(found[1]), zone)
            if found := _QUARTER.fullmatch(given):
                return cls.of_quarter(int(found[1]), int(found[2]), zone)
            if found := _DATES.fullmatch(given):
                return cls.of_dates(date.fromisoformat(found[1]), date.fromisoformat(found[2]), zone)
        except ValueError as error:
            raise OutreachError("report.error.period", given=given) from error
        raise OutreachError("report.error.period", given=given)

    @property
    def quarter(self) -> int:
        """The quarter in which it begins, 1 to 4."""
        return (self.first.month + 2) // 3

    @property
    def name(self) -> str:
        """The shortest text that `parse` reads back."""
        if self.kind == "year":
            return f"{self.first.year:04}"
        if self.kind == "quarter":
            return f"{self.first.year:04}-Q{self.quarter}"
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def moments(self) -> tuple[datetime, datetime]:
        """Its first moment and the first one after it, in UTC."""
        return day_bounds(self.first, self.zone)[0], day_bounds(self.last, self.zone)[1]

    def before(self) -> Self:
        """The period of the same kind just before: last year, the quarter before, as many days before."""
        if self.kind == "year":
            return self.of_year(self.first.year - 1, self.zone)
        if self.kind == "quarter":
            year, quarter = divmod(self.first.year * 4 + self.quarter - 2, 4)
            return self.of_quarter(year, quarter + 1, self.zone)
        days = self.last - self.first
        last = self.first - timedelta(days=1)
        return self.of_dates(last - days, last, self.zone)


@dataclass(frozen=True)
class Label:
    """A text by its key, spoken when the reader's language is known; facts may be labels themselves."""

    key: str
    facts: Mapping[str, "Cell"] = field(default_factory=dict)


# A share is a Label too (`report.percent`), so that every language writes it its own way.
Cell = int | str | Label | None


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns; `title` and `columns` are keys of the catalogue.

    `named` says, cell by cell, which of the report's numbers a cell is; empty names and missing rows are none.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    named: tuple[tuple[str, ...], ...] = ()

    def number_of(self, row: int, column: int) -> str:
        """The name of the number in a cell, empty where it is none."""
        names = self.named[row] if row < len(self.named) else ()
        return names[column] if column < len(names) else ""


@dataclass(frozen=True)
class Written:
    """A report for one period: `numbers` are what it states, by name, `records` the rows behind each, and `kinds`
    of which table those are: household, stage, inquiry, mention, story, event, release or post. Among stages an offer
    without an entry of its own stands as a negative number (`outreach.tracker.offers.counting`).
    """

    kind: str
    period: Period
    language: str
    sentences: tuple[str | Label, ...]
    tables: tuple[Table, ...]
    numbers: Mapping[str, int]
    records: Mapping[str, tuple[int, ...]]
    kinds: Mapping[str, str] = field(default_factory=dict)
    chart: Chart | None = None


class Report(Protocol):
    """A frozen dataclass in its own file of `outreach/reports/`."""

    kind: ClassVar[str]

    def write(self, session: Session, office: Office, period: Period, language: str) -> Written:
        """The report of one period; reads only."""
        ...


def write(
    kind: str, session: Session, office: Office, period: Period, language: str, place: str | None = None
) -> Written:
    """One report by its kind, of one municipality where it is about one.

    OutreachError `registry.kind` where there is none of that name, `registry.field` for a place it does not ask for.
    """
    report: Report = build("outreach.reports", kind, {} if place is None else {"place": place})
    return report.write(session, office, period, language)


def percent(part: int, whole: int) -> Label | None:
    """A share in whole percent; None of nothing."""
    return Label("report.percent", {"value": round(100 * part / whole)}) if whole else None


def between(part: int, whole: int) -> Label | None:
    """A share in whole percent with its 95 % limits (Wilson): of few cases it says little. None of nothing."""
    if not whole:
        return None
    low, high = (round(100 * limit) for limit in wilson(part, whole))
    return Label("report.between", {"value": round(100 * part / whole), "low": low, "high": high})


def as_text(written: Written, words: Words) -> str:
    """A report as plain text: sentences, then tables in columns."""
    blocks = ["\n".join(said(sentence, words) for sentence in written.sentences)]
    for table in written.tables:
        head = [words(column) for column in table.columns]
        rows = [[said(cell, words) for cell in row] for row in table.rows]
        blocks.append("\n".join([words(table.title), *_aligned(head, rows, table.rows)]))
    return "\n\n".join(block for block in blocks if block)


def as_dict(written: Written, words: Words) -> dict[str, object]:
    """A report as plain values, ready for JSON."""
    return {
        "report": written.kind,
        "period": written.period.name,
        "first": written.period.first.isoformat(),
        "last": written.period.last.isoformat(),
        "language": written.language,
        "sentences": [said(sentence, words) for sentence in written.sentences],
        "tables": [
            {
                "title": words(table.title),
                "columns": [words(column) for column in table.columns],
                "rows": [[cell if isinstance(cell, int) else said(cell, words) for cell in row] for row in table.rows],
            }
            for table in written.tables
        ],
        "numbers": dict(written.numbers),
        "records": {name: list(numbers) for name, numbers in written.records.items()},
    }


def as_csv(written: Written, words: Words) -> str:
    """A report as a table for a spreadsheet: sentences, then each table under its title, with an empty line between.

    Semicolons, as a Latvian spreadsheet expects them. No cell begins a formula.
    """
    file = io.StringIO()
    lines = csv.writer(file, delimiter=";", lineterminator="\r\n")
    for sentence in written.sentences:
        lines.writerow([harmless(said(sentence, words))])
    for table in written.tables:
        lines.writerow([])
        lines.writerow([harmless(words(table.title))])
        lines.writerow([harmless(words(column)) for column in table.columns])
        for row in table.rows:
            lines.writerow([cell if isinstance(cell, int) else harmless(said(cell, words)) for cell in row])
    return file.getvalue()


def said(cell: Cell, words: Words) -> str:
    """A cell or a sentence in words."""
    if cell is None:
        return words("report.nothing")
    if isinstance(cell, Label):
        facts = {name: fact if isinstance(fact, int) else said(fact, words) for name, fact in cell.facts.items()}
        return words(cell.key, **facts)
    return words.number(cell) if isinstance(cell, int) else cell


def _aligned(head: Sequence[str], rows: Sequence[Sequence[str]], cells: Sequence[Sequence[Cell]]) -> list[str]:
    """Lines of a table: numbers to the right, words to the left."""
    widths = [max(len(line[place]) for line in (head, *rows)) for place in range(len(head))]
    right = [bool(cells) and all(isinstance(row[place], int | None) for row in cells) for place in range(len(head))]

    def line(texts: Sequence[str]) -> str:
        parts = (
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(texts, widths, right, strict=True)
        )
        return "  ".join(parts).rstrip()

    return [line(head), "  ".join("-" * width for width in widths), *(line(row) for row in rows)]
