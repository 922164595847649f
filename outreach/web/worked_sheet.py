"""What worked as a table that a spreadsheet opens: one row a touch, every number in a column of its own."""

from pathlib import Path

from outreach import sheets
from outreach.core.text import Words
from outreach.tracker.credit.naming import Named
from outreach.tracker.credit.worked import ENDS, MEASURES, Line, Worked

_SURE = ("share", "low", "high", "place", "alone", "without")


def write(t: Words, file_format: str, target: Path, told: Worked, called: str) -> None:
    """The table, as XLSX or CSV; `called` is the period in words."""
    end = t(f"worked.end.{told.wanted.end}")
    columns = (
        sheets.Column(t("worked.column.touch"), 40),
        *(sheets.Column(t("worked.sheet.met", end=t(f"worked.end.{name}")), 18) for name in ENDS),
        *(sheets.Column(t("worked.sheet.credit", measure=t(f"worked.measure.{name}")), 18) for name in MEASURES),
        *(sheets.Column(t(f"worked.sheet.{name}", end=end), 18) for name in _SURE),
    )  # fmt: skip
    pairs = (
        (t("worked.filter.period"), called),
        (t("worked.filter.model"), t(f"worked.model.{told.wanted.model}")),
        (t("worked.filter.level"), t(f"worked.level.{told.wanted.level}")),
        (t("worked.care_name"), t("worked.care")),
    )
    head = sheets.Head(t("worked.title"), pairs, columns, t("worked.sheet.name"), len(told.lines))
    with sheets.written(file_format, target, head) as write_row:
        for line in told.lines:
            write_row(_cells(t, line))


def said(t: Words, named: Named) -> str:
    """What people call a touch."""
    return t(named.key) if named.key and t.knows(named.key) else named.text or named.name


def _cells(t: Words, line: Line) -> list[sheets.Cell]:
    share = line.share
    limits = (share.share, share.low, share.high) if share else (None, None, None)
    return [
        said(t, line.named),
        *(line.met(name) for name in ENDS),
        *(_decimal(t, line.credit.get(name)) for name in MEASURES),
        *(None if part is None else t.percent(part) for part in limits),
        share.place if share else None,
        line.alone,
        _decimal(t, line.without),
    ]


def _decimal(t: Words, value: float | None) -> str | None:
    return None if value is None else t.number(round(value, 2))
