"""The tracker's own work: each inquiry linked once, coverage only suggested, the old forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event
from types import SimpleNamespace
from typing import cast

from sqlalchemy import func, select

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.core.testing import FixedClock
from outreach.tracker import attribution, jobs, queries
from outreach.tracker.intake import Incoming, receive
from outreach.tracker.models import Attribution, Inquiry, Touch
from scrapers.models import Article, Mention, MentionPlace, Source, Story
from tests.outreach.rooms import NOW
from tests.support.offices import told_in


def app_of(store: Store) -> App:
    told = SimpleNamespace(store=store, clock=FixedClock(NOW), settings=told_in(Path("/nowhere")), stopping=Event())
    return cast(App, told)


def take(store: Store, seal: Seal, number: int) -> int:
    with store.transaction() as session:
        incoming = Incoming("form", municipality="Balvu novads", name="Kanārija", message_id=str(number))
        return receive(session, NOW, seal, incoming).inquiry_id


def write_about(store: Store, places: list[str]) -> int:
    """A relevant mention of those places, published yesterday."""
    with store.transaction() as session:
        at = NOW - timedelta(days=1)
        source = Source(name="Rīta Ziņas", tier="national", kind="feed", settings={})
        story = Story(created_at=at, title="Atkal mājās")
        session.add_all([source, story])
        session.flush()
        article = Article(
            source_id=source.id, url="https://example.org/a", canonical_url="https://example.org/a", title="Atkal mājās",
            published_at=at, first_seen_at=at, text_state="feed",
        )  # fmt: skip
        session.add(article)
        session.flush()
        mention = Mention(
            article_id=article.id, source_id=source.id, sense="return", relevant=True, judged_relevant=True, score=0.9, lang="lv", matched=[], cues=[],
            places=places, sentence="Atkal mājās.", story_id=story.id, judged_at=at,
        )  # fmt: skip
        session.add(mention)
        session.flush()
        session.add_all(MentionPlace(place=place, mention_id=mention.id) for place in places)
        return mention.id


def test_every_new_inquiry_is_linked_once(store: Store, seal: Seal) -> None:
    for number in range(3):
        take(store, seal, number)
    assert jobs.link_new(app_of(store)) == 3
    assert jobs.link_new(app_of(store)) == 0
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attribution)) == 3


def test_any_number_of_workers_link_each_inquiry_once(store: Store, seal: Seal) -> None:
    for number in range(12):
        take(store, seal, number)
    workers = 3
    together = Barrier(workers)

    def run() -> int:
        together.wait()
        return jobs.link_new(app_of(store))

    with ThreadPoolExecutor(workers) as pool:
        linked = [task.result() for task in [pool.submit(run) for _ in range(workers)]]
    assert sum(linked) == 12
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attribution)) == 12


def test_a_program_asked_to_end_begins_no_other_inquiry(store: Store, seal: Seal) -> None:
    take(store, seal, 1)
    app = app_of(store)
    app.stopping.set()
    assert jobs.link_new(app) == 0


def test_coverage_is_suggested_and_only_a_person_takes_it_up(store: Store, seal: Seal) -> None:
    mention_id = write_about(store, ["Balvi", "Balvu novads"])
    number = take(store, seal, 1)
    jobs.link_new(app_of(store))
    with store.transaction() as session:
        row = queries.one(session, number)
        assert row is not None
        assert row.rule == "unknown"
        (touch,) = queries.touches(session, number)
        assert (touch.kind, touch.label["outlet"], touch.label["title"]) == ("coverage", "Rīta Ziņas", "Atkal mājās")
        assert session.get_one(Touch, touch.touch_id).mention_id == mention_id
        attribution.correct(session, NOW, "ieva", number, "coverage", touch_id=touch.touch_id)
        row = queries.one(session, number)
        assert row is not None
        assert (row.rule, row.linked) == ("coverage", "Rīta Ziņas: Atkal mājās")


def test_coverage_of_another_place_is_no_suggestion(store: Store, seal: Seal) -> None:
    write_about(store, ["Ludzas novads"])
    number = take(store, seal, 1)
    jobs.link_new(app_of(store))
    with store.reading() as session:
        assert queries.touches(session, number) == []


def test_the_old_are_forgotten(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        old = NOW - timedelta(days=36 * 31)
        number = receive(session, NOW, seal, Incoming("form", name="Kanārija", received_at=old)).inquiry_id
    assert jobs.forget_old(app_of(store)) == 1
    assert jobs.forget_old(app_of(store)) == 0
    with store.reading() as session:
        assert session.get_one(Inquiry, number).name_sealed is None


def test_the_jobs_and_how_often_they_look() -> None:
    assert {job.name: job.every for job in jobs.jobs()} == {
        "tracker.link": timedelta(seconds=15),
        "tracker.forget": timedelta(days=1),
        "tracker.mark": timedelta(hours=1),
        "letters": timedelta(minutes=5),
        "tracker.heard": timedelta(hours=1),
        "tracker.brought": timedelta(hours=1),
    }
