"""A statement for paper: the sentences, the tables, and a line how it was counted; as PDF, DOCX or plain text."""

import io
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from docx import Document
from docx.shared import Cm, Pt

import outreach.charts
from outreach.core import typeset
from outreach.core.clock import local_day
from outreach.core.text import Words
from outreach.statements.frozen import Frozen, FrozenTable, worded
from outreach.statements.reading import StatementSeen

# The letters that pictures are drawn with.
FONTS = Path(outreach.charts.__file__).parent / "fonts"


@dataclass(frozen=True)
class Sheet:
    """What stands on the paper, in one language: nothing but words."""

    title: str
    office: str
    sentences: tuple[str, ...]
    tables: tuple[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]], ...]  # title, columns, rows
    counted: tuple[str, ...]


def sheet(given: StatementSeen, office: str, title: str, zone: ZoneInfo, t: Words) -> Sheet:
    """A statement in the language of `t`, or in its first where it has no such."""
    figures = given.figures
    language = t.language if t.language in figures.texts else figures.languages[0]
    how = f"statements.counted.{given.line.kind}"
    day = t.day(local_day(given.line.published_at, zone))
    return Sheet(
        title,
        office,
        figures.texts[language],
        tuple(_table(table, language, t) for table in figures.tables if table.rows),
        (
            t(how) if t.knows(how) else t("statements.counted.other"),
            t("statements.paper.given", version=given.line.version, day=day),
            *((t("statements.paper.why", why=given.line.why),) if given.line.why else ()),
        ),
    )


def pdf(told: Sheet, given: StatementSeen, zone: ZoneInfo, language: str) -> bytes:
    """On A4. OutreachError as `outreach.core.typeset.pdf`."""
    about = typeset.About(told.title, language, told.office, local_day(given.line.published_at, zone))
    tables = [
        {"title": title, "columns": columns, "rows": rows} for title, columns, rows in told.tables
    ]
    data = {
        "title": told.title, "office": told.office, "sentences": told.sentences, "tables": tables,
        "counted": told.counted, "foot": told.office,
    }  # fmt: skip
    return typeset.pdf("statement", about, data, fonts=FONTS)


def docx(told: Sheet, given: StatementSeen) -> bytes:
    """As a Word document with real headings and tables."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    about = document.core_properties
    about.title, about.author, about.comments = told.title[:255], told.office[:255], ""
    about.created = about.modified = given.line.published_at.replace(tzinfo=None, microsecond=0)
    document.add_heading(told.title, 1)
    for sentence in told.sentences:
        document.add_paragraph(sentence)
    for title, columns, rows in told.tables:
        document.add_heading(title, 2)
        drawn = document.add_table(rows=1, cols=len(columns), style="Light Grid Accent 1")
        for cell, text in zip(drawn.rows[0].cells, columns, strict=True):
            cell.text = text
        for row in rows:
            for cell, text in zip(drawn.add_row().cells, row, strict=True):
                cell.text = text
    for line in told.counted:
        document.add_paragraph().add_run(line).font.size = Pt(9)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def text(told: Sheet) -> str:
    """As plain text: sentences, tables line by line, how it was counted."""
    blocks = [told.title, "\n".join(told.sentences)]
    for title, columns, rows in told.tables:
        lines = [title, *(_line(columns, row) for row in rows)]
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, "\n".join(told.counted)]) + "\n"


def _line(columns: tuple[str, ...], row: tuple[str, ...]) -> str:
    cells = [f"{column[:1].lower()}{column[1:]} {cell}" for column, cell in zip(columns[1:], row[1:], strict=True)]
    return f"{row[0]}: {', '.join(cells)}"


def _table(
    table: FrozenTable, language: str, t: Words
) -> tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    def told(cell: Frozen) -> str:
        if cell is None:
            return t("report.nothing")
        return t.number(cell) if isinstance(cell, int) else worded(cell, language)

    return (
        worded(table.title, language),
        tuple(worded(column, language) for column in table.columns),
        tuple(tuple(told(cell) for cell in row) for row in table.rows),
    )
