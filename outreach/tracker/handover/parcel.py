"""A parcel: bytes that open at one office alone, and that only one of the offices it knows can have closed.

    OUTREACH-CASE 1\\n | sender's key, 8 | receiver's key, 8 | key of this parcel, 32 | nonce, 12 | AES-256-GCM

The key comes by HKDF from two exchanges on X25519: the parcel's own key with the receiver's, so that not even the
sender opens it again, and the sender's with the receiver's, so that nobody else can have made it. All that stands in
the clear is bound in.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.tracker.handover import keys
from outreach.tracker.handover.keys import OfficeKey

_MAGIC = b"OUTREACH-CASE 1\n"
_MARK, _KEY, _NONCE = 8, 32, 12
_HEAD = len(_MAGIC) + 2 * _MARK + _KEY


def close(seal: Seal, own: OfficeKey, to: OfficeKey, content: bytes) -> bytes:
    """Closes `content` for one office."""
    once = X25519PrivateKey.generate()
    public = once.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    head = _MAGIC + own.mark + to.mark + public
    key = _derived(keys.exchanged(once, to) + keys.shared(seal, to), head, own, to)
    nonce = os.urandom(_NONCE)
    return head + nonce + AESGCM(key).encrypt(nonce, content, head)


def sender(data: bytes, own: OfficeKey) -> str:
    """The name of the key that closed a parcel for us; it proves nothing before `opened` did.

    OutreachError `handover.error.no_parcel` for a file of another kind, `handover.error.other_office` for a parcel that
    was closed for another key than ours.
    """
    if not data.startswith(_MAGIC) or len(data) <= _HEAD + _NONCE:
        raise OutreachError("handover.error.no_parcel")
    at = len(_MAGIC)
    if data[at + _MARK : at + 2 * _MARK] != own.mark:
        raise OutreachError("handover.error.other_office")
    return data[at : at + _MARK].hex()


def opened(seal: Seal, own: OfficeKey, by: OfficeKey, data: bytes) -> bytes:
    """The content of a parcel of `by`; OutreachError `handover.error.altered` where a single bit is another."""
    sender(data, own)
    head, nonce, body = data[:_HEAD], data[_HEAD : _HEAD + _NONCE], data[_HEAD + _NONCE :]
    try:
        secret = keys.shared_with(seal, head[-_KEY:]) + keys.shared(seal, by)
        return AESGCM(_derived(secret, head, by, own)).decrypt(nonce, body, head)
    except (InvalidTag, OutreachError) as error:
        raise OutreachError("handover.error.altered") from error


def _derived(secret: bytes, head: bytes, by: OfficeKey, to: OfficeKey) -> bytes:
    return HKDF(SHA256(), 32, None, head + by.raw + to.raw).derive(secret)
