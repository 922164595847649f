"""Statements as pages and commands read them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.report import Period
from outreach.statements.frozen import Figures, from_json
from outreach.statements.kinds import parts
from outreach.statements.models import Statement


@dataclass(frozen=True)
class Line:
    """A statement in a list."""

    statement_id: int
    kind: str
    period: str
    first: date
    last: date
    version: int
    why: str
    published_at: datetime
    published_by: str

    @property
    def report(self) -> str:
        return parts(self.kind)[0]

    @property
    def place(self) -> str | None:
        """The municipality whose sheet it is."""
        return parts(self.kind)[1]

    def span(self, zone: ZoneInfo) -> Period:
        """Its period as reports have it."""
        return Period(self.period, self.first, self.last, zone)


@dataclass(frozen=True)
class StatementSeen:
    """A statement as it was given out."""

    line: Line
    figures: Figures


_LINE = (
    Statement.id, Statement.kind, Statement.period, Statement.first, Statement.last, Statement.version, Statement.why,
    Statement.published_at, Statement.published_by,
)  # fmt: skip


def one(session: Session, statement_id: int) -> StatementSeen | None:
    """One statement."""
    row = session.get(Statement, statement_id)
    return None if row is None else seen(row)


def need(session: Session, statement_id: int) -> StatementSeen:
    """One statement; OutreachError `statements.error.none` where there is none of that number."""
    found = one(session, statement_id)
    if found is None:
        raise OutreachError("statements.error.none", statement_id=statement_id)
    return found


def listed(session: Session, limit: int = 100, *, before: int | None = None) -> list[Line]:
    """Statements, the latest given out first; those of numbers below `before`."""
    wanted = select(*_LINE).order_by(Statement.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(Statement.id < before)
    return [Line(*row) for row in session.execute(wanted)]


def versions(session: Session, kind: str, first: date, last: date, limit: int = 50) -> list[StatementSeen]:
    """All versions of one statement, the last first."""
    rows = session.scalars(
        select(Statement)
        .where(Statement.kind == kind, Statement.first == first, Statement.last == last)
        .order_by(Statement.version.desc())
        .limit(limit)
    )
    return [seen(row) for row in rows]


def latest(session: Session, kind: str, first: date, last: date) -> StatementSeen | None:
    """The version in force; None where nothing was given out."""
    found = versions(session, kind, first, last, 1)
    return found[0] if found else None


def seen(row: Statement) -> StatementSeen:
    """A row as a frozen value."""
    line = Line(
        row.id, row.kind, row.period, row.first, row.last, row.version, row.why, row.published_at, row.published_by
    )
    return StatementSeen(line, from_json(row.texts, row.numbers, row.records, row.tables))
