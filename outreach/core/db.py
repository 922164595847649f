"""The store: SQLAlchemy over SQLite (one office, one machine) or PostgreSQL."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from outreach.core.errors import OutreachError

_BEGIN = "outreach_begin"


class Base(DeclarativeBase):
    """All tables of the product; constraint names are fixed so that both stores migrate alike."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC; a naive value is refused, for nobody can say which moment it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite gives back what it keeps without a zone; PostgreSQL in the session's zone.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True)
class Store:
    """One office's database; every write is one short transaction."""

    engine: Engine
    path: Path | None  # the SQLite file, None on a server
    # Told after each commit, with what the transaction left in its session's `info`.
    committed: Callable[[dict[Any, Any]], None] | None = None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end or leaves nothing; SQLite takes its write lock at once.

        A plain BEGIN would read first and lose the race for the lock later, or worse, overwrite what another process
        wrote in between.
        """
        with Session(
            self.engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}), expire_on_commit=False
        ) as session:
            with _told(self), session.begin():
                yield session
            if self.committed is not None:
                self.committed(session.info)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries alone; what it changes is thrown away."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session, _told(self):
            try:
                yield session
            finally:
                # What was read stays readable after the end: a rollback would empty it.
                session.expunge_all()
                session.rollback()

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """A connection for a question of plain columns; a session's unit of work costs twice the question."""
        with _told(self), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _told(store: Store) -> Iterator[None]:
    """Database trouble that a person can mend becomes a sentence."""
    try:
        yield
    except OperationalError as error:
        reason = " ".join(_reasons(error))
        where = str(store.path) if store.path else store.engine.url.render_as_string(hide_password=True)
        if "no such table" in reason or "no such column" in reason:
            raise OutreachError("core.store.old", where=where) from error
        for sign, key in (
            ("database or disk is full", "core.store.full"),
            ("No space left", "core.store.full"),
            ("disk I/O error", "core.store.disk"),
            ("database is locked", "core.store.locked"),
            ("readonly database", "core.store.read_only"),
            ("unable to open", "core.store.unreadable"),
            ("connection", "core.store.unreachable"),
        ):
            if sign in reason:
                raise OutreachError(key, where=where) from error
        raise
    except DatabaseError as error:
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise OutreachError("core.store.damaged", where=str(store.path)) from error
        raise


def _reasons(error: BaseException | None) -> Iterator[str]:
    """What the database said, first and last: a full disk ends the transaction, and its savepoints then complain."""
    while error is not None:
        if isinstance(error, DatabaseError):
            yield str(error.orig)
        error = error.__context__


def open_store(url: str, *, create: bool) -> Store:
    """Opens the database at an SQLAlchemy `url`.

    With `create` a missing SQLite file and its folder are made; without it a missing one is an OutreachError
    `core.store.missing`, so that a command that only reads never makes a store.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise OutreachError("core.store.url") from error
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, create)
    if parsed.get_backend_name() != "postgresql":
        raise OutreachError("core.store.backend", backend=parsed.get_backend_name())
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = _engine(parsed, pool_pre_ping=True, connect_args={"options": "-c timezone=utc"})
    return Store(engine, None)


def _engine(url: URL, **how: Any) -> Engine:
    # Values stay out of errors and so out of logs: they may be what a family wrote.
    engine = create_engine(
        url, hide_parameters=True, json_serializer=_json, insertmanyvalues_page_size=_ROWS_AT_ONCE, **how
    )

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _clean(
        _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool
    ) -> tuple[str, Any]:
        return statement, _storable(parameters)

    @event.listens_for(engine, "handle_error")
    def _terse(context: ExceptionContext) -> None:
        # PostgreSQL adds the whole row that did not fit, on lines of its own.
        said = str(context.original_exception)
        first = said.partition("\n")[0]
        context.original_exception.args = (first, *context.original_exception.args[1:])
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = tuple(
                part.replace(said, first) for part in context.sqlalchemy_exception.args
            )

    return engine


# Rows that one statement inserts. The driver keeps a statement for each number of rows it has met, and one of a
# thousand rows takes megabytes: few rows make small ones, and most are the same one again.
_ROWS_AT_ONCE = 100


def _json(value: Any) -> str:
    # Most facts are none, and a batch has thousands of them.
    return "{}" if value == {} else json.dumps(_storable(value))


# What has no text in it; most values of most statements.
_PLAIN = frozenset({int, float, bool, bytes, datetime, type(None)})


def _storable(value: Any) -> Any:
    """A value as both stores can keep it: NUL and half a character become U+FFFD, in whatever they lie.

    PostgreSQL takes neither; SQLite takes a NUL and then compares and cuts at it.
    """
    if isinstance(value, str):
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value.replace("\0", "\ufffd")
    if isinstance(value, tuple):
        return tuple([part if type(part) in _PLAIN else _storable(part) for part in value])
    if isinstance(value, list):
        return [part if type(part) in _PLAIN else _storable(part) for part in value]
    if type(value) not in _PLAIN and isinstance(value, Mapping):
        return {_storable(name): _storable(part) for name, part in value.items()}
    return value


def _open_sqlite(url: URL, create: bool) -> Store:
    path = Path(url.database or "")
    if not url.database:
        raise OutreachError("core.store.url")
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        raise OutreachError("core.store.missing", where=str(path))
    engine = _engine(url, connect_args={"timeout": 10.0, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver must not open transactions by itself: _begin below does.
        connection.isolation_level = None
        for pragma in (
            "busy_timeout = 10000",
            "journal_mode = WAL",
            "synchronous = FULL",  # a "sent" mark must survive a power cut
            "foreign_keys = ON",
            "journal_size_limit = 16777216",  # a long reader's journal shrinks again once it has ended
            "secure_delete = ON",  # a deleted person leaves no bytes in the file
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # Past SQLAlchemy: it would make a statement and a result of it, twice a page, and give errors their usual form.
        begin = connection.get_execution_options().get(_BEGIN, "BEGIN")
        try:
            connection.connection.driver_connection.execute(begin).close()
        except sqlite3.OperationalError as error:
            raise OperationalError(begin, None, error) from error

    return Store(engine, path)


def upserting(session: Session, table: Any) -> Any:
    """An insert into `table` that can say what happens on a conflict, in the store's own dialect."""
    # Only the one in use is loaded: PostgreSQL's brings drivers that an office with a file never needs.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as of_server

        return of_server(table)
    from sqlalchemy.dialects.sqlite import insert as of_file

    return of_file(table)


def is_answering(store: Store) -> bool:
    """Asks the database the smallest question there is; raises as `reading` does."""
    with store.reading() as session:
        return bool(session.scalar(text("SELECT 1")) == 1)
