"""Releases that came back: the mail says so, the address gets nothing more, and only a proof does anything."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.people.models import AuditEntry
from outreach.postbox import stops
from outreach.pressroom.contacts import editing, lists
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.models import ReleaseMail
from outreach.pressroom.sending import returns
from tests.outreach.postbox import letters
from tests.outreach.postbox.letters import filled
from tests.outreach.pressroom.sending import comeback as made
from tests.outreach.pressroom.sending.comeback import NOW, TODAY, WHO
from tests.support.offices import told_in


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with wiring.open_app(told_in(tmp_path), create=True, clock=FixedClock(NOW)) as opened:
        yield opened


@pytest.fixture
def got(app: App) -> tuple[int, int]:
    with app.store.transaction() as session:
        return made.one(session, app.seal)


def back(app: App, mail_id: int, **more: str) -> bytes:
    return filled(letters.POSTFIX, WHO, made.returned_to(app, mail_id), **more)


SOFT = {"status": "4.2.2", "diagnostic": "452 4.2.2 mailbox full"}


def test_an_address_that_is_gone_is_stopped_and_the_person_is_not(app: App, got: tuple[int, int]) -> None:
    number, mail = got
    raw = back(app, mail)
    assert made.came(app, raw) and not made.came(app, raw)
    row = made.mail_row(app, mail)
    assert (row.status, row.returned_at, row.returned_key) == ("sent", NOW, returns.HARD)
    assert made.contact_row(app, number).stopped_at is None
    with app.store.transaction() as session:
        assert [(one.mail, one.key) for one in stops.all_stopped(session)] == [(WHO, stops.GONE)]
        assert [one.reason for one in lists.recipients(session, [], [number], TODAY)] == [lists.RETURNED]
        editing.change(session, NOW, number, Draft(name="Jānis", mail="jauns@vestis.example"), app.seal)
        assert [one.reason for one in lists.recipients(session, [], [number], TODAY)] == [None]


def test_a_full_mailbox_is_told_and_later_a_dead_one(app: App, got: tuple[int, int]) -> None:
    _, mail = got
    made.came(app, back(app, mail, action="delayed", **SOFT))
    assert made.mail_row(app, mail).returned_at is None
    made.came(app, back(app, mail, **SOFT))
    made.came(app, back(app, mail, **SOFT, diagnostic2="x") + b"\r\n")
    assert made.mail_row(app, mail).returned_key == returns.SOFT
    made.came(app, back(app, mail), NOW + timedelta(hours=1))
    row = made.mail_row(app, mail)
    assert (row.returned_key, row.returned_at) == (returns.HARD, NOW)
    with app.store.reading() as session:
        assert len(stops.all_stopped(session)) == 1


def test_five_releases_of_a_quarter_that_find_a_full_mailbox_are_enough(app: App, got: tuple[int, int]) -> None:
    number, mail = got
    with app.store.transaction() as session:
        mails = [mail, *(made.sent(session, number) for _ in range(5))]
    stopped = []
    for at, one in enumerate(mails):
        # A week apart, but the first two, which are of one day.
        made.came(app, back(app, one, **SOFT), NOW + timedelta(weeks=max(at - 1, 0)))
        with app.store.reading() as session:
            stopped.append([held.key for held in stops.all_stopped(session)])
    assert stopped == [[]] * 5 + [[stops.UNREACHED]]


def test_whoever_complains_gets_nothing_more(app: App, got: tuple[int, int]) -> None:
    number, mail = got
    made.came(app, filled(letters.COMPLAINT, WHO, made.returned_to(app, mail), sent_to="abuse@example.org"))
    assert made.mail_row(app, mail).returned_at is None
    assert made.contact_row(app, number).stopped_why == returns.COMPLAINT
    with app.store.reading() as session:
        assert [(row.actor, row.action, row.subject_id) for row in session.query(AuditEntry)] == [("press", "stop", number)]


def test_what_came_back_was_sent(app: App, got: tuple[int, int]) -> None:
    number, _ = got
    with app.store.transaction() as session:
        doubtful = made.sent(session, number, status="unconfirmed", sent_at=None, claimed_at=NOW - timedelta(hours=2), error_key="mail.lost")
    made.came(app, back(app, doubtful))
    row = made.mail_row(app, doubtful)
    assert (row.status, row.sent_at, row.error_key, row.returned_key) == ("sent", NOW - timedelta(hours=2), None, returns.HARD)


@pytest.mark.parametrize("forge", [lambda told: told.replace("+r", "+r1"), lambda told: "bounces@example.org", lambda told: told[:-20] + "a@example.org"])
def test_what_is_forged_or_of_nobody_changes_nothing(app: App, got: tuple[int, int], forge: object) -> None:
    _, mail = got
    assert callable(forge)
    made.came(app, filled(letters.POSTFIX, WHO, forge(made.returned_to(app, mail))))
    assert made.mail_row(app, mail).returned_at is None
    with app.store.reading() as session:
        assert stops.all_stopped(session) == []


def test_an_erased_address_is_not_spoken_of_again(app: App, got: tuple[int, int]) -> None:
    _, mail = got
    raw = back(app, mail)
    with app.store.transaction() as session:
        session.get_one(ReleaseMail, mail).mail = "x@erased.invalid"
    made.came(app, raw)
    made.came(app, filled(letters.POSTFIX, WHO, made.returned_to(app, 9_999)))
    assert made.mail_row(app, mail).returned_at is None
