"""Mastodon and servers that speak its API.

Source: docs.joinmastodon.org, methods/statuses, methods/media, methods/accounts, methods/instance, api/rate-limits,
entities/Instance. A server knows a second try by our key for an hour, whatever pictures it comes with; after that its
account's own latest statuses tell whether the first one is there.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from urllib.parse import quote, urlencode

from campaigns import asking
from campaigns.asking import Seen, Verdict, What
from campaigns.channel import (
    Busy,
    Denied,
    Health,
    Image,
    Limit,
    Looked,
    Numbers,
    Outgoing,
    Receipt,
    Reply,
    Secrets,
    Terms,
)
from campaigns.fitting import fitting
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request, retry_after

_SERVER = re.compile(r"https://[^\s/?#@\\]+|http://(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?")
_WEB = re.compile(r"https?://")
_LINK_CHARACTERS = 23  # what an address counts where the server does not say
_LATEST = 40  # as many as a server shows at once
# A picture that a server is still working on is asked for so often in one try; then it rests for a while.
_LOOKS = 3
_WORKING = timedelta(minutes=1)

State = Literal["ready", "working", "gone"]


@dataclass(frozen=True)
class _Allowed:
    """What a server takes beside a text; the values of older servers where it does not say."""

    pictures: int = 4
    bytes: int = 8_000_000
    pixels: int = 16_777_216
    alt: int = 1500


# What each kind of trouble is called in words.
_SAID: Mapping[What, str] = {
    "busy": "campaigns.mastodon.busy",
    "denied": "campaigns.mastodon.denied",
    "later": "campaigns.mastodon.later",
    "refused": "campaigns.mastodon.refused",
    "settings": "campaigns.mastodon.not_there",
    "unclear": "campaigns.mastodon.unclear",
}


@dataclass(frozen=True)
class Mastodon:
    """An account on one server; its access token needs `write:statuses`, `write:media`, `read:accounts` and
    `read:statuses`.
    """

    kind: ClassVar[str] = "mastodon"
    terms: ClassVar[Terms] = Terms(same="key", findable="text", pictures=4)

    server: str  # https://example.social
    token_env: str
    visibility: str = "public"  # public, unlisted or private

    def limit(self, wire: Http) -> Limit | None:
        """As the server says: the newer address first, then the older one."""
        statuses = asking.inside(self._configuration(wire), "statuses")
        characters = asking.number(asking.inside(statuses, "max_characters"))
        if characters is None:
            return None
        per_url = asking.number(asking.inside(statuses, "characters_reserved_per_url"))
        return Limit(characters, _LINK_CHARACTERS if per_url is None else per_url)

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        token = asking.needed(secrets, self.token_env)
        fields = [("status", outgoing.text), ("visibility", self.visibility), ("language", outgoing.language)]
        fields += [("media_ids[]", medium) for medium in self._media(outgoing, wire, token)]
        headers = {"Idempotency-Key": outgoing.key, "Content-Type": asking.FORM}
        request = self._request("v1/statuses", token, urlencode(fields).encode("ascii"), headers)
        answer = asking.post(wire, request)
        receipt = _receipt(asking.told(answer)) if answer.status == 200 else None
        if receipt is None:
            raise self._trouble(answer, outgoing.at, token, asking.of_status(answer.status))
        return receipt

    def find(self, outgoing: Outgoing, wire: Http, secrets: Secrets, since: datetime) -> Looked:
        """Among the account's own latest statuses, by its link."""
        token = asking.needed(secrets, self.token_env)
        account = self._account(wire, token, outgoing.at)
        query = urlencode({"exclude_reblogs": "true", "limit": _LATEST})
        path = f"v1/accounts/{quote(str(account['id']), safe='')}/statuses?{query}"
        answer = self._ask(path, wire, token, outgoing.at)
        statuses = _rows(answer)
        if statuses is None:
            raise self._trouble(answer, outgoing.at, token, "later")
        posts = [_seen(status) for status in statuses]
        # The newest stand first: what is shown covers the time if the last one is older. A new account shows all that
        # it has; an empty or short list alone proves nothing.
        oldest, held = posts[-1].at if posts else None, asking.number(account.get("statuses_count"))
        is_all = held is not None and held <= len(posts) < _LATEST
        return asking.search(outgoing, posts, since, whole=is_all or (oldest is not None and oldest < since))

    def health(self, wire: Http, secrets: Secrets, now: datetime) -> Health:
        """The account's name. A token does not end by itself."""
        account = self._account(wire, asking.needed(secrets, self.token_env), now)
        return Health(f"@{account.get('acct') or account.get('username') or account['id']}")

    def numbers(self, receipt: Receipt, wire: Http, secrets: Secrets) -> Numbers:
        """As the server knows them: of others it hears late, or not at all. A status that is deleted has none."""
        token = asking.needed(secrets, self.token_env)
        if not receipt.id:
            return Numbers()  # a person said where it is, and nobody knows its number
        answer = asking.prepare(wire, self._request(f"v1/statuses/{quote(receipt.id, safe='')}", token))
        if answer.status in (404, 410):
            return Numbers()
        told = asking.told(answer)
        if answer.status != 200 or "id" not in told:
            raise self._unasked(answer, None, token)
        counts = (f"{name}_count" for name in ("favourites", "replies", "reblogs"))
        likes, replies, shares = (asking.number(told.get(name)) for name in counts)
        return Numbers(likes, replies, shares)

    def privacy(self) -> str | None:
        return "channels.trying.seen.mastodon"

    def attempt(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """A direct status that names nobody: its author alone sees it."""
        alone = replace(outgoing, text=outgoing.text.replace("@", ""), images=())
        return replace(self, visibility="direct").publish(alone, wire, secrets)

    def replies(
        self, receipt: Receipt, wire: Http, secrets: Secrets, now: datetime, since: datetime | None = None
    ) -> Sequence[Reply]:
        """As far as the server has heard of them. A status that is deleted has none."""
        token = asking.needed(secrets, self.token_env)
        if not receipt.id:
            return []
        ours = self._account(wire, token, now)["id"]
        path = f"v1/statuses/{quote(receipt.id, safe='')}/context"
        answer = asking.prepare(wire, self._request(path, token))
        if answer.status in (404, 410):
            return []
        told = asking.told(answer)
        if answer.status != 200 or not isinstance(told.get("descendants"), list):
            raise self._unasked(answer, now, token)
        others = [one for one in asking.rows(told["descendants"]) if asking.inside(one, "account", "id") != ours]
        return asking.replied(map(_reply, others), since)

    def _media(self, outgoing: Outgoing, wire: Http, token: str) -> list[str]:
        """The numbers of the pictures there, all of them ready; those of earlier tries where they still wait."""
        if not outgoing.images:
            return []
        allowed = _allowed(self._configuration(wire))
        media, working = [], []
        for image in outgoing.images[: min(self.terms.pictures, allowed.pictures)]:
            medium = outgoing.left.get(f"media {image.name}", "")
            # One that waits for its status too long is thrown away there, and a status takes it only once.
            state = self._state(medium, outgoing, wire, token) if medium else "gone"
            if state == "gone":
                medium, state = self._upload(image, allowed, outgoing, wire, token)
                outgoing.keep(f"media {image.name}", medium)
            media.append(medium)
            working += [medium] if state == "working" else []
        for _ in range(_LOOKS):
            working = [medium for medium in working if self._state(medium, outgoing, wire, token) != "ready"]
        if working:
            raise Busy("campaigns.mastodon.working", wait=_WORKING, server=self.server)
        return media

    def _upload(
        self, image: Image, allowed: _Allowed, outgoing: Outgoing, wire: Http, token: str
    ) -> tuple[str, State]:
        small = fitting(image, allowed.bytes, allowed.pixels)
        fields = {"description": image.alt[: allowed.alt]}
        content_type, body = asking.multipart(fields, [("file", "picture.jpg", small.body)])
        answer = asking.prepare(wire, self._request("v2/media", token, body, {"Content-Type": content_type}))
        medium = asking.told(answer).get("id")
        if answer.status not in (200, 202) or not isinstance(medium, str) or not medium:
            raise self._trouble(answer, outgoing.at, token, asking.unpublished(asking.of_status(answer.status)))
        return medium, "ready" if answer.status == 200 else "working"

    def _state(self, medium: str, outgoing: Outgoing, wire: Http, token: str) -> State:
        """How a picture is that was uploaded."""
        answer = asking.prepare(wire, self._request(f"v1/media/{quote(medium, safe='')}", token))
        if answer.status in (200, 206):
            return "ready" if answer.status == 200 else "working"
        if answer.status in (404, 410):
            return "gone"
        raise self._trouble(answer, outgoing.at, token, asking.unpublished(asking.of_status(answer.status)))

    def _account(self, wire: Http, token: str, now: datetime) -> Mapping[str, object]:
        """Whose token it is, with its `id`."""
        answer = self._ask("v1/accounts/verify_credentials", wire, token, now)
        account = asking.told(answer)
        if not isinstance(account.get("id"), str) or not account["id"]:
            raise self._trouble(answer, now, token, "later")
        return account

    def _ask(self, path: str, wire: Http, token: str, now: datetime) -> Answer:
        """An answer of 200, or the WireError that it means."""
        answer = asking.prepare(wire, self._request(path, token))
        if answer.status != 200:
            raise self._unasked(answer, now, token)
        return answer

    def _configuration(self, wire: Http) -> object:
        """What the server says about itself; None where it does not."""
        for version in ("v2", "v1"):
            url = f"{self._root()}/api/{version}/instance"
            answer = asking.prepare(wire, Request(url, headers={"Accept": asking.JSON}))
            if answer.status == 200:
                return asking.told(answer).get("configuration")
        return None

    def _request(
        self, path: str, token: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Request:
        sent = {"Authorization": f"Bearer {token}", "Accept": asking.JSON, **(headers or {})}
        # A redirected post would turn into a question, and the token would travel.
        return Request(f"{self._root()}/api/{path}", "GET" if body is None else "POST", sent, body, follow=False)

    def _root(self) -> str:
        server = self.server.strip().rstrip("/")
        if not _SERVER.fullmatch(server):
            # Without TLS the token could be read on the way.
            raise Denied("campaigns.channel.address", pause="campaigns.paused.settings", server=self.server)
        return server

    def _unasked(self, answer: Answer, now: datetime | None, token: str) -> WireError:
        """The error of a question: what it was refused says nothing of any post."""
        what = asking.unpublished(asking.of_status(answer.status))
        return self._trouble(answer, now, token, "later" if what == "refused" else what)

    def _trouble(self, answer: Answer, now: datetime | None, token: str, what: What) -> WireError:
        said = asking.words(asking.told(answer).get("error"), token)
        facts = {"server": self.server, "status": answer.status, "words": said}
        wait = _wait(answer, now) if what == "busy" and now is not None else None
        return asking.trouble(_SAID[what], Verdict(what, facts, wait))


def _allowed(configuration: object) -> _Allowed:
    media, usual = asking.inside(configuration, "media_attachments"), _Allowed()
    pictures = asking.number(asking.inside(configuration, "statuses", "max_media_attachments"))

    def told(name: str, default: int) -> int:
        value = asking.number(asking.inside(media, name))
        return value if value is not None and value > 0 else default

    return _Allowed(
        pictures=usual.pictures if pictures is None else max(pictures, 0),
        bytes=told("image_size_limit", usual.bytes),
        pixels=told("image_matrix_limit", usual.pixels),
        alt=told("description_limit", usual.alt),
    )


def _rows(answer: Answer) -> list[Mapping[str, object]] | None:
    """The objects of a list; None if the answer is no list."""
    try:
        held = answer.json()
    except WireError:
        return None
    return asking.rows(held) if isinstance(held, list) else None


def _seen(status: Mapping[str, object]) -> Seen:
    content = status.get("content")
    markup = content if isinstance(content, str) else ""
    # The link stands whole in its reference; for the rest only what people read counts.
    texts = [html.unescape(markup), asking.plain(content)]
    return Seen(texts, asking.moment(status.get("created_at")), _receipt(status))


def _reply(status: Mapping[str, object]) -> Reply | None:
    author = asking.inside(status, "account", "acct")
    text, at = asking.plain(status.get("content")), asking.moment(status.get("created_at"))
    return asking.reply(status.get("id"), at, f"@{author}", text, status.get("url"), status.get("language"))


def _receipt(status: Mapping[str, object]) -> Receipt | None:
    url, number = status.get("url") or status.get("uri"), status.get("id")
    if isinstance(url, str) and _WEB.match(url) and isinstance(number, str):
        return Receipt(url, number)
    return None


def _wait(answer: Answer, now: datetime) -> timedelta | None:
    asked = retry_after(answer.headers, now)
    reset = asking.moment(answer.headers.get("X-RateLimit-Reset"))
    return asking.until(reset, now) if asked is None else asked
