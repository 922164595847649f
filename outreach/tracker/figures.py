"""How many asked, when, from where and about what: numbers alone, added up by the store."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach.core.clock import day_bounds
from outreach.tracker.models import Inquiry


@dataclass(frozen=True)
class Week:
    """A week of the office's calendar and how many inquiries came in it."""

    monday: date
    count: int


@dataclass(frozen=True)
class Group:
    """How many inquiries share a value; `name` None: nobody knows it."""

    name: str | None
    count: int


def by_week(session: Session, first: date, last: date, zone: ZoneInfo) -> list[Week]:
    """The weeks that touch the days `first` to `last`, every one of them, in order; at most two years of them.

    Days outside `first` to `last` do not count, so that the weeks add up to the period.
    """
    monday = first - timedelta(days=first.weekday())
    weeks: list[tuple[date, datetime, datetime]] = []
    while monday <= last and len(weeks) < 106:
        begin, end = max(monday, first), min(monday + timedelta(days=6), last)
        weeks.append((monday, day_bounds(begin, zone)[0], day_bounds(end, zone)[1]))
        monday += timedelta(days=7)
    # One range of the index a week: whatever the store calls a week, the office's begins on its own Monday.
    ranges = [
        select(literal(place, Integer).label("place"), func.count().label("number"))
        .select_from(Inquiry)
        .where(Inquiry.received_at >= begin, Inquiry.received_at < end)
        for place, (_, begin, end) in enumerate(weeks)
    ]
    counts = {row.place: row.number for row in session.execute(union_all(*ranges))}
    return [Week(day, counts[place]) for place, (day, _, _) in enumerate(weeks)]


def by_country(session: Session, since: datetime, until: datetime) -> list[Group]:
    """Where those live who asked in `since` <= t < `until`; the most first, the unknown last."""
    return _by(session, Inquiry.country, since, until)


def by_topic(session: Session, since: datetime, until: datetime) -> list[Group]:
    """What they asked about, as `by_country`."""
    return _by(session, Inquiry.topic, since, until)


def _by(
    session: Session, column: InstrumentedAttribute[str | None], since: datetime, until: datetime
) -> list[Group]:
    rows = session.execute(
        select(column.label("name"), func.count().label("number"))
        .where(Inquiry.received_at >= since, Inquiry.received_at < until)
        .group_by(column)
    )
    groups = [Group(row.name, row.number) for row in rows]
    return sorted(groups, key=lambda group: (group.name is None, -group.count, group.name or ""))


def from_place(session: Session, place: str, since: datetime, until: datetime) -> tuple[int, ...]:
    """Numbers of the inquiries about one municipality that came in `since` <= t < `until`."""
    asked = select(Inquiry.id).where(
        Inquiry.municipality == place, Inquiry.received_at >= since, Inquiry.received_at < until
    )
    return tuple(session.scalars(asked.order_by(Inquiry.id)))
