"""The offices whose key this one knows: `offices/known.json` in the data folder, written whole.

An office may get a new key; parcels that are under way still name the one before it, so none is ever taken out.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from outreach.core import regions
from outreach.core.errors import OutreachError
from outreach.core.files import write_whole
from outreach.tracker.handover.keys import OfficeKey

_MOST = 200
_lock = threading.Lock()


@dataclass(frozen=True)
class Known:
    """An office's key, who took it up and when; `current`: the latest of its region, the one that parcels go to."""

    key: OfficeKey
    added_at: datetime
    added_by: str
    current: bool


def offices(folder: Path) -> tuple[Known, ...]:
    """All of them, those in use first, by region; `folder` is the data folder. OutreachError `handover.error.known` for
    a file that cannot be read."""
    rows = _rows(_file(folder))
    latest = {row["region"].casefold(): row["key"] for row in rows}
    found = [
        Known(
            OfficeKey(row["region"], base64.urlsafe_b64decode(row["key"])),
            datetime.fromisoformat(row["added_at"]),
            row["added_by"],
            latest[row["region"].casefold()] == row["key"],
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (not one.current, one.key.region, one.added_at)))


def current(folder: Path, region: str) -> OfficeKey:
    """The key of a region's office; OutreachError `handover.error.unknown_region`."""
    found = next((one.key for one in offices(folder) if one.current and regions.same(one.key.region, region)), None)
    if found is None:
        raise OutreachError("handover.error.unknown_region", region=region)
    return found


def named(folder: Path, name: str) -> OfficeKey:
    """The key of that name; OutreachError `handover.error.unknown_office`."""
    found = next((one.key for one in offices(folder) if one.key.name == name), None)
    if found is None:
        raise OutreachError("handover.error.unknown_office")
    return found


def add(folder: Path, now: datetime, by: str, key: OfficeKey, own: OfficeKey) -> bool:
    """Takes up an office's key, the latest of its region from now on; False where it is that already.

    OutreachError `handover.error.own` for this office's own line, `handover.error.many`.
    """
    if key.raw == own.raw or regions.same(key.region, own.region):
        raise OutreachError("handover.error.own", region=key.region)
    file = _file(folder)
    with _lock, _alone(file):
        held = offices(folder)
        if any(one.current and one.key == key for one in held):
            return False
        rows = [row for row in _rows(file) if row["key"] != base64.urlsafe_b64encode(key.raw).decode()]
        if len(rows) >= _MOST:
            raise OutreachError("handover.error.many", count=_MOST)
        rows.append(
            {
                "region": key.region,
                "key": base64.urlsafe_b64encode(key.raw).decode(),
                "added_at": now.isoformat(),
                "added_by": by[:254],
            }
        )
        write_whole(file, (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode())
    return True


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        rows = [{name: str(row[name]) for name in ("region", "key", "added_at", "added_by")} for row in told]
        if any(len(base64.urlsafe_b64decode(row["key"])) != 32 for row in rows):
            raise ValueError("key")
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError) as error:
        raise OutreachError("handover.error.known", file=str(file)) from error
    return rows


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """No other process writes the file meanwhile; where the system has no such lock, this process's own must do."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.with_suffix(".lock").open("a") as held:
        try:
            import fcntl
        except ImportError:
            pass
        else:
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _file(folder: Path) -> Path:
    return folder / "offices" / "known.json"
