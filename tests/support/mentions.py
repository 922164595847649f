"""Invented mentions, put straight into a store."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scrapers import fulltext
from scrapers.models import Article, Mention, MentionPlace, Source, Story


def source(session: Session, name: str, tier: str = "local", owner: str = "earned") -> int:
    """The outlet of this name, made if there is none; its number."""
    known = session.scalar(select(Source.id).where(Source.name == name))
    if known is not None:
        return known
    row = Source(name=name, tier=tier, owner=owner, language="lv", kind="feed", settings={"url": f"https://{name}.example.org/"})
    session.add(row)
    session.flush()
    return row.id


def mention(
    session: Session,
    at: datetime,
    title: str = "Ozolu ģimene atgriežas",
    *,
    outlet: str = "Avīze",
    text: str = "",
    sense: str = "return",
    relevant: bool = True,
    lang: str = "lv",
    places: tuple[str, ...] = (),
    story: int | None = None,
    published: bool = True,
    summary: str = "",
) -> int:
    """One mention first seen at that moment; its number."""
    source_id = source(session, outlet)
    count = (session.scalar(select(Mention.id).order_by(Mention.id.desc()).limit(1)) or 0) + 1
    address = f"https://avize.example.org/{count}"
    article = Article(
        source_id=source_id, url=address, canonical_url=address, title=title, summary=summary, text=text, lang=lang,
        published_at=at - timedelta(minutes=5) if published else None, first_seen_at=at, text_state="feed",
    )
    session.add(article)
    if story is None:
        row = Story(created_at=at, title=title)
        session.add(row)
        session.flush()
        story = row.id
    session.flush()
    made = Mention(
        article_id=article.id, source_id=source_id, sense=sense, relevant=relevant, judged_relevant=relevant, score=1.0,
        lang=lang, matched=[{"term": "remigrācija", "form": "atgriežas"}], cues=[], places=list(places),
        sentence=f"{title} uz dzīvi mājās.", story_id=story, judged_at=at,
    )
    session.add(made)
    session.flush()
    session.add_all(MentionPlace(place=place, mention_id=made.id) for place in places)
    fulltext.put(session, [(made.id, title, text)])
    session.flush()
    return made.id
