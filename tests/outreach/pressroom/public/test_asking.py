"""The mail that asks back: once, in the asker's language, with a link that confirms; never twice where it may be out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import wiring
from outreach.core.app import App
from outreach.core.errors import WireError
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.pressroom.models import PressSubscriber
from outreach.pressroom.public import asking, subscribing
from tests.support.offices import told_in

MAIL = "redakcija@example.org"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[App, FixedClock, MemoryMailer]]:
    clock, mailer = FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)), MemoryMailer()
    with wiring.open_app(told_in(tmp_path), create=True, clock=clock) as app:
        yield wiring.with_mailer(app, mailer), clock, mailer


def ask(app: App, mail: str = MAIL, language: str = "lv") -> None:
    with app.store.transaction() as session:
        subscribing.ask(session, app.clock.now(), mail, language)


def states(app: App) -> list[str]:
    with app.store.reading() as session:
        return [*session.scalars(select(PressSubscriber.mail_state).order_by(PressSubscriber.id))]


@pytest.mark.parametrize(("language", "subject"), [("lv", "vai tas bijāt Jūs"), ("en", "was it you"), ("ru", "это были вы")])
def test_the_question_goes_once_with_a_link_that_confirms(office: tuple[App, FixedClock, MemoryMailer], language: str, subject: str) -> None:
    app, _, mailer = office
    ask(app, language=language)
    assert asking.tick(app) == 1 and asking.tick(app) == 0
    [message] = mailer.sent
    assert message.to == MAIL and subject in message.subject
    [link] = re.findall(r"http://127\.0\.0\.1:8000/prese/subscription/ask/(\S+)", message.text)
    assert message.html is not None and f"/ask/{link}" in message.html
    with app.store.transaction() as session:
        opened = subscribing.opening(session, app.clock.now(), link)
        assert opened is not None and opened.mail == MAIL
        [row] = session.scalars(select(PressSubscriber))
        assert row.token_hash is not None and link not in row.token_hash and row.mail_state == "sent"


@pytest.mark.parametrize(
    ("error", "state", "again"),
    [
        (WireError("mail.refused", permanent=True), "failed", 0),
        (WireError("mail.refused"), "due", 1),
        (WireError("mail.refused", ambiguous=True), "unconfirmed", 0),
        (RuntimeError("broken"), "unconfirmed", 0),
    ],
)
def test_what_may_be_out_is_not_sent_again(office: tuple[App, FixedClock, MemoryMailer], error: Exception, state: str, again: int) -> None:
    app, _, mailer = office
    mailer.refuse.append(error)
    ask(app)
    assert asking.tick(app) == 0 and states(app) == [state]
    assert asking.tick(app) == again == len(mailer.sent)


def test_a_relay_that_refuses_for_now_is_left_alone(office: tuple[App, FixedClock, MemoryMailer]) -> None:
    app, _, mailer = office
    mailer.refuse.append(WireError("mail.refused"))
    ask(app, "a@example.org")
    ask(app, "b@example.org")
    assert asking.tick(app) == 0 and states(app) == ["due", "due"] and mailer.sent == []
    assert asking.tick(app) == 2


def test_a_sender_that_died_leaves_a_question_nobody_repeats(office: tuple[App, FixedClock, MemoryMailer]) -> None:
    app, clock, mailer = office
    ask(app)
    with app.store.transaction() as session:
        assert asking._claim(session, 1) is not None and asking._claim(session, 1) is None
    asking.tick(app)
    assert states(app) == ["sending"]
    clock.step(timedelta(hours=1))
    asking.tick(app)
    assert states(app) == ["unconfirmed"] and mailer.sent == []


def test_what_nobody_waits_for_any_longer_is_not_sent_late(office: tuple[App, FixedClock, MemoryMailer]) -> None:
    app, clock, mailer = office
    ask(app)
    clock.step(timedelta(days=1))
    asking.tick(app)
    assert states(app) == ["failed"] and mailer.sent == []


def test_who_left_while_it_was_on_its_way_stays_gone(office: tuple[App, FixedClock, MemoryMailer]) -> None:
    app, clock, _ = office
    ask(app)
    with app.store.transaction() as session:
        letter = asking._claim(session, 1)
        assert letter is not None
        subscribing.leave(session, clock.now(), 1)
        asking._record(session, letter, "sent")
    assert states(app) == ["none"]
