"""Whose a source is while it is polled: another collector's, a person's who changes it, nobody's any more."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import undefer

from outreach.core.app import App
from outreach.core.gear import Gear
from outreach.core.testing import FixedClock
from scrapers import catalogue, due, loop, outlets
from scrapers.collect import collect
from scrapers.due import LEASE
from scrapers.models import Article, Source, SourceAnswer, SourceDay
from tests.scrapers.gears import GEARS
from tests.scrapers.news import NOW, bridge, family, feed
from tests.support.site import Site

Start = Callable[[App], Gear]
# Longer than any rest that these sources' rhythm gives.
REST = timedelta(hours=3)


@pytest.fixture(params=GEARS)
def gear(request: pytest.FixtureRequest) -> Start:
    return GEARS[request.param]


def add(app: App, site: Site, *names: str) -> list[int]:
    """Sources of these names, each with a feed of two items under its name and an ETag."""
    ids = []
    for at, name in enumerate(names):
        site.put(f"/{name}", feed(site.url(f"/{name}"), family(at * 10), bridge(at * 10 + 1)), etag=f'"{name}"')
        with app.store.transaction() as session:
            ids.append(catalogue.add(session, NOW, name, site.url(f"/{name}"), language="lv"))
    return ids


def row(app: App, number: int) -> Source:
    with app.store.reading() as session:
        return session.get_one(Source, number, options=[undefer(Source.marks)])


def titles(app: App) -> list[str]:
    with app.store.reading() as session:
        return list(session.scalars(select(Article.title).order_by(Article.title)))


def change(app: App, number: int, url: str) -> None:
    with app.store.transaction() as session:
        name = session.get_one(Source, number).name
        outlets.change(
            session, app.clock.now(), number, name=name, tier="local", language="lv", owner="earned", note="",
            settings={"url": url},
        )  # fmt: skip


def act(site: Site, name: str, do: Callable[[], None]) -> None:
    """Does something once, while a source is being asked."""
    reply = site.replies[f"/{name}"]

    def once() -> None:
        reply.act = None
        do()

    reply.act = once


def import_other(app: App, folder: Path, url: str) -> None:
    table = folder / "outlets.csv"
    table.write_text(f"name,tier,language,kind,feed\nviens,local,lv,feed,{url}\n", encoding="utf-8")
    with app.store.transaction() as session:
        told = catalogue.bring_in(session, app.clock.now(), table)
    assert (told.refused, told.unpolled) == ((), ())


@pytest.mark.parametrize("how", ["a person", "an import", "the move is saved"])
def test_settings_changed_while_the_source_is_asked_are_asked_anew(
    app: App, site: Site, clock: FixedClock, tmp_path: Path, gear: Start, how: str
) -> None:
    """The old answer must not lend its marks to the new address: it would be believed to be unchanged."""
    if how == "an import":
        site.put("/viens", feed(site.url("/viens"), family(0), bridge(1)), etag='"viens"')
        import_other(app, tmp_path, site.url("/viens"))
        number = 1
    else:
        [number] = add(app, site, "viens")
    (other,) = add(app, site, "otrs")
    site.put("/jauns", feed(site.url("/jauns"), bridge(70)), etag='"viens"')
    if how == "the move is saved":
        collect(app, gear=gear(app))
        with app.store.transaction() as session:
            session.get_one(Source, number).moved_to = site.url("/jauns")
        site.put("/viens", feed(site.url("/viens"), family(0), bridge(1), bridge(2)), etag='"viens 2"')
        clock.step(REST)

    def meanwhile() -> None:
        if how == "a person":
            change(app, number, site.url("/jauns"))
        elif how == "an import":
            import_other(app, tmp_path, site.url("/jauns"))
        else:
            with app.store.transaction() as session:
                outlets.adopt(session, clock.now(), number)

    act(site, "viens", meanwhile)
    collect(app, gear=gear(app))
    left = row(app, number)
    assert left.settings == {"url": site.url("/jauns")}
    assert (left.etag, left.body_hash, left.marks, left.full_at, left.moved_to) == (None, None, None, None, None)
    assert (left.state, left.claimed_until) == ("new", None)
    assert left.next_poll_at is None or left.next_poll_at <= clock.now()
    assert row(app, other).state == "healthy"
    assert len(titles(app)) == (5 if how == "the move is saved" else 4)  # what was read is kept
    before = len(site.asked)
    assert collect(app, gear=gear(app)).new == 1
    assert [(path, "if-none-match" in told) for path, told in site.asked[before:]] == [("/jauns", False)]
    assert row(app, number).state == "healthy"


def test_a_source_paused_while_it_is_asked_stays_paused(app: App, site: Site, clock: FixedClock, gear: Start) -> None:
    number, other = add(app, site, "viens", "otrs")

    def pause() -> None:
        with app.store.transaction() as session:
            outlets.switch(session, clock.now(), [number], False)

    act(site, "viens", pause)
    assert collect(app, gear=gear(app)).new == 4
    left = row(app, number)
    assert (left.enabled, left.state, left.claimed_until) == (False, "paused", None)
    assert row(app, other).state == "healthy"
    clock.step(REST)
    assert collect(app, gear=gear(app)).polled == 1
    assert site.times("/viens") == 1


@pytest.mark.parametrize("status", [200, 500])
def test_a_source_deleted_while_it_is_asked_breaks_nothing(app: App, site: Site, gear: Start, status: int) -> None:
    number, *others = add(app, site, "viens", "otrs", "treshais")
    site.replies["/viens"].status = status

    def delete_it() -> None:
        with app.store.transaction() as session:
            session.execute(delete(Source).where(Source.id == number))

    act(site, "viens", delete_it)
    assert collect(app, gear=gear(app)).new == 4
    with app.store.reading() as session:
        for table in (Article, SourceAnswer, SourceDay):
            assert set(session.scalars(select(table.source_id))) == set(others)
        assert set(session.scalars(select(Source.state))) == {"healthy"}


def test_a_claim_that_ran_out_leaves_the_last_word_to_whoever_took_the_source(
    make_app: Callable[..., App], site: Site, clock: FixedClock, gear: Start
) -> None:
    one, two = make_app(), make_app()
    [number] = add(one, site, "viens")

    def late() -> None:
        """The answer of the first comes after the second has taken the source, asked it and gone."""
        clock.step(LEASE + timedelta(seconds=1))
        site.put("/viens", feed(site.url("/viens"), family(0), bridge(1), bridge(2)), etag='"jaunāks"'.encode().decode("latin-1"))
        assert collect(two, gear=gear(two)).new == 3

    act(site, "viens", late)
    assert collect(one, gear=gear(one)).new == 0
    assert site.times("/viens") == 2
    left = row(one, number)
    assert (left.state, left.claimed_until, left.last_polled_at) == ("healthy", None, NOW + LEASE + timedelta(seconds=1))
    assert left.etag == site.replies["/viens"].headers["etag"]
    with one.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(SourceAnswer)) == 1
        assert session.scalar(select(func.sum(SourceDay.items))) == 3
    clock.step(REST)
    assert collect(one, gear=gear(one)).unchanged == 1


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A round that claims its sources one by one, as one of thousands does some hundreds at a time."""
    monkeypatch.setattr(due, "CHUNK", 1)
    monkeypatch.setattr(loop, "_READY", 1)


def order(app: App, ids: Sequence[int]) -> None:
    with app.store.transaction() as session:
        for at, number in enumerate(ids):
            session.get_one(Source, number).next_poll_at = NOW - timedelta(hours=1) + timedelta(seconds=at)


@pytest.mark.usefixtures("small_steps")
def test_what_another_collector_has_asked_since_the_list_was_made_is_not_asked_again(
    make_app: Callable[..., App], site: Site, clock: FixedClock, gear: Start
) -> None:
    one, two = make_app(host_at_once=1), make_app()
    names = [f"avots{number}" for number in range(6)]
    order(one, add(one, site, *names))
    told: list[int] = []

    def meanwhile() -> None:
        clock.step(timedelta(seconds=1))
        told.append(collect(two, gear=gear(two)).polled)

    act(site, names[0], meanwhile)
    told.append(collect(one, gear=gear(one)).polled)
    assert sum(told) == len(names)
    assert [site.times(f"/{name}") for name in names] == [1] * len(names)


@pytest.mark.usefixtures("small_steps")
def test_settings_changed_since_the_list_was_made_are_those_that_are_asked(
    make_app: Callable[..., App], site: Site, gear: Start
) -> None:
    app = make_app(host_at_once=1)
    ids = add(app, site, "viens", "otrs", "treshais")
    order(app, ids)
    site.put("/jauns", feed(site.url("/jauns"), bridge(70)))
    act(site, "viens", lambda: change(app, ids[2], site.url("/jauns")))
    assert collect(app, gear=gear(app)).new == 5
    assert (site.times("/treshais"), site.times("/jauns")) == (0, 1)
    assert row(app, ids[2]).state == "healthy"


def test_a_clock_that_was_set_back_leaves_no_source_unasked(app: App, site: Site, clock: FixedClock) -> None:
    add(app, site, "viens")
    clock.step(timedelta(days=40))
    collect(app)
    clock.step(timedelta(days=-40))
    assert collect(app).polled == 1
