"""Releases by mail: asked, asked back, confirmed, left; and nothing that an address or an old link gives away."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.people.models import AuditEntry
from outreach.people.sessions import hash_of
from outreach.postbox import stops
from outreach.pressroom.models import PressSubscriber
from outreach.pressroom.public import subscribing
from tests.outreach.pressroom.writing.desk import NOW

KEY = b"k" * 32
MAIL = "redakcija@example.org"


def rows(store: Store) -> list[PressSubscriber]:
    with store.reading() as session:
        found = [*session.scalars(select(PressSubscriber).order_by(PressSubscriber.id))]
        session.expunge_all()
        return found


def ask(store: Store, mail: str = MAIL, language: str = "lv", hours: float = 0) -> None:
    with store.transaction() as session:
        subscribing.ask(session, NOW + timedelta(hours=hours), mail, language)


def put(store: Store, **told: object) -> None:
    with store.transaction() as session:
        for name, value in told.items():
            setattr(session.scalars(select(PressSubscriber)).one(), name, value)


def test_from_the_question_to_the_way_out(store: Store) -> None:
    ask(store, f" {MAIL.upper()} ", "ru")
    [row] = rows(store)
    assert (row.mail, row.language, row.state, row.mail_state) == (MAIL, "ru", "asked", "due")
    put(store, token_hash=hash_of("t"))
    with store.transaction() as session:
        assert subscribing.confirmed(session) == []
        opened = subscribing.opening(session, NOW, "t")
        assert opened is not None and opened.masked == "r***@example.org" and "redakcija" not in repr(opened)
        for _ in range(2):
            subscribing.confirm(session, NOW, opened.subscriber_id)
        assert subscribing.confirmed(session) == [(row.id, MAIL, "ru")]
        assert subscribing.read_leave(KEY, subscribing.leave_token(KEY, row.id)) == row.id
        assert [subscribing.leave(session, NOW, row.id) for _ in range(2)] == [True, False]
        assert subscribing.confirmed(session) == [] and subscribing.one(session, row.id) is None
        assert subscribing.opening(session, NOW, "t") is None
        trail = [(one.actor, one.action) for one in session.scalars(select(AuditEntry))]
        assert trail == [(f"subscriber:{row.id}", "confirm"), (f"subscriber:{row.id}", "delete")]
    [left] = rows(store)
    assert MAIL not in left.mail and left.token_hash is None and left.left_at == NOW


def test_the_link_of_one_who_left_never_takes_off_another(store: Store) -> None:
    """A store that gives the last number again would have the old mail's link end somebody else's."""
    ask(store)
    with store.transaction() as session:
        subscribing.leave(session, NOW, 1)
    ask(store, "cita@example.org")
    ask(store)
    assert [row.id for row in rows(store)] == [1, 2, 3]
    with store.transaction() as session:
        assert subscribing.counts(session) == {"asked": 2, "confirmed": 0, "left": 1}
        assert [one.masked for one in subscribing.listed(session)] == ["r***@example.org", "c***@example.org"]
        assert [one.masked for one in subscribing.listed(session, before=3, limit=1)] == ["c***@example.org"]


@pytest.mark.parametrize(
    ("before", "hours", "asked"),
    [
        ({"mail_state": "sent"}, 5, False),
        ({"mail_state": "sent"}, 6, True),
        ({"mail_state": "unconfirmed"}, 5, False),
        ({"mail_state": "failed"}, 0, True),
        ({"state": "confirmed", "mail_state": "sent"}, 99, False),
    ],
)
def test_who_asks_again_is_not_flooded(store: Store, before: dict[str, object], hours: int, asked: bool) -> None:
    ask(store)
    put(store, token_hash="a" * 64, **before)
    ask(store, language="en", hours=hours)
    [row] = rows(store)
    assert (row.mail_state == "due", row.token_hash is None, row.language == "en") == (asked,) * 3


def test_whose_mail_is_stopped_is_asked_nothing_and_sent_nothing(store: Store) -> None:
    with store.transaction() as session:
        stops.stop(session, NOW, MAIL, stops.COMPLAINT)
    ask(store)
    assert rows(store) == []
    with store.transaction() as session:
        session.add(PressSubscriber(mail=MAIL, language="lv", state="confirmed", asked_at=NOW))
        session.flush()
        assert subscribing.confirmed(session) == []


def test_a_question_that_nobody_answers_ends_after_a_week(store: Store) -> None:
    ask(store)
    put(store, token_hash=hash_of("t"), mail_state="sent")
    week = NOW + subscribing.OPEN
    with store.transaction() as session:
        assert subscribing.opening(session, week - timedelta(seconds=1), "t") is not None
        assert subscribing.opening(session, week, "t") is None
        assert subscribing.forget_old(session, week - timedelta(seconds=1)) == 0
        assert subscribing.forget_old(session, week) == 1
    assert rows(store) == []


def test_a_confirmed_one_is_not_forgotten(store: Store) -> None:
    ask(store)
    put(store, state="confirmed", token_hash=hash_of("t"))
    with store.transaction() as session:
        assert subscribing.forget_old(session, NOW + timedelta(days=900)) == 0
        assert subscribing.opening(session, NOW + timedelta(days=900), "t") is not None


def test_the_office_takes_off_who_asks_for_it(store: Store) -> None:
    ask(store)
    with store.transaction() as session:
        subscribing.remove(session, NOW, 1, "anna@example.org")
        assert session.scalars(select(AuditEntry)).one().actor == "anna@example.org"
        with pytest.raises(OutreachError, match=r"pressroom\.desk\.missing"):
            subscribing.remove(session, NOW, 1, "anna@example.org")


def test_altered_links_are_nobodys() -> None:
    token = subscribing.leave_token(KEY, 7)
    last = "A" if token[-1] != "A" else "B"
    for wrong in (token[:-1] + last, "8" + token[1:], token + "x", "", "7.", f"{2**31}.{'a' * 27}", "٧" + token[1:]):
        assert subscribing.read_leave(KEY, wrong) is None, wrong
    assert subscribing.read_leave(b"x" * 32, token) is None


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (MAIL, True), ("a.b+c@sub.example.lv", True), ("", False), ("redakcija", False), ("a@b", False), ("a b@example.org", False),
        ("a@example.org,b@example.org", False), ("a@example.org\nBcc: b@example.org", False), ("<a@example.org>", False),
        (f"{'a' * 65}@example.org", False), (f"a@{'b' * 250}.org", False),
    ],
)  # fmt: skip
def test_what_is_an_address(text: str, fits: bool) -> None:
    assert subscribing.is_mail(text) is fits
