"""A table between its look and its end: kept a day in the data folder, under the office's key, never in the plain."""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from campaigns.timing.sheet import Cell, Line
from outreach.core.errors import OutreachError
from outreach.core.files import write_whole
from outreach.core.seal import Seal

KEPT = timedelta(days=1)
_NAME = re.compile(r"table-[0-9a-f]{32}")


@dataclass(frozen=True)
class Kept:
    """A table that waits; `name` is what the office calls it."""

    name: str = field(repr=False)
    lines: tuple[Line, ...] = field(repr=False)


def keep(folder: Path, seal: Seal, name: str, lines: Sequence[Line]) -> str:
    """Keeps a table; what it is called in the folder, which says nothing. OutreachError `core.file` where the disk
    takes none.
    """
    file = f"table-{secrets.token_hex(16)}"
    told = {"name": name, "lines": [[line.number, [_told(cell) for cell in line.cells]] for line in lines]}
    home = _home(folder)
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(home / file, seal.close_bytes(json.dumps(told).encode(), _place(file)))
    except OSError as error:
        raise OutreachError("core.file", file=str(home), reason=error.strerror or "") from error
    return file


def opened(folder: Path, seal: Seal, file: str) -> Kept:
    """The table again. OutreachError `bringing.file.gone` after its day, or what `Seal.open_bytes` raises."""
    path = _home(folder) / file
    if not _NAME.fullmatch(file) or not path.is_file():
        raise OutreachError("bringing.file.gone")
    told = json.loads(seal.open_bytes(path.read_bytes(), _place(file)))
    lines = tuple(Line(number, tuple(_cell(*cell) for cell in cells)) for number, cells in told["lines"])
    return Kept(str(told["name"]), lines)


def forget(folder: Path, file: str) -> None:
    """The table goes at once."""
    if _NAME.fullmatch(file):
        (_home(folder) / file).unlink(missing_ok=True)


def sweep(folder: Path, now: datetime) -> int:
    """Tables that were brought more than a day ago go; how many."""
    gone = 0
    for path in _home(folder).glob("table-*"):
        if path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _home(folder: Path) -> Path:
    return folder / "brought"


def _place(file: str) -> str:
    return f"brought/{file}"


def _told(cell: Cell) -> tuple[str, str]:
    if isinstance(cell, datetime):
        return "moment", cell.isoformat()
    if isinstance(cell, date):
        return "day", cell.isoformat()
    if isinstance(cell, time):
        return "hour", cell.isoformat()
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return "number", repr(float(cell))
    return "text", "" if cell is None else str(cell)


def _cell(kind: str, value: str) -> Cell:
    if kind == "moment":
        return datetime.fromisoformat(value)
    if kind == "day":
        return date.fromisoformat(value)
    if kind == "hour":
        return time.fromisoformat(value)
    return float(value) if kind == "number" else value
