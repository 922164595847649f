"""Bytes, dates and markup from outlets that do not keep to the rules."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.reading import xmlfeed
from scrapers.reading.dates import read_date, sane_date
from scrapers.reading.encoding import decode
from scrapers.reading.hints import hints_of
from scrapers.reading.plain import clean, link_of, one_line, text_of, title_of
from scrapers.source import Page
from scrapers.sources.feed import Feed

RIGA = ZoneInfo("Europe/Riga")
SEEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

DATES = [
    ("Mon, 23 Nov 2026 10:15:00 +0200", "2026-11-23T08:15"),
    ("Mon, 23 Nov 2026 10:15:00 CET", "2026-11-23T09:15"),
    ("Tue, 23 Jun 2026 10:15 CEST", "2026-06-23T08:15"),
    ("23 Nov 2026 10:15:00 EET", "2026-11-23T08:15"),
    ("Mon, 23 Nov 26 10:15 GMT", "2026-11-23T10:15"),
    ("Mo, 23 Nov 2026 10:15:00 +0100", "2026-11-23T09:15"),
    ("2026-11-23T10:15:00Z", "2026-11-23T10:15"),
    ("2026-11-23T10:15:00.123+02:00", "2026-11-23T08:15"),
    ("2026-06-23 10:15", "2026-06-23T07:15"),
    ("20261123T101500Z", "2026-11-23T10:15"),
    ("Mon Nov 23 10:15:00 2026", "2026-11-23T08:15"),
    ("2026. gada 20. novembris", "2026-11-20T10:00"),
    ("2026. gada 20. novembrī, plkst. 10.15", "2026-11-20T08:15"),
    ("2026.gada 5.maijs", "2026-05-05T09:00"),
    ("Piektdiena, 20. novembris 2026 9:05", "2026-11-20T07:05"),
    ("20.11.2026", "2026-11-20T10:00"),
    ("20. 11. 2026. 10:15", "2026-11-20T08:15"),
    ("20/11/2026, 08:01", "2026-11-20T06:01"),
    ("2026.11.20 10:15", "2026-11-20T08:15"),
    ("20 ноября 2026", "2026-11-20T10:00"),
    ("20 мая 2026 г., 10:15", "2026-05-20T07:15"),
    ("November 3, 2026 9:30 pm", "2026-11-03T19:30"),
    ("3rd May 2026", "2026-05-03T09:00"),
    ("5. Mai 2026", "2026-05-05T09:00"),
    ("šodien 10:15", "2026-11-23T08:15"),
    ("Vakar, plkst. 10.15", "2026-11-22T08:15"),
    ("aizvakar", "2026-11-21T10:00"),
    ("сегодня", "2026-11-23T10:00"),
    ("вчера в 23:10", "2026-11-22T21:10"),
    ("yesterday 7:05", "2026-11-22T05:05"),
    ("pirms 3 stundām", "2026-11-23T07:00"),
    ("5 минут назад", "2026-11-23T09:55"),
    ("2 days ago", "2026-11-21T10:00"),
    ("Pirms 45 min.", "2026-11-23T09:15"),
    ("pirms 2 nedēļām", "2026-11-09T10:00"),
    ("2 недели назад", "2026-11-09T10:00"),
    ("vor 2 Tagen", "2026-11-21T10:00"),
    ("pirms 1 mēneša", "2026-10-24T10:00"),
    ("pirms stundas", "2026-11-23T09:00"),
    ("час назад", "2026-11-23T09:00"),
    ("an hour ago", "2026-11-23T09:00"),
    ("30 sekundes atpakaļ", "2026-11-23T09:59:30"),
    ("tikko", "2026-11-23T10:00"),
    ("только что", "2026-11-23T10:00"),
    ("šorīt 8:05", "2026-11-23T06:05"),
    ("позавчера, 9:00", "2026-11-21T07:00"),
    ("Publicēts vakar plkst. 21:30", "2026-11-22T19:30"),
    ("20. novembris, 10:20", "2026-11-20T08:20"),
    ("24. decembris", "2025-12-24T10:00"),
]


@pytest.mark.parametrize(("told", "moment"), DATES)
def test_date_is_read_in_the_outlets_zone(told: str, moment: str) -> None:
    assert read_date(told, RIGA, SEEN) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "told", ["", "nekas", "1700000000", "10:15", "31 Feb 2026", "2026-13-45", "99.99.2026", "novembris", "\x00", "2026", "pirms Jāņiem", "час"]
)
def test_nonsense_is_no_date(told: str) -> None:
    assert read_date(told, RIGA, SEEN) is None


def test_today_without_a_clock_does_not_lie_ahead() -> None:
    early = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    assert read_date("23.11.2026", RIGA, early) == early


@pytest.mark.parametrize(
    ("moment", "kept", "doubted"),
    [
        (None, False, False),
        (datetime(1994, 12, 31, tzinfo=UTC), False, True),
        (datetime(1699, 1, 1, tzinfo=UTC), False, True),
        (SEEN + timedelta(hours=23), True, False),
        (SEEN + timedelta(hours=25), False, True),
    ],
)
def test_impossible_dates_are_dropped_and_doubted(moment: datetime | None, kept: bool, doubted: bool) -> None:
    assert sane_date(moment, SEEN) == (moment if kept else None, doubted)


@given(st.text(max_size=60))
def test_any_text_gives_an_aware_moment_or_none(told: str) -> None:
    moment = read_date(told, RIGA, SEEN)
    assert moment is None or moment.utcoffset() == timedelta(0)


LATVIAN = "Šķūnī pie Kārsavas ģimene atrada vēstuli no ārzemēm, ko rakstījis kāds kalējs."
RUSSIAN = "Семья вернулась из Германии и купила дом."


@pytest.mark.parametrize(
    ("body", "headers", "text"),
    [
        (LATVIAN.encode(), {}, LATVIAN),
        (LATVIAN.encode(), {"content-type": "text/html; charset=windows-1257"}, LATVIAN),
        (b"\xef\xbb\xbf" + LATVIAN.encode(), {}, LATVIAN),
        (LATVIAN.encode("utf-16"), {}, LATVIAN),
        (LATVIAN.encode("windows-1257"), {}, LATVIAN),
        (LATVIAN.encode("windows-1257"), {"content-type": "text/html; charset=utf-8"}, LATVIAN),
        (LATVIAN.encode("windows-1257"), {"content-type": "text/html; charset=iso-8859-1"}, LATVIAN),
        (RUSSIAN.encode("windows-1251"), {"content-type": "text/html; charset=utf-8"}, RUSSIAN),
        (RUSSIAN.encode("koi8-r"), {"content-type": "text/html; charset=koi8-r"}, RUSSIAN),
        ("Müller über Straße".encode("windows-1252"), {}, "Müller über Straße"),
        (LATVIAN.encode()[:-3] + b"\xc4 x", {"content-type": "charset=utf-8"}, LATVIAN[:-3] + "� x"),
        (b"plain", {"content-type": "charset=zip"}, "plain"),
        (b"\xff\xfe", {}, ""),
    ],
)
def test_encoding_is_what_the_bytes_are(body: bytes, headers: dict[str, str], text: str) -> None:
    assert decode(body, headers) == text


SENTENCES = {
    "latvian": "Ģimene ar četriem bērniem atgriezās Rēzeknē no Īrijas un šogad atvēra ceptuvi Viļānos.",
    "latgalian": "Latgolys školuos bierni muocuos rakstiet latgaliski, i vuiceituoji par tū prīcojās.",
    "lithuanian": "Grįžusi iš Airijos šeima įsigijo sodybą prie Zarasų ežero ir čia augina žąsis.",
    "estonian": "Perekond kolis tagasi Võrumaale ja avas küla südames väikese kohviku.",
    "russian": "Семья с четырьмя детьми вернулась в Резекне из Ирландии и открыла пекарню.",
}


@pytest.mark.parametrize("declared", ["", "utf-8", "windows-1252", "iso-8859-1"])
@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("latvian", "windows-1257"),
        ("latvian", "utf-8"),
        ("latgalian", "windows-1257"),
        ("lithuanian", "windows-1257"),
        ("lithuanian", "utf-8"),
        ("estonian", "windows-1252"),
        ("estonian", "utf-8"),
        ("russian", "windows-1251"),
        ("russian", "utf-8"),
    ],
)
def test_sentences_survive_what_their_feeds_declare(language: str, encoding: str, declared: str) -> None:
    told = SENTENCES[language]
    declaration = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    feed = f"{declaration}<rss><channel><title>{told}</title></channel></rss>"
    assert told in decode(feed.encode(encoding), {"content-type": f"text/xml; charset={declared}"} if declared else {})


@given(st.binary(max_size=200))
def test_any_bytes_become_text(body: bytes) -> None:
    clean(decode(body)).encode()


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("<script>alert(1)</script>Sveiki", "Sveiki"),
        ("&lt;img src=x onerror=alert(1)&gt;Sveiki", "Sveiki"),
        ("A &amp;amp; B", "A & B"),
        ("3 < 5 un 7 > 2", "3 < 5 un 7 > 2"),
        ("Sveiki<a href='", "Sveiki"),
        ("a\x00b\ud800c\u202ed\n e", "abcd e"),
        ("<b>Trekns</b> un <i>slīps</i>", "Trekns un slīps"),
    ],
)
def test_headline_is_plain_text(told: str, title: str) -> None:
    assert title_of(told) == title


def test_paragraphs_become_lines_and_scripts_nothing() -> None:
    markup = "<p>Viens&nbsp;divi</p><div>Trīs<br>četri<script>x()</script></div><style>a{}</style><ul><li>pieci</ul>"
    assert text_of(markup) == "Viens divi\nTrīs\nčetri\npieci"
    assert text_of("Bez <marķiera") == "Bez"
    assert text_of("A &amp; B") == "A & B"
    assert one_line("x" * 600, 500) == "x" * 499 + "…"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Viens</p><p>divi <b>trīs</b></p>", "Viens\ndivi trīs"),
        ("<img src='/a.jpg' alt=\"a > b\">Teksts<br/>tālāk", "Teksts\ntālāk"),
        ("<P CLASS='x'>Lieli</P>burti", "Lieli\nburti"),
        ("<script>var a = '<p>';</script>paliek", "paliek"),
        ("a<!-- <p>b</p> -->c", "ac"),
        ("3 < 5 &amp; 7 &gt; 2", "3 < 5 & 7 > 2"),
        ("&lt;b&gt;divreiz&lt;/b&gt; <i>kodēts</i>", "divreiz kodēts"),
        ("<title>nē</title><header>jā</header>", "jā"),
        ("<p>a\u00a0\t b</p>\r\n<p> c</p>", "a b\nc"),
        ("<p>a&#8238;b&#x0;c</p>", "ab\ufffdc"),
        ("<custom-tag>x</custom-tag>", "x"),
    ],
)
def test_markup_is_read_alike_by_patterns_and_by_tree(markup: str, text: str) -> None:
    assert text_of(markup) == text


@given(st.text(alphabet="ab <>/p&;#'\"=!-\n\xa0āé", max_size=80))
def test_no_markup_leaves_tags_or_empty_lines(markup: str) -> None:
    for line in text_of(f"<p>{markup}</p>").split("\n") if text_of(f"<p>{markup}</p>") else ():
        assert line == line.strip()
        assert line
        assert "<p>" not in line


@given(st.text(max_size=60), st.integers(1, 30))
def test_a_line_is_as_long_as_allowed_and_has_single_spaces(told: str, length: int) -> None:
    line = one_line(told * 9, length)
    assert len(line) <= length
    assert line == " ".join(line.split())


@given(st.text(max_size=300))
def test_nothing_that_cannot_be_stored_comes_through(told: str) -> None:
    for text in (title_of(told), text_of(told), one_line(told, 100)):
        assert "\x00" not in text
        text.encode()


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a", "https://zinas.example/a"),
        ("a?b=ā", "https://zinas.example/x/a?b=ā"),
        ("//cits.example/a", "https://cits.example/a"),
        (" https://cits.example/a b ", "https://cits.example/a%20b"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("mailto:a@b.lv", None),
        ("https://me:pw@cits.example/", None),
        ("https://[::1", None),
        ("", None),
    ],
)
def test_links_are_absolute_web_addresses_or_nothing(href: str, url: str | None) -> None:
    assert link_of(href, "https://zinas.example/x/y") == url


LAUGHS = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "start", [LAUGHS, '<!DOCTYPE rss SYSTEM "http://x.example/rss.dtd">', "<!-- <html> -->\n", "\ufeff\n "]
)
def test_feed_is_known_by_its_first_element_and_loses_its_document_type(start: str) -> None:
    text = f"{start}<rss><channel><item><title>&b;</title></item></channel></rss>"
    assert xmlfeed.is_feed(text)
    body = xmlfeed.prepare(text, 10)
    assert xmlfeed.is_well_formed(body)
    assert b"ENTITY" not in body
    assert b"DOCTYPE" not in body
    assert b"&amp;b;" in body


@pytest.mark.parametrize("upwards", [False, True])
def test_of_too_many_entries_the_newest_are_kept(upwards: bool) -> None:
    days = range(1, 29) if upwards else range(28, 0, -1)
    items = "".join(f"<item><title>n{day}</title><pubDate>{day} Oct 2026 10:00 GMT</pubDate></item>" for day in days)
    body = xmlfeed.prepare(f"<rss><channel><title>t</title>{items}</channel></rss>", 5)
    assert xmlfeed.is_well_formed(body)
    assert b"n28<" in body
    assert b"n1<" not in body


@pytest.mark.parametrize(
    "junk", ["<br />\n<b>Warning</b>: mysql_connect() in /var/www/x.php on line 1<br />\n", "kļūda\n", "<p>a</p>"]
)
def test_what_a_broken_server_prints_before_a_feed_is_passed(junk: str) -> None:
    feed = '<?xml version="1.0"?><rss><channel/></rss>'
    assert xmlfeed.without_junk(junk + feed) == feed
    assert xmlfeed.without_junk(feed) == feed


@pytest.mark.parametrize("page", ["<html><body><rss></rss></body></html>", "<!DOCTYPE html><p>a</p><rss>", "nekas", ""])
def test_a_page_that_only_holds_the_word_stays_a_page(page: str) -> None:
    assert xmlfeed.without_junk(page) == page


def test_a_document_type_inside_a_text_is_text() -> None:
    body = xmlfeed.prepare("<rss><channel><item><title><![CDATA[<!DOCTYPE html> sākas]]></title></item></channel></rss>", 10)
    assert b"<!DOCTYPE html> s" in body


@pytest.mark.parametrize("reference", ["&#0;", "&#x1F;", "&#xD800;", "&#55296;", "&#x110000;", "&#9999999;", "&#99999999999;", "&#xFFFE;", "&#;"])
def test_references_to_what_no_text_can_hold_do_not_break_a_feed(reference: str) -> None:
    body = xmlfeed.prepare(f"<rss><channel><item><title>a{reference}b</title></item></channel></rss>", 10)
    assert xmlfeed.is_well_formed(body)
    assert b"&#13;&#8222;&#x1F600;" in xmlfeed.prepare("<rss>&#13;&#8222;&#x1F600;</rss>", 10)


RSS = b"<rss><channel><title>t</title>%b<item><title>a</title>%b</item></channel></rss>"


@pytest.mark.parametrize(
    ("head", "headers", "minutes"),
    [
        (b"", {}, None),
        (b"<ttl>60</ttl>", {}, 60),
        (b"<ttl> 1440 </ttl>", {}, 1440),
        (b"<ttl>0</ttl>", {}, None),
        (b"<ttl>525600</ttl>", {}, None),
        (b"<ttl>soon</ttl>", {}, None),
        (b"<sy:updatePeriod>\n\thourly\t</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", {}, 30),
        (b"<sy:updatePeriod>daily</sy:updatePeriod>", {}, 1440),
        (b"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", {}, 1440),
        (b"<sy:updatePeriod>yearly</sy:updatePeriod>", {}, None),
        (b"", {"cache-control": "public, max-age=900"}, 15),
        (b"", {"cache-control": "max-age=31536000"}, None),
        (b"", {"cache-control": "no-cache, max-age=900"}, None),
        (b"", {"cache-control": "s-maxage=900, max-age=0"}, None),
        (b"", {"expires": "Mon, 23 Nov 2026 11:00:00 GMT"}, 60),
        (b"", {"expires": "Mon, 23 Nov 2026 11:00:00 GMT", "date": "Mon, 23 Nov 2026 10:30:00 GMT"}, 30),
        (b"", {"expires": "0"}, None),
        (b"", {"expires": "Thu, 19 Nov 1981 08:52:00 GMT"}, None),
        (b"", {"cache-control": "max-age=600", "expires": "Mon, 23 Nov 2026 20:00:00 GMT"}, 10),
        (b"<ttl>15</ttl>", {"cache-control": "max-age=3600"}, 60),
    ],
)
def test_a_feed_says_how_long_it_may_be_left_alone(head: bytes, headers: dict[str, str], minutes: int | None) -> None:
    page = Page("https://zinas.example/feed", 200, headers, RSS % (head, b"<ttl>7</ttl>"), SEEN)
    told = Feed("https://zinas.example/feed").hints(page).ttl
    assert told == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("head", "link", "hub"),
    [
        (b"", "", None),
        (b'<atom:link rel="hub" href="https://hub.example/?a=1&amp;b=2"/>', "", "https://hub.example/?a=1&b=2"),
        (b"<link href='/hub' rel='self hub' />", "", "https://zinas.example/hub"),
        (b'<atom:link rel="self" href="https://zinas.example/feed"/>', "", None),
        (b'<link rel="hub" href="javascript:alert(1)"/>', "", None),
        (b"", '<https://hub.example/>; rel="hub", <https://zinas.example/feed>; rel="self"', "https://hub.example/"),
        (b"", "<https://zinas.example/feed>; rel=self, <https://hub.example/x>; rel=hub", "https://hub.example/x"),
        (b"", '<https://zinas.example/wp-json/>; rel="https://api.w.org/"', None),
    ],
)
def test_a_feed_names_its_hub(head: bytes, link: str, hub: str | None) -> None:
    page = Page("https://zinas.example/feed", 200, {"link": link}, RSS % (head, b'<link rel="hub" href="/n"/>'), SEEN)
    assert Feed("https://zinas.example/feed").hints(page).hub == hub


@given(st.binary(max_size=300), st.text(max_size=60))
def test_hints_never_fail(body: bytes, told: str) -> None:
    headers = {"cache-control": told, "expires": told, "link": told, "date": told}
    hints_of(Page("https://zinas.example/feed", 200, headers, b"<ttl>" + body, SEEN))
