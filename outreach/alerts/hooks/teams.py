"""Microsoft Teams: a workflow that posts what its webhook is given, as an Adaptive Card.

Source: learn.microsoft.com, Create incoming webhooks with Workflows for Microsoft Teams; adaptivecards.io/explorer.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from outreach.alerts.telling import Line, Told
from outreach.core.http import Answer, Request


@dataclass(frozen=True)
class Teams:
    """A workflow's webhook. It knows no message again: one in doubt is not sent twice."""

    kind: ClassVar[str] = "teams"
    signed: ClassVar[bool] = False
    repeatable: ClassVar[bool] = False

    def ask(self, letter: Told, url: str, key: str, now: datetime) -> Request:
        body = [_text(letter.office, weight="Bolder"), *(_line(line) for line in letter.lines)]
        if letter.more_text:
            body.append(_text(letter.more_text, isSubtle=True))
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "speak": letter.subject,
            "body": body,
        }
        attached = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        told = {"type": "message", "summary": letter.subject, "attachments": [attached]}
        sent = json.dumps(told, ensure_ascii=False).encode()
        return Request(url, "POST", {"Content-Type": "application/json; charset=utf-8"}, sent, follow=False)

    def taken(self, answer: Answer) -> bool:
        # The older connectors answer 200 to what they refuse, and say so in words.
        return answer.status in (200, 202) and b"failed" not in answer.body[:300]


def _line(line: Line) -> dict[str, Any]:
    run = _run(line.text, color="Attention" if line.kind == "critical" else "Accent")
    run["selectAction"] = {"type": "Action.OpenUrl", "url": line.link}
    beside = [_run(f" · {line.where}", isSubtle=True)] if line.where else []
    return {"type": "RichTextBlock", "inlines": [run, *beside]}


def _text(text: str, **how: object) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [_run(text, **how)]}


def _run(text: str, **how: object) -> dict[str, Any]:
    """Text that is shown as it stands: in a TextBlock a headline could hold a link of its own."""
    return {"type": "TextRun", "text": text, **how}
