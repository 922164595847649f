"""Copies of the SQLite store: taken while the program runs, brought back only where nobody uses the store.

Beside a copy lie the files that its rows name: kept pages, pictures, what went out with releases. They are named by
what is in them and never change, so that all copies in one folder share them and each takes only what is new.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from outreach import wiring
from outreach.core import ledger, reseal
from outreach.core.db import Store, open_store
from outreach.core.errors import OutreachError
from outreach.core.settings import Settings
from outreach.migrations import run
from outreach.subscribers import runs
from outreach.tracker import erasures

# Folders of the data folder, and where a store names the files in them: a file's path, told from there.
_BESIDE = {
    "evidence": "SELECT DISTINCT file FROM evidence",
    "media": "SELECT 'media/' || name FROM pictures",
    "letters": "SELECT 'letters/' || token FROM letter_files WHERE refused_key IS NULL AND erased_at IS NULL",
    "papers": "SELECT 'papers/' || token FROM family_papers WHERE erased_at IS NULL",
    "press": (
        "SELECT DISTINCT 'press/' || (one.value ->> 'hash') || '.' || (one.value ->> 'kind')"
        " FROM release_editions, json_each(release_editions.files) AS one"
    ),
}
# Of these the bytes change when the office's key does: a copy that has them under the key before takes them anew.
_SEALED = frozenset({"letters", "papers"})
# The same for files that no row names and that do change: the latest copy has the latest.
_LOOSE = {"words": "*.txt", "municipalities": "*.json", "offices": "*.json"}


@dataclass(frozen=True)
class Restored:
    """What a restore left: the store before it, kept `aside` (None if there was none), and how many files the new one
    names that lie neither in the data folder nor beside the copy. `again`: how many records were erased again, as the
    ledger tells; `unreadable`: how many sealed values went because their key was destroyed.
    """

    aside: Path | None
    missing: int
    again: int = 0
    unreadable: int = 0


def copy(store: Store, file: Path) -> int:
    """Writes a consistent copy of the store, whatever is being written meanwhile; its size in bytes.

    The copy appears under its name only when it is whole and on the disk. OutreachError `core.store.copy_exists`
    rather than overwriting anything.
    """
    if store.path is None:
        raise OutreachError("core.store.server_copy")
    with _told(file):
        if file.exists():
            raise OutreachError("core.store.copy_exists", file=str(file))
        if not file.parent.is_dir():
            raise OutreachError("core.store.no_folder", folder=str(file.parent))
        aside = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            source, target = _read_only(store.path), sqlite3.connect(aside)
            try:
                aside.chmod(0o600)
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
            finally:
                target.close()
                source.close()
            _sync(aside)
            _appear(aside, file)
        finally:
            for leftover in (aside, aside.with_name(f"{aside.name}-journal")):
                leftover.unlink(missing_ok=True)
        return file.stat().st_size


def copy_beside(folder: Path, into: Path) -> int:
    """Copies the data folder's kept pages, pictures, files of letters and releases, and accepted words into the folder
    of a copy, those that are not there yet; how many. For after the copy: whatever it names was written before it.
    """
    if folder.resolve() == into.resolve():
        return 0
    names = (path for name in _BESIDE for path in sorted((folder / name).rglob("*")))
    with _told(into):
        taken = sum(_take(folder, into, str(path.relative_to(folder))) for path in names if _is_kept(path))
        for path in _loose(folder):
            target = into / path.relative_to(folder)
            if target.is_file() and target.read_bytes() != path.read_bytes():
                target.unlink()
            taken += _take(folder, into, str(path.relative_to(folder)))
        ledger.join(folder, into)
        # No copy may bring back the files of who was erased.
        erasures.drop_files(into, ledger.read(into))
        return taken


def restore(told: Settings, file: Path, *, overwrite: bool) -> Restored:
    """Makes `file` the store, with the files beside it that it names; the store before it is kept aside.

    Refused with an OutreachError while anybody has the store open, without `overwrite` where a store is, and for a
    file that is not a sound copy of ours. What was due to go out waits for a person: see `_hold`. Who was erased after
    the copy is erased again before anybody can look, by the ledger of the data folder and the one beside the copy.
    """
    if told.store.url:
        raise OutreachError("core.store.server_copy")
    path = told.folder / "outreach.db"
    _check_copy(file)
    keys = wiring.check_key(told, None)
    destroyed = {one.id for one in keys.now().gone} if keys is not None else set()
    with _told(path):
        told.folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if not overwrite:
                raise OutreachError("core.store.exists", where=str(path))
            _close_for_good(path)
            _note_erased(told, path)
        ledger.join(file.absolute().parent, told.folder)
        missing = _bring_beside(file, told.folder)
        fresh = path.with_name(f".restored.{os.getpid()}")
        try:
            source, target = _read_only(file), sqlite3.connect(fresh)
            try:
                fresh.chmod(0o600)
                source.backup(target)
            finally:
                target.close()
                source.close()
            run.upgrade(f"sqlite:///{fresh}")
            again, unreadable = _hold(told, f"sqlite:///{fresh}", datetime.now(UTC), destroyed)
            _sync(fresh)
            kept = _put_aside(path)
            fresh.rename(path)
        finally:
            for leftover in path.parent.glob(f"{fresh.name}*"):
                leftover.unlink()
    return Restored(kept, missing, again, unreadable)


def _note_erased(told: Settings, path: Path) -> None:
    """The store that is put aside may know of erasings that a crash kept from the ledger; a damaged one tells none."""
    with suppress(OutreachError, DatabaseError):
        store = open_store(f"sqlite:///{path}", create=False)
        try:
            erasures.settle(store, told.folder, datetime.now(UTC))
        finally:
            store.close()


def _bring_beside(file: Path, folder: Path) -> int:
    """Takes what the copy names and the data folder lacks from beside the copy; how many were not to be had."""
    missing = 0
    with closing(_read_only(file)) as source:
        for name, query in _BESIDE.items():
            named: list[str] = []
            with suppress(sqlite3.OperationalError):  # a copy from before there were such files
                named = [str(told) for (told,) in source.execute(query)]
            for told in named:
                if not (folder / told).resolve().is_relative_to((folder / name).resolve()):
                    continue
                if not (folder / told).is_file() and not _take(file.absolute().parent, folder, told):
                    missing += 1
    beside = file.absolute().parent
    for path in _loose(beside):
        if not (folder / path.relative_to(beside)).exists():
            _take(beside, folder, str(path.relative_to(beside)))
    return missing


def _loose(folder: Path) -> list[Path]:
    return [path for name, end in _LOOSE.items() for path in sorted((folder / name).glob(end)) if _is_kept(path)]


def _is_kept(path: Path) -> bool:
    # What begins with a dot is being written.
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")


def _take(here: Path, there: Path, name: str) -> bool:
    """Copies one file, unless it is there; True if it did. One that a power cut left short is copied anew."""
    source, target = here / name, there / name
    try:
        if target.is_file() and target.stat().st_size == source.stat().st_size and _same_key(name, source, target):
            return False
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            shutil.copyfile(source, aside)
            aside.chmod(0o600)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    except FileNotFoundError:
        return False  # deleted meanwhile
    return True


def _same_key(name: str, source: Path, target: Path) -> bool:
    return name.partition("/")[0] not in _SEALED or reseal.head_of(source) == reseal.head_of(target)


def _put_aside(path: Path) -> Path | None:
    """Moves the store out of the way, its journal with it: left behind, that would be replayed into the new one."""
    name = f"outreach-before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}.db"
    for end in ("-wal", "-shm", "-journal", ""):
        if path.with_name(f"{path.name}{end}").exists():
            path.with_name(f"{path.name}{end}").rename(path.with_name(f"{name}{end}"))
    kept = path.with_name(name)
    return kept if kept.exists() else None


@contextmanager
def _told(where: Path) -> Iterator[None]:
    """What SQLite and the system say of a file becomes a sentence."""
    try:
        yield
    except FileExistsError as error:
        raise OutreachError("core.store.copy_exists", file=str(where)) from error
    except sqlite3.OperationalError as error:
        key = "unreadable"
        for sign, meant in (("full", "full"), ("disk I/O", "disk"), ("locked", "locked")):
            key = meant if sign in str(error) else key
        raise OutreachError(f"core.store.{key}", where=str(where)) from error
    except sqlite3.DatabaseError as error:
        raise OutreachError("core.store.damaged", where=str(where)) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise OutreachError("core.store.full", where=str(where)) from error
        raise OutreachError("core.file", file=str(where), reason=error.strerror or "") from error


def _read_only(file: Path) -> sqlite3.Connection:
    # As an address: a name may hold ? or #.
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


def _appear(aside: Path, file: Path) -> None:
    """Gives a finished file its name, unless somebody has made one in the meantime."""
    try:
        os.link(aside, file)
    except FileExistsError:
        raise
    except OSError:  # a stick or share without hard links
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        aside.replace(file)


def _check_copy(file: Path) -> None:
    try:
        source = _read_only(file)
        try:
            sound = source.execute("PRAGMA quick_check").fetchone() == ("ok",)
            ours = source.execute(
                "SELECT count(*) FROM sqlite_master WHERE name IN ('alembic_version', 'deliveries', 'sources')"
            ).fetchone()
        finally:
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


def _hold(told: Settings, url: str, now: datetime, destroyed: set[str]) -> tuple[int, int]:
    """A restored store knows nothing of what went out after the copy: channels, this morning's mail, releases wait.
    Nor of who was erased: how many records went again, and how many values whose key was destroyed.
    """
    from campaigns.channel_switch import pause_all
    from outreach.pressroom.sending import recording

    store = open_store(url, create=False)
    try:
        with store.transaction() as session:
            pause_all(session, "campaigns.paused.restored")
            runs.hold(session, now, told)
            recording.hold(session, now)
        again = erasures.settle(store, told.folder, now).again
        return again, reseal.drop(store, told.folder, wiring.sealed(), destroyed) if destroyed else 0
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
