"""The IMAP wire before servers that lie, hang or flood: one clear error, in time, and no password where it must not go."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import WireError
from outreach.core.http import Request
from outreach.core.imap import ImapWire
from outreach.core.imap_letters import Letter, bound, letters
from outreach.core.testing import FixedClock
from tests.support.hostile import Hostile, Papers, Servers, Talk, papers, resolver, servers

SECRET = "s3cret-piemers"
Reply = bytes | Callable[[Talk], None] | None
FINE: dict[str, Reply] = {
    "greeting": b"* OK ready\r\n",
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
    "AUTHENTICATE": b"+ \r\n",
    "EXAMINE": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 12] ok\r\n",
    "SEARCH": b"* SEARCH 10 11\r\n",
    "SIZES": b"* 1 FETCH (UID 10 RFC822.SIZE 3)\r\n* 2 FETCH (UID 11 RFC822.SIZE 3)\r\n",
    "BODIES": b"* 1 FETCH (UID 10 BODY[] {3}\r\na\r\n)\r\n* 2 FETCH (UID 11 BODY[] {3}\r\nb\r\n)\r\n",
    "LOGOUT": b"* BYE\r\n",
}


class Script:
    """A server that answers each command with what the test says, then OK; None drops the line."""

    def __init__(self, context: ssl.SSLContext | None, **replies: Reply) -> None:
        self.replies = {**FINE, **replies}
        self.context = context
        self.heard: list[str] = []

    def __call__(self, talk: Talk) -> None:
        if self.context is not None:
            talk.line = self.context.wrap_socket(talk.line, server_side=True)
        file = talk.line.makefile("rb")
        with file:
            if not self.say(talk, "greeting"):
                return
            for line in file:
                self.heard.append(line.decode())
                tag, _, rest = line.decode().strip().partition(" ")
                if not self.answer(talk, file, tag, rest.upper()):
                    return

    def answer(self, talk: Talk, file: Any, tag: str, rest: str) -> bool:
        words = [word for word in rest.split() if word != "UID"]
        name = words[0] if words else ""
        if name == "FETCH":
            name = "SIZES" if "RFC822.SIZE" in rest else "BODIES"
        if not self.say(talk, name):
            return False
        if name == "AUTHENTICATE":
            self.heard.append(file.readline().decode())
        talk.send(f"{tag} OK done\r\n".encode())
        return name != "LOGOUT"

    def say(self, talk: Talk, name: str) -> bool:
        told = self.replies.get(name, b"")
        if callable(told):
            told(talk)
        elif told is not None:
            talk.send(told)
        return told is not None


@pytest.fixture(scope="module")
def trust() -> Papers:
    return papers()


@pytest.fixture
def started() -> Iterator[Servers]:
    with servers() as made:
        yield made


def wire(trust: Papers, **other: Any) -> ImapWire:
    clock = FixedClock(datetime(2026, 11, 26, tzinfo=UTC))
    return ImapWire(**{"allow_private": True, "total_seconds": 20, "context": trust.client(), "clock": clock, **other})


def asked(server: Hostile, scheme: str = "imaps") -> Request:
    return Request(f"{scheme}://zinas@127.0.0.1:{server.port}/Zinas", headers={"X-Password": SECRET})


def refused(imap: ImapWire, request: Request) -> WireError:
    with pytest.raises(WireError) as caught:
        imap.send(request)
    assert SECRET not in f"{caught.value} {caught.value.facts}"
    assert "zinas@" not in str(caught.value.facts.get("url"))
    return caught.value


def drip(talk: Talk) -> None:
    talk.drip(iter(lambda: b"* 1 EXISTS\r\n", None))


def flood(talk: Talk) -> None:
    # Until the client has enough: sending then fails, and that ends the script.
    while not talk.over.is_set():
        talk.send(b"* SEARCH " + b"1 " * 4_000 + b"\r\n")


def flood_of_lines(talk: Talk) -> None:
    while not talk.over.is_set():
        talk.send(b"* 1 X\r\n" * 1_000)


def test_an_honest_server_is_read(started: Servers, trust: Papers) -> None:
    script = Script(trust.server("127.0.0.1"))
    answer = wire(trust).send(asked(started.server(script, raw=True)))
    assert list(letters(answer.headers["content-type"], answer.body)) == [Letter(10, b"a\r\n"), Letter(11, b"b\r\n")]
    assert answer.headers["x-next"] == "7:11"
    assert any("EXAMINE" in line for line in script.heard)
    assert not any(word in line for line in script.heard for word in ("STORE", "SELECT", "EXPUNGE", "BODY["))


@pytest.mark.parametrize(
    ("replies", "key"),
    [
        ({"greeting": None}, "http.broken"),
        ({"greeting": Talk.hang}, "http.timeout"),
        ({"greeting": b"HTTP/1.1 400 Bad Request\r\n\r\n"}, "http.broken"),
        ({"greeting": b"* BYE too many\r\n"}, "http.broken"),
        ({"AUTHENTICATE": None}, "http.broken"),
        ({"AUTHENTICATE": Talk.hang}, "http.timeout"),
        ({"EXAMINE": Talk.hang}, "http.timeout"),
        ({"EXAMINE": drip}, "http.timeout"),
        ({"EXAMINE": flood_of_lines}, "http.too_big"),
        ({"SEARCH": flood}, "http.too_big"),
        ({"SEARCH": b"* SEARCH ten (\r\n"}, "http.broken"),
        ({"SIZES": b"* 1 FETCH (UID 10 RFC822.SIZE\r\n"}, "http.broken"),
        ({"SIZES": b"* 1 FETCH " + b"(" * 5_000 + b"\r\n"}, "http.broken"),
        ({"BODIES": b"* 1 FETCH (UID 10 BODY[] {99999999999}\r\n"}, "http.too_big"),
        ({"BODIES": b"* 1 FETCH (UID 10 BODY[] {2000000}\r\nabc"}, "http.timeout"),
        ({"BODIES": None}, "http.broken"),
    ],
    ids=lambda told: f"{next(iter(told))}-{str(next(iter(told.values())))[:12]}" if isinstance(told, dict) else told,
)
def test_trouble_is_one_clear_error(started: Servers, trust: Papers, replies: dict[str, Reply], key: str) -> None:
    server = started.server(Script(trust.server("127.0.0.1"), **replies), raw=True)
    error = refused(wire(trust, total_seconds=1.5 if key == "http.timeout" else 15), asked(server))
    assert error.key == key


def test_a_line_that_breaks_in_a_message_is_no_half_message(started: Servers, trust: Papers) -> None:
    def drop(talk: Talk) -> None:
        talk.send(b"* 1 FETCH (UID 10 BODY[] {2000}\r\nabc")
        raise OSError

    server = started.server(Script(trust.server("127.0.0.1"), BODIES=drop), raw=True)
    assert refused(wire(trust), asked(server)).key == "http.broken"


def test_a_message_that_is_larger_than_was_told_is_refused(started: Servers, trust: Papers) -> None:
    huge = b"* 1 FETCH (UID 10 BODY[] {3000000}\r\n" + b"x" * 3_000_000 + b")\r\n"
    server = started.server(Script(trust.server("127.0.0.1"), BODIES=huge), raw=True)
    assert refused(wire(trust, max_bytes=100_000), asked(server)).key == "http.too_big"


def test_a_certificate_for_another_name_gets_no_password(started: Servers, trust: Papers) -> None:
    script = Script(trust.server("cits.example"))
    assert refused(wire(trust), asked(started.server(script, raw=True))).key == "http.tls"
    assert script.heard == []


@pytest.mark.parametrize(
    "replies",
    [
        {},
        {"greeting": b"* PREAUTH welcome\r\n"},
        {"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n", "STARTTLS": None},
    ],
    ids=["not offered", "preauth", "dropped"],
)
def test_without_starttls_no_password_travels(started: Servers, trust: Papers, replies: dict[str, Reply]) -> None:
    script = Script(None, **replies)
    error = refused(wire(trust), asked(started.server(script, raw=True), "imap"))
    assert error.key == ("http.broken" if "STARTTLS" in replies else "mailbox.starttls")
    assert not any("AUTHENTICATE" in line or "LOGIN" in line for line in script.heard)


def test_what_was_said_before_tls_is_forgotten(started: Servers, trust: Papers) -> None:
    """A reply slipped in behind the OK would be read as the server's own under TLS."""

    def slip(talk: Talk) -> None:
        talk.send(b"A1 OK go\r\n* 1 EXISTS\r\nA2 OK\r\nA3 OK\r\nA4 OK\r\n")
        talk.line = trust.server("127.0.0.1").wrap_socket(talk.line, server_side=True)
        talk.hang()

    script = Script(None, CAPABILITY=b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n", STARTTLS=slip)
    error = refused(wire(trust, total_seconds=1.5), asked(started.server(script, raw=True), "imap"))
    assert error.key in {"http.timeout", "http.broken"}


@pytest.mark.parametrize(
    ("url", "headers", "key"),
    [
        ("https://zinas@mail.example/", {}, "http.scheme"),
        ("imaps:///x", {}, "http.url"),
        ("imaps://mail.example/x", {}, "http.url"),
        ("imaps://zinas:parole@mail.example/", {}, "http.userinfo"),
        ("imaps://zinas@mail.example/a%0D%0Ab", {}, "http.url"),
        ("imaps://zinas@mail.example:999999/", {}, "http.url"),
        ("imaps://zinas@mail.example/", {"X-Password": "a\r\nb"}, "http.header"),
        ("imaps://zinas@nav.example/", {}, "http.dns"),
        ("imaps://zinas@mail.example/", {}, "http.private_address"),
    ],
)
def test_what_cannot_be_asked_is_not(trust: Papers, url: str, headers: dict[str, str], key: str) -> None:
    imap = wire(trust, allow_private=False, resolve=resolver({"mail.example": ["::ffff:127.0.0.1", "10.0.0.1"]}))
    with pytest.raises(WireError) as caught:
        imap.send(Request(url, headers=headers))
    assert caught.value.key == key


def test_a_wire_that_was_stopped_says_so(started: Servers, trust: Papers) -> None:
    imap = wire(trust)
    imap.abort()
    assert refused(imap, asked(started.server(Script(trust.server("127.0.0.1")), raw=True))).key == "http.stopped"


@given(st.lists(st.tuples(st.integers(1, 2**32 - 1), st.binary(max_size=200)), max_size=6))
def test_messages_come_out_of_a_body_as_they_went_in(told: list[tuple[int, bytes]]) -> None:
    taken = [Letter(*one) for one in told]
    assert list(letters(*bound(taken))) == taken


@given(st.binary(max_size=300))
def test_a_body_of_anything_else_is_refused_or_read(body: bytes) -> None:
    try:
        read = list(letters('multipart/digest; boundary="a"', body))
    except ValueError:
        return
    assert b"--a--" in body
    assert all(one.uid for one in read) or b"X-Uid: 0" in body


def test_what_is_sought_is_asked_read_only(started: Servers, trust: Papers) -> None:
    script = Script(trust.server("127.0.0.1"))
    request = asked(started.server(script, raw=True))
    found = wire(trust).send(replace(request, headers={**request.headers, "X-Find": "<a.b-c@example.org>"}))
    assert found.body == b"<a.b-c@example.org>"
    said = [line.partition(" ")[2].strip() for line in script.heard]
    assert "UID SEARCH SINCE 26-Oct-2026 HEADER Message-ID <a.b-c@example.org>" in said
    assert not any(word in line for line in said for word in ("STORE", "SELECT", "FETCH"))


@pytest.mark.parametrize(
    "ids",
    [
        "a@example.org",
        '<a"b@example.org>',
        "<a\\b@example.org>",
        "<{5}@example.org>",
        "<a@example.org>\r\nA1 DELETE INBOX",
        "<*@example.org>",
        "<(a)@example.org>",
        "<ā@example.org>",
        "<a@b@example.org>",
        " ".join(["<a@example.org>"] * 101),
    ],
)
def test_nothing_but_ids_as_ours_is_sought(started: Servers, trust: Papers, ids: str) -> None:
    script = Script(trust.server("127.0.0.1"))
    request = asked(started.server(script, raw=True))
    error = refused(wire(trust), replace(request, headers={**request.headers, "X-Find": ids}))
    assert (error.key, error.permanent, script.heard) == ("http.header", True, [])


@pytest.mark.parametrize(
    ("replies", "key"),
    [
        ({"SEARCH": None}, "http.broken"),
        ({"SEARCH": b"* SEARCH a b\r\n"}, "http.broken"),
        ({"SEARCH": Talk.hang}, "http.timeout"),
        ({"SEARCH": flood}, "http.too_big"),
        ({"EXAMINE": Talk.hang}, "http.timeout"),
    ],
    ids=["cut", "nonsense", "silent", "flood", "folder"],
)
def test_a_search_that_fails_is_no_empty_answer(
    started: Servers, trust: Papers, replies: dict[str, Reply], key: str
) -> None:
    script = Script(trust.server("127.0.0.1"), **replies)
    request = asked(started.server(script, raw=True))
    imap = wire(trust, total_seconds=2, max_bytes=2**16)
    assert refused(imap, replace(request, headers={**request.headers, "X-Find": "<a@example.org>"})).key == key
