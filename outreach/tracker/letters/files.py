"""Files of letters: sealed bytes in the data folder, one file each, named by a token that says nothing."""

import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.files import write_whole
from outreach.core.seal import Seal
from outreach.tracker.letters.kinds import kind_of, refusals
from outreach.tracker.letters.models import LetterFile
from outreach.tracker.letters.reading import Enclosed

FOLDER = "letters"
_PURPOSE = "letters.files"
_TOKEN = re.compile(r"[0-9a-f]{32}")
# A file that no row names may be one whose row is being written.
_GRACE = timedelta(days=1)
_MOST = 500


@dataclass(frozen=True)
class Kept:
    """A file of a letter before its row is there: `refused` says why its bytes are not kept."""

    token: str
    kind: str
    size: int
    name: str = field(repr=False)
    refused: str | None


def keep(seal: Seal, folder: Path, enclosed: tuple[Enclosed, ...]) -> tuple[Kept, ...]:
    """Writes down what may be kept, sealed; `folder` is the data folder here and below. For before the transaction
    that names the files: one that is never named is swept away. OutreachError `core.file` where the disk takes none.
    """
    told = refusals([one.content for one in enclosed])
    found = []
    for one, refused in zip(enclosed, told, strict=True):
        token = secrets.token_hex(16)
        if refused is None:
            _write(folder / FOLDER / token, _closed(seal, one.content, token))
        found.append(Kept(token, kind_of(one.content) or "", len(one.content), one.name, refused))
    return tuple(found)


def open_file(seal: Seal, folder: Path, token: str) -> bytes:
    """The bytes of a file. OutreachError `letters.error.file_gone`, or `core.seal.broken` where they were altered."""
    try:
        held = (folder / FOLDER / token).read_bytes()
    except FileNotFoundError as error:
        raise OutreachError("letters.error.file_gone") from error
    try:
        return AESGCM(seal.sign_key(_PURPOSE)).decrypt(held[:12], held[12:], token.encode())
    except (InvalidTag, ValueError) as error:
        raise OutreachError("core.seal.broken", place=f"{FOLDER}/{token}") from error


def drop(folder: Path, kept: tuple[Kept, ...]) -> None:
    """Takes back what `keep` wrote, where no row came to name it."""
    for one in kept:
        (folder / FOLDER / one.token).unlink(missing_ok=True)


def sweep(store: Store, folder: Path, now: datetime) -> int:
    """Deletes the bytes whose letter was erased, and those that no row names; how many. For after the commit."""
    there = sorted(path for path in (folder / FOLDER).glob("*") if _TOKEN.fullmatch(path.name))
    gone = 0
    for start in range(0, len(there), _MOST):
        part = there[start : start + _MOST]
        with store.reading() as session:
            rows = session.execute(
                select(LetterFile.token, LetterFile.erased_at).where(LetterFile.token.in_([one.name for one in part]))
            ).all()
        erased = {token: at is not None for token, at in rows}
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


def _closed(seal: Seal, content: bytes, token: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(seal.sign_key(_PURPOSE)).encrypt(nonce, content, token.encode())


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, content)
    except OSError as error:
        raise OutreachError("core.file", file=str(path.parent), reason=error.strerror or "") from error
