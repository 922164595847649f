"""Alembic's entry: runs the revisions against one store, each upgrade whole or not at all."""

from pathlib import Path
from typing import Literal

from alembic import context
from sqlalchemy import Connection, text

from outreach import wiring
from outreach.core.db import Base, UtcDateTime, open_store
from outreach.core.settings import find_settings, read_settings
from outreach.migrations import run


def _url() -> str:
    url = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True).get("url")
    if url:
        return str(url)
    return read_settings(find_settings(None, Path.cwd())).store_url


def _plain(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Revisions name the database's own types: they must run unchanged when the code's have moved on."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def _plainly(connection: Connection, statement: str) -> None:
    """Outside any transaction: within one this would do nothing."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(statement)


def _run() -> None:
    assert wiring.models()
    store = open_store(_url(), create=True)
    try:
        engine = store.engine.execution_options(outreach_begin="BEGIN IMMEDIATE")
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                # A table is changed by making it anew; with keys on, dropping the old one would clear whatever points
                # at its rows. They are checked as a whole before the commit instead.
                _plainly(connection, "PRAGMA foreign_keys = OFF")
            # Two first starts at once: the second waits here and then finds nothing left to do.
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(727274)"))
                context.configure(
                    connection=connection,
                    target_metadata=Base.metadata,
                    render_as_batch=True,
                    compare_type=True,
                    transactional_ddl=True,
                    render_item=_plain,
                    include_name=run.is_ours,
                )
                context.run_migrations()
                if connection.dialect.name == "sqlite":
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    assert not broken, broken[:3]
    finally:
        store.close()


_run()
