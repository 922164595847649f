"""A sitemap, for outlets that list their news for search engines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from outreach.core.errors import OutreachError
from outreach.core.http import Request
from scrapers.reading import sitemaps
from scrapers.reading.checks import check_address, check_zone
from scrapers.reading.dates import read_date, sane_date
from scrapers.reading.plain import headline_of, language_of, link_of, title_of
from scrapers.source import Found, Page

_ACCEPT = "application/xml, text/xml, application/gzip;q=0.9, */*;q=0.5"
_OLDEST = datetime.min.replace(tzinfo=UTC)
# Dates without a time, and clocks that differ.
_MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class Sitemap:
    """The pages of a sitemap, or of the sitemaps that an index names (and an index below that).

    Of an index those parts are asked that changed since the last poll, the newest first. Pages that were
    published or changed more than `days` before are left out, as are those whose address lacks `part`
    ("/zinas/"). A news sitemap tells headlines and dates; of others the headline is made of the address
    until the page is read, and `lastmod` is not taken for the day of publication.
    """

    kind: ClassVar[str] = "sitemap"
    example: ClassVar[Mapping[str, str]] = {"url": "https://zinas.example/sitemap.xml"}
    url: str
    part: str = ""
    days: int = 30
    zone: str = "Europe/Riga"

    def __post_init__(self) -> None:
        check_address(self.url)
        check_zone(self.zone)
        if not 1 <= self.days <= 3650:
            raise OutreachError("registry.value", kind=self.kind, field="days", value=self.days)

    def ask(self, cursor: str | None) -> Iterator[Request]:
        yield Request(self.url, headers={"Accept": _ACCEPT})

    def further(self, page: Page, cursor: str | None) -> Iterator[Request]:
        """The parts of an index that are newer than the cursor, or of unknown age; the newest first."""
        told = sitemaps.parse(page)
        if not told.is_index:
            return
        since = self._since(page, cursor)
        parts = [
            (changed, url)
            for entry in told.entries
            if (url := link_of(entry.loc, page.url)) is not None
            and ((changed := self._moment(entry.lastmod, page)) is None or changed >= since)
        ]
        # Parts of unknown age are asked first only where none has a date: a stable sort keeps their order.
        parts.sort(key=lambda one: one[0] or _OLDEST, reverse=True)
        for _, url in parts:
            yield Request(url, headers={"Accept": _ACCEPT})

    def read(self, page: Page) -> Iterator[Found]:
        """The pages, the newest first; nothing for an index. WireError `scrapers.not_a_sitemap`."""
        told = sitemaps.parse(page)
        if told.is_index:
            return
        oldest = page.fetched_at - timedelta(days=self.days)
        kept: list[tuple[datetime, sitemaps.Entry, str]] = []
        for entry in told.entries:
            url = link_of(entry.loc, page.url)
            if url is None or self.part not in url:
                continue
            at = self._moment(entry.published, page) or self._moment(entry.lastmod, page)
            if at is None or at >= oldest:
                kept.append((at or _OLDEST, entry, url))
        kept.sort(key=lambda one: one[0], reverse=True)
        for _, entry, url in kept:
            moment = self._moment(entry.published, page)
            published, doubted = sane_date(moment, page.fetched_at)
            yield Found(
                url=url,
                title=title_of(entry.title) or headline_of(url),
                published=published,
                lang=language_of(entry.language),
                date_doubted=doubted or (bool(entry.published) and moment is None),
            )

    def _since(self, page: Page, cursor: str | None) -> datetime:
        oldest = page.fetched_at - timedelta(days=self.days)
        return max(oldest, datetime.fromisoformat(cursor) - _MARGIN) if cursor else oldest

    def _moment(self, told: str, page: Page) -> datetime | None:
        return read_date(told, ZoneInfo(self.zone), page.fetched_at) if told else None
