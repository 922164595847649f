"""Slack's incoming webhooks.

Source: docs.slack.dev, messaging/sending-messages-using-incoming-webhooks and messaging/formatting-message-text.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from outreach.alerts.telling import Line, Told
from outreach.core.http import Answer, Request


@dataclass(frozen=True)
class Slack:
    """A channel's incoming webhook. Slack knows no message again: one in doubt is not sent twice."""

    kind: ClassVar[str] = "slack"
    signed: ClassVar[bool] = False
    repeatable: ClassVar[bool] = False

    def ask(self, letter: Told, url: str, key: str, now: datetime) -> Request:
        blocks = [_section(f"*{_escaped(letter.office)}*"), *(_section(_line(line)) for line in letter.lines)]
        last = [_escaped(letter.more_text)] if letter.more_text else []
        last.append(f"<{letter.page}>")
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": " · ".join(last)}]})
        # `text` is what a notification reads out; links to our pages are for people, not for Slack to open.
        told = {"text": _escaped(letter.subject), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
        body = json.dumps(told, ensure_ascii=False).encode()
        return Request(url, "POST", {"Content-Type": "application/json; charset=utf-8"}, body, follow=False)

    def taken(self, answer: Answer) -> bool:
        return answer.status == 200 and answer.body.strip() == b"ok"


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _line(line: Line) -> str:
    told = f"<{line.link}|{_escaped(line.text)}>"
    return f"{told} · {_escaped(line.where)}" if line.where else told


def _escaped(text: str) -> str:
    """Slack's three control characters as text: `<!channel>` of a headline calls nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
