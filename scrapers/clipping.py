"""One mention as it is read: what the outlet wrote, what the watch saw in it, who else tells the same story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from scrapers import seeking, verdicts
from scrapers.deskmodels import MentionTag
from scrapers.fulltext import Sought
from scrapers.models import Article, ArticleRevision, Evidence, Mention, MentionPlace, Source
from scrapers.verdicts import Given

# A story that runs in more outlets is read in the list.
_MOST_TELLINGS = 30
_MOST_KEPT = 20
# A short excerpt is kept of what others wrote, and shown.
_EXCERPT = 600
_MOST_FINDS = 4


@dataclass(frozen=True)
class Telling:
    """The same story in another outlet."""

    id: int
    title: str
    lang: str
    outlet: str
    tier: str
    at: datetime


@dataclass(frozen=True)
class KeptPage:
    """A page that is kept as evidence: when it was read, the SHA-256 of what came (hex), the file's bytes, and where
    it lies in the data folder.
    """

    id: int
    at: datetime
    url: str
    sha256: str
    size: int
    file: str


@dataclass(frozen=True)
class Clipping:
    """A mention with everything its page shows; `others` are the other tellings, in the order of pick-up, `kept` its
    pages, the newest first. `changes` is how many were seen since the first sight, `date_doubted` that
    the outlet told a date which made no sense.
    """

    id: int
    title: str
    url: str
    lang: str
    outlet: str
    source_id: int
    tier: str
    owner: str
    author: str | None
    agency: str | None
    published_at: datetime | None
    date_doubted: bool
    first_seen_at: datetime
    sense: str
    relevant: bool
    judged_relevant: bool
    verdict: str | None
    sentence: str
    excerpt: str
    terms: tuple[str, ...]
    forms: tuple[str, ...]
    places: tuple[str, ...]
    others: tuple[Telling, ...]
    verdicts: tuple[Given, ...]
    outside: bool
    lang_sure: float | None
    changes: int
    changed_at: datetime | None
    brought_by: str | None
    brought_from: str | None
    kept: tuple[KeptPage, ...]
    story_id: int
    tone: str | None
    tone_sentence: str

    @property
    def at(self) -> datetime:
        """When it was published, or else found."""
        return self.published_at or self.first_seen_at


@dataclass(frozen=True)
class Cutting:
    """A mention as a row of a table."""

    id: int
    title: str
    url: str
    lang: str
    outlet: str
    tier: str
    owner: str
    agency: str | None
    published_at: datetime | None
    first_seen_at: datetime
    sense: str
    relevant: bool
    verdict: str | None
    sentence: str
    terms: tuple[str, ...]
    places: tuple[str, ...]
    story_id: int
    tone: str | None
    assigned_to: int | None
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Placed:
    """A mention's story, and when it was first seen."""

    id: int
    story_id: int
    first_seen_at: datetime


def placed(session: Session, ids: Sequence[int]) -> list[Placed]:
    """These mentions, the newest first."""
    rows = session.execute(
        select(Mention.id, Mention.story_id, Article.first_seen_at)
        .join(Article, Article.id == Mention.article_id)
        .where(Mention.id.in_(ids))
        .order_by(Mention.id.desc())
    )
    return [Placed(*row) for row in rows]


def cuttings(session: Session, ids: Sequence[int]) -> list[Cutting]:
    """These mentions, the newest first."""
    rows = session.execute(
        select(
            Mention.id,
            Article.title,
            Article.url,
            Mention.lang,
            Source.name.label("outlet"),
            Source.tier,
            Source.owner,
            Article.agency,
            Article.published_at,
            Article.first_seen_at,
            Mention.sense,
            Mention.relevant,
            Mention.verdict,
            Mention.sentence,
            Mention.matched,
            Mention.places,
            Mention.story_id,
            Mention.tone,
            Mention.assigned_to,
            select(func.aggregate_strings(MentionTag.tag, "\n"))
            .where(MentionTag.mention_id == Mention.id)
            .scalar_subquery()
            .label("tags"),
        )
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
        .where(Mention.id.in_(ids))
        .order_by(Mention.id.desc())
    )
    made = []
    for row in rows:
        told = dict(row._mapping)
        terms = tuple(dict.fromkeys(str(one["term"]) for one in told.pop("matched")))
        tags = tuple(sorted(filter(None, (told["tags"] or "").split("\n"))))
        made.append(Cutting(**told | {"terms": terms, "places": tuple(told["places"]), "tags": tags}))
    return made


def clipping(session: Session, mention_id: int, only_place: str | None = None) -> Clipping | None:
    """One mention; None if there is none, or if it does not name the one place that may be seen."""
    wanted = select(Mention, Article, Source).where(Mention.id == mention_id)
    wanted = wanted.join(Article, Article.id == Mention.article_id).join(Source, Source.id == Mention.source_id)
    if only_place is not None:
        wanted = wanted.where(_names(only_place))
    row = session.execute(wanted).one_or_none()
    if row is None:
        return None
    mention, article, source = row
    return Clipping(
        id=mention.id,
        title=article.title,
        url=article.url,
        lang=mention.lang,
        outlet=source.name,
        source_id=source.id,
        tier=source.tier,
        owner=source.owner,
        author=article.author,
        agency=article.agency,
        published_at=article.published_at,
        date_doubted=article.date_doubted,
        first_seen_at=article.first_seen_at,
        sense=mention.sense,
        relevant=mention.relevant,
        judged_relevant=mention.judged_relevant,
        verdict=mention.verdict,
        sentence=mention.sentence,
        excerpt=excerpt(article.summary, mention.sentence),
        terms=tuple(dict.fromkeys(str(one["term"]) for one in mention.matched)),
        forms=tuple(dict.fromkeys(str(one["form"]) for one in mention.matched)),
        places=tuple(mention.places),
        others=_others(session, mention, only_place),
        verdicts=tuple(verdicts.given(session, mention.id)),
        outside=mention.outside,
        lang_sure=article.lang_sure,
        changes=article.revision,
        brought_by=article.brought_by,
        brought_from=article.brought_from,
        changed_at=_changed_at(session, article.id) if article.revision else None,
        kept=_kept(session, article.id),
        story_id=mention.story_id,
        tone=mention.tone,
        tone_sentence=mention.tone_sentence,
    )


def finds(session: Session, mention_id: int, asked: Sought) -> tuple[str, ...]:
    """Some pieces of a mention's text that have what was asked."""
    texts = select(Article.summary, Article.text).join(Mention, Mention.article_id == Article.id)
    row = session.execute(texts.where(Mention.id == mention_id)).one_or_none()
    return seeking.around(row.text or row.summary, asked, _MOST_FINDS) if row is not None else ()


def kept_page(
    session: Session, mention_id: int, evidence_id: int, only_place: str | None = None
) -> KeptPage | None:
    """One page kept of a mention; None if there is none, or the mention may not be seen."""
    wanted = _KEPT.join(Mention, Mention.article_id == Evidence.article_id)
    wanted = wanted.where(Mention.id == mention_id, Evidence.id == evidence_id)
    if only_place is not None:
        wanted = wanted.where(_names(only_place))
    row = session.execute(wanted).one_or_none()
    return None if row is None else KeptPage(*row)


def excerpt(summary: str, sentence: str, most: int = _EXCERPT) -> str:
    """The beginning of a summary, cut after a word; empty where it says no more than the sentence."""
    told = " ".join(summary.split())
    if not told or told in sentence:
        return ""
    if len(told) <= most:
        return told
    return told[:most].rsplit(" ", 1)[0].rstrip(",;:–- ") + " …"


def _others(session: Session, mention: Mention, only_place: str | None) -> tuple[Telling, ...]:
    wanted = (
        select(
            Mention.id,
            Article.title,
            Mention.lang,
            Source.name,
            Source.tier,
            Article.published_at,
            Article.first_seen_at,
        )
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
        .where(Mention.story_id == mention.story_id, Mention.id != mention.id)
        .order_by(Mention.id)
        .limit(_MOST_TELLINGS)
    )
    if only_place is not None:
        wanted = wanted.where(_names(only_place))
    rows = session.execute(wanted)
    told = [Telling(*row[:5], row.published_at or row.first_seen_at) for row in rows]
    return tuple(sorted(told, key=lambda one: one.at))


_KEPT = select(Evidence.id, Evidence.at, Evidence.url, Evidence.sha256, Evidence.size, Evidence.file)


def _kept(session: Session, article_id: int) -> tuple[KeptPage, ...]:
    wanted = _KEPT.where(Evidence.article_id == article_id).order_by(Evidence.id.desc()).limit(_MOST_KEPT)
    return tuple(KeptPage(*row) for row in session.execute(wanted))


def _changed_at(session: Session, article_id: int) -> datetime | None:
    return session.scalar(
        select(ArticleRevision.at)
        .where(ArticleRevision.article_id == article_id)
        .order_by(ArticleRevision.number.desc())
        .limit(1)
    )


def _names(place: str) -> ColumnElement[bool]:
    return exists().where(MentionPlace.place == place, MentionPlace.mention_id == Mention.id)


def text_of(session: Session, mention_id: int) -> str:
    """The article's whole text as it is kept; empty where only its summary is known."""
    wanted = select(Article.text).join(Mention, Mention.article_id == Article.id).where(Mention.id == mention_id)
    return session.scalar(wanted) or ""


def stories_of(session: Session, ids: Sequence[int]) -> list[int]:
    """The stories of these mentions, each once."""
    return sorted(set(session.scalars(select(Mention.story_id).where(Mention.id.in_(ids)))))
