"""The office's own mailboxes on a real Dovecot: what came back is read once, and our copies are found."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from outreach import wiring
from outreach.core.app import App
from outreach.core.errors import WireError
from outreach.core.http import Request
from outreach.core.imap import ImapWire
from outreach.core.testing import FixedClock
from outreach.postbox import copies, envelope, jobs, looking, places, stops
from outreach.postbox.models import MailboxPlace, Returned
from tests.outreach.postbox import letters
from tests.outreach.postbox.letters import READER, filled
from tests.support import dovecot
from tests.support.dovecot import PASSWORD, MailServer
from tests.support.offices import told_in

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


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
    """An office whose mailboxes lie in its own network, while sources may not."""
    box = f"imaps://{user}@localhost:{server.tls}/INBOX"
    monkeypatch.setenv("OUTREACH_COPIES_PASSWORD", PASSWORD)
    monkeypatch.setenv("OUTREACH_BOUNCES_PASSWORD", PASSWORD)
    told = told_in(
        tmp_path,
        http={"allow_private": False},
        mail={"copy_box": box, "bounce_box": box, "bounce_to": "bounces@birojs.example"},
    )
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as made:
        yield made


@pytest.fixture
def wire(server: MailServer) -> ImapWire:
    return ImapWire(allow_private=True, total_seconds=20, context=server.trust, clock=FixedClock(NOW))


def put(server: MailServer, user: str, *mails: bytes) -> None:
    with server.hand(user) as hand:
        for one in mails:
            assert hand.append("INBOX", "", NOW, one)[0] == "OK"


def bounce(app: App, number: int, mail: str = READER, **more: str) -> bytes:
    key = app.seal.sign_key(envelope.PURPOSE)
    back = envelope.return_address(key, app.settings.mail.bounce_to, f"d{number}", mail)
    return filled(letters.POSTFIX, mail, back, **more)


def stopped(app: App) -> list[str]:
    with app.store.reading() as session:
        return sorted(one.mail for one in stops.all_stopped(session))


def kinds(app: App) -> list[str]:
    with app.store.reading() as session:
        return list(session.scalars(select(Returned.kind).order_by(Returned.id)))


def test_copies_are_found_by_their_ids(app: App, server: MailServer, user: str, wire: ImapWire) -> None:
    put(server, user, *(f"Message-ID: <{name}@birojs.example>\r\nSubject: x\r\n\r\nx".encode() for name in ("a", "b")))
    ids = [f"<{name}@birojs.example>" for name in ("a", "none", "b", "a")]
    assert copies.find(app, ids, wire) == {"<a@birojs.example>", "<b@birojs.example>"}
    assert copies.find(app, [], wire) == set()
    # More than one conversation asks for.
    many = [f"<n{number}@birojs.example>" for number in range(230)]
    assert copies.find(app, [*many, ids[0]], wire) == {ids[0]}


def test_a_mailbox_that_cannot_be_read_is_never_an_empty_answer(
    app: App, server: MailServer, wire: ImapWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_COPIES_PASSWORD", "cita")
    with pytest.raises(WireError) as caught:
        copies.find(app, ["<a@birojs.example>"], wire)
    assert caught.value.key == "mailbox.login"
    unset = replace(app, settings=app.settings.model_copy(update={"mail": app.settings.mail.model_copy(update={"copy_box": ""})}))
    with pytest.raises(WireError) as caught:
        copies.find(unset, ["<a@birojs.example>"], wire)
    assert (caught.value.key, caught.value.permanent) == ("postbox.no_copies", True)
    # The wire of its own knows no authority that vouches for this server, but it does ask an address inside.
    with pytest.raises(WireError) as caught:
        copies.find(app, ["<a@birojs.example>"])
    assert caught.value.key == "http.tls"


def test_what_came_back_is_read_once(app: App, server: MailServer, user: str, wire: ImapWire) -> None:
    soft = bounce(app, 2, "cita@pasts.example", status="4.2.2", diagnostic="452 full")
    put(server, user, bounce(app, 1), soft, filled(letters.POSTFIX), filled(letters.AWAY))
    assert looking.look(app, wire) == 4
    assert (kinds(app), stopped(app)) == (["hard", "soft", "forged", "automatic"], [READER])
    assert looking.look(app, wire) == 0
    # The same letter once more, and the mailbox read anew from its beginning.
    put(server, user, soft)
    assert looking.look(app, wire) == 0
    with app.store.transaction() as session:
        session.get_one(MailboxPlace, looking.BOUNCES).place = ""
    assert looking.look(app, wire) == 0
    assert len(kinds(app)) == 4
    with server.hand(user) as hand:
        hand.select("INBOX")
        assert len(hand.search(None, "UNSEEN")[1][0].split()) == 5


def test_a_mailbox_fuller_than_one_conversation_is_read_to_its_end(app: App, server: MailServer, user: str, wire: ImapWire) -> None:
    put(server, user, *(bounce(app, number, f"l{number}@pasts.example") for number in range(1, 121)))
    assert looking.look(app, wire) == 120
    assert len(stopped(app)) == 120


class Broken(ImapWire):
    """Answers once, then the line is gone."""

    left = 1

    def send(self, request: Request) -> Any:
        if not self.left:
            raise WireError("http.broken", url="imaps://localhost/INBOX", host="localhost", reason="EOFError")
        self.left -= 1
        return super().send(request)


def test_what_was_read_before_the_line_broke_counts_and_the_rest_comes_later(
    app: App, server: MailServer, user: str, wire: ImapWire
) -> None:
    put(server, user, *(bounce(app, number, f"l{number}@pasts.example") for number in range(1, 61)))
    broken = Broken(allow_private=True, total_seconds=20, context=server.trust, clock=FixedClock(NOW))
    assert looking.look(app, broken) == 50
    with app.store.reading() as session:
        row = session.get_one(MailboxPlace, looking.BOUNCES)
        assert (row.error_key, row.looked_at) == ("http.broken", NOW)
    assert looking.look(app, wire) == 10
    with app.store.reading() as session:
        assert session.get_one(MailboxPlace, looking.BOUNCES).error_key is None
    assert len(stopped(app)) == 60


def test_killed_before_it_was_written_it_is_read_again(
    app: App, server: MailServer, user: str, wire: ImapWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(server, user, bounce(app, 1), bounce(app, 2, "cita@pasts.example"))
    real = looking.take
    taken: list[str] = []

    def dying(session: Any, now: datetime, mark: str, back: Any, proof: Any, followers: Any) -> bool:
        if taken:
            raise KeyboardInterrupt
        taken.append(mark)
        return real(session, now, mark, back, proof, followers)

    monkeypatch.setattr(looking, "take", dying)
    with pytest.raises(KeyboardInterrupt):
        looking.look(app, wire)
    assert (kinds(app), stopped(app)) == ([], [])
    monkeypatch.undo()
    monkeypatch.setenv("OUTREACH_BOUNCES_PASSWORD", PASSWORD)
    assert looking.look(app, wire) == 2
    assert len(stopped(app)) == 2


def test_a_mailbox_that_lets_nobody_in_is_noted_for_the_bell(
    app: App, wire: ImapWire, server: MailServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OUTREACH_BOUNCES_PASSWORD", "cita")
    assert looking.look(app, wire) == 0
    with app.store.reading() as session:
        [place] = places.unread(session, NOW - timedelta(hours=1))
    assert (place.host, place.error_key, place.looked_at) == ("localhost", "mailbox.login", None)
    assert not re.search("cita|kaste-", caplog.text + str(place))
    monkeypatch.setenv("OUTREACH_BOUNCES_PASSWORD", PASSWORD)
    looking.look(app, wire)
    with app.store.reading() as session:
        assert places.unread(session, NOW - timedelta(hours=1)) == []


def test_nothing_is_asked_where_no_mailbox_is_set(tmp_path: Path) -> None:
    with wiring.open_app(told_in(tmp_path), create=True, clock=FixedClock(NOW)) as made:
        assert looking.look(made) == 0
        assert [job.name for job in jobs.jobs()] == ["bounces", "bounces.tidy"]


def test_old_notes_are_thrown_away(app: App) -> None:
    with app.store.transaction() as session:
        for days in (364, 366):
            session.add(Returned(at=NOW - timedelta(days=days), kind="other", mark=str(days)))
    assert jobs.tidy(app) == 1
    assert kinds(app) == ["other"]
