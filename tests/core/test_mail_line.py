"""Many mails over one line: in order, together where the relay allows it, and none lost between two of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError, WireError
from outreach.core.mail import FolderMailer, Mould, Parcel, Receipt, SmtpMailer
from outreach.core.mail_line import Pace
from outreach.core.testing import MemoryMailer
from tests.support.hostile import Servers, Talk, servers
from tests.support.relay import Relay, Script, relay

ENVELOPE = ["MAIL", "RCPT", "DATA"]
PIPELINING = b"250-relay.test\r\n250-SIZE 10000000\r\n250 PIPELINING\r\n"
MOULD = Mould.cast(text="Labrīt!\n.\n", html="<p>Labrīt!</p>", mark="line")


@pytest.fixture
def wire() -> Iterator[Servers]:
    with servers() as started:
        yield started


@pytest.fixture
def plain() -> Iterator[Relay]:
    with relay() as started:
        yield started


def parcel(nth: int = 0, to: str = "anna@press.test", copies: tuple[str, ...] = ()) -> Parcel:
    return MOULD.parcel(
        message_id=f"<{nth}@example.org>",
        sender="Birojs <zinas@example.org>",
        to=to,
        subject=f"Nr. {nth}",
        date=datetime(2026, 11, 23, 7, tzinfo=UTC),
        copies=copies,
    )


def mailer(port: int, **other: Any) -> SmtpMailer:
    usual: dict[str, Any] = {"host": "127.0.0.1", "security": "none", "user": None, "password": None, "seconds": 10}
    return SmtpMailer(port=port, **{**usual, **other})


def scripted(wire: Servers, together: Any = False, **once: Any) -> tuple[Script, Any]:
    """A relay whose answers to a command (`dot` for the mail's end) are used up one by one; then it is friendly."""
    script = Script({"EHLO": PIPELINING} if together else {}, {{"dot": "."}.get(v, v.upper()): a for v, a in once.items()})
    return script, wire.server(script.act(), raw=True)


@dataclass
class Heard:
    """A note that keeps what it was told, and what the relay had heard by then."""

    script: Script | None = None
    told: list[str] = field(default_factory=list)
    receipt: Receipt | None = None
    stop: Exception | None = None

    def handing(self) -> None:
        self.told.append("handing" if self.script is None else f"handing {self.script.heard.count('.')}")
        if self.stop:
            raise self.stop

    def taken(self, receipt: Receipt) -> None:
        self.receipt = receipt
        self.told.append("taken" if self.script is None else f"taken {self.script.heard.count('.')}")

    def refused(self) -> None:
        self.told.append("refused")


# One connection


@pytest.mark.parametrize("together", [False, True])
def test_many_mails_go_over_one_connection(wire: Servers, together: bool) -> None:
    script, server = scripted(wire, together)
    with mailer(server.port).line() as line:
        assert server.connections == 0
        for nth in range(3):
            assert line.send(parcel(nth)) == Receipt("smtp", "250 queued")
    assert script.heard == ["EHLO", *[*ENVELOPE, "."] * 3, "QUIT"]
    assert server.connections == 1
    assert b"".join(script.data) == b"".join(parcel(nth).content for nth in range(3))


def test_a_real_relay_takes_them_whole(plain: Relay) -> None:
    with mailer(plain.port).line() as line:
        for nth in range(5):
            line.send(parcel(nth, copies=("birojs@example.org",)))
    assert plain.kept == [parcel(nth).content for nth in range(5)]
    assert plain.to == ["anna@press.test", "birojs@example.org"] * 5
    assert plain.connections == 1


def test_lines_that_begin_with_a_dot_are_doubled_on_the_way(plain: Relay) -> None:
    odd = replace(parcel(), content=b".X: y\r\n\r\n.\r\n..a\r\nb.\r\n.c\r\n")
    with mailer(plain.port).line() as line:
        line.send(odd)
    assert plain.kept == [odd.content]


def test_commands_go_together_where_the_relay_says_so(wire: Servers) -> None:
    """This relay answers nothing before it has heard all three: whoever waited for MAIL's answer would wait for ever."""
    heard: list[bytes] = []

    def act(talk: Talk) -> None:
        with talk.line.makefile("rb") as lines:
            talk.send(b"220 relay.test\r\n")
            lines.readline()
            talk.send(PIPELINING)
            for answer in (b"250 a\r\n250 b\r\n354 c\r\n", b"250 a\r\n250 b\r\n354 c\r\n"):
                heard.extend(lines.readline() for _ in ENVELOPE)
                talk.send(answer)
                while lines.readline() != b".\r\n":
                    pass
                talk.send(b"250 queued\r\n")

    with mailer(wire.server(act, raw=True).port).line() as line:
        line.send(parcel())
        line.send(parcel(1, to="ivars@press.test"))
    size = len(parcel().content)
    assert heard[:3] == [f"MAIL FROM:<zinas@example.org> SIZE={size}\r\n".encode(), b"RCPT TO:<anna@press.test>\r\n", b"DATA\r\n"]
    assert heard[4] == b"RCPT TO:<ivars@press.test>\r\n"


def test_with_copies_the_mail_is_not_opened_before_the_reader_is_taken(wire: Servers) -> None:
    before_data: list[bytes] = []

    def act(talk: Talk) -> None:
        talk.send(b"220 relay.test\r\n")
        with talk.line.makefile("rb") as lines:
            lines.readline()
            talk.send(PIPELINING)
            before_data.extend(lines.readline() for _ in range(3))
            talk.send(b"250 a\r\n550 5.1.1 gone\r\n250 c\r\n")
            before_data.append(lines.readline())
            talk.send(b"250 reset\r\n")

    with mailer(wire.server(act, raw=True).port).line() as line, pytest.raises(WireError) as caught:
        line.send(parcel(to="gone@press.test", copies=("birojs@example.org",)))
    assert [one.split(b" ")[0].strip().upper() for one in before_data] == [b"MAIL", b"RCPT", b"RCPT", b"QUIT"]
    assert (caught.value.permanent, caught.value.facts["stage"]) == (True, "recipient")


# A refusal is one mail's alone


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("said", [b"550 5.1.1 no such user\r\n", b"450 4.2.1 later\r\n"])
def test_a_refused_reader_stops_nobody_else(wire: Servers, together: bool, said: bytes) -> None:
    # A relay without a recipient refuses DATA too.
    script, server = scripted(wire, together, rcpt=[b"250 OK\r\n", said], data=[b"354 go on\r\n", b"554 5.5.1 nobody\r\n"] if together else [])
    with mailer(server.port).line() as line:
        line.send(parcel(1))
        with pytest.raises(WireError) as caught:
            line.send(parcel(2))
        line.send(parcel(3))
    assert (caught.value.key, caught.value.facts["stage"]) == ("mail.refused", "recipient")
    assert caught.value.permanent is said.startswith(b"5")
    asked = ENVELOPE if together else ENVELOPE[:2]
    assert script.heard == ["EHLO", *ENVELOPE, ".", *asked, "RSET", *ENVELOPE, ".", "QUIT"]
    assert server.connections == 1


def test_a_mail_that_is_open_for_nobody_is_left_without_a_dot(wire: Servers) -> None:
    script, server = scripted(wire, True, rcpt=[b"550 5.1.1 no such user\r\n"])
    with mailer(server.port).line() as line:
        with pytest.raises(WireError) as caught:
            line.send(parcel(1))
        assert (caught.value.key, caught.value.permanent) == ("mail.refused", True)
        assert "." not in script.heard
        line.send(parcel(2))
    assert server.connections == 2
    assert b"".join(script.data) == parcel(2).content


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(("step", "stage"), [("mail", "sender"), ("data", "data"), ("dot", "dot")])
def test_after_any_refusal_the_next_mail_goes(wire: Servers, together: bool, step: str, stage: str) -> None:
    script, server = scripted(wire, together, **{step: [b"554 5.6.0 no\r\n"]})
    with mailer(server.port).line() as line:
        with pytest.raises(WireError) as caught:
            line.send(parcel(1))
        assert (caught.value.facts["stage"], caught.value.permanent) == (stage, stage != "sender")
        line.send(parcel(2))
    assert script.heard.count(".") == (2 if step == "dot" else 1)
    assert server.connections == (2 if step == "mail" and together else 1)


@pytest.mark.parametrize("together", [False, True])
def test_a_copy_of_our_own_that_is_refused_stops_no_mail(wire: Servers, together: bool) -> None:
    script, server = scripted(wire, together, rcpt=[b"250 OK\r\n", b"550 5.1.1 <birojs@example.org>: no\r\n", b"250 OK\r\n"])
    with mailer(server.port).line() as line:
        receipt = line.send(parcel(copies=("birojs@example.org", "otrs@example.org")))
        assert receipt == Receipt("smtp", "250 queued", ("550 5.1.1 <***@example.org>: no",))
        assert line.send(parcel(1)).without == ()
    assert [line for line in script.lines if line.startswith("RCPT")][:3] == [
        "RCPT TO:<anna@press.test>",
        "RCPT TO:<birojs@example.org>",
        "RCPT TO:<otrs@example.org>",
    ]


# Connections come and go


def test_a_new_connection_after_so_many_mails(plain: Relay) -> None:
    with mailer(plain.port, per_connection=2).line() as line:
        for nth in range(5):
            line.send(parcel(nth))
    assert (len(plain.kept), plain.connections) == (5, 3)


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("said", [b"421 4.4.2 idle too long\r\n", None])
def test_a_line_that_closed_between_two_mails_is_made_anew(wire: Servers, together: bool, said: bytes | None) -> None:
    script, server = scripted(wire, together, mail=[b"250 OK\r\n", said])
    with mailer(server.port).line() as line:
        for nth in range(3):
            line.send(parcel(nth))
    assert server.connections == 2
    assert b"".join(script.data) == b"".join(parcel(nth).content for nth in range(3))


def test_but_only_once(wire: Servers) -> None:
    _, server = scripted(wire, mail=[b"250 OK\r\n", *[b"421 4.3.2 closing\r\n"] * 2])
    with mailer(server.port).line() as line:
        line.send(parcel(1))
        with pytest.raises(WireError) as caught:
            line.send(parcel(2))
        assert (caught.value.key, caught.value.facts["code"], caught.value.facts["stage"]) == ("mail.refused", 421, "sender")
        assert not caught.value.permanent
        assert server.connections == 2
        line.send(parcel(3))
    assert server.connections == 3


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_a_goodbye_within_a_mail_is_said(wire: Servers, step: str) -> None:
    _, server = scripted(wire, **{step: [b"250 OK\r\n" if step == "rcpt" else b"354 go on\r\n", b"421 4.3.2 closing\r\n"]})
    with mailer(server.port).line() as line:
        line.send(parcel(1))
        with pytest.raises(WireError) as caught:
            line.send(parcel(2))
        assert caught.value.facts["code"] == 421
        line.send(parcel(3))
    assert server.connections == 2


def test_a_silence_on_an_old_line_is_not_tried_again(wire: Servers) -> None:
    def act(talk: Talk) -> None:
        script.act()(talk)
        talk.hang()

    script = Script({}, {"MAIL": [b"250 OK\r\n", None]})
    server = wire.server(act, raw=True)
    with mailer(server.port, seconds=0.6).line() as line:
        line.send(parcel(1))
        with pytest.raises(WireError) as caught:
            line.send(parcel(2))
    assert (caught.value.key, caught.value.facts["stage"], caught.value.ambiguous) == ("mail.timeout", "sender", False)
    assert server.connections == 1


def test_each_mail_has_the_whole_time(wire: Servers) -> None:
    """Together they take longer than one may."""

    def act(talk: Talk) -> None:
        original = talk.send

        def slowly(*pieces: bytes) -> None:
            if pieces[0].startswith(b"354"):
                talk.over.wait(0.4)
            original(*pieces)

        talk.send = slowly  # type: ignore[method-assign]
        script.act()(talk)

    script = Script()
    server = wire.server(act, raw=True)
    with mailer(server.port, seconds=1.0).line() as line:
        for nth in range(4):
            line.send(parcel(nth))
    assert server.connections == 1


def test_a_relay_that_is_away_costs_each_mail_its_own_error(wire: Servers) -> None:
    server = wire.server(Talk.hang, raw=True)
    server.close()
    with mailer(server.port).line() as line:
        for nth in range(2):
            with pytest.raises(WireError) as caught:
                line.send(parcel(nth))
            assert (caught.value.key, caught.value.facts["stage"]) == ("mail.unreachable", "connect")


# Notes


@pytest.mark.parametrize("together", [False, True])
def test_a_note_is_told_before_the_dot_and_after_the_answer(wire: Servers, together: bool) -> None:
    script, server = scripted(wire, together)
    notes = [Heard(script), Heard(script)]
    with mailer(server.port).line() as line:
        for note in notes:
            line.send(parcel(), note)
    assert [note.told for note in notes] == [["handing 0", "taken 1"], ["handing 1", "taken 2"]]
    assert notes[0].receipt == Receipt("smtp", "250 queued")


def test_a_refused_dot_takes_it_back(wire: Servers) -> None:
    _, server = scripted(wire, dot=[b"451 4.3.0 later\r\n"])
    note = Heard()
    with mailer(server.port).line() as line, pytest.raises(WireError):
        line.send(parcel(), note)
    assert note.told == ["handing", "refused"]


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_without_a_dot_there_is_nothing_to_note(wire: Servers, step: str) -> None:
    _, server = scripted(wire, **{step: [None]})
    note = Heard()
    with mailer(server.port).line() as line, pytest.raises(WireError):
        line.send(parcel(), note)
    assert note.told == []


def test_what_a_note_raises_stops_the_mail(plain: Relay) -> None:
    trouble = OutreachError("mail.journal", folder="x", reason="full")
    with mailer(plain.port).line() as line:
        with pytest.raises(OutreachError) as caught:
            line.send(parcel(1), Heard(stop=trouble))
        assert caught.value is trouble
        line.send(parcel(2))
    assert plain.kept == [parcel(2).content]


# Pace


@given(st.integers(1, 600), st.lists(st.floats(0, 30), min_size=1, max_size=40))
def test_the_relay_gets_no_more_than_so_many_a_minute(per_minute: int, pauses: list[float]) -> None:
    pace, now, turns = Pace(per_minute), 1000.0, []
    for pause in pauses:
        now += pause
        now += pace.wait(now)
        turns.append(now)
    assert all(later - earlier >= 60 / per_minute - 1e-6 for earlier, later in pairwise(turns))


def test_without_a_limit_nobody_waits() -> None:
    pace = Pace(0)
    assert [pace.wait(5.0) for _ in range(3)] == [0.0] * 3


def test_who_sends_waits_in_the_callers_way(plain: Relay) -> None:
    rested: list[float] = []
    with mailer(plain.port, per_minute=6).line(rest=rested.append) as line:
        for nth in range(3):
            line.send(parcel(nth))
    assert len(plain.kept) == 3
    # Nobody slept, so that the turns lie further ahead each time.
    assert [round(seconds / 10) for seconds in rested] == [1, 2]


# Folders and memory


def test_a_folder_is_a_line_too(tmp_path: Path) -> None:
    note = Heard()
    with FolderMailer(tmp_path).line() as line:
        receipt = line.send(parcel(), note)
        assert line.send(parcel()) == receipt
        line.send(parcel(1))
    assert note.told == ["handing", "taken"]
    assert Path(receipt.detail).read_bytes() == parcel().content
    assert len(list(tmp_path.glob("*.eml"))) == 2


def test_a_note_stops_a_file_as_well(tmp_path: Path) -> None:
    with FolderMailer(tmp_path).line() as line, pytest.raises(OutreachError):
        line.send(parcel(), Heard(stop=OutreachError("mail.journal", folder="x", reason="full")))
    assert not list(tmp_path.glob("*.eml"))


def test_the_shipped_fake_speaks_the_same(tmp_path: Path) -> None:
    memory, note = MemoryMailer(refuse=[WireError("mail.unconfirmed", ambiguous=True)]), Heard()
    with memory.line() as line:
        with pytest.raises(WireError):
            line.send(parcel(), note)
        line.send(parcel(1), note)
    assert note.told == ["handing", "handing", "taken"]
    assert memory.parcels == [parcel(1)]
