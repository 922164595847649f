"""Personal data at rest: AES-GCM with keys from outside the store.

A sealed value is text: ``v1.<key id>.<base64 of nonce and ciphertext>``; sealed bytes begin with ``OSF1<key id>``. The
place a value belongs to (table, column, row) is bound into it, so that a value copied into another row does not open
there.
"""

import base64
import binascii
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outreach.core.errors import OutreachError
from outreach.core.keyring import Key, Ring, derived, read_ring

_FILE = b"OSF1"
_HEAD = len(_FILE) + 8
# How letters' files were closed before keys had versions: with a key derived from the one there was.
_OLD_FILES = "letters.files"


class Source(Protocol):
    """Where a running program has its keys from: another program may turn them meanwhile."""

    def closing(self) -> Ring:
        """The ring as it is this moment; OutreachError rather than one that was turned since."""

    def opening(self, key_id: str) -> Ring:
        """A ring that holds that key, if there is one."""

    def signing(self) -> Ring:
        """Any ring since the program began: what signs is the same in all."""


@dataclass(frozen=True)
class Seal:
    """Closes personal text and files with the key that is current, opens with whichever closed them.

    `Seal(key)` has that one key; `ring` several; `source` those of a running program (see `outreach.core.keyfile`).
    """

    key: bytes = field(repr=False)
    ring: Ring | None = field(default=None, repr=False)
    source: Source | None = field(default=None, repr=False, compare=False)

    def close(self, text: str, place: str) -> str:
        """Seals `text` for one place, for example ``inquiry.contact:3f0c``."""
        key = self.now().current
        nonce = os.urandom(12)
        body = AESGCM(key.raw).encrypt(nonce, text.encode(), place.encode())
        return f"v1.{key.id}.{base64.urlsafe_b64encode(nonce + body).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """The text again; OutreachError `core.seal.key` without its key, `core.seal.broken` if altered or moved."""
        parts = sealed.split(".", 2)
        if len(parts) != 3 or parts[0] != "v1":
            raise OutreachError("core.seal.broken", place=place)
        key = self._opening(parts[1], place)
        try:
            raw = base64.urlsafe_b64decode(parts[2])
            return AESGCM(key.raw).decrypt(raw[:12], raw[12:], place.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise OutreachError("core.seal.broken", place=place) from error

    def close_bytes(self, content: bytes, place: str) -> bytes:
        """Seals a file's bytes for one place, for example ``letters/3f0c``."""
        key = self.now().current
        nonce = os.urandom(12)
        head = _FILE + key.id.encode()
        return head + nonce + AESGCM(key.raw).encrypt(nonce, content, head + place.encode())

    def open_bytes(self, held: bytes, place: str) -> bytes:
        """The bytes again; OutreachError as `open`. Files from before keys had versions open too: what was bound into
        them is the last part of `place`."""
        key_id = key_id_of_bytes(held)
        if key_id is None:
            return self._open_old(held, place)
        key = self._opening(key_id, place)
        try:
            start = _HEAD + 12
            return AESGCM(key.raw).decrypt(held[_HEAD:start], held[start:], held[:_HEAD] + place.encode())
        except (InvalidTag, ValueError) as error:
            raise OutreachError("core.seal.broken", place=place) from error

    @property
    def key_id(self) -> str:
        """Tells the key that closes from others, without giving anything of it away."""
        return self.now().current.id

    def now(self) -> Ring:
        """The ring of this moment; OutreachError `core.seal.stale` where the environment has an older one."""
        return self._ring() if self.source is None else self.source.closing()

    def sign_key(self, purpose: str) -> bytes:
        """A key for another purpose (form tokens), the same through every change of keys; ValueError for a purpose
        that `outreach.core.keyring.PURPOSES` does not have."""
        return (self._ring() if self.source is None else self.source.signing()).sign_key(purpose)

    def _ring(self) -> Ring:
        return self.ring or Ring((Key(self.key),))

    def _opening(self, key_id: str, place: str) -> Key:
        key = (self._ring() if self.source is None else self.source.opening(key_id)).named(key_id)
        if key is None:
            raise OutreachError("core.seal.key", place=place)
        return key

    def _open_old(self, held: bytes, place: str) -> bytes:
        for key in self.now().keys:
            try:
                secret = derived(key.raw, _OLD_FILES)
                return AESGCM(secret).decrypt(held[:12], held[12:], place.rpartition("/")[2].encode())
            except (InvalidTag, ValueError):
                continue
        raise OutreachError("core.seal.broken", place=place)


def key_id_of(sealed: str) -> str:
    """Which key a value was sealed with."""
    return sealed.split(".", 2)[1]


def key_id_of_bytes(held: bytes) -> str | None:
    """Which key sealed bytes were closed with, by their beginning; None for those of before keys had versions."""
    head = held[:_HEAD]
    if not head.startswith(_FILE) or len(head) < _HEAD or not set(head[len(_FILE) :]) <= set(b"0123456789abcdef"):
        return None
    return head[len(_FILE) :].decode("ascii")


def read_key(value: str | None, file: Path) -> bytes:
    """The key that seals, from the environment's `value`, else from `file`, which is made on the first start.

    The file is readable by its owner alone. Raises OutreachError `core.seal.bad_key` for what is neither a key nor a
    ring of keys.
    """
    where = "OUTREACH_DATA_KEY"
    if value is None:
        where = str(file)
        if not file.exists():
            _make(file)
        value = file.read_text(encoding="ascii", errors="replace")
    return read_ring(value, where).current.raw


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = base64.urlsafe_b64encode(os.urandom(32)).decode()
    # Written aside and linked into place: of two first starts at once one key wins and both read it.
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(aside, file)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
