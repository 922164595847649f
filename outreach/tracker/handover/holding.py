"""Parcels that were brought and wait for a person to take them: as they came, closed for this office, for a week."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from outreach.core.errors import OutreachError
from outreach.core.files import write_whole

_FOLDER = "parcels"
_KEPT = timedelta(days=7)
_PARCEL = re.compile(r"[0-9a-f]{32}")


def hold(folder: Path, parcel: str, data: bytes) -> None:
    """Keeps a parcel under its own name. OutreachError `core.file` where the disk takes none."""
    path = _path(folder, parcel)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, data)
    except OSError as error:
        raise OutreachError("core.file", file=str(path.parent), reason=error.strerror or "") from error


def held(folder: Path, parcel: str) -> bytes | None:
    """The bytes of a parcel; None where it does not wait here any more, or never did."""
    if not _PARCEL.fullmatch(parcel):
        return None
    try:
        return _path(folder, parcel).read_bytes()
    except FileNotFoundError:
        return None


def drop(folder: Path, parcel: str) -> None:
    """It was taken or refused."""
    if _PARCEL.fullmatch(parcel):
        _path(folder, parcel).unlink(missing_ok=True)


def sweep(folder: Path, now: datetime) -> int:
    """Deletes what nobody has taken for a week; how many."""
    gone = 0
    for path in sorted((folder / _FOLDER).glob("*.case")):
        try:
            old = datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - _KEPT
        except FileNotFoundError:
            continue
        if old:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _path(folder: Path, parcel: str) -> Path:
    return folder / _FOLDER / f"{parcel}.case"
