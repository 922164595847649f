"""Copies of the SQLite store: taken while the program runs, brought back only where nobody uses the store."""

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from outreach.core.db import Store, open_store
from outreach.core.errors import OutreachError
from outreach.core.settings import Settings
from outreach.migrations import run


def copy(store: Store, file: Path) -> int:
    """Writes a consistent copy of the store, whatever is being written meanwhile; its size in bytes.

    The copy appears under its name only when it is whole and on the disk. OutreachError `core.store.copy_exists`
    rather than overwriting anything.
    """
    if store.path is None:
        raise OutreachError("core.store.server_copy")
    if file.exists():
        raise OutreachError("core.store.copy_exists", file=str(file))
    if not file.parent.is_dir():
        raise OutreachError("core.store.no_folder", folder=str(file.parent))
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        source = sqlite3.connect(f"file:{store.path}?mode=ro", uri=True, timeout=10)
        target = sqlite3.connect(aside)
        try:
            aside.chmod(0o600)
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()
            source.close()
        _sync(aside)
        os.link(aside, file)  # fails where somebody made the file in the meantime
    except FileExistsError as error:
        raise OutreachError("core.store.copy_exists", file=str(file)) from error
    except sqlite3.OperationalError as error:
        raise OutreachError(
            "core.store.full" if "full" in str(error) else "core.store.unreadable", where=str(file)
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return file.stat().st_size


def restore(told: Settings, file: Path, *, overwrite: bool) -> Path | None:
    """Makes `file` the store; the one before it is kept aside and its path returned (None if there was none).

    Refused with an OutreachError while anybody has the store open, without `overwrite` where a store is, and for a
    file that is not a sound copy of ours. What was due to go out waits for a person: see `_hold`.
    """
    if told.store.url:
        raise OutreachError("core.store.server_copy")
    path = told.folder / "outreach.db"
    _check_copy(file)
    told.folder.mkdir(parents=True, exist_ok=True)
    if path.exists():
        if not overwrite:
            raise OutreachError("core.store.exists", where=str(path))
        _close_for_good(path)
    fresh = path.with_name(f".restored.{os.getpid()}")
    try:
        source, target = sqlite3.connect(f"file:{file}?mode=ro", uri=True), sqlite3.connect(fresh)
        try:
            fresh.chmod(0o600)
            source.backup(target)
        finally:
            target.close()
            source.close()
        run.upgrade(f"sqlite:///{fresh}")
        _hold(f"sqlite:///{fresh}")
        _sync(fresh)
        kept = None
        if path.exists():
            kept = path.with_name(f"outreach-before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}.db")
            path.rename(kept)
        fresh.rename(path)
    finally:
        for leftover in path.parent.glob(f"{fresh.name}*"):
            leftover.unlink()
    return kept


def _check_copy(file: Path) -> None:
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as source:
            sound = source.execute("PRAGMA quick_check").fetchone() == ("ok",)
            ours = source.execute(
                "SELECT count(*) FROM sqlite_master WHERE name IN ('alembic_version', 'deliveries', 'sources')"
            ).fetchone()
        source.close()
    except sqlite3.DatabaseError as error:
        raise OutreachError("core.store.no_copy", file=str(file)) from error
    if not sound or ours != (3,):
        raise OutreachError("core.store.no_copy", file=str(file))


def _close_for_good(path: Path) -> None:
    """Folds the journal in; only possible when no other connection is open, which is just the question."""
    store = sqlite3.connect(path, timeout=0.5, isolation_level=None)
    try:
        mode = store.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise OutreachError("core.store.in_use", where=str(path)) from error
    except sqlite3.DatabaseError:
        return  # a damaged file is what a restore is for
    finally:
        store.close()
    if mode != "delete":
        raise OutreachError("core.store.in_use", where=str(path))


def _hold(url: str) -> None:
    """A restored store knows nothing of what went out after the copy: every channel waits for a person."""
    from campaigns.channel_switch import pause_all

    store = open_store(url, create=False)
    try:
        with store.transaction() as session:
            pause_all(session, "campaigns.paused.restored")
    finally:
        store.close()
        with sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None) as plain:
            plain.execute("PRAGMA journal_mode = DELETE")
        plain.close()


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
