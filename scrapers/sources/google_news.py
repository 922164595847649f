"""Google News' search feeds: what other outlets publish, told by one address.

Source: the feeds as served; their article numbers are base64 of a small protobuf message.
"""

import base64
import binascii
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
from scrapers.reading.plain import link_of, one_line, title_of
from scrapers.source import Found, Page

_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z0-9]{2,4})?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ARTICLE = re.compile(r"https?://news\.google\.com/(?:rss/)?(?:articles|read)/([A-Za-z0-9_=-]{1,1500})(?:\?.*)?")
_HOST = "news.google.com"


@dataclass(frozen=True)
class GoogleNews:
    """What Google News finds for `query`, in a `language` (lv) and an edition's `country` (LV); no token.

    Google gives its own links. Older ones hold the article's address, which is taken out; newer ones do
    not: those links are kept, the outlet's name stands as the author, and nothing more can be read there.
    """

    kind: ClassVar[str] = "google_news"
    example: ClassVar[Mapping[str, str]] = {"query": "Latgale"}
    query: str
    language: str = "lv"
    country: str = "LV"

    def __post_init__(self) -> None:
        if not self.query.strip() or len(self.query) > 500:
            raise OutreachError("registry.value", kind=self.kind, field="query", value=self.query[:100])
        check_form(self.kind, "language", self.language, _LANGUAGE)
        check_form(self.kind, "country", self.country, _COUNTRY)

    @classmethod
    def from_address(cls, url: str) -> dict[str, str] | None:
        parts = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.hostname != _HOST or parts.path not in {"/search", "/rss/search"} or not asked.get("q", "").strip():
            return None
        told = {"query": asked["q"]}
        if _LANGUAGE.fullmatch(asked.get("hl", "")):
            told["language"] = asked["hl"]
        if _COUNTRY.fullmatch(asked.get("gl", "")):
            told["country"] = asked["gl"]
        return told

    @property
    def url(self) -> str:
        edition = f"&hl={self.language}&gl={self.country}&ceid={self.country}:{self.language}"
        return f"https://{_HOST}/rss/search?q={quote(self.query)}{edition}"

    def ask(self, cursor: str | None) -> Iterator[Request]:
        yield Request(self.url, headers={"Accept": feedfile.ACCEPT})

    def read(self, page: Page) -> Iterator[Found]:
        """The articles in the feed's order, under their outlets' own addresses where those are told.
        WireError `scrapers.not_a_feed`.
        """
        yield from feedfile.read_xml(page, ZoneInfo("UTC"), _shaped)


def _shaped(entry: feedfile.Entry, found: Found) -> Found:
    source = entry.get("source") or {}
    outlet = one_line(title_of(str(source.get("title") or "")), 200)
    title = found.title.removesuffix(f" - {outlet}") if outlet else found.title
    match = _ARTICLE.fullmatch(found.url)
    address = address_in(match[1]) if match else found.url
    return replace(
        found,
        url=address or found.url,
        title=title or found.title,
        summary="",  # the headline again, as a link
        text=None,
        author=outlet or None,
        lang=None,  # the feed tells the edition's
        points_on=address is None,
    )


def address_in(number: str) -> str | None:
    """The address that an article's number holds; None for one of the newer sort, or anything else."""
    try:
        message = base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))
    except (binascii.Error, ValueError):
        return None
    # Field 4, a text: its length, in seven bits a byte, then its bytes.
    at = message.find(b"\x22", 0, 8)
    if at < 0:
        return None
    length = 0
    for place, byte in enumerate(message[at + 1 : at + 4]):
        length |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            start = at + 2 + place
            told = message[start : start + length].decode("utf-8", "replace")
            whole = len(message) >= start + length and told.startswith(("http://", "https://"))
            return link_of(told, "") if whole else None
    return None
