"""What other programs read of this wing: pages by number, the newest first, that cost the same in any archive.

Numbers grow with time, so a moment becomes a number first, and a page never looks at more than `SPAN` numbers: where a
rare filter finds few rows in them, the page is short and says where to go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from scrapers.models import Article, Mention, MentionPlace, Source, Story

SPAN = 20_000
# Two collectors at once may take numbers and moments in different order; never farther apart than this.
_ORDER = 500


@dataclass(frozen=True)
class MentionsWanted:
    """Which mentions; None leaves a part open. `since` <= found < `until`."""

    since: datetime | None = None
    until: datetime | None = None
    sense: str | None = None
    tier: str | None = None
    language: str | None = None
    place: str | None = None
    source: int | None = None
    relevant: bool | None = None


@dataclass(frozen=True)
class MentionTold:
    """One mention; `found_at` is when the watch first held it for one."""

    id: int
    found_at: datetime
    published_at: datetime | None
    title: str
    url: str
    outlet: str
    source_id: int
    tier: str
    owner: str
    language: str
    sense: str
    relevant: bool
    verdict: str | None
    score: float
    sentence: str
    terms: tuple[str, ...]
    places: tuple[str, ...]
    story_id: int
    agency: str | None


@dataclass(frozen=True)
class StoryTold:
    """One story with what its tellings add up to."""

    id: int
    found_at: datetime
    last_found_at: datetime
    title: str
    tellings: int
    relevant: int
    outlets: tuple[str, ...]
    senses: tuple[str, ...]
    places: tuple[str, ...]
    mention_ids: tuple[int, ...]


@dataclass(frozen=True)
class Counted:
    """One mention as a figure."""

    found_at: datetime
    tier: str
    sense: str
    relevant: bool


def mentions(
    session: Session, wanted: MentionsWanted, before: int | None, limit: int
) -> tuple[Sequence[MentionTold], int | None]:
    """The wanted mentions of numbers below `before`, and below which number the next page begins (None: no more).

    A page may be short, or empty, and still have a next one.
    """
    low, high = _numbers(session, wanted.since, wanted.until)
    high = min(high, before) if before is not None else high
    bottom = max(low, high - SPAN)
    rows = session.execute(_mentions(wanted, bottom, high).limit(limit + 1)).all()
    told = [_mention(row._mapping) for row in rows[:limit]]
    if len(rows) > limit:
        return told, told[-1].id
    return told, bottom if bottom > low else None


def stories(
    session: Session, since: datetime | None, until: datetime | None, before: int | None, limit: int
) -> tuple[Sequence[StoryTold], int | None]:
    """Stories that began in the period, of numbers below `before`, with what all their tellings add up to; and below
    which number the next page begins (None: no more).
    """
    query = select(Story.id, Story.created_at, Story.title).order_by(Story.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(Story.id < before)
    if since is not None:
        first = _first(session, Story.id, Story.created_at, since)
        query = query.where(Story.created_at >= since, Story.id >= (first or 0) - _ORDER)
        if first is None:
            return (), None
    if until is not None:
        last = _last(session, Story.id, Story.created_at, until)
        if last is None:
            return (), None
        query = query.where(Story.created_at < until, Story.id <= last + _ORDER)
    found = session.execute(query).all()
    tellings = _tellings(session, [row.id for row in found[:limit]])
    rows = [_story(row.id, row.created_at, row.title, tellings.get(row.id, [])) for row in found[:limit]]
    return rows, rows[-1].id if len(found) > limit else None


def counted(session: Session, since: datetime, until: datetime) -> list[Counted]:
    """Every mention of a period as a figure; the caller keeps the period short."""
    low, high = _numbers(session, since, until)
    rows = session.execute(
        select(Mention.judged_at, Source.tier, Mention.sense, Mention.relevant)
        .join(Source, Source.id == Mention.source_id)
        .where(Mention.id >= low, Mention.id < high, Mention.judged_at >= since, Mention.judged_at < until)
    )
    return [Counted(*row) for row in rows]


def _mentions(wanted: MentionsWanted, low: int, high: int) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            Mention.id,
            Mention.judged_at.label("found_at"),
            Article.published_at,
            Article.title,
            Article.url,
            Source.name.label("outlet"),
            Mention.source_id,
            Source.tier,
            Source.owner,
            Mention.lang.label("language"),
            Mention.sense,
            Mention.relevant,
            Mention.verdict,
            Mention.score,
            Mention.sentence,
            Mention.matched,
            Mention.places,
            Mention.story_id,
            Article.agency,
        )
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
        .where(Mention.id >= low, Mention.id < high)
    )
    for column, value in (
        (Mention.sense, wanted.sense),
        (Mention.lang, wanted.language),
        (Mention.source_id, wanted.source),
        (Source.tier, wanted.tier),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.relevant is not None:
        # As a case no index knows it: that of `relevant` holds half the archive, in another order than the page's.
        query = query.where(case((Mention.relevant, 1), else_=0) == int(wanted.relevant))
    number = Mention.id
    if wanted.place is not None:
        number = MentionPlace.mention_id
        named = and_(number == Mention.id, MentionPlace.place == wanted.place)
        query = query.join(MentionPlace, named).where(number >= low, number < high)
    if wanted.since is not None:
        query = query.where(Mention.judged_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Mention.judged_at < wanted.until)
    return query.order_by(number.desc())


def _numbers(session: Session, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """Between which numbers (the lower one included) the mentions of a period lie."""
    low = session.scalar(select(func.min(Mention.id))) or 1
    high = (session.scalar(select(func.max(Mention.id))) or 0) + 1
    # The index begins with `relevant`: each half is asked by itself.
    halves = (Mention.relevant.is_(True), Mention.relevant.is_(False))
    if since is not None:
        firsts = [_first(session, Mention.id, Mention.judged_at, since, half) for half in halves]
        low = max(low, min((first for first in firsts if first is not None), default=high + _ORDER) - _ORDER)
    if until is not None:
        lasts = [_last(session, Mention.id, Mention.judged_at, until, half) for half in halves]
        high = min(high, max((last for last in lasts if last is not None), default=low - _ORDER - 1) + _ORDER + 1)
    return low, max(low, high)


_Number = InstrumentedAttribute[int]
_Moment = InstrumentedAttribute[datetime]


def _first(session: Session, number: _Number, at: _Moment, since: datetime, *where: Any) -> int | None:
    return session.scalar(select(number).where(at >= since, *where).order_by(at).limit(1))


def _last(session: Session, number: _Number, at: _Moment, until: datetime, *where: Any) -> int | None:
    return session.scalar(select(number).where(at < until, *where).order_by(at.desc()).limit(1))


def _mention(row: Any) -> MentionTold:
    told = dict(row)
    matched = told.pop("matched")
    return MentionTold(
        **told | {"places": tuple(told["places"])}, terms=tuple(dict.fromkeys(str(one["term"]) for one in matched))
    )


def _tellings(session: Session, numbers: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    query = (
        select(Mention.id, Mention.story_id, Source.name, Mention.sense, Mention.relevant)
        .add_columns(Mention.places, Mention.judged_at)
        .join(Source, Source.id == Mention.source_id)
        .where(Mention.story_id.in_(numbers))
        .order_by(Mention.id)
    )
    for row in session.execute(query) if numbers else ():
        found.setdefault(row.story_id, []).append(row)
    return found


def _story(number: int, began: datetime, title: str, tellings: Sequence[Any]) -> StoryTold:
    return StoryTold(
        id=number,
        found_at=began,
        last_found_at=max((row.judged_at for row in tellings), default=began),
        title=title,
        tellings=len(tellings),
        relevant=sum(row.relevant for row in tellings),
        outlets=tuple(dict.fromkeys(row.name for row in tellings)),
        senses=tuple(dict.fromkeys(row.sense for row in tellings)),
        places=tuple(dict.fromkeys(place for row in tellings for place in row.places)),
        mention_ids=tuple(row.id for row in tellings),
    )
