"""Any program that takes a post as JSON, signed by the rule of Standard Webhooks.

Source: standardwebhooks.com, spec/standard-webhooks.md. `webhook-id` is the delivery's key, the same at every try: who
has it already drops what comes again.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC
from typing import ClassVar
from urllib.parse import urlsplit

from campaigns import asking
from campaigns.asking import Verdict
from campaigns.channel import Denied, Image, Limit, Outgoing, Receipt, Secrets, Terms
from outreach.core import webhooks
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request, retry_after

_URL = re.compile(r"https://[^\s#@\\]+|http://(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?(?:/[^\s#@\\]*)?")
_WEB = re.compile(r"https?://")


@dataclass(frozen=True)
class Webhook:
    """A signed POST; an answer of 200 to 299 means taken, and may tell as JSON where the post is: `{"url": ...}`."""

    kind: ClassVar[str] = "webhook"
    terms: ClassVar[Terms] = Terms(same="key", findable="none", pictures=10)

    url: str
    key_env: str  # whsec_ and base64, or at least 24 letters
    characters: int = 0  # how long a text may be; 0: as long as it likes

    def limit(self, wire: Http) -> Limit | None:
        return Limit(self.characters) if self.characters > 0 else None

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        return self._send(outgoing, _payload(outgoing), wire, secrets)

    def privacy(self) -> str | None:
        return "channels.trying.seen.webhook"

    def attempt(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """The same with `"test": true`: the other program is to show it to nobody."""
        return self._send(outgoing, {**_payload(outgoing), "test": True}, wire, secrets)

    def _send(self, outgoing: Outgoing, payload: dict[str, object], wire: Http, secrets: Secrets) -> Receipt:
        url = self.url.strip()
        if not _URL.fullmatch(url):
            raise Denied("campaigns.channel.address", pause="campaigns.paused.settings", server=_host(url))
        key = self._key(secrets)
        body = asking.encoded(payload)
        signed = webhooks.headers(key, outgoing.key, outgoing.at, body)
        headers = {"Content-Type": asking.JSON, "Accept": asking.JSON, **signed}
        answer = asking.post(wire, Request(url, "POST", headers, body, follow=False))
        if 200 <= answer.status < 300:
            told = asking.told(answer).get("url")
            is_address = isinstance(told, str) and _WEB.match(told)
            return Receipt(str(told) if is_address else _host(url), outgoing.key)
        raise _trouble(answer, outgoing, _host(url))

    def _key(self, secrets: Secrets) -> bytes:
        key = webhooks.key_of(asking.needed(secrets, self.key_env))
        if key is None:
            least = webhooks.SHORTEST
            raise Denied("webhook.key", pause="campaigns.paused.secret", variable=self.key_env, least=least)
        return key


def _payload(outgoing: Outgoing) -> dict[str, object]:
    return {
        "type": "post",
        "timestamp": outgoing.at.astimezone(UTC).isoformat(),
        "data": {
            "key": outgoing.key,
            "title": outgoing.title,
            "text": outgoing.text,
            "language": outgoing.language,
            "link": outgoing.link,
            "images": [_shown(image) for image in outgoing.images],
        },
    }


def _shown(image: Image) -> dict[str, object]:
    """A picture by its address, or whole where the outside cannot fetch it."""
    shown = {"name": image.name, "alt": image.alt, "width": image.width, "height": image.height, "type": "image/jpeg"}
    where = {"url": image.url} if image.url else {"data": base64.b64encode(image.body).decode("ascii")}
    return {**shown, **where}


def _trouble(answer: Answer, outgoing: Outgoing, host: str) -> WireError:
    what, told = asking.of_status(answer.status), asking.told(answer)
    said = asking.words(told.get("message") or told.get("error"))
    wait = retry_after(answer.headers, outgoing.at)
    facts = {"server": host, "status": answer.status, "words": said}
    return asking.trouble(f"webhook.{what}", Verdict(what, facts, wait))


def _host(url: str) -> str:
    """The address without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}/"
