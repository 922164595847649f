"""The tables of the workers' queue, which are the engine's own (Procrastinate): made by a revision, read by us."""

from importlib import resources
from typing import Any

from sqlalchemy import Connection, event

from outreach.core.db import Base


def make(connection: Connection) -> None:
    """Makes them on PostgreSQL, as the release that the lock file names has them; on SQLite there are none."""
    if connection.dialect.name != "postgresql":
        return
    script = resources.files("procrastinate.sql").joinpath("schema.sql").read_text(encoding="utf-8")
    # One script of many statements: only the driver itself takes it whole.
    cursor = connection.connection.cursor()
    cursor.execute(script)
    cursor.close()


@event.listens_for(Base.metadata, "after_create")
def _beside(_target: object, connection: Connection, **_how: Any) -> None:
    make(connection)
