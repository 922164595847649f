"""Regions beside each other for one period: what each gave, ours among them, and who gave nothing.

They stand in the order of the alphabet: regions differ in size, and a difference between small counts says little, so
that no place is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from outreach.charts.chart import Chart, Row, Unit
from outreach.core import regions
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.report import Period
from outreach.statements.models import Statement
from outreach.statements.reading import seen
from outreach.statements.sharing.figures import FIGURES, KINDS, of_statement
from outreach.statements.sharing.models import SharedFigures

_MOST = 200


@dataclass(frozen=True)
class Source:
    """Which report a region's figures are of, and when it was given out."""

    kind: str
    version: int
    given_at: datetime


@dataclass(frozen=True)
class Region:
    """One region: a figure that is None is too small to be told; one that is missing was not given."""

    name: Mapping[str, str]
    is_own: bool
    numbers: Mapping[str, int | None]
    sources: tuple[Source, ...]

    def called(self, language: str) -> str:
        """Its name in a language."""
        return self.name.get(language) or self.name["lv"]


@dataclass(frozen=True)
class Comparison:
    """Regions that gave figures, and names of those that did not, each in the order of the alphabet."""

    period: Period
    regions: tuple[Region, ...]
    missing: tuple[Mapping[str, str], ...]


def periods(session: Session, zone: ZoneInfo) -> list[Period]:
    """The periods of which any region gave figures, ours too; the latest first."""
    ours = select(Statement.first, Statement.last).where(Statement.kind.in_(KINDS))
    theirs = select(SharedFigures.first, SharedFigures.last).where(SharedFigures.kind.in_(KINDS))
    rows = session.execute(union(ours, theirs)).all()
    ordered = sorted(rows, key=lambda row: (row[1], row[0]), reverse=True)
    return [span(first, last, zone) for first, last in ordered[:_MOST]]


def span(first: date, last: date, zone: ZoneInfo) -> Period:
    """The period of two days: a year or a quarter where it is one."""
    for period in (Period.of_year(first.year, zone), Period.of_quarter(first.year, (first.month + 2) // 3, zone)):
        if (period.first, period.last) == (first, last):
            return period
    return Period.of_dates(first, last, zone)


def compare(session: Session, office: Office, period: Period) -> Comparison:
    """All that is known of a period. Two queries."""
    given = [*_theirs(session, period), *_ours(session, office, period)]
    given.sort(key=lambda one: one.name["lv"])
    missing = [
        name for name in regions.regions(office) if not any(regions.same(name["lv"], one.name["lv"]) for one in given)
    ]
    return Comparison(period, tuple(given), tuple(missing))


def chart(compared: Comparison, figure: str, language: str) -> Chart:
    """One figure of every region as bars; a region that did not tell it has none."""
    names: dict[str, int | None] = {}
    own = None
    for one in compared.regions:
        name = one.called(language)
        name = name if name not in names else f"{name} ({len(names) + 1})"  # two offices of one name
        names[name] = one.numbers.get(figure)
        own = name if one.is_own else own
    unit: Unit = "people" if figure.endswith(".people") else "plain" if figure == "offers" else "families"
    rows = tuple(Row(name, value) for name, value in names.items())
    return Chart(
        "bars", f"regions.figure.{figure}", "regions.column.region", f"regions.figure.{figure}", rows, unit,
        emphasis=own,
    )  # fmt: skip


def _theirs(session: Session, period: Period) -> list[Region]:
    rows = session.scalars(
        select(SharedFigures)
        .where(SharedFigures.first == period.first, SharedFigures.last == period.last, SharedFigures.kind.in_(KINDS))
        .order_by(SharedFigures.version)
    )
    latest: dict[str, dict[str, SharedFigures]] = {}
    for row in rows:
        latest.setdefault(row.office, {})[row.kind] = row
    found = []
    for kinds in latest.values():
        newest = max(kinds.values(), key=lambda row: row.given_at)
        told = [
            (Source(kind, kinds[kind].version, kinds[kind].given_at), kinds[kind].numbers)
            for kind in KINDS
            if kind in kinds
        ]
        found.append(_region(newest.name, False, told))
    return found


def _ours(session: Session, office: Office, period: Period) -> list[Region]:
    """Our own figures as the others see them."""
    rows = session.scalars(
        select(Statement)
        .where(Statement.first == period.first, Statement.last == period.last)
        .where(Statement.kind.in_(KINDS))
        .order_by(Statement.version)
    )
    latest = {row.kind: seen(row) for row in rows}
    told = []
    for kind in KINDS:
        if kind not in latest:
            continue
        try:
            numbers = of_statement(latest[kind])
        except OutreachError:
            continue  # of another period than a year
        line = latest[kind].line
        told.append((Source(kind, line.version, line.published_at), numbers))
    return [_region(office.region, True, told)] if told else []


def _region(
    name: Mapping[str, str], is_own: bool, told: Sequence[tuple[Source, Mapping[str, int | None]]]
) -> Region:
    """One region of what its reports say; each figure of the first that states it."""
    numbers: dict[str, int | None] = {}
    used = []
    for source, stated in told:
        fresh = {figure: stated[figure] for figure in FIGURES if figure in stated and figure not in numbers}
        numbers |= fresh
        if fresh:
            used.append(source)
    return Region(dict(name), is_own, numbers, tuple(used))
