"""What the rest of the program is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach.core.app import App
from outreach.core.text import Texts
from scrapers import catalogue, queries
from scrapers.collect import collect
from scrapers.models import Article, Source
from tests.scrapers.news import FAMILY, NOW, bridge, family, feed
from tests.support.site import Site

DAY = timedelta(days=1)
SINCE, UNTIL = NOW - DAY, NOW + DAY


@pytest.fixture
def told(app: App, site: Site) -> App:
    """Three outlets with one story, one with the far-right sense, one that fails."""
    agency = f"{FAMILY} Par to vēsta LETA."
    slogan = (
        "Partija AfD kongresā aicina uz remigrāciju: miljoniem migrantu masveidā deportēt no Vācijas. "
        "Galēji labējā partija par remigrāciju sauc ārzemnieku izraidīšanu, un pret to protestē tūkstoši cilvēku. "
    ) * 3
    outlets = {
        "Pirmais": (family(1, hours=5, text=agency), "regional"),
        "Otrais": (family(2, hours=3, text=agency, title="Maiznīcu Preiļos atver ģimene no Korkas"), "national"),
        "Trešais": (family(3, hours=4, text=agency, title="Atkal mājās pēc desmit gadiem Īrijā"), "local"),
        "Ceturtais": (bridge(4, title="AfD sola remigrāciju un deportācijas", text=slogan), "national"),
        "Piektais": (bridge(5), "local"),
    }
    for name, (item, tier) in outlets.items():
        site.put(f"/{item.number}/rss", feed(site.url(f"/{item.number}"), item))
        with app.store.transaction() as session:
            owner = "own" if name == "Trešais" else "earned"
            catalogue.add(session, NOW, name, site.url(f"/{item.number}/rss"), tier=tier, language="lv", owner=owner)
    with app.store.transaction() as session:
        catalogue.add(session, NOW, "Salauztais", site.url("/nav"))
    collect(app)
    return app


def test_mentions_are_chosen_and_whole(told: App) -> None:
    with told.store.reading() as session:
        rows = queries.mentions(session, SINCE, UNTIL, 10, relevant=True)
        assert {row.outlet for row in rows} == {"Pirmais", "Otrais", "Trešais"}
        row = next(row for row in rows if row.outlet == "Pirmais")
        assert (row.tier, row.sense, row.lang, row.agency, row.owner) == ("regional", "return", "lv", "LETA", "earned")
        assert (row.published_at, row.first_seen_at) == (NOW - timedelta(hours=5), NOW)
        assert any(form.lower().startswith("remigrācijas") for form in row.forms)
        assert row.matched
        assert row.sentence
        assert row.places[0] == "Preiļi"
        assert queries.mention(session, row.id) == row
        assert queries.mention(session, 10**6) is None
        assert [row.outlet for row in queries.mentions(session, SINCE, UNTIL, 10, senses=["expulsion"])] == [
            "Ceturtais"
        ]
        assert len(queries.mentions(session, SINCE, UNTIL, 2)) == 2
        assert queries.mentions(session, SINCE, NOW, 10) == []
        assert queries.mentions(session, UNTIL, UNTIL + DAY, 10) == []


def test_a_story_has_its_tellings_in_order_of_pick_up(told: App) -> None:
    with told.store.reading() as session:
        (story,) = queries.stories(session, SINCE, UNTIL, relevant=True)
        assert [row.outlet for row in story.mentions] == ["Pirmais", "Trešais", "Otrais"]
        assert (story.first.outlet, story.agency, story.places[0]) == ("Pirmais", "LETA", "Preiļi")
        assert len(queries.stories(session, SINCE, UNTIL)) == 2
        assert [one.first.outlet for one in queries.stories(session, SINCE, UNTIL, senses=("expulsion",))] == [
            "Ceturtais"
        ]
        assert queries.stories(session, UNTIL, UNTIL + DAY) == []


def test_states_and_troubles(told: App) -> None:
    with told.store.transaction() as session:
        session.execute(
            update(Source).where(Source.name == "Otrais").values(state="moved", moved_to="https://x.example/")
        )
        session.execute(update(Source).where(Source.name == "Trešais").values(last_new_at=NOW - 15 * DAY))
        catalogue.switch(session, NOW, "Ceturtais", False)
        catalogue.add(session, NOW, "Jauns", "https://jauns.example/rss")
    with told.store.reading() as session:
        states = {row.name: row.state for row in queries.source_states(session)}
        assert states == {
            "Pirmais": "healthy", "Otrais": "moved", "Trešais": "healthy", "Ceturtais": "paused", "Piektais": "healthy",
            "Salauztais": "erring", "Jauns": "new",
        }  # fmt: skip
        assert [(row.name, row.reason_key) for row in queries.troubles(session, NOW)] == [
            ("Salauztais", "scrapers.not_found"),
            ("Otrais", "scrapers.moved"),
            ("Trešais", "scrapers.silent"),
        ]


def _source(app: App, name: str, state: str, **columns: object) -> None:
    with app.store.transaction() as session:
        number = catalogue.add(session, NOW, name, f"https://{name}.example/rss")
        session.execute(update(Source).where(Source.id == number).values(state=state, last_new_at=NOW, **columns))


@pytest.mark.parametrize(
    ("days", "usual_days", "reason"),
    [
        (9, 3, ("scrapers.silent_usual", {"count": 9, "gap": 3})), (8, 3, None), (4, 1, ("scrapers.silent_daily", {"count": 4})),
        (3, 1, None), (15, None, ("scrapers.silent", {"count": 15})), (13, None, None),
    ],
    ids=["long for it", "not so long", "daily", "a weekend", "unknown gap", "unknown gap, not yet"],
)  # fmt: skip
def test_a_source_is_silent_by_its_own_usual_gap(
    app: App, days: int, usual_days: int | None, reason: tuple[str, dict[str, int]] | None
) -> None:
    gap = usual_days * 86_400 if usual_days else None
    _source(app, "avots", "slow", usual_gap_seconds=gap)
    with app.store.transaction() as session:
        session.execute(update(Source).values(last_new_at=NOW - days * DAY))
    with app.store.reading() as session:
        found = queries.troubles(session, NOW)
        [seen] = [queries.faring(row, NOW) for row in queries.source_states(session)]
    assert [(row.state, row.reason_key, row.reason_facts) for row in found] == ([("silent", *reason)] if reason else [])
    assert seen.state == ("silent" if reason else "slow")
    assert seen.state_since == (NOW - days * DAY if reason else None)


def test_the_worst_trouble_comes_first_and_slow_is_none(app: App) -> None:
    for state in ("slow", "healthy", "empty", "moved", "erring", "blocked", "gone"):
        _source(app, state, state)
    _source(app, "off", "erring", enabled=False)
    with app.store.reading() as session:
        found = queries.troubles(session, NOW)
    assert [row.state for row in found] == ["gone", "blocked", "erring", "moved", "empty"]
    assert all(row.reason_key for row in found)


def test_every_reason_has_a_sentence_in_every_language(told: App, texts: Texts) -> None:
    with told.store.reading() as session:
        for row in queries.troubles(session, NOW):
            for language in ("lv", "en"):
                words = texts.in_language(language)
                assert row.reason_key is not None
                assert words.knows(row.reason_key)
                assert "{" not in words.fact(row.reason_key, row.reason_facts)


def test_coverage_of_a_place(told: App) -> None:
    with told.store.reading() as session:
        seen = queries.coverage(session, "Preiļi", SINCE, UNTIL, 10)
        assert [one.outlet for one in seen] == ["Otrais", "Trešais", "Pirmais"]
        assert seen[0].published_at == NOW - timedelta(hours=3)
        assert seen[0].canonical_url.startswith("https://127.0.0.1")
        assert len(queries.coverage(session, "Preiļi", SINCE, UNTIL, 1)) == 1
        assert queries.coverage(session, "Balvu novads", SINCE, UNTIL, 10) == []
        assert queries.coverage(session, "Preiļi", NOW - timedelta(hours=3, minutes=30), NOW, 10) == seen[:1]


def test_counts(told: App) -> None:
    with told.store.reading() as session:
        counts = queries.counts(session, SINCE, UNTIL)
    assert (counts.articles, counts.mentions, counts.relevant, counts.stories) == (5, 4, 3, 1)
    assert (counts.by_sense["return"], counts.by_sense["expulsion"]) == (3, 1)
    assert counts.relevant_by_tier == {"regional": 1, "national": 1, "local": 1}
    assert counts.relevant_by_owner == {"earned": 2, "own": 1}
    assert counts.relevant_by_language == {"lv": 3}


def test_without_a_date_first_sight_counts(told: App) -> None:
    with told.store.transaction() as session:
        session.execute(update(Article).where(Article.url.contains("/raksts/1")).values(published_at=None))
    with told.store.reading() as session:
        assert session.scalar(select(Article.published_at).where(Article.url.contains("/raksts/1"))) is None
        story = queries.stories(session, SINCE, UNTIL, relevant=True)[0]
        assert [row.outlet for row in story.mentions] == ["Trešais", "Otrais", "Pirmais"]
        assert queries.coverage(session, "Preiļi", SINCE, UNTIL, 1)[0].published_at == NOW
