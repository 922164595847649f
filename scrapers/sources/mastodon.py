"""Mastodon and servers that speak its API.

Source: docs.joinmastodon.org, methods/timelines, methods/accounts, methods/search, entities/Status.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote, unquote, urlsplit

from outreach.core.errors import OutreachError
from outreach.core.http import Request
from scrapers.reading import answers
from scrapers.reading.checks import check_form, check_one, check_server, check_variable
from scrapers.reading.plain import SUMMARY_LENGTH, language_of, link_of, one_line, text_of, title_of
from scrapers.secrets import held
from scrapers.source import Found, Page

_HASHTAG = re.compile(r"[^\W_][\w·]{0,99}")
_ACCOUNT = re.compile(r"[A-Za-z0-9_][\w.-]{0,63}(@[A-Za-z0-9.-]{1,253})?")
_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TAG_PATH = re.compile(r"/tags/([^/]+)/?")
_ACCOUNT_PATH = re.compile(r"/@([^/]+)/?")
_MOST = 40  # the API's own limit


@dataclass(frozen=True)
class Mastodon:
    """Public posts that one server knows, by `hashtag`, `account` (name or name@server) or `query`.

    A token is needed for `query`, and for the rest where the server shows nothing to strangers: under
    Preferences, Development, New application of an account there, with the scope `read`. Free. `token_env`
    names its variable.
    """

    kind: ClassVar[str] = "mastodon"
    example: ClassVar[Mapping[str, str]] = {"server": "https://pele.example", "hashtag": "Latgale"}
    server: str
    hashtag: str = ""
    account: str = ""
    query: str = ""
    token_env: str = ""

    def __post_init__(self) -> None:
        check_server(self.server, secret=bool(self.token_env))
        check_variable(self.kind, "token_env", self.token_env)
        wanted = check_one(self.kind, {"hashtag": self.hashtag, "account": self.account, "query": self.query})
        if wanted == "hashtag":
            check_form(self.kind, wanted, self.hashtag.removeprefix("#"), _HASHTAG)
        elif wanted == "account":
            check_form(self.kind, wanted, self.account.removeprefix("@"), _ACCOUNT)
        elif not self.token_env:
            raise OutreachError("scrapers.secret_needed", kind=self.kind, field="token_env")

    @classmethod
    def from_address(cls, url: str) -> dict[str, str] | None:
        parts = urlsplit(url)
        server = f"{parts.scheme}://{parts.netloc}"
        if match := _TAG_PATH.fullmatch(parts.path):
            told = {"server": server, "hashtag": unquote(match[1])}
        elif match := _ACCOUNT_PATH.fullmatch(parts.path):
            told = {"server": server, "account": match[1]}
        else:
            return None
        try:
            cls(**told)
        except OutreachError:
            return None
        return told

    @property
    def private(self) -> bool:
        """Whoever writes under a hashtag is mostly a private person; an account is watched because it is not."""
        return not self.account

    @property
    def url(self) -> str:
        api = self.server.rstrip("/") + "/api"
        if self.hashtag:
            return f"{api}/v1/timelines/tag/{quote(self.hashtag.removeprefix('#'))}?limit={_MOST}"
        if self.account:
            return f"{api}/v1/accounts/lookup?acct={quote(self.account.removeprefix('@'))}"
        return f"{api}/v2/search?q={quote(self.query)}&type=statuses&limit={_MOST}"

    def ask(self, cursor: str | None) -> Iterator[Request]:
        yield self._request(self.url)

    def further(self, page: Page, cursor: str | None) -> Iterator[Request]:
        """An account's posts, once its number is known."""
        if not self.account:
            return
        told = answers.parse(page)
        if isinstance(told, list):
            return
        number = answers.words(told, "id")
        if not _NUMBER.fullmatch(number):
            raise answers.other(page)
        server = self.server.rstrip("/")
        yield self._request(f"{server}/api/v1/accounts/{number}/statuses?limit={_MOST}&exclude_replies=true")

    def read(self, page: Page) -> Iterator[Found]:
        """The posts, the newest first. WireError `scrapers.not_json`, `scrapers.other_answer`."""
        told = answers.parse(page)
        if isinstance(told, list):
            told = {"statuses": told}
        elif answers.words(told, "acct"):
            return
        for status in answers.rows(told, "statuses", page):
            found = _found(answers.node(status, "reblog") or status, page)
            if found is not None:
                yield found

    def _request(self, url: str) -> Request:
        headers = {"Accept": "application/json"}
        if self.token_env:
            headers["Authorization"] = f"Bearer {held(self.token_env)}"
        return Request(url, headers=headers)


def _found(status: answers.Node, page: Page) -> Found | None:
    url = link_of(answers.words(status, "url") or answers.words(status, "uri"), page.url)
    text = text_of(answers.words(status, "content"))
    warning = title_of(answers.words(status, "spoiler_text"))
    if url is None or not (text or warning):
        return None
    published, doubted = answers.moment(answers.words(status, "created_at"), page.fetched_at)
    # Whose post it is stands at its address; a private person's name is not kept here.
    return Found(
        url=url,
        title=one_line(warning or text, 120),
        summary=one_line(text, SUMMARY_LENGTH),
        text=text or None,
        published=published,
        guid=one_line(answers.words(status, "uri"), 500) or None,
        lang=language_of(answers.words(status, "language")),
        date_doubted=doubted,
        complete=True,
    )
