"""The desk: what people do beside judging, how it is taken back, the filters they keep."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from scrapers import desk, verdicts, views
from scrapers.desk import Deed
from scrapers.deskmodels import MentionMark, MentionNote
from scrapers.models import Mention
from tests.support import mentions

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
ANNA, BERTA = 1, 2


@pytest.fixture
def ids(store: Store) -> list[int]:
    with store.transaction() as session:
        return [mentions.mention(session, NOW - timedelta(hours=n), f"Ziņa {n}") for n in range(4)]


def how(store: Store, reader: int, number: int, reads_from: datetime | None = None) -> tuple[bool, bool, bool]:
    with store.reading() as session:
        state = desk.states(session, reader, reads_from, [number])[0]
    return state.read, state.handled, state.starred


def test_marks_are_one_reader_s_own(store: Store, ids: list[int]) -> None:
    with store.transaction() as session:
        assert desk.read(session, NOW, ANNA, ids[0])
        assert not desk.read(session, LATER, ANNA, ids[0])
        desk.mark(session, NOW, ANNA, ids[:2], "starred", True)
    assert how(store, ANNA, ids[0]) == (True, False, True)
    assert how(store, ANNA, ids[1]) == (False, False, True)
    assert how(store, BERTA, ids[0]) == (False, False, False)


def test_what_is_done_with_was_read_and_the_first_sight_stays(store: Store, ids: list[int]) -> None:
    with store.transaction() as session:
        desk.read(session, NOW, ANNA, ids[0])
        deed = desk.mark(session, LATER, ANNA, ids[:2], "handled", True)
    assert deed.ids == tuple(sorted(ids[:2]))
    with store.reading() as session:
        rows = {row.mention_id: row for row in session.scalars(select(MentionMark))}
    assert [(rows[number].read_at, rows[number].handled_at) for number in ids[:2]] == [(NOW, LATER), (LATER, LATER)]


def test_what_was_judged_before_the_account_counts_as_read(store: Store, ids: list[int]) -> None:
    since = NOW - timedelta(minutes=90)
    assert [how(store, ANNA, number, since)[0] for number in ids] == [False, False, True, True]
    assert how(store, 0, ids[0])[0]  # who has no desk has nothing unread


def test_only_what_stood_otherwise_is_changed_and_comes_back(store: Store, ids: list[int]) -> None:
    with store.transaction() as session:
        desk.mark(session, NOW, ANNA, ids[:1], "starred", True)
        deed = desk.mark(session, NOW, ANNA, ids[:3], "starred", True)
        assert deed.ids == tuple(sorted(ids[1:3]))
        assert desk.mark(session, NOW, ANNA, [10**6], "starred", True).ids == ()
        assert desk.back(session, NOW, ANNA, "anna", deed) == deed.ids
    assert [how(store, ANNA, number)[2] for number in ids] == [True, False, False, False]


def test_an_assignment_comes_back_unless_somebody_has_changed_it_since(store: Store, ids: list[int]) -> None:
    with store.transaction() as session:
        desk.assign(session, ids[:1], BERTA)
        deed = desk.assign(session, ids[:3], ANNA)
        assert deed.before == tuple({ids[0]: BERTA}.get(number) for number in deed.ids)
        assert desk.assign(session, ids[:3], ANNA).ids == ()
        desk.assign(session, [ids[1]], BERTA)
        undone = desk.back(session, NOW, ANNA, "anna", deed)
    assert set(undone) == {ids[0], ids[2]}
    with store.reading() as session:
        held = {row.id: row.assigned_to for row in session.execute(select(Mention.id, Mention.assigned_to))}
    assert [held[number] for number in ids] == [BERTA, BERTA, None, None]


def test_a_tag_keeps_its_first_spelling(store: Store, ids: list[int]) -> None:
    with store.transaction() as session:
        desk.tag(session, NOW, "anna", ids[:1], "  Gada   balva ")
        deed = desk.tag(session, NOW, "berta", ids[:2], "gada BALVA")
        assert (deed.word, deed.ids) == ("Gada balva", (ids[1],))
        desk.tag(session, NOW, "anna", ids[:1], "Ābols, zaļš")
        assert desk.tags(session) == ["Gada balva", "Ābols zaļš"]
        assert desk.states(session, ANNA, None, ids[:1])[0].tags == ("Gada balva", "Ābols zaļš")
        assert desk.back(session, NOW, ANNA, "berta", deed) == (ids[1],)
        off = desk.untag(session, ids, "Gada balva")
        assert off.ids == (ids[0],)
        assert desk.back(session, NOW, ANNA, "anna", off) == (ids[0],)
        assert desk.states(session, ANNA, None, [ids[1]])[0].tags == ()


@pytest.mark.parametrize("word", ["", "  ", ",", "x" * 61])
def test_what_is_no_tag_is_said_to_be_none(store: Store, ids: list[int], word: str) -> None:
    with store.transaction() as session, pytest.raises(OutreachError, match=r"mentions\.error\.tag"):
        desk.tag(session, NOW, "anna", ids, word)


def test_notes_are_their_writer_s_to_take_away(store: Store, ids: list[int]) -> None:
    with store.transaction() as session:
        deed = desk.note(session, NOW, "anna", ids[:2], " Zvanīt redakcijai. ")
        desk.note(session, LATER, "berta", ids[:1], "Zvanīju.")
        beside = desk.beside(session, ANNA, None, ids[0])
        assert beside is not None
        assert [(note.by, note.text) for note in beside.notes] == [("anna", "Zvanīt redakcijai."), ("berta", "Zvanīju.")]
        assert desk.unnote(session, "berta", deed.number) == 0
        assert desk.back(session, NOW, ANNA, "anna", deed) == deed.ids
        assert [note.by for note in session.scalars(select(MentionNote))] == ["berta"]
        for words in ("", " \n ", "x" * 4001):
            with pytest.raises(OutreachError, match=r"mentions\.error\.note"):
                desk.note(session, NOW, "anna", ids, words)


def test_campaigns_are_counted_once_and_come_back(store: Store, ids: list[int]) -> None:
    with store.transaction() as session:
        desk.tie(session, NOW, "anna", ids[:1], 7)
        deed = desk.tie(session, NOW, "anna", ids[:2], 7)
        assert deed.ids == (ids[1],)
        off = desk.untie(session, ids, 7)
        assert desk.back(session, NOW, ANNA, "anna", off) == off.ids
        beside = desk.beside(session, ANNA, None, ids[0])
        assert beside is not None and beside.campaigns == (7,)
        desk.back(session, NOW, ANNA, "anna", deed)
        beside = desk.beside(session, ANNA, None, ids[1])
        assert beside is not None and beside.campaigns == ()
        assert desk.beside(session, ANNA, None, 10**6) is None


def test_an_unknown_deed_is_no_deed(store: Store) -> None:
    with store.transaction() as session, pytest.raises(ValueError, match="sung"):
        desk.back(session, NOW, ANNA, "anna", Deed("sung", (1,)))


def test_who_sees_one_place_sees_its_mentions_alone(store: Store) -> None:
    with store.transaction() as session:
        here = mentions.mention(session, NOW, places=("Ludza",))
        there = mentions.mention(session, NOW, places=("Preiļi",))
        assert desk.visible(session, [there, here, 10**6], "Ludza") == [here]
        assert desk.visible(session, [there, here, 10**6], None) == [here, there]
        assert desk.visible(session, [here], "") == []


def test_the_last_verdicts_are_one_s_own_and_not_taken_back(store: Store, ids: list[int]) -> None:
    with store.transaction() as session:
        assert desk.last_batch(session, "anna") is None
        first = verdicts.judge(session, NOW, "anna", ids[:1], "relevant")
        second = verdicts.judge(session, NOW, "anna", ids[1:3], "irrelevant")
        verdicts.judge(session, NOW, "berta", ids[3:], "irrelevant")
        assert desk.last_batch(session, "anna") == second.name
        verdicts.undo(session, NOW, "anna", second.name)
        assert desk.last_batch(session, "anna") == first.name


def names(store: Store, reader: int) -> list[str]:
    with store.reading() as session:
        return [f"{one.name}{'*' if one.shared else ''}{'' if one.own else '!'}" for one in views.views(session, reader)]


def test_views_are_kept_shared_moved_and_dropped(store: Store) -> None:
    with store.transaction() as session:
        first = views.keep(session, NOW, ANNA, " Krievu  valodā ", "language=ru", shared=False)
        second = views.keep(session, NOW, ANNA, "Kritiskie", "tone=critical", shared=True)
        other = views.keep(session, NOW, BERTA, "Balvas", "tag=balva", shared=False)
    assert names(store, ANNA) == ["Krievu valodā", "Kritiskie*"]
    assert names(store, BERTA) == ["Balvas", "Kritiskie*!"]
    with store.transaction() as session:
        assert views.keep(session, NOW, ANNA, "Kritiskie", "tone=critical&period=all", shared=True) == second
        assert views.move(session, ANNA, second, -1)
        assert not views.move(session, ANNA, second, -1)
        assert not views.move(session, BERTA, second, 1)
        assert views.share(session, ANNA, first, True)
        assert not views.share(session, BERTA, first, False)
        assert not views.drop(session, BERTA, second)
        assert views.drop(session, BERTA, other)
    assert names(store, ANNA) == ["Kritiskie*", "Krievu valodā*"]
    assert names(store, BERTA) == ["Kritiskie*!", "Krievu valodā*!"]


def test_a_view_needs_a_name_and_there_is_an_end_of_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST", 2)
    with store.transaction() as session:
        for name in ("", " ", "x" * 81):
            with pytest.raises(OutreachError, match=r"mentions\.error\.view_name"):
                views.keep(session, NOW, ANNA, name, "", shared=False)
        for name in ("a", "b"):
            views.keep(session, NOW, ANNA, name, "", shared=False)
        with pytest.raises(OutreachError, match=r"mentions\.error\.views_full"):
            views.keep(session, NOW, ANNA, "c", "", shared=False)


def test_a_mention_that_goes_takes_its_marks_along(store: Store, ids: list[int]) -> None:
    with store.transaction() as session:
        desk.mark(session, NOW, ANNA, ids[:1], "starred", True)
        desk.tag(session, NOW, "anna", ids[:1], "balva")
        desk.note(session, NOW, "anna", ids[:1], "x")
        desk.tie(session, NOW, "anna", ids[:1], 3)
        session.execute(update(Mention).where(Mention.id == ids[0]).values(verdict=None))
        session.delete(session.get_one(Mention, ids[0]))
        session.flush()
        assert session.scalars(select(MentionMark)).all() == []
        assert session.scalars(select(MentionNote)).all() == []
        assert desk.tags(session) == []
