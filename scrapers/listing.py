"""Mentions as a list: the newest first, chosen by what stands in an address (`scrapers.wanting`), a page at a time.

A page is read downwards from an id. Where a bounded look was not enough, the page says how far back it has looked, and
the next one goes on from there. The cost of a page is thus the same in a small archive and in a large one.

Folded, a page has one line for each story: the newest of its mentions that are wanted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from scrapers import fulltext, seeking
from scrapers.deskmodels import MentionMark, MentionTag
from scrapers.models import Article, Mention, Source
from scrapers.wanting import SIFTED, Span, Wanted, candidates_of, conditions_of, falls_in, most_of, span_of

# How many hits of a search are sifted by the other filters: few at first, for mostly a page is full at once.
_ROUNDS = (300, 1_200, 4_000)
# Where the texts themselves must be looked at.
_EXACT_ROUNDS = (200, 600)
# Mentions that are folded into stories at a time, and how often at the most for one page.
_FOLDED, _FOLDED_ROUNDS = 200, 10


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
class Page:
    """Some lines, the newest first. `older` is what the next page is asked with (`before`), None at the end.

    `looked_to` is set where the page is not full because enough was looked at: there may be more before that moment.
    """

    lines: tuple[Line, ...]
    older: int | None
    looked_to: datetime | None = None


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
            *conditions_of(earlier, wanted, whole=True),
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
    most = most_of(wanted)
    inner = candidates_of(wanted, span).limit(most).subquery("candidate")
    conditions = conditions_of(inner.c, wanted)
    # Without an ORDER BY of its own: the outer query hands the inner one's rows on as they come and stops at the limit;
    # SQLite would sort all of them first.
    ids = sorted(session.scalars(select(inner.c.id).where(*conditions).limit(limit)), reverse=True)
    if len(ids) == limit:
        return ids, None
    if not conditions:
        return ids, ids[-1] if len(ids) == most else None
    count, lowest = session.execute(select(func.count(), func.min(inner.c.id)).select_from(inner)).one()
    return ids, lowest if count == most else None


def outlets(session: Session) -> list[Outlet]:
    """All sources by name."""
    return [Outlet(*row) for row in session.execute(_OUTLETS)]


def _among_hits(session: Session, wanted: Wanted, span: Span, limit: int) -> tuple[list[int], int | None]:
    ids: list[int] = []
    before: int | None = span.last + 1
    sought = seeking.sought(wanted.words)
    rounds: Sequence[int] = _EXACT_ROUNDS if sought.has_exact else _ROUNDS
    if not (sought.has_exact or conditions_of(Mention, wanted)):
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
    chosen = select(*SIFTED).where(Mention.id.in_(hits)).order_by(Mention.id.desc())
    inner = chosen.limit(len(hits)).subquery("candidate")
    found = sorted(session.scalars(select(inner.c.id).where(*conditions_of(inner.c, wanted))), reverse=True)
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
