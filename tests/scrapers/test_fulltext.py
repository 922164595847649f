"""The index of words: alike in both stores, without marks, the last word as a beginning."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.db import Store
from scrapers import fulltext
from tests.support import mentions

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ģimene", {"a", "b"}),
        ("GIMENE", {"a", "b"}),
        ("ģim", {"a", "b"}),
        ("skola ģimene", {"b"}),
        ("ģimene sko", {"b"}),
        ("ģim skola", set()),  # only the last word is a beginning
        ("семья", {"c"}),
        ("йогурт", {"c"}),
        ("иогурт", set()),
        ("'; DROP TABLE mentions; --", set()),
        ('"ģimene" OR NEAR(', set()),
        ("*", set()),
        ("", set()),
    ],
)
def test_words_find_what_has_them(store: Store, asked: str, found: set[str]) -> None:
    with store.transaction() as session:
        ids = {
            "a": mentions.mention(session, NOW, "Ģimene atgriežas"),
            "b": mentions.mention(session, NOW, "Skola", text="Ģimene un skola."),
            "c": mentions.mention(session, NOW, "Семья вернулась", text="йогурт"),
        }
    with store.reading() as session:
        hits = fulltext.hits(session, asked, before=None, limit=10)
    assert set(hits.ids) == {ids[name] for name in found}
    assert hits.went_to is None


@pytest.mark.parametrize("rare", [0, 5_000])
def test_hits_come_newest_first_and_go_on(store: Store, rare: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way the store reads, common words and rare ones."""
    monkeypatch.setattr(fulltext, "_RARE", rare)
    monkeypatch.setattr(fulltext, "_WALK", 4)
    with store.transaction() as session:
        ids = [mentions.mention(session, NOW, "skola" if n % 3 == 0 else "tilts") for n in range(30)]
    found: list[int] = []
    before: int | None = None
    with store.reading() as session:
        while True:
            hits = fulltext.hits(session, "skola", before=before, limit=2)
            found += hits.ids
            if hits.went_to is None:
                break
            before = hits.went_to
        floored = fulltext.hits(session, "skola", before=ids[20], floor=ids[15], limit=9)
    assert found == [number for n, number in reversed([*enumerate(ids)]) if n % 3 == 0]
    assert set(floored.ids) <= {ids[15], ids[18]}


def test_an_article_that_is_read_anew_is_indexed_anew(store: Store) -> None:
    with store.transaction() as session:
        number = mentions.mention(session, NOW, "Tilts")
        fulltext.put(session, [(number, "Skola", "")])
        fulltext.put(session, [])
    with store.reading() as session:
        assert fulltext.hits(session, "tilts", before=None, limit=5).ids == ()
        assert fulltext.hits(session, "skola", before=None, limit=5).ids == (number,)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(words: str) -> None:
    once = fulltext.folded(words)
    assert fulltext.words_of(once) == fulltext.words_of(words)
    assert len(fulltext.words_of(words)) <= 12
