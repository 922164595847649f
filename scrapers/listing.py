"""Mentions as a list: the newest first, chosen by what stands in an address, a page at a time.

Ids grow with time, so a page is read downwards from an id, and a period is a span of ids. Whatever is asked for, no
more than `MOST` mentions that lie side by side, or `MOST_SCATTERED` that an index finds here and there, are looked at
in one go: where that was not enough, the page says how far back it has looked, and the next one goes on from there.
The cost of a page is thus the same in a small archive and in a large one.

Folded, a page has one line for each story: the newest of its mentions that are wanted.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, literal, select, true
from sqlalchemy.orm import Session, aliased

from outreach.core.db import UtcDateTime
from scrapers import fulltext, seeking
from scrapers.deskmodels import MentionCampaign, MentionMark, MentionTag
from scrapers.models import SENSES, Article, Mention, MentionPlace, Source
from scrapers.topicmodels import MentionTopic

MOST = 20_000
MOST_SCATTERED = 5_000
MOST_COUNTED = 5_000
MOST_OF_A_SENSE = 1_000
STANDINGS = ("counted", "all", "out", "open", "repeated", "inbox")
# How a mention stands with the reader who asks.
DESKS = ("open", "handled", "unread", "starred")
NOBODY = -1
# Articles become mentions in the order in which they were found, but for those whose page had to be fetched first.
_OVERTAKEN = 500
# How many hits of a search are sifted by the other filters: few at first, for mostly a page is full at once.
_ROUNDS = (300, 1_200, 4_000)
# Where the texts themselves must be looked at.
_EXACT_ROUNDS = (200, 600)
# Mentions that are folded into stories at a time, and how often at the most for one page.
_FOLDED, _FOLDED_ROUNDS = 200, 10


_SIFTED = (
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
class Line:
    """One mention in a list; `tellings` is how many mentions its story has, itself included; `changes` how often its
    article was seen to be changed; `folded` how many wanted ones of its story this line stands for. `read`, `handled`
    and `starred` are the reader's, who asked.
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
    tone: str | None = None
    assigned_to: int | None = None
    tags: tuple[str, ...] = ()
    read: bool = True
    handled: bool = False
    starred: bool = False
    folded: int = 1
    found: str = ""

    @property
    def at(self) -> datetime:
        """When it was published, or else found."""
        return self.published_at or self.first_seen_at


@dataclass(frozen=True)
class Tally:
    """How many mentions are wanted, in how many stories; `days` by the asked moments, None where they were not
    counted. Not `whole`: there are more. `senses` are those of the period, whatever else is asked.
    """

    mentions: int
    stories: int
    whole: bool
    days: tuple[int, ...] | None = None
    senses: Mapping[str, int] = field(default_factory=dict)


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
        Mention.tone,
        Mention.assigned_to,
        Mention.judged_at,
        MentionMark.read_at,
        MentionMark.handled_at,
        MentionMark.starred,
        select(func.aggregate_strings(MentionTag.tag, "\n"))
        .where(MentionTag.mention_id == Mention.id)
        .scalar_subquery()
        .label("tags"),
    )
    .join(Article, Article.id == Mention.article_id)
    .join(Source, Source.id == Mention.source_id)
    .outerjoin(MentionMark, and_(MentionMark.reader == bindparam("reader"), MentionMark.mention_id == Mention.id))
    .where(Mention.id.in_(bindparam("ids", expanding=True)))
)
_TEXTS = select(Mention.id, Article.title, Article.summary, Article.text).join(
    Article, Article.id == Mention.article_id
)


def page(
    session: Session,
    wanted: Wanted,
    *,
    span: Span | None = None,
    before: int | None = None,
    limit: int = 50,
    folded: bool = False,
) -> Page:
    """The next lines below the id `before` (None: from the newest). `span` is the period's, where it is known."""
    if folded:
        counts, older, examined_to = _of_stories(session, wanted, span, before, limit)
        ids = list(counts)
    else:
        ids, examined_to = matching(session, wanted, span=span, before=before, limit=limit + 1)
        more = len(ids) > limit
        ids = ids[:limit]
        older = ids[-1] if more else None
        counts = {}
    looked = examined_to if older is None else None
    lines = _lines(session, wanted, [*ids, *([] if looked is None else [looked])])
    looked_to = next((line.first_seen_at for line in lines if line.id == looked), None)
    shown = set(ids)
    return Page(
        tuple(
            replace(line, folded=counts.get(line.id, 1))
            for line in lines
            if line.id in shown and falls_in(line.first_seen_at, wanted)
        ),
        older if older is not None else looked,
        looked_to,
    )


def _of_stories(
    session: Session, wanted: Wanted, span: Span | None, before: int | None, limit: int
) -> tuple[dict[int, int], int | None, int | None]:
    """The newest wanted mention of each of `limit` stories, and for how many it stands; what the next page is asked
    with where it is full; else the lowest id that was looked at, where there may be more.
    """
    span = span or span_of(session, wanted.since, wanted.until)
    newest: dict[int, int] = {}  # the story's newest mention by the story's number
    counts: Counter[int] = Counter()
    at, last, examined_to = before, None, None
    for _ in range(_FOLDED_ROUNDS):
        ids, examined_to = matching(session, wanted, span=span, before=at, limit=_FOLDED)
        for number, story in _stories_of(session, ids, wanted, span, before):
            if story not in newest and len(newest) == limit:
                return dict(_folded_counts(newest, counts)), last, None
            newest.setdefault(story, number)
            counts[story] += 1
            last = number
        if len(ids) < _FOLDED:
            return dict(_folded_counts(newest, counts)), None, examined_to
        at = ids[-1]
    return dict(_folded_counts(newest, counts)), at, None


def _folded_counts(newest: Mapping[int, int], counts: Mapping[int, int]) -> list[tuple[int, int]]:
    return [(number, counts[story]) for story, number in newest.items()]


def _stories_of(
    session: Session, ids: Sequence[int], wanted: Wanted, span: Span, before: int | None
) -> list[tuple[int, int]]:
    """These mentions with their stories, the newest first, but for stories that an earlier page has told."""
    if not ids:
        return []
    query = select(Mention.id, Mention.story_id).where(Mention.id.in_(ids))
    if before is not None:
        earlier = aliased(Mention)
        told = exists().where(
            earlier.story_id == Mention.story_id,
            earlier.id >= before,
            earlier.id <= span.last,
            *_conditions(earlier, wanted, whole=True),
        )
        query = query.where(~told)
    return sorted(((row.id, row.story_id) for row in session.execute(query)), reverse=True)


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
    if seeking.sought(wanted.words):
        return _among_hits(session, wanted, span, limit)
    most = _most(wanted)
    inner = _candidates(wanted, span).limit(most).subquery("candidate")
    conditions = _conditions(inner.c, wanted)
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


def outlets(session: Session) -> list[Outlet]:
    """All sources by name."""
    return [Outlet(*row) for row in session.execute(_OUTLETS)]


def _most(wanted: Wanted) -> int:
    """How many candidates are looked at in one go; a reader's own marks are narrow rows that lie side by side."""
    return MOST_SCATTERED if _walked(wanted) not in {"", "desk"} else MOST


# Tables that name mentions by something: the column that says by what, and the mention's number.
_NAMING: dict[str, tuple[Any, Any]] = {
    "only_place": (MentionPlace.place, MentionPlace.mention_id),
    "place": (MentionPlace.place, MentionPlace.mention_id),
    "desk": (MentionMark.reader, MentionMark.mention_id),
    "tag": (MentionTag.tag, MentionTag.mention_id),
    "campaign": (MentionCampaign.campaign_id, MentionCampaign.mention_id),
    "topic": (MentionTopic.topic_id, MentionTopic.mention_id),
}


def _candidates(wanted: Wanted, span: Span) -> Select[*tuple[Any, ...]]:
    """Mentions of the span, the newest first, by the filter that `_walked` names."""
    walked = _walked(wanted)
    if walked in _NAMING:
        by, number = _NAMING[walked]
        value = wanted.reader if walked == "desk" else getattr(wanted, walked)
        named = select(*_SIFTED).join(number.class_, number == Mention.id)
        return named.where(by == value, number.between(span.first, span.last)).order_by(number.desc())
    query = select(*_SIFTED).where(Mention.id.between(span.first, span.last)).order_by(Mention.id.desc())
    if walked == "source" and wanted.sources is not None:
        return query.where(Mention.source_id == wanted.sources[0])
    columns = {"sense": Mention.sense, "language": Mention.lang, "tone": Mention.tone, "assigned": Mention.assigned_to}
    return query.where(columns[walked] == getattr(wanted, walked)) if walked in columns else query


def _conditions(row: Any, wanted: Wanted, *, whole: bool = False) -> list[ColumnElement[bool]]:
    """Every filter but the one that chose the candidates of this list; `whole`: that one too. `row` has the columns
    of `_SIFTED`.
    """
    walked = "" if whole else _walked(wanted)
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


def _walked(wanted: Wanted) -> str:
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


def _among_hits(session: Session, wanted: Wanted, span: Span, limit: int) -> tuple[list[int], int | None]:
    ids: list[int] = []
    before: int | None = span.last + 1
    sought = seeking.sought(wanted.words)
    rounds: Sequence[int] = _EXACT_ROUNDS if sought.has_exact else _ROUNDS
    if not (sought.has_exact or _conditions(Mention, wanted)):
        rounds = (limit,)  # nothing else is asked: every hit is one
    for size in rounds:
        hits = fulltext.hits(session, sought, before=before, floor=span.first, limit=size)
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
    found = sorted(session.scalars(select(inner.c.id).where(*_conditions(inner.c, wanted))), reverse=True)
    sought = seeking.sought(wanted.words)
    if not (sought.has_exact and found):
        return found
    # The index is folded: whether a word stands letter for letter only the text tells.
    texts = session.execute(_TEXTS.where(Mention.id.in_(found)))
    exact = {row.id for row in texts if sought.is_exact(f"{row.title} {row.summary} {row.text}")}
    return [number for number in found if number in exact]


def _lines(session: Session, wanted: Wanted, ids: Sequence[int]) -> list[Line]:
    if not ids:
        return []
    lines = []
    for row in session.execute(_LINES, {"ids": ids, "reader": wanted.reader}):
        told = dict(row._mapping)
        forms = tuple(dict.fromkeys(str(one["form"]) for one in told.pop("matched")))
        read_at, handled_at, judged_at = (told.pop(name) for name in ("read_at", "handled_at", "judged_at"))
        is_old = wanted.reads_from is not None and judged_at < wanted.reads_from
        told |= {
            "forms": forms,
            "places": tuple(told["places"]),
            "tags": tuple(sorted(filter(None, (told["tags"] or "").split("\n")))),
            "read": not wanted.reader or is_old or read_at is not None,
            "handled": handled_at is not None,
            "starred": bool(told["starred"]),
        }
        lines.append(Line(**told))
    lines.sort(key=lambda line: line.id, reverse=True)
    return _with_finds(session, wanted, lines)


def _with_finds(session: Session, wanted: Wanted, lines: list[Line]) -> list[Line]:
    """Where words are looked for, lines whose headline and sentence do not have them show a piece that does."""
    sought = seeking.sought(wanted.words)
    dark = [line.id for line in lines if sought and not seeking.around(f"{line.title} {line.sentence}", sought)]
    if not dark:
        return lines
    rows = session.execute(_TEXTS.where(Mention.id.in_(dark)))
    found = {row.id: next(iter(seeking.around(row.text or row.summary, sought)), "") for row in rows}
    return [replace(line, found=found.get(line.id, "")) for line in lines]


def falls_in(first_seen: datetime, wanted: Wanted) -> bool:
    """Whether it was first seen in the period itself: a span of ids reaches a little beyond."""
    return (wanted.since is None or first_seen >= wanted.since) and (
        wanted.until is None or first_seen < wanted.until
    )


def by_day(session: Session, wanted: Wanted, starts: Sequence[datetime]) -> list[int] | None:
    """How many wanted mentions were first seen from each of the moments to the next one; the last moment ends it all.

    None where the period is too large to be counted at once, or where words are looked for.
    """
    span, numbers = frame(session, wanted.since, wanted.until, starts)
    days = tally(session, wanted, span, numbers).days
    return None if days is None else [*days]


def tally(
    session: Session,
    wanted: Wanted,
    span: Span | None = None,
    numbers: Sequence[int] = (),
    *,
    of_senses: bool = False,
    first: Page | None = None,
) -> Tally:
    """How many are wanted, in how many stories, and by day, as far as a bounded look goes. `numbers` are those of the
    first articles of each day, and of the one after the last (`frame`). `of_senses`: also how many mentions of the
    period each sense has, whatever else is asked. Where words are looked for, what the `first` page shows is counted.
    """
    span = span or span_of(session, wanted.since, wanted.until)
    senses = [_of_sense(span, sense) for sense in SENSES] if of_senses else []
    told, found, counted = _counted(session, wanted, span, bool(numbers), senses, first)
    if senses:
        counted = counted or [*session.execute(select(*senses)).one()]
        told = replace(told, senses=dict(zip(SENSES, counted, strict=True)))
    if found is None or not numbers:
        return told
    days = [0] * len(numbers)
    for article_id in found:
        place = bisect_right(numbers, article_id)
        if 0 < place < len(numbers):
            days[place] += 1
    return replace(told, days=tuple(days[1:]))


def _counted(
    session: Session, wanted: Wanted, span: Span, by_number: bool, senses: Sequence[Any], first: Page | None
) -> tuple[Tally, list[int] | None, list[int]]:
    """How many there are, the articles of those (None where there are too many to tell their days), and the counts of
    senses where they could be had in the same question.
    """
    if span.first > span.last or wanted.sources == ():
        return Tally(0, 0, True), [], []
    walked = _walked(wanted)
    if walked == "words":
        lines = first.lines if first is not None else ()
        is_whole = first is not None and first.older is None
        return Tally(sum(line.folded for line in lines), len({line.story_id for line in lines}), is_whole), None, []
    most = MOST_SCATTERED if walked else MOST_COUNTED
    inner = _candidates(wanted, span).limit(most + 1).subquery("candidate")
    conditions = _conditions(inner.c, wanted)
    if not by_number or (not walked and span.last - span.first >= most):
        fit = case((and_(true(), *conditions), inner.c.story_id))
        looked, fitting, stories, *counted = session.execute(
            select(func.count(), func.count(fit), func.count(fit.distinct()), *senses).select_from(inner)
        ).one()
        return Tally(fitting, stories, looked <= most), None, counted
    fits = case((and_(true(), *conditions), 1), else_=0)
    # The counts of senses stand in every row; the stores work them out once.
    rows = session.execute(select(inner.c.article_id, inner.c.story_id, fits, *senses)).all()
    found = [row[0] for row in rows if row[2]]
    whole = len(rows) <= most
    told = Tally(len(found), len({row[1] for row in rows if row[2]}), whole)
    return told, found if whole else None, [*rows[0][3:]] if rows else []


def _of_sense(span: Span, sense: str) -> Any:
    """How many mentions of a span a sense has; one more than `MOST_OF_A_SENSE` where there are more than that."""
    some = select(literal(1)).where(Mention.sense == sense, Mention.id.between(span.first, span.last))
    return select(func.count()).select_from(some.limit(MOST_OF_A_SENSE + 1).subquery()).scalar_subquery()


def _first_from(moment: datetime) -> Any:
    """The number of the first article that was seen then or later."""
    first = select(Article.id).where(Article.first_seen_at >= moment).order_by(Article.first_seen_at, Article.id)
    return func.coalesce(first.limit(1).scalar_subquery(), 2**31 - 1)
