"""Mentions as a list: the newest first, chosen by what stands in an address, a page at a time.

Ids grow with time, so a page is read downwards from an id, and a period is a span of ids. Whatever is asked for, no
more than `MOST` mentions that lie side by side, or `MOST_SCATTERED` that an index finds here and there, are looked at
in one go: where that was not enough, the page says how far back it has looked, and the next one goes on from there.
The cost of a page is thus the same in a small archive and in a large one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, bindparam, case, exists, func, literal, select, true
from sqlalchemy.orm import Session, aliased

from outreach.core.db import UtcDateTime
from scrapers import fulltext
from scrapers.models import Article, Mention, MentionPlace, Source

MOST = 20_000
MOST_SCATTERED = 5_000
MOST_COUNTED = 5_000
STANDINGS = ("counted", "all", "out", "open", "repeated")
# Articles become mentions in the order in which they were found, but for those whose page had to be fetched first.
_OVERTAKEN = 500
# How many hits of a search are sifted by the other filters: few at first, for mostly a page is full at once.
_ROUNDS = (300, 5_000)


_SIFTED = (
    Mention.id,
    Mention.article_id,
    Mention.source_id,
    Mention.sense,
    Mention.lang,
    Mention.relevant,
    Mention.verdict,
    Mention.story_id,
)


@dataclass(frozen=True)
class Wanted:
    """Which mentions; what is empty stays open. First seen in `since` <= t < `until`.

    `standing`: counted (as ours), all, out (not counted), open (nobody has judged them yet), repeated (counted, and
    an earlier one of the same story is too). `sources` None leaves the
    outlets open, an empty tuple chooses none. `only_place` is the wall of somebody who may see one place alone.
    """

    since: datetime | None = None
    until: datetime | None = None
    sources: tuple[int, ...] | None = None
    language: str = ""
    sense: str = ""
    place: str = ""
    standing: str = "all"
    words: str = ""
    only_place: str | None = None


@dataclass(frozen=True)
class Line:
    """One mention in a list; `tellings` is how many mentions its story has, itself included; `changes` how often its
    article was seen to be changed.
    """

    id: int
    title: str
    lang: str
    outlet: str
    tier: str
    published_at: datetime | None
    first_seen_at: datetime
    sense: str
    sentence: str
    forms: tuple[str, ...]
    places: tuple[str, ...]
    story_id: int
    tellings: int
    relevant: bool
    verdict: str | None
    outside: bool
    changes: int

    @property
    def at(self) -> datetime:
        """When it was published, or else found."""
        return self.published_at or self.first_seen_at


@dataclass(frozen=True)
class Page:
    """Some lines, the newest first. `older` is what the next page is asked with (`before`), None at the end.

    `looked_to` is set where the page is not full because enough was looked at: there may be more before that moment.
    """

    lines: tuple[Line, ...]
    older: int | None
    looked_to: datetime | None = None


@dataclass(frozen=True)
class Span:
    """Ids from `first` to `last`, both included; empty where `first` > `last`."""

    first: int = 0
    last: int = 2**31 - 2


@dataclass(frozen=True)
class Outlet:
    """A source as a filter offers it."""

    id: int
    name: str
    tier: str
    owner: str

# Put together once: otherwise a page takes longer over them than the store over the answers.
_OUTLETS = select(Source.id, Source.name, Source.tier, Source.owner).order_by(Source.name)
_OTHER = aliased(Mention)
_LINES = (
    select(
        Mention.id,
        Article.title,
        Mention.lang,
        Source.name.label("outlet"),
        Source.tier,
        Article.published_at,
        Article.first_seen_at,
        Mention.sense,
        Mention.sentence,
        Mention.matched,
        Mention.places,
        Mention.story_id,
        select(func.count()).where(_OTHER.story_id == Mention.story_id).scalar_subquery().label("tellings"),
        Mention.relevant,
        Mention.verdict,
        Mention.outside,
        Article.revision.label("changes"),
    )
    .join(Article, Article.id == Mention.article_id)
    .join(Source, Source.id == Mention.source_id)
    .where(Mention.id.in_(bindparam("ids", expanding=True)))
)


def page(
    session: Session, wanted: Wanted, *, span: Span | None = None, before: int | None = None, limit: int = 50
) -> Page:
    """The next lines below the id `before` (None: from the newest). `span` is the period's, where it is known."""
    ids, examined_to = matching(session, wanted, span=span, before=before, limit=limit + 1)
    more = len(ids) > limit
    ids = ids[:limit]
    lines = _lines(session, [*ids, *([] if more or examined_to is None else [examined_to])])
    looked_to = next((line.first_seen_at for line in lines if line.id == examined_to), None) if not more else None
    shown = set(ids)
    return Page(
        tuple(line for line in lines if line.id in shown and falls_in(line.first_seen_at, wanted)),
        ids[-1] if more else examined_to,
        looked_to,
    )


def matching(
    session: Session, wanted: Wanted, *, span: Span | None = None, before: int | None = None, limit: int
) -> tuple[list[int], int | None]:
    """Ids of at most `limit` wanted mentions below `before`, the newest first.

    Where fewer were found because enough was looked at, the lowest id that was looked at; else None: there are no more.
    """
    span = span or span_of(session, wanted.since, wanted.until)
    last = span.last if before is None else min(span.last, before - 1)
    if span.first > last or wanted.sources == ():
        return [], None
    span = Span(span.first, last)
    if fulltext.words_of(wanted.words):
        return _among_hits(session, wanted, span, limit)
    most = MOST_SCATTERED if _walked(wanted) else MOST
    inner = _candidates(wanted, span).limit(most).subquery("candidate")
    conditions = _conditions(inner, wanted)
    # Without an ORDER BY of its own: the outer query hands the inner one's rows on as they come and stops at the limit;
    # SQLite would sort all of them first.
    ids = sorted(session.scalars(select(inner.c.id).where(*conditions).limit(limit)), reverse=True)
    if len(ids) == limit:
        return ids, None
    if not conditions:
        return ids, ids[-1] if len(ids) == most else None
    count, lowest = session.execute(select(func.count(), func.min(inner.c.id)).select_from(inner)).one()
    return ids, lowest if count == most else None


def span_of(session: Session, since: datetime | None, until: datetime | None) -> Span:
    """The ids of a period: a few too many at its edges, never too few. Reads two indexes at one place each."""
    if since is None and until is None:
        return Span()
    asked = {"since": since, "until": until}
    begin, end = session.execute(_edges(since is not None, until is not None), asked).one()
    return Span(1, 0) if begin is None or end is None else Span(begin, end)


@cache
def _edges(from_one: bool, to_one: bool) -> Select[*tuple[Any, ...]]:
    since, until = bindparam("since", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)
    first: ColumnElement[Any] = literal(0)
    last: ColumnElement[Any] = select(func.max(Mention.id)).scalar_subquery()
    if from_one:
        begins = select(Article.id).where(Article.first_seen_at >= since).order_by(Article.first_seen_at, Article.id)
        near = select(Mention.id).where(Mention.article_id >= begins.limit(1).scalar_subquery())
        chosen = near.order_by(Mention.article_id).limit(_OVERTAKEN).subquery()
        first = select(func.min(chosen.c.id)).scalar_subquery()
    if to_one:
        ends = select(Article.id).where(Article.first_seen_at < until)
        ends = ends.order_by(Article.first_seen_at.desc(), Article.id.desc()).limit(1)
        near = select(Mention.id).where(Mention.article_id <= ends.scalar_subquery())
        chosen = near.order_by(Mention.article_id.desc()).limit(_OVERTAKEN).subquery()
        last = select(func.max(chosen.c.id)).scalar_subquery()
    return select(first, last)


def outlets(session: Session) -> list[Outlet]:
    """All sources by name."""
    return [Outlet(*row) for row in session.execute(_OUTLETS)]


def _candidates(wanted: Wanted, span: Span) -> Select[*tuple[Any, ...]]:
    """Mentions of the span, the newest first, by the filter that `_walked` names."""
    walked = _walked(wanted)
    if walked in {"only_place", "place"}:
        place = wanted.place if wanted.only_place is None else wanted.only_place
        named = select(*_SIFTED).join(MentionPlace, MentionPlace.mention_id == Mention.id)
        named = named.where(MentionPlace.place == place, MentionPlace.mention_id.between(span.first, span.last))
        return named.order_by(MentionPlace.mention_id.desc())
    query = select(*_SIFTED).where(Mention.id.between(span.first, span.last)).order_by(Mention.id.desc())
    if walked == "source" and wanted.sources is not None:
        return query.where(Mention.source_id == wanted.sources[0])
    if walked == "sense":
        return query.where(Mention.sense == wanted.sense)
    return query.where(Mention.lang == wanted.language) if walked == "language" else query


def _conditions(row: Subquery, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Every filter but the one that chose the candidates of this list."""
    walked = _walked(wanted)
    asked: list[ColumnElement[bool]] = []
    if wanted.sources is not None and walked != "source":
        asked.append(row.c.source_id.in_(wanted.sources))
    if wanted.sense and walked != "sense":
        asked.append(row.c.sense == wanted.sense)
    if wanted.language and walked != "language":
        asked.append(row.c.lang == wanted.language)
    if wanted.only_place is not None and walked != "only_place":
        asked.append(_names(row.c.id, wanted.only_place))
    if wanted.place and walked != "place" and wanted.place != wanted.only_place:
        asked.append(_names(row.c.id, wanted.place))
    if wanted.standing in {"counted", "repeated"}:
        asked.append(row.c.relevant.is_(True))
    if wanted.standing == "repeated":
        earlier = aliased(Mention)
        asked.append(
            exists().where(earlier.story_id == row.c.story_id, earlier.id < row.c.id, earlier.relevant.is_(True))
        )
    if wanted.standing == "out":
        asked.append(row.c.relevant.is_(False))
    elif wanted.standing == "open":
        asked.append(row.c.verdict.is_(None))
    return asked


def _walked(wanted: Wanted) -> str:
    """The filter whose index is walked: the one that mostly leaves the fewest."""
    if fulltext.words_of(wanted.words):
        return "words"
    if wanted.only_place is not None:
        return "only_place"
    if wanted.place:
        return "place"
    if wanted.sources is not None and len(wanted.sources) == 1:
        return "source"
    return "sense" if wanted.sense else "language" if wanted.language else ""


def _names(mention_id: ColumnElement[int], place: str) -> ColumnElement[bool]:
    return exists().where(and_(MentionPlace.place == place, MentionPlace.mention_id == mention_id))


def _among_hits(session: Session, wanted: Wanted, span: Span, limit: int) -> tuple[list[int], int | None]:
    ids: list[int] = []
    before: int | None = span.last + 1
    for size in _ROUNDS:
        hits = fulltext.hits(session, wanted.words, before=before, floor=span.first, limit=size)
        ids += _sifted(session, wanted, hits.ids)
        if len(ids) >= limit:
            return ids[:limit], None
        if hits.went_to is None:
            return ids, None
        before = hits.went_to
    return ids, before


def _sifted(session: Session, wanted: Wanted, hits: Sequence[int]) -> list[int]:
    """The hits that the other filters let through. A limit inside keeps the stores from starting at another index."""
    if not hits:
        return []
    chosen = select(*_SIFTED).where(Mention.id.in_(hits)).order_by(Mention.id.desc())
    inner = chosen.limit(len(hits)).subquery("candidate")
    return sorted(session.scalars(select(inner.c.id).where(*_conditions(inner, wanted))), reverse=True)


def _lines(session: Session, ids: Sequence[int]) -> list[Line]:
    if not ids:
        return []
    lines = []
    for row in session.execute(_LINES, {"ids": ids}):
        told = dict(row._mapping)
        forms = tuple(dict.fromkeys(str(one["form"]) for one in told.pop("matched")))
        lines.append(Line(**told | {"forms": forms, "places": tuple(told["places"])}))
    return sorted(lines, key=lambda line: line.id, reverse=True)


def falls_in(first_seen: datetime, wanted: Wanted) -> bool:
    """Whether it was first seen in the period itself: a span of ids reaches a little beyond."""
    return (wanted.since is None or first_seen >= wanted.since) and (
        wanted.until is None or first_seen < wanted.until
    )


def by_day(
    session: Session, wanted: Wanted, starts: Sequence[datetime], span: Span | None = None
) -> list[int] | None:
    """How many wanted mentions were first seen from each of the moments to the next one; the last moment ends it all.

    None where the period is too large to be counted at once, or where words are looked for.
    """
    span = span or span_of(session, wanted.since, wanted.until)
    if span.first > span.last or wanted.sources == ():
        return [0] * (len(starts) - 1)
    walked = _walked(wanted)
    most = MOST_SCATTERED if walked else MOST_COUNTED
    if walked == "words" or (not walked and span.last - span.first >= most):
        return None
    inner = _candidates(wanted, span).limit(most + 1).subquery("candidate")
    fits = case((and_(true(), *_conditions(inner, wanted)), 1), else_=0)
    rows = session.execute(select(inner.c.article_id, fits)).all()
    if len(rows) > most:
        return None
    # Articles are numbered in the order in which they were seen: that tells a number's day without reading the article.
    edges = [max(start, wanted.since) if wanted.since else start for start in starts]
    numbers = _first_from(session, [min(edge, wanted.until) if wanted.until else edge for edge in edges])
    counts = [0] * len(numbers)
    for article_id, does in rows:
        place = bisect_right(numbers, article_id)
        if does and 0 < place < len(numbers):
            counts[place] += 1
    return counts[1:]


def _first_from(session: Session, moments: Sequence[datetime]) -> list[int]:
    """For each moment the number of the first article that was seen then or later."""
    asked = []
    for moment in moments:
        first = select(Article.id).where(Article.first_seen_at >= moment).order_by(Article.first_seen_at, Article.id)
        asked.append(func.coalesce(first.limit(1).scalar_subquery(), 2**31 - 1))
    return [*session.execute(select(*asked)).one()]
