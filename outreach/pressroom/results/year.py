"""A year of releases: when each went out, how far it came, who printed it, who asked by it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from outreach.core.clock import day_bounds, local_day
from outreach.pressroom.models import Release, ReleasePrint, ReleaseText, Sending
from outreach.pressroom.results import delivery, followed, houses
from outreach.pressroom.results.delivery import Mails, Reached
from outreach.pressroom.results.followed import Followed
from outreach.pressroom.results.houses import Printed
from outreach.pressroom.results.ranking import Standing, groups
from scrapers.models import Mention, Source
from scrapers.recall import Share

MOST = 300  # releases of a year


@dataclass(frozen=True)
class _Out:
    id: int
    kind: str
    headline: str
    language: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """A release that went out at `at`: what came of it. `people` followed its link, None where it has none."""

    release_id: int
    kind: str
    headline: str
    language: str
    at: datetime
    mails: Mails
    houses: Printed
    outlets: int
    people: int | None
    linked: int


@dataclass(frozen=True)
class Year:
    """The releases of a year, the latest first; `months` counts those of each month by its first day.

    `groups` are outlets by how often they print what they get: see `ranking`. `first` is the first year with any.
    """

    year: int
    lines: tuple[Line, ...]
    months: tuple[tuple[date, int], ...]
    groups: tuple[tuple[Standing, ...], ...]
    first: int | None

    @property
    def mails(self) -> Mails:
        return delivery.added(line.mails for line in self.lines)

    @property
    def share(self) -> Share:
        """Of all times that a release reached an outlet, how often it was printed there."""
        every = [line.houses for line in self.lines]
        return Share(sum(len(one.asked) for one in every), sum(len(one.sent) for one in every))

    @property
    def linked(self) -> int:
        return sum(line.linked for line in self.lines)


def of_year(session: Session, today: date, year: int, zone: ZoneInfo) -> Year:
    """Everything of a year, by the office's own days. At most five queries."""
    out = _out(session, year, zone)
    numbers = [row.id for row in out]
    reached = delivery.by_release(session, numbers) if numbers else {}
    prints = _prints(session, numbers) if numbers else {}
    who = followed.of_releases(session, numbers)
    lines = tuple(_line(row, reached.get(row.id, Reached()), prints.get(row.id, []), who) for row in out)
    return Year(year, lines, _months(today, year, lines, zone), groups(standings(lines)), _first(session, zone))


def _line(row: _Out, reached: Reached, prints: list[tuple[int, str]], who: Followed) -> Line:
    names = [name for _, name in prints]
    link = who.links.get(row.id)
    return Line(
        row.id, row.kind, row.headline, row.language, row.at, reached.mails, houses.printed(reached.outlets, names),
        len(set(names)), link.people if link is not None else None,
        who.linked(row.id, [mention_id for mention_id, _ in prints]),
    )  # fmt: skip


def standings(lines: Collection[Line]) -> list[Standing]:
    """For each outlet that any of these releases reached, how many it printed."""
    got: dict[str, int] = {}
    printed: dict[str, int] = {}
    for line in lines:
        for outlet in line.houses.sent:
            got[outlet] = got.get(outlet, 0) + 1
            printed[outlet] = printed.get(outlet, 0) + (outlet in line.houses.asked)
    return [Standing(outlet, Share(printed[outlet], count)) for outlet, count in got.items()]


def _out(session: Session, year: int, zone: ZoneInfo) -> list[_Out]:
    """Releases that were first out in the year, the latest first."""
    since, until = day_bounds(date(year, 1, 1), zone)[0], day_bounds(date(year, 12, 31), zone)[1]
    sent = (
        select(Sending.release_id, func.min(Sending.started_at).label("at"))
        .where(Sending.started_at.is_not(None))
        .group_by(Sending.release_id)
        .subquery()
    )
    first = select(func.min(ReleaseText.id)).where(ReleaseText.release_id == Release.id).correlate(Release)
    rows = session.execute(
        select(Release.id, Release.kind, ReleaseText.headline, ReleaseText.language, Release.published_at, sent.c.at)
        .join(ReleaseText, ReleaseText.id == first.scalar_subquery())
        .outerjoin(sent, sent.c.release_id == Release.id)
        .where(
            or_(
                and_(Release.published_at >= since, Release.published_at < until),
                and_(sent.c.at >= since, sent.c.at < until),
            )
        )
        .order_by(Release.id.desc())
        .limit(MOST)
    )
    found = [
        _Out(number, kind, headline, language, min(moment for moment in (published, started) if moment is not None))
        for number, kind, headline, language, published, started in rows
    ]
    return sorted((one for one in found if since <= one.at < until), key=lambda one: (one.at, one.id), reverse=True)


def _prints(session: Session, numbers: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """The mentions that print each release, with the names of their sources."""
    rows = session.execute(
        select(ReleasePrint.release_id, ReleasePrint.mention_id, Source.name)
        .join(Mention, Mention.id == ReleasePrint.mention_id)
        .join(Source, Source.id == Mention.source_id)
        .where(ReleasePrint.release_id.in_(numbers), ReleasePrint.verdict.is_not(False))
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for number, mention_id, name in rows:
        found.setdefault(number, []).append((mention_id, name))
    return found


def _months(today: date, year: int, lines: Collection[Line], zone: ZoneInfo) -> tuple[tuple[date, int], ...]:
    counts = dict.fromkeys((date(year, month, 1) for month in range(1, 13)), 0)
    for line in lines:
        counts[local_day(line.at, zone).replace(day=1)] += 1
    # Of months that have not begun nobody knows anything yet.
    return tuple((month, count) for month, count in counts.items() if count or month <= today)


def _first(session: Session, zone: ZoneInfo) -> int | None:
    published = select(func.min(Release.published_at)).scalar_subquery()
    started = select(func.min(Sending.started_at)).scalar_subquery()
    row = session.execute(select(published, started)).one()
    return min((local_day(moment, zone).year for moment in row if moment is not None), default=None)
