"""Feeds made to do harm: each ends in sane items or in one clear error, with memory and work bounded by its length."""

import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from outreach.core.errors import WireError
from scrapers.source import MOST_FOUND, Found, Page
from scrapers.sources.feed import Feed

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ITEM = b"<item><title>Zi\xc5\x86a</title><link>https://zinas.example/%d</link><pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate></item>"
FEW = {"scrapers.not_a_feed", "scrapers.too_complex"}


def read(body: bytes, kind: str = "application/rss+xml") -> list[Found] | str:
    """What the feed holds, or the key of its error; anything else that is raised fails the test."""
    try:
        return list(Feed("https://zinas.example/feed").read(Page("https://zinas.example/feed", 200, {"content-type": kind}, body, NOW)))
    except WireError as error:
        return error.key if error.key in FEW else f"not clear: {error.key}"


def rss(inside: bytes, before: bytes = b"") -> bytes:
    return b'<?xml version="1.0"?>' + before + b'<rss version="2.0"><channel><title>t</title>' + inside + b"</channel></rss>"


def items(count: int) -> bytes:
    return b"".join(ITEM % number for number in range(count))


LAUGHS = b"<!DOCTYPE rss [<!ENTITY l0 'ha'>" + b"".join(b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12)) + b"]>"
SECRET = b'<!DOCTYPE rss [<!ENTITY s SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'
TITLED = b"<item><title>%b</title><link>https://zinas.example/1</link></item>"


@pytest.mark.parametrize(
    "body",
    [
        rss(TITLED % b"&l11;", LAUGHS),
        rss(TITLED % b"&l11; & <b>", LAUGHS),
        rss(TITLED % b"&s;", SECRET),
        rss(TITLED % b"a & b &s;", SECRET),
        rss(TITLED % b"&s;", b'<!DOCTYPE rss SYSTEM "file:///etc/passwd">'),
    ],
    ids=["laughs", "laughs in a broken feed", "file", "file in a broken feed", "external type"],
)
def test_entities_neither_grow_nor_fetch(body: bytes) -> None:
    found = read(body)
    assert isinstance(found, list)
    assert len(found) == 1
    assert len(found[0].title) < 100
    assert "root:" not in found[0].title


@pytest.mark.parametrize(
    "told",
    [
        b"<script>alert(1)</script>Virsraksts",
        b"&lt;script&gt;alert(1)&lt;/script&gt;Virsraksts",
        b"<![CDATA[<script>alert(1)</script>Virsraksts]]>",
        b"<![CDATA[<img src=x onerror=alert(1)>Virsraksts]]>",
        b"&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;Virsraksts",
        b"<![CDATA[<svg/onload=alert(1)>]]>Virsraksts",
    ],
)
def test_scripts_in_titles_leave_their_words_at_most(told: bytes) -> None:
    found = read(rss(TITLED % told))
    assert isinstance(found, list)
    assert "Virsraksts" in found[0].title
    assert not {"<", "onerror", "onload"} & {found[0].title[:1], *found[0].title.split()}
    assert "<script" not in found[0].title


@pytest.mark.parametrize(
    "told", [b"javascript:alert(1)", b"data:text/html,x", b"file:///etc/passwd", b"https://me:secret@zinas.example/", b"java&#10;script:alert(1)"]
)
def test_links_that_are_no_pages_are_left_out(told: bytes) -> None:
    assert read(rss(b"<item><title>a</title><link>%b</link></item>" % told)) == []


@pytest.mark.parametrize("nuls", [b"\x00", b"\x00" * 70])
def test_nul_bytes_do_not_hide_the_items(nuls: bytes) -> None:
    found = read(rss(TITLED % (b"Vir" + nuls + b"sraksts")))
    assert isinstance(found, list)
    assert found[0].title == "Virsraksts"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b"<!DOCTYPE html><html><head><title>Feed</title></head><body><item>a</item></body></html>"),
        ("application/rss+xml", b"<html><body>404</body></html>"),
        ("application/json", b'{"error": "no feed"}'),
        ("application/json", b"[1, 2, 3]"),
        ("application/rss+xml", b'"text"'),
        ("application/rss+xml", b""),
        ("application/rss+xml", b"\x00" * 100_000),
        ("application/rss+xml", b"\x1f\x8b\x08" + b"x" * 1_000),
        ("application/rss+xml", b"<" * 100_000),
        ("application/rss+xml", b"<!--" * 50_000),
        ("application/rss+xml", b"<!DOCTYPE " * 20_000),
        ("application/rss+xml", b"<?xml " * 50_000),
        ("application/json", b"[" * 1_000_000),
    ],
)
def test_what_is_no_feed_is_called_so(kind: str, body: bytes) -> None:
    assert read(body, kind) == "scrapers.not_a_feed"


def test_of_100000_entries_the_newest_are_kept() -> None:
    found = read(rss(items(100_000)))
    assert isinstance(found, list)
    assert found[0].url == "https://zinas.example/0"
    assert MOST_FOUND <= len(found) <= MOST_FOUND + 1


@pytest.mark.parametrize("name", [b"a", b"item", b"b:c", b"content"])
@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
def test_a_million_levels_are_no_feed_to_fall_into(name: bytes, is_closed: bool) -> None:
    deep = b"<%b>" % name * 1_000_000 + (b"</%b>" % name * 1_000_000 if is_closed else b"")
    found = read(rss(TITLED % b"a" + deep))
    assert found == "scrapers.too_complex" or isinstance(found, list)


def test_50_megabytes_take_a_small_multiple_of_their_size() -> None:
    body = rss(b"<item><link>https://zinas.example/1</link><description>" + b"Latgale " * 6_500_000 + b"</description></item>")
    tracemalloc.start()
    try:
        found = read(body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(found, list)
    assert len(found[0].summary) <= 2_000
    assert peak < 8 * len(body)


GROWING: dict[str, Callable[[int], bytes]] = {
    "items": lambda size: rss(items(size // 120)),
    "open items": lambda size: rss(b"<item>" * (size // 6)),
    "bare ampersands": lambda size: rss(TITLED % (b"& " * (size // 2))),
    "bare angles": lambda size: rss(TITLED % (b"< " * (size // 2))),
    "cdata": lambda size: rss(TITLED % (b"<![CDATA[" * (size // 9))),
    "references": lambda size: rss(TITLED % (b"&#8222;&#0;" * (size // 11))),
    "attributes": lambda size: rss(b"<item " + b"".join(b'a%d="1" ' % n for n in range(size // 10)) + b"/>"),
    "namespaces": lambda size: rss(b"".join(b'<x%d:a xmlns:x%d="urn:%d"/>' % (n, n, n) for n in range(size // 30))),
    "broken tags": lambda size: rss(b"<description><![CDATA[" + b'<a href="' * (size // 9) + b"]]></description>"),
    "open markup": lambda size: rss(b"<item><link>/a</link><description><![CDATA[" + b"<div a='" * (size // 8) + b"]]></description></item>"),
    "spaces": lambda size: rss(b"<item><link>/a</link><description>" + b" \n\t" * (size // 3) + b"</description></item>"),
    "links": lambda size: rss(b"<item>" + b"<link>/a</link>" * (size // 15) + b"</item>"),
}  # fmt: skip


@pytest.mark.parametrize("name", GROWING)
def test_work_grows_with_the_length_and_not_with_its_square(name: str) -> None:
    def cost(size: int) -> float:
        body = GROWING[name](size)
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            read(body)
            best = min(best, time.process_time() - start)
        return best

    # Eight times the length: a square would be sixty-four times the work. What costs nothing is not compared.
    assert cost(480_000) < 30 * cost(60_000) + 0.05
