"""Which report a statement is of: its kind, and of the municipality's sheet the place too, so that each has its own
versions and plans. Pure.
"""

from collections.abc import Collection

from outreach.core.errors import OutreachError
from outreach.core.registry import kinds

OF_PLACE = "municipality"
_BETWEEN = ":"


def kind_of(report: str, place: str | None = None) -> str:
    """A statement's kind as it is kept: `results`, `municipality:Balvu novads`."""
    return f"{report}{_BETWEEN}{place}" if place else report


def parts(kind: str) -> tuple[str, str | None]:
    """The report and the place of a kind."""
    report, _, place = kind.partition(_BETWEEN)
    return report, place or None


def offered() -> tuple[str, ...]:
    """The reports that can be given out."""
    return tuple(kinds("outreach.reports"))


def check(kind: str, places: Collection[str]) -> tuple[str, str | None]:
    """The report and the place of a kind that can be given out. OutreachError `statements.error.kind`, or
    `report.error.place` for a sheet of none of these places.
    """
    report, place = parts(kind)
    if report not in offered() or (place is not None and report != OF_PLACE):
        raise OutreachError("statements.error.kind", kind=kind, known=", ".join(offered()))
    if report == OF_PLACE and place not in places:
        raise OutreachError("report.error.place", given=place or "", known=", ".join(places))
    return report, place
