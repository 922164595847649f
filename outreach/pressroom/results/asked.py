"""How many asked in each of some weeks."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, func, literal, select, union_all
from sqlalchemy.orm import Session

from outreach.core.clock import day_bounds, local_day
from outreach.pressroom.results.weeks import Compared, compared, weeks
from outreach.tracker.models import Inquiry


def around(session: Session, now: datetime, out_at: datetime, zone: ZoneInfo) -> Compared:
    """The inquiries around something that went out then, beside what is usual. One query."""
    told = weeks(local_day(out_at, zone))
    counts, first = by_week(session, told.every, zone)
    return compared(told, counts, local_day(now, zone), local_day(first, zone) if first is not None else None)


def by_week(session: Session, days: Sequence[date], zone: ZoneInfo) -> tuple[dict[date, int], datetime | None]:
    """Inquiries of the weeks that begin on these days, whole local days each, and when the first one ever came in."""
    if not days:
        return {}, None
    first = select(func.min(Inquiry.received_at)).scalar_subquery()
    ranges = [
        select(literal(place, Integer).label("place"), func.count().label("number"), first.label("first"))
        .select_from(Inquiry)
        .where(
            Inquiry.received_at >= day_bounds(day, zone)[0],
            Inquiry.received_at < day_bounds(day + timedelta(days=6), zone)[1],
        )
        for place, day in enumerate(days)
    ]
    rows = session.execute(union_all(*ranges)).all()
    return {days[row.place]: row.number for row in rows}, rows[0].first
