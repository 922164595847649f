"""The last hours in numbers and stories, on both stores; however much lies in the archive behind them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from outreach.core.db import Store
from scrapers import news, outlets
from scrapers.models import Article, Mention, MentionPlace, Source, Story

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = [NOW - DAY * back for back in (3, 2, 1, 0)]


def put(
    session: Session, outlet: int, story: int, hours: float, *, sense: str = "return", verdict: str | None = None, place: str = "", old: bool = False
) -> None:
    """A mention of this story, found so many hours ago."""
    at = NOW - timedelta(hours=hours)
    if session.get(Source, outlet) is None:
        session.add(Source(id=outlet, name=f"Avots {outlet}", tier="local", kind="feed", settings={"url": f"https://{outlet}.example/"}))
    if session.get(Story, story) is None:
        session.add(Story(id=story, title=f"Ziņa {story}", created_at=at))
    session.flush()
    url = f"https://{outlet}.example/{story}-{hours}"
    article = Article(source_id=outlet, url=url, canonical_url=url, title=f"Raksts {outlet}", first_seen_at=at, published_at=at - 30 * DAY if old else at, text_state="feed")
    session.add(article)
    session.flush()
    row = Mention(
        article_id=article.id, source_id=outlet, sense=sense, relevant=sense == "return" and verdict is None, judged_relevant=sense == "return", verdict=verdict,
        score=1.0, lang="lv", matched=[{"term": "a", "form": "A"}, {"term": "b", "form": "A"}], cues=[], places=[place] if place else [], sentence="A", story_id=story, judged_at=at,
    )
    session.add(row)
    session.flush()
    if place:
        session.add(MentionPlace(place=place, mention_id=row.id))


@pytest.fixture
def filled(store: Store) -> Store:
    with store.transaction() as session:
        put(session, 1, 1, 30)  # yesterday's story, which goes on
        put(session, 2, 1, 3)
        put(session, 1, 2, 5, place="Preiļu novads")
        put(session, 2, 2, 4)
        put(session, 3, 2, 2, place="Preiļu novads")
        put(session, 3, 3, 1)
        put(session, 1, 4, 6, sense="ambiguous", place="Preiļu novads")
        put(session, 1, 5, 6, sense="ambiguous", verdict="wrong_sense")
        put(session, 1, 6, 6, sense="expulsion")
        put(session, 1, 7, 6, verdict="irrelevant")
        put(session, 1, 8, 6, old=True)
    return store


def test_a_day_in_numbers(filled: Store) -> None:
    with filled.reading() as session:
        figures, days = news.overview(session, NOW - DAY, NOW, DAYS)
        own, own_days = news.overview(session, NOW - DAY, NOW, DAYS, "Preiļu novads")
        nobodys, _ = news.overview(session, NOW - DAY, NOW, DAYS, "")
    # Of five mentions two stories are new: three only repeat what was told.
    assert figures == news.Figures(mentions=5, stories=3, repeated=3, doubtful=1)
    assert days == [0, 1, 6]  # an archive found today is found today, though it is no news
    assert (own, own_days) == (news.Figures(2, 1, 1, 1), [0, 0, 2])
    assert nobodys == news.Figures(0, 0, 0, 0)


def test_what_must_be_judged_first_then_the_widest_then_the_latest(filled: Store) -> None:
    with filled.reading() as session:
        told = news.widest(session, NOW - DAY, NOW, 2, 2)
        own = news.widest(session, NOW - DAY, NOW, 9, 0, "Preiļu novads")
        nothing = news.widest(session, NOW - DAY, NOW, 9, 9, "")
    assert [(one.story_id, one.doubtful, one.outlets) for one in told] == [(4, True, 1), (2, False, 3), (3, False, 1)]
    assert told[1].names == ("Avots 1", "Avots 2", "Avots 3")
    assert (told[1].places, told[1].first.forms) == (("Preiļu novads",), ("A",))
    assert [(one.story_id, one.names) for one in own] == [(2, ("Avots 1", "Avots 3"))]
    assert nothing == []


def test_an_empty_store_has_no_news(store: Store) -> None:
    with store.reading() as session:
        assert news.overview(session, NOW - DAY, NOW, DAYS) == (news.Figures(0, 0, 0, 0), [0, 0, 0])
        assert news.widest(session, NOW - DAY, NOW, 5, 5) == []
        assert (outlets.answered(session, NOW - DAY, NOW), outlets.last_round(session)) == ((0, 0), None)


def test_a_sources_last_items_are_its_own_the_latest_first(filled: Store) -> None:
    with filled.reading() as session:
        items = outlets.last_items(session, 3, 1)
        assert [(item.title, item.url, item.sense) for item in items] == [("Raksts 3", "https://3.example/3-1", "return")]
        assert len(outlets.last_items(session, 2)) == 2
        assert outlets.last_items(session, 99) == []
