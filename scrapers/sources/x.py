"""X: the recent search of its API v2, which is paid by the post.

Source: docs.x.com, X API, Search Posts (recent), Rate limits, Response codes, Usage and billing, and Pricing (as
published in August 2026): a post read costs 0.005 USD, a user read 0.010 USD, the same one twice in a day (UTC) once.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Request
from scrapers.reading import answers
from scrapers.reading.checks import check_server, check_variable
from scrapers.reading.plain import SUMMARY_LENGTH, clean, language_of, one_line, title_of
from scrapers.secrets import held
from scrapers.source import Found, Page

_PATH = "/2/tweets/search/recent"
_LONGEST = 512  # the API's own limits
_FEWEST, _MOST = 10, 100
_NUMBER = re.compile(r"[0-9]{1,19}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")
_HOSTS = frozenset({"x.com", "www.x.com", "mobile.x.com", "twitter.com", "www.twitter.com", "mobile.twitter.com"})
_HASHTAG_PATH = re.compile(r"/hashtag/([^/]+)/?")
_PROFILE_PATH = re.compile(r"/([A-Za-z0-9_]{1,15})/?")
_NO_PROFILES = frozenset({
    "home", "explore", "i", "intent", "search", "settings", "share", "login", "tos", "privacy", "jobs", "messages",
})  # fmt: skip
_REPOSTS = re.compile(r"\bis:retweet\b")
# What X says of a text without a language: only tags, only links, too short.
_NO_LANGUAGES = frozenset({"und", "art", "zxx"})
_NO_CREDITS = frozenset({"credits", "usage-capped", "CreditsDepleted", "UsageCapExceeded"})
# An id holds the moment it was given, in milliseconds since X began to, and 22 bits more.
_BEGIN = 1_288_834_974_657
_SHIFT = 22
# The search reaches back seven days and refuses a place before them; a post may be found a while after it was written.
_LATE = timedelta(days=1)
_REACH = timedelta(days=7)


@dataclass(frozen=True)
class X:
    """Public posts of the last seven days that `query` finds, in X's own language (`Latgale lang:lv`); those only
    passed on are left out, unless it says otherwise (`is:retweet`).

    `token_env` names the variable of an app's bearer token (console.x.com, an app's keys and tokens, after buying
    credits). A post read costs `cost_thousandths` of a dollar; `monthly_ceiling` is how many whole dollars a month
    may cost at the most, `most` how many posts one answer holds (10 to 100). Up to three answers are read in a
    poll. Who wrote a post is not asked: it would cost three times as much, and a person's name is not kept.
    """

    kind: ClassVar[str] = "x"
    private: ClassVar[bool] = True
    example: ClassVar[Mapping[str, str | int]] = {"query": "Latgale lang:lv", "monthly_ceiling": 5}
    query: str
    monthly_ceiling: int
    token_env: str = "OUTREACH_SOURCE_X_TOKEN"  # noqa: S105 - the variable's name
    cost_thousandths: int = 5
    most: int = _MOST
    server: str = "https://api.x.com"

    def __post_init__(self) -> None:
        check_server(self.server, secret=True, home=urlsplit(X.server).hostname or "")
        check_variable(self.kind, "token_env", self.token_env)
        if not self.token_env:
            raise OutreachError("scrapers.secret_needed", kind=self.kind, field="token_env")
        self._check("query", self.query[:100], bool(self.query.strip()) and len(self._wanted) <= _LONGEST)
        self._check("most", self.most, _FEWEST <= self.most <= _MOST)
        self._check("cost_thousandths", self.cost_thousandths, 0 <= self.cost_thousandths <= 10_000)
        # Less than one answer can cost would never ask at all.
        enough = self.most * self.cost_thousandths <= self.ceiling <= 100_000_000
        self._check("monthly_ceiling", self.monthly_ceiling, self.monthly_ceiling > 0 and enough)

    def _check(self, field: str, value: object, fits: bool) -> None:
        if not fits:
            raise OutreachError("registry.value", kind=self.kind, field=field, value=value)

    @classmethod
    def from_address(cls, url: str) -> dict[str, str] | None:
        """The query alone: what it may cost a month is for a person to say."""
        parts = urlsplit(url)
        if parts.hostname not in _HOSTS:
            return None
        words = parse_qs(parts.query).get("q", [""])[0].strip() if parts.path == "/search" else ""
        if match := _HASHTAG_PATH.fullmatch(parts.path):
            words = f"#{unquote(match[1])}"
        elif (match := _PROFILE_PATH.fullmatch(parts.path)) and match[1].lower() not in _NO_PROFILES:
            words = f"from:{match[1]}"
        return {"query": words} if words else None

    @property
    def url(self) -> str:
        asked = {"query": self._wanted, "max_results": self.most, "tweet.fields": "created_at,lang,note_tweet"}
        return f"{self.server.rstrip('/')}{_PATH}?{urlencode(asked, safe=',', quote_via=quote)}"

    def ask(self, cursor: str | None) -> Iterator[Request]:
        """`cursor` is a bookmark: the id after which posts are wanted."""
        yield self._request(cursor)

    def further(self, page: Page, cursor: str | None) -> Iterator[Request]:
        """The next answer, where there is more than one holds."""
        following = answers.words(answers.parse(self._known(page)), "meta", "next_token")
        if _TOKEN.fullmatch(following):
            yield self._request(cursor, following)

    def read(self, page: Page) -> Iterator[Found]:
        """The posts, the newest first. WireError `scrapers.not_json`, `scrapers.other_answer`, or as in `refused`."""
        page = self._known(page)
        told = answers.parse(page)
        if "data" not in answers.node(told):
            if (error := self.refused(page)) is not None:
                raise error
            if "result_count" in answers.node(told, "meta"):
                return
        for post in answers.rows(told, "data", page):
            found = _found(post, page)
            if found is not None:
                yield found

    def bookmark(self, page: Page, before: str | None) -> str | None:
        """The newest id of all that was read, or one of a day ago: a search that finds nothing for long must not ask
        from further back than the platform looks.
        """
        told = answers.words(_parsed(page), "meta", "newest_id")
        since = _id_at(page.fetched_at - _LATE)
        return str(max(int(one) for one in (told, before or "", str(since)) if _NUMBER.fullmatch(one)))

    def refused(self, page: Page) -> WireError | None:
        """An answer that is no success in the platform's own words; None where it says nothing.

        `scrapers.x_token`, `scrapers.x_credits`, `scrapers.x_access`, `scrapers.x_query` (with what it `said`),
        `scrapers.busy` with the `wait` it asks for, `scrapers.x_too_old` with `start_over`: the bookmark lies before
        what is searched and is to be forgotten.
        """
        told = answers.node(_parsed(page))
        problem = answers.words(told, "type").rpartition("/")[2]
        # The body says it once more, though not always.
        named = told.get("status")
        status = page.status if page.status >= 400 or not isinstance(named, int) else named
        if status == 402 or problem in _NO_CREDITS or answers.words(told, "title") in _NO_CREDITS:
            return self._error("scrapers.x_credits", page)
        if status == 429:
            return self._error("scrapers.busy", page, wait=_wait(page))
        if status == 401:
            return self._error("scrapers.x_token", page, name=self.token_env)
        if status == 403 or problem == "client-forbidden":
            return self._error("scrapers.x_access", page, said=one_line(answers.words(told, "detail"), 200))
        if status == 400 or problem == "invalid-request":
            errors = told.get("errors")
            first = errors[0] if isinstance(errors, list) and errors else {}
            if "since_id" in answers.node(first, "parameters"):
                return self._error("scrapers.x_too_old", page, days=_REACH.days, start_over=True)
            said = answers.words(first, "message") or answers.words(told, "detail")
            return self._error("scrapers.x_query", page, said=one_line(said, 200))
        return None

    @property
    def ceiling(self) -> int:
        return self.monthly_ceiling * 1000

    def at_most(self, request: Request) -> int:
        return self.most * self.cost_thousandths

    def price(self, page: Page) -> int:
        """By the posts that came; the most there can be where nobody can tell."""
        told = _parsed(page)
        rows = answers.node(told).get("data")
        if isinstance(rows, list):
            return len(rows) * self.cost_thousandths
        if answers.node(told, "meta").get("result_count") == 0 or not 200 <= page.status < 300:
            return 0
        return self.most * self.cost_thousandths

    @property
    def _wanted(self) -> str:
        query = self.query.strip()
        return query if _REPOSTS.search(query) else f"({query}) -is:retweet"

    def _request(self, since: str | None, following: str = "") -> Request:
        url = self.url
        if since and _NUMBER.fullmatch(since):
            url += f"&since_id={since}"
        if following:
            url += f"&next_token={following}"
        headers = {"Accept": "application/json", "Authorization": f"Bearer {held(self.token_env)}"}
        return Request(url, headers=headers, follow=False)

    def _known(self, page: Page) -> Page:
        """The page by the address people know: places and marks of one poll say nothing to them."""
        return replace(page, url=self.url)

    def _error(self, key: str, page: Page, **facts: object) -> WireError:
        told: dict[str, Any] = {"url": self.url, "status": page.status, **facts}
        return WireError(key, **told)


def _parsed(page: Page) -> object:
    try:
        return answers.parse(page)
    except WireError:
        return None


def _wait(page: Page) -> timedelta | None:
    """Until the moment that X names in seconds since 1970; None where it names none."""
    told = page.headers.get("x-rate-limit-reset", "")
    if not re.fullmatch(r"[0-9]{1,11}", told):
        return None
    return max(datetime.fromtimestamp(int(told), UTC) - page.fetched_at, timedelta(0))


def _id_at(moment: datetime) -> int:
    """The least id that a post of this moment can have."""
    return max(int(moment.timestamp() * 1000) - _BEGIN, 0) << _SHIFT


def _found(post: answers.Node, page: Page) -> Found | None:
    number = answers.words(post, "id")
    # A long post is cut in `text`; both have <, > and & written as pages do.
    told = answers.words(post, "note_tweet", "text") or answers.words(post, "text")
    text = clean(html.unescape(clean(told))).strip()
    if not _NUMBER.fullmatch(number) or not text:
        return None
    published, doubted = answers.moment(answers.words(post, "created_at"), page.fetched_at)
    lang = answers.words(post, "lang")
    # The name in a post's address may be left out: X leads to the right one.
    return Found(
        url=f"https://x.com/i/web/status/{number}",
        title=one_line(title_of(text), 120),
        summary=one_line(text, SUMMARY_LENGTH),
        text=text,
        published=published,
        guid=number,
        lang=None if lang in _NO_LANGUAGES or lang.startswith("q") else language_of(lang),
        date_doubted=doubted,
        complete=True,
    )
