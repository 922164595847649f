"""A collector that is killed at the worst moments of a round: after the next rounds nothing is lost and nothing doubled."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.core.app import App
from outreach.core.gear import Gear
from outreach.core.testing import FixedClock
from scrapers import catalogue, evidence
from scrapers.collect import collect, collect_pages
from scrapers.due import LEASE
from scrapers.models import Article, Evidence, Mention, Source, SourceAnswer, SourceDay, Story
from scrapers.pagequeue import LEASE as PAGE_LEASE
from scrapers.warc import FOLDER
from tests.scrapers.gears import GEARS
from tests.scrapers.news import FAMILY, NOW, bridge, feed, page
from tests.support.site import Site

ROOT = Path(__file__).resolve().parents[2]
SOURCES, ITEMS = 6, 4
# Longer than any claim, on a source or on a page.
CLAIMED = max(LEASE, PAGE_LEASE) + timedelta(minutes=1)
CHILD = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from threading import Event
from outreach.core.app import App
from outreach.core.db import open_store
from outreach.core.http import GuardedHttp
from outreach.core.seal import Seal
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.core.text import Texts
from scrapers import bookkeeping, harvest, due, pages
from scrapers.collect import collect
from tests.scrapers.conftest import office, settings
from tests.scrapers.gears import GEARS
url, now, folder, gear, place, before, times = sys.argv[1:]
where, _, name = place.partition(".")
holder = {"harvest": harvest, "Harvest": harvest.Harvest, "bookkeeping": bookkeeping, "due": due, "pages": pages}[where]
real, left = getattr(holder, name), int(times)
def cut(*args, **named):
    global left
    left -= 1
    told = None if left == 0 and before == "before" else real(*args, **named)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return told
setattr(holder, name, cut)
app = App(
    settings(Path(folder), workers=2), office(), FixedClock(datetime.fromisoformat(now)), open_store(url,
    create=False), GuardedHttp(user_agent="child", allow_private=True), MemoryMailer(), Seal(bytes(32)),
    Texts({}), Event(), )
collect(app, gear=GEARS[gear](app, 2))
"""
# What the round is about to do, or has just done, when it is killed; of several times the last one counts.
POINTS = {
    "the claim not yet kept": ("due.claim", "after", 1),
    "claimed, nothing asked": ("Harvest._asking", "before", 1),
    "all asked, nothing settled": ("Harvest._settle_polls", "before", 1),
    "articles stored, books not written": ("bookkeeping.write", "before", 1),
    "books written, not committed": ("bookkeeping.write", "after", 1),
    "pages claimed, not committed": ("harvest.claim_stored", "after", 1),
    "committed": ("Harvest._settle_polls", "after", 1),
    "a page read": ("harvest.judge_page", "after", 2),
    "a page kept as evidence": ("harvest.keep_evidence", "after", 1),
    "a page recorded, not committed": ("pages.record_page", "after", 1),
    "pages committed": ("Harvest._settle_pages", "after", 1),
    "the last things given back": ("Harvest.give_back", "before", 1),
}


def fill(app: App, site: Site) -> None:
    """Of each source's items one tells on its page alone that it is of us."""
    for number in range(SOURCES):
        first = number * 10
        items = [
            bridge(first, title="Pie tirgus laukuma durvis ver jauna maiznīca", text=""),
            *(bridge(first + n) for n in range(1, ITEMS)),
        ]
        site.put(f"/rss{number}", feed(site.url(""), *items))
        site.put(f"/raksts/{first}", page("Maiznīca", f"{FAMILY} {'īpašs ' * number}"), content_type="text/html; charset=utf-8")
        with app.store.transaction() as session:
            catalogue.add(session, NOW, f"Avots {number}", site.url(f"/rss{number}"), language="lv")


def kill(app: App, folder: Path, gear: str, point: str) -> None:
    place, when, times = POINTS[point]
    url = app.store.engine.url.render_as_string(hide_password=False)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, url, app.clock.now().isoformat(), str(folder), gear, place, when, str(times)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL


def rounds(app: App, start: Callable[..., Gear]) -> None:
    """What follows: at once, and when the claims of the dead one have run out."""
    clock = app.clock
    assert isinstance(clock, FixedClock)
    for _ in range(2):
        collect(app, gear=start(app))
        collect_pages(app, gear=start(app))
        clock.step(CLAIMED)
    collect(app, gear=start(app))
    collect_pages(app, gear=start(app))


@pytest.mark.parametrize(
    ("point", "gear"), [(point, [*GEARS][number % len(GEARS)]) for number, point in enumerate(POINTS)]
)
def test_killed_at(app: App, site: Site, clock: FixedClock, tmp_path: Path, point: str, gear: str) -> None:
    fill(app, site)
    kill(app, tmp_path, gear, point)
    rounds(app, GEARS[gear])
    with app.store.reading() as session:
        articles = session.scalars(select(Article)).all()
        assert sorted(one.url for one in articles) == sorted(
            site.url(f"/raksts/{number * 10 + n}") for number in range(SOURCES) for n in range(ITEMS)
        )
        assert [one.text_state for one in articles].count("page") == SOURCES
        assert session.scalar(select(func.count()).select_from(Mention)) == SOURCES
        assert session.scalar(select(func.count()).select_from(Story)) == 1
        assert session.scalar(select(func.sum(SourceDay.items))) == SOURCES * ITEMS
        assert session.scalar(select(func.sum(SourceAnswer.new))) == SOURCES * ITEMS
        kept = session.scalars(select(Evidence)).all()
        assert len({one.article_id for one in kept}) == len(kept) == SOURCES
        for row in session.scalars(select(Source)):
            assert (row.state, row.failures, row.claimed_until, row.reason_key) == ("healthy", 0, None, None)
            assert row.next_poll_at is not None
            assert row.next_poll_at > NOW
        assert session.scalar(select(func.count()).where(Article.text_next_at.is_not(None))) == 0
    clock.step(timedelta(days=3))
    evidence.tidy(app)
    lying = {str(path.relative_to(tmp_path)) for path in (app.settings.folder / FOLDER).rglob("*") if path.is_file()}
    assert len(lying) == len(kept)
