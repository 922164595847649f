"""What the tests of the first page, of sources and of work put into an office."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from scrapers import catalogue
from scrapers.models import Article, Mention, MentionPlace, Source, Story
from tests.outreach.web.conftest import Office

_NUMBERS = count(1)


def source(office: Office, name: str, state: str = "healthy", **columns: object) -> int:
    """A source as if it had been polled a moment ago."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        number = catalogue.add(session, now, name, f"https://avots-{next(_NUMBERS)}.example/rss")
        row = session.get_one(Source, number)
        row.state, row.last_polled_at, row.last_ok_at, row.last_new_at = state, now, now, now
        for column, value in columns.items():
            setattr(row, column, value)
    return number


def story(session: Session, at: datetime, title: str) -> int:
    row = Story(created_at=at, title=title)
    session.add(row)
    session.flush()
    return row.id


def mention(
    office: Office,
    source_id: int,
    title: str,
    *,
    ago: timedelta = timedelta(hours=2),
    sense: str = "return",
    story_id: int | None = None,
    place: str = "",
    published: datetime | None = None,
    verdict: str | None = None,
) -> int:
    """A mention found so long ago; one of a new story unless `story_id` says which. Its number."""
    at = office.clock.now() - ago
    address = f"https://raksti.example/{next(_NUMBERS)}"
    with office.app.store.transaction() as session:
        article = Article(
            source_id=source_id, url=address, canonical_url=address, title=title, first_seen_at=at, published_at=published or at, text_state="feed"
        )
        session.add(article)
        session.flush()
        relevant = verdict == "relevant" if verdict else sense == "return"
        row = Mention(
            article_id=article.id, source_id=source_id, sense=sense, relevant=relevant, judged_relevant=sense == "return", verdict=verdict,
            score=1.0, lang="lv", matched=[{"term": "remigrācija", "form": "remigrācija"}], cues=[], places=[place] if place else [],
            sentence=f"Par to, kas ir remigrācija: {title}.", story_id=story_id or story(session, at, title), judged_at=at,
        )
        session.add(row)
        session.flush()
        if place:
            session.add(MentionPlace(place=place, mention_id=row.id))
        return row.id


def story_of(office: Office, mention_id: int) -> int:
    with office.app.store.reading() as session:
        return session.get_one(Mention, mention_id).story_id
