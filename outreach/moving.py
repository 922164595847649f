"""From one machine's SQLite file to a PostgreSQL server: every row, in steps that can be taken up again, and proven.

The file is only read. Rows go table by table in the order of their keys; killed on the way, the next call goes on
where the server's rows end. Foreign keys are made again at the end, which proves them; then every table is read on
both sides and compared by number and by sum of what is in it. Before that the server is not to be used.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Select, Table, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import AddConstraint, DropConstraint, ForeignKeyConstraint

from outreach.core.db import Base, Store, open_store
from outreach.core.errors import OutreachError
from outreach.core.settings import Settings
from outreach.migrations import run
from scrapers import fulltext
from scrapers.models import Article, Mention

# Rows that one transaction carries over.
_AT_ONCE = 5_000
_MARK = "outreach move "
_SEQUENCE = text("SELECT pg_get_serial_sequence(:table, :key)")
_SET = text("SELECT setval(CAST(:name AS regclass), :highest)")

Progress = Callable[[str, int, int], None]  # a table's name, how many of its rows are there, of how many


@dataclass(frozen=True)
class Moved:
    """What lies on the server now: how many tables and rows."""

    tables: int
    rows: int


def move(told: Settings, url: str, progress: Progress = lambda _table, _done, _of: None) -> Moved:
    """Carries the store of these settings over to the server at `url`.

    OutreachError `moving.source` where the store is no file, `moving.target` where `url` is no PostgreSQL,
    `moving.running` while the program runs, `moving.not_empty` for a server that has rows of its own, `moving.differs`
    where a table is not the same on both sides afterwards.
    """
    with _opened(told.store_url) as source, _held(told.folder):
        if source.path is None:
            raise OutreachError("moving.source")
        run.ensure_current(source)
        with _opened(_server(url), create=True) as target:
            _begin(told.folder, target, url)
            tables = Base.metadata.sorted_tables
            _loosen(target, tables)
            for table in tables:
                _carry(source, target, table, progress)
            _tighten(target, tables)
            _count_on(target, tables)
            _index(target, progress)
            rows = _prove(source, target, tables, progress)
            with target.transaction() as session:
                session.execute(text("COMMENT ON TABLE alembic_version IS NULL"))
            return Moved(len(tables), rows)


def _server(url: str) -> str:
    try:
        is_server = make_url(url).get_backend_name() == "postgresql"
    except ArgumentError:
        is_server = False
    if not is_server:
        raise OutreachError("moving.target")
    return url


@contextmanager
def _opened(url: str, create: bool = False) -> Iterator[Store]:
    store = open_store(url, create=create)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Nobody ticks on this data folder meanwhile: a daemon that is started now stands by."""
    (folder / "run").mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "run" / "scheduler.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise OutreachError("moving.running") from error
    try:
        yield
    finally:
        lock.release()


def _begin(folder: Path, target: Store, url: str) -> None:
    """The server's tables, marked as ours while rows are on their way."""
    file = folder / "run" / "move"
    if not file.exists():
        file.write_text(secrets.token_hex(16), encoding="ascii")
    mark = _MARK + file.read_text(encoding="ascii").strip()
    if run.revision(target) is None:
        run.upgrade(url)
    else:
        run.ensure_current(target)
    with target.transaction() as session:
        there = session.scalar(text("SELECT obj_description('alembic_version'::regclass)"))
        if there == mark:
            return
        for table in Base.metadata.sorted_tables:
            if session.execute(select(1).select_from(table).limit(1)).first() is not None:
                raise OutreachError("moving.not_empty", table=table.name)
        session.execute(text(f"COMMENT ON TABLE alembic_version IS '{mark}'"))


def _loosen(target: Store, tables: list[Table]) -> None:
    with target.engine.begin() as connection:
        there = {name for table in tables for name in _foreign(connection, table)}
        for table in tables:
            for constraint in table.foreign_key_constraints:
                if constraint.name in there:
                    connection.execute(DropConstraint(constraint))


def _tighten(target: Store, tables: list[Table]) -> None:
    with target.engine.begin() as connection:
        for table in tables:
            there = _foreign(connection, table)
            for constraint in table.foreign_key_constraints:
                if constraint.name not in there:
                    _add(connection, constraint)


def _add(connection: Connection, constraint: ForeignKeyConstraint) -> None:
    connection.execute(AddConstraint(constraint))


def _foreign(connection: Connection, table: Table) -> set[str]:
    return {str(one["name"]) for one in inspect(connection).get_foreign_keys(table.name)}


def _carry(source: Store, target: Store, table: Table, progress: Progress) -> None:
    """The rows of one table, those that are not there yet."""
    key = _number_of(table)
    with source.asking() as connection:
        total = connection.scalar(select(func.count()).select_from(table)) or 0
    with target.asking() as connection:
        done = connection.scalar(select(func.count()).select_from(table)) or 0
    if done and (key is None or done > total):
        # Rows without a number of their own cannot be gone on with: they are few, and carried anew.
        with target.transaction() as session:
            session.execute(text(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER'))
            session.execute(table.delete())
            session.execute(text(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER'))
        done = 0
    progress(table.name, done, total)
    if key is None:
        with source.asking() as reading, target.engine.begin() as writing:
            _copy(writing, table, reading.execute(_ordered(table)).all())
        progress(table.name, total, total)
        return
    last = None
    if done:
        with target.asking() as connection:
            last = connection.scalar(select(func.max(key)))
    while True:
        query = _ordered(table) if last is None else _ordered(table).where(key > last)
        with source.asking() as connection:
            rows = connection.execute(query.limit(_AT_ONCE)).all()
        if not rows:
            return
        with target.engine.begin() as connection:
            _copy(connection, table, rows)
        last = rows[-1]._mapping[key]
        done += len(rows)
        progress(table.name, done, total)


def _copy(connection: Connection, table: Table, rows: Any) -> None:
    """Rows by COPY, each value as the server keeps it."""
    if not rows:
        return
    dialect = connection.dialect
    binds = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([bind(value) if bind is not None else value for bind, value in zip(binds, row, strict=True)])


def _ordered(table: Table) -> Select[Any]:
    return select(table).order_by(*table.primary_key.columns)


def _number_of(table: Table) -> Any:
    """The one column of numbers that is a table's key; None where the key is something else."""
    columns = list(table.primary_key.columns)
    return columns[0] if len(columns) == 1 and columns[0].type.python_type is int else None


def _count_on(target: Store, tables: list[Table]) -> None:
    """New rows get numbers after the highest."""
    with target.transaction() as session:
        for table in tables:
            key = _number_of(table)
            if key is None:
                continue
            sequence = session.scalar(_SEQUENCE, {"table": table.name, "key": key.name})
            highest = session.scalar(select(func.max(key)))
            if sequence is not None and highest is not None:
                session.execute(_SET, {"name": sequence, "highest": highest})


def _index(target: Store, progress: Progress) -> None:
    """The index of words is each store's own: it is made anew."""
    last = 0
    with target.asking() as connection:
        total = connection.scalar(select(func.count()).select_from(Mention)) or 0
        done = connection.scalar(text("SELECT count(*) FROM mention_index")) or 0
        last = connection.scalar(text("SELECT coalesce(max(mention_id), 0) FROM mention_index")) or 0
    while True:
        with target.transaction() as session:
            rows = session.execute(
                select(Mention.id, Article.title, Article.text)
                .join(Article, Article.id == Mention.article_id)
                .where(Mention.id > last)
                .order_by(Mention.id)
                .limit(500)
            ).all()
            if not rows:
                return
            fulltext.put(session, [(number, title, words or "") for number, title, words in rows])
        last = rows[-1][0]
        done += len(rows)
        progress("mention_index", done, total)


def _prove(source: Store, target: Store, tables: list[Table], progress: Progress) -> int:
    """How many rows there are, once every table was found to be the same."""
    rows = 0
    for table in tables:
        with source.asking() as connection:
            ours = _sum(connection, table)
        with target.asking() as connection:
            theirs = _sum(connection, table)
        if ours != theirs:
            raise OutreachError("moving.differs", table=table.name, here=ours[0], there=theirs[0])
        rows += ours[0]
        progress(f"= {table.name}", ours[0], ours[0])
    return rows


def _sum(connection: Connection, table: Table) -> tuple[int, int]:
    """How many rows, and the sum of what is in each: the same in whatever order the store gives them."""
    count = total = 0
    found = connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(select(table))
    for row in found:
        held = json.dumps(list(row), default=str, sort_keys=True, ensure_ascii=False)
        total += int.from_bytes(hashlib.blake2b(held.encode("utf-8", "surrogatepass"), digest_size=16).digest())
        count += 1
    return count, total % 2**128
