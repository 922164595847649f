"""Two readers, one result: what the quick reader takes it reads as feedparser does, in every field; the rest it leaves."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest
from feedparser.mixin import _FeedParserMixin
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.core.errors import WireError
from outreach.demo.newsroom import Newsroom
from scrapers.reading import feedfile, feednames, quickfeed
from scrapers.source import Page
from tests.scrapers.test_sources import PAGES, read_page
from tests.support.torture import FORMS, HARMS, torture

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
RIGA = ZoneInfo("Europe/Riga")
ADDRESS = "https://zinas.example/dir/feed.xml"
KEYS = ("id", "link", "title", "summary", "author", "published", "updated", "created", "language")
FEEDS = [file for file in PAGES if file.parent.name in {"feed", "google_news", "reddit", "youtube"}]


def facts(entry: Mapping[str, Any]) -> dict[str, object]:
    """Everything of an entry that is read later."""
    links = [link for link in entry.get("links") or () if link.get("rel") != "enclosure"]
    source = entry.get("source") or {}
    return {
        **{key: entry[key] for key in KEYS if key in entry},
        "content": [part.get("value") for part in entry.get("content") or ()],
        "links": [(link.get("rel"), link.get("href")) for link in links],
        "source": (source.get("href"), source.get("title")),
    }


def both(body: bytes) -> tuple[object, object] | None:
    """What the quick reader and feedparser make of the bytes; None where the quick reader leaves them."""
    quick = quickfeed.read(body, ADDRESS)
    if quick is None:
        return None
    told = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": ADDRESS},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return (
        (quick.language, [facts(entry) for entry in quick.entries]),
        (str(told.feed.get("language") or ""), [facts(entry) for entry in told.entries]),
    )


def found(page: Page) -> object:
    try:
        return list(feedfile.read(page, RIGA))
    except WireError as error:
        return error.key


def alike(page: Page, patch: pytest.MonkeyPatch) -> bool:
    """Whether the page gives the same without the quick reader."""
    quick = found(page)
    with patch.context() as inside:
        inside.setattr(quickfeed, "read", lambda body, base: None)
        return quick == found(page)


@pytest.mark.parametrize("file", FEEDS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_recorded_pages_are_read_alike(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert alike(read_page(file), monkeypatch)


def test_the_newsrooms_feeds_are_plain_and_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Newsroom(NOW, RIGA)
    room.open()
    try:
        told = {outlet.slug: room.page(f"/{outlet.slug}/feed.xml") for outlet in room.outlets}
    finally:
        room.close()
    pages = {slug: Page(f"https://zinas.example/{slug}/feed.xml", 200, {}, one[1], NOW) for slug, one in told.items() if one}
    assert pages
    for slug, page in pages.items():
        assert quickfeed.read(page.body, page.url) is not None, slug
        assert alike(page, monkeypatch), slug


@pytest.mark.parametrize("first", range(1_000, 1_400, 100))
def test_tortured_feeds_are_read_alike(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(first, first + 100):
        feed = torture(seed)
        assert alike(Page(ADDRESS, 200, feed.headers, feed.body, NOW), monkeypatch), (seed, feed.harms)


def test_most_sound_feeds_are_read_by_the_quick_reader() -> None:
    sound = [feed for feed in map(torture, range(600)) if not feed.harms]
    quick = [feed for feed in sound if quickfeed.read(feed.body, ADDRESS) is not None]
    assert {feed.form for feed in quick} == set(FORMS)
    assert len(quick) > len(sound) / 2
    assert HARMS


SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:a="http://www.w3.org/2005/Atom" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:x="urn:x"'
)
# What an item is put together from: everything that plain feeds have, and what is not plain.
PIECES = (
    "<title>Ziņa &amp; cita</title>", "<title/>", "<title>otrā</title>", "<dc:title>trešā</dc:title>", "<media:title>bilde</media:title>",
    "<media:group><media:title>grupā</media:title><media:description>apraksts</media:description></media:group>",
    "<media:content url='/b.jpg'><media:title type='plain'>m</media:title><media:thumbnail url='/t.jpg'/></media:content>",
    "<link>/a</link>", "<link>https://cits.example/b?x=1&amp;amp;y=2</link>", "<link/>", "<a:link href='/c' rel='Replies'/>", "<a:link href=' /d '/>",
    "<a:link rel='self' href='/s'/>", "<a:link rel='alternate' type='application/pdf' href='/p'/>", "<link>http:///e//f?</link>",
    "<guid>https://zinas.example/?p=1</guid>", "<guid isPermaLink='false'>1-2</guid>", "<guid isPermaLink='TRUE'>3</guid>", "<guid> 4 </guid>",
    "<description>&lt;p&gt;Apraksts&lt;/p&gt;</description>", "<description><![CDATA[<b>Otrs</b>]]></description>", "<description/>",
    "<content:encoded><![CDATA[<p>Viss</p>]]></content:encoded>", "<content:encoded></content:encoded>", "<itunes:summary>Īsi</itunes:summary>",
    "<summary type='html'>&lt;i&gt;k&lt;/i&gt;</summary>", "<content>saturs</content>", "<media:description>par bildi</media:description>",
    "<pubDate>Mon, 23 Nov 2026 10:15:00 GMT</pubDate>", "<dc:date>2026-11-23</dc:date>", "<dcterms:created>2026-11-22</dcterms:created>", "<pubDate/>",
    "<author>raksti@zinas.example (Ilze)</author>", "<dc:creator>Ilze</dc:creator>", "<dc:creator>Jānis</dc:creator>", "<itunes:author/>",
    "<author><name>Anna</name><email>a@zinas.example</email></author>", "<author><email>b@zinas.example</email></author>", "<author><uri>/u</uri></author>",
    "<source url='https://cits.example/'>Cits</source>", "<source>Bez adreses</source>", "<source url='/tukss'/>",
    "<category>c</category>", "<enclosure url='/m.mp3' length='1' type='audio/mpeg'/>", "<comments>/k</comments>", "<x:any>1</x:any>", "<x:other y='2'>3</x:other>",
    "<language>ru</language>", "<dc:language>en</dc:language>", "<!-- nekas -->", "<?nekas?>", "teksts", "<title>&#150;&#8222;</title>", "<title>Ä«ss</title>",
    "<title>viens<!-- x --> divi</title>", "<title><b>trekns</b></title>", "<description xml:base='/z/'>b</description>", "<date>2026-11-21</date>",
    "<image><url>/i</url></image>", "<abstract>a</abstract>", "<body>b</body>", "<dc:publisher>p</dc:publisher>", "<media:community><media:statistics views='1'/></media:community>",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(items=st.lists(st.lists(st.sampled_from(PIECES), max_size=9), min_size=1, max_size=3), atom=st.booleans())
def test_any_items_are_read_as_feedparser_reads_them(items: list[list[str]], atom: bool) -> None:
    if atom:
        rows = "".join(f"<entry>{''.join(pieces)}</entry>" for pieces in items)
        text = f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES} xml:lang="lv"><title>t</title>{rows}</feed>'
    else:
        rows = "".join(f"<item>{''.join(pieces)}</item>" for pieces in items)
        text = f'<rss version="2.0" {SPACES}><channel><title>t</title><language>lv</language>{rows}</channel></rss>'
    told = both(text.encode())
    assert told is None or told[0] == told[1]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6), st.lists(st.sampled_from(PIECES), max_size=4))
def test_what_stands_in_the_channel_changes_no_entry_wrongly(channel: list[str], item: list[str]) -> None:
    text = f'<rss version="2.0" {SPACES}><channel>{"".join(channel)}<item>{"".join(item)}</item></channel></rss>'
    told = both(text.encode())
    assert told is None or told[0] == told[1]


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (
            "<content:encoded>Viss</content:encoded><description>Īsi</description>"
            "<media:group><media:description>Par bildi</media:description></media:group>",
            {"summary": "Īsi", "content": ["Viss"]},
        ),
        ("<description>Īsi</description><description>Viss</description>", {"summary": "Īsi", "content": ["Viss"]}),
        ("<media:title>m</media:title><title>t</title><title>u</title>", {"title": "t"}),
        ("<title>t</title><source url='/s'>S</source><title>u</title>", {"title": "u", "source": ("/s", "S")}),
        ("<guid>/a</guid>", {"id": "https://zinas.example/a", "link": "https://zinas.example/a"}),
        ("<author><name>Anna</name><email>a@zinas.example</email></author>", {"author": "Anna (a@zinas.example)"}),
        ("<link>/a?x=1&amp;amp;y=2</link>", {"link": "https://zinas.example/a?x=1&y=2"}),
    ],
)
def test_which_of_several_wins(item: str, told: dict[str, object]) -> None:
    text = f'<rss version="2.0" {SPACES}><channel><item>{item}</item></channel></rss>'
    quick, other = both(text.encode()) or (None, ())
    assert quick == other
    read = quickfeed.read(text.encode(), ADDRESS)
    assert read is not None
    assert told.items() <= facts(read.entries[0]).items()


ODD = {
    "not well-formed": "<rss><channel><item><title>a & b</title></item></channel></rss>",
    "document type": "<!DOCTYPE rss><rss><channel/></rss>",
    "unknown root": "<nekas><item/></nekas>",
    "base": "<rss xml:base='https://cits.example/'><channel><item><link>/a</link></item></channel></rss>",
    "xhtml": "<feed xmlns='http://www.w3.org/2005/Atom'><entry><summary type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a</div></summary></entry></feed>",
    "base64": "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='image/png'>AAAA</content></entry></feed>",
    "item in item": "<rss><channel><item><item/></item></channel></rss>",
    "html": "<html><body><p>a</p></body></html>",
    "two prefixes": "<rss xmlns:dc='http://search.yahoo.com/mrss/'><channel/></rss>",
    "too much": "<rss><channel>" + "<a/>" * 200_001 + "</channel></rss>",
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_is_not_plain_is_left_to_feedparser(name: str) -> None:
    assert quickfeed.read(ODD[name].encode(), ADDRESS) is None


# What feedparser handles and no field is read from.
HARMLESS = (
    "category cloud copyright dc_contributor dc_publisher dc_rights dc_subject dcterms_valid enclosure expirationdate "
    "feedburner_browserfriendly generator georss_box georss_line georss_point georss_polygon georss_where georssgeom homepage info "
    "itunes_image itunes_link itunes_subtitle keywords media_category media_credit media_license media_player media_rating "
    "media_restriction media_thumbnail rights subtitle tagline uri url webmaster admin_generatoragent admin_errorreportsto"
)


def test_every_name_that_feedparser_handles_is_known_here() -> None:
    harmless = set(HARMLESS.split())
    uris = {prefix: uri for uri, prefix in feednames._NAMESPACES.items() if prefix}
    handled = {name.removeprefix("_start_").lower() for name in dir(_FeedParserMixin) if name.startswith("_start_")}
    unknown = set()
    for name in handled:
        prefix, _, local = name.partition("_")
        known = prefix in uris and bool(local)
        act = feednames.act_of(f"{uris[prefix]} {local} {prefix}" if known else name)
        if act == feednames.NEUTRAL and name not in harmless:
            unknown.add(name)
    assert unknown == set()
