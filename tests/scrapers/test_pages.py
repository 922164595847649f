"""Articles whose feed told only a summary: their pages, politely, three times, and judged again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.core.app import App
from outreach.core.testing import FixedClock
from scrapers import catalogue
from scrapers.collect import collect, collect_pages
from scrapers.models import Article, Mention, SourceDay, Story
from tests.scrapers.news import BRIDGE, FAMILY, NOW, bridge, family, feed, page
from tests.support.site import Site


def articles(app: App) -> list[Article]:
    with app.store.reading() as session:
        return list(session.scalars(select(Article).order_by(Article.id)))


def mentions(app: App) -> list[Mention]:
    with app.store.reading() as session:
        return list(session.scalars(select(Mention).order_by(Mention.id)))


def short(number: int, **told: object) -> object:
    """An item that gives nothing away but on its page."""
    return bridge(number, **{"title": f"Pie tirgus laukuma durvis ver jauna maiznīca {number}", "text": "", **told})


@pytest.fixture
def fed(app: App, site: Site) -> App:
    site.put("/rss", feed(site.url(""), short(1)))  # type: ignore[arg-type]
    with app.store.transaction() as session:
        catalogue.add(session, NOW, "Ziņas", site.url("/rss"), language="lv")
    return app


def test_a_page_makes_the_mention(fed: App, site: Site) -> None:
    site.put("/raksts/1", page("Maiznīca", FAMILY), content_type="text/html; charset=utf-8")
    polled = collect(fed)
    assert (polled.new, polled.mentions) == (1, 1)
    (article,) = articles(fed)
    assert (article.text_state, article.text_tries, article.text_reason_key) == ("page", 0, None)
    assert FAMILY.strip()[:80] in article.text
    (mention,) = mentions(fed)
    assert mention.relevant
    assert mention.sentence in article.text
    with fed.store.reading() as session:
        (day,) = session.scalars(select(SourceDay))
        assert (day.items, day.mentions) == (1, 1)


def test_a_page_changes_the_verdict_of_its_summary(fed: App, site: Site) -> None:
    site.put("/rss", feed(site.url(""), short(1, title="Remigrācija")))  # type: ignore[arg-type]
    site.put("/raksts/1", b"", 500)
    collect(fed)
    (before,) = mentions(fed)
    assert not before.relevant
    site.put("/raksts/1", page("Remigrācija", FAMILY))
    fed.clock.step(timedelta(minutes=20))  # type: ignore[attr-defined]
    assert collect_pages(fed).mentions == 0
    (after,) = mentions(fed)
    assert (after.id, after.sense, after.relevant) == (before.id, "return", True)
    assert after.judged_at > before.judged_at


def test_a_page_lets_a_mention_find_its_story(fed: App, site: Site) -> None:
    site.put("/rss", feed(site.url(""), short(1, title="Remigrācija Latgalē un koordinatores darbs")))  # type: ignore[arg-type]
    site.put("/pilna", feed(site.url("/pilna"), family(5, text=FAMILY)))
    with fed.store.transaction() as session:
        catalogue.add(session, NOW, "Pilnā", site.url("/pilna"), language="lv")
    site.put("/raksts/1", b"", 500)
    collect(fed)
    assert len({mention.story_id for mention in mentions(fed)}) == 2
    site.put("/raksts/1", page("Remigrācija", FAMILY))
    fed.clock.step(timedelta(minutes=20))  # type: ignore[attr-defined]
    collect_pages(fed)
    assert len({mention.story_id for mention in mentions(fed)}) == 1
    with fed.store.reading() as session:
        assert session.scalars(select(Story)).first() is not None


@pytest.mark.parametrize(
    ("body", "status", "headers", "key"),
    [
        (b"", 500, {}, "scrapers.server"),
        (b"", 403, {}, "scrapers.forbidden"),
        (b"<html><body>cookies?</body></html>", 200, {}, "scrapers.page_empty"),
    ],
)
def test_three_tries_then_it_failed_with_its_reason(
    fed: App, site: Site, clock: FixedClock, body: bytes, status: int, headers: dict[str, str], key: str
) -> None:
    site.put("/raksts/1", body, status, **headers)
    collect(fed)
    for tries in (1, 2):
        (article,) = articles(fed)
        assert (article.text_state, article.text_tries, article.text_reason_key) == ("pending", tries, key)
        collect_pages(fed)  # too early: nothing happens
        assert site.times("/raksts/1") == tries
        clock.step(timedelta(hours=3))
        collect_pages(fed)
    (article,) = articles(fed)
    assert (article.text_state, article.text_tries, article.text_reason_key) == ("failed", 3, key)
    assert article.text_reason_facts["url"] == site.url("/raksts/1")
    clock.step(timedelta(hours=3))
    collect_pages(fed)
    assert site.times("/raksts/1") == 3


@pytest.mark.parametrize(
    ("body", "status", "headers", "key"),
    [
        (b"", 404, {}, "scrapers.not_found"),
        (b"", 410, {}, "scrapers.gone"),
        (b"%PDF-1.7", 200, {"content_type": "application/pdf"}, "scrapers.page_kind"),
    ],
)
def test_what_will_never_succeed_is_tried_once(
    fed: App, site: Site, body: bytes, status: int, headers: dict[str, str], key: str
) -> None:
    site.put("/raksts/1", body, status, **headers)
    collect(fed)
    (article,) = articles(fed)
    assert (article.text_state, article.text_tries, article.text_reason_key) == ("failed", 1, key)


def test_robots_are_heard(fed: App, site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /raksts")
    site.put("/raksts/1", page("Maiznīca", FAMILY))
    collect(fed)
    (article,) = articles(fed)
    assert (article.text_state, article.text_reason_key) == ("failed", "scrapers.robots")
    assert site.times("/raksts/1") == 0
    assert site.times("/rss") == 1


def test_a_listing_the_site_keeps_to_people_is_not_asked(app: App, site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /saraksts")
    site.put("/saraksts", "<li><a href='/a'>Ziņa</a></li>")
    with app.store.transaction() as session:
        catalogue.add(session, NOW, "Saraksts", kind="listing", settings={"url": site.url("/saraksts"), "item": "li"})
    assert collect(app).failed == 1
    assert site.times("/saraksts") == 0


def test_so_many_pages_a_poll_and_the_rest_later(make_app: Callable[..., App], site: Site) -> None:
    app = make_app(pages_per_poll=3)
    site.put("/rss", feed(site.url(""), *(short(n, hours=n) for n in range(1, 9))))  # type: ignore[arg-type]
    for number in range(1, 9):
        site.put(f"/raksts/{number}", page(f"Maiznīca {number}", BRIDGE))
    with app.store.transaction() as session:
        catalogue.add(session, NOW, "Ziņas", site.url("/rss"), language="lv")
    collect(app)
    states = [(article.url.rpartition("/")[2], article.text_state) for article in articles(app)]
    assert [number for number, state in states if state == "page"] == ["3", "2", "1"]
    collect_pages(app)
    assert {article.text_state for article in articles(app)} == {"page"}
    assert max(site.times(f"/raksts/{number}") for number in range(1, 9)) == 1
    # Asked anew by each round, and by two at once at the most.
    assert 2 <= site.times("/robots.txt") <= 4


@pytest.mark.parametrize(("setting", "state"), [({"pages_per_poll": 0}, "summary"), ({"max_age_days": 2}, "summary")])
def test_pages_that_are_not_wanted_are_not_asked(
    make_app: Callable[..., App], site: Site, setting: dict[str, int], state: str
) -> None:
    app = make_app(**setting)
    site.put("/rss", feed(site.url(""), short(1, hours=72)))  # type: ignore[arg-type]
    with app.store.transaction() as session:
        catalogue.add(session, NOW, "Ziņas", site.url("/rss"))
    collect(app)
    collect_pages(app)
    assert [article.text_state for article in articles(app)] == [state]
    assert site.times("/raksts/1") == 0


def test_what_grew_too_old_keeps_its_summary(fed: App, site: Site, clock: FixedClock) -> None:
    site.put("/raksts/1", b"", 500)
    collect(fed)
    clock.step(timedelta(days=31))
    collect_pages(fed)
    (article,) = articles(fed)
    assert (article.text_state, article.text_reason_key) == ("summary", "scrapers.page_old")
    assert site.times("/raksts/1") == 1


def test_the_pages_date_fills_the_feeds_gap(fed: App, site: Site) -> None:
    undated = feed(site.url(""), short(1)).partition("<pubDate>")  # type: ignore[arg-type]
    site.put("/rss", undated[0] + undated[2].partition("</pubDate>")[2])
    head = '<meta property="article:published_time" content="2026-11-20T08:00:00Z">'
    site.put("/raksts/1", page("Maiznīca", FAMILY).replace("<title>", head + "<title>"))
    collect(fed)
    (article,) = articles(fed)
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-11-20T08:00:00+00:00"


def test_stopping_gives_the_pages_back(fed: App, site: Site) -> None:
    site.put("/rss", feed(site.url(""), *(short(n) for n in range(1, 5))))  # type: ignore[arg-type]
    for number in range(1, 5):
        site.put(f"/raksts/{number}", page("Maiznīca", BRIDGE))
        # Whichever is asked first: two at most are under way then.
        site.replies[f"/raksts/{number}"].act = fed.stopping.set
    collect(fed)
    for number in range(1, 5):
        site.replies[f"/raksts/{number}"].act = None
    fed.stopping.clear()
    assert any(article.text_state == "pending" for article in articles(fed))
    collect_pages(fed)
    assert [(article.text_state, article.text_tries) for article in articles(fed)] == [("page", 0)] * 4


def test_a_short_link_is_known_by_where_it_leads(fed: App, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.shortlinks.is_short", lambda host: host == "127.0.0.1")
    site.put("/raksts/1", b"", 302, location=f"http://localhost:{site.port}/pilns-raksts")
    site.put("/pilns-raksts", page("Maiznīca", FAMILY))
    collect(fed)
    (article,) = articles(fed)
    assert article.url == site.url("/raksts/1")
    assert article.canonical_url == f"https://localhost:{site.port}/pilns-raksts"
    collect(fed, ignore_schedule=True)
    site.replies["/rss"].body += b" "
    assert collect(fed, ignore_schedule=True).new == 0
