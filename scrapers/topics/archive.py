"""The archive's articles as topics read them: some hundreds at a time, downwards by number."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from scrapers.judging import body_of
from scrapers.models import Article, Mention, Source
from scrapers.revisions import SAME_AS
from scrapers.stories import Telling
from scrapers.watch.places import Gazetteer
from scrapers.watch.verdict import Verdict
from scrapers.watch.words import Document

AT_ONCE = 500


@dataclass(frozen=True)
class Kept:
    """An article with what is known of it; `sense` is what it is a mention in (a person's word, where there is one),
    "none" where it is none. `mark` changes with its words.
    """

    id: int
    title: str
    summary: str
    text: str
    url: str
    lang: str
    outlet: str
    tier: str
    published_at: datetime | None
    first_seen_at: datetime
    agency: str | None
    mark: tuple[int, str, int]
    mention_id: int | None
    story_id: int | None
    sense: str
    places: tuple[str, ...]
    outside: bool

    @property
    def body(self) -> str:
        return body_of(self.summary, self.text)

    @property
    def at(self) -> datetime:
        """When it was published, or else found."""
        return self.published_at or self.first_seen_at

    @property
    def document(self) -> Document:
        return Document(self.title, self.body, self.url, self.lang or None, source=self.outlet, tier=self.tier)

    def verdict(self, gazetteer: Gazetteer) -> Verdict:
        """As much of the watch's verdict as a topic's filters ask for."""
        is_return = self.sense == "return"
        within = gazetteer.within(self.places)
        return Verdict(is_return, self.sense, 0.0, self.lang, (), (), self.places, within)

    def telling(self, places: tuple[str, ...]) -> Telling:
        return Telling(self.title, self.body, self.at, places, self.agency)


def newest(session: Session) -> int:
    """The highest number of an article; 0 with an empty archive."""
    return session.scalar(select(func.max(Article.id))) or 0


def first_since(session: Session, since: datetime) -> int | None:
    """The number of the first article that was seen then or later: articles are numbered as they are seen."""
    first = select(Article.id).where(Article.first_seen_at >= since).order_by(Article.first_seen_at, Article.id)
    return session.scalar(first.limit(1))


def chunk(session: Session, top: int, low: int, limit: int = AT_ONCE) -> tuple[list[Kept], int]:
    """Articles numbered from `top` down to `low`, the highest first, and the lowest number that was looked at.

    Of at most `limit` numbers that are there; without those that were deleted, or folded into another.
    """
    ids = select(Article.id).where(Article.id <= top, Article.id >= low).order_by(Article.id.desc()).limit(limit)
    span = ids.subquery("span")
    bottom = session.scalar(select(func.min(span.c.id)))
    if bottom is None:
        return [], low
    rows = session.execute(
        select(
            Article.id, Article.title, Article.summary, Article.text, Article.url, Article.lang, Source.name,
            Source.tier, Article.published_at, Article.first_seen_at, Article.agency, Article.revision,
            Article.text_state, Mention.id, Mention.story_id, Mention.sense, Mention.lang, Mention.places,
            Mention.outside,
        )
        .join(Source, Source.id == Article.source_id)
        .outerjoin(Mention, Mention.article_id == Article.id)
        .where(Article.id.between(bottom, top), Article.text_state != "deleted")
        .where(
            or_(
                Article.text_state != "summary",
                Article.text_reason_key.is_(None),
                and_(Article.text_state == "summary", Article.text_reason_key != SAME_AS),
            )
        )
        .order_by(Article.id.desc())
    )  # fmt: skip
    kept = [
        Kept(
            number, title, summary, text, url, spoken or lang or "", outlet, tier, published, seen, agency,
            (revision, state, len(text)), mention_id, story_id, sense or "none", tuple(places or ()), bool(outside),
        )
        for number, title, summary, text, url, lang, outlet, tier, published, seen, agency, revision, state,
        mention_id, story_id, sense, spoken, places, outside in rows
    ]  # fmt: skip
    return kept, bottom
