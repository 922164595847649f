"""Polls of invented sources, sifted and stored as the collector does it, without any wire."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.db import Store
from scrapers.canonical import canonical
from scrapers.judging import Judgement
from scrapers.models import Article, Mention, Source
from scrapers.recording import Batch, Judged, JudgedChange, Offer, Sifted, Stored, sift, store
from scrapers.revisions import told_by
from scrapers.source import Found

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WORD = "remigrācij"


def sources(store: Store, count: int = 1) -> list[int]:
    """New sources' ids."""
    with store.transaction() as session:
        rows = [
            Source(name=f"Avots {number}", tier="local", kind="feed", settings={"url": f"https://avots{number}.example/"})
            for number in range(count)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def found(number: int, **told: object) -> Found:
    base = Found(
        url=f"https://zinas.example/{number}",
        title=f"Ģimene numur {number} atgriežas Latgalē",
        summary=f"Par to stāsta kaimiņi ciemā {number}.",
        guid=f"g{number}",
        published=NOW - timedelta(hours=number),
    )
    return replace(base, **told)  # type: ignore[arg-type]


def judged(title: str, summary: str, text: str) -> Judgement:
    """A verdict as the watch gives it, for one word alone."""
    is_it = WORD in f"{title} {summary} {text}".casefold()
    return Judgement(
        found=is_it,
        sense="return" if is_it else "none",
        relevant=is_it,
        score=0.8 if is_it else 0.0,
        lang="lv",
        matched=[{"term": WORD, "form": WORD, "where": "text"}] if is_it else [],
        cues=[],
        places=["Preiļi"] if is_it else [],
        sentence=summary,
        within=["Preiļu novads"] if is_it else [],
    )


def offer(source_id: int, items: Iterable[Found], *seen: Found) -> Offer:
    told = list(items)
    return Offer(source_id, told, frozenset(canonical(item.url) for item in (*told, *seen)))


def batch(source_id: int, news: Sifted, text_state: str | None = None) -> Batch:
    fresh = [
        Judged(one, one.found.text or "", text_state or "feed", None, judged(one.found.title, one.found.summary, one.found.text or ""))
        for one in news.fresh
    ]
    changes = []
    for changed in news.changed:
        text, state = told_by(changed.found, changed.text_state, changed.text)
        item = changed.found
        changes.append(JudgedChange(changed, text, state, judged(item.title, item.summary, text)))
    return Batch(source_id, fresh, changes)


def poll(
    opened: Store, *offers: Offer, now: datetime = NOW, text_state: str | None = None
) -> tuple[list[Sifted], list[Stored]]:
    """One round: what was sifted and what was stored, in the offers' order."""
    with opened.reading() as session:
        news = sift(session, offers, now)
    with opened.transaction() as session:
        stored = store(
            session, [batch(one.source_id, told, text_state) for one, told in zip(offers, news, strict=True)], now
        )
    return news, stored


def article(session: Session, url: str) -> Article:
    return session.scalars(select(Article).where(Article.url == url)).one()


def mention(session: Session, url: str) -> Mention | None:
    return session.scalars(
        select(Mention).join(Article, Article.id == Mention.article_id).where(Article.url == url)
    ).one_or_none()
