"""A collector that dies, and two that work at once: nothing lost, nothing doubled."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.core.app import App
from outreach.core.testing import FixedClock
from scrapers import catalogue
from scrapers.collect import collect
from scrapers.due import LEASE
from scrapers.jobs import jobs
from scrapers.models import Article, Mention, Source, Story
from tests.scrapers.news import NOW, bridge, family, feed
from tests.support.site import Site

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import sys
from datetime import datetime
from pathlib import Path
from threading import Event
from outreach.core.app import App
from outreach.core.db import open_store
from outreach.core.http import GuardedHttp
from outreach.core.seal import Seal
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.core.text import Texts
from scrapers.collect import collect
from tests.scrapers.conftest import office, settings
url, now, folder = sys.argv[1:]
app = App(
    settings(Path(folder), workers=2), office(), FixedClock(datetime.fromisoformat(now)), open_store(url,
    create=False), GuardedHttp(user_agent="child", allow_private=True), MemoryMailer(), Seal(bytes(32)),
    Texts({}), Event(), )
collect(app)
"""
SOURCES = 12


def fill(app: App, site: Site) -> None:
    for number in range(SOURCES):
        first = number * 10
        items = [family(first, text=f"{family().text} {'īpašs ' * number}"), *(bridge(first + n) for n in range(1, 6))]
        site.put(f"/rss{number}", feed(site.url(""), *items))
        with app.store.transaction() as session:
            catalogue.add(session, NOW, f"Avots {number}", site.url(f"/rss{number}"), language="lv")


def counted(app: App) -> tuple[int, int, int, int]:
    with app.store.reading() as session:
        addresses = session.scalar(select(func.count(Article.canonical_url.distinct()))) or 0
        told = session.scalar(select(func.count(Mention.article_id.distinct()))) or 0
        return (
            addresses,
            session.scalar(select(func.count(Article.id))) or 0,
            told,
            session.scalar(select(func.count(Mention.id))) or 0,
        )


@pytest.mark.parametrize("after", [1, 5, 9])
def test_killed_in_the_middle_and_started_again(
    app: App, site: Site, clock: FixedClock, tmp_path: Path, after: int
) -> None:
    fill(app, site)
    reached, wait = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        wait.wait(20)

    site.replies[f"/rss{after}"].act = hold
    url = app.store.engine.url.render_as_string(hide_password=False)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url, NOW.isoformat(), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert reached.wait(60)
        os.kill(child.pid, signal.SIGKILL)
    finally:
        child.wait(20)
        wait.set()
    site.replies[f"/rss{after}"].act = None
    collect(app)  # what was not claimed is done at once
    clock.step(LEASE + timedelta(minutes=1))
    collect(app)  # and what the dead one had claimed when its claim has run out
    assert counted(app) == (SOURCES * 6, SOURCES * 6, SOURCES, SOURCES)
    with app.store.reading() as session:
        assert {row.state for row in session.scalars(select(Source))} == {"healthy"}


def test_two_collectors_at_once(make_app: Callable[..., App], site: Site) -> None:
    one, two = make_app(workers=3), make_app(workers=3)
    fill(one, site)
    done: list[int] = []
    threads = [
        threading.Thread(target=lambda app=app: done.append(collect(app, ignore_schedule=True).new))
        for app in (one, two)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(done) == SOURCES * 6
    assert counted(one) == (SOURCES * 6, SOURCES * 6, SOURCES, SOURCES)
    with one.store.reading() as session:
        # Twelve tellings of one text, whoever came first.
        used = session.scalars(select(Mention.story_id).distinct()).all()
        assert len(used) == 1
        assert (session.scalar(select(func.count(Story.id))) or 0) == 1


def test_jobs_do_what_is_due_and_say_what(app: App, site: Site) -> None:
    fill(app, site)
    collecting, paging, *others = jobs()
    assert (collecting.name, paging.name) == ("collect", "pages")
    assert collecting.every < paging.every
    for job in others:
        job.run(app)
    collecting.run(app)
    paging.run(app)
    assert counted(app)[0] == SOURCES * 6
    app.stopping.set()
    collecting.run(app)
