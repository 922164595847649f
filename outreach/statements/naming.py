"""What a statement is called, in any language that it is given out in."""

import unicodedata

from outreach.core.text import Words
from outreach.report import Period
from outreach.statements.kinds import parts


def heading(t: Words, kind: str, period: Period) -> str:
    """The report and its period: Rezultāti, 2023. gads."""
    return f"{titled(t, kind)}, {called(t, period)}"


def titled(t: Words, kind: str) -> str:
    """A kind in words: Rezultāti; Pašvaldības lapa: Balvu novads."""
    report, place = parts(kind)
    told = t(f"report.kind.{report}")
    return t("statements.of_place", report=told, place=place) if place else told


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
    """The name of a file: results-2023-v2.pdf, municipality-balvu-novads-2023-v1.pdf."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", kind.casefold()) if not unicodedata.combining(one))
    kind = "-".join("".join(one if one.isalnum() else " " for one in plain).split())
    return f"{kind}-{period.name.replace('..', '_')}-v{version}.{ending}"
