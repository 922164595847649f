"""Answers in doubt: found among the copies they are sent, absent they wait for a person; and whose mailbox has copies."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from outreach import wiring
from outreach.core.app import App
from outreach.core.errors import WireError
from outreach.core.http_values import Answer, Request
from outreach.core.testing import FixedClock
from outreach.people.models import AuditEntry
from outreach.tracker.letters import answering, copied, settling, taking
from outreach.tracker.letters.models import Letter
from outreach.tracker.models import Inquiry
from tests.outreach.rooms import NOW
from tests.outreach.tracker.letters.test_answering import Relay
from tests.outreach.tracker.letters.writing import OURS, said
from tests.support.offices import told_in

BOX = {"inquiry_to": OURS, "inquiry_box": "imaps://jautajumi@localhost/INBOX"}
COPIES = {"copy_to": "kopijas@birojs.example", "copy_box": "imaps://kopijas@localhost/INBOX"}


class Mailbox:
    """A mailbox that holds these Message-IDs, or does not answer."""

    def __init__(self, *held: str, error: WireError | None = None) -> None:
        self.held, self.error = held, error
        self.asked: list[Request] = []

    def send(self, request: Request) -> Answer:
        self.asked.append(request)
        if self.error is not None:
            raise self.error
        wanted = request.headers["X-Find"].split()
        return Answer(request.url, 200, {}, " ".join(one for one in wanted if one in self.held).encode())


def office(folder: Path, mail: dict[str, str]) -> Any:
    return wiring.open_app(told_in(folder, mail=dict[str, object](mail)), create=True, clock=FixedClock(NOW))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with office(tmp_path, {**BOX, **COPIES}) as made:
        relay = Relay(made.settings.folder / "mail")
        object.__setattr__(relay, "error", WireError("mail.unconfirmed", ambiguous=True))
        yield wiring.with_mailer(made, relay)


@pytest.fixture
def letter(app: App) -> Letter:
    with app.store.transaction() as session:
        taken = taking.take(session, NOW, app.seal, said("a"), (), {OURS})
    assert answering.send(app, "ieva", taken.inquiry_id or 0, "form:1", "Re: x", "Jā.") == "doubtful"
    with app.store.reading() as session:
        return session.scalars(select(Letter).where(Letter.direction == "out")).one()


def state(app: App) -> tuple[str, bool]:
    with app.store.reading() as session:
        row = session.scalars(select(Letter).where(Letter.direction == "out")).one()
        return row.state, session.get_one(Inquiry, row.inquiry_id).answered_at is not None


def test_what_lies_in_the_mailbox_has_gone_out(app: App, letter: Letter) -> None:
    box = Mailbox(letter.message_id)
    assert settling.look(app, box) == 1  # type: ignore[arg-type]
    assert state(app) == ("sent", True)
    assert [one.url for one in box.asked] == [BOX["inquiry_box"]]
    with app.store.reading() as session:
        trail = session.scalars(select(AuditEntry).where(AuditEntry.action == "answer")).all()
    assert [one.actor for one in trail] == ["schedule"]
    assert settling.look(app, box) == 0 and len(box.asked) == 1  # type: ignore[arg-type]


def test_what_is_absent_stays_for_a_person_and_is_looked_for_no_longer_than_a_day(app: App, letter: Letter) -> None:
    box = Mailbox()
    for _ in range(2):
        assert settling.look(app, box) == 0  # type: ignore[arg-type]
        assert state(app) == ("doubtful", False)
    app.clock.step(timedelta(days=1, minutes=1))  # type: ignore[attr-defined]
    assert settling.look(app, Mailbox(letter.message_id)) == 0  # type: ignore[arg-type]
    with app.store.transaction() as session:
        assert answering.settle(session, NOW, "ieva", letter.id) == letter.inquiry_id


def test_a_mailbox_that_does_not_answer_says_nothing(app: App, letter: Letter, caplog: pytest.LogCaptureFixture) -> None:
    assert settling.look(app, Mailbox(letter.message_id, error=WireError("mailbox.login"))) == 0  # type: ignore[arg-type]
    assert state(app) == ("doubtful", False) and "letters.answer.unsought" in caplog.messages


def test_one_under_way_is_looked_for_once_its_sender_is_gone(app: App, letter: Letter) -> None:
    with app.store.transaction() as session:
        session.get_one(Letter, letter.id).state = "going"
    assert settling.look(app, Mailbox(letter.message_id)) == 0  # type: ignore[arg-type]
    app.clock.step(timedelta(minutes=11))  # type: ignore[attr-defined]
    assert settling.look(app, Mailbox(letter.message_id)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mail", "to", "box"),
    [
        ({**BOX, **COPIES}, (OURS,), "inquiries"), (BOX, (OURS,), "inquiries"), ({"inquiry_to": OURS, **COPIES}, (COPIES["copy_to"],), "copies"),
        ({"inquiry_to": OURS}, (), None), ({"copy_to": COPIES["copy_to"]}, (), None),
    ],
)  # fmt: skip
def test_a_familys_words_lie_where_their_letters_do(tmp_path: Path, mail: dict[str, str], to: tuple[str, ...], box: str | None) -> None:
    with office(tmp_path, mail) as app:
        assert copied.addresses(app) == to
        found = copied.box(app)
        assert (found.name if found else None) == box


def test_the_copy_is_asked_for_and_nobody_sees_that(app: App, letter: Letter) -> None:
    (path,) = (app.settings.folder / "mail").glob("*.eml")
    raw = path.read_bytes()
    assert b"Bcc" not in raw and COPIES["copy_to"].encode() not in raw
    object.__setattr__(app.mailer, "error", None)
    answering.again(app, "ieva", letter.id)
    assert isinstance(app.mailer, Relay)
    assert [one.to for one in app.mailer.seen] == [("anna@pasts.example", OURS)] * 2
