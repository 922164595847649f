"""Which work is still being done: a lock of the operating system that ends with its holder, even on kill -9.

Whoever takes rows for itself writes its token into them and holds `<data folder>/run/<token>.lock` meanwhile.
A later look at the lock tells whether the holder is still there; on one machine no clock is needed for that.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from outreach.core.errors import OutreachError

_KEPT = timedelta(days=1)
_BEAT = timedelta(minutes=1)
# For holders this machine knows nothing of: longer than a piece of work takes between claim and record.
LEASE = timedelta(minutes=10)


@contextmanager
def present(folder: Path) -> Iterator[str]:
    """A new token, held until the block ends; `folder` is the data folder here and below.

    After a clean end the file is gone; after an error or a kill it stays behind without its lock, so that
    `is_alive` can tell. Raises OutreachError `core.presence.folder` where locks cannot be kept.
    """
    token = uuid.uuid4().hex
    file = _file(folder, token)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(file, timeout=0, fallback_to_soft=False)
        lock.acquire()
    except OSError as error:
        raise OutreachError("core.presence.folder", folder=str(folder), reason=str(error)) from error
    try:
        yield token
    except BaseException:
        lock.release()
        raise
    lock.release()
    file.unlink(missing_ok=True)


def is_alive(folder: Path, token: str) -> bool | None:
    """Whether the holder of `token` is at work; None if this folder knows nothing of it.

    None means a holder on another machine, or one that ended in order.
    """
    file = _file(folder, token)
    if not file.exists():
        return None
    lock = FileLock(file, timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def is_gone(folder: Path, token: str | None, claimed_at: datetime, now: datetime) -> bool:
    """Whether what `token` claimed at `claimed_at` has nobody at work on it any more.

    The lock decides; where this folder knows nothing of the token (several machines, one PostgreSQL) the age
    of the claim does.
    """
    alive = is_alive(folder, token) if token else None
    return claimed_at < now - LEASE if alive is None else not alive


def tidy(folder: Path, now: datetime) -> int:
    """Removes what killed holders left behind more than a day ago; how many files that were."""
    removed = 0
    for file in (folder / "run").glob("*.lock"):
        try:
            age = now.timestamp() - file.stat().st_mtime
        except FileNotFoundError:
            continue
        # A day is far beyond the longest piece of work, so no lock of a living holder can lose its name.
        if age > _KEPT.total_seconds() and is_alive(folder, file.stem) is False:
            file.unlink(missing_ok=True)
            removed += 1
    return removed


def beat(folder: Path, now: datetime) -> None:
    """Leaves word that what is due is being looked at."""
    file = folder / "run" / "beat"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.utime(file, (now.timestamp(), now.timestamp()))


def beats(folder: Path, now: datetime) -> bool:
    """Whether somebody on this data folder has looked at what is due within the last minute."""
    try:
        last = (folder / "run" / "beat").stat().st_mtime
    except OSError:
        return False
    return abs(now.timestamp() - last) < _BEAT.total_seconds()


def _file(folder: Path, token: str) -> Path:
    return folder / "run" / f"{token}.lock"
