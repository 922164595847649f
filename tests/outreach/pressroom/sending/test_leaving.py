"""Links by which a reader leaves a list: nobody else makes one, none names two, and leaving twice is leaving once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry
from outreach.pressroom.contacts import lists, stopping
from outreach.pressroom.models import Contact, ReleaseReply
from outreach.pressroom.sending import leaving
from tests.outreach.pressroom.sending.comeback import NOW, TODAY, contact, press_list, sent

SEAL = Seal(b"k" * 32)
KEY = leaving.key_of(SEAL)
NUMBERS = st.integers(1, 2**31 - 1)


@given(NUMBERS, NUMBERS, st.integers(0, 60), st.characters(codec="ascii"))
def test_a_link_opens_itself_alone(contact_id: int, list_id: int, at: int, sign: str) -> None:
    token = leaving.token(KEY, contact_id, list_id)
    assert leaving.read(KEY, token) == (contact_id, list_id)
    assert leaving.read(leaving.key_of(Seal(b"x" * 32)), token) is None
    altered = token[: at % len(token)] + sign + token[at % len(token) + 1 :]
    assert altered == token or leaving.read(KEY, altered) is None


@pytest.mark.parametrize("token", ["", "1-2", "1-2.", "0-1.aaaaaaaaaaaaaaaaaaaaaaaaaaa", f"{'9' * 11}-1.{'a' * 27}", leaving.token(KEY, 2**31, 1), "1-2." + "ā" * 27])
def test_what_is_no_link(token: str) -> None:
    assert leaving.read(KEY, token) is None


def test_leaving_once_and_for_all(store: Store) -> None:
    with store.transaction() as session:
        number = contact(session, SEAL)
        first, second = press_list(session, number), press_list(session, number, name="Otrs")
        mail = sent(session, number, first)
        assert not leaving.has_left(session, number, first)
        assert leaving.leave(session, NOW, number, first)
        assert not leaving.leave(session, NOW, number, first)
        assert leaving.has_left(session, number, first) and not leaving.has_left(session, number, second)
        assert {one.list_id: one.reason for one in lists.recipients(session, [first], [], TODAY)} == {first: lists.LEFT}
        assert [one.reason for one in lists.recipients(session, [second], [], TODAY)] == [None]
        rows = session.scalars(select(ReleaseReply)).all()
        assert [(row.mail_id, row.kind, row.seen_by) for row in rows] == [(mail, "left", "press")]
        assert leaving.leave_all(session, NOW, number) and not leaving.leave_all(session, NOW, number)
        assert leaving.has_left(session, number, second)
        assert session.get_one(Contact, number).stopped_why == stopping.ASKED
        told = session.execute(select(AuditEntry.actor, AuditEntry.action, AuditEntry.subject_kind, AuditEntry.subject_id)).all()
        assert told == [(f"contact:{number}", "leave", "contact_list", first), (f"contact:{number}", "stop", "contact", number)]


def test_who_got_no_mail_leaves_too_and_a_list_that_is_gone_was_left(store: Store) -> None:
    with store.transaction() as session:
        number = contact(session, SEAL)
        first = press_list(session, number)
        assert leaving.leave(session, NOW, number, first)
        assert session.scalars(select(ReleaseReply)).all() == []
        assert not leaving.leave(session, NOW, number, 999) and leaving.has_left(session, number, 999)
        assert not leaving.leave(session, NOW, 999, first) and leaving.has_left(session, 999, first)
