"""Mastodon and servers that speak its API.

Source: docs.joinmastodon.org, methods/statuses, methods/instance, api/rate-limits.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from campaigns.channel import Busy, Denied, Limit, Outgoing, Receipt, Secrets
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request, retry_after

_SERVER = re.compile(r"https://[^\s/?#@\\]+|http://(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?")
_WEB = re.compile(r"https?://")
_LINK_CHARACTERS = 23  # what an address counts where the server does not say
_LONGEST_WAIT = timedelta(hours=24)
_WORDS = 300


@dataclass(frozen=True)
class Mastodon:
    """An account on one server; its access token needs the scope `write:statuses`."""

    kind: ClassVar[str] = "mastodon"

    server: str  # https://example.social
    token_env: str
    visibility: str = "public"  # public, unlisted or private

    def limit(self, wire: Http) -> Limit | None:
        """As the server says: the newer address first, then the older one."""
        for version in ("v2", "v1"):
            url = f"{self._root()}/api/{version}/instance"
            answer = wire.send(Request(url, headers={"Accept": "application/json"}))
            if answer.status == 200:
                return _limit(answer.json())
        return None

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        token = (secrets(self.token_env) or "").strip()
        if not token:
            key, variable = "campaigns.channel.no_secret", self.token_env
            raise Denied(key, pause="campaigns.paused.secret", variable=variable)
        fields = {"status": outgoing.text, "visibility": self.visibility, "language": outgoing.language}
        request = Request(
            f"{self._root()}/api/v1/statuses",
            "POST",
            {
                "Authorization": f"Bearer {token}",
                "Idempotency-Key": outgoing.key,
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            urlencode(fields).encode("ascii"),
            follow=False,  # a redirected post would turn into a question, and the token would travel
        )
        try:
            answer = wire.send(request)
        except WireError as error:
            if error.permanent and not error.ambiguous:
                # The address itself is wrong: every other post would fail in the same way.
                raise Denied(error.key, pause="campaigns.paused.settings", **error.facts) from error
            raise
        return self._receipt(answer, outgoing.at)

    def _root(self) -> str:
        server = self.server.strip().rstrip("/")
        if not _SERVER.fullmatch(server):
            # Without TLS the token could be read on the way.
            raise Denied("campaigns.channel.address", pause="campaigns.paused.settings", server=self.server)
        return server

    def _receipt(self, answer: Answer, now: datetime) -> Receipt:
        server, status, words = self.server, answer.status, _words(answer)
        if status == 200:
            told = _object(answer)
            url, status_id = told.get("url") or told.get("uri"), told.get("id")
            if isinstance(url, str) and _WEB.match(url) and isinstance(status_id, str):
                return Receipt(url, status_id)
        elif status in (401, 403):
            raise Denied("campaigns.mastodon.denied", server=server, status=status, words=words)
        elif status in (404, 405, 410) or 300 <= status < 400:
            settings = "campaigns.paused.settings"
            raise Denied("campaigns.mastodon.not_there", pause=settings, server=server, status=status)
        elif status == 429:
            raise Busy("campaigns.mastodon.busy", wait=_wait(answer, now), server=server, status=status)
        elif 400 <= status < 500 and status != 408:
            raise WireError(
                "campaigns.mastodon.refused", permanent=True, server=server, status=status, words=words
            )
        raise WireError("campaigns.mastodon.unclear", ambiguous=True, server=server, status=status)


def _limit(told: object) -> Limit | None:
    configuration = told.get("configuration") if isinstance(told, dict) else None
    statuses = configuration.get("statuses") if isinstance(configuration, dict) else None
    if not isinstance(statuses, dict) or not isinstance(statuses.get("max_characters"), int):
        return None
    per_url = statuses.get("characters_reserved_per_url")
    return Limit(statuses["max_characters"], per_url if isinstance(per_url, int) else _LINK_CHARACTERS)


def _wait(answer: Answer, now: datetime) -> timedelta | None:
    asked = retry_after(answer.headers, now)
    if asked is not None:
        return asked
    try:
        reset = datetime.fromisoformat(answer.headers.get("X-RateLimit-Reset", ""))
    except ValueError:
        return None
    reset = reset if reset.tzinfo else reset.replace(tzinfo=UTC)
    return min(max(reset - now, timedelta()), _LONGEST_WAIT)


def _object(answer: Answer) -> dict[str, object]:
    try:
        told = answer.json()
    except WireError:
        return {}
    return told if isinstance(told, dict) else {}


def _words(answer: Answer) -> str:
    """The server's own reason, in one line and bounded."""
    reason = _object(answer).get("error")
    return " ".join(reason.split())[:_WORDS] if isinstance(reason, str) else ""
