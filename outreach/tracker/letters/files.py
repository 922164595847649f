"""Files of letters: which of them are kept, sealed, in a drawer of their own."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.tracker.letters.kinds import kind_of, refusals
from outreach.tracker.letters.models import LetterFile
from outreach.tracker.letters.reading import Enclosed
from outreach.tracker.letters.sealing import place
from outreach.tracker.sealedfiles import Drawer

FOLDER = "letters"
_DRAWER = Drawer(FOLDER, LetterFile.token, LetterFile.erased_at, "letters.error.file_gone")


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
        token = _DRAWER.put(seal, folder, one.content) if refused is None else secrets.token_hex(16)
        found.append(Kept(token, kind_of(one.content) or "", len(one.content), one.name, refused))
    return tuple(found)


def name(session: Session, seal: Seal, letter_id: int, kept: Iterable[Kept]) -> None:
    """Writes the rows that name a letter's files."""
    for one in kept:
        session.add(
            LetterFile(
                letter_id=letter_id,
                token=one.token,
                kind=one.kind,
                size=one.size,
                name_sealed=seal.close(one.name, place("name", one.token)),
                refused_key=one.refused,
            )
        )
    session.flush()


def open_file(seal: Seal, folder: Path, token: str) -> bytes:
    """The bytes of a file. OutreachError `letters.error.file_gone`, or `core.seal.broken` where they were altered."""
    return _DRAWER.open(seal, folder, token)


def drop(folder: Path, kept: tuple[Kept, ...]) -> None:
    """Takes back what `keep` wrote, where no row came to name it."""
    for one in kept:
        _DRAWER.drop(folder, one.token)


def sweep(store: Store, folder: Path, now: datetime) -> int:
    """Deletes the bytes whose letter was erased, and those that no row names; how many. For after the commit."""
    return _DRAWER.sweep(store, folder, now)
