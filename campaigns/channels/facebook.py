"""A page on Facebook.

Source: developers.facebook.com, Pages API "Posts", Graph API reference "Page/feed", "Page/photos", "Page/posts",
"debug_token". Nothing names two posts as the same; an identical text is refused for a while, and the page's latest
posts can be read: that is how one is found again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from campaigns import asking, graph
from campaigns.asking import Seen, Verdict
from campaigns.channel import (
    MOST_REPLIES,
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
from campaigns.graph import Access
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request

_TEXT = 63_206
_LATEST = 100
_COUNTS = "shares,reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count)"


@dataclass(frozen=True)
class Facebook:
    """A page; its token needs `pages_manage_posts` and `pages_read_engagement`; made of a lasting one lasts."""

    kind: ClassVar[str] = "facebook"
    terms: ClassVar[Terms] = Terms(same="none", findable="text", pictures=10)

    page: str  # its number
    token_env: str
    app_id: str = ""
    app_secret_env: str = ""  # with it every request is proven to be the app's own

    def limit(self, wire: Http) -> Limit | None:
        return Limit(_TEXT, unit="utf16")

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        held = self._access(secrets)
        fields = {"message": outgoing.text}
        photos = [
            self._photo(image, outgoing, wire, held) for image in outgoing.images[: self.terms.pictures]
        ]
        if photos:
            fields["attached_media"] = json.dumps([{"media_fbid": photo} for photo in photos])
        elif outgoing.link:
            fields["link"] = outgoing.link  # an address in the text alone gets no preview
        return self._feed(fields, outgoing, wire, held)

    def find(self, outgoing: Outgoing, wire: Http, secrets: Secrets, since: datetime) -> Looked:
        """Among the page's latest posts, by its link."""
        held = self._access(secrets)
        asked = {"fields": "id,message,created_time,permalink_url", "limit": str(_LATEST)}
        answer = asking.prepare(wire, graph.question(f"{self._page()}/posts", asked, held))
        held_rows = asking.told(answer).get("data")
        if answer.status != 200 or not isinstance(held_rows, list):
            raise self._trouble(answer, outgoing.at, held, published=False)
        posts = [_seen(post) for post in asking.rows(held_rows)]
        # The newest stand first: what is shown covers the time if the last one is older. An empty list proves nothing.
        oldest = posts[-1].at if posts else None
        return asking.search(outgoing, posts, since, whole=oldest is not None and oldest < since)

    def health(self, wire: Http, secrets: Secrets, now: datetime) -> Health:
        """The page's name; with the app's number and secret also until when the token holds."""
        held = self._access(secrets)
        ends_at = self._end(wire, secrets, held, now) if self.app_id and self.app_secret_env else None
        answer = asking.prepare(wire, graph.question(self._page(), {"fields": "id,name"}, held))
        name = asking.told(answer).get("name")
        if answer.status != 200 or not isinstance(name, str):
            raise self._trouble(answer, now, held, published=False)
        return Health(name, ends_at)

    def numbers(self, receipt: Receipt, wire: Http, secrets: Secrets) -> Numbers:
        held = self._access(secrets)
        answer = asking.prepare(wire, graph.question(receipt.id, {"fields": _COUNTS}, held))
        told = asking.told(answer)
        if answer.status != 200 or "id" not in told:
            raise self._trouble(answer, None, held, published=False)
        return Numbers(
            likes=asking.number(asking.inside(told, "reactions", "summary", "total_count")),
            replies=asking.number(asking.inside(told, "comments", "summary", "total_count")),
            shares=asking.number(asking.inside(told, "shares", "count")) or 0,  # left out where there are none
        )

    def privacy(self) -> str | None:
        return "channels.trying.seen.facebook"

    def attempt(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """A post that is made and not published."""
        held = self._access(secrets)
        return self._feed({"message": outgoing.text, "published": "false"}, outgoing, wire, held)

    def replies(
        self, receipt: Receipt, wire: Http, secrets: Secrets, now: datetime, since: datetime | None = None
    ) -> Sequence[Reply]:
        """Its token needs `pages_read_user_content` too."""
        held = self._access(secrets)
        if not _is_id(receipt.id):
            return []  # a person said where it is, and nobody knows its number
        asked = {
            "fields": "id,message,created_time,permalink_url,from{id,name}",
            "filter": "stream",
            "order": "reverse_chronological",
            "limit": str(MOST_REPLIES),
        }
        answer = asking.prepare(wire, graph.question(f"{receipt.id}/comments", asked, held))
        comments = asking.told(answer).get("data")
        if answer.status != 200 or not isinstance(comments, list):
            raise self._trouble(answer, now, held, published=False)
        ours = self._page()
        others = [one for one in asking.rows(comments) if asking.inside(one, "from", "id") != ours]
        return asking.replied(map(_reply, others), since)

    def _photo(self, image: Image, outgoing: Outgoing, wire: Http, held: Access) -> str:
        """The number of a picture that is uploaded and not yet shown, from an earlier try if there is one."""
        kept = outgoing.left.get(f"photo:{image.name}")
        if kept:
            return kept
        fields = {"published": "false", "alt_text_custom": image.alt, **held.fields()}
        content_type, body = asking.multipart(fields, [("source", "picture.jpg", image.body)])
        headers = {"Content-Type": content_type, "Accept": asking.JSON}
        request = Request(f"{graph.ROOT}/{self._page()}/photos", "POST", headers, body, follow=False)
        answer = asking.prepare(wire, request)
        photo = asking.told(answer).get("id")
        if answer.status != 200 or not isinstance(photo, str) or not _is_id(photo):
            raise self._trouble(answer, outgoing.at, held, published=False)
        outgoing.keep(f"photo:{image.name}", photo)
        return photo

    def _feed(self, fields: Mapping[str, str], outgoing: Outgoing, wire: Http, held: Access) -> Receipt:
        answer = asking.post(wire, graph.order(f"{self._page()}/feed", fields, held))
        post_id = asking.told(answer).get("id")
        if answer.status != 200 or not isinstance(post_id, str) or not _is_id(post_id):
            raise self._trouble(answer, outgoing.at, held)
        return Receipt(_address(post_id), post_id)

    def _end(self, wire: Http, secrets: Secrets, held: Access, now: datetime) -> datetime | None:
        app = Access(f"{self.app_id.strip()}|{asking.needed(secrets, self.app_secret_env)}")
        answer = asking.prepare(wire, graph.question("debug_token", {"input_token": held.token}, app))
        told = asking.inside(asking.told(answer), "data")
        if answer.status != 200 or told is None:
            raise self._trouble(answer, now, held, published=False)
        if asking.inside(told, "is_valid") is not True:
            said = asking.words(asking.inside(told, "error", "message"), held.token)
            code = str(asking.inside(told, "error", "code") or "-")
            raise Denied("facebook.denied", status=answer.status, code=code, words=said)
        end = asking.number(asking.inside(told, "expires_at"))
        return asking.moment(end) if end else None  # 0: it does not end

    def _access(self, secrets: Secrets) -> Access:
        return graph.access(secrets, self.token_env, self.app_secret_env)

    def _page(self) -> str:
        page = self.page.strip()
        if not _is_id(page):
            raise Denied("facebook.page", pause="campaigns.paused.settings", page=page[:100])
        return page

    def _trouble(self, answer: Answer, now: datetime | None, held: Access, *, published: bool = True) -> WireError:
        verdict = graph.verdict(answer, now, held)
        what = verdict.what if published else asking.unpublished(verdict.what)
        return asking.trouble(f"facebook.{what}", Verdict(what, verdict.facts, verdict.wait))


def _is_id(text: str) -> bool:
    """Whether a text is a number of the platform, or two joined: it becomes part of an address."""
    return text.isascii() and text.replace("_", "", 1).isdigit()


def _seen(post: Mapping[str, object]) -> Seen:
    post_id, url = post.get("id"), post.get("permalink_url")
    receipt = None
    if isinstance(post_id, str):
        there = url if isinstance(url, str) and url.startswith("https://") else _address(post_id)
        receipt = Receipt(there, post_id)
    return Seen([post.get("message")], asking.moment(post.get("created_time")), receipt)


def _reply(comment: Mapping[str, object]) -> Reply | None:
    at, author = asking.moment(comment.get("created_time")), asking.inside(comment, "from", "name")
    return asking.reply(comment.get("id"), at, author, comment.get("message"), comment.get("permalink_url"))


def _address(post_id: str) -> str:
    return f"https://www.facebook.com/{post_id}"
