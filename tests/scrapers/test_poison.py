"""One item, page or source that breaks something of ours: it is told so, and everybody else's news is stored."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach.core.app import App
from outreach.core.gear import Gear
from outreach.core.testing import FixedClock
from scrapers import catalogue
from scrapers.collect import collect, collect_pages, judge_of
from scrapers.models import Article, Mention, Source
from tests.scrapers.gears import GEARS
from tests.scrapers.news import FAMILY, NOW, Item, bridge, family, feed, page
from tests.support.site import Site

Start = Callable[[App], Gear]
SOURCES = 9


@pytest.fixture(params=GEARS)
def gear(request: pytest.FixtureRequest) -> Start:
    return GEARS[request.param]


def fill(app: App, site: Site, *bad: Item, text: str = "") -> None:
    """Healthy sources of two items each, and among them one with the bad ones."""
    for number in range(SOURCES):
        items = [family(number * 10, text=text or f"{FAMILY} {number}"), bridge(number * 10 + 1)]
        site.put(f"/rss{number}", feed(site.url(""), *items, *(bad if number == 4 else ())))
        with app.store.transaction() as session:
            catalogue.add(session, NOW, f"avots {number}", site.url(f"/rss{number}"), language="lv")


def states(app: App) -> dict[str, tuple[str, str | None]]:
    with app.store.reading() as session:
        return {row.name: (row.state, row.reason_key) for row in session.scalars(select(Source))}


def count(app: App, table: type) -> int:
    with app.store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


GOOD = {f"avots {number}": ("healthy", None) for number in range(SOURCES)}
BROKEN = GOOD | {"avots 4": ("erring", "scrapers.unreadable")}


def test_an_article_that_breaks_the_watch_breaks_its_source_alone(
    app: App, site: Site, clock: FixedClock, gear: Start
) -> None:
    fill(app, site, Item(99, "Neizturams virsraksts", "x"))
    judge = judge_of(app)

    def breaking(document: object) -> object:
        if "Neizturams" in str(document):
            raise RecursionError
        return judge(document)  # type: ignore[arg-type]

    polled = collect(app, gear=gear(app), judge=breaking)  # type: ignore[arg-type]
    assert (polled.polled, polled.failed, polled.new) == (SOURCES, 1, (SOURCES - 1) * 2)
    assert states(app) == BROKEN
    with app.store.reading() as session:
        row = session.scalars(select(Source).where(Source.name == "avots 4")).one()
        assert (row.reason_facts["reason"], row.claimed_until) == ("RecursionError", None)
        assert row.next_poll_at is not None
        assert row.next_poll_at > NOW
    clock.step(timedelta(days=2))
    assert collect(app, gear=gear(app)).new == 3
    assert states(app) == GOOD


def test_what_the_store_refuses_is_its_sources_trouble_alone(
    app: App, site: Site, gear: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(app, site, Item(99, "Nederīgs virsraksts", "x"))
    from scrapers import recording

    article = recording._article

    def unfit(source_id: int, one: recording.Judged, now: object) -> dict[str, object]:
        values = article(source_id, one, now)  # type: ignore[arg-type]
        return {**values, "text_state": "nekāds"} if "Nederīgs" in one.fresh.found.title else values

    monkeypatch.setattr(recording, "_article", unfit)
    polled = collect(app, gear=gear(app))
    assert (polled.polled, polled.failed, polled.new) == (SOURCES, 1, (SOURCES - 1) * 2)
    assert states(app) == BROKEN


@pytest.mark.parametrize("where", ["hints", "bookkeeping"])
def test_a_reader_or_a_rhythm_that_breaks_breaks_its_source_alone(
    app: App, site: Site, gear: Start, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    fill(app, site)
    if where == "hints":
        from scrapers.reading.hints import hints_of

        monkeypatch.setattr(
            "scrapers.sources.feed.hints_of", lambda page: 1 / 0 if page.url.endswith("4") else hints_of(page)
        )
    else:
        from scrapers import bookkeeping

        columns = bookkeeping._columns
        monkeypatch.setattr(
            bookkeeping, "_columns",
            lambda poll, *rest: 1 / 0 if poll.outcome.ok and poll.due.name.endswith("4") else columns(poll, *rest),
        )  # fmt: skip
    polled = collect(app, gear=gear(app))
    assert (polled.polled, polled.failed, polled.new) == (SOURCES, 1, (SOURCES - 1) * 2)
    assert states(app) == BROKEN


@pytest.mark.parametrize("where", ["extract", "judge_page", "record_page"])
def test_a_page_that_breaks_something_is_tried_again_and_stops_no_other(
    app: App, site: Site, clock: FixedClock, gear: Start, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    fill(app, site)
    for number in range(SOURCES):
        items = [bridge(number * 10 + 5, title=f"Ver durvis jauna maiznīca {number}", text="")]
        site.put(f"/rss{number}", feed(site.url(""), *items))
        site.put(f"/raksts/{number * 10 + 5}", page("Maiznīca", f"{FAMILY} {number}"), content_type="text/html; charset=utf-8")
    from scrapers import harvest, pagereading, pages

    room = {"extract": pagereading, "judge_page": harvest, "record_page": pages}[where]
    real = getattr(room, where)

    def breaking(*told: object, **named: object) -> object:
        if "/raksts/45" in f"{told[0]}{told[1]}":
            raise ZeroDivisionError
        return real(*told, **named)

    with monkeypatch.context() as patch:
        patch.setattr(room, where, breaking)
        polled = collect(app, gear=gear(app))
        assert (polled.failed, polled.new, count(app, Mention)) == (0, SOURCES, SOURCES - 1)
        with app.store.reading() as session:
            (left,) = session.scalars(select(Article).where(Article.text_state != "page"))
            assert (left.text_state, left.text_tries, left.text_reason_key) == ("pending", 1, "scrapers.unreadable")
            assert left.text_reason_facts["reason"] == "ZeroDivisionError"
    clock.step(timedelta(hours=1))
    collect_pages(app, gear=gear(app))
    assert count(app, Mention) == SOURCES


def extremes(site: Site) -> list[Item]:
    """The longest and oddest that a feed can tell; words that do not compress, for indexes measure them."""
    import random

    chance = random.Random(7)

    def of(letters: str, length: int) -> str:
        return "".join(chance.choice(letters) for _ in range(length))

    latvian, astral = "āčēģīķļņšūž", "".join(map(chr, range(0x1F600, 0x1F640)))
    return [
        Item(90, "Gara adrese", "x"),
        Item(91, of(latvian, 5_000), of(astral, 5_000), of(latvian, 300_000), guid=of(astral, 3_000)),
        Item(92, of(astral, 3_000), "", guid=of(latvian, 3_000)),
        Item(93, "\u202e\u0000\ufffe Virsraksts", "\x01\x02", guid="\u0000"),
        Item(94, f"Remigrācija {of(latvian, 3_000)}", of(latvian, 9_000), f"Remigrācija Latgalē. {of(latvian, 200_000)}"),
    ]  # fmt: skip


@pytest.mark.parametrize("length", [200, 700, 1_300, 1_900, 2_500, 10_000])
@pytest.mark.parametrize("letters", ["āčēģīķļņšūž", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "%F0%9F"])
def test_the_longest_and_oddest_words_are_stored_or_left_out(app: App, site: Site, length: int, letters: str) -> None:
    import random

    chance = random.Random(length)
    path = "".join(chance.choice(letters) for _ in range(length))
    fill(app, site, *extremes(site))
    reply = site.replies["/rss4"]
    reply.body = reply.body.replace(b"/raksts/90<", f"/{path}?a={path[:50]}<".encode())
    polled = collect(app)
    assert (polled.polled, polled.failed) == (SOURCES, 0)
    told = states(app)
    assert {name: told[name][0] for name in told} == dict.fromkeys(GOOD, "healthy")
    assert told["avots 4"][1] in {None, "scrapers.items_refused"}
    assert count(app, Article) >= SOURCES * 2 + 3
