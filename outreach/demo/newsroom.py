"""A loopback newsroom: invented outlets with invented articles, served over real HTTP in the forms outlets use.

The texts lie in `newsroom/<outlet>.toml`; hours are counted back from the moment the newsroom opens, so that the day
is always today. Nothing here is known to the collector: it sees feeds, a list page and article pages, like anywhere.
"""

import json
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

_FOLDER = Path(__file__).resolve().parent / "newsroom"
_MONTHS = (
    "janvāris",
    "februāris",
    "marts",
    "aprīlis",
    "maijs",
    "jūnijs",
    "jūlijs",
    "augusts",
    "septembris",
    "oktobris",
    "novembris",
    "decembris",
)
_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


@dataclass(frozen=True)
class Article:
    """One invented article; `expect` is the sense its author meant."""

    slug: str
    title: str
    lead: str
    body: str
    author: str
    hours_ago: float
    expect: str
    places: tuple[str, ...]
    agency: str


@dataclass(frozen=True)
class Outlet:
    """One invented outlet: how it publishes and what."""

    slug: str
    name: str
    tier: str
    language: str
    form: str  # rss, atom, json or listing
    full_text: bool
    articles: tuple[Article, ...]

    def settings(self, base: str) -> tuple[str, dict[str, str]]:
        """The source kind that reads it, with its settings."""
        home = f"{base}/{self.slug}"
        if self.form == "listing":
            return "listing", {
                "url": f"{home}/",
                "item": "li.news",
                "link": "a.title",
                "title": "a.title",
                "date": "time",
                "summary": "p.lead",
            }
        return "feed", {"url": f"{home}/feed.{'json' if self.form == 'json' else 'xml'}"}


def outlets() -> tuple[Outlet, ...]:
    """Every outlet of the newsroom with all its articles, the newest first."""
    return tuple(_outlet(path) for path in sorted(_FOLDER.glob("*.toml")))


def _outlet(path: Path) -> Outlet:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    articles = [
        Article(
            slug=row["slug"],
            title=row["title"],
            lead=row["lead"],
            body=row["body"].strip(),
            author=row["author"],
            hours_ago=float(row["hours_ago"]),
            expect=row["expect"],
            places=tuple(row["places"]),
            agency=row["agency"],
        )
        for row in told["article"]
    ]
    about = told["outlet"]
    return Outlet(
        slug=path.stem,
        name=about["name"],
        tier=about["tier"],
        language=about["language"],
        form=about["form"],
        full_text=about["full_text"],
        articles=tuple(sorted(articles, key=lambda article: article.hours_ago)),
    )


class Newsroom:
    """The server; open it, ask `base`, close it."""

    def __init__(self, opened: datetime, zone: ZoneInfo, *, port: int = 0) -> None:
        self.outlets = outlets()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.requests = 0
        self._opened, self._zone = opened, zone
        self._pages = _pages(self.outlets, opened, zone, self.base)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def print(self, slug: str, article: Article, now: datetime) -> str:
        """An outlet brings one more article, now; the outlet's name."""
        later = replace(article, hours_ago=(self._opened - now) / timedelta(hours=1))
        self.outlets = tuple(
            replace(one, articles=(later, *one.articles)) if one.slug == slug else one for one in self.outlets
        )
        self._pages = _pages(self.outlets, self._opened, self._zone, self.base)
        return next(one.name for one in self.outlets if one.slug == slug)

    def page(self, path: str) -> tuple[str, bytes] | None:
        """Type and bytes of a path; None if there is no such page."""
        self.requests += 1
        return self._pages.get(path)


def _handler(room: Newsroom) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = room.page(self.path.partition("?")[0])
            if found is None:
                self._answer(404, "text/plain", b"", "")
                return
            kind, body = found
            tag = f'"{sha256(body).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == tag:
                self._answer(304, kind, b"", tag)
            else:
                self._answer(200, kind, body, tag)

        def _answer(self, status: int, kind: str, body: bytes, tag: str) -> None:
            self.send_response(status)
            if status != 304:
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _pages(
    all_outlets: tuple[Outlet, ...], opened: datetime, zone: ZoneInfo, base: str
) -> Mapping[str, tuple[str, bytes]]:
    pages: dict[str, tuple[str, bytes]] = {}
    for outlet in all_outlets:
        home = f"{base}/{outlet.slug}"
        dated = [
            (article, (opened - timedelta(hours=article.hours_ago)).astimezone(zone))
            for article in outlet.articles
        ]
        for article, at in dated:
            pages[f"/{outlet.slug}/{article.slug}.html"] = (
                "text/html; charset=utf-8",
                _article(outlet, article, at, opened.astimezone(zone), home).encode(),
            )
        if outlet.form == "listing":
            pages[f"/{outlet.slug}/"] = (
                "text/html; charset=utf-8",
                _listing(outlet, dated, opened.astimezone(zone)).encode(),
            )
        elif outlet.form == "json":
            pages[f"/{outlet.slug}/feed.json"] = (_TYPES["json"], _json(outlet, dated, home).encode())
        else:
            draw = _rss if outlet.form == "rss" else _atom
            pages[f"/{outlet.slug}/feed.xml"] = (_TYPES[outlet.form], draw(outlet, dated, home).encode())
    return pages


def _text(article: Article) -> str:
    """The article as HTML paragraphs; a lead that the text itself does not begin with stands before it."""
    parts = article.body.split("\n\n")
    if article.lead and article.lead not in article.body:
        parts.insert(0, article.lead)
    if article.agency:
        parts.append(f"/{article.agency}/")
    return "".join(f"<p>{escape(part.strip())}</p>" for part in parts)


def _link(outlet: Outlet, article: Article, home: str) -> str:
    link = f"{home}/{article.slug}.html"
    return link if outlet.full_text else f"{link}?utm_source=rss&utm_medium=feed"


def _rss(outlet: Outlet, dated: list[tuple[Article, datetime]], home: str) -> str:
    items = []
    for article, at in dated:
        text = f"<content:encoded><![CDATA[{_text(article)}]]></content:encoded>" if outlet.full_text else ""
        author = f"<dc:creator>{escape(article.author)}</dc:creator>" if article.author else ""
        items.append(
            f"<item><title>{escape(article.title)}</title><link>{escape(_link(outlet, article, home))}</link>"
            f'<guid isPermaLink="false">{outlet.slug}-{article.slug}</guid><pubDate>{format_datetime(at)}</pubDate>'
            f"{author}<description>{escape(article.lead)}</description>{text}</item>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{escape(outlet.name)}</title><link>{home}/</link>'
        f"<description>{escape(outlet.name)}</description><language>{outlet.language}</language>{''.join(items)}</channel></rss>"
    )


def _atom(outlet: Outlet, dated: list[tuple[Article, datetime]], home: str) -> str:
    entries = []
    for article, at in dated:
        text = f'<content type="html">{escape(_text(article))}</content>' if outlet.full_text else ""
        entries.append(
            f"<entry><title>{escape(article.title)}</title><id>{home}/{article.slug}</id>"
            f'<link rel="alternate" href="{escape(_link(outlet, article, home))}"/><updated>{at.isoformat()}</updated>'
            f"<published>{at.isoformat()}</published><author><name>{escape(article.author or outlet.name)}</name></author>"
            f"<summary>{escape(article.lead)}</summary>{text}</entry>"
        )
    newest = dated[0][1].isoformat()
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.name)}</title><id>{home}/</id><updated>{newest}</updated>{''.join(entries)}</feed>"
    )


def _json(outlet: Outlet, dated: list[tuple[Article, datetime]], home: str) -> str:
    items = []
    for article, at in dated:
        item: dict[str, object] = {
            "id": f"{outlet.slug}/{article.slug}",
            "url": _link(outlet, article, home),
            "title": article.title,
            "summary": article.lead,
            "date_published": at.isoformat(),
            "language": outlet.language,
        }
        if outlet.full_text:
            item["content_html"] = _text(article)
        if article.author:
            item["authors"] = [{"name": article.author}]
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{home}/",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False)


def _frame(outlet: Outlet, title: str, head: str, main: str, today: datetime) -> str:
    # As on many sites the header prints today's date and name-day: never the date of what stands below.
    return (
        f'<!doctype html><html lang="{outlet.language}"><head><meta charset="utf-8"><title>{escape(title)} | {escape(outlet.name)}</title>{head}</head>'
        f'<body><header><a href="/{outlet.slug}/">{escape(outlet.name)}</a> <span class="today">{today.day}.{today.month}.{today.year}. Vārda diena: Zigrīda, Zigfrīda</span>'
        f'<nav><a href="/{outlet.slug}/">Ziņas</a> <a href="/{outlet.slug}/">Sports</a> <a href="/{outlet.slug}/">Kultūra</a></nav></header>'
        f"{main}<footer><p>© {escape(outlet.name)}. Pārpublicēšana tikai ar atļauju.</p></footer></body></html>"
    )


def _article(outlet: Outlet, article: Article, at: datetime, today: datetime, home: str) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": at.isoformat(),
        "author": {"@type": "Person", "name": article.author or outlet.name},
    }
    others = [other for other in outlet.articles if other.slug != article.slug][:3]
    teasers = "".join(
        f'<li><a href="{home}/{other.slug}.html">{escape(other.title)}</a></li>' for other in others
    )
    head = (
        f'<link rel="canonical" href="{home}/{article.slug}.html"><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{at.isoformat()}"><script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script>'
    )
    main = (
        f'<main><article><h1>{escape(article.title)}</h1><p class="meta">{escape(article.author)} <time datetime="{at.isoformat()}">{at:%d.%m.%Y %H:%M}</time></p>'
        f'{_text(article)}</article><aside class="related"><h2>Lasi arī</h2><ul>{teasers}</ul></aside></main>'
    )
    return _frame(outlet, article.title, head, main, today)


def _listing(outlet: Outlet, dated: list[tuple[Article, datetime]], today: datetime) -> str:
    rows = "".join(
        f'<li class="news"><time>{at.year}. gada {at.day}. {_MONTHS[at.month - 1]}, {at:%H:%M}</time> '
        f'<a class="title" href="{article.slug}.html">{escape(article.title)}</a><p class="lead">{escape(article.lead)}</p></li>'
        for article, at in dated
    )
    return _frame(
        outlet, outlet.name, "", f'<main><h1>Jaunākās ziņas</h1><ul class="list">{rows}</ul></main>', today
    )
