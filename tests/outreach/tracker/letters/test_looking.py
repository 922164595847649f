"""The mailbox of inquiries on a real Dovecot: each letter once, whatever happens between reading and noting."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from outreach import wiring
from outreach.core.app import App
from outreach.core.imap import ImapWire
from outreach.core.testing import FixedClock
from outreach.postbox import places
from outreach.postbox.models import MailboxPlace
from outreach.tracker.letters import looking
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.models import Inquiry
from tests.outreach.rooms import NOW
from tests.outreach.tracker.letters.writing import OURS, PNG, letter
from tests.support import dovecot
from tests.support.dovecot import PASSWORD, MailServer
from tests.support.offices import told_in


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    reason = dovecot.missing()
    if reason:
        pytest.skip(reason)
    with dovecot.server() as started:
        yield started


@pytest.fixture
def user() -> str:
    return f"kaste-{uuid4().hex[:8]}"


@pytest.fixture
def app(server: MailServer, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("OUTREACH_INQUIRIES_PASSWORD", PASSWORD)
    box = f"imaps://{user}@localhost:{server.tls}/INBOX"
    told = told_in(tmp_path, mail={"inquiry_box": box, "inquiry_to": OURS})
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as made:
        yield made


@pytest.fixture
def wire(server: MailServer) -> ImapWire:
    return ImapWire(allow_private=True, total_seconds=60, context=server.trust, clock=FixedClock(NOW))


def put(server: MailServer, user: str, *mails: bytes) -> None:
    with server.hand(user) as hand:
        for one in mails:
            assert hand.append("INBOX", "", NOW, one.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))[0] == "OK"


def counts(app: App) -> tuple[int, int, int]:
    """Inquiries, letters, files that are kept."""
    with app.store.reading() as session:
        found = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Inquiry, Letter)]
        kept = select(func.count()).select_from(LetterFile).where(LetterFile.refused_key.is_(None))
        return found[0], found[1], session.scalar(kept) or 0


def test_letters_become_inquiries_once(app: App, server: MailServer, user: str, wire: ImapWire) -> None:
    put(
        server, user,
        letter("a", files=(("b.png", PNG), ("c.exe", b"MZ\x00"))), letter("a"),
        letter("b", follows=("<a@pasts.example>",)),
        letter("c", sender=OURS), letter("d", X_Loop=OURS), letter("e", Auto_Submitted="auto-replied"),
        b"From: janis@pasts.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nGribam",
    )  # fmt: skip
    assert looking.look(app, wire) == 4
    assert counts(app) == (2, 4, 1)
    assert looking.look(app, wire) == 0
    with server.hand(user) as hand:
        hand.select("INBOX", readonly=True)
        assert len(hand.search(None, "UNSEEN")[1][0].split()) == 7  # nothing there was changed


def test_killed_between_taking_and_the_place(
    app: App, server: MailServer, user: str, wire: ImapWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(server, user, *(letter(f"n{number}", files=(("b.png", PNG),)) for number in range(3)))
    taking = looking._taken
    seen: list[str] = []

    def killed(told: App, raw: bytes) -> str:
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(taking(told, raw))
        return seen[-1]

    with monkeypatch.context() as patch:
        patch.setattr(looking, "_taken", killed)
        with pytest.raises(KeyboardInterrupt):
            looking.look(app, wire)
    assert counts(app) == (2, 2, 2)
    assert looking.look(app, wire) == 1
    assert counts(app) == (3, 3, 3) and len(list((app.settings.folder / "letters").iterdir())) == 3


def test_two_hundred_letters_at_once(app: App, server: MailServer, user: str, wire: ImapWire) -> None:
    put(server, user, *(letter(f"n{number}", follows=(f"<n{number // 10 * 10}@pasts.example>",) if number % 10 else ()) for number in range(200)))
    assert looking.look(app, wire) == 200
    assert counts(app) == (20, 200, 0)


def test_a_mailbox_that_cannot_be_read_is_told(app: App, wire: ImapWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_INQUIRIES_PASSWORD", "cita")
    assert looking.look(app, wire) == 0
    with app.store.reading() as session:
        assert [(one.name, one.error_key) for one in places.unread(session, NOW)] == [("inquiries", "mailbox.login")]
        assert session.scalar(select(MailboxPlace.place)) == ""


def test_no_mailbox_no_look(tmp_path: Path) -> None:
    with wiring.open_app(told_in(tmp_path), create=True, clock=FixedClock(NOW)) as app:
        assert looking.look(app) == 0
