"""The IMAP wire against a real Dovecot: what is new comes once, oldest first, and nothing is touched."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest

from outreach.core.errors import WireError
from outreach.core.http import Request
from outreach.core.imap import ImapWire
from outreach.core.imap_letters import letters
from outreach.core.testing import FixedClock
from tests.support import dovecot
from tests.support.dovecot import PASSWORD, MailServer

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
    return f"zinas-{uuid4().hex[:8]}"


def wire(server: MailServer, **other: Any) -> ImapWire:
    return ImapWire(
        **{"allow_private": True, "total_seconds": 20, "context": server.trust, "clock": FixedClock(NOW), **other}
    )


def mail(subject: str, size: int = 0) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = (
        "Avīze <avize@example.org>",
        subject,
        f"<{subject}@example.org>",
    )
    message.set_content("x" * 70 + "\n" + ("y" * 70 + "\n") * (size // 70))
    return message.as_bytes()


def put(server: MailServer, user: str, *mails: bytes, folder: str = "INBOX", at: datetime = NOW) -> None:
    with server.hand(user) as hand:
        hand.create(folder)
        for one in mails:
            assert hand.append(folder, "", at, one)[0] == "OK"


def request(
    server: MailServer, user: str, folder: str = "", scheme: str = "imaps", password: str = PASSWORD, **headers: str
) -> Request:
    port = server.tls if scheme == "imaps" else server.plain
    sent = {"X-Password": password, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Request(f"{scheme}://{user}@localhost:{port}/{folder}", headers=sent)


def subjects(answer: Any) -> list[str]:
    told = [one.raw for one in letters(answer.headers["Content-Type"], answer.body)]
    return [line.split(b": ")[1].decode() for raw in told for line in raw.splitlines() if line.startswith(b"Subject:")]


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_new_messages_come_once_and_stay_unread(server: MailServer, user: str, scheme: str) -> None:
    put(server, user, mail("a"), mail("b"))
    first = wire(server).send(request(server, user, scheme=scheme))
    assert (first.status, subjects(first), first.headers["X-Skipped"]) == (200, ["a", "b"], "0")
    assert user not in first.url
    again = wire(server).send(request(server, user, scheme=scheme, X_After=first.headers["X-Next"]))
    assert (subjects(again), again.headers["X-Next"]) == ([], first.headers["X-Next"])
    put(server, user, mail("c"))
    third = wire(server).send(request(server, user, scheme=scheme, X_After=first.headers["X-Next"]))
    assert subjects(third) == ["c"]
    with server.hand(user) as hand:
        hand.select("INBOX")
        assert hand.search(None, "UNSEEN")[1] == [b"1 2 3"]


def test_a_message_comes_byte_for_byte(server: MailServer, user: str) -> None:
    raw = b"From: a@example.org\r\nSubject: =?windows-1257?Q?=E2?=\r\n\r\n\xe2\xe7\r\n--x\r\n.\r\n\r\n"
    put(server, user, raw)
    answer = wire(server).send(request(server, user))
    assert [one.raw for one in letters(answer.headers["Content-Type"], answer.body)] == [raw]


def test_only_the_last_week_of_a_new_folder_is_read(server: MailServer, user: str) -> None:
    put(server, user, mail("old"), at=NOW - timedelta(days=9))
    none = wire(server).send(request(server, user))
    assert (subjects(none), none.headers["X-Next"].rpartition(":")[2]) == ([], "1")
    put(server, user, mail("young"), at=NOW - timedelta(days=6))
    assert subjects(wire(server).send(request(server, user))) == ["young"]


def test_a_folder_made_anew_is_read_anew(server: MailServer, user: str) -> None:
    put(server, user, mail("a"), folder="Zinas")
    first = wire(server).send(request(server, user, "Zinas"))
    validity, _, uid = first.headers["X-Next"].partition(":")
    other = wire(server).send(request(server, user, "Zinas", X_After=f"{int(validity) + 1}:{uid}"))
    assert (subjects(other), other.headers["X-Next"]) == (["a"], first.headers["X-Next"])


def test_a_folder_with_letters_of_any_language(server: MailServer, user: str) -> None:
    put(server, user, mail("a"), folder="Zi&AUY-as")
    assert subjects(wire(server).send(request(server, user, "Zi%C5%86as"))) == ["a"]


def test_fifty_at_a_time(server: MailServer, user: str) -> None:
    put(server, user, *(mail(f"n{number}") for number in range(53)))
    first = wire(server).send(request(server, user))
    rest = wire(server).send(request(server, user, X_After=first.headers["X-Next"]))
    assert [*subjects(first), *subjects(rest)] == [f"n{number}" for number in range(53)]
    assert len(subjects(first)) == 50


def test_as_much_as_there_is_room_for_and_larger_ones_are_counted(server: MailServer, user: str) -> None:
    put(server, user, mail("a", 4_000), mail("huge", 50_000), mail("b", 4_000), mail("c", 4_000))
    small = wire(server, max_bytes=10_000)
    first = small.send(request(server, user))
    assert (subjects(first), first.headers["X-Skipped"]) == (["a", "b"], "1")
    second = small.send(request(server, user, X_After=first.headers["X-Next"]))
    assert (subjects(second), second.headers["X-Skipped"]) == (["c"], "0")


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"password": "wrong"}, "mailbox.login"),
        ({"password": "", "X_Token": "abc"}, "mailbox.login"),
        ({"folder": "Nav"}, "mailbox.folder"),
    ],
    ids=["password", "token", "folder"],
)
def test_a_refusal_is_told_without_secrets(server: MailServer, user: str, asked: dict[str, str], key: str) -> None:
    with pytest.raises(WireError) as caught:
        wire(server).send(request(server, user, **asked))
    assert caught.value.key == key
    told = f"{caught.value} {caught.value.facts}"
    assert user not in told
    assert "wrong" not in told
    assert caught.value.__cause__ is None


def test_a_stranger_to_our_authorities_gets_no_password(server: MailServer, user: str) -> None:
    for scheme in ("imaps", "imap"):
        with pytest.raises(WireError) as caught:
            wire(server, context=ssl.create_default_context()).send(request(server, user, scheme=scheme))
        assert caught.value.key == "http.tls"


def test_own_network_is_not_asked(server: MailServer, user: str) -> None:
    with pytest.raises(WireError) as caught:
        wire(server, allow_private=False).send(request(server, user))
    assert caught.value.key == "http.private_address"


def sought(server: MailServer, user: str, *ids: str, **how: Any) -> list[str]:
    return wire(server, **how).send(request(server, user, X_Find=" ".join(ids))).body.decode().split()


def test_messages_are_found_by_their_ids_and_stay_unread(server: MailServer, user: str) -> None:
    put(server, user, mail("a"), mail("b"))
    put(server, user, mail("old"), at=NOW - timedelta(days=33))
    ids = [f"<{name}@example.org>" for name in ("b", "none", "a", "old")]
    assert sought(server, user, *ids) == ["<b@example.org>", "<a@example.org>"]
    assert sought(server, user) == []
    # Part of one is none.
    assert sought(server, user, "<a@example.or>") == []
    with server.hand(user) as hand:
        hand.select("INBOX")
        assert hand.search(None, "UNSEEN")[1] == [b"1 2 3"]


def test_a_hundred_are_sought_in_one_conversation(server: MailServer, user: str) -> None:
    put(server, user, *(mail(f"n{number}") for number in range(40)))
    ids = [f"<n{number}@example.org>" for number in range(100)]
    assert sought(server, user, *ids) == ids[:40]
