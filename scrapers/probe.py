"""Looks at an address, or a file kept from one, and says how it could be watched and what it would bring.

Asks in this order: is it an address that a kind knows by itself; a feed, or a page that names one; a feed at
one of the usual places; a sitemap that tells headlines; a list in the page itself; any other sitemap.
Nothing is stored.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup

from outreach.core import registry
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Http, Request
from scrapers import sources
from scrapers.decide import sane
from scrapers.health import failed, refusal
from scrapers.polling import DueSource, ask
from scrapers.reading import blocks, jsonfeed, sitemaps, xmlfeed
from scrapers.reading.encoding import decode
from scrapers.reading.plain import link_of
from scrapers.robots import RobotsBook
from scrapers.source import MOST_FOUND, Found, Page, Priced, Recognising, source_of

ZONE = "Europe/Riga"
_FEED_PLACES = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml")
_SITEMAP_PLACES = ("sitemap.xml", "news-sitemap.xml", "sitemap_index.xml")
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_MOST_TRIED = 4

Kinds = Mapping[str, type[Any]]


@dataclass(frozen=True)
class Probed:
    """How an address could be watched: the kind with its settings, and what that would bring now.

    `state` is `healthy`, `empty` or `erring`, `reason_key` and `reason_facts` say why; kind is empty where
    nothing was found. `others` are further possibilities, kind and address.
    """

    kind: str
    settings: Mapping[str, Any]
    items: tuple[Found, ...] = ()
    state: str = "healthy"
    reason_key: str | None = None
    reason_facts: Mapping[str, object] = field(default_factory=dict)
    others: tuple[tuple[str, str], ...] = ()


def recognise(url: str) -> tuple[str, dict[str, str]] | None:
    """The kind and settings for an address that a kind knows by its form; None for any other."""
    for name, cls in registry.kinds(sources.__name__).items():
        if issubclass(cls, Recognising) and (told := cls.from_address(url)):
            return name, told
    return None


def probe(
    url: str, http: Http, robots: RobotsBook, now: datetime, kind: str = "", pause: Callable[[], object] = lambda: None
) -> Probed:
    """The best way to watch an address; `kind` leaves only that one.

    Trouble with the address is the answer's state. OutreachError `scrapers.url`, `registry.kind`.
    """
    if link_of(url, "") is None:
        raise OutreachError("scrapers.url", url=url[:200])
    if kind and kind not in registry.kinds(sources.__name__):
        raise OutreachError("registry.kind", kind=kind, known=", ".join(registry.kinds(sources.__name__)))
    look = _Look(http, robots, now, pause)
    known = recognise(url)
    if known is not None and kind in {"", known[0]}:
        probed = look.ask(*known)
        # Other sites have addresses of that form too ("/tags/"): what fails is looked at as any page.
        if probed.state != "erring" or kind:
            return probed
    if kind and kind != "listing":
        return look.ask(kind, _settings(kind, url))
    try:
        page = look.fetch(url)
    except OutreachError as error:
        return _failed(kind or "feed", {"url": url}, error)
    return _of_page(look, page, only_listing=bool(kind))


def try_out(
    kind: str,
    settings: Mapping[str, Any],
    http: Http,
    robots: RobotsBook,
    now: datetime,
    pause: Callable[[], object] = lambda: None,
) -> Probed:
    """What a poll with these settings would bring now; trouble is the answer's state."""
    return _Look(http, robots, now, pause).ask(kind, settings)


def read_file(kind: str, base: str, body: bytes, now: datetime) -> Probed:
    """What a kind makes of a page that was kept, as if it had come from `base`. Asks nobody.

    Without a kind what the bytes look like decides. OutreachError `scrapers.url`, `registry.kind`.
    """
    # A mailbox's address is no page's, but it is as good a name for where a file came from.
    if link_of(base, "") is None and not base.startswith(("imap://", "imaps://")):
        raise OutreachError("scrapers.url", url=base[:200])
    page = Page(base, 200, {}, body, now)
    kind = kind or _kind_of(page) or "listing"
    settings: Mapping[str, Any] = _settings(kind, base)
    if kind == "listing":
        # Somebody says that it is a list: two articles are enough to believe it.
        layouts = _layouts(page) or _layouts(page, 2)
        if not layouts:
            return _failed(kind, {"url": base}, WireError("scrapers.no_blocks", url=base))
        settings = {"url": base, **layouts[0].settings(), **_next_page(page)}
    shown: Mapping[str, Any] = settings
    if not settings:
        # No kind's own address: what the file holds is read all the same.
        settings = registry.kinds(sources.__name__)[kind].example
    try:
        plugin = source_of(kind, settings)
        told = list(islice(plugin.read(page), MOST_FOUND))
    except OutreachError as error:
        return _failed(kind, shown, error)
    except Exception as error:
        return _failed(kind, shown, WireError("scrapers.unreadable", url=base, reason=type(error).__name__))
    items = [item for one in told if (item := sane(one, now)) is not None]
    return _found(kind, shown, items, base)


def _settings(kind: str, url: str) -> dict[str, Any]:
    """The settings of a kind for an address; empty where the kind does not know it."""
    cls = registry.kinds(sources.__name__).get(kind)
    if cls is None:
        raise OutreachError("registry.kind", kind=kind, known=", ".join(registry.kinds(sources.__name__)))
    if issubclass(cls, Recognising):
        return dict(cls.from_address(url) or {})
    # A kind without an address of its own is not told by one.
    return {"url": url} if "url" in {field.name for field in fields(cls)} else {}


@dataclass
class _Look:
    """One probe's wire: every request after the first is preceded by the pause."""

    http: Http
    robots: RobotsBook
    now: datetime
    pause: Callable[[], object]
    asked: int = 0

    def fetch(self, url: str) -> Page:
        """A page for a person who asks for it now; WireError for a status that is no success."""
        if self.asked:
            self.pause()
        self.asked += 1
        answer = self.http.send(Request(url, headers={"Accept": "text/html, application/xml;q=0.9, */*;q=0.8"}))
        if not 200 <= answer.status < 300:
            raise refusal(answer, url, self.now)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Page(answer.url, answer.status, headers, answer.body, self.now)

    def ask(self, kind: str, settings: Mapping[str, Any]) -> Probed:
        """What a poll with these settings brings; a platform that charges is not asked only to see."""
        if self.asked:
            self.pause()
        self.asked += 1
        due = DueSource(0, "", kind, dict(settings), "", None, None, None, None)
        try:
            if isinstance(source_of(kind, settings), Priced):
                return Probed(kind, settings, (), "healthy", "scrapers.not_tried")
            outcome, items = ask(due, self.http, self.robots, self.now, self.pause)
        except OutreachError as error:
            return _failed(kind, settings, error)
        found = _found(kind, settings, items, str(settings.get("url") or ""))
        if outcome.reason_key:
            return replace(found, reason_key=outcome.reason_key, reason_facts=dict(outcome.reason_facts))
        return found


def _of_page(look: _Look, page: Page, *, only_listing: bool) -> Probed:
    kind = _kind_of(page)
    if kind is not None:
        return look.ask(*_best(kind, page.url))
    others: list[tuple[str, str]] = []
    spare: Probed | None = None
    if not only_listing:
        for feed in _feeds(page):
            probed = look.ask(*_best("feed", feed))
            if probed.items:
                return replace(probed, others=tuple(("feed", one) for one in _feeds(page) if one != feed))
            spare = spare or (probed if probed.state == "empty" else None)
        for feed in _usual_feeds(look, page):
            return look.ask("feed", {"url": feed})
        for sitemap in _sitemaps(look, page):
            others.append(("sitemap", sitemap))
    listing = _listing(look, page)
    for _, sitemap in others:
        probed = look.ask("sitemap", {"url": sitemap})
        if probed.items and (spare is None or not spare.items):
            spare = probed
        if any(item.published for item in probed.items):
            return replace(probed, others=tuple(one for one in others if one[1] != sitemap))
    best = listing if listing.items else spare or listing
    return replace(best, others=tuple(one for one in others if one[1] != best.settings.get("url")))


def _best(kind: str, url: str) -> tuple[str, dict[str, str]]:
    """A feed's own kind where one knows its address better."""
    return recognise(url) or (kind, {"url": url})


def _listing(look: _Look, page: Page) -> Probed:
    """The page as a list, by the first layout that its own reader finds enough in."""
    settings: dict[str, Any] = {"url": page.url}
    try:
        if not look.robots.allows(page.url, look.http, look.now):
            raise WireError("scrapers.robots", url=page.url, permanent=True)
    except OutreachError as error:
        return _failed("listing", settings, error)
    for layout in _layouts(page):
        told = {**settings, **layout.settings(), **_next_page(page)}
        try:
            items = [item for one in source_of("listing", told).read(page) if (item := sane(one, look.now))]
        except OutreachError:
            continue
        if items:
            return _found("listing", told, items, page.url)
    return _failed("listing", settings, WireError("scrapers.no_blocks", url=page.url))


def _layouts(page: Page, fewest: int = 3) -> list[blocks.Layout]:
    return blocks.propose(decode(page.body, page.headers), page.url, ZoneInfo(ZONE), page.fetched_at, fewest)


def _next_page(page: Page) -> dict[str, str]:
    """The setting for a list that says itself where it goes on."""
    soup = BeautifulSoup(decode(page.body, page.headers), "lxml")
    told = [one for one in ("a[rel~=next]", "link[rel~=next]") if soup.select_one(one) is not None]
    return {"next_page": told[0]} if told else {}


def _kind_of(page: Page) -> str | None:
    """The kind that a page is by its bytes: feed or sitemap; None for a page for people."""
    if page.body.startswith(b"\x1f\x8b"):
        return "sitemap"
    text = decode(page.body, page.headers)
    if xmlfeed.is_feed(text):
        return "feed"
    if sitemaps.is_sitemap(text):
        return "sitemap"
    is_json = text.lstrip("\ufeff \t\r\n").startswith("{")
    return "feed" if is_json and jsonfeed.parse(text) is not None else None


def _feeds(page: Page) -> list[str]:
    """The feeds that a page names, those of comments last."""
    soup = BeautifulSoup(decode(page.body, page.headers)[:1_000_000], "lxml")
    found: dict[str, bool] = {}
    for node in soup.find_all("link", href=True, limit=500):
        names = {name.lower() for name in node.get_attribute_list("rel") if name}
        kind = str(node.get("type") or "").split(";")[0].strip().lower()
        url = link_of(str(node["href"]), page.url)
        if url is not None and "alternate" in names and kind in _FEED_TYPES:
            found.setdefault(url, "comment" in f"{url} {node.get('title') or ''}".lower())
    return sorted(found, key=lambda url: found[url])[:_MOST_TRIED]


def _usual_feeds(look: _Look, page: Page) -> Iterator[str]:
    """Feeds at the usual places of a site."""
    for place in _FEED_PLACES:
        try:
            answer = look.fetch(urljoin(page.url, f"/{place}"))
        except OutreachError:
            continue
        if _kind_of(answer) == "feed":
            yield answer.url


def _sitemaps(look: _Look, page: Page) -> list[str]:
    """Sitemaps that robots.txt names, those of news first; else one at a usual place."""
    named: Sequence[str] = ()
    try:
        told = look.fetch(urljoin(page.url, "/robots.txt"))
        lines = (line.partition(":") for line in decode(told.body, told.headers).splitlines()[:5_000])
        urls = (link_of(value.strip(), page.url) for name, _, value in lines if name.strip().lower() == "sitemap")
        named = list(dict.fromkeys(url for url in urls if url))
    except OutreachError:
        named = ()
    if named:
        return sorted(named, key=lambda url: "news" not in urlsplit(url).path.lower())[:_MOST_TRIED]
    for place in _SITEMAP_PLACES:
        try:
            answer = look.fetch(urljoin(page.url, f"/{place}"))
        except OutreachError:
            continue
        if _kind_of(answer) == "sitemap":
            return [answer.url]
    return []


def _found(kind: str, settings: Mapping[str, Any], items: Sequence[Found], url: str) -> Probed:
    if items:
        return Probed(kind, settings, tuple(items))
    return Probed(kind, settings, (), "empty", "scrapers.empty", {"url": url})


def _failed(kind: str, settings: Mapping[str, Any], error: OutreachError) -> Probed:
    outcome = failed(error)
    return Probed(kind, settings, (), "erring", outcome.reason_key, dict(outcome.reason_facts))
