"""The office's hand-over key: its public part is exchanged once, as a line of text; the private part never leaves.

An office proves itself to another by what only the two of them can compute, so that no list of offices is needed
anywhere but in each of them.
"""

import base64
import binascii
import hashlib
import unicodedata
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal

_PURPOSE = "handover"
_BEGIN = "outreach-office"
_LONGEST = 80


@dataclass(frozen=True)
class OfficeKey:
    """An office's region and the public part of its key, 32 bytes."""

    region: str
    raw: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """What parcels and rows call the key: 16 letters."""
        return self.mark.hex()

    @property
    def mark(self) -> bytes:
        """The same as 8 bytes."""
        return hashlib.sha256(b"outreach office key" + self.raw).digest()[:8]

    @property
    def line(self) -> str:
        """What one coordinator gives to the other: ``outreach-office:<region>:<key>:<check>``."""
        return ":".join((_BEGIN, self.region, base64.urlsafe_b64encode(self.raw).decode(), self._check))

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """Five groups of five figures, of region and key, to be read aloud over the telephone."""
        told = hashlib.sha256(f"outreach fingerprint {self.region}".encode() + b"\0" + self.raw).digest()
        number = int.from_bytes(told[:16], "big")
        return tuple(f"{number // 100_000**place % 100_000:05}" for place in range(5))

    @property
    def _check(self) -> str:
        return hashlib.sha256(f"{self.region}:".encode() + self.raw).hexdigest()[:8]


def own(seal: Seal, region: str) -> OfficeKey:
    """This office's."""
    return OfficeKey(_plain(region), _private(seal).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def read_line(text: str) -> OfficeKey:
    """The key of a line; OutreachError `handover.error.line` where one letter is amiss."""
    parts = text.strip().split(":")
    try:
        begin, region, told, check = parts
        raw = base64.b64decode(told, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise OutreachError("handover.error.line") from error
    found = OfficeKey(_plain(region), raw)
    fits = begin == _BEGIN and len(raw) == 32 and 0 < len(found.region) <= _LONGEST and found._check == check
    if not fits or not found.region.isprintable():
        raise OutreachError("handover.error.line")
    return found


def shared(seal: Seal, other: OfficeKey) -> bytes:
    """What this office and the other alone can compute, 32 bytes; OutreachError `handover.error.line` for a key that
    is none."""
    return exchanged(_private(seal), other)


def exchanged(private: X25519PrivateKey, other: OfficeKey) -> bytes:
    """The same with another private part."""
    try:
        return private.exchange(X25519PublicKey.from_public_bytes(other.raw))
    except ValueError as error:  # of a point that makes every secret the same
        raise OutreachError("handover.error.line") from error


def shared_with(seal: Seal, public: bytes) -> bytes:
    """The same with a key that was made for one parcel."""
    return shared(seal, OfficeKey("", public))


def _private(seal: Seal) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(seal.sign_key(_PURPOSE))


def _plain(region: str) -> str:
    return unicodedata.normalize("NFC", " ".join(region.split()))
