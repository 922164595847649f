"""Brings a store to the newest schema: the first start, an upgrade and the tests go the same way."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import inspect, text

from outreach.core.db import Store, open_store
from outreach.core.errors import OutreachError


def config(url: str) -> Config:
    """Alembic's configuration for one store; the address never passes through an ini file, where % has a meaning."""
    told = Config()
    told.set_main_option("script_location", str(Path(__file__).resolve().parent))
    told.attributes["url"] = url
    return told


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The index of words lies beside the tables: each store has its own kind, and a revision that makes it."""
    return not (kind in {"table", "index"} and name is not None and "mention_index" in name)


def newest() -> str:
    """The revision this program is made for."""
    head = ScriptDirectory.from_config(config("")).get_current_head()
    assert head is not None
    return head


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
    at = revision(store)
    script = ScriptDirectory.from_config(config(""))
    if at == script.get_current_head():
        return
    where = str(store.path or store.engine.url.host)
    known = {known.revision for known in script.walk_revisions()}
    raise OutreachError(
        "core.store.old" if at is None or at in known else "core.store.newer", where=where, version=at
    )
