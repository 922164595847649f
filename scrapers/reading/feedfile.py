"""The entries of a feed file: RSS, RDF, Atom or JSON Feed to what was found.

For every kind whose source answers with a feed; what one of them knows better, it says with `shape`.
"""

import codecs
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from outreach.core.errors import WireError
from scrapers.reading import jsonfeed, quickfeed, xmlfeed
from scrapers.reading.dates import read_date, sane_date
from scrapers.reading.encoding import decode
from scrapers.reading.plain import SUMMARY_LENGTH, language_of, link_of, one_line, text_of, title_of
from scrapers.source import MOST_FOUND, Found, Page

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
# 2,000 entries have 60,000; the parser needs about 15 microseconds for each.
_MOST_ELEMENTS = 150_000
_NO_PAGES = frozenset({"enclosure", "replies", "self", "edit"})

Entry = Any  # as feedparser gives it: a mapping of the entry's own names
Shape = Callable[[Entry, Found], Found | None]


def read(page: Page, zone: ZoneInfo) -> Iterator[Found]:
    """The entries that have an address; WireError `scrapers.not_a_feed` for a page of another sort."""
    quick = _quick(page)
    if quick is not None:
        return _items(quick.entries, quick.language, page, zone, None, quick.is_clean)
    text = decode(page.body, page.headers)
    if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        told = jsonfeed.parse(text)
        if told is None:
            raise WireError("scrapers.not_a_feed", url=page.url, permanent=False)
        return jsonfeed.read(told, page.url, zone, page.fetched_at)
    return _read_xml(text, page, zone, None)


def read_xml(page: Page, zone: ZoneInfo, shape: Shape) -> Iterator[Found]:
    """The same for XML alone; `shape` makes of an entry and what was found in it what its kind knows, None
    leaves it out.
    """
    quick = _quick(page)
    if quick is not None:
        return _items(quick.entries, quick.language, page, zone, shape, quick.is_clean)
    return _read_xml(decode(page.body, page.headers), page, zone, shape)


def _quick(page: Page) -> quickfeed.Quick | None:
    """What a plain feed holds that needs no mending at all; None for any other, which is mended first."""
    body = page.body.removeprefix(codecs.BOM_UTF8)
    return quickfeed.read(body, page.url) if xmlfeed.is_clean(body, MOST_FOUND + 1) else None


def _read_xml(text: str, page: Page, zone: ZoneInfo, shape: Shape | None) -> Iterator[Found]:
    if not xmlfeed.is_feed(text):
        text = xmlfeed.without_junk(text)
    if not xmlfeed.is_feed(text):
        raise WireError("scrapers.not_a_feed", url=page.url, permanent=False)
    body = xmlfeed.prepare(text, MOST_FOUND + 1)
    if xmlfeed.elements(body) > _MOST_ELEMENTS:
        raise WireError("scrapers.too_complex", url=page.url, permanent=False)
    quick = quickfeed.read(body, page.url)
    if quick is not None:
        yield from _items(quick.entries, quick.language, page, zone, shape, quick.is_clean)
        return
    try:
        # Never a name or a string: the parser would open a file or an address of that name.
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": page.url},
            sanitize_html=False,  # everything becomes plain text below
            resolve_relative_uris=False,
        )
    except Exception as error:
        # It promises no kind of error for what it cannot read.
        raise WireError("scrapers.not_a_feed", url=page.url, permanent=False) from error
    yield from _items(parsed.entries, str(parsed.feed.get("language") or ""), page, zone, shape, False)


def _items(
    entries: list[Entry], told: str, page: Page, zone: ZoneInfo, shape: Shape | None, is_clean: bool
) -> Iterator[Found]:
    language = language_of(told)
    items = []
    for entry in entries:
        found = _found(entry, page, zone, language, is_clean)
        if found is not None and shape is not None:
            found = shape(entry, found)
        if found is not None:
            items.append(found)
    if len(items) > MOST_FOUND:
        # What is left out must be the oldest.
        items.sort(key=lambda one: one.published or datetime.min.replace(tzinfo=UTC), reverse=True)
    yield from items


def _found(entry: Entry, page: Page, zone: ZoneInfo, language: str | None, is_clean: bool) -> Found | None:
    guid = str(entry.get("id") or "")
    url = _link(entry, page.url, guid)
    if url is None:
        return None
    title = title_of(str(entry.get("title") or ""))
    summary = text_of(str(entry.get("summary") or ""), is_clean)
    texts = [text_of(str(part.get("value") or ""), is_clean) for part in entry.get("content") or ()]
    text = max(texts, key=len) if texts else ""
    author = str(entry.get("author") or "")
    # Asked by `in` first: the parser gives "updated" out as "published", with a warning.
    told = [date for name in ("published", "updated", "created") if name in entry and (date := str(entry[name]))]
    moment = None
    for one in told:
        moment = read_date(one, zone, page.fetched_at)
        if moment is not None:
            break
    published, doubted = sane_date(moment, page.fetched_at)
    return Found(
        url=url,
        title=title or one_line(summary or text, 120),
        summary=_shortened(summary or text),
        text=text or None,
        author=(one_line(title_of(author), 200) or None) if author else None,
        published=published,
        guid=one_line(guid, 500) or None,
        lang=language_of(str(entry.get("language") or "")) or language,
        date_doubted=doubted or (bool(told) and moment is None),
    )


def _shortened(text: str) -> str:
    # Its lines are tidy already: looking for spaces again would cost more than the rest of the entry.
    if len(text) > SUMMARY_LENGTH:
        return one_line(text, SUMMARY_LENGTH)
    return text.replace("\n", " ")


def _link(entry: Entry, base: str, guid: str) -> str | None:
    """The entry's page: its alternate link, any link that is not an enclosure or a reply, else a guid that
    is one.
    """
    links = [link for link in entry.get("links") or () if link.get("rel") not in _NO_PAGES]
    if len(links) > 1:
        links.sort(key=lambda link: link.get("rel") != "alternate")
    for link in (*links, {"href": entry.get("link")}):
        href = str(link.get("href") or "")
        if href and (url := link_of(href, base)):
            return url
    if guid.startswith(("http://", "https://")):
        return link_of(guid, base)
    return None
