"""Feeds as the worst outlets send them, by seed: each is a sound feed of some format with some harm done to it.

`torture(seed)` is always the same. `disagreements` says where our reading and feedparser's differ on it, with feedparser
given the bytes as they came.
"""

import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

import feedparser

from outreach.core.errors import WireError
from scrapers.reading.plain import link_of, one_line, title_of
from scrapers.source import Page
from scrapers.sources.feed import Feed

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ADDRESS = "https://zinas.example/feed.xml"
_TEXT = (
    "Šķaunes ģimene atgriežas Latgalē no ārzemēm Kārsavā atver ceptuvi jauniešu biedrība Ludzā aicina "
    "семья вернулась домой в Резекне открыли пекарню a family moved back to Krāslava šeima grįžo namo"
)
WORDS = _TEXT.split()
DATES = (
    "Mon, 23 Nov 2026 10:15:00 +0200", "Mon, 23 Nov 2026 10:15:00 GMT", "23 Nov 2026 10:15 EET", "2026-11-23T10:15:00Z",
    "2026-11-23T10:15:00.5+02:00", "2026-11-23", "20261123T101500Z", "2026. gada 20. novembris", "vakar 10:15", "20 ноября 2026",
    "1763892900", "Mon, 99 Xxx 2026 88:99:77 +9999", "0000-00-00T00:00:00Z", "31 Dec 9999 23:59:59 -2359", "", "\t", "Nov 23 2026",
)  # fmt: skip


@dataclass(frozen=True)
class Torture:
    """`harms` are the names of what was done, in order; `form` is the format that it was before."""

    seed: int
    form: str
    harms: tuple[str, ...]
    body: bytes
    headers: dict[str, str]


def _words(chance: random.Random, most: int = 9) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(2, most)))


def _items(chance: random.Random) -> list[dict[str, str]]:
    items = []
    for number in range(chance.choice((0, 1, 2, 3, 5, 8, 30))):
        items.append(
            {
                "title": f"{number} {_words(chance)}",
                "link": chance.choice(("https://zinas.example/a/{}", "/b/{}", "c/{}?x=1&y=2", "//cits.example/{}")).format(number),
                "guid": f"https://zinas.example/?p={number}",
                "date": chance.choice(DATES),
                "text": f"<p>{_words(chance)} &amp; <b>{_words(chance)}</b></p><img src='/i.jpg'>",
                "who": chance.choice(("", "Ilze Paraudziņa", "raksti@zinas.example (Redakcija)")),
            }
        )
    return items


def _markup(chance: random.Random, text: str) -> str:
    return f"<![CDATA[{text}]]>" if chance.random() < 0.5 else escape(text)


def _rss(chance: random.Random, version: str) -> str:
    rows = []
    for item in _items(chance):
        row = f"<title>{escape(item['title'])}</title><link>{escape(item['link'])}</link><description>{_markup(chance, item['text'])}</description>"
        if version == "2.0":
            row += f"<guid isPermaLink='{chance.choice(('true', 'false'))}'>{escape(item['guid'])}</guid>"
            row += chance.choice(("", f"<content:encoded>{_markup(chance, item['text'] * 3)}</content:encoded>"))
            row += f"<dc:creator>{escape(item['who'])}</dc:creator><media:content url='/m.jpg'><media:title>bilde</media:title></media:content>"
        row += f"<pubDate>{item['date']}</pubDate>"
        rows.append(f"<item>{row}</item>\n")
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/"'
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="{version}" {spaces if version == "2.0" else ""}><channel>'
        f"<title>Avots</title><link>https://zinas.example/</link><description>Ziņas</description><language>lv</language>{''.join(rows)}</channel></rss>"
    )


def _rdf(chance: random.Random, space: str) -> str:
    rows = [
        f"<item rdf:about='{escape(item['guid'])}'><title>{escape(item['title'])}</title><link>{escape(item['link'])}</link>"
        f"<description>{escape(item['text'])}</description><dc:date>{item['date']}</dc:date></item>"
        for item in _items(chance)
    ]
    return (
        '<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns="{space}"><channel><title>Avots</title><link>https://zinas.example/</link></channel>{"".join(rows)}</rdf:RDF>'
    )


def _atom(chance: random.Random, space: str) -> str:
    rows = []
    for item in _items(chance):
        kind = chance.choice(("html", "text", "xhtml"))
        inside = f"<div xmlns='http://www.w3.org/1999/xhtml'>{_words(chance)} <b>b</b></div>" if kind == "xhtml" else escape(item["text"])
        when = "published" if "2005" in space else "issued"
        rows.append(
            f"<entry><title>{escape(item['title'])}</title><link rel='alternate' href='{escape(item['link'])}'/><link rel='replies' href='/r'/>"
            f"<id>{escape(item['guid'])}</id><{when}>{item['date']}</{when}><author><name>{item['who']}</name></author><summary type='{kind}'>{inside}</summary></entry>"
        )
    base = chance.choice(("", "", " xml:base='https://pamats.example/x/'"))
    return f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="{space}" xml:lang="lv"{base}><title>Avots</title><id>urn:avots</id>{"".join(rows)}</feed>'


FORMS: dict[str, Callable[[random.Random], str]] = {
    "rss 0.91": lambda chance: _rss(chance, "0.91"),
    "rss 0.92": lambda chance: _rss(chance, "0.92"),
    "rss 2.0": lambda chance: _rss(chance, "2.0"),
    "rss 0.90": lambda chance: _rdf(chance, "http://my.netscape.com/rdf/simple/0.9/"),
    "rss 1.0": lambda chance: _rdf(chance, "http://purl.org/rss/1.0/"),
    "atom 0.3": lambda chance: _atom(chance, "http://purl.org/atom/ns#"),
    "atom 1.0": lambda chance: _atom(chance, "http://www.w3.org/2005/Atom"),
}


def _at(chance: random.Random, text: str, piece: str) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + piece + text[place:]


def _within(chance: random.Random, text: str, name: str, piece: str) -> str:
    """The piece at the beginning of one element of that name, where there is one."""
    tags = [f"<{name}>"] if f"<{name}>" in text else []
    if not tags:
        return text
    count = text.count(tags[0])
    parts = text.split(tags[0])
    which = chance.randint(1, count)
    return tags[0].join(parts[:which]) + tags[0] + piece + tags[0].join(parts[which:])


def _without(chance: random.Random, text: str, piece: str) -> str:
    count = text.count(piece)
    if not count:
        return text
    parts = text.split(piece)
    which = chance.randint(1, count)
    return piece.join(parts[:which]) + piece.join(parts[which:])


Harm = Callable[[random.Random, str], str]
HARMS: dict[str, Harm] = {
    "cut": lambda chance, text: text[: chance.randint(len(text) // 3, len(text))],
    "bare ampersand": lambda chance, text: _within(chance, text, "title", "A & B "),
    "ampersand in link": lambda chance, text: text.replace("&amp;y", "&y"),
    "bare angle": lambda chance, text: _within(chance, text, "title", "3 < 5 "),
    "item not closed": lambda chance, text: _without(chance, text, chance.choice(("</item>", "</entry>"))),
    "title not closed": lambda chance, text: _without(chance, text, "</title>"),
    "feed not closed": lambda chance, text: text.replace("</channel></rss>", "").replace("</feed>", ""),
    "wrong end": lambda chance, text: text.replace("</link>", "</lnk>", 1),
    "html entity": lambda chance, text: _within(chance, text, "title", "&nbsp;&scaron;&mdash; "),
    "unknown entity": lambda chance, text: _within(chance, text, "title", "&nekas; "),
    "bad reference": lambda chance, text: _within(chance, text, "title", "&#0;&#x1F;&#99999999; "),
    "nul": lambda chance, text: _within(chance, text, "title", "\x00"),
    "control": lambda chance, text: _within(chance, text, "title", "\x08\x0c\x1b"),
    "lone cdata end": lambda chance, text: _within(chance, text, "title", "]]> "),
    "nested cdata": lambda chance, text: _within(chance, text, "description", "<![CDATA[ a <![CDATA[ b ]]> c "),
    "open cdata": lambda chance, text: _within(chance, text, "description", "<![CDATA["),
    "laughs": lambda chance, text: _after_declaration(text, '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'),
    "external": lambda chance, text: _after_declaration(text, '<!DOCTYPE rss SYSTEM "file:///etc/passwd">'),
    "namespaces missing": lambda chance, text: text.replace("xmlns:dc=", "data-dc=").replace("xmlns:media=", "data-media="),
    "odd namespace": lambda chance, text: text.replace("xmlns:dc=", 'xmlns:x="urn:x" xmlns:dc=').replace("</item>", "<x:a b='1'>c</x:a></item>"),
    "other prefix": lambda chance, text: text.replace("dc:", "d:").replace(":dc=", ":d="),
    "twice": lambda chance, text: text.replace("</item>", "<title>otrs</title><link>/otrs</link></item>", 1),
    "junk before": lambda chance, text: chance.choice((" \n", "<!-- <rss> -->\n", "﻿\n ", "<br />\n<b>Warning</b>: x in y.php\n")) + text,
    "junk after": lambda chance, text: text + chance.choice(("\n\n", "<script>x()</script>", "</html>", "\x00\x00")),
    "deep": lambda chance, text: _within(chance, text, "description", "<b>" * 500),
    "huge attribute": lambda chance, text: text.replace("<item>", f"<item data-x='{'x' * 50_000}'>", 1),
    "script in title": lambda chance, text: _within(chance, text, "title", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    "script link": lambda chance, text: _within(chance, text, "link", "javascript:alert(1)//"),
    "capitals": lambda chance, text: text.replace("pubDate", "PUBDATE").replace("<item>", "<ITEM>").replace("</item>", "</ITEM>"),
    "comment in title": lambda chance, text: _within(chance, text, "title", "<!-- x -->"),
    "markup in title": lambda chance, text: _within(chance, text, "title", "<b>trekns</b> "),
    "instruction": lambda chance, text: _after_declaration(text, "<?xml-stylesheet type='text/xsl' href='x.xsl'?>"),
    "base": lambda chance, text: text.replace("<channel>", "<channel xml:base='https://pamats.example/y/'>", 1),
    "picture": lambda chance, text: text.replace("<item>", "<image><title>b</title><url>/b.png</url><link>/</link></image><item>", 1),
    "html": lambda chance, text: f"<!DOCTYPE html><html><head><title>x</title></head><body>{_words(chance)}</body></html>",
    "json": lambda chance, text: json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "/1", "url": "/1", "title": "x"}]}),
    "nothing": lambda chance, text: "",
}  # fmt: skip

# Encodings: what the bytes are, and what the declaration and the header say of them (empty: nothing).
CODES: dict[str, tuple[str, str, str]] = {
    "utf-8": ("utf-8", "utf-8", ""),
    "utf-8 marked": ("utf-8-sig", "utf-8", ""),
    "utf-16": ("utf-16", "utf-16", ""),
    "windows-1257 told": ("windows-1257", "windows-1257", ""),
    "windows-1251 told": ("windows-1251", "windows-1251", ""),
    "windows-1257 as utf-8": ("windows-1257", "utf-8", "utf-8"),
    "windows-1251 as utf-8": ("windows-1251", "utf-8", "utf-8"),
    "utf-8 as windows-1257": ("utf-8", "windows-1257", ""),
    "utf-8 as iso-8859-1": ("utf-8", "utf-8", "iso-8859-1"),
    "unknown": ("utf-8", "x-nekas", "x-nekas"),
}


# Where the two readings may differ, and why ours is meant so.
DIFFERENCES = {
    "json": "feedparser does not read JSON Feed",
    "windows-1257 as utf-8": "old Latvian outlets; feedparser takes the letters for Western ones",
    "windows-1251 as utf-8": "old Russian outlets; the same",
    "utf-8 as iso-8859-1": "bytes that are UTF-8 are read so, whatever the header says",
    "utf-8 as windows-1257": "the same, whatever the declaration says",
    "junk before": "feedparser finds the declared encoding only at the very beginning",
    "unknown entity": "we keep the whole of what was written",
    "laughs": "what a document type defines does not exist for us",
}


def _after_declaration(text: str, piece: str) -> str:
    end = text.find("?>") + 2 if text.startswith("<?xml") else 0
    return text[:end] + piece + text[end:]


def torture(seed: int) -> Torture:
    """The feed of a seed: up to three harms, and one of the encodings, most often an honest one."""
    chance = random.Random(seed)
    form = chance.choice(list(FORMS))
    harms = tuple(chance.sample(list(HARMS), k=chance.choice((0, 1, 1, 1, 2, 3))))
    text = FORMS[form](chance)
    for name in harms:
        text = HARMS[name](chance, text)
    code = chance.choice(list(CODES)) if chance.random() < 0.4 else "utf-8"
    real, declared, header = CODES[code]
    text = text.replace('encoding="utf-8"', f'encoding="{declared}"', 1)
    headers = {"content-type": f"application/rss+xml; charset={header}"} if header else {"content-type": "application/rss+xml"}
    return Torture(seed, form, harms if code == "utf-8" else (*harms, code), text.encode(real, "xmlcharrefreplace"), headers)


def ours(body: bytes, headers: dict[str, str], address: str = ADDRESS) -> list[dict[str, str]] | None:
    """The entries as this program reads them; None where it says that this is no feed."""
    try:
        found = list(Feed(address).read(Page(address, 200, headers, body, NOW)))
    except WireError:
        return None
    return [{"link": one.url, "title": one.title, "id": one.guid or ""} for one in found]


def theirs(body: bytes, headers: dict[str, str], address: str = ADDRESS) -> list[dict[str, str]] | None:
    """The entries that feedparser finds in the bytes and that have an address, told in the same way; None where it fails."""
    try:
        told = feedparser.parse(io.BytesIO(body), response_headers={**headers, "content-location": address})
    except Exception:
        return None
    entries = ((entry, _address(entry, address)) for entry in told.entries)
    return [
        {
            "link": link,
            "title": title_of(str(entry.get("title") or "")) or one_line(title_of(str(entry.get("summary") or "")), 120),
            "id": one_line(str(entry.get("id") or ""), 500),
        }
        for entry, link in entries
        if link is not None
    ]


def _address(entry: Any, address: str) -> str | None:
    links = [link for link in entry.get("links") or () if link.get("rel") not in {"enclosure", "replies", "self", "edit"}]
    links.sort(key=lambda link: link.get("rel") != "alternate")
    guid = str(entry.get("id") or "")
    told = [*(str(link.get("href") or "") for link in links), str(entry.get("link") or ""), guid if guid.startswith("http") else ""]
    return next((url for href in told if href and (url := link_of(href, address)) is not None), None)


def disagreements(mine: list[dict[str, str]] | None, other: list[dict[str, str]] | None) -> list[str]:
    """What differs: `number`, `link`, `title`, `id`, each told once; nothing where both find the same."""
    if other is None:
        return []
    found = mine or []
    if len(found) != len(other):
        return [f"number {len(found)} for {len(other)}"]
    pairs = list(zip(found, other, strict=True))
    return [name for name in ("link", "title", "id") if any(one[name] != two[name] for one, two in pairs)]


def seeds(first: int, count: int) -> Iterator[tuple[Torture, list[str]]]:
    """Each torture with where the two readings differ."""
    for seed in range(first, first + count):
        feed = torture(seed)
        yield (
            feed,
            disagreements(ours(feed.body, feed.headers), theirs(feed.body, feed.headers)),
        )


def unexplained(feed: Torture, differences: list[str]) -> list[str]:
    """The differences that nothing done to the feed explains."""
    return [] if any(name in DIFFERENCES for name in feed.harms) else differences
