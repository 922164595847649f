"""Answers to releases: whose they are, what is kept of them, and what they may do to a contact."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from outreach import wiring
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.http import Answer, Request
from outreach.core.imap import ImapWire
from outreach.core.imap_letters import Letter, bound
from outreach.core.seal import Seal
from outreach.core.testing import FixedClock
from outreach.postbox import looking
from outreach.postbox.following import Follower
from outreach.postbox.models import Returned
from outreach.pressroom.contacts import asking
from outreach.pressroom.models import ReleaseMail, ReleaseReply
from outreach.pressroom.sending import replyreading, replysettling
from outreach.pressroom.sending.replies import FOLLOWER
from tests.outreach.postbox import letters
from tests.outreach.postbox.letters import filled
from tests.outreach.pressroom.sending import comeback as made
from tests.outreach.pressroom.sending.comeback import AUTOMATIC, NOW, WHO, letter
from tests.support.offices import told_in

NEW = "janis@tv.example"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with wiring.open_app(told_in(tmp_path), create=True, clock=FixedClock(NOW)) as opened:
        yield opened


@pytest.fixture
def got(app: App) -> tuple[int, int]:
    with app.store.transaction() as session:
        return made.one(session, app.seal)


@pytest.fixture
def answering(app: App, got: tuple[int, int]) -> str:
    with app.store.reading() as session:
        return made.answers(session, got[1])


def kept(app: App) -> list[ReleaseReply]:
    with app.store.reading() as session:
        return list(session.query(ReleaseReply).order_by(ReleaseReply.id))


def seen(app: App, reply_id: int, seal: Seal | None = None) -> replyreading.ReplySeen:
    with app.store.reading() as session:
        found = replyreading.one(session, seal or app.seal, reply_id)
    assert found is not None
    return found


def test_somebodys_words_are_sealed_and_threaded(app: App, got: tuple[int, int], answering: str) -> None:
    raw = letter("Paldies, publicēsim!\n\nOn Monday Birojs wrote:\n> Relīze", answering, "Date: Thu, 26 Nov 2026 09:00:00 +0000")
    assert made.came(app, raw) and not made.came(app, raw)
    [row] = kept(app)
    assert (row.mail_id, row.kind, row.at, row.seen_at, row.moved_to) == (got[1], "reply", NOW - timedelta(hours=1), None, None)
    assert row.text_sealed and "Paldies" not in row.text_sealed + str(row.subject_sealed)
    one = seen(app, row.id)
    assert (one.name, one.outlet, one.subject, one.text, one.address) == ("Jānis Bērziņš", "Vēstis", "Re: Relīze", "Paldies, publicēsim!", WHO)
    assert "Paldies" not in repr(one) and "Jānis" not in repr(one)
    assert seen(app, row.id, Seal(b"x" * 32)).text is None
    # A sealed value opens in its own row and column alone.
    with app.store.transaction() as session:
        held = session.get_one(ReleaseReply, row.id)
        held.text_sealed, held.subject_sealed = held.subject_sealed, held.text_sealed
    assert (seen(app, row.id).text, seen(app, row.id).subject) == (None, None)


def test_the_same_letter_from_another_place_is_kept_once(app: App, answering: str) -> None:
    made.came(app, letter("Paldies!", answering))
    made.came(app, letter("Paldies!", answering, "Delivered-To: x@example.org"))
    assert len(kept(app)) == 1


def test_an_absence_is_the_contacts_at_once_and_waits_for_nobody(app: App, got: tuple[int, int]) -> None:
    raw = letter("Esmu atvaļinājumā līdz 5. janvārim.", f"To: {made.returned_to(app, got[1])}", AUTOMATIC)
    made.came(app, raw)
    [row] = kept(app)
    assert (row.kind, row.until, row.seen_by, row.text_sealed, row.subject_sealed) == ("away", date(2027, 1, 5), "press", None, None)
    assert made.contact_row(app, got[0]).away_until == date(2027, 1, 5)
    with app.store.reading() as session:
        assert replyreading.waiting(session) == (0, None)


def test_somebody_elses_absence_is_not_the_contacts(app: App, got: tuple[int, int], answering: str) -> None:
    made.came(app, letter("I am away until 5 January", answering, AUTOMATIC, sender="other@elsewhere.example"))
    assert made.contact_row(app, got[0]).away_until is None and [row.kind for row in kept(app)] == ["away"]
    made.came(app, letter("I am away until 5 January", answering, AUTOMATIC, number="b", sender="j.berzins@vestis.example"))
    assert made.contact_row(app, got[0]).away_until == date(2027, 1, 5)


def test_a_new_address_waits_for_a_person(app: App, got: tuple[int, int], answering: str) -> None:
    number, _ = got
    made.came(app, letter(f"My new address is {NEW}", answering, AUTOMATIC))
    [row] = kept(app)
    contact = made.contact_row(app, number)
    assert (row.kind, row.moved_to, contact.mail, contact.moved_to) == ("moved", NEW, WHO, NEW)
    assert seen(app, row.id).to_take
    with app.store.transaction() as session:
        assert replyreading.waiting(session) == (1, NOW)
        assert replysettling.settle_address(session, NOW, row.id, "x", app.seal, take=True) == number
    contact = made.contact_row(app, number)
    assert (contact.mail, contact.moved_to, seen(app, row.id).seen_by, seen(app, row.id).to_take) == (NEW, None, "x", False)
    with app.store.transaction() as session, pytest.raises(OutreachError, match=r"pressreply\.error\.settled"):
        replysettling.settle_address(session, NOW, row.id, "x", app.seal, take=True)


def test_a_new_address_that_is_left_or_anothers(app: App, got: tuple[int, int], answering: str) -> None:
    number, _ = got
    with app.store.transaction() as session:
        made.contact(session, app.seal, NEW, "Cits")
    made.came(app, letter(f"My new address is {NEW}", answering, AUTOMATIC))
    [row] = kept(app)
    with pytest.raises(OutreachError, match=r"contacts\.error\.taken"), app.store.transaction() as session:
        replysettling.settle_address(session, NOW, row.id, "x", app.seal, take=True)
    assert seen(app, row.id).to_take
    with app.store.transaction() as session:
        replysettling.settle_address(session, NOW, row.id, "x", app.seal, take=False)
    contact = made.contact_row(app, number)
    assert (contact.mail, contact.moved_to) == (WHO, None)


@pytest.mark.parametrize("address", [WHO, made.OURS, "anna@example.org", "birojs@latgale.example"])
def test_addresses_that_we_wrote_ourselves_are_never_new(app: App, got: tuple[int, int], answering: str, address: str) -> None:
    made.came(app, letter(f"I no longer work here. My new address is {address}", answering, AUTOMATIC))
    assert [(row.kind, row.moved_to) for row in kept(app)] == [("moved", None)]
    assert made.contact_row(app, got[0]).moved_to is None


def test_a_person_may_tell_a_new_address_too(app: App, got: tuple[int, int], answering: str) -> None:
    made.came(app, letter(f"Paldies! Mana jaunā adrese ir {NEW}", answering))
    assert [(row.kind, row.moved_to) for row in kept(app)] == [("reply", NEW)]
    assert made.contact_row(app, got[0]).moved_to == NEW


def test_what_belongs_to_no_mail_of_ours_is_not_kept(app: App, got: tuple[int, int], answering: str) -> None:
    tagged = made.returned_to(app, got[1])
    for number, heads in enumerate((
        ["In-Reply-To: <other@example.org>"],
        [],
        [f"To: {tagged.replace('+r', '+r9')}"],
        [f"To: {tagged[:-14]}a@example.org"],
        [f"To: {made.returned_to(app, got[1], 'cits@vestis.example')}"],
        ["To: bounces+r999999999999-aaaaaaaaaaaaaaaa@example.org"],
    )):
        made.came(app, letter(f"Esmu prombūtnē {number}.", AUTOMATIC, *heads))
    made.came(app, letter("Jūsu vēstule saņemta.", answering, AUTOMATIC))
    made.came(app, letter("Paldies!", answering, sender=made.OURS))
    made.came(app, letter("Labojums", answering, number="x").replace(b"<x@vestis.example>", answering.removeprefix("In-Reply-To: ").encode()))
    assert kept(app) == []
    with app.store.reading() as session:
        assert session.query(Returned).count() == 9


def test_of_somebody_who_asked_for_it_nothing_is_kept(app: App, got: tuple[int, int], answering: str) -> None:
    made.came(app, letter("Paldies!", answering))
    with app.store.transaction() as session:
        asking.erase(session, NOW, got[0], app.seal)
    made.came(app, letter(f"Vēlreiz paldies! Mana jaunā adrese ir {NEW}", answering, number="b"))
    [row] = kept(app)
    one = seen(app, row.id)
    assert (one.text, one.subject, one.name, one.address, one.contact_id) == (None, None, "", "", None)
    assert made.contact_row(app, got[0]).moved_to is None


def test_a_subscriber_and_a_mail_in_doubt(app: App) -> None:
    with app.store.transaction() as session:
        mail = made.sent(session, None, mail="abonents@pasts.example", status="unconfirmed", sent_at=None)
        heads = made.answers(session, mail)
    made.came(app, letter(f"My new address is {NEW}", heads, AUTOMATIC, sender="abonents@pasts.example"))
    [row] = kept(app)
    assert (row.kind, seen(app, row.id).to_take, made.mail_row(app, mail).status) == ("moved", False, "sent")


def test_the_nearest_of_several_mails_is_answered_and_lists_are_of_one_release(app: App, got: tuple[int, int], answering: str) -> None:
    with app.store.transaction() as session:
        later = made.sent(session, got[0])
        follows = made.answers(session, later)
        release = session.get_one(ReleaseMail, later).sending_id
    made.came(app, letter("Otrā", follows, answering.replace("In-Reply-To", "References"), number="b"))
    made.came(app, letter("Pirmā", answering))
    assert [row.mail_id for row in kept(app)] == [later, got[1]]
    number = seen(app, kept(app)[0].id).release_id
    with app.store.transaction() as session:
        assert release and [one.text for one in replyreading.listed(session, app.seal, new=True)] == ["Pirmā", "Otrā"]
        assert [one.text for one in replyreading.listed(session, app.seal, new=True, release_id=number)] == ["Otrā"]
        assert replysettling.see(session, NOW, kept(app)[0].id, "x") and not replysettling.see(session, NOW, kept(app)[0].id, "y")
        assert replyreading.counts(session) == {"new": 1, "seen": 1}
        assert replyreading.counts(session, number) == {"new": 0, "seen": 1}
        assert [one.seen_by for one in replyreading.listed(session, app.seal, new=False)] == ["x"]
        assert replysettling.unsee(session, kept(app)[0].id) and not replysettling.unsee(session, kept(app)[0].id)
        with pytest.raises(OutreachError, match=r"pressreply\.error\.gone"):
            replysettling.see(session, NOW, 99, "x")


class Box:
    """A mailbox of one answer of the wire, which may break off before what it led to is written."""

    def __init__(self, *raw: bytes) -> None:
        self.raw = [Letter(number, one) for number, one in enumerate(raw, 1)]
        self.asked: list[str] = []

    def send(self, request: Request) -> Answer:
        self.asked.append(request.headers.get("X-After", ""))
        kind, body = bound([one for one in self.raw if not request.headers.get("X-After")])
        return Answer(request.url, 200, {"Content-Type": kind, "X-Next": "1:9", "X-Skipped": "0"}, body)


def test_the_look_into_the_mailbox_tells_the_press_room(tmp_path: Path) -> None:
    told = told_in(tmp_path, mail={"bounce_box": "imaps://x@127.0.0.1/INBOX", "bounce_to": made.BOUNCES})
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        with app.store.transaction() as session:
            number, mail = made.one(session, app.seal)
            answering = made.answers(session, mail)
        bounce = filled(letters.POSTFIX, WHO, made.returned_to(app, mail))
        box = Box(letter("Paldies!", answering), b"no mail at all", bounce, letter("Esmu prombūtnē līdz 5. janvārim.", answering, AUTOMATIC, number="b"))
        broken = Follower("r", lambda *_: None, lambda *_: lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            looking.look(app, cast("ImapWire", box), (FOLLOWER, broken))
        assert kept(app) == [] and made.mail_row(app, mail).returned_at is None
        [job] = [job for job in wiring.jobs() if job.name == "bounces"]
        assert isinstance(job.run, partial) and job.run(app, cast("ImapWire", box)) == 4
        assert job.run(app, cast("ImapWire", box)) == 0
        assert box.asked == ["", "", "1:9"]
        assert [row.kind for row in kept(app)] == ["reply", "away"]
        assert made.mail_row(app, mail).returned_at == NOW and made.contact_row(app, number).away_until == date(2027, 1, 5)
