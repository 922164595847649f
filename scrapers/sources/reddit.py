"""Reddit's feeds of subreddits and searches.

Source: reddit.com/wiki/rss; the Atom feeds as served.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo

from outreach.core.errors import OutreachError
from outreach.core.http import Request
from scrapers.reading import feedfile
from scrapers.reading.checks import check_form
from scrapers.reading.plain import SUMMARY_LENGTH, one_line
from scrapers.source import Found, Page

_SUBREDDIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{1,20}|")
_SUBREDDIT_PATH = re.compile(r"/r/([A-Za-z0-9][A-Za-z0-9_]{1,20})(?:/(?:new|hot|top|search|\.rss).*)?/?")
# What the feed adds below every post.
_FOOT = re.compile(r"\s*submitted by\s+/u/\S+(?:\s+to\s+r/\S+)?\s*(?:\[link\])?\s*(?:\[comments\])?\s*$")
_HOST = re.compile(r"(?:www\.|old\.|new\.)?reddit\.com")


@dataclass(frozen=True)
class Reddit:
    """The newest posts of a `subreddit`, those that `query` finds, or both: found in that subreddit.

    No token; without one Reddit answers about ten requests a minute, so few such sources are enough.
    """

    kind: ClassVar[str] = "reddit"
    private: ClassVar[bool] = True
    example: ClassVar[Mapping[str, str]] = {"subreddit": "latvia"}
    subreddit: str = ""
    query: str = ""

    def __post_init__(self) -> None:
        check_form(self.kind, "subreddit", self.subreddit, _SUBREDDIT)
        if not self.subreddit and not self.query.strip():
            raise OutreachError("scrapers.one_of", kind=self.kind, fields="subreddit, query")

    @classmethod
    def from_address(cls, url: str) -> dict[str, str] | None:
        parts = urlsplit(url)
        if not _HOST.fullmatch(parts.hostname or ""):
            return None
        match = _SUBREDDIT_PATH.fullmatch(parts.path)
        told = {"subreddit": match[1] if match else "", "query": parse_qs(parts.query).get("q", [""])[0].strip()}
        return {name: value for name, value in told.items() if value} or None

    @property
    def url(self) -> str:
        within = f"/r/{self.subreddit}" if self.subreddit else ""
        if not self.query:
            return f"https://www.reddit.com{within}/new/.rss?limit=100"
        only = "&restrict_sr=on" if self.subreddit else ""
        return f"https://www.reddit.com{within}/search.rss?q={quote(self.query)}&sort=new&limit=100{only}"

    def ask(self, cursor: str | None) -> Iterator[Request]:
        yield Request(self.url, headers={"Accept": feedfile.ACCEPT})

    def read(self, page: Page) -> Iterator[Found]:
        """The posts, the newest first. WireError `scrapers.not_a_feed`."""
        yield from feedfile.read_xml(page, ZoneInfo("UTC"), _shaped)


def _shaped(_entry: feedfile.Entry, found: Found) -> Found | None:
    # The parser takes the number for a relative address.
    number = (found.guid or "").rpartition("/")[2]
    if number.startswith("t5_"):
        return None  # a subreddit that a search found, not a post
    text = _FOOT.sub("", (found.text or found.summary)[-50_000:]).strip()
    told = one_line(text, SUMMARY_LENGTH)
    # Whose post it is stands at its address; a private person's name is not kept here.
    return replace(found, summary=told, text=text or None, guid=number or None, author=None, complete=True)
