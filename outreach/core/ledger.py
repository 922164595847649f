"""The ledger of erasures: one line each, only ever added, outside the store, so that an older store can be told.

A line is kind, token, moment in UTC and perhaps a keyed hash, between blanks: nothing personal.
"""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from outreach.core.errors import OutreachError

# In the data folder, and beside copies.
NAME = "erased/erased.log"


@dataclass(frozen=True, order=True)
class Erased:
    """One record that was erased; `known_by`: a keyed hash under which the same would come again."""

    kind: str
    token: str
    at: datetime
    known_by: str = ""

    def line(self) -> str:
        """As it stands in the ledger."""
        told = (self.kind, self.token, self.at.astimezone(UTC).isoformat(), self.known_by)
        return " ".join(part for part in told if part)


def read(folder: Path) -> list[Erased]:
    """What the ledger of a folder tells; nothing where there is none. A line that a power cut left short is passed
    over. OutreachError `core.file` where it cannot be read.
    """
    try:
        lines = (folder / NAME).read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise OutreachError("core.file", file=str(folder / NAME), reason=error.strerror or "") from error
    return [one for one in map(_read, lines) if one is not None]


def add(folder: Path, erased: Collection[Erased]) -> None:
    """Adds lines and waits until they are on the disk; OutreachError `core.file` where it takes none."""
    if not erased:
        return
    file = folder / NAME
    # Begun anew on a line of its own: the last one may have been left short.
    told = "".join(f"\n{one.line()}" for one in erased) + "\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, told.encode("ascii"))
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise OutreachError("core.file", file=str(file), reason=error.strerror or "") from error


def join(source: Path, target: Path) -> int:
    """Adds to the ledger of one folder what only that of another has; how many lines."""
    missing = sorted(set(read(source)) - set(read(target)))
    add(target, missing)
    return len(missing)


def latest(erased: Iterable[Erased]) -> dict[tuple[str, str], Erased]:
    """The last erasure of each record."""
    return {(one.kind, one.token): one for one in sorted(erased, key=lambda one: one.at)}


def _read(line: str) -> Erased | None:
    parts = line.split(" ")
    if len(parts) not in {3, 4} or not all(parts):
        return None
    try:
        at = datetime.fromisoformat(parts[2])
    except ValueError:
        return None
    return Erased(parts[0], parts[1], at, *parts[3:]) if at.tzinfo is not None else None
