"""Topics and articles that tests put into a store."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.db import Store
from scrapers.judging import judge_article
from scrapers.models import Article, Mention, Source
from scrapers.recording import judge_again
from scrapers.stories import Telling
from scrapers.topicmodels import MentionTopic
from scrapers.topics import editing
from scrapers.topics.draft import Draft
from scrapers.watch.verdict import Verdict
from scrapers.watch.words import Document
from tests.scrapers.conftest import office

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OFFICE = office()
_NUMBERS = count(1)


def source(store: Store, name: str = "Latgales Laiks", tier: str = "regional") -> int:
    with store.transaction() as session:
        row = Source(name=name, tier=tier, kind="feed", settings={"url": f"https://{tier}.example/{next(_NUMBERS)}"})
        session.add(row)
        session.flush()
        return row.id


def article(
    store: Store, source_id: int, title: str, text: str = "", *, ago: timedelta = timedelta(hours=2), lang: str = "lv", **more: object
) -> int:
    """An article that is no mention; its number."""
    address = f"https://raksti.example/{next(_NUMBERS)}"
    with store.transaction() as session:
        columns: dict[str, object] = {
            "source_id": source_id, "url": address, "canonical_url": address, "title": title, "text": text, "lang": lang,
            "first_seen_at": NOW - ago, "published_at": NOW - ago, "text_state": "feed", **more,
        }  # fmt: skip
        row = Article(**columns)
        session.add(row)
        session.flush()
        return row.id


def mention(store: Store, article_id: int, sense: str = "return", topics: Mapping[int, float] | None = None) -> int:
    """Makes an article a mention of this sense; its number."""
    with store.transaction() as session:
        row = session.get_one(Article, article_id)
        verdict = Verdict(sense == "return", sense, 0.8, row.lang or "lv", (), (), (), topics=tuple((topics or {}).items()))
        judgement = judge_article(row.title, row.summary, row.text, url=row.url, lang=row.lang, judge=lambda _: verdict)
        judge_again(session, article_id, Telling(row.title, row.text, row.first_seen_at, (), None), judgement, row.first_seen_at)
        return session.scalars(select(Mention.id).where(Mention.article_id == article_id)).one()


def topic(store: Store, query: str, name: str = "", **more: object) -> int:
    """A topic in force; its number."""
    with store.transaction() as session:
        draft = Draft(name or f"Tēma {next(_NUMBERS)}", query, **more)  # type: ignore[arg-type]
        return editing.create(session, NOW, "anna@example.org", draft, OFFICE).topic_id


def members(session: Session, topic_id: int) -> dict[int, float]:
    """The articles whose mentions belong to a topic, with the scores."""
    rows = session.execute(
        select(Mention.article_id, MentionTopic.score)
        .join(MentionTopic, MentionTopic.mention_id == Mention.id)
        .where(MentionTopic.topic_id == topic_id)
    )
    return {int(number): float(score) for number, score in rows}


def verdict(sense: str = "none", lang: str = "lv", places: tuple[str, ...] = (), within: tuple[str, ...] = ()) -> Verdict:
    return Verdict(sense == "return", sense, 0.5, lang, (), (), places, within)


def document(text: str, title: str = "", tier: str = "", source: str = "") -> Document:
    return Document(title, text, tier=tier, source=source)

