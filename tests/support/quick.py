"""What the product may well do slowly once a program, done once a run: statements, templates and password hashes.

Nothing here changes what a page shows or a store keeps; a test that looks at the slow way itself takes it back.
"""

from types import CodeType
from typing import Any

import pytest
from argon2 import PasswordHasher
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.util import LRUCache

from outreach.core import db
from outreach.people import passwords
from outreach.web import app as web_app

# The product's own, for the tests of just these.
HASHER = passwords._HASHER
# A hundredth of the work; other parameters than any test's own, for some look for outdated ones.
_CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


OPEN_SQLITE = db._open_sqlite


def quicken(patch: pytest.MonkeyPatch) -> None:
    """For the length of the patch."""
    _share_statements(patch)
    _share_templates(patch)
    patch.setattr(db, "_open_sqlite", _unsynced)
    patch.setattr(passwords, "_HASHER", _CHEAP)


def _share_statements(patch: pytest.MonkeyPatch) -> None:
    """Every test opens stores of its own, and each would work out the SQL of the same statements anew."""
    caches = {"sqlite": LRUCache(3_000), "postgresql": LRUCache(3_000)}
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        # The cache asks whether the dialect is the same: of one kind, all of the product's stores are made alike.
        patch.setattr(kind, "__eq__", lambda one, other: type(one) is type(other), raising=False)
        patch.setattr(kind, "__hash__", lambda one: hash(type(one)), raising=False)

    def made(*told: Any, **how: Any) -> Engine:
        engine = create_engine(*told, **how)
        engine._compiled_cache = caches[engine.dialect.name]
        return engine

    patch.setattr(db, "create_engine", made)


def _unsynced(url: URL, create: bool) -> db.Store:
    """A test's file need not outlive a power cut; it still outlives a killed process."""
    store = OPEN_SQLITE(url, create)

    @event.listens_for(store.engine, "connect")
    def _trust(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF").close()

    return store


class _Kept(BytecodeCache):
    """Compiled templates by name and content, in memory."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._held.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._held[bucket.key, bucket.checksum] = bucket.code


def _share_templates(patch: pytest.MonkeyPatch) -> None:
    """Pages that are made anew take the templates as the last ones compiled them."""
    kept = _Kept()

    class Templates(web_app._Templates):
        def __init__(self, *told: Any, **how: Any) -> None:
            super().__init__(*told, **how)
            self.bytecode_cache = kept

    patch.setattr(web_app, "_Templates", Templates)
