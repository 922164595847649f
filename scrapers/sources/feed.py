"""RSS, RDF, Atom or JSON Feed at one address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from zoneinfo import ZoneInfo

from outreach.core.http import Request
from scrapers.reading import feedfile
from scrapers.reading.checks import check_address, check_zone
from scrapers.reading.hints import hints_of
from scrapers.source import Found, Hints, Page


@dataclass(frozen=True)
class Feed:
    """RSS 0.9x to 2.0, RDF, Atom and JSON Feed; `zone` reads times that name none."""

    kind: ClassVar[str] = "feed"
    example: ClassVar[Mapping[str, str]] = {"url": "https://zinas.example/feed"}
    url: str
    zone: str = "Europe/Riga"

    def __post_init__(self) -> None:
        check_address(self.url)
        check_zone(self.zone)

    def ask(self, cursor: str | None) -> Iterator[Request]:
        yield Request(self.url, headers={"Accept": feedfile.ACCEPT})

    def read(self, page: Page) -> Iterator[Found]:
        """The entries that have an address; WireError `scrapers.not_a_feed` for a page of another sort."""
        yield from feedfile.read(page, ZoneInfo(self.zone))

    def hints(self, page: Page) -> Hints:
        """How long the feed may be left alone (its ttl, its update period or the headers' age), and its WebSub hub."""
        return hints_of(page)
