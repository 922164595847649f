"""Signing what is sent to another program, by the rule of Standard Webhooks.

Source: standardwebhooks.com, spec/standard-webhooks.md: headers webhook-id, webhook-timestamp, webhook-signature.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

SHORTEST = 24  # bytes of a key
_PREFIX = "whsec_"


def key_of(told: str) -> bytes | None:
    """The bytes of a key, written as `whsec_` and base64, or as they are; None for no base64, or fewer than 24."""
    told = told.strip()
    try:
        key = base64.b64decode(told.removeprefix(_PREFIX), validate=True) if told.startswith(_PREFIX) else told.encode()
    except binascii.Error:
        return None
    return key if len(key) >= SHORTEST else None


def signature(key: bytes, identity: str, moment: str, body: bytes) -> str:
    """`v1,` and the base64 of the HMAC-SHA256 over id, timestamp and body, joined by dots."""
    signed = b".".join((identity.encode(), moment.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")


def headers(key: bytes, identity: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers; `identity` stays the same at every try, so that who has it already drops it."""
    moment = str(int(at.timestamp()))
    return {
        "webhook-id": identity,
        "webhook-timestamp": moment,
        "webhook-signature": signature(key, identity, moment, body),
    }
