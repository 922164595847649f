"""Mails with a link: at most once each, a token that only the mail holds, and the journey to a new password."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.core.app import App
from outreach.core.errors import WireError
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.people import keys, letters
from outreach.people.models import DoorKey, User
from outreach.people.sessions import hash_of
from tests.support.people import account


def due(app: App, kind: str = "reset", **other: object) -> int:
    user_id = account(app, "comms", password_hash="kept", **other)
    with app.store.transaction() as session:
        keys.mail(session, app.clock.now(), kind, user_id)
    return user_id


def row(app: App) -> DoorKey:
    with app.store.reading() as session:
        return session.scalars(select(DoorKey).order_by(DoorKey.id.desc())).first()  # type: ignore[return-value]


@pytest.mark.parametrize(("kind", "room"), [("reset", "reset"), ("welcome", "welcome")])
def test_a_mail_goes_once_and_holds_the_only_token(app: App, mailer: MemoryMailer, kind: str, room: str) -> None:
    due(app, kind)
    letters.tick(app)
    letters.tick(app)
    [mail] = mailer.sent
    found = re.search(rf"http://127\.0\.0\.1:8000/{room}/(\S+)", mail.text)
    assert found is not None and found.group(0) in (mail.html or "")
    assert mail.to == "comms@example.org"
    assert (row(app).mail_state, row(app).token_hash) == ("sent", hash_of(found.group(1)))
    with app.store.reading() as session:
        opening = keys.opening(session, app.clock.now(), found.group(1))
    assert opening is not None and opening.kind == kind


@pytest.mark.parametrize(("language", "word"), [("lv", "Labdien"), ("en", "Hello")])
def test_a_mail_speaks_its_reader_s_language(app: App, mailer: MemoryMailer, language: str, word: str) -> None:
    due(app, language=language)
    letters.tick(app)
    assert mailer.sent[0].text.startswith(word)


def test_a_mail_that_may_be_out_is_not_sent_again(app: App, mailer: MemoryMailer) -> None:
    mailer.refuse.append(WireError("mail.timeout", ambiguous=True))
    due(app)
    letters.tick(app)
    letters.tick(app)
    assert (row(app).mail_state, row(app).error_key, mailer.sent) == ("unconfirmed", "mail.timeout", [])


def test_a_fault_of_our_own_leaves_it_open_too(app: App, mailer: MemoryMailer) -> None:
    mailer.refuse.append(ValueError("broken"))
    due(app)
    letters.tick(app)
    assert row(app).mail_state == "unconfirmed"


def test_a_relay_that_refuses_for_now_is_asked_again_after_a_minute(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    mailer.refuse.append(WireError("mail.busy"))
    due(app)
    letters.tick(app)
    letters.tick(app)
    assert mailer.sent == [] and row(app).mail_state == "due"
    clock.step(timedelta(minutes=1))
    letters.tick(app)
    assert len(mailer.sent) == 1 and row(app).mail_state == "sent"


def test_a_relay_that_refuses_for_good_is_believed(app: App, mailer: MemoryMailer) -> None:
    mailer.refuse.append(WireError("mail.refused", permanent=True))
    due(app)
    letters.tick(app)
    assert (row(app).mail_state, row(app).error_key) == ("failed", "mail.refused")


def test_a_link_that_has_run_out_is_not_sent(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    due(app)
    clock.step(timedelta(minutes=30))
    letters.tick(app)
    assert mailer.sent == [] and (row(app).mail_state, row(app).error_key) == ("failed", "people.mail.late")


def test_nobody_who_is_switched_off_gets_a_link(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    due(app, disabled_at=clock.now())
    letters.tick(app)
    assert mailer.sent == [] and row(app).mail_state == "failed"


def test_what_a_dead_process_was_sending_waits_for_another_asking(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    due(app)
    with app.store.transaction() as session:
        key = session.scalars(select(DoorKey)).one()
        key.mail_state, key.claimed_by, key.claimed_at = "sending", "nobody-knows", clock.now()
    letters.tick(app)
    assert row(app).mail_state == "sending"
    clock.step(timedelta(minutes=11))
    letters.tick(app)
    assert row(app).mail_state == "unconfirmed" and mailer.sent == []


def test_the_news_of_a_new_password_has_no_link(app: App, mailer: MemoryMailer) -> None:
    user_id = account(app, "comms")
    with app.store.transaction() as session:
        keys.tell_changed(session, app.clock.now(), user_id)
    letters.tick(app)
    [mail] = mailer.sent
    assert "/reset/" not in mail.text and "nomainīta" in mail.subject and row(app).token_hash is None


def test_the_first_link_is_made_anew_until_somebody_is_there(app: App) -> None:
    first, second = letters.first_link(app), letters.first_link(app)
    assert first is not None and second is not None and first != second
    with app.store.reading() as session:
        assert keys.opening(session, app.clock.now(), first.rpartition("/")[2]) is None
        assert keys.opening(session, app.clock.now(), second.rpartition("/")[2]) is not None
    account(app, "administrator")
    assert letters.first_link(app) is None
    with app.store.reading() as session:
        assert keys.opening(session, app.clock.now(), second.rpartition("/")[2]) is None
        assert session.scalars(select(User)).one().role == "administrator"
