"""Feeds, the map, what pages tell programs, and pictures to print from: pure, and safe whatever stands in a release."""

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from PIL import Image

from outreach.core.text import Texts
from outreach.pressroom.outputs.tidy import cleaned
from outreach.pressroom.public import feed, prints, telling
from outreach.pressroom.public.feed import Feed, Item, Place
from outreach.pressroom.texts import Quoted, Said

OUT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
EVIL = "</script><script>alert(1)</script> & \"x\" 'y' ]]>"
SAID = Said(
    7, 1, "release", "lv", f"Virsraksts {EVIL}", f"Ievads {EVIL}", f"Teksts {EVIL}\n\n## Daļa {EVIL}\n\n- viens {EVIL}", (f"Fakts {EVIL}",),
    f"Birojs {EVIL}", f"Anna\n{EVIL}", 1, (Quoted(f"Mājās {EVIL}", "Ance", "māte"),),
)  # fmt: skip


def item(said: Said, texts: Texts, **more: object) -> Item:
    html = feed.html(said, texts.in_language("lv"))
    made = Item(feed.tag("https://birojs.lv", 7, "lv", OUT), said.headline, said.lead, html, "https://birojs.lv/prese/a", OUT, OUT)
    return replace(made, **more)  # type: ignore[arg-type]


def made(*items: Item) -> Feed:
    home = "https://birojs.lv/prese"
    return Feed("Birojs", "Relīzes", "Birojs", "lv", home, f"{home}/feed/lv.rss", feed.own_tag(home, "lv"), items)


@pytest.mark.parametrize("kind", feed.KINDS)
def test_a_reader_finds_the_whole_text_under_a_name_that_stays(texts: Texts, kind: str) -> None:
    body = feed.written(made(item(SAID, texts), item(SAID, texts, tag="tag:x", title="Vecāka")), kind, OUT)
    assert body == feed.written(made(item(SAID, texts), item(SAID, texts, tag="tag:x", title="Vecāka")), kind, OUT)
    told = feedparser.parse(body)
    assert not told.bozo and told.feed.language == "lv"
    first, second = told.entries
    assert first.id == "tag:birojs.lv,2026-11-23:release/7/lv" and second.title == "Vecāka"
    assert first.title == SAID.headline and first.link == "https://birojs.lv/prese/a"
    whole = first.content[0].value
    for piece in ("Ievads", "<h2>Daļa", "<li>viens", "„Mājās", "Ance, māte", "Fakts", "Anna<br"):
        assert piece in whole, piece
    assert "<script" not in whole and first.published_parsed[:4] == (2026, 11, 23, 8)


@pytest.mark.parametrize("kind", feed.KINDS)
def test_signs_that_no_xml_holds_break_no_feed(texts: Texts, kind: str) -> None:
    said = cleaned(replace(SAID, headline="a\x00\x0bb\ufffe", body="c\x1fd"))
    assert not feedparser.parse(feed.written(made(item(said, texts)), kind, OUT)).bozo


def test_an_empty_feed_is_one_and_stays_the_same() -> None:
    assert feedparser.parse(feed.written(made(), "atom", OUT)).entries == []
    assert feed.written(made(), "rss", OUT) == feed.written(made(), "rss", OUT)


def test_the_map_names_every_language_of_a_page() -> None:
    urls = (("lv", "https://birojs.lv/prese/a"), ("en", "https://birojs.lv/prese/a?lang=en&x=<"))
    root = ET.fromstring(feed.sitemap([Place(urls, OUT)]))
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    assert [one.text for one in root.findall("s:url/s:loc", spaces)] == [url for _, url in urls]
    assert [one.get("hreflang") for one in root.findall("s:url/x:link", spaces)] == ["lv", "en"] * 2


def test_an_article_says_what_is_known_and_no_more() -> None:
    told = telling.article(
        replace(SAID, lead=""), url="https://x/a", home="https://x", office="Birojs", out_at=OUT, changed_at=OUT + timedelta(days=1), pictures=[]
    )
    assert told["@type"] == "NewsArticle" and told["datePublished"] == "2026-11-23T08:00:00+00:00" and told["dateModified"] != told["datePublished"]
    assert "description" not in told and "image" not in told and told["publisher"] == told["author"]


def test_what_is_passed_on_is_short_and_ends_with_the_address() -> None:
    told = telling.share(replace(SAID, lead="vārds " * 200), "https://x/a")
    assert told.endswith("\n\nhttps://x/a") and len(told) < 500 and "…" in told
    assert telling.share(replace(SAID, headline="A", lead=""), "https://x/a") == "A\n\nhttps://x/a"


def webp(size: tuple[int, int], mode: str = "RGB", colour: object = "#246") -> bytes:
    body = io.BytesIO()
    Image.new(mode, size, colour).save(body, "WEBP")  # type: ignore[arg-type]
    return body.getvalue()


def test_a_print_is_whole_and_says_whose_it_is() -> None:
    with Image.open(io.BytesIO(prints.printed(webp((1200, 800)), "Rāzna", "Foto: Žanis"))) as shown:
        assert (shown.format, shown.size, shown.info["dpi"]) == ("JPEG", (1200, 800), (300, 300))
        told = shown.getexif()
        assert [str(told[mark]).encode("latin-1").decode() for mark in (0x010E, 0x8298)] == ["Rāzna", "Foto: Žanis"]
    with Image.open(io.BytesIO(prints.printed(webp((8, 8), "RGBA", (0, 0, 0, 0)), "", ""))) as shown:
        assert shown.getpixel((4, 4)) == (255, 255, 255)


def test_a_picture_to_look_at_is_small_and_never_enlarged() -> None:
    for given, wanted in (((2400, 1200), (960, 480)), ((200, 100), (200, 100))):
        with Image.open(io.BytesIO(prints.small(webp(given)))) as shown:
            assert (shown.format, shown.size) == ("WEBP", wanted)
    with pytest.raises(OSError):
        prints.small(b"no picture")
