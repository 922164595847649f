"""A store that fails in the middle of a round: one sentence, nothing by halves, and the next round goes on."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.gear import Gear
from outreach.core.testing import FixedClock
from outreach.core.text import Texts
from scrapers import bookkeeping, catalogue
from scrapers.collect import collect, collect_pages
from scrapers.due import LEASE
from scrapers.models import Article, Mention, Source, SourceDay
from scrapers.pagequeue import LEASE as PAGE_LEASE
from tests.scrapers.gears import GEARS
from tests.scrapers.news import FAMILY, NOW, bridge, family, feed, page
from tests.support.site import Site

Start = Callable[[App], Gear]
SOURCES, ITEMS = 8, 12
on_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("store", ["postgresql"], indirect=True)


@pytest.fixture(params=GEARS)
def gear(request: pytest.FixtureRequest) -> Start:
    return GEARS[request.param]


@pytest.fixture
def fed(app: App, site: Site) -> App:
    for number in range(SOURCES):
        first = number * 100
        items = [family(first, text=f"{FAMILY} {number}"), *(bridge(first + n) for n in range(1, ITEMS))]
        site.put(f"/rss{number}", feed(site.url(""), *items))
        with app.store.transaction() as session:
            catalogue.add(session, NOW, f"Avots {number}", site.url(f"/rss{number}"), language="lv")
    return app


@pytest.fixture
def pragma(app: App) -> Iterator[dict[str, int]]:
    """What every connection is told when it is taken; changed freely."""
    told: dict[str, int] = {}

    @event.listens_for(app.store.engine, "checkout")
    def _tell(connection: Any, *_: object) -> None:
        for name, value in told.items():
            connection.execute(f"PRAGMA {name} = {value}").close()

    yield told
    event.remove(app.store.engine, "checkout", _tell)


def counts(app: App) -> tuple[int, int, int]:
    with app.store.reading() as session:
        return (
            session.scalar(select(func.count()).select_from(Article)) or 0,
            session.scalar(select(func.count()).select_from(Mention)) or 0,
            session.scalar(select(func.sum(SourceDay.items))) or 0,
        )


ALL = (SOURCES * ITEMS, SOURCES, SOURCES * ITEMS)


def healthy(app: App) -> None:
    with app.store.reading() as session:
        assert set(session.execute(select(Source.state, Source.failures, Source.claimed_until))) == {("healthy", 0, None)}


def fails(app: App, gear: Start, texts: Texts) -> str:
    with pytest.raises(OutreachError) as caught:
        collect(app, gear=gear(app))
    for language in ("lv", "en"):
        said = texts.in_language(language).error(caught.value)
        assert said.count("\n") == 0
        assert "{" not in said
    return caught.value.key


@on_sqlite
def test_a_full_disk_is_told_and_the_next_round_stores_what_was_read(
    fed: App, site: Site, pragma: dict[str, int], gear: Start, texts: Texts
) -> None:
    with fed.store.reading() as session:
        full = int(session.scalar(text("PRAGMA page_count")) or 0) + 2
    site.replies["/rss3"].act = lambda: pragma.update(max_page_count=full)
    assert fails(fed, gear, texts) == "core.store.full"
    assert counts(fed) == (0, 0, 0)
    assert fails(fed, gear, texts) == "core.store.full"
    site.replies["/rss3"].act = None
    pragma["max_page_count"] = 1_000_000
    # What was claimed was given back: that needs no room.
    assert collect(fed, gear=gear(fed)).polled == SOURCES
    assert counts(fed) == ALL
    healthy(fed)


@on_sqlite
@pytest.mark.parametrize("path", ["/rss3", "/raksts/1"])
def test_a_store_that_another_program_holds_is_told_and_the_round_after_goes_on(
    fed: App, site: Site, clock: FixedClock, pragma: dict[str, int], gear: Start, texts: Texts, path: str
) -> None:
    pragma["busy_timeout"] = 200
    items = [bridge(1, title="Ver durvis jauna maiznīca", text=""), *(bridge(n) for n in range(2, ITEMS + 1))]
    site.put("/rss0", feed(site.url(""), *items))
    site.put("/raksts/1", page("Maiznīca", f"{FAMILY} 0"), content_type="text/html; charset=utf-8")
    assert isinstance(fed.store.path, Path)
    other = sqlite3.connect(fed.store.path, isolation_level=None, check_same_thread=False)

    def hold() -> None:
        site.replies[path].act = None
        other.execute("BEGIN IMMEDIATE")

    site.replies[path].act = hold
    assert fails(fed, gear, texts) == "core.store.locked"
    other.execute("ROLLBACK")
    other.close()
    # Nobody could give back what was claimed: it is free again when the claim has run out.
    clock.step(max(LEASE, PAGE_LEASE) + timedelta(minutes=1))
    collect(fed, gear=gear(fed))
    collect_pages(fed, gear=gear(fed))
    assert counts(fed) == ALL
    healthy(fed)


@on_postgresql
def test_connections_that_are_lost_between_two_transactions_are_made_anew(fed: App, site: Site, gear: Start) -> None:
    def cut() -> None:
        site.replies["/rss3"].act = None
        with fed.store.reading() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    site.replies["/rss3"].act = cut
    polled = collect(fed, gear=gear(fed))
    assert (polled.polled, polled.failed) == (SOURCES, 0)
    assert counts(fed) == ALL
    healthy(fed)


@on_postgresql
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_server_that_goes_in_the_middle_of_settling_leaves_nothing_by_halves(
    fed: App, gear: Start, texts: Texts, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    write = bookkeeping.write

    def cut(session: Any, *told: Any) -> None:
        if moment == "after":
            write(session, *told)
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as patch:
        patch.setattr(bookkeeping, "write", cut)
        assert fails(fed, gear, texts) == "core.store.unreachable"
    assert counts(fed) == (0, 0, 0)
    assert collect(fed, gear=gear(fed)).polled == SOURCES
    assert counts(fed) == ALL
    healthy(fed)
