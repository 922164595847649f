"""Brings a store to the newest schema: the first start, an upgrade and the tests go the same way."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from outreach.core.db import Store, open_store
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is slow to load: whoever finds a store at this program's revision does without.
_VERSIONS = Path(__file__).resolve().parent / "versions"


def config(url: str) -> "Config":
    """Alembic's configuration for one store; the address never passes through an ini file, where % has a meaning."""
    from alembic.config import Config

    told = Config()
    told.set_main_option("script_location", str(Path(__file__).resolve().parent))
    told.attributes["url"] = url
    return told


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The index of words and the workers' queue lie beside the tables: a revision makes them, no model of ours."""
    foreign = name is not None and ("mention_index" in name or "procrastinate" in name)
    return not (kind in {"table", "index"} and foreign)


def revisions() -> list[str]:
    """Every revision that this program knows, the oldest first: their files begin with it."""
    return sorted(file.name.partition("_")[0] for file in _VERSIONS.glob("[0-9]*_*.py"))


def newest() -> str:
    """The revision this program is made for."""
    return revisions()[-1]


def revision(store: Store) -> str | None:
    """The revision a store is at; None for an empty one."""
    with store.reading() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        at = session.scalar(text("SELECT version_num FROM alembic_version"))
        return None if at is None else str(at)


def upgrade(url: str) -> None:
    """Makes the store or brings it up to date; OutreachError `core.store.newer` if the program is the older one."""
    store = open_store(url, create=True)
    try:
        at = revision(store)
        if at == newest():
            return
        from alembic import command
        from alembic.util.exc import CommandError

        try:
            command.upgrade(config(url), "head")
        except CommandError as error:
            raise OutreachError(
                "core.store.newer", where=str(store.path or store.engine.url.host), version=at
            ) from error
    finally:
        store.close()


def ensure_current(store: Store) -> None:
    """OutreachError `core.store.old` or `core.store.newer` unless the store is at this program's revision."""
    at, known = revision(store), revisions()
    if at == known[-1]:
        return
    where = str(store.path or store.engine.url.host)
    raise OutreachError(
        "core.store.old" if at is None or at in known else "core.store.newer", where=where, version=at
    )
