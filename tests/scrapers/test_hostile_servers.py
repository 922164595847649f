"""A catalogue in which every hostile server there is stands beside healthy ones, polled in one round over the real wire.

Each gets one clear state, whatever it sends stays bounded, and everything healthy is stored.
"""

import gzip
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from outreach.core.app import App
from outreach.core.dial import is_public
from outreach.core.errors import OutreachError
from outreach.core.gear import Gear
from outreach.core.http import GuardedHttp
from outreach.core.testing import FixedClock
from outreach.core.text import Texts
from scrapers.collect import collect
from scrapers.models import Article, Source
from tests.scrapers.gears import GEARS
from tests.scrapers.news import Item, bridge, family, feed
from tests.support.hostile import (
    Act,
    Papers,
    Servers,
    Talk,
    always,
    by_target,
    chunk,
    head,
    page,
    papers,
    resolver,
    servers,
)
from tests.support.memory import Watched

# One machine plays several: all of 127.0.0.0/8 is this one. Of it 127.9.0.0/16 plays the open internet.
pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8", "::1"])

Start = Callable[[App], Gear]
HEALTHY = 10
MEGABYTE = 2**20
RSS = "application/rss+xml"
# Where a limit does not hold, the round is ended and the test fails instead of hanging.
PATIENCE = 150.0
# Sixteen answers of the most that is read, and what one of them is taken apart into.
MOST_MEMORY = 400 * MEGABYTE


@pytest.fixture(params=GEARS)
def gear(request: pytest.FixtureRequest) -> Start:
    return GEARS[request.param]


@pytest.fixture(scope="module")
def trust() -> Papers:
    return papers()


@pytest.fixture
def started() -> Iterator[Servers]:
    with servers() as made:
        yield made


def plain(body: bytes | str, status: int = 200, kind: str = RSS, **headers: object) -> bytes:
    return page(body.encode() if isinstance(body, str) else body, status, content_type=kind, **headers)


def rss(*items: str) -> str:
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>"


def item(title: str, number: int = 1) -> str:
    return f"<item><title>{title}</title><link>/{number}</link></item>"


def pour(first: bytes, piece: bytes) -> Act:
    """Without end, as fast as it is read."""

    def act(talk: Talk) -> None:
        talk.send(first)
        while not talk.over.is_set():
            talk.send(piece)

    return act


def say_and_hang(*pieces: bytes) -> Act:
    def act(talk: Talk) -> None:
        talk.send(*pieces)
        talk.hang()

    return act


def drip_head(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\n")
    # Slowly: a hundred headers would be refused for their number, before the time is over on a busy machine.
    talk.drip((b"X-%d: y\r\n" % number for number in itertools.count()), 0.25)


def drip_body(talk: Talk) -> None:
    talk.send(head(content_type=RSS, content_length=10**6))
    talk.drip(itertools.repeat(b"<"))


def round_and_round(talk: Talk) -> None:
    talk.send(page(b"", 302, location="/b" if talk.asked.target == "/a" else "/a"))


def ever_on(talk: Talk) -> None:
    talk.send(page(b"", 302, location=f"/{len(talk.asked.target)}{talk.asked.target}"))


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
WHOLE = feed("", bridge(1)).encode()
ENTRIES = "".join(item(f"Ieraksts {number}", number) for number in range(100_000))


@dataclass(frozen=True)
class Bad:
    """A server, and what is to be said of its source: state, reason, and how many articles it may bring."""

    act: Act | bytes
    state: str
    reason: str | None
    articles: int = 0


BAD: dict[str, Bad] = {
    "gzip bomb": Bad(page(gzip.compress(bytes(200 * MEGABYTE)), content_encoding="gzip"), "erring", "http.too_big"),
    "bomb of bombs": Bad(plain(gzip.compress(gzip.compress(bytes(200 * MEGABYTE)))), "erring", "scrapers.not_a_feed"),
    "endless body": Bad(pour(head(content_type=RSS), b"<item>" * 10_000), "erring", "http.too_big"),
    "endless chunks": Bad(pour(head(transfer_encoding="chunked"), chunk(b"x" * 60_000)), "erring", "http.too_big"),
    "endless header": Bad(pour(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 60_000), "erring", "http.broken"),
    "dripped head": Bad(drip_head, "erring", "http.timeout"),
    "dripped body": Bad(drip_body, "erring", "http.timeout"),
    "hangs after the head": Bad(say_and_hang(head(content_length=10)), "erring", "http.timeout"),
    "hangs in the body": Bad(say_and_hang(head(content_length=10_000), WHOLE[:200]), "erring", "http.timeout"),
    "hangs before anything": Bad(say_and_hang(), "erring", "http.timeout"),
    "closes at once": Bad(lambda talk: None, "erring", "http.broken"),
    "speaks no http": Bad(always(b"220 mail.example ESMTP\r\n" * 100), "erring", "http.broken"),
    "redirect loop": Bad(round_and_round, "erring", "http.redirect_loop"),
    "redirects without end": Bad(ever_on, "erring", "http.redirect"),
    "redirect to a file": Bad(page(b"", 302, location="file:///etc/passwd"), "erring", "http.scheme"),
    "entity expansion": Bad(
        plain(f"<!DOCTYPE rss [{LAUGHS}]>{rss(item('&a9;'))}".replace("<?xml version='1.0'?>", "")), "healthy", None, 1
    ),
    "long entity": Bad(
        plain(f"<!DOCTYPE rss [<!ENTITY a '{'x' * 50_000}'>]><rss><channel>{item('&a;' * 20_000)}</channel></rss>"),
        "healthy", None, 1,
    ),
    "external entity": Bad(
        plain(f"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel>{item('&x;')}</channel></rss>"),
        "healthy", None, 1,
    ),
    "external rules": Bad(
        plain(f"<!DOCTYPE rss SYSTEM '/dtd'><rss><channel>{item('&x; viens')}</channel></rss>"), "healthy", None, 1
    ),
    "50 megabytes": Bad(plain(rss(item("x" * (50 * MEGABYTE)))), "erring", "http.too_big"),
    "100,000 entries": Bad(plain(rss(ENTRIES)), "healthy", "scrapers.capped", 2_000),
    "a million levels": Bad(plain("<rss><channel>" + "<item>" * 1_000_000), "empty", "scrapers.empty"),
    "a million levels of text": Bad(
        plain(rss(f"<item><title>x</title><link>/1</link><description>{'&lt;b&gt;' * 900_000}</description></item>")),
        "healthy", None, 1,
    ),
    "nul bytes": Bad(plain(rss(item("vir\x00sraksts", 1)) + "\x00" * 1_000), "healthy", None, 1),
    "nothing but nul": Bad(plain(bytes(MEGABYTE)), "erring", "scrapers.not_a_feed"),
    "length too short": Bad(head(content_type=RSS, content_length=150) + WHOLE, "empty", "scrapers.empty"),
    "length too long": Bad(head(content_type=RSS, content_length=len(WHOLE) + 9) + WHOLE, "erring", "http.broken"),
    "length of letters": Bad(head(content_type=RSS, content_length="abc") + WHOLE, "erring", "http.broken"),
    "html": Bad(plain(f"<!doctype html><title>Ziņas</title>{'<p>Raksts</p>' * 99}", kind="text/html"), "erring", "scrapers.not_a_feed"),
    "json": Bad(plain('{"error": "x"}', kind="application/json"), "erring", "scrapers.not_a_feed"),
    "a million levels of json": Bad(plain('{"items":' + "[" * 1_000_000), "erring", "scrapers.not_a_feed"),
    "json without addresses": Bad(plain('{"items": [{"title": "x"}]}'), "empty", "scrapers.empty"),
    "an image": Bad(plain(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 99, kind="image/png"), "erring", "scrapers.not_a_feed"),
    "scripts in titles": Bad(
        plain(feed("", Item(1, "<script>alert(1)</script>Tilts", "<img src=x onerror=alert(1)>", f"<script>x</script>{bridge().text}"))),
        "healthy", None, 1,
    ),
    "204": Bad(head(204), "erring", "scrapers.not_a_feed"),
    "206": Bad(plain(WHOLE, 206), "healthy", None, 1),
    "304 to nobody": Bad(head(304), "erring", "scrapers.status"),
    "999": Bad(plain("Request denied", 999), "erring", "scrapers.server"),
    "empty": Bad(plain(b""), "erring", "scrapers.not_a_feed"),
    "empty and packed": Bad(plain(b"", content_encoding="gzip"), "erring", "scrapers.not_a_feed"),
    "damaged packing": Bad(plain(b"\x1f\x8b\x08" + b"x" * 99, content_encoding="gzip"), "erring", "http.broken"),
    "unknown packing": Bad(plain(WHOLE, content_encoding="zstd"), "erring", "http.encoding"),
    "wrong encoding": Bad(plain(feed("", bridge(1)).encode("windows-1257"), kind=f"{RSS}; charset=utf-16"), "healthy", None, 1),
    "encoding that is none": Bad(
        plain(WHOLE.replace(b'encoding="utf-8"', b'encoding="zip"'), kind=f"{RSS}; charset=idna"), "healthy", None, 1
    ),
}  # fmt: skip


# Reading them takes long, and nothing else is read meanwhile: with short limits others would seem to be late.
MASS = {
    "bomb of bombs", "endless body", "endless chunks", "endless header", "long entity", "50 megabytes",
    "100,000 entries", "a million levels", "a million levels of text", "a million levels of json", "gzip bomb",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """Sources by name with what is to be said of them; `inside` is a server nobody may reach."""

    servers: Servers
    trust: Papers
    addresses: Iterator[str]

    def at(self) -> str:
        return next(self.addresses)

    def url(self, act: Act | bytes, target: str = "/rss", **how: object) -> str:
        return self.servers.server(act, address=self.at(), **how).url(target)


@pytest.fixture
def world(started: Servers, trust: Papers) -> World:
    return World(started, trust, (f"127.9.{number // 200}.{number % 200 + 1}" for number in itertools.count()))


def wire(
    world: World, monkeypatch: pytest.MonkeyPatch, names: Callable[..., object], seconds: float = 4
) -> GuardedHttp:
    http = world.servers.client(
        allow_private=False, connect_seconds=seconds, read_seconds=seconds / 2, total_seconds=seconds, resolve=names,
        context=world.trust.client(),
    )  # fmt: skip
    outside = replace(http._rules, allowed=lambda address: address.startswith("127.9.") or is_public(address))
    monkeypatch.setattr(http, "_rules", outside)
    return http


def healthy_ones(app: App, world: World) -> None:
    for number in range(HEALTHY):
        host = world.at()
        secure = number == 0
        served = world.servers.server(
            by_target(rss=plain(feed(f"http://{host}", family(number, text=f"{family().text} {number}"), bridge(100 + number)))),
            address=host,
            context=world.trust.server(host) if secure else None,
        )
        add(app, f"veselais {number}", served.url("/rss"))


def add(app: App, name: str, url: str) -> None:
    with app.store.transaction() as session:
        session.add(
            Source(name=name, tier="local", kind="feed", language="lv", settings={"url": url}, catalogue={})
        )


def told(app: App) -> dict[str, tuple[str, str | None]]:
    with app.store.reading() as session:
        return {row.name: (row.state, row.reason_key) for row in session.scalars(select(Source))}


def brought(app: App) -> dict[str, int]:
    with app.store.reading() as session:
        rows = session.execute(
            select(Source.name, func.count()).join(Article, Article.source_id == Source.id).group_by(Source.name)
        )
        return dict(rows.all())


def poll(app: App, gear: Start) -> int:
    guard = threading.Timer(PATIENCE, app.stopping.set)
    guard.start()
    try:
        polled = collect(app, gear=gear(app))
    finally:
        guard.cancel()
    assert not app.stopping.is_set()
    return polled.polled


def all_healthy(app: App) -> None:
    states, articles = told(app), brought(app)
    names = [f"veselais {number}" for number in range(HEALTHY)]
    assert {name: states[name] for name in names} == dict.fromkeys(names, ("healthy", None))
    assert {name: articles.get(name) for name in names} == dict.fromkeys(names, 2)


@pytest.mark.parametrize("of", ["mischief", "mass"])
def test_every_hostile_server_beside_healthy_ones(
    make_app: Callable[..., App], world: World, monkeypatch: pytest.MonkeyPatch, gear: Start, texts: Texts, of: str
) -> None:
    some = {name: bad for name, bad in BAD.items() if (name in MASS) is (of == "mass")}
    app = make_app(wire(world, monkeypatch, socket.getaddrinfo, 60 if of == "mass" else 4), workers=16)
    for name, bad in some.items():
        add(app, name, world.url(bad.act))
    certificate = world.url(plain(WHOLE), context=world.trust.server("cits.example"))
    stranger = world.url(plain(WHOLE), context=papers().server("127.9.0.1"))
    add(app, "a certificate for another", certificate)
    add(app, "a certificate by a stranger", stranger)
    add(app, "no certificate at all", certificate.replace("https", "http"))
    healthy_ones(app, world)
    expected = {name: (bad.state, bad.reason) for name, bad in some.items()}
    expected |= dict.fromkeys(("a certificate for another", "a certificate by a stranger"), ("erring", "http.tls"))
    expected["no certificate at all"] = ("erring", "http.broken")
    assert BAD.keys() >= MASS
    with Watched() as memory:
        assert poll(app, gear) == len(expected) + HEALTHY
    states = told(app)
    assert {name: states[name] for name in expected} == expected
    assert memory.most < MOST_MEMORY
    all_healthy(app)
    articles = brought(app)
    assert {name: articles.get(name, 0) for name in some} == {name: bad.articles for name, bad in some.items()}
    with app.store.reading() as session:
        for row in session.scalars(select(Source).where(Source.reason_key.is_not(None))):
            assert row.next_poll_at is not None
            for language in ("lv", "en"):
                said = texts.in_language(language).error(OutreachError(str(row.reason_key), **row.reason_facts))
                assert "{" not in said
        for text in session.scalars(select(Article.title + Article.summary + Article.text)):
            assert "root:" not in text
            assert "<script" not in text
            assert "\x00" not in text
            assert len(text) < 250_000


INSIDE = {
    "loopback": "http://127.0.0.1:{port}/",
    "decimal": "http://2130706433:{port}/",
    "hex": "http://0x7f.1:{port}/",
    "octal": "http://0177.0.0.1:{port}/",
    "short": "http://127.1:{port}/",
    "v6": "http://[::1]:{six}/",
    "mapped": "http://[::ffff:127.0.0.1]:{port}/",
    "mapped in hex": "http://[::ffff:7f00:1]:{port}/",
    "by name": "http://inside.test:{port}/",
    "this machine": "http://0.0.0.0:{port}/",
    "the cloud's own": "http://169.254.169.254/latest/meta-data/",
    "office network": "http://192.168.1.1/",
}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_no_source_leads_inside(
    make_app: Callable[..., App], world: World, monkeypatch: pytest.MonkeyPatch, gear: Start, clock: FixedClock
) -> None:
    """By a redirect, as its own address, or by a name that means something else the second time."""
    inside = world.servers.server(plain(WHOLE))
    inside6 = world.servers.server(plain(WHOLE), address="::1")
    hosts = {"inside.test": ["127.0.0.1"], "inside6.test": ["::1"], "news.test": ["127.9.9.1"]}
    turns = {"bound.test": iter(["127.9.9.2", "127.0.0.1", "127.0.0.1"])}

    def resolve(host: str, port: int, **how: Any) -> object:
        named = {host: [next(turns[host])]} if host in turns else hosts
        return resolver(named)(host, port) if host in named else socket.getaddrinfo(host, port, **how)

    http = wire(world, monkeypatch, resolve)
    app = make_app(http, workers=16)
    expected: dict[str, str] = {}
    for name, address in INSIDE.items():
        target = address.format(port=inside.port, six=inside6.port)
        add(app, f"led {name}", world.url(page(b"", 301, location=target)))
        add(app, f"named {name}", target)
        expected |= {f"led {name}": "http.private_address", f"named {name}": "http.private_address"}
    bound = world.servers.server(page(b"", 302, location=f"http://bound.test:{inside.port}/again"), address="127.9.9.2")
    add(app, "bound anew", bound.url("/rss", host="bound.test"))
    expected["bound anew"] = "http.private_address"
    outside = world.servers.server(plain(WHOLE), address="127.9.9.1")
    add(app, "bound later", outside.url("/rss", host="news.test"))
    healthy_ones(app, world)
    assert poll(app, gear) == len(expected) + 1 + HEALTHY
    states = told(app)
    assert states["bound later"] == ("healthy", None)
    assert {name: states[name] for name in expected} == dict.fromkeys(expected, ("erring", "http.private_address"))
    all_healthy(app)
    hosts["news.test"] = ["127.0.0.1"]
    clock.step(timedelta(days=2))
    poll(app, gear)
    assert told(app)["bound later"] == ("erring", "http.private_address")
    assert (inside.connections, inside6.connections, outside.connections) == (0, 0, 1)
