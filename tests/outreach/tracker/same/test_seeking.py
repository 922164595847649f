"""Finding by name: any alphabet and spelling, parts and slips; nobody who is not asked for; and what a search leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry
from outreach.tracker import privacy
from outreach.tracker.same import joining, names, seeking
from outreach.tracker.same.seeking import Sought
from tests.outreach.rooms import NOW
from tests.outreach.tracker.same.homes import ask, home


def parties(sought: Sought) -> list[int]:
    return [hit.candidate.party for hit in sought.hits]


def test_a_name_is_found_in_any_spelling_and_a_lone_inquiry_too(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        janis = home(session, seal, "Jānis Bērziņš un Ilze Bērziņa")
        lone = ask(session, seal, "Янис Берзиньш", "29123456")
        ask(session, seal, "Zane", household_id=janis)
        other = home(session, seal, "Anna Kalniņa")
        home(session, seal, None)
        for words, found in (
            ("Janis Berzins", {janis, -lone}), ("bērziņa", {janis, -lone}), ("Берзиня", {janis, -lone}), ("Bersins", {janis, -lone}),
            ("bērz", {janis, -lone}), ("Ilze", {janis}), ("zane", {janis}), ("Kalnina Anna", {other}), ("Anna Bērziņa", set()),
            ("Anna Marija Kalniņa", {other}), ("an", {other}), ("Ozols", set()), ("29 123 456", {-lone}), ("...", set()), ("Kalniņ", {other}),
        ):  # fmt: skip
            sought = seeking.seek(session, NOW, "ieva", seal, words)
            assert set(parties(sought)) == found, words
        assert [hit.name for hit in seeking.seek(session, NOW, "ieva", seal, "ilze").hits] == ["Jānis Bērziņš un Ilze Bērziņa"]


def test_the_surest_come_first_and_no_more_than_asked(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        slip, whole = home(session, seal, "Kristīne Ozolinja"), home(session, seal, "Kristīne Ozoliņa")
        reached = home(session, seal, "Pēteris Lācis", note="tālr. 29 123 456, zane@example.org")
        for words in ("Kristīne Ozoliņa 29123456", "kristine ozolina ZANE@example.org"):
            sought = seeking.seek(session, NOW, "ieva", seal, words)
            assert parties(sought)[:2] == [reached, whole] and sought.hits[0].candidate.shared.strong
        assert parties(sought)[2:] in ([slip], [])
        few = seeking.seek(session, NOW, "ieva", seal, "Kristīne", limit=1)
        assert (len(few.hits), few.more, few.opened) == (1, True, 3)


def test_a_record_put_into_another_is_that_one_and_the_erased_have_no_name(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        kept, gone, erased = (home(session, seal, name) for name in ("Anna Ozola", "Anna Ozola-Liepa", "Vilma Zīle"))
        joining.merge(session, NOW, "ieva", kept, gone)
        privacy.erase_family(session, NOW, "ieva", erased)
        assert parties(seeking.seek(session, NOW, "ieva", seal, "Liepa")) == [kept]
        assert parties(seeking.seek(session, NOW, "ieva", seal, "Zīle")) == []


def test_a_search_and_every_record_shown_are_written_down_without_a_word(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one, lone = home(session, seal, "Anna Ozola"), ask(session, seal, "Anna Liepa")
        home(session, seal, "Uldis Lācis")
        assert "Anna" not in repr(seeking.seek(session, NOW, "ieva", seal, "Anna"))
        found = select(AuditEntry).where(AuditEntry.action == "find")
        lines = [(row.actor, row.subject_kind, row.subject_id, row.facts) for row in session.scalars(found)]
    assert lines[0] == ("ieva", "household", None, {"count": 3})
    assert sorted(lines[1:]) == [("ieva", "household", one, {}), ("ieva", "inquiry", lone, {})]


@given(st.lists(st.sampled_from(["Jānis", "Янис", "Anna", "Ozola", "Kalniņš", "Берзиньш", "un", "A."]), max_size=4), st.text(max_size=12))
def test_whoever_is_called_so_is_found_and_any_text_may_be_asked(told: list[str], asked: str) -> None:
    name = " ".join(told)
    words = names.words(name)
    if words:
        assert seeking._Asked(words).score(name) >= 86
    assert 0 <= seeking._Asked(names.words(asked)).score(name) <= 100


@pytest.mark.parametrize(("asked", "told"), [("Ozols", "Ozoliņš Kārlis"), ("Zariņš", "Kariņš"), ("Jo", "Jolanta"), ("J", "Jānis")])
def test_what_is_another_name(asked: str, told: str) -> None:
    found = seeking._Asked(names.words(asked)).score(told)
    assert found == 0 or asked in {"Ozols", "J"}  # a surname's beginning, and an initial, are worth a look
