"""Platforms as small as they can be: they take posts, show them, and fail in one way at the request that publishes.

What they answer comes from each kind's recorded example; beside it stand only the answers that no example has.
"""

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from outreach.core.http import Answer, Request
from outreach.core.testing import FixedClock
from tests.campaigns.platforms import AFTER, BEFORE, answer, form_of, json_of, path_of, query_of

DATA = Path(__file__).parent / "data"
# A post of somebody else, older than any doubt: with it a list shows that it covers the time.
_OLD = datetime(2026, 3, 1, tzinfo=UTC)
_WAIT = {"Retry-After": "120"}


class Killed(BaseException):
    """The process is gone: nothing of ours may catch it."""


@dataclass(frozen=True)
class Post:
    """What is live: the request that made it, and when."""

    request: Request
    at: datetime


Asked = Callable[["Platform", Request], Answer | None]


@dataclass(frozen=True)
class Kind:
    """One kind of platform: where it is asked to publish, what it says no with, and how it shows what it has.

    `says`: what its texts begin with. `name`: by what it knows a second request for the first one. `twin`: what it
    says to a second one; None where that gets the first one's answer. `shows`: its answers to other questions than
    those of the example.
    """

    says: str
    at: str
    refused: Answer
    busy: Answer
    denied: Answer
    name: Callable[[Request], object] | None = None
    twin: Answer | None = None
    shows: Asked = lambda _platform, _request: None


@dataclass
class Platform:
    """The wire to one platform that fails once, in the way `fault` says, where it is asked to publish."""

    kind: Kind
    told: Mapping[str, Any]
    clock: FixedClock
    fault: str = ""
    posts: list[Post] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    tried: int = 0  # how often it was asked to publish

    def send(self, request: Request) -> Answer:
        self.asked.append(request)
        if request.method == "POST" and self.kind.at in request.url:
            return self._publish(request)
        return self.kind.shows(self, request) or self._recorded(request)

    def _publish(self, request: Request) -> Answer:
        self.tried += 1
        assert not self.posts, "asked for a second post while the first is live"
        fault, self.fault = self.fault, ""
        match fault:
            case "unsent":
                raise BEFORE
            case "refused" | "busy" | "denied":
                came: Answer = getattr(self.kind, fault)
                return came
            case "lost, absent":
                raise AFTER
            case "killed, absent":
                raise Killed
        taken = self._take(request)
        match fault:
            case "lost, there":
                raise AFTER
            case "killed, there":
                raise Killed
            case "error":
                return answer(500, b"<html>")
            case "garbled":
                return answer(200, b"<html>")
            case "twin":  # something on the way sends it twice, and it is the second answer that comes back
                return self._take(request)
        return taken

    def _take(self, request: Request) -> Answer:
        name = self.kind.name
        if name is not None and name(request) in [name(post.request) for post in self.posts]:
            return self.kind.twin or self._recorded(request)
        self.posts.append(Post(request, self.clock.now()))
        return self._recorded(request)

    def _recorded(self, request: Request) -> Answer:
        for exchange in self.told["exchanges"]:
            asked, came = exchange["request"], exchange["answer"]
            there = Request(asked["url"], asked["method"])
            what = [(one.method, path_of(one), query_of(one).get("rest_route")) for one in (there, request)]
            if what[0] == what[1]:
                body = b"" if came["json"] is None else came["json"]
                return answer(came["status"], body, came["headers"])
        raise AssertionError(f"{request.method} {request.url}")


def example(kind: str) -> Mapping[str, Any]:
    """The recorded example of a kind."""
    told: Mapping[str, Any] = json.loads((DATA / kind / "example.json").read_text(encoding="utf-8"))
    return told


def graph_error(status: int, code: int, subcode: int = 0, headers: Mapping[str, str] | None = None) -> Answer:
    """An error of the Graph API, which Facebook and Instagram share."""
    error = {"message": "Nē", "type": "OAuthException", "code": code, "error_subcode": subcode}
    return answer(status, {"error": error}, headers)


def _simple(says: str, at: str, refused: Answer, **more: Any) -> Kind:
    answers = {"busy": answer(429, b"{}", _WAIT), "denied": answer(401, {"message": "Nē"})}
    return Kind(says, at, refused, **(answers | more))


def _mastodon(platform: Platform, request: Request) -> Answer | None:
    if path_of(request).endswith("/verify_credentials"):
        return answer(200, {"id": "9", "acct": "birojs", "statuses_count": 400})
    if not path_of(request).endswith("/accounts/9/statuses"):
        return None
    texts = [(form_of(post.request)["status"], post.at) for post in platform.posts] + [("Cits", _OLD)]
    return answer(200, [
        {
            "id": str(number),
            "url": f"https://social.example/@birojs/{number}",
            "content": f"<p>{html.escape(text)}</p>",
            "created_at": at.isoformat(),
        }
        for number, (text, at) in enumerate(texts)
    ])  # fmt: skip


def _bluesky(platform: Platform, request: Request) -> Answer | None:
    if not path_of(request).endswith(".getRecord"):
        return None
    if query_of(request)["rkey"] in [_record(post.request) for post in platform.posts]:
        return answer(200, {"uri": f"at://did:plc:birojs/app.bsky.feed.post/{_record(platform.posts[0].request)}"})
    return answer(400, {"error": "RecordNotFound", "message": "Could not locate record"})


def _record(request: Request) -> object:
    return json_of(request)["rkey"]


def _facebook(platform: Platform, request: Request) -> Answer | None:
    if not path_of(request).endswith("/posts"):
        return None
    texts = [(form_of(post.request)["message"], post.at) for post in platform.posts] + [("Cits", _OLD)]
    return answer(200, {"data": [
        {"id": f"104_{number}", "message": text, "created_time": at.isoformat()}
        for number, (text, at) in enumerate(texts)
    ]})  # fmt: skip


def _instagram(platform: Platform, request: Request) -> Answer | None:
    if query_of(request).get("fields") == "status_code":
        return answer(200, {"status_code": "PUBLISHED" if platform.posts else "FINISHED"})
    if request.method == "GET" and path_of(request).endswith("/media"):
        made = [one for one in platform.asked if one.method == "POST" and path_of(one).endswith("/media")]
        captions = [form_of(one)["caption"] for one in made]
        live = [(captions[-1], post.at) for post in platform.posts] + [("Cits", _OLD)]
        return answer(200, {"data": [
            {"id": "99", "caption": text, "timestamp": at.isoformat(), "permalink": "https://www.instagram.com/p/Abc/"}
            for text, at in live
        ]})  # fmt: skip
    return None


def _linkedin(platform: Platform, request: Request) -> Answer | None:
    if "q=author" not in request.url:
        return None
    texts = [(json_of(post.request)["commentary"], post.at) for post in platform.posts] + [("Cits", _OLD)]
    return answer(200, {"elements": [
        {"id": f"urn:li:share:{number}", "commentary": text, "createdAt": int(at.timestamp() * 1000)}
        for number, (text, at) in enumerate(texts)
    ]})  # fmt: skip


def _wordpress(platform: Platform, request: Request) -> Answer | None:
    slug = parse_qs(request.url.partition("?")[2]).get("slug")
    if slug is None:
        return None
    found = [post for post in platform.posts if json_of(post.request)["slug"] == slug[0]]
    return answer(200, [{"id": 12, "link": f"https://site.example/{slug[0]}/", "slug": slug[0]} for _ in found])


def _x(platform: Platform, request: Request) -> Answer | None:
    if path_of(request).endswith("/users/me"):
        return answer(200, {"data": {"id": "9", "username": "birojs"}})
    if not path_of(request).endswith("/users/9/tweets"):
        return None
    posts = [
        {"id": str(number), "text": json_of(post.request)["text"], "created_at": post.at.isoformat()}
        for number, post in enumerate(platform.posts)
    ]
    return answer(200, {"data": posts, "meta": {"result_count": len(posts)}})


def _telegram(code: int, description: str, **parameters: object) -> Answer:
    told = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return answer(code, told)


KINDS: Mapping[str, Kind] = {
    "bluesky": _simple(
        "bluesky", ".putRecord", answer(400, {"error": "InvalidRequest", "message": "Invalid record"}),
        denied=answer(401, {"error": "AuthenticationRequired"}),
        name=_record, twin=answer(400, {"error": "InvalidSwap", "message": "Record was at another"}), shows=_bluesky,
    ),
    "facebook": _simple(
        "facebook", "/feed", graph_error(400, 100), busy=graph_error(400, 32, 0, _WAIT), denied=graph_error(401, 190),
        name=lambda asked: form_of(asked)["message"], twin=graph_error(400, 506), shows=_facebook,
    ),
    "instagram": _simple(
        "instagram", "/media_publish", graph_error(400, 36003, 2207009),
        busy=graph_error(400, 4, 2207051, _WAIT), denied=graph_error(401, 190),
        name=lambda asked: form_of(asked)["creation_id"], twin=graph_error(400, 9007, 2207027), shows=_instagram,
    ),
    "linkedin": _simple(
        "linkedin", "/rest/posts", answer(422, {"message": "Nē"}),
        name=lambda asked: json_of(asked)["commentary"],
        twin=answer(422, {"code": "DUPLICATE_POST", "message": "Content is a duplicate of urn:li:share:1"}),
        shows=_linkedin,
    ),
    "mastodon": _simple(
        "campaigns.mastodon", "/api/v1/statuses", answer(422, {"error": "Nē"}),
        name=lambda asked: asked.headers["Idempotency-Key"], shows=_mastodon,
    ),
    "telegram": _simple(
        "telegrambot", "/sendMessage", _telegram(400, "Bad Request: message is too long"),
        busy=_telegram(429, "Too Many Requests", retry_after=120), denied=_telegram(401, "Unauthorized"),
    ),
    "webhook": _simple(
        "webhook", "https://hook.example/posts", answer(422, {"message": "Nē"}),
        name=lambda asked: asked.headers["webhook-id"],
    ),
    "wordpress": _simple(
        "wordpress", "rest_route=/wp/v2/posts", answer(400, {"code": "rest_invalid_param", "message": "Nē"}),
        shows=_wordpress,
    ),
    "x": _simple(
        "xcom", "/2/tweets", answer(400, {"title": "Invalid Request"}),
        name=lambda asked: json_of(asked)["text"],
        twin=answer(403, {"detail": "You are not allowed to create a Tweet with duplicate content."}), shows=_x,
    ),
}  # fmt: skip


def platform(kind: str, clock: FixedClock, fault: str = "") -> Platform:
    """A platform of that kind that nobody has posted on yet."""
    return Platform(KINDS[kind], example(kind), clock, fault)
