"""What other programs read of the wing, on both stores: every row once, bounded, in the order of its number."""

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from outreach.core.db import Store
from scrapers import exchange
from scrapers.exchange import MentionsWanted
from tests.benchmarks import archive
from tests.benchmarks.archive_plan import NOW
from tests.benchmarks.archive_words import lexicon

PLACES = ("Daugavpils", "Ludzas novads")


@pytest.fixture
def filled(store: Store) -> Store:
    """300 mentions."""
    with store.engine.begin() as connection:
        words = lexicon(7)
        archive.put_sources(connection, words, 7, NOW)
        archive.put_mentions(connection, words, PLACES, 7, 300, NOW)
    return store


def every(session: Session, wanted: MentionsWanted, limit: int = 40) -> list[exchange.MentionTold]:
    """All pages one after the other."""
    found: list[exchange.MentionTold] = []
    before: int | None = None
    while True:
        rows, before = exchange.mentions(session, wanted, before, limit)
        found += rows
        if before is None:
            return found


def test_any_choice_of_mentions_is_what_a_plain_sieve_leaves(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(3)
    with filled.reading() as session:
        whole = every(session, MentionsWanted(), 200)
        assert [row.id for row in whole] == list(range(300, 0, -1))
        monkeypatch.setattr(exchange, "SPAN", 37)
        for _ in range(40):
            wanted = chosen(chance, [row.found_at for row in whole])
            assert [row.id for row in every(session, wanted, chance.randint(1, 60))] == [row.id for row in whole if holds(row, wanted)], wanted


def chosen(chance: Random, moments: list[datetime]) -> MentionsWanted:
    def maybe(*values: object) -> object:
        return chance.choice(values) if chance.random() < 0.4 else None

    at = chance.choice(moments)
    return MentionsWanted(
        since=maybe(at, at - timedelta(hours=5), at + timedelta(days=400)),  # type: ignore[arg-type]
        until=maybe(at, at + timedelta(hours=9), at - timedelta(days=400)),  # type: ignore[arg-type]
        sense=maybe("return", "russia"),  # type: ignore[arg-type]
        tier=maybe("local", "social"),  # type: ignore[arg-type]
        language=maybe("lv", "ru"),  # type: ignore[arg-type]
        place=maybe(*PLACES, "Nekur"),  # type: ignore[arg-type]
        relevant=maybe(True, False),  # type: ignore[arg-type]
    )


def holds(row: exchange.MentionTold, wanted: MentionsWanted) -> bool:
    return all(
        (
            wanted.since is None or row.found_at >= wanted.since,
            wanted.until is None or row.found_at < wanted.until,
            wanted.sense in {None, row.sense},
            wanted.tier in {None, row.tier},
            wanted.language in {None, row.language},
            wanted.place is None or wanted.place in row.places,
            wanted.relevant in {None, row.relevant},
        )
    )


def test_stories_and_figures_tell_the_same_mentions(filled: Store) -> None:
    since, until = NOW - timedelta(days=1), NOW
    with filled.reading() as session:
        whole = every(session, MentionsWanted(), 200)
        stories, before = exchange.stories(session, None, None, None, 300)
        assert before is None
        assert sorted(number for story in stories for number in story.mention_ids) == list(range(1, 301))
        counted = exchange.counted(session, since, until)
        assert len(counted) == sum(since <= row.found_at < until for row in whole)


def test_an_empty_store_has_one_empty_page(store: Store) -> None:
    with store.reading() as session:
        assert exchange.mentions(session, MentionsWanted(since=NOW, until=NOW), None, 50) == ([], None)
        assert exchange.mentions(session, MentionsWanted(), 7, 50) == ([], None)
        assert tuple(exchange.stories(session, NOW, NOW, None, 50)[0]) == ()
        assert exchange.counted(session, NOW - timedelta(days=9), NOW) == []
