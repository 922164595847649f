"""An article that is edited: what counts, what is kept of the former state, what becomes of its mention, and what
differs.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from outreach.core.db import Store
from scrapers import fulltext, verdicts
from scrapers.folding import SAME_AS
from scrapers.models import Article, MentionPlace
from scrapers.recording import Batch, JudgedChange, sift
from scrapers.recording import store as record
from scrapers.revisions import MOST, Piece, Wording, difference, is_other, revise, revisions_of, told_by
from tests.scrapers.news import BRIDGE, FAMILY
from tests.scrapers.storing import NOW, article, batch, found, judged, mention, offer, poll, sources

HOUR = timedelta(hours=1)
WHOLE = "Tiltu slēdz pirmdien. Satiksmi novirzīs pa Rīgas ielu. Darbi ilgs mēnesi."
BEFORE = Wording("Tiltu pār Daugavu slēdz", "Tiltu slēdz pirmdien. Satiksmi novirzīs.", WHOLE)
SAME: dict[str, dict[str, str | None]] = {
    "nothing": {},
    "white space": {"summary": " Tiltu  slēdz pirmdien.\nSatiksmi novirzīs. "},
    "entities and case": {"title": "TILTU pār Daugavu&nbsp;slēdz"},
    "punctuation": {"title": "«Tiltu pār Daugavu» – slēdz!"},
    "a photograph's credit": {"summary": "Tiltu slēdz pirmdien. Satiksmi novirzīs. Foto: LETA"},
    "a credit before": {"summary": "Foto: Ozols/LETA. Tiltu slēdz pirmdien. Satiksmi novirzīs."},
    "an address": {"text": f"{WHOLE} https://zinas.example/?utm_source=rss"},
    "a shorter summary": {"summary": "Tiltu slēdz pirmdien."},
    "a summary cut in a word": {"summary": "Tiltu slēdz pirmd…"},
    "no summary": {"summary": ""},
    "a longer piece of the text": {"summary": "Tiltu slēdz pirmdien. Satiksmi novirzīs pa Rīgas ielu."},
    "a piece from the middle": {"summary": "Satiksmi novirzīs pa Rīgas ielu."},
    "the text cut": {"text": "Tiltu slēdz pirmdien. Satiksmi nov [...]"},
    "no text": {"text": None},
    "an empty text": {"text": ""},
}
OTHER: dict[str, dict[str, str | None]] = {
    "a word of the headline": {"title": "Tiltu pār Daugavu neslēdz"},
    "one more in the headline": {"title": "Tiltu pār Daugavu slēdz uz gadu"},
    "a ticker's clock": {"title": "Tiltu pār Daugavu slēdz 10:15"},
    "another summary": {"summary": "Tilts paliek vaļā."},
    "a sentence more": {"summary": "Tiltu slēdz pirmdien. Satiksmi novirzīs. Iedzīvotāji protestē."},
    "a word of the text": {"text": WHOLE.replace("mēnesi", "gadu")},
    "the text without its end": {"text": "Tiltu slēdz pirmdien. Satiksmi novirzīs pa Rīgas ielu."},
}


def differs(told: dict[str, str | None], before: Wording = BEFORE) -> bool:
    now: dict[str, str | None] = {"title": before.title, "summary": before.summary, "text": before.text, **told}
    return is_other(before, now["title"] or "", now["summary"] or "", now["text"])


@pytest.mark.parametrize("name", SAME)
def test_what_is_no_change(name: str) -> None:
    assert not differs(SAME[name])


@pytest.mark.parametrize("name", OTHER)
def test_what_is_one(name: str) -> None:
    assert differs(OTHER[name])


def test_a_summary_that_was_cut_off_may_become_longer() -> None:
    for cut in ("Tiltu slēdz pirmdien. Satik…", "Tiltu slēdz pirmdien. Satiksmi [...]", "Tiltu slēdz pirmdien. Satiksmi"):
        before = Wording("Tilts", cut, "")
        assert not differs({"summary": "Tiltu slēdz pirmdien. Satiksmi novirzīs."}, before)
        assert differs({"summary": "Tiltu slēdz otrdien. Satiksmi novirzīs."}, before)


def test_words_where_there_were_none_are_a_change() -> None:
    assert differs({"text": "Ģimene atgriežas."}, Wording("Tilts", "", ""))
    assert differs({"summary": "Ģimene atgriežas."}, Wording("Tilts", "", ""))


WORDS = st.lists(st.sampled_from(["tilts", "tiltu", "Ģimene", "52", ".", "!", ",", " ", "\n", "  ", "–", "a\u0304"]), max_size=40).map("".join)


def put_together(pieces: list[Piece], without: str) -> str:
    return "".join(piece.words for piece in pieces if piece.kind != without)


@given(WORDS, WORDS)
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert put_together(pieces, "added") == before
    assert put_together(pieces, "removed") == after
    assert all(piece.words for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    assert all(one != other for one, other in pairwise(kinds))
    assert ("added", "removed") not in pairwise(kinds)


@given(WORDS)
def test_nothing_differs_from_itself(text: str) -> None:
    assert difference(text, text) == ([Piece("kept", text)] if text else [])


def test_a_difference_is_told_word_by_word() -> None:
    assert difference("Tiltu slēdz pirmdien. Darbi ilgs.", "Tiltu slēdz otrdien, jau rīt. Darbi ilgs.") == [
        Piece("kept", "Tiltu slēdz "),
        Piece("removed", "pirmdien"),
        Piece("added", "otrdien, jau rīt"),
        Piece("kept", ". Darbi ilgs."),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b " * 25_000, "b a " * 25_000),
        (". " * 50_000, "! " * 50_001),
        ("a. " * 33_000, "a. b. " * 17_000),
        ("x" * 100_000, "y" * 100_000),
    ],
    ids=["words that alternate", "signs alone", "short sentences", "one word"],
)
def test_long_texts_are_compared_in_few_steps(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert put_together(pieces, "added") == before
    assert put_together(pieces, "removed") == after
    assert len(pieces) < 100


def test_an_edit_is_a_revision_of_the_same_article(store: Store) -> None:
    (source,) = sources(store)
    first = found(1, summary="Par remigrāciju stāsta kaimiņi.", text=FAMILY)
    poll(store, offer(source, [first]))
    later = replace(first, title="Ģimene numur 1 atgriezās Latgalē", text=f"{FAMILY} Papildināts ar koordinatores teikto.")
    news, stored = poll(store, offer(source, [later]), now=NOW + HOUR)
    assert [(one.title, one.summary, one.text, one.text_state) for one in news[0].changed] == [
        (first.title, first.summary, FAMILY, "feed")
    ]
    assert (stored[0].new, stored[0].changed, stored[0].mentions, stored[0].pending) == (0, 1, 0, ())
    with store.reading() as session:
        row = article(session, first.url)
        assert (row.title, row.text, row.revision) == (later.title, later.text, 1)
        (kept,) = revisions_of(session, row.id)
        assert (kept.number, kept.at, kept.wording) == (0, NOW + HOUR, Wording(first.title, first.summary, FAMILY))
        held = mention(session, first.url)
        assert held is not None
        assert fulltext.hits(session, "koordinatores teikto", before=None, limit=5).ids == (held.id,)
        places = session.scalars(select(MentionPlace.place).where(MentionPlace.mention_id == held.id))
        assert sorted(places) == ["Preiļi", "Preiļu novads"]
    news, stored = poll(store, offer(source, [later]), now=NOW + 2 * HOUR)
    assert (news[0].fresh, news[0].changed, stored[0].changed) == ([], [], 0)


def test_an_article_becomes_a_mention_by_an_edit_and_stays_one_after_another(store: Store) -> None:
    (source,) = sources(store)
    plain = found(1, text=BRIDGE)
    poll(store, offer(source, [plain]))
    with store.reading() as session:
        assert mention(session, plain.url) is None
    _, stored = poll(store, offer(source, [replace(plain, text=FAMILY)]), now=NOW + HOUR)
    assert (stored[0].changed, stored[0].mentions) == (1, 1)
    _, stored = poll(store, offer(source, [replace(plain, text=f"{BRIDGE} Labots.")]), now=NOW + 2 * HOUR)
    assert (stored[0].changed, stored[0].mentions) == (1, 0)
    with store.reading() as session:
        held = mention(session, plain.url)
        assert held is not None
        assert (held.sense, held.relevant) == ("other", False)
        assert [one.number for one in revisions_of(session, held.article_id)] == [1, 0]


def test_what_a_person_said_stays_said(store: Store) -> None:
    (source,) = sources(store)
    first = found(1, text=FAMILY)
    poll(store, offer(source, [first]))
    with store.transaction() as session:
        held = mention(session, first.url)
        assert held is not None
        verdicts.judge(session, NOW, "a@birojs.example", [held.id], "irrelevant")
    poll(store, offer(source, [replace(first, text=f"{FAMILY} Labots.")]), now=NOW + HOUR)
    with store.reading() as session:
        held = mention(session, first.url)
        assert held is not None
        assert (held.verdict, held.relevant, held.judged_relevant) == ("irrelevant", False, True)


def test_a_page_is_read_anew_where_its_feed_changed(store: Store) -> None:
    (source,) = sources(store)
    first = found(1)
    poll(store, offer(source, [first]), text_state="pending")
    with store.transaction() as session:
        told = {"text": FAMILY, "text_state": "page", "text_tries": 2}
        session.execute(update(Article).where(Article.url == first.url).values(**told))
    # What the feed carries of the text is less than the page: no change.
    _, stored = poll(store, offer(source, [replace(first, text="Ozolu ģimene.")]), now=NOW + HOUR)
    assert stored[0].changed == 0
    _, stored = poll(store, offer(source, [replace(first, title="Pavisam cits virsraksts šim")]), now=NOW + HOUR)
    with store.reading() as session:
        row = article(session, first.url)
        assert (row.text, row.text_state, row.text_tries, row.text_next_at) == (FAMILY, "pending", 0, None)
        assert stored[0].pending == ((row.id, first.url),)


def test_an_edit_that_somebody_stored_meanwhile_is_stored_once(store: Store) -> None:
    (source,) = sources(store)
    poll(store, offer(source, [found(1, text=FAMILY)]))
    later = offer(source, [found(1, text=f"{FAMILY} Labots.")])
    with store.reading() as session:
        (late,) = sift(session, [later], NOW)
    poll(store, later, now=NOW + HOUR)
    with store.transaction() as session:
        assert record(session, [batch(source, late)], NOW + HOUR)[0].changed == 0
        assert article(session, found(1).url).revision == 1


def test_a_ticker_keeps_few_former_states_and_its_latest(store: Store) -> None:
    (source,) = sources(store)
    poll(store, offer(source, [found(1, title="Tiešraide sākas")]))
    for minute in range(1, 31):
        poll(store, offer(source, [found(1, title=f"Tiešraide {minute}")]), now=NOW + timedelta(minutes=minute))
    with store.reading() as session:
        row = article(session, found(1).url)
        assert (row.title, row.revision) == ("Tiešraide 30", 30)
        kept = revisions_of(session, row.id)
        assert [one.wording.title for one in kept] == ["Tiešraide 20", "Tiešraide 10", "Tiešraide sākas"]


def test_no_more_than_fifty_former_states_are_kept(store: Store) -> None:
    (source,) = sources(store)
    poll(store, offer(source, [found(1)]))
    with store.transaction() as session:
        number = article(session, found(1).url).id
        told = [revise(session, number, f"Virsraksts {hour}", "", "", NOW + hour * HOUR) for hour in range(MOST + 5)]
        assert all(told)
    with store.reading() as session:
        kept = revisions_of(session, number)
        assert (len(kept), kept[0].number) == (MOST, MOST - 1)
        assert (article(session, found(1).url).title, article(session, found(1).url).revision) == (
            f"Virsraksts {MOST + 4}", MOST + 5,
        )  # fmt: skip


def test_a_page_that_is_read_again_is_compared(store: Store) -> None:
    (source,) = sources(store)
    item = found(1)
    poll(store, offer(source, [item]), text_state="pending")
    with store.transaction() as session:
        number = article(session, item.url).id
        # The first text is no change of anything.
        assert not revise(session, number, item.title, item.summary, FAMILY, NOW)
        assert not revise(session, number, item.title, item.summary, f" {FAMILY}\n", NOW)
        assert revise(session, number, item.title, item.summary, BRIDGE, NOW + HOUR)
        assert not revise(session, 999, item.title, item.summary, BRIDGE, NOW)
    with store.reading() as session:
        assert [one.wording.text for one in revisions_of(session, number)] == [FAMILY]
        assert article(session, item.url).text == BRIDGE


@pytest.mark.parametrize("state", ["deleted", "typed"])
def test_what_a_person_typed_or_deleted_is_not_changed(store: Store, state: str) -> None:
    (source,) = sources(store)
    poll(store, offer(source, [found(1, text=FAMILY)]))
    with store.transaction() as session:
        session.execute(update(Article).values(text_state=state))
        assert not revise(session, article(session, found(1).url).id, "Cits", "", "", NOW)
    news, stored = poll(store, offer(source, [found(1, title="Cits virsraksts pavisam")]), now=NOW + HOUR)
    assert (news[0].fresh, news[0].changed, stored[0].changed) == ([], [], 0)


def test_what_was_folded_into_another_article_is_not_changed(store: Store) -> None:
    (source,) = sources(store)
    poll(store, offer(source, [found(1, text=BRIDGE)]))
    with store.transaction() as session:
        told = {"text_state": "summary", "text_reason_key": SAME_AS, "text_reason_facts": {"url": "https://a.example/"}}
        session.execute(update(Article).values(**told))
    news, _ = poll(store, offer(source, [found(1, text=FAMILY)]), now=NOW + HOUR)
    assert (news[0].fresh, news[0].changed) == ([], [])


def test_a_mention_is_not_judged_away_without_its_text(store: Store) -> None:
    (source,) = sources(store)
    poll(store, offer(source, [found(1, text=FAMILY)]))
    with store.transaction() as session:
        session.execute(update(Article).values(text_state="page"))
    with store.reading() as session:
        (news,) = sift(session, [offer(source, [found(1, title="Pavisam cits virsraksts šim")])], NOW)
    blind = JudgedChange(news.changed[0], "", "pending", judged("Pavisam cits virsraksts šim", "", ""))
    with store.transaction() as session:
        (told,) = record(session, [Batch(source, [], [blind])], NOW + HOUR)
        row, held = article(session, found(1).url), mention(session, found(1).url)
        assert (told.changed, row.text, row.text_state) == (1, FAMILY, "pending")
        assert held is not None
        assert (held.sense, held.relevant) == ("return", True)


def test_what_becomes_of_a_text() -> None:
    assert told_by(found(1, text="jauns"), "feed", "vecs") == ("jauns", "feed")
    assert told_by(found(1), "feed", "vecs") == ("vecs", "feed")
    assert told_by(found(1, text="jauns"), "page", "vecs") == ("vecs", "pending")
