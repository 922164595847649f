"""What no platform sends, but somebody may: every kind raises WireError or gives items that can be kept."""

import gzip
import json
import tracemalloc
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.core import registry
from outreach.core.errors import WireError
from scrapers import sources
from scrapers.decide import sane
from scrapers.reading import blocks
from scrapers.reading.sitemaps import ROOTS
from scrapers.source import MOST_FOUND, Found, Leading, Page, source_of
from scrapers.sources.google_news import address_in

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
KINDS = sorted(registry.kinds(sources.__name__))
JSON_KINDS = ["bluesky", "gdelt", "mastodon", "youtube"]

NAMES = [
    "statuses", "posts", "feed", "items", "articles", "post", "record", "author", "account", "id", "url", "uri",
    "content", "text", "title", "created_at", "createdAt", "indexedAt", "seendate", "language", "langs", "embed",
    "external", "snippet", "videoId", "publishedAt", "description", "channelTitle", "reblog", "acct", "display_name",
    "displayName", "handle", "spoiler_text", "domain", "reason", "accessJwt",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "https://zinas.example/a",
            "javascript:alert(1)",
            "at://did:plc:a/app.bsky.feed.post/3l",
            "2026-11-23T10:00:00Z",
            "0000-00-00T99:99:99Z",
            "<p>\x00<script>x</script></p>",
            "\ud800",
            "abcDEF12345",
        ]
    ),
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
SHAPES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(NAMES), inner, max_size=8)),
    max_leaves=40,
)


def read(kind: str, body: bytes, url: str = "https://zinas.example/x") -> list[Found] | None:
    """What a poll would keep, read as a poll does; None where the kind says that this is not its page."""
    plugin = source_of(kind, registry.kinds(sources.__name__)[kind].example)
    page = Page(url, 200, {}, body, NOW)
    try:
        if isinstance(plugin, Leading):
            list(islice(plugin.further(page, None), 10))
        found = list(islice(plugin.read(page), MOST_FOUND + 1))
    except WireError:
        return None
    kept = [item for one in found if (item := sane(one, NOW)) is not None]
    for item in kept:
        assert item.url.startswith(("http://", "https://"))
        assert "<script" not in item.title
        for text in (item.url, item.title, item.summary, item.text or "", item.author or "", item.guid or ""):
            assert "\x00" not in text
            text.encode()
    return kept


@pytest.mark.parametrize("kind", JSON_KINDS)
@settings(max_examples=150, deadline=None)
@given(told=SHAPES)
def test_json_of_any_shape_is_read_or_refused(kind: str, told: Any) -> None:
    read(kind, json.dumps(told).encode())


@pytest.mark.parametrize("kind", JSON_KINDS)
@settings(max_examples=100, deadline=None)
@given(items=st.lists(SHAPES, max_size=6))
def test_one_bad_item_does_not_hide_the_good_ones(kind: str, items: list[Any]) -> None:
    name, good = GOOD[kind]
    told: Any = [*items, good] if name is None else {name: [*items, good]}
    found = read(kind, json.dumps(told).encode())
    assert found
    assert found[-1].title == "Labs ieraksts"


GOOD: dict[str, tuple[str | None, dict[str, Any]]] = {
    "bluesky": ("posts", {"uri": "at://did:plc:a/app.bsky.feed.post/3l", "record": {"text": "Labs ieraksts"}}),
    "gdelt": ("articles", {"url": "https://zinas.example/a", "title": "Labs ieraksts"}),
    "mastodon": (None, {"url": "https://zinas.example/a", "content": "<p>Labs ieraksts</p>"}),
    "youtube": ("items", {"id": {"videoId": "abcDEF12345"}, "snippet": {"title": "Labs ieraksts"}}),
}

MANY = 100_000
HOSTILE = {
    "nothing": b"",
    "nul": b"\x00" * 10_000,
    "open_lists": b"[" * 1_000_000,
    "open_objects": b'{"items":' * 200_000,
    "open_tags": b"<div><a href='/x'>" * 30_000,
    "open_xml": b"<urlset>" * 200_000,
    "open_feed": b"<rss><channel>" + b"<item>" * 100_000,
    "long_number": b'{"posts":[' + b"9" * 1_000_000 + b"]}",
    "constants": b"[NaN, Infinity, -Infinity]",
    "half_text": b'{"articles":[{"title":"' + b"\\" * 100_001,
    "high_bytes": bytes(range(128, 256)) * 2_000,
    "gzip": gzip.compress(b"<urlset>" + b" " * 5_000_000),
    "not_gzip": b"\x1f\x8b" + b"x" * 1_000,
    "many_statuses": json.dumps([{"url": "https://zinas.example/a", "content": "x"}] * MANY).encode(),
    "many_posts": json.dumps({"posts": [{"uri": "at://did:plc:a/app.bsky.feed.post/3l", "record": {"text": "x"}}] * MANY}).encode(),
    "many_pages": b"<urlset>" + b"<url><loc>https://zinas.example/a</loc></url>" * MANY + b"</urlset>",
    "many_parts": b"<sitemapindex>" + b"<sitemap><loc>/a</loc></sitemap>" * MANY + b"</sitemapindex>",
    "many_links": b"<div class=tgme_channel_info></div>" + b"<div class='tgme_widget_message' data-post='abcd/1'>x</div>" * 20_000,
    "deep_loc": b"<urlset><url>" + b"<a>" * 100_000 + b"<loc>https://zinas.example/a</loc>",
    "long_title": b"<urlset><url><loc>https://zinas.example/a</loc><title>" + b"<" * 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "listing"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_in_items_or_one_clear_error(kind: str, name: str) -> None:
    found = read(kind, HOSTILE[name])
    assert found is None or len(found) <= MOST_FOUND + 1


@pytest.mark.parametrize("root", sorted(ROOTS))
def test_a_bomb_in_a_gzip_file_is_refused_before_it_fills_the_memory(root: str) -> None:
    bomb = gzip.compress(f"<{root}>".encode() + b" " * 200_000_000)
    tracemalloc.start()
    try:
        assert read("sitemap", bomb) is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000


@pytest.mark.parametrize("name", ["open_tags", "open_lists", "nul", "many_links", "high_bytes"])
def test_no_page_breaks_the_search_for_blocks(name: str) -> None:
    text = HOSTILE[name].decode("latin-1")
    assert isinstance(blocks.propose(text, "https://zinas.example/", ZoneInfo("Europe/Riga"), NOW), list)


@given(st.text(alphabet="ABCDEFabcdef0123456789_-=", max_size=200))
def test_any_article_number_gives_a_web_address_or_none(number: str) -> None:
    address = address_in(number)
    assert address is None or address.startswith(("http://", "https://"))
