"""Bluesky, through the AT protocol.

Source: docs.bsky.app, app.bsky.feed.searchPosts, app.bsky.feed.getAuthorFeed, com.atproto.server.createSession.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qs, quote, urlsplit

from outreach.core.errors import OutreachError
from outreach.core.http import Request
from scrapers.reading import answers
from scrapers.reading.checks import check_form, check_one, check_server, check_variable
from scrapers.reading.plain import SUMMARY_LENGTH, clean, language_of, one_line, title_of
from scrapers.secrets import held
from scrapers.source import Found, Page

_ACTOR = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}|[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_POST = re.compile(r"at://([^/]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,512})")
_PROFILE_PATH = re.compile(r"/profile/([^/]+)/?")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,4096}")
_SIGN_IN = "/xrpc/com.atproto.server.createSession"
_MOST = 100  # the API's own limit


@dataclass(frozen=True)
class Bluesky:
    """Public posts found by `query`, or those of one `actor` (a handle like name.example, or a DID).

    `server` is a public AppView, which needs no account. One that shows searches only to members: set
    `server` to the account's own (https://bsky.social), `account` to its handle and `password_env` to the
    variable of an app password (Settings, Privacy and security, App passwords). Free.
    """

    kind: ClassVar[str] = "bluesky"
    example: ClassVar[Mapping[str, str]] = {"query": "Latgale"}
    query: str = ""
    actor: str = ""
    server: str = "https://public.api.bsky.app"
    account: str = ""
    password_env: str = ""

    def __post_init__(self) -> None:
        check_server(self.server, secret=bool(self.password_env))
        check_variable(self.kind, "password_env", self.password_env)
        if check_one(self.kind, {"query": self.query, "actor": self.actor}) == "actor":
            check_form(self.kind, "actor", self.actor.removeprefix("@"), _ACTOR)
        if bool(self.account) != bool(self.password_env):
            raise OutreachError("scrapers.secret_needed", kind=self.kind, field="account, password_env")

    @classmethod
    def from_address(cls, url: str) -> dict[str, str] | None:
        parts = urlsplit(url)
        if parts.hostname != "bsky.app":
            return None
        match = _PROFILE_PATH.fullmatch(parts.path)
        if match and _ACTOR.fullmatch(match[1]):
            return {"actor": match[1]}
        words = parse_qs(parts.query).get("q", [""])[0].strip() if parts.path == "/search" else ""
        return {"query": words} if words else None

    @property
    def private(self) -> bool:
        """Whoever a search finds is mostly a private person; an account is watched because it is not."""
        return not self.actor

    @property
    def url(self) -> str:
        api = self.server.rstrip("/") + "/xrpc/app.bsky.feed."
        if self.query:
            return f"{api}searchPosts?q={quote(self.query)}&sort=latest&limit={_MOST}"
        actor = quote(self.actor.removeprefix("@"))
        return f"{api}getAuthorFeed?actor={actor}&filter=posts_no_replies&limit={_MOST}"

    def ask(self, cursor: str | None) -> Iterator[Request]:
        if not self.password_env:
            yield self._request("")
            return
        body = json.dumps({"identifier": self.account, "password": held(self.password_env)})
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        yield Request(self.server.rstrip("/") + _SIGN_IN, "POST", headers, body.encode(), follow=False)

    def further(self, page: Page, cursor: str | None) -> Iterator[Request]:
        """The search itself, once signed in."""
        if not _is_sign_in(page):
            return
        token = answers.words(answers.parse(page), "accessJwt")
        if not _TOKEN.fullmatch(token):
            raise answers.other(page)
        yield self._request(token)

    def read(self, page: Page) -> Iterator[Found]:
        """The posts, the newest first; not those that others passed on. WireError `scrapers.not_json`,
        `scrapers.other_answer`.
        """
        if _is_sign_in(page):
            return
        told = answers.parse(page)
        if isinstance(told, Mapping) and "feed" in told:
            items = answers.rows(told, "feed", page)
            posts = [answers.node(item, "post") for item in items if not answers.node(item, "reason")]
        else:
            posts = answers.rows(told, "posts", page)
        for post in posts:
            found = _found(post, page)
            if found is not None:
                yield found

    def _request(self, token: str) -> Request:
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return Request(self.url, headers=headers)


def _is_sign_in(page: Page) -> bool:
    return urlsplit(page.url).path == _SIGN_IN


def _found(post: answers.Node, page: Page) -> Found | None:
    uri = answers.words(post, "uri")
    match = _POST.fullmatch(uri)
    record, author = answers.node(post, "record"), answers.node(post, "author")
    card = answers.node(post, "embed", "external")
    text = clean(answers.words(record, "text")).strip()
    shared = title_of(answers.words(card, "title"))
    if match is None or not (text or shared):
        return None
    handle = answers.words(author, "handle")
    if not _ACTOR.fullmatch(handle) or handle == "handle.invalid":
        handle = ""
    # The server's own time: an author may write any other.
    told = answers.words(post, "indexedAt") or answers.words(record, "createdAt")
    published, doubted = answers.moment(told, page.fetched_at)
    langs = record.get("langs")
    named = langs[0] if isinstance(langs, list) and langs and isinstance(langs[0], str) else ""
    name = handle or match[1]
    if not _ACTOR.fullmatch(name):
        return None
    body = "\n".join(part for part in (text, shared, title_of(answers.words(card, "description"))) if part)
    # Whose post it is stands at its address; a private person's name is not kept beside it.
    return Found(
        url=f"https://bsky.app/profile/{name}/post/{match[2]}",
        title=one_line(text or shared, 120),
        summary=one_line(text or shared, SUMMARY_LENGTH),
        text=body,
        published=published,
        guid=one_line(uri, 500),
        lang=language_of(named),
        date_doubted=doubted,
        complete=True,
    )
