"""What follows from what came back: an address that is gone gets nothing more, and only a proof stops one."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import wiring
from outreach.core.db import Store
from outreach.postbox import envelope, places, stops
from outreach.postbox.looking import Proof, take
from outreach.postbox.models import MailboxPlace, Returned
from outreach.postbox.reading import read
from outreach.subscribers.models import DigestRun, Subscription
from tests.outreach.postbox import letters
from tests.outreach.postbox.letters import READER, filled

# A reader may have an account, a mail its edition: every table is there, as in a real store.
wiring.models()

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
KEY = bytes(range(32))
PROOF = Proof(KEY)
COPIES = "kopijas@birojs.example"


def returned(ref: str, mail: str = READER) -> str:
    return envelope.return_address(KEY, "bounces@birojs.example", ref, mail)


def given(session: Session, raw: bytes, now: datetime = NOW, proof: Proof = PROOF) -> bool:
    return take(session, now, hashlib.sha256(raw).hexdigest(), read(raw), proof)


def rows(session: Session) -> list[tuple[str, str, str]]:
    return [(row.kind, row.ref, row.code) for row in session.scalars(select(Returned).order_by(Returned.id))]


def stopped(session: Session) -> list[tuple[str, str]]:
    return [(one.mail, one.key) for one in stops.all_stopped(session)]


def runs(session: Session, days: int, mail: str = READER) -> list[int]:
    """The numbers of a new reader's mails of so many days, the latest today's."""
    reader = Subscription(
        mail=mail, language="lv", at="07:00", zone="Europe/Riga", rhythm="daily", nonce="n", state_at=NOW, made_at=NOW, made_by="x"
    )
    session.add(reader)
    session.flush()
    made = [
        DigestRun(
            day=NOW.date() - timedelta(days=ago), subscription_id=reader.id, due_at=NOW, status="sent", covers_from=NOW,
            covers_until=NOW, message_id=f"<{ago}@x>",
        )
        for ago in reversed(range(days))
    ]
    session.add_all(made)
    session.flush()
    return [run.id for run in made]


@pytest.mark.parametrize("letter", [letters.POSTFIX, letters.QMAIL, letters.EXIM])
def test_an_address_that_is_gone_is_stopped_and_says_why(store: Store, letter: str) -> None:
    raw = filled(letter, envelope=returned("d12"))
    with store.transaction() as session:
        assert given(session, raw)
        assert not given(session, raw)
    with store.reading() as session:
        assert rows(session) == [("hard", "d12", "5.1.1")]
        [one] = stops.all_stopped(session)
        assert (one.mail, one.since, one.key, one.facts["code"]) == (READER, NOW, stops.GONE, "5.1.1")
        assert "berzina" not in f"{one.facts} {one!r} {one.masked}"
        assert one.masked == "l***@pasts.example"
        assert "berzina" not in session.scalars(select(Returned.answer)).one()


@pytest.mark.parametrize(
    "raw",
    [
        filled(letters.POSTFIX),
        filled(letters.POSTFIX, envelope="bounces@birojs.example"),
        filled(letters.POSTFIX, envelope=returned("d12", "cita@pasts.example")),
        filled(letters.POSTFIX, envelope=returned("d12").replace("d12", "d13")),
        filled(letters.COMPLAINT),
    ],
    ids=["invented", "bare", "another reader's", "another mail's", "complaint"],
)
def test_a_forged_one_is_noted_and_changes_nothing(store: Store, raw: bytes) -> None:
    with store.transaction() as session:
        assert given(session, raw)
    with store.reading() as session:
        assert rows(session) == [("forged", "", "")]
        assert stopped(session) == []


def test_a_complaint_stops_an_address(store: Store) -> None:
    with store.transaction() as session:
        given(session, filled(letters.COMPLAINT, envelope=returned("d12"), sent_to="abuse@birojs.example"))
        assert (rows(session), stopped(session)) == ([("complaint", "d12", "")], [(READER, stops.COMPLAINT)])


def test_replies_of_machines_and_people_change_nothing(store: Store) -> None:
    with store.transaction() as session:
        given(session, filled(letters.AWAY, envelope=returned("d12")))
        given(session, b"From: a@b.example\r\n\r\nSveiki!")
        assert (rows(session), stopped(session)) == ([("automatic", "", ""), ("other", "", "")], [])


def soft(ref: int, **more: str) -> bytes:
    told = {"status": "4.2.2", "diagnostic": "452 4.2.2 mailbox full", **more}
    return filled(letters.POSTFIX, envelope=returned(f"d{ref}"), **told)


def test_an_address_not_reached_on_five_days_is_stopped(store: Store) -> None:
    with store.transaction() as session:
        numbers = runs(session, 6)
        for number in numbers[:4]:
            given(session, soft(number))
            # A second one about the same mail is of the same day.
            given(session, soft(number, diagnostic="452 4.2.2 still full"))
        assert stopped(session) == []
        given(session, soft(numbers[4]))
        assert stopped(session) == [(READER, stops.UNREACHED)]
        assert stops.all_stopped(session)[0].facts == {"count": 5, "answer": "4.2.2 452 4.2.2 mailbox full"}


@pytest.mark.parametrize(
    "more",
    [
        {"action": "delayed"},
        {"status": "5.7.1", "diagnostic": "550 5.7.1 spam"},
        {"status": "4.7.0", "diagnostic": "451 4.7.0 greylisted"},
        {"status": "5.3.4", "diagnostic": "552 5.3.4 too large"},
    ],
    ids=["still tried", "refused as spam", "held off", "too large"],
)
def test_what_no_reader_can_mend_stops_nobody(store: Store, more: dict[str, str]) -> None:
    with store.transaction() as session:
        for number in runs(session, 8):
            given(session, soft(number, **more))
        assert {kind for kind, _, _ in rows(session)} == {"automatic" if more.get("action") else "soft"}
        assert stopped(session) == []


def test_what_is_long_ago_or_anothers_does_not_count(store: Store) -> None:
    with store.transaction() as session:
        mine = runs(session, 5)
        others = runs(session, 5, "cita@pasts.example")
        for number in mine[:4]:
            given(session, soft(number), NOW - timedelta(days=32))
        for number in others[:4]:
            raw = filled(
                letters.POSTFIX, "cita@pasts.example", returned(f"d{number}", "cita@pasts.example"), status="4.2.2", diagnostic="full"
            )
            given(session, raw)
        given(session, soft(mine[4]))
        given(session, filled(letters.POSTFIX, envelope=returned("a3"), status="4.2.2"))
        assert stopped(session) == []


def test_behind_the_reader_another_address_is_gone(store: Store) -> None:
    """A forwarded mail that bounces further on: the reader's own mailbox may be well."""
    raw = filled(letters.POSTFIX, envelope=returned("d12")).replace(
        b"Final-Recipient: rfc822; " + READER.encode(), b"Final-Recipient: rfc822; privati@tali.example"
    ).replace(b"Original-Recipient: rfc822;" + READER.encode() + b"\r\n", b"")
    with store.transaction() as session:
        given(session, raw)
        assert (rows(session), stopped(session)) == ([("soft", "d12", "5.1.1")], [])


def test_our_own_copies_that_bounce_stop_no_reader(store: Store) -> None:
    raw = filled(letters.POSTFIX, envelope=returned("d12"))
    for name in (b"Final-Recipient: rfc822; ", b"Original-Recipient: rfc822;"):
        raw = raw.replace(name + READER.encode(), name + COPIES.encode())
    with store.transaction() as session:
        given(session, raw, proof=replace(PROOF, copy_to=COPIES))
        assert (rows(session), stopped(session)) == ([("other", "", "")], [])


def test_the_first_reason_stays_and_a_person_sets_free(store: Store) -> None:
    with store.transaction() as session:
        assert stops.stop(session, NOW, "Liga.Berzina@pasts.example", stops.REFUSED, code="5.1.1", answer="no")
        assert not stops.stop(session, NOW + timedelta(days=1), READER, stops.COMPLAINT)
        assert stopped(session) == [(READER, stops.REFUSED)]
        assert stops.is_stopped(session, [READER.upper(), "cita@pasts.example"]) == {READER}
        assert stops.free(session, READER.upper())
        assert not stops.free(session, READER)
        assert stops.is_stopped(session, [READER]) == set()


def test_many_addresses_are_asked_for_at_once(store: Store) -> None:
    mails = [f"l{number}@pasts.example" for number in range(1_203)]
    with store.transaction() as session:
        for mail in mails[::400]:
            stops.stop(session, NOW, mail, stops.COMPLAINT)
        assert stops.is_stopped(session, mails) == set(mails[::400])
        assert stops.is_stopped(session, []) == set()


@pytest.mark.parametrize(
    ("looked", "key", "waits"),
    [
        (NOW - timedelta(minutes=20), "http.timeout", False),
        (NOW - timedelta(hours=2), "http.timeout", True),
        (None, "http.timeout", True),
        (NOW - timedelta(minutes=5), "mailbox.login", True),
        (NOW - timedelta(hours=2), None, False),
    ],
)
def test_a_mailbox_that_cannot_be_read(store: Store, looked: datetime | None, key: str | None, waits: bool) -> None:
    with store.transaction() as session:
        facts = {"host": "imap.birojs.example"} if key else None
        session.add(MailboxPlace(name="bounces", place="1:2", looked_at=looked, error_key=key, error_facts=facts))
        session.flush()
        found = [(one.host, one.error_key) for one in places.unread(session, NOW - timedelta(hours=1))]
    assert found == ([("imap.birojs.example", key)] if waits else [])


