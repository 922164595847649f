"""Any program that takes JSON, signed by the rule of Standard Webhooks.

Source: standardwebhooks.com, spec/standard-webhooks.md: headers webhook-id, webhook-timestamp, webhook-signature.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from outreach.alerts.telling import Told
from outreach.core import webhooks
from outreach.core.errors import OutreachError
from outreach.core.http import Answer, Request


@dataclass(frozen=True)
class Json:
    """A signed POST. Its `webhook-id` stays the same: who has it already drops it when it comes again."""

    kind: ClassVar[str] = "json"
    signed: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True

    def ask(self, letter: Told, url: str, key: str, now: datetime) -> Request:
        body = json.dumps(_payload(letter), ensure_ascii=False).encode()
        signed = webhooks.headers(key_of(key), letter.id, now, body)
        headers = {"Content-Type": "application/json", **signed}
        return Request(url, "POST", headers, body, follow=False)

    def taken(self, answer: Answer) -> bool:
        return 200 <= answer.status < 300


def key_of(told: str) -> bytes:
    """The bytes of a key, written as `whsec_` and base64, or as they are. OutreachError `alerts.hook.key`: too few."""
    key = webhooks.key_of(told)
    if key is None:
        raise OutreachError("alerts.hook.key", least=webhooks.SHORTEST)
    return key


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
