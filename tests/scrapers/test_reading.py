"""Bytes, dates and markup from outlets that do not keep to the rules."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.reading import xmlfeed
from scrapers.reading.dates import read_date, sane_date
from scrapers.reading.encoding import decode
from scrapers.reading.plain import clean, link_of, one_line, text_of, title_of

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
