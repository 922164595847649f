"""Facebook: what stands on the office's own page, and posts that tag it, through the Graph API.

Source: developers.facebook.com, Graph API reference, Page published_posts, Page tagged, Object comments, Paginated
results, Handling errors, Rate limits, Secure requests. The API takes the token as a bearer too, out of the address.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Request
from scrapers.reading import answers
from scrapers.reading.checks import check_form, check_server, check_variable
from scrapers.reading.plain import SUMMARY_LENGTH, clean, link_of, one_line, title_of
from scrapers.secrets import held
from scrapers.source import Found, Page

_PAGE = re.compile(r"(?!\.)[A-Za-z0-9.]{1,80}(?<!\.)")
_WHAT = re.compile(r"posts|comments|mentions")
_VERSION = re.compile(r"v\d{2,3}\.\d")
_ID = re.compile(r"[0-9]{1,30}(?:_[0-9]{1,30}){0,2}")
_MARKS = ("after", "until", "__paging_token")
_MARK = re.compile(r"[A-Za-z0-9_=:%.-]{1,1000}")
_COMMENTS_PATH = re.compile(r"/([0-9_]{1,90})/comments$")
_HOST = re.compile(r"(?:(?:www|m|web|[a-z]{2}-[a-z]{2})\.)?facebook\.com")
_NAME_PATH = re.compile(r"/([A-Za-z0-9.]{5,80})/?")
_NUMBER_PATH = re.compile(r"/(?:(?:pages|people)/[^/]+/|p/(?:[^/]*-)?)([0-9]{5,30})/?")
_NO_PAGES = frozenset({
    "groups", "watch", "events", "events.php", "marketplace", "gaming", "profile.php", "login", "login.php", "sharer",
    "sharer.php", "share", "story.php", "photo", "photo.php", "photos", "reel", "reels", "stories", "videos",
    "hashtag", "search", "help", "policies", "privacy", "settings", "pages", "plugins", "dialog", "permalink.php",
})  # fmt: skip

_FIELDS = "id,message,created_time,permalink_url"
_MOST = 100  # the API's own limit
# With more posts, each with its comments, the API says that it is asked for too much.
_POSTS_WITH_COMMENTS, _COMMENTS = 25, 50
_COMMENT_ORDER = {"filter": "stream", "order": "reverse_chronological"}
# Posts come in the order of their making, and some are shown late.
_OVERLAP = timedelta(days=1)

_TOKEN_CODES = frozenset({102, 190})
_BUSY_CODES = frozenset({4, 17, 32, 341, 368, 613, *range(80_000, 80_015)})
_PERMISSION_CODES = frozenset({3, 10, *range(200, 300)})
_PAGE_CODES = frozenset({100, 803})
_SERVER_CODES = frozenset({1, 2})
_OLD_VERSION = 2635
_REST = timedelta(hours=1)  # the window that the API counts calls in


@dataclass(frozen=True)
class Facebook:
    """The office's own page (`page`: its number or its name in addresses): its `what`: posts, comments below them, or
    mentions (others' posts that tag it).

    `token_env` names the variable of a page access token, which only somebody with a task on the page can get
    (developers.facebook.com: an app, its Graph API Explorer, "Get Page Access Token"; made from a long-lived user
    token it does not end by itself). It needs pages_read_engagement, and pages_read_user_content for comments and
    mentions. Free. `app_secret_env` names the variable of the app's secret, where the app demands a proof of it. The
    API's `version` ends about two years after it began. Up to three answers are read in a poll, and the
    further comments of a post that has many. Who wrote something is not asked: a private person's name is not kept.
    """

    kind: ClassVar[str] = "facebook"
    example: ClassVar[Mapping[str, str]] = {"page": "birojs.example"}
    page: str
    what: str = "posts"
    token_env: str = "OUTREACH_SOURCE_FACEBOOK_TOKEN"  # noqa: S105 - the variable's name
    app_secret_env: str = ""
    version: str = "v26.0"
    server: str = "https://graph.facebook.com"

    def __post_init__(self) -> None:
        check_server(self.server, secret=True, home=urlsplit(Facebook.server).hostname or "")
        check_variable(self.kind, "token_env", self.token_env)
        check_variable(self.kind, "app_secret_env", self.app_secret_env)
        if not self.token_env:
            raise OutreachError("scrapers.secret_needed", kind=self.kind, field="token_env")
        check_form(self.kind, "page", self.page, _PAGE)
        check_form(self.kind, "what", self.what, _WHAT)
        check_form(self.kind, "version", self.version, _VERSION)

    @classmethod
    def from_address(cls, url: str) -> dict[str, str] | None:
        parts = urlsplit(url)
        if not _HOST.fullmatch(parts.hostname or ""):
            return None
        match = _NUMBER_PATH.fullmatch(parts.path) or _NAME_PATH.fullmatch(parts.path)
        named = match[1] if match and match[1].lower() not in _NO_PAGES else ""
        if parts.path == "/profile.php":
            named = parse_qs(parts.query).get("id", [""])[0]
        return {"page": named} if _PAGE.fullmatch(named) else None

    @property
    def private(self) -> bool:
        """Comments and mentions are by people; posts are the office's own."""
        return self.what != "posts"

    @property
    def url(self) -> str:
        if self.what == "comments":
            order = ".".join(f"{name}({value})" for name, value in _COMMENT_ORDER.items())
            fields = f"id,comments.{order}.limit({_COMMENTS}){{{_FIELDS}}}"
            return self._address(f"{self.page}/published_posts", {"fields": fields, "limit": _POSTS_WITH_COMMENTS})
        edge = "tagged" if self.what == "mentions" else "published_posts"
        return self._address(f"{self.page}/{edge}", {"fields": _FIELDS, "limit": _MOST})

    def ask(self, cursor: str | None) -> Iterator[Request]:
        yield self._request(self._first(cursor))

    def further(self, page: Page, cursor: str | None) -> Iterator[Request]:
        """The next answer; of a post with many comments, those that may be new too."""
        below = _COMMENTS_PATH.search(urlsplit(page.url).path)
        told = answers.parse(replace(page, url=self.url))
        if below is not None:
            yield from self._more_comments(below[1], told, cursor)
            return
        if following := _following(told):
            yield self._request(f"{self._first(cursor)}&{following}")
        if self.what == "comments":
            for post in answers.rows(told, "data", page) if "data" in answers.node(told) else ():
                yield from self._more_comments(answers.words(post, "id"), answers.node(post, "comments"), cursor)

    def read(self, page: Page) -> Iterator[Found]:
        """What was written, the newest first. WireError `scrapers.not_json`, `scrapers.other_answer`, or as in
        `refused`.
        """
        # By the address people know: the asked one holds marks and a proof that say nothing to them.
        page = replace(page, url=self.url)
        if (error := self.refused(page)) is not None:
            raise error
        for row in answers.rows(answers.parse(page), "data", page):
            thread = answers.node(row, "comments")
            for one in (row, *(answers.rows(thread, "data", page) if thread else ())):
                found = _found(one, page)
                if found is not None:
                    yield found

    def refused(self, page: Page) -> WireError | None:
        """An answer that is no success in the platform's own terms; None where it gives none.

        `scrapers.facebook_token`, `scrapers.facebook_permission`, `scrapers.facebook_page`, `scrapers.facebook_proof`,
        `scrapers.facebook_version`, `scrapers.busy` with the `wait` it asks for, `scrapers.server`, and for any other
        `scrapers.facebook_error` with its `code`.
        """
        try:
            error = answers.node(answers.parse(page), "error")
        except WireError:
            return None
        code = error.get("code")
        if not isinstance(code, int):
            return None
        # Its words are not passed on: they may quote the token.
        said = answers.words(error, "message")
        if code in _TOKEN_CODES:
            return self._error("scrapers.facebook_token", page, name=self.token_env)
        if code in _BUSY_CODES:
            return self._error("scrapers.busy", page, wait=_wait(page))
        if code in _PERMISSION_CODES:
            needed = "pages_read_user_content" if self.private else "pages_read_engagement"
            return self._error("scrapers.facebook_permission", page, permission=needed)
        if code in _PAGE_CODES and "appsecret_proof" in said:
            return self._error("scrapers.facebook_proof", page)
        if code in _PAGE_CODES:
            return self._error("scrapers.facebook_page", page, named=self.page)
        if code == _OLD_VERSION:
            return self._error("scrapers.facebook_version", page, version=self.version)
        if code in _SERVER_CODES:
            return self._error("scrapers.server", page)
        return self._error("scrapers.facebook_error", page, code=code)

    def _first(self, cursor: str | None) -> str:
        # A new comment may stand below an old post.
        if cursor is None or self.what == "comments":
            return self.url
        return f"{self.url}&since={int((datetime.fromisoformat(cursor) - _OVERLAP).timestamp())}"

    def _more_comments(self, post: str, thread: object, cursor: str | None) -> Iterator[Request]:
        following = _following(thread)
        if not following or not _ID.fullmatch(post) or _all_read(thread, cursor):
            return
        address = self._address(f"{post}/comments", {**_COMMENT_ORDER, "fields": _FIELDS, "limit": _MOST})
        yield self._request(f"{address}&{following}")

    def _address(self, path: str, asked: Mapping[str, object]) -> str:
        words = urlencode(asked, safe=",.()", quote_via=quote)
        return f"{self.server.rstrip('/')}/{self.version}/{path}?{words}"

    def _request(self, url: str) -> Request:
        token = held(self.token_env)
        if self.app_secret_env:
            proof = hmac.new(held(self.app_secret_env).encode(), token.encode(), hashlib.sha256).hexdigest()
            url += f"&appsecret_proof={proof}"
        return Request(url, headers={"Accept": "application/json", "Authorization": f"Bearer {token}"}, follow=False)

    def _error(self, key: str, page: Page, **facts: object) -> WireError:
        told: dict[str, Any] = {"url": self.url, "status": page.status, **facts}
        return WireError(key, **told)


def _following(told: object) -> str:
    """What to add to an address for the answer after this one; empty where there is none.

    The address that the API gives for it holds the token, so that only the place is taken from it.
    """
    link = answers.words(told, "paging", "next")
    if not link:
        return ""
    after = answers.words(told, "paging", "cursors", "after")
    try:
        asked = parse_qs(urlsplit(link).query)
    except ValueError:
        asked = {}
    marks: dict[str, object] = {name: asked[name][0] for name in _MARKS if name in asked}
    if not marks and after:
        marks = {"after": after}
    return urlencode({name: mark for name, mark in marks.items() if _MARK.fullmatch(str(mark))})


def _all_read(thread: object, cursor: str | None) -> bool:
    """Whether the oldest of these comments was there at the last poll."""
    rows = answers.node(thread).get("data")
    if cursor is None or not isinstance(rows, list) or not rows:
        return False
    read = datetime.fromisoformat(cursor).astimezone(UTC)
    oldest, _ = answers.moment(answers.words(rows[-1], "created_time"), read)
    return oldest is not None and oldest < read - _OVERLAP


def _wait(page: Page) -> timedelta:
    """How long until calls are answered again: as the API estimates it in minutes, else an hour."""
    longest = 0
    try:
        usage = json.loads(page.headers.get("x-business-use-case-usage", ""))
    except (ValueError, RecursionError):
        usage = None
    for rows in usage.values() if isinstance(usage, Mapping) else ():
        for row in rows if isinstance(rows, list) else ():
            minutes = answers.node(row).get("estimated_time_to_regain_access")
            if isinstance(minutes, int) and 0 < minutes <= 7 * 24 * 60:
                longest = max(longest, minutes)
    return timedelta(minutes=longest) if longest else _REST


def _found(row: answers.Node, page: Page) -> Found | None:
    number = answers.words(row, "id")
    text = clean(answers.words(row, "message")).strip()
    if not _ID.fullmatch(number) or not text:
        return None
    url = link_of(answers.words(row, "permalink_url"), "https://www.facebook.com/")
    published, doubted = answers.moment(answers.words(row, "created_time"), page.fetched_at)
    return Found(
        url=url or f"https://www.facebook.com/{number}",
        title=one_line(title_of(text), 120),
        summary=one_line(text, SUMMARY_LENGTH),
        text=text,
        published=published,
        guid=number,
        date_doubted=doubted,
        complete=True,
    )
