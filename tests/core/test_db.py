"""The store: UTC only, no lost updates, no bytes left behind, clear sentences."""

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, text, update
from sqlalchemy.exc import StatementError

from outreach.core import db
from outreach.core.db import Store, UtcDateTime, is_answering, open_store
from outreach.core.errors import OutreachError
from tests.support import quick

TABLES = MetaData()
COUNTERS = Table(
    "test_counters",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("n", Integer),
    Column("at", UtcDateTime),
    Column("t", String),
)


def _add(url: str, times: int) -> None:
    store = open_store(url, create=False)
    for _ in range(times):
        with store.transaction() as session:
            row = session.execute(select(COUNTERS.c.n).where(COUNTERS.c.id == 1).with_for_update()).scalar_one()
            session.execute(update(COUNTERS).where(COUNTERS.c.id == 1).values(n=row + 1))
    store.close()


def test_read_modify_write_from_four_processes_loses_nothing(store: Store) -> None:
    TABLES.create_all(store.engine)
    with store.transaction() as session:
        session.execute(insert(COUNTERS).values(id=1, n=0))
    url = store.engine.url.render_as_string(hide_password=False)
    # Spawned, not forked: an open SQLite connection must not be carried over.
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add, args=(url, 100)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    with store.reading() as session:
        assert session.scalar(select(COUNTERS.c.n)) == 400


def test_moments_come_back_in_utc_and_naive_ones_are_refused(store: Store) -> None:
    TABLES.create_all(store.engine)
    riga = datetime(2026, 10, 25, 3, 30, tzinfo=ZoneInfo("Europe/Riga"), fold=1)
    with store.transaction() as session:
        session.execute(insert(COUNTERS).values(id=1, at=riga))
    with store.reading() as session:
        found = session.scalar(select(COUNTERS.c.at))
    assert found == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert found.tzinfo is UTC
    with pytest.raises(StatementError, match="naive"), store.transaction() as session:
        session.execute(insert(COUNTERS).values(id=2, at=datetime(2026, 1, 1)))


def test_a_failed_transaction_leaves_nothing_and_reading_writes_nothing(store: Store) -> None:
    TABLES.create_all(store.engine)
    with pytest.raises(RuntimeError), store.transaction() as session:
        session.execute(insert(COUNTERS).values(id=1))
        raise RuntimeError
    with store.reading() as session:
        session.execute(insert(COUNTERS).values(id=2))
    with store.reading() as session:
        assert session.scalars(select(COUNTERS.c.id)).all() == []
    assert is_answering(store)


def test_sqlite_is_set_for_durability_and_privacy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "_open_sqlite", quick.OPEN_SQLITE)
    store = open_store(f"sqlite:///{tmp_path / 's.db'}", create=True)
    with store.reading() as session:
        told = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    store.close()
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_a_command_that_reads_never_makes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "none" / "s.db"
    with pytest.raises(OutreachError, match="core.store.missing"):
        open_store(f"sqlite:///{path}", create=False)
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("url", "key"),
    [("nonsense", "core.store.url"), ("mysql://h/d", "core.store.backend"), ("sqlite://", "core.store.url")],
)
def test_an_address_that_is_none_is_a_sentence(url: str, key: str) -> None:
    with pytest.raises(OutreachError, match=key):
        open_store(url, create=True)


def test_a_file_that_is_no_store_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    file.write_bytes(b"not a database at all" * 100)
    store = open_store(f"sqlite:///{file}", create=False)
    with pytest.raises(OutreachError, match="core.store.damaged"):
        is_answering(store)
    store.close()


def test_a_writer_waits_for_another_instead_of_failing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    first, second = open_store(url, create=True), open_store(url, create=True)
    TABLES.create_all(first.engine)
    with first.transaction() as session:
        session.execute(insert(COUNTERS).values(id=1))
        with second.reading() as other:  # readers are never in a writer's way
            assert other.scalars(select(COUNTERS.c.id)).all() == []
    with second.transaction() as session:
        session.execute(insert(COUNTERS).values(id=2, at=datetime.now(UTC) + timedelta(days=1)))
    first.close()
    second.close()
