"""A morning through Postfix and Dovecot: sent with login and STARTTLS, read back by IMAP, doubts cleared by the copies."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import WireError
from outreach.core.imap import ImapWire
from outreach.core.mail import SILENT, Line, Note, Parcel, Receipt, SmtpMailer
from outreach.core.testing import FixedClock
from outreach.digest import looking
from outreach.postbox import stops
from tests.outreach.digest.mailroom import BEFORE, MORNING, office_of, reader, rows, states, tick, written
from tests.support import postfix
from tests.support.relay import parsed

ON_A_FILE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def relay() -> Iterator[postfix.Office]:
    reason = postfix.missing()
    if reason:
        pytest.skip(reason)
    with postfix.server() as started:
        yield started


@pytest.fixture
def office(
    store: Store, tmp_path: Path, relay: postfix.Office, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[App, FixedClock]]:
    for name in ("COPIES", "BOUNCES"):
        monkeypatch.setenv(f"OUTREACH_{name}_PASSWORD", postfix.PASSWORD)
    told: dict[str, object] = {
        "sender": "zinas@office.test",
        "copy_to": "copies@office.test",
        "copy_box": f"imaps://copies@localhost:{relay.imap}/INBOX",
        "bounce_to": "bounces@office.test",
    }
    way = SmtpMailer(
        host="localhost", port=relay.smtp, security="starttls", user=postfix.USER, password=postfix.PASSWORD,
        context=relay.trust,
    )  # fmt: skip
    clock = FixedClock(BEFORE)
    app = office_of(store, tmp_path, clock, way, mail=told)
    written(app, 3)
    yield app, clock
    for box in ("copies", "anna"):
        if relay.mails(box):
            relay.empty(box)


@dataclass(frozen=True)
class Losing:
    """The way through the relay, but for one reader no answer ever comes: the mail has gone (`gives`), or has not."""

    inner: SmtpMailer
    reader: str
    gives: bool

    @contextmanager
    def line(self, **more: object) -> Iterator[Line]:
        with self.inner.line() as line:
            yield _Losing(self, line)

    send = SmtpMailer.send


@dataclass(frozen=True)
class _Losing:
    way: Losing
    line: Line

    def send(self, parcel: Parcel, note: Note = SILENT) -> Receipt:
        if parcel.to[0] != self.way.reader:
            return self.line.send(parcel, note)
        note.handing()
        if self.way.gives:
            self.line.send(parcel)
        raise WireError("mail.unconfirmed", ambiguous=True, stage="dot")


@ON_A_FILE
def test_a_hundred_get_it_once_each_and_who_is_gone_is_stopped(
    office: tuple[App, FixedClock], relay: postfix.Office
) -> None:
    app, clock = office
    mails = [f"anna+{number}@press.test" for number in range(99)]
    for mail in (*mails, "gone@press.test"):
        reader(app, mail)
    clock.moment = MORNING
    assert len(tick(app)) == 99
    relay.settled()
    came = [parsed(content) for content in relay.mails("anna", 99)]
    assert Counter(str(mail["To"]) for mail in came) == dict.fromkeys(mails, 1)
    assert len(relay.mails("copies", 99)) == 99
    assert Counter(states(app)) == {"sent": 99, "failed": 1}
    with app.store.reading() as session:
        assert [one.mail for one in stops.all_stopped(session)] == ["gone@press.test"]
    one = came[0]
    assert one["Return-Path"].startswith("<bounces+d") and "Bcc" not in one
    assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in one.walk()][:3] == ["multipart/alternative", "text/plain", "text/html"]
    body = one.get_body(("plain",))
    assert body is not None and "Ģimene 1 atgriežas" in body.get_content()
    for row in rows(app):
        if row.status == "sent":
            assert row.receipt and "queued as" in row.receipt and "press.test" not in row.receipt


@ON_A_FILE
@pytest.mark.parametrize("gives", [True, False], ids=["it had gone", "it had not"])
def test_a_doubtful_mail_is_looked_for_among_the_copies_and_never_sent_by_guess(
    office: tuple[App, FixedClock], relay: postfix.Office, gives: bool
) -> None:
    app, clock = office
    for number in range(3):
        reader(app, f"anna+{number}@press.test")
    clock.moment = MORNING
    assert isinstance(app.mailer, SmtpMailer)
    tick(replace(app, mailer=Losing(app.mailer, "anna+1@press.test", gives)))
    assert states(app) == ["sent", "unconfirmed", "sent"]
    relay.settled()
    wire = ImapWire(allow_private=True, total_seconds=20, context=relay.trust)
    assert looking.look(app, wire) == (1 if gives else 0)
    tick(app)
    assert states(app)[1] == ("sent" if gives else "unconfirmed")
    relay.settled()
    came = Counter(str(parsed(content)["To"]) for content in relay.mails("anna", 2 + gives))
    assert came == {"anna+0@press.test": 1, "anna+2@press.test": 1, **({"anna+1@press.test": 1} if gives else {})}


@ON_A_FILE
def test_a_mailbox_of_copies_that_cannot_be_read_decides_nothing(
    office: tuple[App, FixedClock], relay: postfix.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, clock = office
    reader(app, "anna+1@press.test")
    clock.moment = MORNING
    assert isinstance(app.mailer, SmtpMailer)
    tick(replace(app, mailer=Losing(app.mailer, "anna+1@press.test", False)))
    monkeypatch.setenv("OUTREACH_COPIES_PASSWORD", "cita")
    wire = ImapWire(allow_private=True, total_seconds=20, context=relay.trust)
    assert looking.look(app, wire) == 0
    assert states(app) == ["unconfirmed"]
