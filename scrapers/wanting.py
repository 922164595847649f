"""Which mentions are wanted, and how they are looked for: by the filter whose index leaves the fewest.

Ids grow with time, so a period is a span of ids. Whatever is asked for, no more than `MOST` mentions that lie side by
side, or `MOST_SCATTERED` that an index finds here and there, are looked at in one go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from outreach.core.db import UtcDateTime
from scrapers import seeking
from scrapers.deskmodels import MentionCampaign, MentionMark, MentionTag
from scrapers.models import Article, Mention, MentionPlace
from scrapers.topicmodels import MentionTopic

MOST = 20_000
MOST_SCATTERED = 5_000
STANDINGS = ("counted", "all", "out", "open", "repeated", "inbox")
# How a mention stands with the reader who asks.
DESKS = ("open", "handled", "unread", "starred")
NOBODY = -1
# Articles become mentions in the order in which they were found, but for those whose page had to be fetched first.
_OVERTAKEN = 500
SIFTED = (
    Mention.id,
    Mention.article_id,
    Mention.source_id,
    Mention.sense,
    Mention.lang,
    Mention.relevant,
    Mention.verdict,
    Mention.story_id,
    Mention.tone,
    Mention.assigned_to,
    Mention.judged_at,
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
    topic: int = 0
    campaign: int = 0
    tag: str = ""
    tone: str = ""
    assigned: int = 0
    desk: str = ""
    reader: int = 0
    reads_from: datetime | None = None


@dataclass(frozen=True)
class Span:
    """Ids from `first` to `last`, both included; empty where `first` > `last`."""

    first: int = 0
    last: int = 2**31 - 2


def span_of(session: Session, since: datetime | None, until: datetime | None) -> Span:
    """The ids of a period: a few too many at its edges, never too few. Reads two indexes at one place each."""
    return frame(session, since, until)[0]


def frame(
    session: Session, since: datetime | None, until: datetime | None, starts: Sequence[datetime] = ()
) -> tuple[Span, tuple[int, ...]]:
    """The span of a period, and for each of some moments the number of the first article that was seen then or later
    (moments outside the period are its ends). Articles are numbered in the order in which they were seen: that tells a
    number's day without reading the article.
    """
    edges = [max(start, since) if since else start for start in starts]
    numbers = [_first_from(min(edge, until) if until else edge) for edge in edges]
    if since is None and until is None:
        return Span(), tuple(session.execute(select(*numbers)).one()) if numbers else ()
    bounds = _edges(since is not None, until is not None).add_columns(*numbers)
    begin, end, *found = session.execute(bounds, {"since": since, "until": until}).one()
    return Span(1, 0) if begin is None or end is None else Span(begin, end), tuple(found)


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


def most_of(wanted: Wanted) -> int:
    """How many candidates are looked at in one go; a reader's own marks are narrow rows that lie side by side."""
    return MOST_SCATTERED if walked_by(wanted) not in {"", "desk"} else MOST


# Tables that name mentions by something: the column that says by what, and the mention's number.
_NAMING: dict[str, tuple[Any, Any]] = {
    "only_place": (MentionPlace.place, MentionPlace.mention_id),
    "place": (MentionPlace.place, MentionPlace.mention_id),
    "desk": (MentionMark.reader, MentionMark.mention_id),
    "tag": (MentionTag.tag, MentionTag.mention_id),
    "campaign": (MentionCampaign.campaign_id, MentionCampaign.mention_id),
    "topic": (MentionTopic.topic_id, MentionTopic.mention_id),
}


def candidates_of(wanted: Wanted, span: Span) -> Select[*tuple[Any, ...]]:
    """Mentions of the span, the newest first, by the filter that `walked_by` names."""
    walked = walked_by(wanted)
    if walked in _NAMING:
        by, number = _NAMING[walked]
        value = wanted.reader if walked == "desk" else getattr(wanted, walked)
        named = select(*SIFTED).join(number.class_, number == Mention.id)
        return named.where(by == value, number.between(span.first, span.last)).order_by(number.desc())
    query = select(*SIFTED).where(Mention.id.between(span.first, span.last)).order_by(Mention.id.desc())
    if walked == "source" and wanted.sources is not None:
        return query.where(Mention.source_id == wanted.sources[0])
    columns = {"sense": Mention.sense, "language": Mention.lang, "tone": Mention.tone, "assigned": Mention.assigned_to}
    return query.where(columns[walked] == getattr(wanted, walked)) if walked in columns else query


def conditions_of(row: Any, wanted: Wanted, *, whole: bool = False) -> list[ColumnElement[bool]]:
    """Every filter but the one that chose the candidates of this list; `whole`: that one too. `row` has the columns
    of `SIFTED`.
    """
    walked = "" if whole else walked_by(wanted)
    asked: list[ColumnElement[bool]] = []
    if wanted.sources is not None and walked != "source":
        asked.append(row.source_id.in_(wanted.sources))
    if wanted.sense and walked != "sense":
        asked.append(row.sense == wanted.sense)
    if wanted.language and walked != "language":
        asked.append(row.lang == wanted.language)
    if wanted.tone and walked != "tone":
        asked.append(row.tone == wanted.tone)
    if wanted.assigned and walked != "assigned":
        is_nobody = wanted.assigned == NOBODY
        asked.append(row.assigned_to.is_(None) if is_nobody else row.assigned_to == wanted.assigned)
    for name in ("tag", "campaign", "topic"):
        if getattr(wanted, name) and walked != name:
            by, number = _NAMING[name]
            asked.append(exists().where(by == getattr(wanted, name), number == row.id))
    if wanted.only_place is not None and walked != "only_place":
        asked.append(_names(row.id, wanted.only_place))
    if wanted.place and walked != "place" and wanted.place != wanted.only_place:
        asked.append(_names(row.id, wanted.place))
    return [*asked, *_standing(row, wanted), *_on_desk(row, wanted)]


def _standing(row: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.standing == "inbox":
        return [row.relevant.is_(True) | (and_(row.sense == "ambiguous", row.verdict.is_(None)))]
    asked: list[ColumnElement[bool]] = []
    if wanted.standing in {"counted", "repeated"}:
        asked.append(row.relevant.is_(True))
    if wanted.standing == "repeated":
        earlier = aliased(Mention)
        asked.append(exists().where(earlier.story_id == row.story_id, earlier.id < row.id, earlier.relevant.is_(True)))
    if wanted.standing == "out":
        asked.append(row.relevant.is_(False))
    elif wanted.standing == "open":
        asked.append(row.verdict.is_(None))
    return asked


def _on_desk(row: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    if not wanted.desk:
        return []
    mark = aliased(MentionMark)
    own = (mark.reader == wanted.reader, mark.mention_id == row.id)
    if wanted.desk == "open":
        return [~exists().where(*own, mark.handled_at.is_not(None))]
    if wanted.desk == "unread":
        fresh = [row.judged_at >= wanted.reads_from] if wanted.reads_from is not None else []
        return [*fresh, ~exists().where(*own, mark.read_at.is_not(None))]
    return [exists().where(*own, mark.handled_at.is_not(None) if wanted.desk == "handled" else mark.starred.is_(True))]


def walked_by(wanted: Wanted) -> str:
    """The filter whose index is walked: the one that mostly leaves the fewest."""
    if seeking.sought(wanted.words):
        return "words"
    if wanted.only_place is not None:
        return "only_place"
    if wanted.desk in {"starred", "handled"}:
        return "desk"
    if wanted.assigned > 0:
        return "assigned"
    for name in ("tag", "campaign", "place", "topic"):
        if getattr(wanted, name):
            return name
    if wanted.sources is not None and len(wanted.sources) == 1:
        return "source"
    return next((name for name in ("tone", "sense", "language") if getattr(wanted, name)), "")


def _names(mention_id: ColumnElement[int], place: str) -> ColumnElement[bool]:
    return exists().where(and_(MentionPlace.place == place, MentionPlace.mention_id == mention_id))


def falls_in(first_seen: datetime, wanted: Wanted) -> bool:
    """Whether it was first seen in the period itself: a span of ids reaches a little beyond."""
    return (wanted.since is None or first_seen >= wanted.since) and (
        wanted.until is None or first_seen < wanted.until
    )


def _first_from(moment: datetime) -> Any:
    """The number of the first article that was seen then or later."""
    first = select(Article.id).where(Article.first_seen_at >= moment).order_by(Article.first_seen_at, Article.id)
    return func.coalesce(first.limit(1).scalar_subquery(), 2**31 - 1)
