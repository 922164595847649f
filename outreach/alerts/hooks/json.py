"""Any program that takes JSON, signed by the rule of Standard Webhooks.

Source: standardwebhooks.com, spec/standard-webhooks.md: headers webhook-id, webhook-timestamp, webhook-signature.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from outreach.alerts.telling import Told
from outreach.core.errors import OutreachError
from outreach.core.http import Answer, Request

_PREFIX = "whsec_"
_SHORTEST = 24  # bytes of a key


@dataclass(frozen=True)
class Json:
    """A signed POST. Its `webhook-id` stays the same: who has it already drops it when it comes again."""

    kind: ClassVar[str] = "json"
    signed: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True

    def ask(self, letter: Told, url: str, key: str, now: datetime) -> Request:
        body = json.dumps(_payload(letter), ensure_ascii=False).encode()
        moment = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": letter.id,
            "webhook-timestamp": moment,
            "webhook-signature": signature(key_of(key), letter.id, moment, body),
        }
        return Request(url, "POST", headers, body, follow=False)

    def taken(self, answer: Answer) -> bool:
        return 200 <= answer.status < 300


def key_of(told: str) -> bytes:
    """The bytes of a key, written as `whsec_` and base64, or as they are. OutreachError `alerts.hook.key`: too few."""
    told = told.strip()
    try:
        key = base64.b64decode(told.removeprefix(_PREFIX), validate=True) if told.startswith(_PREFIX) else told.encode()
    except binascii.Error:
        key = b""
    if len(key) < _SHORTEST:
        raise OutreachError("alerts.hook.key", least=_SHORTEST)
    return key


def signature(key: bytes, identity: str, moment: str, body: bytes) -> str:
    """`v1,` and the base64 of the HMAC-SHA256 over id, timestamp and body, joined by dots."""
    signed = b".".join((identity.encode(), moment.encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def _payload(letter: Told) -> dict[str, object]:
    return {
        "type": "alerts",
        "timestamp": letter.at.astimezone(UTC).isoformat(),
        "data": {
            "office": letter.office,
            "language": letter.language,
            "subject": letter.subject,
            "alerts": [
                {
                    "kind": line.kind,
                    "text": line.text,
                    "at": line.at.astimezone(UTC).isoformat(),
                    "where": line.where,
                    "link": line.link,
                }
                for line in letter.lines
            ],
            "more": letter.more,
            "page": letter.page,
        },
    }
