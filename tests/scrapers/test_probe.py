"""`sources probe`: how an address could be watched, what it would bring, and the command that shows and saves it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from outreach import wiring
from outreach.cli import main
from outreach.core import registry
from outreach.core.db import open_store
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer, Request
from scrapers import sources
from scrapers.models import Source
from scrapers.probe import Probed, probe, read_file
from scrapers.reading.blocks import propose
from scrapers.robots import RobotsBook
from scrapers.source import source_of
from tests.scrapers.test_sources import PAGES, as_json, read_page

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SITE = "https://zinas.example"
FEED = (
    '<rss version="2.0"><channel><title>Ziņas</title><item><title>Raksts no plūsmas</title>'
    f"<link>{SITE}/raksts</link><pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"
)
NO_ITEMS = '<rss version="2.0"><channel><title>Ziņas</title></channel></rss>'
PLAIN = f"<urlset><url><loc>{SITE}/raksts-no-kartes</loc></url></urlset>"
NEWS = (
    '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>'
    f"<loc>{SITE}/ziņa</loc><news:news><news:publication_date>2026-11-22</news:publication_date>"
    "<news:title>Ziņa no kartes</news:title></news:news></url></urlset>"
)
LIST = "".join(
    f'<div class="item"><h3><a href="/zinas/{number}">Raksta virsraksts numur {number}</a></h3>'
    f'<span class="date">2{number}.11.2026</span></div>'
    for number in range(1, 4)
)
MENU = '<nav><ul class="menu">' + "".join(f'<li><a href="/m/{n}">Izvēlnes garais nosaukums {n}</a></li>' for n in "abcdef") + "</ul></nav>"  # fmt: skip


class Web:
    """Pages by path; what is not there answers 404."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages = {path if "//" in path else f"{SITE}{path}": body for path, body in pages.items()}
        self.asked: list[str] = []

    def send(self, request: Request) -> Answer:
        self.asked.append(request.url)
        body = self.pages.get(request.url)
        return Answer(request.url, 404 if body is None else 200, {}, (body or "").encode())


def looked(pages: dict[str, str], url: str = f"{SITE}/", kind: str = "") -> Probed:
    return probe(url, Web(pages), RobotsBook(), NOW, kind)


def page(head: str = "", body: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def alternate(href: str, kind: str = "application/rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}" title="{title}">'


WAYS: list[tuple[str, dict[str, str], str, str, str]] = [
    ("a feed itself", {"/": FEED}, "feed", f"{SITE}/", "Raksts no plūsmas"),
    ("a feed that the page names", {"/": page(alternate("/barotne")), "/barotne": FEED}, "feed", f"{SITE}/barotne", "Raksts no plūsmas"),
    ("not the feed of comments", {"/": page(alternate("/c", title="Comments") + alternate("/n")), "/c": FEED, "/n": FEED}, "feed", f"{SITE}/n", "Raksts no plūsmas"),
    ("not an empty feed", {"/": page(alternate("/c") + alternate("/n")), "/c": NO_ITEMS, "/n": FEED}, "feed", f"{SITE}/n", "Raksts no plūsmas"),
    ("a feed at a usual place", {"/": page(body="<p>Sveiki</p>"), "/rss.xml": FEED}, "feed", f"{SITE}/rss.xml", "Raksts no plūsmas"),
    ("a sitemap itself", {"/": PLAIN}, "sitemap", f"{SITE}/", "Raksts no kartes"),
    ("a news sitemap of robots.txt before a list", {"/": page(body=LIST), "/robots.txt": f"Sitemap: {SITE}/k.xml", "/k.xml": NEWS}, "sitemap", f"{SITE}/k.xml", "Ziņa no kartes"),
    ("a list before a sitemap without headlines", {"/": page(body=MENU + LIST), "/sitemap.xml": PLAIN}, "listing", f"{SITE}/", "Raksta virsraksts numur 1"),
    ("a sitemap before nothing", {"/": page(body="<p>Sveiki</p>"), "/sitemap.xml": PLAIN}, "sitemap", f"{SITE}/sitemap.xml", "Raksts no kartes"),
]  # fmt: skip


@pytest.mark.parametrize(("_way", "pages", "kind", "url", "title"), WAYS, ids=[way[0] for way in WAYS])
def test_the_best_way_is_found(_way: str, pages: dict[str, str], kind: str, url: str, title: str) -> None:
    probed = looked(pages)
    assert (probed.kind, probed.settings["url"], probed.state) == (kind, url, "healthy")
    assert probed.items[0].title == title
    # What it proposes is what a poll will do.
    source_of(probed.kind, probed.settings)


def test_what_else_there_is_is_told() -> None:
    probed = looked({"/": page(body=LIST), "/robots.txt": f"Sitemap: {SITE}/k.xml", "/k.xml": PLAIN})
    assert (probed.kind, probed.others) == ("listing", (("sitemap", f"{SITE}/k.xml"),))


def test_a_page_with_nothing_to_watch_says_so() -> None:
    probed = looked({"/": page(body="<p>Sveiki</p>")})
    assert (probed.items, probed.state, probed.reason_key) == ((), "erring", "scrapers.no_blocks")
    gone = looked({})
    assert (gone.state, gone.reason_key) == ("erring", "scrapers.not_found")


def test_a_list_that_robots_txt_closes_is_not_proposed() -> None:
    probed = looked({"/": page(body=LIST), "/robots.txt": "User-agent: *\nDisallow: /"})
    assert (probed.state, probed.reason_key) == ("erring", "scrapers.robots")


def test_a_platforms_address_becomes_its_kind_and_a_look_alike_does_not() -> None:
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>t3_1</id><title>Ieraksts</title><link href="https://www.reddit.com/r/latvia/comments/1/"/></entry></feed>'
    probed = looked({"https://www.reddit.com/r/latvia/new/.rss?limit=100": atom}, "https://www.reddit.com/r/latvia/")
    assert (probed.kind, probed.settings, probed.items[0].title) == ("reddit", {"subreddit": "latvia"}, "Ieraksts")
    tagged = looked({"/tags/latgale": page(body=LIST)}, f"{SITE}/tags/latgale")
    assert (tagged.kind, tagged.state) == ("listing", "healthy")


def test_a_kind_that_is_named_is_the_only_one_tried() -> None:
    pages = {"/": page(alternate("/n"), LIST), "/n": FEED}
    assert looked(pages, kind="listing").kind == "listing"
    refused = looked(pages, kind="feed")
    assert (refused.state, refused.reason_key) == ("erring", "scrapers.not_a_feed")
    with pytest.raises(OutreachError):
        looked(pages, kind="nav")
    with pytest.raises(OutreachError):
        looked(pages, "javascript:alert(1)")


def test_a_silent_wire_is_the_answers_state() -> None:
    class Silent:
        def send(self, request: Request) -> Answer:
            raise WireError("http.timeout", url=request.url, host="zinas.example", seconds=1)

    probed = probe(f"{SITE}/", Silent(), RobotsBook(), NOW)
    assert (probed.state, probed.reason_key) == ("erring", "http.timeout")


@pytest.mark.parametrize("file", [file for file in PAGES if file.parent.name != "listing"], ids=lambda file: f"{file.parent.name}-{file.stem}")  # fmt: skip
def test_a_kept_file_is_read_as_a_poll_would(file: Path) -> None:
    told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    recorded = read_page(file)
    probed = read_file(file.parent.name, recorded.url, recorded.body, NOW)
    if "error" in told:
        assert (probed.state, probed.reason_key, probed.items) == ("erring", told["error"], ())
        return
    # Without its headers and settings a page may be read a little wider, never narrower.
    urls = {item.url for item in probed.items}
    # What has no address of the web (a mail without a link) is no item.
    told["found"] = [one for one in told["found"] if one["url"].startswith("http")]
    assert {one["url"] for one in told["found"] if one.get("title")} <= urls
    if file.parent.name == "sitemap" or "sender" in told["settings"]:
        return
    assert [as_json(item) for item in probed.items] == [one for one in told["found"] if one.get("title")]


def test_a_kept_file_without_a_kind_is_known_by_its_bytes() -> None:
    assert read_file("", f"{SITE}/", FEED.encode(), NOW).kind == "feed"
    assert read_file("", f"{SITE}/", PLAIN.encode(), NOW).kind == "sitemap"
    assert read_file("", f"{SITE}/", page(body=LIST).encode(), NOW).kind == "listing"


LAYOUTS: list[tuple[str, str, dict[str, str]]] = [
    ("blocks with a heading", MENU + LIST, {"item": "div.item", "date": "span.date"}),
    (
        "links that say nothing beside headings",
        "".join(
            f'<article class="post-{n}00 post"><img><a class="pic" href="/{n}"></a><h2>Virsraksts par lietu {n}</h2><time datetime="2026-11-0{n}">x</time>'
            f'<p>Ievads, kas stāsta par lietu numur {n} vairāk nekā virsraksts.</p><a href="/{n}">Lasīt vairāk par to</a></article>'
            for n in range(1, 6)
        ),
        {"item": "article", "title": "h2", "date": "time", "summary": "p"},
    ),
    (
        "a list without classes",
        "<ul>" + "".join(f'<li><a href="?id={n}">Kāds raksts numur {n}</a> <small>{n}. maijs 2026</small></li>' for n in range(1, 5)) + "</ul>",
        {"item": "ul > li", "date": "small"},
    ),
    (
        "cards that are links themselves",
        "<div class=grid>" + "".join(f'<a class="card" href="/{n}"><h3>Kartītes virsraksts {n}</h3><span class="when">{n}.11.2026</span></a>' for n in range(1, 5)) + "</div>",
        {"item": "a.card", "title": "h3", "date": "span.when"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("_what", "body", "wanted"), LAYOUTS, ids=[layout[0] for layout in LAYOUTS])
def test_selectors_are_proposed_for_what_repeats(_what: str, body: str, wanted: dict[str, str]) -> None:
    layout = propose(page(body=body), f"{SITE}/", ZoneInfo("Europe/Riga"), NOW)[0]
    assert layout.settings() == wanted


def test_a_menu_a_footer_and_read_more_are_no_list() -> None:
    more = "".join(f'<div class="b"><p>Teksts</p><a href="/{n}">Lasīt vairāk par to</a></div>' for n in range(5))
    short = "<ul class='menu'>" + "".join(f'<li><a href="/{n}">Kontakti</a></li>' for n in range(9)) + "</ul>"
    assert propose(page(body=more + short), f"{SITE}/", ZoneInfo("Europe/Riga"), NOW) == []


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    file = tmp_path / "settings.toml"
    told = '[office]\nlanguage = "en"\n[collect]\nhost_seconds = 0\n[http]\nallow_private = true\n'
    file.write_text(told, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--settings", str(file), *words])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def test_the_command_reads_a_kept_file_with_no_store(run: Command, tmp_path: Path) -> None:
    (tmp_path / "lapa").write_text(FEED, encoding="utf-8")
    code, out, _ = run("sources", "probe", "lapa", "--kind", "feed", "--base", f"{SITE}/x", "--json")
    told = json.loads(out)
    assert code == 0
    assert told == {
        "kind": "feed",
        "settings": {"url": f"{SITE}/x"},
        "items": [
            {
                "url": f"{SITE}/raksts",
                "title": "Raksts no plūsmas",
                "published": "2026-11-22T10:00:00+00:00",
                "author": None,
                "summary": "",
                "id": None,
            }
        ],
        "state": "healthy",
        "reason": None,
    }
    assert not (tmp_path / "data").exists()


def test_the_command_says_why_a_file_cannot_be_read(run: Command, tmp_path: Path) -> None:
    (tmp_path / "lapa").write_text("{}", encoding="utf-8")
    words = ("sources", "probe", "lapa", "--kind", "feed", "--base", f"{SITE}/x")
    code, out, _ = run(*words, "--json")
    assert (code, json.loads(out)["state"], json.loads(out)["items"]) == (0, "erring", [])
    assert f"{SITE}/x" in json.loads(out)["reason"]
    code, _, err = run(*words)
    assert (code, len(err.strip().splitlines())) == (1, 1)
    code, _, err = run("sources", "probe", "nav", "--base", f"{SITE}/x")
    assert (code, len(err.strip().splitlines())) == (1, 1)
    assert run(*words, "--save", "X")[0] == 2


def test_the_command_saves_what_it_found(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring.http.GuardedHttp, "send", lambda _, request: Web({"/": page(body=LIST)}).send(request))
    from outreach.core.settings import read_settings

    wiring.prepare(read_settings(tmp_path / "settings.toml"))
    code, out, err = run("sources", "probe", f"{SITE}/", "--save", "Ziņas", "--tier", "local", "--lang", "ltg")
    assert code == 0, err
    assert "div.item" in out
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'outreach.db'}", create=False)
    with store.reading() as session:
        row = session.scalars(select(Source)).one()
        assert (row.name, row.kind, row.settings["item"]) == ("Ziņas", "listing", "div.item")
        assert (row.tier, row.language) == ("local", "ltg")
    store.close()
    code, _, err = run("sources", "probe", f"{SITE}/", "--save", "Ziņas")
    assert (code, len(err.strip().splitlines())) == (1, 1)


def test_every_kind_is_listed_with_what_it_needs(run: Command) -> None:
    code, out, _ = run("sources", "kinds", "--json")
    told = {row["kind"]: row for row in json.loads(out)}
    assert code == 0
    assert set(told) == set(registry.kinds(sources.__name__))
    assert all(row["name"] and row["needs"] and row["example"].keys() <= row["fields"].keys() for row in told.values())
    assert run("sources", "kinds")[1].count("\n") == 3 * len(told)
