"""Two that are one: what each had, what is chosen, and everything as it was when it is taken back."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.pressroom.contacts import editing, lists, merging, reading, stopping
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.models import Contact, ListMember

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SEAL = Seal(b"k" * 32)
ONE = Draft(name="Jānis Bērziņš", mail="janis@x.lv", beats=("ģimene",), phone="26000000")
OTHER = Draft(name="Janis Berzins", mail="jb@y.lv", beats=("skolas", "Ģimene"), role="redaktors", outlet="Y")


def add(store: Store, draft: Draft) -> int:
    with store.transaction() as session:
        return editing.add(session, NOW, draft, "x", SEAL, date(2026, 1, 1))


def seen(store: Store, number: int) -> reading.ContactSeen:
    with store.reading() as session:
        found = reading.one(session, number)
    assert found is not None
    return found


def rows(store: Store) -> list[tuple[int, int, datetime | None]]:
    with store.reading() as session:
        return sorted((row.list_id, row.contact_id, row.left_at) for row in session.scalars(select(ListMember)))


def test_merging_and_parting_leaves_everything_as_it_was(store: Store) -> None:
    one, other = add(store, ONE), add(store, OTHER)
    with store.transaction() as session:
        first, second = (lists.make(session, NOW, name, None, "x") for name in ("A", "B"))
        lists.join(session, NOW, first, [one, other])
        lists.join(session, NOW, second, [other])
        stopping.leave(session, NOW, other, first)
        stopping.stop_contact(session, NOW, other, "lūdza")
    before, members = (seen(store, one), seen(store, other)), rows(store)
    later = datetime(2026, 12, 1, tzinfo=UTC)
    with store.transaction() as session:
        assert merging.merge(session, later, one, other, {"name": "second"}) == (one, other)
    merged = seen(store, one)
    assert (merged.name, merged.mail, merged.beats, merged.role, merged.phone) == ("Janis Berzins", "janis@x.lv", ("ģimene", "skolas"), "redaktors", "26000000")
    assert merged.stopped_why == "lūdza" and (first, one, later) in rows(store) and (second, one, None) in rows(store)
    with store.reading() as session:
        assert reading.count(session) == 1 and reading.keeper(session, other) == one
        assert reading.same_as(session, one)[:2] == [one, other]
        assert [told.contact.id for told in merging.merged(session, one)] == [other]
    with store.transaction() as session:
        merging.part(session, later, one, other)
    for was, now in zip(before, (seen(store, one), seen(store, other)), strict=True):
        assert {**vars(now), "changed_at": None} == {**vars(was), "changed_at": None}
    assert rows(store) == members
    with store.reading() as session:
        assert session.scalar(select(func.count(Contact.id))) == 2


def test_the_row_whose_address_stays_is_the_one_that_stays(store: Store) -> None:
    one, other = add(store, ONE), add(store, OTHER)
    with store.transaction() as session:
        assert merging.merge(session, NOW, one, other, {"mail": "second"}) == (other, one)
    assert seen(store, other).mail == "jb@y.lv" and seen(store, other).name == "Jānis Bērziņš"
    assert seen(store, one).mail == "janis@x.lv"  # an import still knows whose it is


def test_two_of_whom_a_person_said_no_are_not_proposed_again(store: Store) -> None:
    one, other, third = add(store, ONE), add(store, OTHER), add(store, replace(OTHER, mail="janis.b@z.lv"))
    with store.transaction() as session:
        assert len(merging.pairs(session)) == 3
        merging.apart(session, NOW, other, one, "x")
        merging.apart(session, NOW, one, other, "y")
        left = {frozenset((pair.first.id, pair.second.id)) for pair in merging.pairs(session)}
        with pytest.raises(OutreachError) as refused:
            merging.apart(session, NOW, one, 99, "x")
    assert left == {frozenset((one, third)), frozenset((other, third))}
    assert refused.value.key == "contacts.error.gone"


def test_merges_are_taken_back_the_latest_first(store: Store) -> None:
    one, other, third = add(store, ONE), add(store, OTHER), add(store, Draft(name="J. Bērziņš", role="autors"))
    with store.transaction() as session:
        merging.merge(session, NOW, one, other, {})
        merging.merge(session, NOW, one, third, {"role": "second"})
        with pytest.raises(OutreachError) as refused:
            merging.part(session, NOW, one, other)
        assert refused.value.key == "contacts.error.later"
        merging.part(session, NOW, one, third)
        merging.part(session, NOW, one, other)
    assert (seen(store, one).role, seen(store, one).beats) == ("", ("ģimene",))


def test_one_that_was_merged_into_is_merged_on(store: Store) -> None:
    one, other, third = add(store, ONE), add(store, OTHER), add(store, Draft(name="J. Bērziņš", mail="z@z.lv"))
    with store.transaction() as session:
        merging.merge(session, NOW, other, third, {})
        merging.merge(session, NOW, one, other, {})
        assert reading.keeper(session, third) == one
        merging.part(session, NOW, one, other)
        assert [told.contact.id for told in merging.merged(session, other)] == [third]
        merging.part(session, NOW, other, third)
        assert reading.count(session) == 3


def test_what_is_not_there_is_not_merged(store: Store) -> None:
    one, other = add(store, ONE), add(store, OTHER)
    with store.transaction() as session:
        for pair, key in (((one, one), "same"), ((one, 999), "gone")):
            with pytest.raises(OutreachError) as refused:
                merging.merge(session, NOW, *pair, {})
            assert refused.value.key == f"contacts.error.{key}"
        merging.merge(session, NOW, one, other, {})
        with pytest.raises(OutreachError):
            merging.merge(session, NOW, one, other, {})


def test_an_address_is_one_contacts(store: Store) -> None:
    one, other = add(store, ONE), add(store, OTHER)
    with store.transaction() as session:
        merging.merge(session, NOW, one, other, {})
        with pytest.raises(OutreachError) as refused:
            editing.add(session, NOW, Draft(name="Cits", mail="JB@y.lv"), "x", SEAL)
        assert (refused.value.key, refused.value.facts["contact"]) == ("contacts.error.taken", one)
