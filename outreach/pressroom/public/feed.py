"""The press room as RSS 2.0 and Atom, and as a map for search engines. Pure: the same values are the same bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from feedgen.feed import FeedGenerator  # type: ignore[import-untyped]
from markupsafe import Markup

from outreach.core.text import Words
from outreach.pressroom.outputs import wording
from outreach.pressroom.texts import Said, blocks

KINDS = ("rss", "atom")
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True)
class Item:
    """A release in a feed: `tag` names it for good, `html` is its whole text."""

    tag: str
    title: str
    lead: str
    html: str
    url: str
    out_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Feed:
    """A feed in one language; `home` is the page it belongs to, `own` its own address. Items come the latest first."""

    title: str
    about: str
    author: str
    language: str
    home: str
    own: str
    tag: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Place:
    """A page in the map: its address in each language, and when it last changed."""

    urls: tuple[tuple[str, str], ...]
    changed_at: datetime


def tag(public_url: str, release_id: int, language: str, published_at: datetime) -> str:
    """What a release is called in every feed for good (RFC 4151), wherever its page moves on this host."""
    return f"tag:{_host(public_url)},{published_at:%Y-%m-%d}:release/{release_id}/{language}"


def own_tag(public_url: str, language: str) -> str:
    """What the feed of one language is called."""
    return f"tag:{_host(public_url)},2026:releases/{language}"


def written(feed: Feed, kind: str, empty_at: datetime) -> bytes:
    """The feed as XML; `kind` is one of `KINDS`. `empty_at` is when it changed if nothing is in it."""
    made = FeedGenerator()
    made.id(feed.tag)
    made.title(feed.title)
    made.subtitle(feed.about)
    made.description(feed.about)
    made.language(feed.language)
    made.author({"name": feed.author})
    made.generator("outreach")
    made.link(href=feed.own, rel="self")
    made.link(href=feed.home, rel="alternate")
    made.updated(max((one.changed_at for one in feed.items), default=empty_at))
    for one in feed.items:
        entry = made.add_entry(order="append")
        entry.id(one.tag)
        entry.guid(one.tag, permalink=False)
        entry.title(one.title)
        entry.link(href=one.url, rel="alternate")
        entry.author({"name": feed.author})
        entry.published(one.out_at)
        entry.updated(one.changed_at)
        if one.lead:
            entry.summary(one.lead)
        entry.content(one.html, type="html")
    body: bytes = made.rss_str() if kind == "rss" else made.atom_str()
    return body


def html(said: Said, t: Words) -> str:
    """A release's whole text as HTML of plain elements, everything escaped; `t` speaks its language."""
    return str(Markup("\n").join(_pieces(said, t)))


def sitemap(places: Sequence[Place]) -> bytes:
    """The pages with their addresses in each language, the first address as the page's own."""
    register_namespace("", _SITEMAP)
    register_namespace("xhtml", _XHTML)
    root = Element(f"{{{_SITEMAP}}}urlset")
    for place in places:
        for _, url in place.urls:
            one = SubElement(root, f"{{{_SITEMAP}}}url")
            SubElement(one, f"{{{_SITEMAP}}}loc").text = url
            SubElement(one, f"{{{_SITEMAP}}}lastmod").text = place.changed_at.isoformat(timespec="seconds")
            for language, other in place.urls:
                SubElement(one, f"{{{_XHTML}}}link", rel="alternate", hreflang=language, href=other)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _pieces(said: Said, t: Words) -> Iterator[Markup]:
    if said.lead:
        yield Markup("<p><strong>{}</strong></p>").format(said.lead)
    for block in blocks(said.body):
        if block.kind == "points":
            yield _list(block.lines)
        else:
            shape = Markup("<h2>{}</h2>") if block.kind == "heading" else Markup("<p>{}</p>")
            yield from (shape.format(line) for line in block.lines)
    for quote in said.quotes:
        yield Markup("<blockquote><p>{}</p><p>{}</p></blockquote>").format(
            wording.quoted(quote.words, said.language), wording.speaker(quote)
        )
    if said.facts:
        yield Markup("<h2>{}</h2>").format(t("pressroom.facts"))
        yield _list(said.facts)
    for title, text in ((t("pressroom.about"), said.boilerplate), (t("pressroom.contact"), said.contact)):
        if text:
            yield Markup("<h2>{}</h2>").format(title)
            yield Markup("<p>{}</p>").format(Markup("<br>").join(text.split("\n")))


def _list(lines: Sequence[str]) -> Markup:
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(line) for line in lines))


def _host(public_url: str) -> str:
    return urlsplit(public_url).hostname or "localhost"
