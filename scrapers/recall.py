"""The measure of collecting: publications that we know of for sure, what share of them was found, and how late.

A canary is found when its article is stored, by its address or under its headline at the same outlet, and nobody had
to bring it in by hand.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.clock import day_bounds, local_day
from outreach.core.errors import OutreachError
from outreach.core.intervals import wilson
from scrapers import misses
from scrapers.canonical import canonical
from scrapers.models import Article, Canary, Mention
from scrapers.reading.dates import read_date, sane_date
from scrapers.reading.plain import TITLE_LENGTH, one_line

LIMITS = (timedelta(hours=1), timedelta(hours=24), timedelta(days=7))
MOST_LINES = 500
# What was not found in a month is not found any more; and a run looks for so many at most.
_LOOKED_FOR = timedelta(days=30)
_AT_ONCE = 500
# An outlet's article may be seen before the hour that the office noted, and a fortnight after it.
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=14)
_HEADS = {"url": "url", "address": "url", "adrese": "url", "saite": "url", "link": "url",
          "title": "title", "virsraksts": "title", "nosaukums": "title",
          "published": "published", "published_at": "published", "when": "published", "kad": "published",
          "datums": "published", "date": "published"}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A publication that there was for sure: its address at the outlet, its headline (or none), when it came out."""

    url: str
    title: str
    published_at: datetime


@dataclass(frozen=True)
class Share:
    """How many of how many; those that are too young to say are in neither number."""

    found: int
    of: int

    @property
    def value(self) -> float | None:
        return self.found / self.of if self.of else None

    @property
    def limits(self) -> tuple[float, float] | None:
        """Between which shares the true one lies with 95 % certainty (Wilson)."""
        return wilson(self.found, self.of) if self.of else None


@dataclass(frozen=True)
class Week:
    """The canaries of a week: how many there were, how many were found within each of `LIMITS`, how late half of
    those found were at the most.
    """

    monday: date
    known: int
    within: tuple[Share, ...]
    lateness: timedelta | None

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


@dataclass(frozen=True)
class Seen:
    """A canary as it stands; `mention_id` where its article is a mention."""

    id: int
    url: str
    title: str
    published_at: datetime
    added_by: str
    article_id: int | None
    found_at: datetime | None
    mention_id: int | None

    @property
    def lateness(self) -> timedelta | None:
        return None if self.found_at is None else lateness(self.published_at, self.found_at)


def lateness(published: datetime, found: datetime) -> timedelta:
    """How late it was found; an hour noted too late makes nobody a prophet."""
    return max(found - published, timedelta(0))


def known_of(url: str, title: str, published: datetime, now: datetime) -> Known:
    """The publication as it is stored. OutreachError `recall.error.address`, `recall.error.future` or
    `recall.error.date`.
    """
    address = misses.address_of(url)
    if published > now:
        raise OutreachError("recall.error.future")
    moment, doubted = sane_date(published, now)
    if moment is None or doubted:
        raise OutreachError("recall.error.date")
    return Known(address, one_line(title, TITLE_LENGTH), moment)


def read_table(told: str, zone: ZoneInfo, now: datetime) -> tuple[list[Known], list[tuple[int, OutreachError]]]:
    """The publications of a table, and what is wrong in which line (from 1).

    Columns are divided by commas, semicolons or tabs; a first line names them (url, title, published, in any order),
    without it they are address, headline, moment. Times without a zone are read in `zone`.
    """
    lines = told.strip().splitlines()
    if len(lines) > MOST_LINES + 1:
        return [], [(MOST_LINES + 2, OutreachError("recall.error.many", most=str(MOST_LINES)))]
    mark = max("\t;,", key=lines[0].count) if lines else ","
    order = ["url", "title", "published"]
    found: list[Known] = []
    wrong: list[tuple[int, OutreachError]] = []
    # A quoted headline may go on over a line's end: such a table is read as one, its lines are counted by the reader.
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=mark)
    try:
        for cells in reader:
            named = [_HEADS.get(cell.strip().casefold(), "") for cell in cells]
            if reader.line_num == 1 and "url" in named:
                order = named
                continue
            if not any(cell.strip() for cell in cells):
                continue
            row = dict(zip(order, (cell.strip() for cell in cells), strict=False))
            moment = read_date(row.get("published", ""), zone, now)
            try:
                if moment is None:
                    raise OutreachError("recall.error.date")
                found.append(known_of(row.get("url", ""), row.get("title", ""), moment, now))
            except OutreachError as error:
                wrong.append((reader.line_num, error))
    except csv.Error:
        wrong.append((reader.line_num, OutreachError("recall.error.table")))
    if not found and not wrong:
        wrong.append((1, OutreachError("recall.error.empty")))
    return found, wrong


def add(session: Session, now: datetime, actor: str, known: Sequence[Known]) -> list[int]:
    """Adds those that are not there yet; the numbers of the new ones."""
    fresh = {canonical(one.url): one for one in known}
    held = session.scalars(select(Canary.canonical_url).where(Canary.canonical_url.in_(fresh))).all()
    rows = [
        Canary(
            url=one.url,
            canonical_url=address,
            title=one.title,
            published_at=one.published_at,
            added_by=actor[:254],
            added_at=now,
        )
        for address, one in fresh.items()
        if address not in held
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def drop(session: Session, canary_id: int) -> bool:
    """Takes one away that was none; False if there is none."""
    gone = session.execute(delete(Canary).where(Canary.id == canary_id).returning(Canary.id)).scalar_one_or_none()
    return gone is not None


def match_canaries(app: App) -> int:
    """Ties canaries, and reported misses, to the articles that were found since; how many canaries. Called hourly;
    its transaction is its own.
    """
    now = app.clock.now()
    with app.store.transaction() as session:
        found = match(session, now)
        misses.link(session, now)
    return found


def match(session: Session, now: datetime) -> int:
    """Ties the canaries of the last month that are not found yet to articles."""
    open_ = session.scalars(
        select(Canary)
        .where(Canary.found_at.is_(None), Canary.published_at >= now - _LOOKED_FOR)
        .order_by(Canary.published_at.desc())
        .limit(_AT_ONCE)
    ).all()
    if not open_:
        return 0
    by_address = _at_addresses(session, open_)
    outlets = misses.outlets(session, [one.canonical_url for one in open_])
    found = 0
    for canary in open_:
        hit = by_address.get(canary.canonical_url) or by_address.get(canary.url)
        if hit is None and canary.title:
            ids = [source.id for source in outlets.get(canary.canonical_url, ())]
            since, until = canary.published_at - _BEFORE, canary.published_at + _AFTER
            hit = misses.by_title(session, ids, canary.title, since, until)
        if hit is not None:
            found += 1
            session.execute(update(Canary).where(Canary.id == canary.id).values(article_id=hit[0], found_at=hit[1]))
    return found


def _at_addresses(session: Session, canaries: Sequence[Canary]) -> dict[str, tuple[int, datetime]]:
    addresses = [one.canonical_url for one in canaries]
    urls = [one.url for one in canaries]
    rows = session.execute(
        select(Article.id, Article.first_seen_at, Article.canonical_url, Article.url)
        .where(or_(Article.canonical_url.in_(addresses), Article.url.in_(urls)), Article.brought_by.is_(None))
        .order_by(Article.id.desc())
    )
    held: dict[str, tuple[int, datetime]] = {}
    for number, seen, address, url in rows:
        held[address] = held[url] = (number, seen)
    return held


def weeks(session: Session, now: datetime, zone: ZoneInfo, count: int) -> list[Week]:
    """The last `count` weeks of the office's calendar, the oldest first, this one last."""
    today = local_day(now, zone)
    this = today - timedelta(days=today.weekday())
    mondays = [this - timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    rows = session.execute(
        select(Canary.published_at, Canary.found_at).where(Canary.published_at >= day_bounds(mondays[0], zone)[0])
    )
    told: dict[date, list[tuple[datetime, datetime | None]]] = {monday: [] for monday in mondays}
    for published, found in rows:
        day = local_day(published, zone)
        told.setdefault(day - timedelta(days=day.weekday()), []).append((published, found))
    return [week_of(monday, told[monday], now) for monday in mondays]


def week_of(monday: date, told: Sequence[tuple[datetime, datetime | None]], now: datetime) -> Week:
    """A week's figures of when each was published and found. Pure."""
    late = [lateness(published, found).total_seconds() for published, found in told if found is not None]
    within = []
    for limit in LIMITS:
        old = [(published, found) for published, found in told if now - published >= limit]
        hits = sum(1 for published, found in old if found is not None and lateness(published, found) <= limit)
        within.append(Share(hits, len(old)))
    return Week(monday, len(told), tuple(within), timedelta(seconds=median(late)) if late else None)


def together(told: Sequence[Week], limit: int) -> Share:
    """The share found within `LIMITS[limit]` over several weeks."""
    return Share(sum(week.within[limit].found for week in told), sum(week.within[limit].of for week in told))


def canaries(session: Session, *, before: int | None = None, limit: int = 50) -> list[Seen]:
    """Canaries, those added last first, below the number `before`."""
    return _seen(session, None, before, limit)


def unseen(session: Session, since: datetime, limit: int) -> list[Seen]:
    """Those published since then that were not found, or that the watch took for nothing of ours."""
    return _seen(session, since, None, limit)


def _seen(session: Session, since: datetime | None, before: int | None, limit: int) -> list[Seen]:
    query = (
        select(
            Canary.id,
            Canary.url,
            Canary.title,
            Canary.published_at,
            Canary.added_by,
            Canary.article_id,
            Canary.found_at,
            func.max(Mention.id),
        )
        .outerjoin(Mention, Mention.article_id == Canary.article_id)
        .group_by(Canary.id)
        .limit(limit)
    )
    if since is not None:
        query = query.where(Canary.published_at >= since, or_(Canary.found_at.is_(None), Mention.id.is_(None)))
        query = query.order_by(Canary.published_at.desc(), Canary.id.desc())
    else:
        query = query.order_by(Canary.id.desc())
    if before is not None:
        query = query.where(Canary.id < before)
    return [Seen(*row) for row in session.execute(query)]
