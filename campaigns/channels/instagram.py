"""A professional account on Instagram that belongs to a page.

Source: developers.facebook.com, Instagram Platform "Content Publishing", "Error codes", reference "IG User/media",
"IG User/media_publish", "IG Container". A post is made in two steps, and the first, the container, is kept before the
second: a container is published once, and tells whether it was.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from campaigns import asking, graph
from campaigns.asking import Seen, Verdict, What
from campaigns.channel import Denied, Health, Limit, Looked, Numbers, Outgoing, Receipt, Reply, Secrets, Terms
from campaigns.graph import Access
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http

_TEXT = 2200
_LATEST = 50
_CONTAINER = "container"
# What the platform says of a post by subcode, whatever code it says it with.
_SUBCODES: dict[int, What] = {
    2207001: "later",  # the platform's own trouble
    2207003: "later",  # it took too long to fetch the picture
    2207004: "refused",  # the picture is too large
    2207006: "unclear",  # the container is not to be found: it may have become a post
    2207008: "unclear",  # "temporary error publishing a container"
    2207009: "refused",  # its shape is not taken
    2207010: "refused",  # the text is too long
    2207020: "later",  # the container is gone
    2207027: "later",  # the container is not ready
    2207032: "later",  # no container came about
    2207042: "busy",  # as many posts as a day may have
    2207050: "denied",  # the account is restricted
    2207051: "busy",  # "we restrict certain activity"
    2207052: "refused",  # the picture cannot be fetched
}
_GONE = frozenset({graph.NOT_THERE, 2207006, 2207008, 2207020})
_DAILY = timedelta(hours=1)  # the hundred are of the last 24 hours: one more may go when the oldest is a day old


@dataclass(frozen=True)
class Instagram:
    """An account; the page's token needs `instagram_basic` and `instagram_content_publish`."""

    kind: ClassVar[str] = "instagram"
    terms: ClassVar[Terms] = Terms(
        same="container", findable="name", pictures=10, needs_picture=True, a_day=100, cropped=(1080, 1350)
    )

    account_id: str  # its number
    token_env: str
    app_secret_env: str = ""  # with it every request is proven to be the app's own

    def limit(self, wire: Http) -> Limit | None:
        return Limit(_TEXT, unit="utf16")

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        held = self._access(secrets)
        container = outgoing.left.get(_CONTAINER, "")
        state = self._state(container, outgoing, wire, held) if container else "EXPIRED"
        if state == "PUBLISHED":
            return self._published(outgoing, wire, held)
        if container and state == "EXPIRED":
            # Nobody promises that a container says "published" for ever.
            there = self._there(outgoing, wire, held)
            if there is not None:
                return there
        if state in ("EXPIRED", "ERROR"):
            container = self._container(outgoing, wire, held)
            outgoing.keep(_CONTAINER, container)
            state = self._state(container, outgoing, wire, held)
        if state == "ERROR":
            raise WireError("instagram.container", permanent=True, status=200, words="ERROR")
        if state != "FINISHED":
            # The platform still fetches the pictures; the next try finds the container here.
            raise WireError("instagram.not_ready", state=state)
        answer = asking.post(
            wire, graph.order(f"{self._account()}/media_publish", {"creation_id": container}, held)
        )
        media = asking.told(answer).get("id")
        if answer.status != 200 or not isinstance(media, str) or not media.isdigit():
            raise self._trouble(answer, outgoing.at, held)
        return self._read(media, wire, held)

    def find(self, outgoing: Outgoing, wire: Http, secrets: Secrets, since: datetime) -> Looked:
        """By its container; where none is known any more, among the account's latest posts."""
        held = self._access(secrets)
        container = outgoing.left.get(_CONTAINER, "")
        state = self._state(container, outgoing, wire, held) if container else "EXPIRED"
        if state == "PUBLISHED":
            return Looked("there", self._published(outgoing, wire, held))
        if state == "EXPIRED":
            posts = self._latest(outgoing, wire, held)
            # The newest stand first: the list covers the time if the last one is older. An empty one proves nothing.
            oldest = posts[-1].at if posts else None
            return asking.search(outgoing, posts, since, whole=oldest is not None and oldest < since)
        return Looked("absent" if state in ("FINISHED", "ERROR", "IN_PROGRESS") else "unknown")

    def health(self, wire: Http, secrets: Secrets, now: datetime) -> Health:
        """The account's name. A page's token does not end by itself."""
        held = self._access(secrets)
        answer = asking.prepare(wire, graph.question(self._account(), {"fields": "id,username"}, held))
        name = asking.told(answer).get("username")
        if answer.status != 200 or not isinstance(name, str):
            raise self._trouble(answer, now, held, published=False)
        return Health(f"@{name}")

    def numbers(self, receipt: Receipt, wire: Http, secrets: Secrets) -> Numbers:
        held = self._access(secrets)
        fields = {"fields": "like_count,comments_count"}
        answer = asking.prepare(wire, graph.question(receipt.id, fields, held))
        told = asking.told(answer)
        if answer.status != 200 or "id" not in told:
            raise self._trouble(answer, None, held, published=False)
        return Numbers(asking.number(told.get("like_count")), asking.number(told.get("comments_count")))

    def privacy(self) -> str | None:
        return "channels.trying.seen.instagram"

    def attempt(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """A container, which is never published and gone after a day."""
        held = self._access(secrets)
        container = self._container(outgoing, wire, held)
        if self._state(container, outgoing, wire, held) == "ERROR":
            raise WireError("instagram.container", permanent=True, status=200, words="ERROR")
        return Receipt("", container)

    def replies(
        self, receipt: Receipt, wire: Http, secrets: Secrets, now: datetime, since: datetime | None = None
    ) -> Sequence[Reply]:
        """With what was said to them; its token needs `instagram_manage_comments` too."""
        held = self._access(secrets)
        if not receipt.id.isdigit():
            return []
        about = "id,text,timestamp,username,from"
        asked = {"fields": f"{about},replies{{{about}}}", "limit": str(_LATEST)}
        answer = asking.prepare(wire, graph.question(f"{receipt.id}/comments", asked, held))
        comments = asking.told(answer).get("data")
        if answer.status != 200 or not isinstance(comments, list):
            raise self._trouble(answer, now, held, published=False)
        ours = self._account()
        found = [
            one
            for comment in asking.rows(comments)
            for one in (comment, *asking.rows(asking.inside(comment, "replies", "data")))
            if asking.inside(one, "from", "id") != ours
        ]
        # A comment has no address of its own there: the post's is the nearest.
        return asking.replied((_reply(one, receipt.url) for one in found), since)

    def _container(self, outgoing: Outgoing, wire: Http, held: Access) -> str:
        """A container of the pictures and the text; nothing is out with it."""
        images = outgoing.images[: self.terms.pictures]
        if not images:
            raise WireError("instagram.picture", permanent=True)
        if not all(image.url.startswith("https://") for image in images):
            # The platform fetches the pictures itself.
            raise Denied("instagram.no_address", pause="campaigns.paused.settings")
        if len(images) == 1:
            fields = {"image_url": images[0].url, "alt_text": images[0].alt, "caption": outgoing.text}
            return self._made(fields, outgoing, wire, held)
        parts = [
            self._made(
                {"image_url": image.url, "alt_text": image.alt, "is_carousel_item": "true"}, outgoing, wire, held
            )
            for image in images
        ]
        fields = {"media_type": "CAROUSEL", "children": json.dumps(parts), "caption": outgoing.text}
        return self._made(fields, outgoing, wire, held)

    def _made(self, fields: dict[str, str], outgoing: Outgoing, wire: Http, held: Access) -> str:
        answer = asking.prepare(wire, graph.order(f"{self._account()}/media", fields, held))
        made = asking.told(answer).get("id")
        if answer.status != 200 or not isinstance(made, str) or not made.isdigit():
            raise self._trouble(answer, outgoing.at, held, published=False)
        return made

    def _state(self, container: str, outgoing: Outgoing, wire: Http, held: Access) -> str:
        """EXPIRED, ERROR, FINISHED, IN_PROGRESS or PUBLISHED."""
        answer = asking.prepare(wire, graph.question(container, {"fields": "status_code"}, held))
        state = asking.told(answer).get("status_code")
        subcode = asking.number(asking.inside(asking.told(answer), "error", "error_subcode"))
        if 400 <= answer.status < 500 and subcode in _GONE:
            return "EXPIRED"
        if answer.status != 200 or not isinstance(state, str):
            raise self._trouble(answer, outgoing.at, held, published=False)
        return state

    def _published(self, outgoing: Outgoing, wire: Http, held: Access) -> Receipt:
        """Where the post of a published container is: a container does not say. It is out whatever this answers."""
        try:
            there = self._there(outgoing, wire, held)
        except WireError:
            there = None
        return there or Receipt(_ACCOUNTS, outgoing.left.get(_CONTAINER, ""))

    def _there(self, outgoing: Outgoing, wire: Http, held: Access) -> Receipt | None:
        """This delivery among the account's latest posts."""
        posts = self._latest(outgoing, wire, held)
        return asking.search(outgoing, posts, outgoing.at, whole=False).receipt

    def _latest(self, outgoing: Outgoing, wire: Http, held: Access) -> list[Seen]:
        fields = {"fields": "id,caption,timestamp,permalink", "limit": str(_LATEST)}
        answer = asking.prepare(wire, graph.question(f"{self._account()}/media", fields, held))
        latest = asking.told(answer).get("data")
        if answer.status != 200 or not isinstance(latest, list):
            raise self._trouble(answer, outgoing.at, held, published=False)
        return [
            Seen(
                [media.get("caption")],
                asking.moment(media.get("timestamp")),
                _receipt(media, str(media.get("id") or "")),
            )
            for media in asking.rows(latest)
        ]

    def _read(self, media: str, wire: Http, held: Access) -> Receipt:
        """Its address; the post is out whatever this answers."""
        try:
            answer = asking.prepare(wire, graph.question(media, {"fields": "permalink"}, held))
        except WireError:
            return Receipt(_ACCOUNTS, media)
        return _receipt(asking.told(answer), media)

    def _access(self, secrets: Secrets) -> Access:
        return graph.access(secrets, self.token_env, self.app_secret_env)

    def _account(self) -> str:
        account = self.account_id.strip()
        if not re.fullmatch(r"[0-9]{1,30}", account):
            raise Denied("instagram.account", pause="campaigns.paused.settings", account=account[:100])
        return account

    def _trouble(
        self, answer: Answer, now: datetime | None, held: Access, *, published: bool = True
    ) -> WireError:
        verdict = graph.verdict(answer, now, held)
        subcode = asking.number(asking.inside(asking.told(answer), "error", "error_subcode"))
        what = _SUBCODES.get(subcode or 0, verdict.what) if answer.status < 500 else verdict.what
        what = what if published else asking.unpublished(what)
        wait = verdict.wait or (_DAILY if what == "busy" and subcode in _SUBCODES else None)
        return asking.trouble(f"instagram.{what}", Verdict(what, verdict.facts, wait))


_ACCOUNTS = "https://www.instagram.com/"


def _reply(comment: Mapping[str, object], url: str) -> Reply | None:
    name = comment.get("username") or asking.inside(comment, "from", "username")
    return asking.reply(
        comment.get("id"), asking.moment(comment.get("timestamp")), f"@{name}" if name else "", comment.get("text"), url
    )


def _receipt(media: object, number: str) -> Receipt:
    url = asking.inside(media, "permalink")
    return Receipt(url if isinstance(url, str) and url.startswith("https://") else _ACCOUNTS, number)
