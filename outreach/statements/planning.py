"""What the office promised: planned figures, beside the actual ones and those of a year before."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.text import Texts
from outreach.report import Period
from outreach.statements import reading
from outreach.statements.freezing import standing
from outreach.statements.frozen import Figures
from outreach.statements.models import Planned
from outreach.tracker.spans import year_before

HIGHEST = 1_000_000


@dataclass(frozen=True)
class Beside:
    """One number: what was planned, what it is, what it was a year before; None where it is not known."""

    name: str
    plan: float | None
    actual: int
    before: int | None

    @property
    def to_plan(self) -> float | None:
        """How much more than planned."""
        return None if self.plan is None else self.actual - self.plan

    @property
    def to_before(self) -> int | None:
        """How much more than a year before."""
        return None if self.before is None else self.actual - self.before


def plannable(figures: Figures) -> tuple[str, ...]:
    """The numbers that can be planned: those of the first table, without those of other years."""
    first = figures.tables[:1]
    names = [name for table in first for row in table.named for name in row if name]
    return tuple(dict.fromkeys(name for name in names if not name.startswith("before.") and not name[0].isdigit()))


def set_plan(
    session: Session, now: datetime, kind: str, period: Period, number: str, value: float | None, by: str
) -> bool:
    """Plans a number of a report; None takes the plan away. Whether that changed anything.

    OutreachError `statements.error.plan` for a value below nothing or beyond `HIGHEST`.
    """
    if value is not None and not (math.isfinite(value) and 0 <= value <= HIGHEST):
        raise OutreachError("statements.error.plan", most=HIGHEST)
    row = session.scalar(
        select(Planned).where(
            Planned.kind == kind, Planned.number == number, Planned.first == period.first, Planned.last == period.last
        )
    )
    if value is None:
        if row is not None:
            session.delete(row)
        return row is not None
    if row is None:
        session.add(
            Planned(
                kind=kind, number=number, first=period.first, last=period.last, value=value, set_at=now, set_by=by[:254]
            )
        )
        return True
    if row.value == value:
        return False
    row.value, row.set_at, row.set_by = value, now, by[:254]
    return True


def plans(session: Session, kind: str, period: Period) -> dict[str, float]:
    """What is planned of a report's numbers in exactly this period."""
    rows = session.execute(
        select(Planned.number, Planned.value).where(
            Planned.kind == kind, Planned.first == period.first, Planned.last == period.last
        )
    )
    return {row.number: row.value for row in rows}


def before(period: Period) -> Period:
    """The same stretch of the year before."""
    if period.kind == "year":
        return Period.of_year(period.first.year - 1, period.zone)
    if period.kind == "quarter":
        return Period.of_quarter(period.first.year - 1, period.quarter, period.zone)
    return Period.of_dates(year_before(period.first), year_before(period.last), period.zone)


def last_year(session: Session, texts: Texts, kind: str, period: Period, office: Office) -> Mapping[str, int]:
    """The numbers of a year before: as they were given out, else as the records say today."""
    earlier = before(period)
    given = reading.latest(session, kind, earlier.first, earlier.last)
    return given.figures.numbers if given else standing(session, texts, kind, earlier, office).numbers


def beside(
    figures: Figures, planned: Mapping[str, float], earlier: Mapping[str, int]
) -> tuple[Beside, ...]:
    """Plan, actual and a year before of each number that can be planned."""
    return tuple(
        Beside(name, planned.get(name), figures.numbers[name], earlier.get(name)) for name in plannable(figures)
    )
