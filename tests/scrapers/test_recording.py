"""Polls become rows: each article once, whoever brings it; ids grow with time; a hundred sources cost no more statements
than one.
"""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, func, select

from outreach.core.db import Store
from scrapers import fulltext, grouping
from scrapers.models import Article, Mention, MentionPlace, Story, StoryMark
from scrapers.recording import Batch, Stored, sift
from scrapers.recording import store as record
from scrapers.source import Found
from tests.scrapers.news import FAMILY
from tests.scrapers.storing import NOW, article, batch, found, mention, offer, poll, sources

DAY = timedelta(days=1)
LETA = f"Aģentūrai LETA pastāstīja plānošanas reģionā. {FAMILY}"


class Counting:
    """How many statements a store was asked."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.count = engine, 0

    def __enter__(self) -> "Counting":
        event.listen(self.engine, "before_cursor_execute", self._told)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._told)

    def _told(self, *_: object) -> None:
        self.count += 1


def test_a_poll_is_stored_once(store: Store) -> None:
    (source,) = sources(store)
    items = [found(1), found(2), found(3, text=LETA)]
    news, stored = poll(store, offer(source, items))
    assert [one.found for one in news[0].fresh] == items
    assert stored == [Stored(3, 1, (), 0)]
    news, stored = poll(store, offer(source, items), now=NOW + DAY)
    assert (news[0].fresh, news[0].changed) == ([], [])
    assert stored == [Stored(0, 0, (), 0)]
    with store.reading() as session:
        one = article(session, items[2].url)
        assert (one.title, one.summary, one.text, one.guid, one.first_seen_at) == (
            items[2].title, items[2].summary, LETA, "g3", NOW,
        )  # fmt: skip
        held = mention(session, items[2].url)
        assert held is not None
        assert session.scalars(select(MentionPlace.place).order_by(MentionPlace.place)).all() == ["Preiļi", "Preiļu novads"]
        assert fulltext.hits(session, "maiznīcu", before=None, limit=5).ids == (held.id,)


def test_answers_stand_in_the_order_of_the_offers_and_ids_grow_with_time(store: Store) -> None:
    one, two, three = sources(store, 3)
    offers = [
        offer(two, [found(4), found(5)]), offer(three, []), offer(one, [found(number) for number in (1, 2, 3)]),
    ]  # fmt: skip
    news, stored = poll(store, *offers, text_state="pending")
    assert [len(told.fresh) for told in news] == [2, 0, 3]
    assert [told.new for told in stored] == [2, 0, 3]
    assert [url.rpartition("/")[2] for _, url in stored[2].pending] == ["1", "2", "3"]
    assert [number for number, _ in stored[2].pending] == sorted((n for n, _ in stored[2].pending), reverse=True)
    with store.reading() as session:
        assert article(session, found(1).url).source_id == one


def test_two_sources_with_one_article_store_it_once(store: Store) -> None:
    one, two = sources(store, 2)
    aggregated = found(1, url="http://www.zinas.example/1/?utm_source=rss", guid="cits", summary="Pavisam cits kopsavilkums.")
    _, stored = poll(store, offer(one, [found(1)]), offer(two, [aggregated, found(2)]))
    assert [told.new for told in stored] == [1, 1]
    with store.reading() as session:
        assert article(session, found(1).url).source_id == one
        assert session.scalar(select(func.count(Article.id))) == 2
    # Another source's summary changes nothing.
    news, _ = poll(store, offer(one, [found(1)]), offer(two, [aggregated]))
    assert [(told.fresh, told.changed) for told in news] == [([], []), ([], [])]


def test_what_somebody_stored_meanwhile_is_not_new(store: Store) -> None:
    (source,) = sources(store)
    with store.reading() as session:
        (late,) = sift(session, [offer(source, [found(1), found(2)])], NOW)
    poll(store, offer(source, [found(2)]))
    with store.transaction() as session:
        assert record(session, [batch(source, late)], NOW)[0].new == 1


@pytest.mark.parametrize("moved", [False, True], ids=["guids", "guids and addresses"])
def test_five_hundred_old_items_return_with_other_names(store: Store, moved: bool) -> None:
    (source,) = sources(store)
    items = [found(number, summary=f"Stāsts {number}. {LETA}") for number in range(500)]
    poll(store, offer(source, items))
    again = [replace(item, guid=f"new-{item.guid}", url=item.url + "-jauns" * moved) for item in items]
    news, stored = poll(store, offer(source, again), now=NOW + timedelta(hours=1))
    assert (news[0].fresh, news[0].changed) == ([], [])
    assert stored == [Stored(0, 0, (), 0)]


def test_headlines_and_guids_count_within_their_source(store: Store) -> None:
    one, two = sources(store, 2)
    poll(store, offer(one, [found(1)]))
    moved = found(1, url="https://citas.example/x")
    news, _ = poll(store, offer(two, [moved]), offer(one, [replace(moved, url="https://zinas.example/1-jauns")]))
    assert [len(told.fresh) for told in news] == [1, 0]


def test_offered_articles_that_were_not_read_again_count(store: Store) -> None:
    (source,) = sources(store)
    last = found(1, title="Nedēļas nogales pasākumi Preiļu novadā", published=NOW - 6 * DAY)
    this = found(2, title=last.title, published=NOW)
    poll(store, offer(source, [last]))
    with store.reading() as session:
        assert sift(session, [offer(source, [this])], NOW)[0].fresh == []
        assert len(sift(session, [offer(source, [this], last)], NOW)[0].fresh) == 1


def test_a_hundred_sources_cost_no_more_statements_than_one(store: Store) -> None:
    ids = sources(store, 100)
    offers = [offer(number, [found(number * 10 + n) for n in range(5)]) for number in ids]
    for _ in range(2):  # nothing is known of them, then everything
        with store.reading() as session, Counting(store.engine) as one:
            sift(session, offers[:1], NOW)
        with store.reading() as session, Counting(store.engine) as all_:
            sift(session, offers, NOW)
        assert all_.count <= one.count + 4
        poll(store, *offers)
    changed = [offer(one.source_id, [replace(item, guid=None, url=item.url + "x") for item in one.found]) for one in offers]
    with store.reading() as session, Counting(store.engine) as moved:
        assert all(not told.fresh for told in sift(session, changed, NOW))
    assert moved.count <= 12


def test_one_text_in_many_sources_is_one_story_in_whatever_rounds(store: Store) -> None:
    ids = sources(store, 8)
    offers = [
        offer(number, [found(number, title="Virsraksts avotā " + "abcdefgh"[at], text=f"{LETA} Avots {'abcdefgh'[at]}.", summary="")])
        for at, number in enumerate(ids)
    ]
    poll(store, *offers[:5])
    for one in offers[5:]:
        poll(store, one)
    with store.reading() as session:
        assert len(session.scalars(select(Mention.story_id).distinct()).all()) == 1
        assert session.scalar(select(func.count(Story.id))) == 1
        assert session.scalars(select(Story.title)).one() == "Virsraksts avotā a"


def test_a_story_ends_after_72_hours_and_marks_after_weeks(store: Store) -> None:
    (source,) = sources(store)
    poll(store, offer(source, [found(1, text=LETA)]))
    late = found(2, title="Cits virsraksts par to pašu", text=LETA, published=NOW + timedelta(hours=75))
    poll(store, offer(source, [late]), now=NOW + timedelta(hours=75))
    with store.transaction() as session:
        assert session.scalar(select(func.count(Story.id))) == 2
        before = session.scalar(select(func.count()).select_from(StoryMark)) or 0
        assert grouping.forget_old(session, NOW + DAY) == 0
        gone = grouping.forget_old(session, NOW + 46 * DAY)
        assert 0 < gone < before


def test_a_verdict_on_the_whole_text_can_join_an_older_story_and_leaves_no_empty_one(store: Store) -> None:
    one, two = sources(store, 2)
    poll(store, offer(one, [found(1, text=LETA)]))
    poll(store, offer(two, [found(2, summary="Īsi par remigrāciju.", title="Pavisam cits virsraksts šoreiz")]))
    with store.reading() as session:
        assert session.scalar(select(func.count(Story.id))) == 2
    changed = found(2, summary="Īsi par remigrāciju.", title="Pavisam cits virsraksts šoreiz", text=LETA)
    _, stored = poll(store, offer(two, [changed]), now=NOW + DAY)
    assert stored[0].changed == 1
    with store.reading() as session:
        assert session.scalar(select(func.count(Story.id))) == 1
        assert len(session.scalars(select(Mention.id)).all()) == 2


def test_collectors_that_bring_the_same_in_two_orders_do_not_stop_each_other(store: Store) -> None:
    one, two = sources(store, 2)
    items = [found(number, text=f"{LETA} Nr. {number}") for number in range(60)]
    done: list[int] = []

    def bring(source: int, mine: list[Found]) -> None:
        for at in range(0, len(mine), 20):
            done.append(poll(store, offer(source, mine[at : at + 20]))[1][0].new)

    threads = [threading.Thread(target=bring, args=told) for told in ((one, items), (two, items[::-1]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(done), sum(done)) == (6, 60)
    with store.reading() as session:
        assert session.scalar(select(func.count(Article.id))) == session.scalar(select(func.count(Mention.id))) == 60


def test_nothing_is_left_of_a_transaction_that_fails(store: Store) -> None:
    (source,) = sources(store)
    with store.reading() as session:
        (news,) = sift(session, [offer(source, [found(1, text=LETA)])], NOW)
    with pytest.raises(RuntimeError), store.transaction() as session:
        record(session, [batch(source, news)], NOW)
        raise RuntimeError
    with store.reading() as session:
        for kind in (Article, Mention, Story, StoryMark):
            assert session.scalar(select(func.count()).select_from(kind)) == 0
    assert poll(store, offer(source, [found(1, text=LETA)]))[1][0].new == 1


def test_nothing_to_store_is_nothing(store: Store) -> None:
    (source,) = sources(store)
    with store.transaction() as session:
        assert record(session, [], NOW) == []
        assert record(session, [Batch(source, [], [])], NOW) == [Stored(0, 0, (), 0)]
        assert sift(session, [], NOW) == []
