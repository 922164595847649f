"""An article's changes: what differs each time, cut to what is around it, page by page, within one's own place."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.core.db import Store
from scrapers import history
from scrapers.models import Article, ArticleRevision, Mention
from scrapers.revisions import Piece, Revision, Wording, difference
from tests.support import mentions

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def said(pieces: tuple[Piece, ...]) -> list[tuple[str, str]]:
    return [(one.kind, one.words.strip()) for one in pieces if one.kind != "kept"]


def changed(session: Session, times: int) -> int:
    number = mentions.mention(session, NOW - timedelta(days=1), "Cena 0 eiro", text=f"Tagad cena {times} eiro.", places=("Ludzas novads",))
    article = session.get_one(Article, session.get_one(Mention, number).article_id)
    article.revision, article.text = times, f"Tagad cena {times} eiro."
    for step in range(times):
        at = NOW - timedelta(hours=times - step)
        session.add(ArticleRevision(article_id=article.id, number=step, at=at, title="Cena 0 eiro", summary="", text=f"Tagad cena {step} eiro."))
    session.flush()
    return number


def test_each_change_tells_what_became_of_the_one_before(store: Store) -> None:
    with store.transaction() as session:
        number = changed(session, 5)
        seen: list[tuple[int, list[tuple[str, str]]]] = []
        before: int | None = None
        while True:
            told = history.history(session, number, before=before)
            assert told is not None and told.count == 5
            assert all(not one.title and not one.summary for one in told.changes)
            seen += [(one.number, said(one.text)) for one in told.changes]
            if told.older is None:
                break
            before = told.older
    assert seen == [(n, [("removed", str(n - 1)), ("added", str(n))]) for n in range(5, 0, -1)]


def test_a_partner_sees_the_changes_of_its_place_alone(store: Store) -> None:
    with store.transaction() as session:
        number = changed(session, 1)
        assert history.history(session, number, "Ludzas novads") is not None
        assert history.history(session, number, "Preiļu novads") is None
        assert history.history(session, number, "") is None
        assert history.history(session, number + 1) is None


@pytest.mark.parametrize(("before", "after"), [("", "Teksts"), ("Teksts", "")])
def test_a_text_that_was_not_known_differs_in_nothing(before: str, after: str) -> None:
    told = history.change(Revision(0, NOW, Wording("A", "b", before)), Wording("A", "b", after))
    assert (told.title, told.summary, told.text) == ((), (), ())


@given(st.text("ab .\n", max_size=200), st.text("ab .\n", max_size=200))
def test_shortening_loses_no_change(before: str, after: str) -> None:
    whole = difference(before, after)
    short = history.shortened(whole, around=10)
    assert [(one.kind, one.words) for one in short if one.kind != "kept"] == [(one.kind, one.words) for one in whole if one.kind != "kept"]
    assert all(len(one.words) <= max(2 * 10 + 3, len(other.words)) for one, other in zip(short, whole, strict=True))


def test_what_stayed_the_same_is_cut_at_words() -> None:
    told = history.shortened(difference("viens divi trīs četri pieci seši septiņi VECS", "viens divi trīs četri pieci seši septiņi JAUNS"), around=12)
    assert told[0].words == " … septiņi "
