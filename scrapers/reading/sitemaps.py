"""Sitemaps (sitemaps.org), their indexes and the news extension, also gzipped and as plain text."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from outreach.core.errors import WireError
from scrapers.reading import xmlfeed
from scrapers.reading.encoding import decode
from scrapers.source import Page

ROOTS = frozenset({"urlset", "sitemapindex"})
# The protocol allows 50 MB; what news sites write is far below this.
_MOST_BYTES = 20 * 2**20
_MOST_ENTRIES = 50_000  # the protocol's own limit
_ITEMS = {"urlset": "url", "sitemapindex": "sitemap"}


@dataclass(frozen=True)
class Entry:
    """A page or, in an index, a sitemap, as told: all texts raw, empty where nothing is said."""

    loc: str
    lastmod: str = ""
    title: str = ""
    published: str = ""
    language: str = ""


@dataclass(frozen=True)
class Sitemap:
    """What a page holds; `is_index`: its entries are sitemaps themselves."""

    is_index: bool
    entries: tuple[Entry, ...]


def is_sitemap(text: str) -> bool:
    """Whether the text begins as a sitemap or an index does."""
    return xmlfeed.root_of(text) in ROOTS


def parse(page: Page) -> Sitemap:
    """The page as a sitemap; WireError `scrapers.not_a_sitemap`, or `scrapers.too_complex` for one that
    unpacks to more than can be read.
    """
    text = decode(unpacked(page), page.headers)
    root = xmlfeed.root_of(text)
    if root not in ROOTS:
        lines = text.split("\n", _MOST_ENTRIES)
        if page.url.lower().split("?")[0].endswith((".txt", ".txt.gz")) and lines[0].strip().startswith("http"):
            locs = (line.strip() for line in lines[:_MOST_ENTRIES])
            return Sitemap(False, tuple(Entry(loc) for loc in locs if loc.startswith("http")))
        raise WireError("scrapers.not_a_sitemap", url=page.url)
    return Sitemap(root == "sitemapindex", tuple(_entries(xmlfeed.prepare(text, _MOST_ENTRIES), _ITEMS[root])))


def unpacked(page: Page) -> bytes:
    """The page's bytes, out of their gzip file where they came in one."""
    if not page.body.startswith(b"\x1f\x8b"):
        return page.body
    tool = zlib.decompressobj(wbits=31)
    try:
        body = tool.decompress(page.body, _MOST_BYTES)
    except zlib.error as error:
        raise WireError("scrapers.not_a_sitemap", url=page.url) from error
    if tool.unconsumed_tail:
        raise WireError("scrapers.too_complex", url=page.url)
    return body


def _entries(body: bytes, name: str) -> Iterator[Entry]:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError):
        return
    if root is None:
        return
    for number, item in enumerate(root.iterchildren("{*}" + name)):
        if number == _MOST_ENTRIES:
            return
        told: dict[str, str] = {}
        for part in item.iter("{*}loc", "{*}lastmod", "{*}title", "{*}publication_date", "{*}language"):
            # Pictures and films have a place and a title of their own, deeper in.
            if _is_about(part, item):
                told.setdefault(etree.QName(part).localname, (part.text or "").strip())
        if told.get("loc"):
            yield Entry(
                told["loc"],
                told.get("lastmod", ""),
                told.get("title", ""),
                told.get("publication_date", ""),
                told.get("language", ""),
            )


def _is_about(part: "etree._Element", item: "etree._Element") -> bool:
    up = part.getparent()
    while up is not None and up is not item:
        if etree.QName(up).localname not in {"news", "publication"}:
            return False
        up = up.getparent()
    return True
