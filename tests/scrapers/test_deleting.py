"""A deleted mention leaves nothing of what it said, and does not come back, whatever its feed does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from outreach.core.db import Store
from scrapers import fulltext, verdicts
from scrapers.deleting import delete
from scrapers.folding import SAME_AS
from scrapers.models import (
    Article,
    ArticleRevision,
    Evidence,
    Mention,
    MentionPlace,
    MentionVerdict,
    Miss,
    Source,
    Story,
    StoryMark,
)
from scrapers.recording import judge_again, sift
from scrapers.recording import store as record
from scrapers.revisions import revise
from scrapers.stories import Telling
from tests.scrapers.news import FAMILY
from tests.scrapers.storing import NOW, article, batch, found, judged, mention, offer, poll, sources

ACTOR = "koordinatore@birojs.example"
RARE = "Zvirbuļkalnieši"
ITEM = found(1, summary=f"Kopsavilkums par {RARE.upper()}.", text=f"{FAMILY} {RARE} ieradās arī.", author="Autore Ozoliņa")
HOUR = timedelta(hours=1)


def stored(store: Store) -> tuple[int, int]:
    """A source with one mention that has everything, and the mention's id."""
    (source,) = sources(store)
    poll(store, offer(source, [ITEM]))
    poll(store, offer(source, [replace(ITEM, text=f"{ITEM.text} Labots.")]), now=NOW + HOUR)
    with store.transaction() as session:
        held = mention(session, ITEM.url)
        assert held is not None
        verdicts.judge(session, NOW, ACTOR, [held.id], "relevant")
        for name in ("2026/11/a.warc.gz", "2026/11/b.warc.gz", "2026/11/a.warc.gz"):
            session.add(Evidence(article_id=held.article_id, at=NOW, url=ITEM.url, file=name, sha256="0" * 64, size=1))
        return source, held.id


def removed(store: Store, mention_id: int) -> tuple[str, ...]:
    with store.transaction() as session:
        gone = delete(session, mention_id, ACTOR, NOW)
        assert gone is not None
        return gone.files


def test_nothing_it_said_is_left(store: Store) -> None:
    _, number = stored(store)
    assert removed(store, number) == ("2026/11/a.warc.gz", "2026/11/b.warc.gz")
    with store.reading() as session:
        for kind in (Mention, MentionPlace, MentionVerdict, ArticleRevision, Evidence, Story, StoryMark):
            assert session.scalar(select(func.count()).select_from(kind)) == 0
        row = article(session, ITEM.url)
        assert (row.text_state, row.title, row.summary, row.text, row.author) == ("deleted", ITEM.title, "", "", None)
        assert row.text_reason_facts["actor"] == ACTOR
        assert fulltext.hits(session, RARE, before=None, limit=5).ids == ()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # a server's files are its own
def test_no_byte_of_it_is_left_in_the_file(store: Store) -> None:
    assert store.path is not None
    _, number = stored(store)
    poll(store, offer(1, [found(2, text=f"{FAMILY} Cits.")]))
    removed(store, number)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
    left = b"".join(path.read_bytes() for path in store.path.parent.iterdir() if path.is_file())
    for word in (RARE, RARE.upper(), RARE.casefold(), fulltext.folded(RARE), fulltext.folded(RARE)[4:]):
        assert word.encode() not in left
    with store.reading() as session:
        assert len(fulltext.hits(session, "maiznīcu", before=None, limit=5).ids) == 1


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"text": f"{FAMILY} Pavisam cits teksts."},
        {"title": "Virsraksts, kas nav līdzīgs", "guid": "cits", "summary": "Cits."},
        {"url": "https://zinas.example/cita-adrese", "title": "Virsraksts, kas nav līdzīgs"},
        {"url": "https://zinas.example/cita-adrese", "guid": None},
        {"url": "https://zinas.example/cita-adrese", "guid": "cits", "published": NOW + 20 * HOUR},
        {"url": "http://www.zinas.example/1/?utm_source=rss", "guid": None},
    ],
    ids=["as it was", "text", "guid and headline", "address and headline", "address and no guid", "date too", "spelling"],
)
def test_it_does_not_come_back(store: Store, told: dict[str, object]) -> None:
    source, number = stored(store)
    removed(store, number)
    later = NOW + timedelta(days=30)
    news, answer = poll(store, offer(source, [replace(ITEM, **told)]), now=later)  # type: ignore[arg-type]
    assert (news[0].fresh, news[0].changed, answer[0].new, answer[0].changed) == ([], [], 0, 0)
    with store.reading() as session:
        assert session.scalar(select(func.count(Mention.id))) == 0


def test_it_is_not_changed_or_judged_by_those_who_began_before(store: Store) -> None:
    source, number = stored(store)
    edit = replace(ITEM, text=f"{FAMILY} Cita beigu rinda.")
    with store.reading() as session:
        (late,) = sift(session, [offer(source, [edit])], NOW)
        assert len(late.changed) == 1
    removed(store, number)
    with store.transaction() as session:
        assert record(session, [batch(source, late)], NOW + 2 * HOUR)[0].changed == 0
        row = article(session, ITEM.url)
        assert not revise(session, row.id, ITEM.title, ITEM.summary, FAMILY, NOW)
        verdict = judged(ITEM.title, "", FAMILY)
        assert not judge_again(session, row.id, Telling(ITEM.title, FAMILY, NOW), verdict, NOW)
        assert session.scalar(select(func.count(Mention.id))) == 0
        assert row.text == ""


def test_its_story_goes_on_without_it(store: Store) -> None:
    source, number = stored(store)
    other = found(2, title="Tas pats citiem vārdiem stāstīts", text=ITEM.text, summary="")
    poll(store, offer(source, [other]))
    with store.reading() as session:
        assert session.scalars(select(Story.title)).all() == [ITEM.title]
    removed(store, number)
    with store.reading() as session:
        assert session.scalars(select(Story.title)).all() == [other.title]
        assert len(session.scalars(select(Mention.id)).all()) == 1


def test_copies_that_were_folded_into_it_go_with_it(store: Store) -> None:
    source, number = stored(store)
    poll(store, offer(source, [found(2, text=f"Tilts. {RARE}"), found(3)]))
    with store.transaction() as session:
        copy = article(session, found(2).url)
        copy.text_state, copy.text_reason_key, copy.text_reason_facts = "summary", SAME_AS, {"url": ITEM.url}
    removed(store, number)
    with store.reading() as session:
        assert (article(session, found(2).url).text_state, article(session, found(2).url).text) == ("deleted", "")
        assert article(session, found(3).url).text_state == "feed"


def test_a_mention_that_is_not_there_is_none(store: Store) -> None:
    _, number = stored(store)
    removed(store, number)
    with store.transaction() as session:
        assert delete(session, number, ACTOR, NOW) is None
        assert delete(session, 999, ACTOR, NOW) is None
        session.execute(text("SELECT 1"))
        assert session.scalar(select(func.count(Article.id))) == 1


@pytest.mark.parametrize(
    ("kind", "settings", "url", "headline"),
    [
        ("feed", {"url": "https://avots0.example/"}, ITEM.url, ITEM.title),
        ("feed", {"url": "https://avots0.example/"}, "urn:outreach:paste:0123", ""),
        ("paste", {"tier": "social"}, ITEM.url, ""),
        ("paste", {"tier": "local"}, ITEM.url, ITEM.title),
        ("x", {"query": "Latgale", "monthly_ceiling": 5}, ITEM.url, ""),
    ],
    ids=["article", "typed", "group", "printed", "post"],
)
def test_a_headline_that_is_a_persons_own_words_goes_too(
    store: Store, kind: str, settings: dict[str, object], url: str, headline: str
) -> None:
    source, number = stored(store)
    with store.transaction() as session:
        row = article(session, ITEM.url)
        row.url, row.brought_from = url, "grupa “Mājās”"
        held = session.get_one(Source, source)
        held.kind, held.settings = kind, settings
        session.add(Miss(url=url, title=ITEM.title, reported_by=ACTOR, reported_at=NOW, cause="outside", article_id=row.id))
    removed(store, number)
    with store.reading() as session:
        row = session.scalars(select(Article)).one()
        assert (row.title, row.brought_from, row.text_state) == (headline, None, "deleted")
        assert session.scalars(select(Miss.title)).one() == headline
