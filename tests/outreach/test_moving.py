"""A store carried over to a server: all of it, interrupted and taken up again, refused where it would harm."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.engine import make_url

from outreach import moving, wiring
from outreach.core.app import App
from outreach.core.clock import SystemClock
from outreach.core.db import Base, open_store
from outreach.core.errors import OutreachError
from outreach.daemon import Ticker
from outreach.people import audit
from outreach.people.models import AuditEntry
from scrapers import fulltext
from scrapers.models import Mention
from tests.browser import familywork
from tests.support import mentions, postgres
from tests.support.offices import told_in
from tests.support.people import account


@pytest.fixture
def empty(postgres_server: str) -> Iterator[str]:
    """The address of a database without a single table."""
    server = make_url(postgres_server)
    with postgres.database(f"postgresql://{server.username}@{server.host}:{server.port}") as address:
        yield address


@pytest.fixture
def office(tmp_path: Path) -> Iterator[App]:
    """An office on a file, with people, mentions, families, letters and a trail of deeds."""
    with wiring.open_app(told_in(tmp_path), create=True, clock=SystemClock()) as app:
        account(app, "coordinator")
        familywork.put(app, "coordinator@example.org")
        now = app.clock.now()
        with app.store.transaction() as session:
            audit.write(session, now, "coordinator@example.org", "reveal", "household", 1)
            for number in range(7):
                mentions.mention(session, now - timedelta(hours=number), f"Ziņa par atgriešanos {number} “Ā\u0327” 🏠")
        yield app


def counts(url: str) -> dict[str, int]:
    store = open_store(url, create=False)
    with store.reading() as session:
        found = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
    store.close()
    return found


def test_everything_is_there_afterwards_and_can_be_worked_with(office: App, empty: str) -> None:
    before = counts(office.settings.store_url)
    assert sum(count > 0 for count in before.values()) >= 11
    told = moving.move(office.settings, empty)
    assert counts(empty) == before
    assert told.rows == sum(before.values())
    there = open_store(empty, create=False)
    with there.transaction() as session:
        assert len(fulltext.hits(session, "atgriesanos", before=None, limit=20).ids) == 7
        # New rows do not meet old numbers, and what is only ever added still is.
        assert mentions.mention(session, office.clock.now(), "Jauna ziņa") > max(session.scalars(select(Mention.id)).all()[:-1])
    with pytest.raises(Exception, match="audit"), there.transaction() as session:
        session.execute(delete(AuditEntry))
    keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    own = "AND conrelid::regclass::text NOT LIKE 'procrastinate%' AND conrelid::regclass::text <> 'mention_index'"
    with there.reading() as session:
        assert session.scalar(text(f"{keys} {own}")) == sum(
            len(table.foreign_key_constraints) for table in Base.metadata.sorted_tables
        )
    there.close()


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("at", [1, 9, 25, 60])
def test_interrupted_it_is_taken_up_again(office: App, empty: str, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    monkeypatch.setattr(moving, "_AT_ONCE", 3)
    steps = 0

    def killing(_table: str, _done: int, _of: int) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            raise Killed

    with pytest.raises(Killed):
        moving.move(office.settings, empty, killing)
    moving.move(office.settings, empty)
    assert counts(empty) == counts(office.settings.store_url)
    with pytest.raises(OutreachError, match=r"moving\.not_empty"):
        moving.move(office.settings, empty)


def test_a_row_that_differs_is_not_taken_for_the_same(
    office: App, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    really: Callable[..., None] = moving._index

    def altered(target: moving.Store, progress: moving.Progress) -> None:
        really(target, progress)
        with target.transaction() as session:
            session.execute(text("UPDATE households SET adults = adults + 1 WHERE id = 1"))

    monkeypatch.setattr(moving, "_index", altered)
    with pytest.raises(OutreachError, match=r"moving\.differs"):
        moving.move(office.settings, empty)


def test_a_store_that_is_worked_with_is_not_moved(office: App, empty: str) -> None:
    ticker = Ticker(office, ())
    ticker.start()
    try:
        with pytest.raises(OutreachError, match=r"moving\.running"):
            moving.move(office.settings, empty)
    finally:
        ticker.stop()


@pytest.mark.parametrize(("url", "key"), [("sqlite:///other.db", "moving.target"), ("mysql://x/y", "moving.target"), ("x", "moving.target")])
def test_only_a_server_is_moved_to(office: App, url: str, key: str, tmp_path: Path) -> None:
    with pytest.raises(OutreachError, match=key.replace(".", r"\.")):
        moving.move(office.settings, url.replace("other", str(tmp_path / "other")))


def test_what_lies_on_a_server_is_not_moved(office: App, empty: str) -> None:
    told = office.settings.model_copy(update={"store": office.settings.store.model_copy(update={"url": empty})})
    with pytest.raises(OutreachError, match=r"moving\.source"):
        moving.move(told, empty)
