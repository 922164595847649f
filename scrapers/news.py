"""What the last hours brought, for the first screen of the day: figures, the widest stories, a count a day.

Everything here reads the span it is asked for and nothing else, however large the archive is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from outreach.core.db import UtcDateTime
from scrapers.models import Article, Mention, MentionPlace, Source
from scrapers.models import Story as StoryRow

# Weeklies date back, and a first poll finds a month: what is older than this is found today, but is no news.
BACKDATED = timedelta(days=3)
# A story that a hundred outlets tell is told by its first ones.
_MOST_TELLINGS = 400


@dataclass(frozen=True)
class Figures:
    """A span in numbers: mentions that count, their stories, those that only repeat an earlier telling of the same
    story, and those whose sense a person must judge.
    """

    mentions: int
    stories: int
    repeated: int
    doubtful: int


@dataclass(frozen=True)
class Telling:
    """One outlet's telling of a story."""

    mention_id: int
    title: str
    url: str
    outlet: str
    tier: str
    lang: str
    at: datetime
    sense: str
    sentence: str
    forms: tuple[str, ...]
    places: tuple[str, ...]
    agency: str | None


@dataclass(frozen=True)
class StorySeen:
    """A story with its tellings in the order in which outlets picked it up; `outlets` may be more than are told."""

    story_id: int
    title: str
    doubtful: bool  # a person must say what it is about
    outlets: int
    tellings: tuple[Telling, ...]

    @property
    def first(self) -> Telling:
        return self.tellings[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The outlets, each once, in the order of pick-up."""
        return tuple(dict.fromkeys(one.outlet for one in self.tellings))

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place for one in self.tellings for place in one.places))

    @property
    def agency(self) -> str | None:
        return next((one.agency for one in self.tellings if one.agency), None)


def overview(
    session: Session, since: datetime, until: datetime, bounds: Sequence[datetime], place: str | None = None
) -> tuple[Figures, list[int]]:
    """The figures of a span, and how many mentions that count were found between each of `bounds` and the next.

    `place` counts only what names it. One question to the store.
    """
    facts: dict[str, Any] = {
        "since": since,
        "until": until,
        "backdated": since - BACKDATED,
        "place": place,
        **{f"day_{number}": bound for number, bound in enumerate(bounds)},
    }
    row = session.execute(_overview(len(bounds), place is not None), facts).one()
    mentions, stories, known, doubtful, *days = (int(number or 0) for number in row)
    return Figures(mentions, stories, mentions - (stories - known), doubtful), days


def widest(
    session: Session, since: datetime, until: datetime, limit: int, doubtful: int, place: str | None = None
) -> list[StorySeen]:
    """The stories of a span, those that a person must judge first (at most `doubtful`), then at most `limit` others.

    Among themselves: those that most outlets tell, then the latest.
    """
    chosen = union_all(
        _top(since, until, place, doubtful, True).subquery().select(),
        _top(since, until, place, limit, False).subquery().select(),
    )
    top = sorted(session.execute(chosen).all(), key=lambda row: (-row.open, -row.outlets, -row.last))
    if not top:
        return []
    numbers = {row.story_id for row in top}
    at = func.coalesce(Article.published_at, Article.first_seen_at)
    query = (
        _narrowed(
            select(
                Mention.story_id, StoryRow.title.label("story"), Mention.id.label("mention_id"), Article.title,
                Article.url, Source.name.label("outlet"), Source.tier, Mention.lang, at.label("at"), Mention.sense,
                Mention.sentence, Mention.matched, Mention.places, Mention.relevant, Mention.verdict, Article.agency,
                Article.published_at, Article.first_seen_at,
            ),
            place,
        )
        .select_from(Mention)
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Article.source_id)
        .join(StoryRow, StoryRow.id == Mention.story_id)
        # What counts is sifted below: an "or" here would lead SQLite over every mention of that sense.
        .where(Mention.story_id.in_(numbers), *_news(since, until))
        .order_by(at, Mention.id)
        .limit(_MOST_TELLINGS)
    )
    told: dict[tuple[int, bool], list[Telling]] = {}
    titles: dict[int, str] = {}
    for row in session.execute(query):
        if not row.relevant and (row.sense != "ambiguous" or row.verdict is not None):
            continue
        titles[row.story_id] = row.story
        told.setdefault((row.story_id, not row.relevant), []).append(_telling(row))
    rows = [(row.story_id, bool(row.open), row.outlets) for row in top]
    return [
        StorySeen(number, titles[number], open_, count, tuple(told[number, open_]))
        for number, open_, count in rows
        if (number, open_) in told
    ]


@cache
def _overview(bounds: int, narrowed: bool) -> Select[*tuple[Any, ...]]:
    """The question of `overview`, put together once: with so many parts that takes longer than asking it."""
    since, until = bindparam("since", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)
    backdated = bindparam("backdated", type_=UtcDateTime)
    day = [bindparam(f"day_{number}", type_=UtcDateTime) for number in range(bounds)]
    place = bindparam("place", type_=String) if narrowed else None
    news = (
        *_found(since),
        Article.first_seen_at < until,
        or_(Article.published_at.is_(None), Article.published_at >= backdated),
    )
    told_before = StoryRow.created_at < since
    stories = func.count(Mention.story_id.distinct())
    columns = [
        _counted(func.count(), place, Mention.relevant, *news),
        _counted(stories, place, Mention.relevant, *news),
        _counted(stories, place, Mention.relevant, told_before, *news, stories=True),
        _counted(func.count(), place, ~Mention.relevant, _doubtful(), *news),
    ]
    inside = [and_(Article.first_seen_at >= start, Article.first_seen_at < end) for start, end in pairwise(day)]
    by_day = _narrowed(
        select(*(func.sum(case((one, 1), else_=0)) for one in inside))
        .select_from(Article)
        .join(Mention, Mention.article_id == Article.id)
        .where(Mention.relevant, *_found(day[0]), Article.first_seen_at < day[-1]),
        place,
    ).subquery()
    return select(*columns, *by_day.c).select_from(by_day)


def _top(since: datetime, until: datetime, place: str | None, limit: int, doubtful: bool) -> Any:
    """The widest stories of one sort, with how many outlets tell them."""
    outlets = func.count(Article.source_id.distinct()).label("outlets")
    last = func.max(Mention.id).label("last")
    query = (
        select(Mention.story_id, outlets, last, literal(int(doubtful)).label("open"))
        .select_from(Article)
        .join(Mention, Mention.article_id == Article.id)
        .where(and_(~Mention.relevant, _doubtful()) if doubtful else Mention.relevant, *_news(since, until))
        .group_by(Mention.story_id)
        .order_by(outlets.desc(), last.desc())
        .limit(limit)
    )
    return _narrowed(query, place)


def _counted(what: Any, place: Any, *which: Any, stories: bool = False) -> Any:
    query = select(what).select_from(Article).join(Mention, Mention.article_id == Article.id).where(*which)
    if stories:
        query = query.join(StoryRow, StoryRow.id == Mention.story_id)
    return _narrowed(query, place).scalar_subquery()


def _news(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        *_found(since),
        Article.first_seen_at < until,
        or_(Article.published_at.is_(None), Article.published_at >= since - BACKDATED),
    )


def _found(since: Any) -> tuple[ColumnElement[bool], ...]:
    # Nothing is judged before it is found: said of both tables, the second is entered by its own index.
    return Article.first_seen_at >= since, Mention.judged_at >= since


def _doubtful() -> ColumnElement[bool]:
    return and_(Mention.sense == "ambiguous", Mention.verdict.is_(None))


def _narrowed(query: Any, place: Any) -> Any:
    if place is None:
        return query
    named = select(MentionPlace.mention_id).where(MentionPlace.place == place, MentionPlace.mention_id == Mention.id)
    return query.where(named.exists())


def _telling(row: Any) -> Telling:
    return Telling(
        mention_id=row.mention_id,
        title=row.title,
        url=row.url,
        outlet=row.outlet,
        tier=row.tier,
        lang=row.lang,
        at=row.published_at or row.first_seen_at,
        sense=row.sense,
        sentence=row.sentence,
        forms=tuple(dict.fromkeys(str(one["form"]) for one in row.matched)),
        places=tuple(row.places),
        agency=row.agency,
    )
