"""GDELT's index of the world's news: the DOC 2.0 API's list of articles.

Source: blog.gdeltproject.org, "GDELT DOC 2.0 API Debuts".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qs, quote, urlsplit

from outreach.core.errors import OutreachError
from outreach.core.http import Request
from scrapers.reading import answers
from scrapers.reading.checks import check_form
from scrapers.reading.plain import link_of, one_line, title_of
from scrapers.source import Found, Page

_SPAN = re.compile(r"[1-9]\d{0,3}(min|h|hours|d|days|w|weeks|m|months)")
_SERVER = "https://api.gdeltproject.org"
_MOST = 250  # the API's own limit
_SHORT_SPACES = re.compile(r" (?=[,.;:!?)»”])|(?<=[(«„]) ")
# The API names languages in English.
_LANGUAGES = {
    "latvian": "lv", "russian": "ru", "english": "en", "lithuanian": "lt", "estonian": "et", "german": "de",
    "norwegian": "no", "polish": "pl", "finnish": "fi", "swedish": "sv", "danish": "da", "french": "fr",
    "ukrainian": "uk", "belarusian": "be", "spanish": "es", "italian": "it", "dutch": "nl",
}  # fmt: skip


@dataclass(frozen=True)
class Gdelt:
    """Articles everywhere that `query` finds, in GDELT's own language (`Latgale sourcelang:latvian`); no
    token, free.

    `span` says how far back is looked (24h, 3d). GDELT asks for at most one request in five seconds. It
    tells when it saw an article, which is within the hour of its publication, and no text.
    """

    kind: ClassVar[str] = "gdelt"
    example: ClassVar[Mapping[str, str]] = {"query": "Latgale sourcelang:latvian"}
    query: str
    span: str = "3d"

    def __post_init__(self) -> None:
        # Shorter words are refused by the platform, in words instead of JSON.
        if len(self.query.strip()) < 3 or len(self.query) > 500:
            raise OutreachError("registry.value", kind=self.kind, field="query", value=self.query[:100])
        check_form(self.kind, "span", self.span, _SPAN)

    @classmethod
    def from_address(cls, url: str) -> dict[str, str] | None:
        parts = urlsplit(url)
        asked = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
        if f"https://{parts.hostname}" != _SERVER or len(asked.get("query", "").strip()) < 3:
            return None
        told = {"query": asked["query"]}
        if _SPAN.fullmatch(asked.get("timespan", "").lower()):
            told["span"] = asked["timespan"].lower()
        return told

    @property
    def url(self) -> str:
        return (
            f"{_SERVER}/api/v2/doc/doc?query={quote(self.query)}&mode=artlist&format=json"
            f"&sort=datedesc&maxrecords={_MOST}&timespan={self.span}"
        )

    def ask(self, cursor: str | None) -> Iterator[Request]:
        yield Request(self.url, headers={"Accept": "application/json"})

    def read(self, page: Page) -> Iterator[Found]:
        """The articles, the newest first. WireError `scrapers.not_json` with what the platform says instead,
        `scrapers.other_answer`.
        """
        told = answers.parse(page, mend=True)
        if told == {}:
            return  # how it says that nothing was found
        for article in answers.rows(told, "articles", page):
            found = _found(article, page)
            if found is not None:
                yield found


def _found(article: answers.Node, page: Page) -> Found | None:
    url = link_of(answers.words(article, "url"), "")
    # Its headlines have a space before every mark.
    title = _SHORT_SPACES.sub("", title_of(answers.words(article, "title")))
    if url is None or not title:
        return None
    published, doubted = answers.moment(answers.words(article, "seendate"), page.fetched_at)
    return Found(
        url=url,
        title=title,
        author=one_line(answers.words(article, "domain"), 200) or None,
        published=published,
        lang=_LANGUAGES.get(answers.words(article, "language").lower()),
        date_doubted=doubted,
    )
