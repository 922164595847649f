"""Where a running program has its keys from: a file that another program may turn, or the environment.

A ring in a file is read anew when the file changed. One in the environment cannot be: there a small file beside the
data tells which key seals (never the key), and a program whose environment is older than it closes nothing more.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

from outreach.core.errors import OutreachError
from outreach.core.files import write_whole
from outreach.core.keyring import Ring, read_ring
from outreach.core.seal import Seal, read_key


@dataclass
class FileSource:
    """The ring in `file`, as it is now."""

    file: Path
    _held: Ring | None = field(default=None, repr=False)
    _mark: tuple[int, int, int] | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def closing(self) -> Ring:
        """The ring of this moment: what is closed with a key that was destroyed would never open again."""
        try:
            told = self.file.stat()
            mark = (told.st_mtime_ns, told.st_ino, told.st_size)
            with self._lock:
                if self._held is None or self._mark != mark:
                    text = self.file.read_text(encoding="ascii", errors="replace")
                    self._held, self._mark = read_ring(text, str(self.file)), mark
                return self._held
        except OSError as error:
            raise OutreachError("core.seal.lost", where=str(self.file)) from error

    def opening(self, key_id: str) -> Ring:
        """The ring held, or the file's where that has no such key."""
        held = self._held
        return held if held is not None and held.named(key_id) is not None else self.closing()

    def signing(self) -> Ring:
        """The ring held: what signs never changes."""
        return self._held or self.closing()


@dataclass(frozen=True)
class GivenSource:
    """A ring from the environment, and the file `mark` that tells which key of it seals since it was turned."""

    ring: Ring = field(repr=False)
    mark: Path

    def closing(self) -> Ring:
        """The ring; OutreachError `core.seal.stale` where a newer one has been taken into use."""
        told = marked(self.mark)
        if told is not None and told != self.ring.current.id:
            raise OutreachError("core.seal.stale", where="OUTREACH_DATA_KEY")
        return self.ring

    def opening(self, key_id: str) -> Ring:
        """The ring."""
        return self.ring

    def signing(self) -> Ring:
        """The ring."""
        return self.ring


def file_seal(file: Path) -> Seal:
    """The seal of the ring in `file`, which is made on the first start; OutreachError `core.seal.bad_key`."""
    read_key(None, file)
    source = FileSource(file)
    return Seal(source.closing().current.raw, source=source)


def given_seal(value: str, mark: Path) -> Seal:
    """The seal of a ring from the environment; OutreachError `core.seal.bad_key`."""
    ring = read_ring(value, "OUTREACH_DATA_KEY")
    return Seal(ring.current.raw, source=GivenSource(ring, mark))


def write_ring(file: Path, ring: Ring) -> None:
    """Puts a ring in the place of the one in `file`: whole, on the disk, for its owner alone.

    What stood there is overwritten where it lay, as far as the file system lets. OutreachError `core.file`.
    """
    try:
        with file.open("r+b") as before:
            write_whole(file, f"{ring.text()}\n".encode())
            before.write(bytes(os.fstat(before.fileno()).st_size))
            before.flush()
            os.fsync(before.fileno())
    except OSError as error:
        raise OutreachError("core.file", file=str(file.parent), reason=error.strerror or "") from error


def marked(mark: Path) -> str | None:
    """Which key seals by the file beside the data; None where none was ever turned in the environment."""
    return next(iter(_told(mark)), None)


def marked_at(mark: Path) -> datetime | None:
    """Since when that key seals."""
    try:
        return datetime.fromisoformat(_told(mark)[1])
    except (IndexError, ValueError):
        return None


def write_mark(mark: Path, key_id: str, now: datetime) -> None:
    """Tells every program of this data folder which key seals from now on. OutreachError `core.file`."""
    try:
        mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(mark, f"{key_id} {now.isoformat()}\n".encode())
    except OSError as error:
        raise OutreachError("core.file", file=str(mark.parent), reason=error.strerror or "") from error


def _told(mark: Path) -> list[str]:
    try:
        return mark.read_text(encoding="ascii", errors="replace").split()
    except FileNotFoundError:
        return []

