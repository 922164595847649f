"""An article's page: its text without its neighbours', its own date and not the day's."""

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract import extract, visible_text

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PARAGRAPHS = (
    "Pēc deviņiem gadiem Īrijā Ozolu ģimene šoruden pārcēlās uz Preiļiem un nopirka māju netālu no parka.",
    "Bērni jau iet skolā, un tēvs strādā turpat pagastā, kur remontē lauksaimniecības tehniku un māca jauniešus.",
    "Ģimene stāsta, ka izšķīrusies par atgriešanos pavasarī, kad saņēma vēstuli no vietējās skolas direktores.",
)
HEADER = '<div class="top-bar"><time>Pirmdiena, 2026. gada 23. novembris</time> Vārdadienu svin Zigrīda</div>'
TEASERS = """<div class="related-articles"><h4>Lasi vēl</h4><ul>
<li><a href="/1">Basketbolisti brauc uz Ventspili un cer uz uzvaru sestdienas spēlē</a></li>
<li><a href="/2">Salaspilī atvērts jauns tirgus, kurā pārdod zivis un dārzeņus</a></li></ul></div>"""


def page(head: str = "", *, header: str = HEADER, dated: str = "", body: str | None = None) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) if body is None else body
    return f"""<!doctype html><html lang="lv"><head><meta charset="utf-8"><title>Mājās Preiļos - Ezermalas Ziņas</title>{head}</head>
<body><header>{header}<nav><a href="/">Sākums</a><a href="/sports">Sports</a></nav></header>
<main><article><h1>Mājās Preiļos</h1>{dated}{text}</article>{TEASERS}</main>
<footer>Visas tiesības aizsargātas. 2026. gada 23. novembris</footer></body></html>""".encode()


def ld(**told: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **told})}</script>'


def test_text_is_the_article_without_teasers_menu_and_footer() -> None:
    got = extract(page(), "https://zinas.example/a", now=NOW)
    assert all(paragraph in got.text for paragraph in PARAGRAPHS)
    for alien in ("Basketbolisti", "Salaspilī", "Zigrīda", "Sports", "tiesības"):
        assert alien not in got.text
    assert got.title == "Mājās Preiļos"
    assert got.lang == "lv"


def test_teasers_between_the_paragraphs_are_left_out() -> None:
    mixed = "".join(f"<p>{paragraph}</p>{TEASERS}" for paragraph in PARAGRAPHS)
    got = extract(page(body=mixed), "https://zinas.example/a", now=NOW)
    assert all(paragraph in got.text for paragraph in PARAGRAPHS)
    assert "Basketbolisti" not in got.text


@pytest.mark.parametrize(
    ("told", "published"),
    [
        (page(ld(datePublished="2026-11-20T08:30:00+02:00")), "2026-11-20T06:30"),
        (page(ld(datePublished="2026-11-20T08:30:00", dateModified="2026-11-22T10:00:00Z")), "2026-11-20T06:30"),
        (page('<meta property="article:published_time" content="2026-11-19T10:00:00Z">'), "2026-11-19T10:00"),
        (page('<meta name="date" content="2026-06-19 10:00">'), "2026-06-19T07:00"),
        (page(dated='<time datetime="2026-11-18T12:00:00+02:00">18. nov.</time>'), "2026-11-18T10:00"),
        (page(dated='<span class="article-date">2026. gada 17. novembris, 10:00</span>'), "2026-11-17T08:00"),
        (page(dated='<span itemprop="datePublished">16.11.2026 10:00</span>'), "2026-11-16T08:00"),
        (page('<link rel="canonical" href="https://zinas.example/2026/11/15/majas">'), "2026-11-15T10:00"),
        (
            page(
                ld(datePublished="2026-11-20T08:30:00+02:00")
                + '<meta property="article:published_time" content="2026-11-23T09:00:00Z">'
            ),
            "2026-11-20T06:30",
        ),
        (page(ld(datePublished="2099-01-01") + '<meta name="date" content="2026-11-14T10:00Z">'), "2026-11-14T10:00"),
        (page(dated="<p>2026. gada 12. novembrī</p>"), "2026-11-12T10:00"),
        (page(dated="<div>11.11.2026. 10:00</div>"), "2026-11-11T08:00"),
        (page(dated="<p>Ievads</p><p>10 ноября 2026</p>"), "2026-11-10T10:00"),
        (page(dated="<p>10. novembrī</p>"), None),
        (page(dated="<p>Kopš 2019. gada 5. maija pilsētā ir cits tirgus, un tajā pārdod zivis.</p>"), None),
        (page('<meta name="date" content="1993-06-19 10:00">'), None),
        (page(), None),
        (page(header='<time datetime="2026-11-23">šodien</time>'), None),
        (page(header="<h1>Ezermalas Ziņas</h1><p>2026. gada 23. novembris</p>"), None),
        (page(header='<div class="date published">2026. gada 23. novembris</div>'), None),
    ],
)
def test_date_is_the_articles_own_and_never_the_headers(told: bytes, published: str | None) -> None:
    wanted = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
    assert extract(told, "https://zinas.example/a", now=NOW).published == wanted


@pytest.mark.parametrize(
    ("told", "doubted"),
    [
        (ld(datePublished="2099-01-01"), True),
        (ld(datePublished="1899-12-30T00:00:00"), True),
        ('<meta name="date" content="1993-06-19">', True),
        ('<link rel="canonical" href="https://zinas.example/2093/11/15/majas">', False),
        (ld(datePublished="2099-01-01") + '<meta name="date" content="2026-11-14">', False),
        (ld(datePublished="soon"), False),
        ("", False),
    ],
)
def test_a_date_that_cannot_be_true_is_doubted_and_said_so(told: str, doubted: bool) -> None:
    assert extract(page(told), "https://zinas.example/a", now=NOW).date_doubted is doubted


@pytest.mark.parametrize(
    ("head", "declared"),
    [
        ('<link rel="canonical" href="/raksts/5">', "https://zinas.example/raksts/5"),
        ('<link rel="shortlink canonical" href="https://zinas.example/r/5">', "https://zinas.example/r/5"),
        ('<link rel="canonical" href="/a"><link rel="canonical" href="/b">', None),
        ('<link rel="canonical" href="/a"><link rel="canonical" href="/a">', "https://zinas.example/a"),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<meta property="og:url" content="https://zinas.example/r/5">', None),
        ("", None),
    ],
)
def test_only_the_heads_own_canonical_is_declared(head: str, declared: str | None) -> None:
    assert extract(page(head), "https://zinas.example/x").declared == declared


def test_a_readers_canonical_in_the_text_is_not_the_pages() -> None:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + '<link rel="canonical" href="/cits">'
    assert extract(page(body=body), "https://zinas.example/x").declared is None


def test_control_characters_cost_nothing_but_themselves() -> None:
    body = "".join(f"<p>{text[:20]}\x0b\x01{text[20:]}\ufffe</p>" for text in PARAGRAPHS)
    got = extract(page(body=body), "https://zinas.example/a")
    assert all(paragraph in got.text for paragraph in PARAGRAPHS)
    assert "Basketbolisti" not in got.text


@pytest.mark.parametrize(
    "start", ["<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'x/y.dtd'>", "<?xml version='1.0' encoding='utf-8'?>", ""]
)
def test_any_opening_is_read(start: str) -> None:
    told = page().decode().partition(">")[2].replace('<html lang="lv">', '<html lang="lv" />')
    assert PARAGRAPHS[0] in extract((start + told).encode(), "https://zinas.example/a").text


def test_what_a_page_shows_has_its_boxes_and_no_scripts() -> None:
    head = "<style>p {}</style><script>var remigracija = 1</script>"
    seen = visible_text(page(head, body="<p>Viens <b>di</b>vi</p>"))
    lines = seen.split("\n")
    assert "Viens divi" in lines
    assert "Basketbolisti brauc uz Ventspili un cer uz uzvaru sestdienas spēlē" in lines
    assert {"Sākums", "Sports"} <= {word for line in lines for word in line.split()}
    assert "var remigracija" not in seen
    assert len(visible_text(b"<p>vards</p>" * 100_000)) <= 100_000


def test_declared_facts_are_plain_text() -> None:
    head = ld(
        headline="Mājās &amp; darbā <b>Preiļos</b>",
        author=[{"@type": "Person", "name": "Ilze <i>Priede</i>"}],
        inLanguage="lv",
    )
    got = extract(page(head), "https://zinas.example/a", now=NOW)
    assert got.title == "Mājās & darbā Preiļos"
    assert got.author == "Ilze Priede"


def test_canonical_link_is_taken_if_it_is_a_web_address() -> None:
    good = page('<link rel="canonical" href="/raksts/5">')
    bad = page('<link rel="canonical" href="javascript:alert(1)">')
    assert extract(good, "https://zinas.example/a?x=1").url == "https://zinas.example/raksts/5"
    assert extract(bad, "https://zinas.example/a?x=1").url == "https://zinas.example/a?x=1"


def test_wrong_encoding_is_mended() -> None:
    raw = page().decode().replace("utf-8", "iso-8859-1").encode("windows-1257")
    assert PARAGRAPHS[0] in extract(raw, "https://zinas.example/a").text


HOSTILE = {
    "empty": b"",
    "nul": b"\x00" * 10_000,
    "no markup": b"just words",
    "opened tags": b"<html><body>" + b"<a " * 1_700_000,
    "nested": b"<html><body>" + b"<div>" * 20_000 + b"words",
    "siblings": b"<html><body>" + b"<p>" + b"<b>x</b>" * 200_000,
    "scripts": b"<html>" + b"<script>" * 300_000,
    "brackets": b"<" * 3_000_000,
    "data": b"<script type='application/ld+json'>" + b"[" * 100_000 + b"</script><p>x</p>",
    "tables": b"<table><tr><td>" * 5_000,
    "comments": b"<!--" * 500_000,
    "cdata": b"<html><![CDATA[" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_ends_soon_and_harms_nothing(name: str) -> None:
    started = time.process_time()
    got = extract(HOSTILE[name], "https://zinas.example/a", now=NOW)
    # Not a measurement: what is not linear takes minutes on these.
    assert time.process_time() - started < 30
    assert got.published is None
    assert "<" not in got.title
    assert len(visible_text(HOSTILE[name])) <= 100_000


@given(st.binary(max_size=400))
def test_any_bytes_are_read(body: bytes) -> None:
    got = extract(b"<html><p>" + body, "https://zinas.example/a", now=NOW)
    got.text.encode()
    assert "\x00" not in got.text + got.title


@given(st.text(max_size=200))
def test_any_markup_is_read(body: str) -> None:
    extract(f"<html><h1>{body}</h1><time datetime='{body}'>{body}</time>".encode(errors="replace"), "", now=NOW)
