"""What a source's page shows of its past: items by day, its last answers, and what it has cost."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.text import Words
from scrapers.models import SourceAnswer, SourceCost, SourceDay
from scrapers.queries import TROUBLES, SourceState
from scrapers.source import Priced, source_of


@dataclass(frozen=True)
class Day:
    """What came on one day of the office's calendar; `mentions` are among the items."""

    day: date
    items: int
    mentions: int


@dataclass(frozen=True)
class AnswerSeen:
    """An answer, or `times` of the same in a row from `at` to `until`.

    `millis` and `size` (bytes) are the last one's.
    """

    at: datetime
    until: datetime
    times: int
    state: str
    reason_key: str | None
    reason_facts: Mapping[str, Any]
    found: int
    new: int
    mentions: int
    millis: int
    size: int


@dataclass(frozen=True)
class Cost:
    """What a source has cost in this month and may cost at the most, in thousandths of its currency."""

    spent: int
    ceiling: int


def days(session: Session, since: date, ids: Collection[int] | None = None) -> dict[int, list[Day]]:
    """The days since `since` on which anything came, by source; of these sources alone, or of all."""
    told = (SourceDay.source_id, SourceDay.day, SourceDay.items, SourceDay.mentions)
    query = select(*told).where(SourceDay.day >= since)
    if ids is not None:
        query = query.where(SourceDay.source_id.in_(sorted(ids)))
    found: dict[int, list[Day]] = {}
    # Thousands of plain rows: no need for the mapper to look at each.
    rows = session.connection().execute(query.order_by(SourceDay.source_id, SourceDay.day))
    for source_id, day, items, mentions in rows:
        found.setdefault(source_id, []).append(Day(day, items, mentions))
    return found


def answers(session: Session, source_id: int, limit: int = 20, *, troubles: bool = False) -> list[AnswerSeen]:
    """The last answers that told something, the latest first; or only those that told of trouble."""
    query = select(*(getattr(SourceAnswer, name) for name in AnswerSeen.__dataclass_fields__)).where(
        SourceAnswer.source_id == source_id
    )
    if troubles:
        query = query.where(SourceAnswer.state.in_(TROUBLES))
    return [AnswerSeen(*row) for row in session.execute(query.order_by(SourceAnswer.id.desc()).limit(limit))]


def cost(session: Session, row: SourceState, now: datetime) -> Cost | None:
    """What the source has cost in the month of `now` (UTC); None where its kind does not charge."""
    try:
        plugin = source_of(row.kind, row.settings)
    except OutreachError:
        return None
    if not isinstance(plugin, Priced):
        return None
    month = f"{now.astimezone(UTC):%Y-%m}"
    spent = session.scalar(select(SourceCost.spent).where(SourceCost.source_id == row.id, SourceCost.month == month))
    return Cost(spent or 0, plugin.ceiling)


def span(t: Words, seconds: int | None) -> str:
    """A length of time as a table shows it, in its largest whole unit; a dash where it is not known."""
    if seconds is None:
        return "–"
    if seconds < 2 * 3_600:
        return t("sources.span.minutes", number=t.number(max(round(seconds / 60), 1)))
    if seconds < 2 * 86_400:
        return t("sources.span.hours", number=t.number(round(seconds / 3_600)))
    return t("sources.span.days", number=t.number(round(seconds / 86_400)))
