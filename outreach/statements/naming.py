"""What a statement is called, in any language that it is given out in."""

from outreach.core.text import Words
from outreach.report import Period


def heading(t: Words, kind: str, period: Period) -> str:
    """The report and its period: Rezultāti, 2023. gads."""
    return f"{t('report.kind.' + kind)}, {called(t, period)}"


def called(t: Words, period: Period) -> str:
    """A period in words."""
    year = str(period.first.year)
    if period.kind == "year":
        return t("statements.period.year", year=year)
    if period.kind == "quarter":
        return t("statements.period.quarter", year=year, quarter=period.quarter)
    if (period.first.month, period.first.day, period.last.month, period.last.day) == (1, 1, 9, 30):
        return t("statements.period.nine_months", year=year)
    return f"{t.day(period.first)} – {t.day(period.last)}"


def file_name(kind: str, period: Period, version: int, ending: str) -> str:
    """The name of a file: results-2023-v2.pdf."""
    return f"{kind}-{period.name.replace('..', '_')}-v{version}.{ending}"
