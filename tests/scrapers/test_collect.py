"""The collector against a site on loopback and a real store."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.http import Answer
from outreach.core.testing import FixedClock, RecordedHttp
from scrapers import catalogue
from scrapers.collect import Polled, collect
from scrapers.models import Article, Mention, Source, Story
from tests.scrapers.news import NOW, Item, bridge, family, feed
from tests.support.ports import free_port
from tests.support.site import Site

HALF_HOUR = timedelta(minutes=30)
# Longer than any rest that these sources' rhythm gives.
REST = timedelta(hours=3)


def add(app: App, name: str, url: str, **told: object) -> None:
    with app.store.transaction() as session:
        catalogue.add(session, app.clock.now(), name, url, **told)  # type: ignore[arg-type]


def source(app: App, name: str = "Ziņas") -> Source:
    with app.store.reading() as session:
        return session.scalars(select(Source).where(Source.name == name)).one()


def count(app: App, table: type) -> int:
    with app.store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def told(polled: Polled) -> tuple[int, int, int, int, int]:
    return polled.polled, polled.unchanged, polled.new, polled.failed, polled.mentions


@pytest.fixture
def fed(app: App, site: Site) -> App:
    """A source with two items, one of them a mention."""
    site.put("/rss", feed(site.url(""), family(), bridge()), etag='"1"')
    add(app, "Ziņas", site.url("/rss"), tier="regional", language="lv")
    return app


def test_what_is_found_is_stored_and_judged(fed: App, site: Site) -> None:
    assert told(collect(fed)) == (1, 0, 2, 0, 1)
    with fed.store.reading() as session:
        article, mention = session.execute(
            select(Article, Mention).join(Mention, Mention.article_id == Article.id)
        ).one()
        assert (article.title, article.text_state, article.lang) == (family().title, "feed", "lv")
        assert article.canonical_url == f"https://127.0.0.1:{site.port}/raksts/1"
        assert article.published_at == NOW - timedelta(hours=1)
        assert (mention.sense, mention.relevant) == ("return", True)
        assert mention.sentence in article.text
        assert any(one["form"].lower().startswith("remigrācijas") for one in mention.matched)
        assert "Preiļi" in mention.places
        assert session.get_one(Story, mention.story_id).title == article.title
    row = source(fed)
    assert (row.state, row.failures, row.last_ok_at, row.last_new_at) == ("healthy", 0, NOW, NOW)
    assert row.next_poll_at is not None and HALF_HOUR <= row.next_poll_at - NOW <= HALF_HOUR * 1.06
    assert (row.state_since, row.claimed_until) == (NOW, None)


def test_only_due_sources_are_asked(fed: App, site: Site, clock: FixedClock) -> None:
    collect(fed)
    assert told(collect(fed)) == (0, 0, 0, 0, 0)
    assert collect(fed, all_sources=True).polled == 1
    assert collect(fed, ignore_schedule=True).polled == 1
    clock.step(REST)
    assert collect(fed).polled == 1
    assert site.times("/rss") == 4


def test_unchanged_pages_are_not_read_again(fed: App, site: Site, clock: FixedClock) -> None:
    collect(fed)
    clock.step(REST)
    assert told(collect(fed)) == (1, 1, 0, 0, 0)
    assert site.asked[-1][1]["if-none-match"] == '"1"'
    assert source(fed).state == "healthy"
    # Without validators the body itself tells.
    site.replies["/rss"].headers.clear()
    clock.step(REST)
    assert told(collect(fed)) == (1, 1, 0, 0, 0)
    clock.step(REST)
    site.put("/rss", feed(site.url(""), family(3), family(), bridge()))
    assert told(collect(fed)) == (1, 0, 1, 0, 1)
    assert source(fed).state == "healthy"


def test_a_304_nobody_asked_for_is_an_error(app: App, site: Site) -> None:
    site.put("/rss", b"", 304)
    add(app, "Ziņas", site.url("/rss"))
    assert collect(app).failed == 1
    assert source(app).reason_key == "scrapers.status"


@pytest.mark.parametrize(
    ("status", "body", "key"),
    [
        (500, b"", "scrapers.server"),
        (403, b"", "scrapers.forbidden"),
        (404, b"", "scrapers.not_found"),
        (410, b"", "scrapers.gone"),
        (418, b"", "scrapers.status"),
        (200, b"<html><body>cookies</body></html>", "scrapers.not_a_feed"),
        (200, b"", "scrapers.not_a_feed"),
    ],
)
def test_a_failure_is_the_sources_state_and_is_tried_again_later(
    fed: App, site: Site, clock: FixedClock, status: int, body: bytes, key: str
) -> None:
    collect(fed)
    site.put("/rss", body, status)
    for failures in (1, 2, 3):
        now = clock.step(timedelta(days=1))
        assert told(collect(fed)) == (1, 0, 0, 1, 0)
        row = source(fed)
        state = "gone" if status == 410 else "erring"
        assert (row.state, row.reason_key, row.failures, row.enabled) == (state, key, failures, True)
        assert row.state_since == NOW + timedelta(days=1)
        least = HALF_HOUR * (1.5 if status == 500 else 2.5) ** failures
        assert row.next_poll_at is not None and least <= row.next_poll_at - now <= least * 1.06
        assert row.reason_facts["url"]
    assert collect(fed, all_sources=True).polled == 0
    assert collect(fed, ignore_schedule=True).polled == 1
    site.put("/rss", feed(site.url(""), family(), bridge(), bridge(9)))
    clock.step(timedelta(days=1))
    assert told(collect(fed)) == (1, 0, 1, 0, 0)
    row = source(fed)
    assert (row.state, row.reason_key, row.reason_facts, row.failures) == ("healthy", None, {}, 0)


def test_a_host_that_is_not_there(app: App, site: Site) -> None:
    port = free_port()
    for number in range(5):
        add(app, f"Klusē {number}", f"http://127.0.0.1:{port}/{number}")
    site.put("/rss", feed(site.url(""), family()))
    add(app, "Ziņas", site.url("/rss"))
    assert told(collect(app)) == (6, 0, 1, 5, 1)
    keys = [source(app, f"Klusē {number}").reason_key for number in range(5)]
    # Two may be under way when the first silence is told.
    assert set(keys) == {"http.refused", "scrapers.host_silent"}
    assert 2 <= keys.count("http.refused") <= 4


def test_a_busy_server_is_left_alone(fed: App, site: Site) -> None:
    site.put("/rss", b"", 503, retry_after="10800")
    collect(fed)
    row = source(fed)
    assert row.reason_key == "scrapers.busy"
    assert row.next_poll_at is not None and REST <= row.next_poll_at - NOW <= REST * 1.06


def test_a_moved_feed_is_read_and_the_move_is_noted(fed: App, site: Site, clock: FixedClock) -> None:
    site.replies["/atom"] = site.replies.pop("/rss")
    site.put("/rss", b"", 301, location="/atom")
    assert told(collect(fed)) == (1, 0, 2, 0, 1)
    row = source(fed)
    assert (row.state, row.moved_to) == ("moved", site.url("/atom"))
    clock.step(REST)
    assert collect(fed).unchanged == 1
    assert source(fed).state == "moved"


def test_an_empty_feed_is_a_state(fed: App, site: Site, clock: FixedClock) -> None:
    site.put("/rss", feed(site.url("")))
    collect(fed)
    assert (source(fed).state, source(fed).reason_key) == ("empty", "scrapers.empty")
    clock.step(REST)
    collect(fed)
    assert (source(fed).state, source(fed).reason_key) == ("empty", "scrapers.empty")


def test_disabled_sources_rest_and_a_named_one_is_asked_at_once(fed: App) -> None:
    with fed.store.transaction() as session:
        catalogue.switch(session, NOW, "Ziņas", False)
    assert collect(fed, all_sources=True, ignore_schedule=True).polled == 0
    assert collect(fed, only="Ziņas").new == 2
    with pytest.raises(OutreachError) as caught:
        collect(fed, only="Nav")
    assert caught.value.key == "scrapers.source_missing"


def test_all_guids_and_then_all_addresses_change_without_an_alarm(fed: App, site: Site, clock: FixedClock) -> None:
    items = [family(number, hours=number * 20.0) for number in range(1, 31)]
    site.put("/rss", feed(site.url(""), *items))
    assert told(collect(fed)) == (1, 0, 30, 0, 30)
    clock.step(3 * REST)
    site.put(
        "/rss",
        feed(site.url(""), *(family(item.number, guid=f"new-{item.number}", hours=item.hours) for item in items)),
    )
    assert told(collect(fed)) == (1, 0, 0, 0, 0)
    clock.step(3 * REST)
    moved = (family(item.number, guid=f"x-{item.number}", hours=item.hours) for item in items)
    site.put("/rss", feed(site.url("/jauna-vieta"), *moved))
    assert told(collect(fed)) == (1, 0, 0, 0, 0)
    assert (count(fed, Article), count(fed, Mention)) == (30, 30)


def test_one_guid_for_all_items_loses_none(fed: App, site: Site, clock: FixedClock) -> None:
    site.put("/rss", feed(site.url(""), *(bridge(number, guid="same") for number in range(5))))
    assert collect(fed).new == 5
    clock.step(REST)
    site.put("/rss", feed(site.url(""), *(bridge(number, guid="same") for number in range(3, 8))))
    assert collect(fed).new == 3


def test_an_article_in_two_feeds_is_one_and_a_copied_text_one_story(fed: App, site: Site) -> None:
    site.put("/novadi", feed(site.url(""), family()))
    site.put("/cits", feed(site.url("/cits"), family(7, title="Cits virsraksts par to pašu", text=family().text)))
    add(fed, "Novadi", site.url("/novadi"))
    add(fed, "Cits", site.url("/cits"))
    assert told(collect(fed)) == (3, 0, 3, 0, 2)
    assert count(fed, Story) == 1


def test_ids_grow_with_time(fed: App, site: Site) -> None:
    site.put("/rss", feed(site.url(""), *(bridge(number, hours=number) for number in range(1, 9))))
    collect(fed)
    with fed.store.reading() as session:
        times = session.scalars(select(Article.published_at).order_by(Article.id)).all()
    assert list(times) == sorted(times)


def test_a_feed_of_100000_entries_is_cut_to_the_newest_and_says_so(fed: App, site: Site) -> None:
    items = "".join(
        f"<item><title>Ieraksts {n}</title><link>{site.url('/e')}/{n}</link></item>" for n in range(100_000)
    )
    site.put("/rss", f"<rss><channel><title>t</title>{items}</channel></rss>")
    assert told(collect(fed)) == (1, 0, 2000, 0, 0)
    row = source(fed)
    assert (row.state, row.reason_key, row.reason_facts) == ("healthy", "scrapers.capped", {"count": 2000})


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
HOSTILE = {
    "laughs": f"<?xml version='1.0'?><!DOCTYPE rss [{LAUGHS}]><rss><channel><item><title>&a9;</title><link>/1</link></item></channel></rss>",
    "quadratic": f"<!DOCTYPE rss [<!ENTITY a '{'x' * 50_000}'>]><rss><channel><item><title>{'&a;' * 20_000}</title><link>/1</link></item></channel></rss>",
    "xxe": "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel><item><title>&x;</title><link>/1</link></item></channel></rss>",
    "nested": "<rss><channel>" + "<item>" * 30_000 + "<title>x</title><link>/1</link>",
    "divs": "<rss><channel><item><title>x</title><link>/1</link><description>" + "&lt;div&gt;" * 60_000,
    "opened": "<rss><channel><item><title>x</title><link>/1</link><description>" + "<a " * 1_000_000,
    "cdata": "<rss><channel><item><title>x</title><link>/1</link><description>" + "<![CDATA[" * 300_000,
    "ampersands": "<rss><channel><item><title>x</title><link>/1</link><description>" + "& " * 1_000_000,
    "comments": "<rss><channel><!--" + "<!--" * 300_000,
    "nul": "<rss><channel><item><title>a\x00b\ud83d</title><link>/1</link></item></channel></rss>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_feed_ends_and_leaves_only_plain_text(fed: App, site: Site, name: str) -> None:
    site.put("/dtd", b"secret")
    site.put("/rss", HOSTILE[name].encode("utf-8", "surrogatepass"))
    site.put("/labi", feed(site.url(""), family()))
    add(fed, "Labi", site.url("/labi"))
    polled = collect(fed)
    assert (polled.polled, source(fed, "Labi").state) == (2, "healthy")
    assert {path for path, _ in site.asked} <= {"/rss", "/labi", "/robots.txt", "/1"}
    with fed.store.reading() as session:
        for article in session.scalars(select(Article)):
            for text in (article.title, article.summary, article.text):
                assert "root:" not in text
                assert "\x00" not in text
                assert len(text) < 201_000


XSS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg/onload=alert(1)>', "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href='java&#10;script:alert(1)'>x</a>", "<form action='javascript:alert(1)'>", "<iframe src=javascript:alert(1)>",
)  # fmt: skip


def test_hostile_words_are_stored_as_plain_text(fed: App, site: Site) -> None:
    items = [Item(n, f"Virsraksts {n} {bad}", bad, f"{bad} {family().text}") for n, bad in enumerate(XSS)]
    site.put("/rss", feed(site.url(""), *items))
    collect(fed)
    with fed.store.reading() as session:
        articles = session.scalars(select(Article)).all()
        assert len(articles) == len(XSS)
        for article in articles:
            for text in (article.title, article.summary, article.text):
                assert not any(bad in text.lower() for bad in ("<script", "<img", "<svg", "<iframe", "<form", "<a "))
            assert article.url.startswith("http://127.0.0.1")


def test_a_reader_that_breaks_breaks_its_source_alone(fed: App, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.reading.feedfile.read", lambda *_: 1 / 0)
    assert collect(fed).failed == 1
    assert (source(fed).reason_key, source(fed).reason_facts["reason"]) == ("scrapers.unreadable", "ZeroDivisionError")


def test_settings_that_no_longer_fit_are_the_sources_trouble(fed: App) -> None:
    with fed.store.transaction() as session:
        session.scalars(select(Source)).one().kind = "pigeon"
    assert collect(fed).failed == 1
    assert source(fed).reason_key == "registry.kind"


def test_progress_is_told(fed: App) -> None:
    steps: list[tuple[int, int]] = []
    collect(fed, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(0, 1), (1, 1)]


def test_stopping_in_the_middle_leaves_the_rest_due(make_app: Callable[..., App], site: Site) -> None:
    app = make_app(workers=1)
    for number in range(5):
        site.put(f"/rss{number}", feed(site.url(f"/{number}"), bridge(number)))
        add(app, f"Ziņas {number}", site.url(f"/rss{number}"))
    site.replies["/rss1"].act = app.stopping.set
    polled = collect(app)
    assert (polled.polled, polled.failed) == (2, 0)
    app.stopping.clear()
    site.replies["/rss1"].act = None
    assert told(collect(app)) == (3, 0, 3, 0, 0)


def test_a_request_that_was_cut_by_the_stop_is_no_failure(make_app: Callable[..., App], site: Site) -> None:
    app = make_app()
    site.put("/rss", feed(site.url(""), bridge()))
    add(app, "Ziņas", site.url("/rss"))
    before = source(app).next_poll_at
    over = threading.Event()

    def stop() -> None:
        app.stopping.set()
        app.http.abort()  # type: ignore[attr-defined]
        over.wait(5)

    site.replies["/rss"].act = stop
    polled = collect(app)
    over.set()
    assert told(polled) == (0, 0, 0, 0, 0)
    row = source(app)
    assert (row.state, row.next_poll_at, row.failures) == ("new", before, 0)


def test_the_wires_errors_are_kept_with_their_facts(make_app: Callable[..., App]) -> None:
    url = "https://zinas.example/rss"
    app = make_app(RecordedHttp({("GET", url): Answer(url, 500, {}, b"")}))
    add(app, "Ziņas", url)
    collect(app)
    assert source(app).reason_facts == {"url": url, "status": 500}
