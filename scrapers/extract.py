"""An article's text, headline, date and author from its page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from scrapers.reading.encoding import decode
from scrapers.reading.pagefacts import facts_of
from scrapers.reading.plain import TEXT_LENGTH, clean, link_of, text_of
from scrapers.watch.language import language

# An article page is 50 to 500 kB; what is longer than this is cut before anything looks at it.
_LONGEST = 4_000_000
_MOST_SEEN = 100_000
# Extraction walks the tree many times: a page with more elements is read by its paragraphs alone.
_MOST_ELEMENTS = 40_000
_SCRIPTS = re.compile(r"<(script|style|svg|noscript)\b(?![^>]{0,300}ld\+json)[^>]*>", re.IGNORECASE)
_BEGINNING = 4_096
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_DOCTYPE = re.compile(r"<!doctype[^<>]{0,500}>", re.IGNORECASE)
_CLOSED_HTML = re.compile(r"(<html\b[^<>]{0,1000}?)\s*/>", re.IGNORECASE)
_UNREAD = ("style", "svg", "template", "link", "meta", "input", "source", "iframe", "canvas", "aside", "footer")
# Boxes that point to other articles, by the names that sites give them. Whole words only: "related" is no
# "correlated".
_TEASERS = re.compile(
    r"(?:^|[\s_-])(?:related|teasers?|recommend(?:ed|ations?)?|read-?(?:more|also)|lasi-?vel|saistit[aieo]\w*|most-?read|popular|"
    r"outbrain|taboola|newsletter|subscribe|share-?(?:bar|buttons?)|breadcrumbs?)(?:$|[\s_-])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Extracted:
    """What a page says of its article: plain text, one paragraph a line; `published` aware UTC or None.

    `url` is the address the page gives itself, else the one that was asked. `declared` is that of its `rel=canonical`
    alone, where it has one and no second that differs; `date_doubted` says that a date was told but made no sense.
    """

    url: str
    title: str
    text: str
    published: datetime | None
    author: str | None
    lang: str | None
    declared: str | None = None
    asked: str = ""
    date_doubted: bool = False


def extract(
    html: bytes,
    url: str | None,
    *,
    headers: Mapping[str, str] | None = None,
    zone: str = "Europe/Riga",
    now: datetime | None = None,
) -> Extracted:
    """Reads an article page; a page without an article gives empty text, no page makes it fail.

    `zone` reads times that name none. `now` (aware) bounds the date: what lies over a day ahead is not
    believed. The date is what the page declares for the article, never a date in the page's own header.
    """
    url = url or ""
    text = decode(html[: _LONGEST * 2], headers)[:_LONGEST]
    tree = _tree(text)
    if tree is None:
        return Extracted(url, "", "", None, None, None)
    facts = facts_of(tree, ZoneInfo(zone), now or datetime.max.replace(tzinfo=UTC, year=9000))
    _lighten(tree)
    # While something holds them, the tree's elements need not be made anew for every walk.
    nodes = list(islice(tree.iter(), _MOST_ELEMENTS))
    body = _body(tree) if len(nodes) < _MOST_ELEMENTS else _paragraphs(tree)
    found = link_of(facts.url, url) if facts.url else None
    told = language(body or facts.title, facts.lang)[0] if body or facts.title else None
    declared = link_of(facts.canonical, url) if facts.canonical else None
    return Extracted(
        found or url,
        facts.title,
        body,
        facts.published,
        facts.author,
        told,
        declared=declared,
        asked=url,
        date_doubted=facts.date_doubted,
    )


def visible_text(html: bytes, headers: Mapping[str, str] | None = None) -> str:
    """All the words that a page shows, menus and teasers too, a line for a block; cut at 100,000 letters.

    Costs a reading of its own: for the few pages whose article has none of our words.
    """
    text = clean(decode(html[: _LONGEST * 2], headers))[:_LONGEST]
    # The links of a menu often stand without a space between them.
    return text_of(text.replace("</a>", " </a>").replace("</A>", " </A>"))[:_MOST_SEEN]


def _tree(text: str) -> HtmlElement | None:
    if not text.strip() or "<" not in text:
        return None
    try:
        return document_fromstring(_bytes(_repaired(_without_scripts(text))), parser=_parser())
    except (etree.LxmlError, ValueError, RecursionError):
        return None


def _bytes(text: str) -> bytes:
    """UTF-8 without what a tree cannot hold."""
    told = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    for wrong in (b"\xef\xbf\xbe", b"\xef\xbf\xbf"):
        if wrong in told:
            told = told.replace(wrong, b"")
    return told


def _parser() -> HTMLParser:
    return HTMLParser(collect_ids=False, encoding="utf-8", remove_comments=True, remove_pis=True)


def _repaired(text: str) -> str:
    """Without the document type, which libxml2 stumbles over, and with an opening tag where one closes itself."""
    start = text[:_BEGINNING]
    return _CLOSED_HTML.sub(r"\1>", _DOCTYPE.sub("", start, count=1), count=1) + text[_BEGINNING:]


def _lighten(tree: HtmlElement) -> None:
    """Takes away what no way of extraction reads: the tree is walked and copied many times. Data blocks stay."""
    for node in list(tree.iter("script")):
        if "json" not in (node.get("type") or ""):
            node.tag = "style"
    etree.strip_elements(tree, *_UNREAD, with_tail=False)


def _without_scripts(text: str) -> str:
    """Half of a page's bytes are scripts: they are cut before parsing, but for the data blocks (ld+json)."""
    if len(text) < 1_000_000:
        return text
    parts: list[str] = []
    at = 0
    for match in _SCRIPTS.finditer(text):
        if match.start() < at:
            continue
        end = text.find(f"</{match[1]}", match.end())
        if end < 0:
            break
        parts.append(text[at : match.start()])
        at = end
    parts.append(text[at:])
    return "".join(parts)


@cache
def _options() -> Any:
    """With these settings: F1 .96 on 181 public pages."""
    from trafilatura.settings import Extractor

    return Extractor(output_format="python", fast=True, comments=False)


def _body(tree: HtmlElement) -> str:
    for node in list(tree.iter("div", "section", "aside", "ul", "nav")):
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if _TEASERS.search(names) and node.getparent() is not None and _points_elsewhere(node):
            node.drop_tree()
    # It takes as long to load as a round of a thousand polls, most of which find nothing to extract.
    import trafilatura

    try:
        document = trafilatura.bare_extraction(tree, options=_options())
    except Exception:
        return _paragraphs(tree)
    text = getattr(document, "text", None) or ""
    return clean(text)[:TEXT_LENGTH].strip()


def _points_elsewhere(node: HtmlElement) -> bool:
    """Whether a box with a teaser's name is one: links, and little text between them."""
    if next(node.iter("h1", "article", "main"), None) is not None:
        return False
    linked = sum(len("".join(link.itertext())) for link in node.iter("a"))
    return linked > 0 and sum(len(part) for part in node.itertext()) <= 3 * linked + 200


def _paragraphs(tree: HtmlElement) -> str:
    parts = (" ".join("".join(node.itertext()).split()) for node in islice(tree.iter("p"), 2_000))
    return clean("\n".join(part for part in parts if len(part) > 40))[:TEXT_LENGTH]
