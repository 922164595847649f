"""A year of releases as a table that a spreadsheet opens: one row a release."""

from pathlib import Path
from zoneinfo import ZoneInfo

from outreach import sheets
from outreach.core.text import Words
from outreach.pressroom.results.year import Line, Year

_COLUMNS = (
    ("headline", 60), ("kind", 14), ("at", 18), ("sent", 12), ("returned", 12), ("delivered", 12), ("reached", 16),
    ("printed", 16), ("others", 16), ("people", 14), ("linked", 14),
)  # fmt: skip


def write(t: Words, file_format: str, target: Path, told: Year, zone: ZoneInfo) -> None:
    """The table of a year, as XLSX or CSV; moments in `zone`."""
    columns = tuple(sheets.Column(t(f"pressresult.table.{name}"), width) for name, width in _COLUMNS)
    title = t("pressresult.year.title", year=str(told.year))
    head = sheets.Head(title, (), columns, str(told.year), len(told.lines))
    with sheets.written(file_format, target, head) as write_row:
        for line in told.lines:
            write_row(_cells(t, line, zone))


def _cells(t: Words, line: Line, zone: ZoneInfo) -> list[sheets.Cell]:
    return [
        line.headline,
        t(f"pressresult.kind.{line.kind}"),
        line.at.astimezone(zone),
        line.mails.sent,
        line.mails.returned,
        line.mails.delivered,
        len(line.houses.sent),
        len(line.houses.asked),
        len(line.houses.others),
        line.people,
        line.linked,
    ]
