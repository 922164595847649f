"""Files that families gave: sealed bytes in a folder of the data folder, one file each, named by a token.

What is kept is decided by what is in a file, as `outreach.tracker.letters.kinds` tells.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.files import write_whole
from outreach.core.seal import Seal

_TOKEN = re.compile(r"[0-9a-f]{32}")
# A file that no row names may be one whose row is being written.
_GRACE = timedelta(days=1)
_MOST = 500


@dataclass(frozen=True)
class Drawer:
    """The folder `name` of the data folder, and the columns that name its files and say which were erased. `gone` is
    the error's key for a file that is not there. `folder` is the data folder below.
    """

    name: str
    token: InstrumentedAttribute[str]
    erased_at: InstrumentedAttribute[datetime | None]
    gone: str

    def put(self, seal: Seal, folder: Path, content: bytes) -> str:
        """Writes bytes down, sealed; the token. For before the transaction that names the file: one that is never
        named is swept away. OutreachError `core.file` where the disk takes none.
        """
        token = secrets.token_hex(16)
        _write(folder / self.name / token, seal.close_bytes(content, f"{self.name}/{token}"))
        return token

    def open(self, seal: Seal, folder: Path, token: str) -> bytes:
        """The bytes of a file. OutreachError `gone`, or as `Seal.open_bytes` where they were altered."""
        try:
            held = (folder / self.name / token).read_bytes()
        except FileNotFoundError as error:
            raise OutreachError(self.gone) from error
        return seal.open_bytes(held, f"{self.name}/{token}")

    def drop(self, folder: Path, token: str) -> None:
        """Takes back what `put` wrote, where no row came to name it."""
        (folder / self.name / token).unlink(missing_ok=True)

    def sweep(self, store: Store, folder: Path, now: datetime) -> int:
        """Deletes the bytes that were erased, and those that no row names; how many. For after the commit."""
        there = sorted(path for path in (folder / self.name).glob("*") if _TOKEN.fullmatch(path.name))
        gone = 0
        for start in range(0, len(there), _MOST):
            part = there[start : start + _MOST]
            with store.reading() as session:
                named = select(self.token, self.erased_at).where(self.token.in_([one.name for one in part]))
                erased = {token: at is not None for token, at in session.execute(named)}
            for path in part:
                if erased.get(path.name, _is_old(path, now)):
                    path.unlink(missing_ok=True)
                    gone += 1
        return gone


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - _GRACE
    except FileNotFoundError:
        return False


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, content)
    except OSError as error:
        raise OutreachError("core.file", file=str(path.parent), reason=error.strerror or "") from error
