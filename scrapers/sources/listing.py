"""A page that lists articles, for outlets without a feed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag

from outreach.core.errors import WireError
from outreach.core.http import Request
from scrapers.reading.checks import check_address, check_selector, check_zone
from scrapers.reading.dates import read_date, sane_date
from scrapers.reading.encoding import decode
from scrapers.reading.plain import SUMMARY_LENGTH, clean, link_of, one_line, title_of
from scrapers.source import MOST_FOUND, Found, Page

# A page that shows days alone may list an article that came after the last look under the same day.
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Listing:
    """Articles listed on a page, found by CSS selectors.

    `item` selects each article's block in the page; the others select inside it: `link` the address,
    `title` its headline (else the link's own text), `date` and `summary` what they say. `encoding`
    overrules what the page declares; `zone` reads its times. `next_page` selects the link to the next page of the list:
    up to two more are asked at the first poll, and later only while all that a page lists is newer than the last one.
    """

    kind: ClassVar[str] = "listing"
    for_people: ClassVar[bool] = True  # its robots.txt is asked first
    example: ClassVar[Mapping[str, str]] = {"url": "https://zinas.example/", "item": "article"}
    url: str
    item: str
    link: str = "a"
    title: str = ""
    date: str = ""
    summary: str = ""
    next_page: str = ""
    encoding: str = ""
    zone: str = "Europe/Riga"

    def __post_init__(self) -> None:
        check_address(self.url)
        check_zone(self.zone)
        for selector in (self.item, self.link, self.title, self.date, self.summary, self.next_page):
            check_selector(selector)

    def ask(self, cursor: str | None) -> Iterator[Request]:
        yield Request(self.url, headers={"Accept": "text/html, */*;q=0.5"})

    def further(self, page: Page, cursor: str | None) -> Iterator[Request]:
        """The next page of the list, on the same host, while there may be something new on it."""
        if not self.next_page:
            return
        soup, home = self._soup(page)
        anchor = soup.select_one(self.next_page)
        url = link_of(str(anchor.get("href") or ""), home) if anchor is not None else None
        if url is None or urlsplit(url).netloc != urlsplit(page.url).netloc:
            return
        if cursor is None or self._is_all_newer(page, datetime.fromisoformat(cursor)):
            yield Request(url, headers={"Accept": "text/html, */*;q=0.5"})

    def _is_all_newer(self, page: Page, than: datetime) -> bool:
        try:
            told = [found.published for found in self.read(page) if found.published is not None]
        except WireError:
            return False
        if not told:
            return False
        oldest = min(told)
        is_day = oldest.astimezone(ZoneInfo(self.zone)).time() == datetime.min.time()
        return oldest > than - (_DAY if is_day else _HOUR)

    def read(self, page: Page) -> Iterator[Found]:
        """The listed articles in the page's order.

        WireError `scrapers.listing_empty` where `item` finds nothing or none of the items has an address:
        the page was rebuilt. A next page may be empty.
        """
        soup, home = self._soup(page)
        seen: set[str] = set()
        for block in soup.select(self.item, limit=MOST_FOUND + 1):
            found = self._found(block, home, page)
            if found is not None and found.url not in seen:
                seen.add(found.url)
                yield found
        if not seen and not (self.next_page and page.url != self.url):
            raise WireError("scrapers.listing_empty", url=page.url, selector=self.item, permanent=False)

    def _soup(self, page: Page) -> tuple[BeautifulSoup, str]:
        """The page, and the address that its links are told from."""
        soup = BeautifulSoup(decode(page.body, page.headers, self.encoding), "lxml")
        base = soup.find("base", href=True)
        home = link_of(str(base["href"]), page.url) or page.url if isinstance(base, Tag) else page.url
        return soup, home

    def _found(self, block: Tag, home: str, page: Page) -> Found | None:
        anchor = _inside(block, self.link)
        url = link_of(str(anchor.get("href") or ""), home) if anchor is not None else None
        if anchor is None or url is None:
            return None
        titled = _inside(block, self.title) if self.title else None
        title = _text(titled) or _text(anchor) or str(anchor.get("title") or "")
        told = self._date(block)
        moment = read_date(told, ZoneInfo(self.zone), page.fetched_at)
        published, doubted = sane_date(moment, page.fetched_at)
        return Found(
            url=url,
            title=title_of(title.replace("<", "&lt;")),
            summary=one_line(_text(_inside(block, self.summary)), SUMMARY_LENGTH) if self.summary else "",
            published=published,
            date_doubted=doubted or (bool(told) and moment is None),
        )

    def _date(self, block: Tag) -> str:
        node = _inside(block, self.date) if self.date else None
        if node is None:
            return ""
        return str(node.get("datetime") or node.get("content") or "") or _text(node)


def _inside(block: Tag, selector: str) -> Tag | None:
    """The first match inside the block, or the block itself where it is what is looked for."""
    if not selector:
        return block
    return block.select_one(selector) or (block if block.css.match(selector) else None)


def _text(node: Tag | None) -> str:
    return "" if node is None else clean(node.get_text(" ", strip=True))
