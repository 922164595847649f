"""The office's keys: one that seals, older ones that only open, and what signs, which outlives them all.

A ring is one line of text: 32 bytes in base64 (one key, which signs as well), or ``ring1.<base64 of JSON>``.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from outreach.core.errors import OutreachError

# Everything that is signed or hashed with the office's key. A purpose that is missing here would lose its key with the
# first rotation, and with it every link and hash made before; so an unknown one is refused.
PURPOSES = frozenset(
    {
        "bounces",
        "clicks",
        "csrf",
        "csrf.bond",
        "desk",
        "device",
        "digest links",
        "family.marks",
        "form",
        "handover",
        "inquiry.dedup",
        "notices",
        "press contact",
        "press list",
        "press preview",
        "press subscription",
        "pseudonyms",
        "recovery",
        "story",
        "throttle",
    }
)
_FORM = "ring1."
# For purposes that come after a ring was turned: the key they would have been derived from may be gone.
_LATER = "purposes to come"


@dataclass(frozen=True)
class Key:
    """One key that seals, 256 bits; `made` is unknown for keys from before rings."""

    raw: bytes = field(repr=False)
    made: datetime | None = None

    @cached_property
    def id(self) -> str:
        """Tells keys apart without giving anything of them away."""
        return hashlib.sha256(b"outreach key id" + self.raw).hexdigest()[:8]


@dataclass(frozen=True)
class Gone:
    """A key that was destroyed: its id and when."""

    id: str
    at: datetime


@dataclass(frozen=True)
class Ring:
    """Keys, the one that seals first; `signing`: the derived key of each purpose, empty while the only key gives
    them; `gone`: which keys were destroyed.
    """

    keys: tuple[Key, ...]
    signing: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    gone: tuple[Gone, ...] = ()

    @property
    def current(self) -> Key:
        """The key that seals."""
        return self.keys[0]

    def named(self, key_id: str) -> Key | None:
        """The key of that id."""
        return self._by_id.get(key_id)

    @cached_property
    def _by_id(self) -> dict[str, Key]:
        return {one.id: one for one in self.keys}

    def sign_key(self, purpose: str) -> bytes:
        """The derived key of a purpose of `PURPOSES`, the same through all rotations; ValueError for another."""
        if purpose not in PURPOSES:
            raise ValueError(f"{purpose!r} is not among outreach.core.keyring.PURPOSES")
        if not self.signing:
            return derived(self.current.raw, purpose)
        return self.signing.get(purpose) or derived(self.signing[_LATER], purpose)

    def turned(self, now: datetime) -> "Ring":
        """The ring with a new key that seals; the ones before it only open."""
        signing = dict(self.signing) or {one: derived(self.current.raw, one) for one in (*sorted(PURPOSES), _LATER)}
        return Ring((Key(os.urandom(32), now), *self.keys), signing, self.gone)

    def without(self, key_id: str, now: datetime) -> "Ring":
        """The ring without an older key; ValueError for the one that seals."""
        if key_id == self.current.id:
            raise ValueError(key_id)
        left = tuple(one for one in self.keys if one.id != key_id)
        return Ring(left, self.signing, (*self.gone, Gone(key_id, now)))

    def text(self) -> str:
        """The ring in one line: a secret."""
        if len(self.keys) == 1 and not self.signing and self.current.made is None:
            return _letters(self.current.raw)
        keys = [{"key": _letters(one.raw), "made": one.made and one.made.isoformat()} for one in self.keys]
        signing = {one: _letters(raw) for one, raw in self.signing.items()}
        told = {"keys": keys, "signing": signing, "gone": [[one.id, one.at.isoformat()] for one in self.gone]}
        return _FORM + _letters(json.dumps(told, separators=(",", ":")).encode())


def read_ring(text: str, where: str) -> Ring:
    """The ring of one line; OutreachError `core.seal.bad_key`, which tells `where` it stands and nothing of it."""
    text = text.strip()
    try:
        if not text.startswith(_FORM):
            return Ring((_key(text, None),))
        told = json.loads(_bytes(text.removeprefix(_FORM)))
        keys = tuple(_key(one["key"], one["made"] and datetime.fromisoformat(one["made"])) for one in told["keys"])
        signing = {str(one): _key(raw, None).raw for one, raw in told["signing"].items()}
        gone = tuple(Gone(str(key_id), datetime.fromisoformat(at)) for key_id, at in told["gone"])
    except (ValueError, TypeError, KeyError, AttributeError):
        # Without the cause: what it says may hold parts of the key.
        raise OutreachError("core.seal.bad_key", where=where) from None
    if not keys or len({one.raw for one in keys}) < len(keys) or (signing and _LATER not in signing):
        raise OutreachError("core.seal.bad_key", where=where)
    return Ring(keys, signing, gone)


def derived(key: bytes, purpose: str) -> bytes:
    """A key for another purpose, from which the first cannot be had back."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()


def _letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text)
    except binascii.Error as error:
        raise ValueError("base64") from error


def _key(text: str, made: datetime | None) -> Key:
    raw = _bytes(text)
    if len(raw) != 32:
        raise ValueError("32 bytes")
    return Key(raw, made)
