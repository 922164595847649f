"""Personal data at rest: AES-GCM with a key from outside the store.

A sealed value is text: ``v1.<key id>.<base64 of nonce and ciphertext>``. The place a value belongs to (table, column,
row) is bound into it, so that a value copied into another row does not open there.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outreach.core.errors import OutreachError


@dataclass(frozen=True)
class Seal:
    """Closes and opens personal text with one 256-bit key."""

    key: bytes = field(repr=False)

    def close(self, text: str, place: str) -> str:
        """Seals `text` for one place, for example ``inquiry.contact:3f0c``."""
        nonce = os.urandom(12)
        body = AESGCM(self.key).encrypt(nonce, text.encode(), place.encode())
        return f"v1.{self.key_id}.{base64.urlsafe_b64encode(nonce + body).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """The text again; OutreachError `core.seal.key` with another key, `core.seal.broken` if altered or moved."""
        parts = sealed.split(".", 2)
        if len(parts) != 3 or parts[0] != "v1":
            raise OutreachError("core.seal.broken", place=place)
        if parts[1] != self.key_id:
            raise OutreachError("core.seal.key", place=place)
        try:
            raw = base64.urlsafe_b64decode(parts[2])
            return AESGCM(self.key).decrypt(raw[:12], raw[12:], place.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise OutreachError("core.seal.broken", place=place) from error

    @property
    def key_id(self) -> str:
        """Tells keys apart without giving anything of them away."""
        return hashlib.sha256(b"outreach key id" + self.key).hexdigest()[:8]

    def sign_key(self, purpose: str) -> bytes:
        """A key for another purpose (form tokens), derived, so that one secret is enough for a small office."""
        return hmac.new(self.key, purpose.encode(), hashlib.sha256).digest()


def key_id_of(sealed: str) -> str:
    """Which key a value was sealed with."""
    return sealed.split(".", 2)[1]


def read_key(value: str | None, file: Path) -> bytes:
    """The key from the environment's `value`, else from `file`, which is made on the first start.

    The file is readable by its owner alone. Raises OutreachError `core.seal.bad_key` if it is not 32 bytes in
    base64.
    """
    where = "OUTREACH_DATA_KEY"
    if value is None:
        where = str(file)
        if not file.exists():
            _make(file)
        value = file.read_text(encoding="ascii", errors="replace")
    try:
        key = base64.urlsafe_b64decode(value.strip())
    except (binascii.Error, ValueError) as error:
        raise OutreachError("core.seal.bad_key", where=where) from error
    if len(key) != 32:
        raise OutreachError("core.seal.bad_key", where=where)
    return key


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
