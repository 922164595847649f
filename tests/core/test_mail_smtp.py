"""Mails over a relay: taken, refused or in doubt, and never a word of it in the open."""

import base64
import itertools
import logging
import ssl
import threading
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from outreach.core.errors import OutreachError, WireError
from outreach.core.mail import Message, SmtpMailer, render
from tests.support.hostile import Hostile, Papers, Servers, Talk, papers, servers
from tests.support.relay import PASSWORD, Relay, Script, mail, relay

USER = "office"


@pytest.fixture(scope="module")
def trust() -> Papers:
    return papers()


@pytest.fixture
def wire() -> Iterator[Servers]:
    with servers() as started:
        yield started


@pytest.fixture
def plain() -> Iterator[Relay]:
    with relay() as started:
        yield started


def mailer(port: int, **other: Any) -> SmtpMailer:
    usual: dict[str, Any] = {
        "host": "127.0.0.1",
        "security": "none",
        "user": None,
        "password": None,
        "seconds": 10,
    }
    return SmtpMailer(port=port, **{**usual, **other})


def lost(sender: SmtpMailer, message: Message | None = None) -> WireError:
    with pytest.raises(WireError) as caught:
        sender.send(message or mail())
    return caught.value


def scripted(wire: Servers, **replies: bytes | None) -> tuple[Script, SmtpMailer, Hostile]:
    """Names of replies: the commands; `greeting` and `dot` for those without one."""
    script = Script({{"greeting": "", "dot": "."}.get(name, name.upper()): said for name, said in replies.items()})
    server = wire.server(script.act(), raw=True)
    return script, mailer(server.port), server


# Taken


def test_a_mail_arrives_whole(plain: Relay) -> None:
    message = mail(text="Labrīt!\n.\n..a\nFrom here\n", to="Anna <anna@press.test>")
    receipt = mailer(plain.port).send(message)
    assert (receipt.kind, receipt.detail) == ("smtp", "250 2.0.0 queued as 4711")
    assert plain.kept == [render(message)]
    assert plain.to == ["anna@press.test"]


@pytest.mark.parametrize("body", ["\n".join(f"{nth}. 👨‍👩‍👧 שלום" for nth in range(5000)), "", "a" * 100_000])
def test_big_and_odd_mails_arrive_whole(plain: Relay, body: str) -> None:
    mailer(plain.port).send(mail(text=body))
    assert plain.kept == [render(mail(text=body))]
    assert max(map(len, plain.kept[0].split(b"\r\n"))) <= 998


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_login_and_mail_go_under_tls(trust: Papers, security: str) -> None:
    with relay(trust.server("127.0.0.1"), login=True, tls=security == "tls") as taken:
        sender = mailer(taken.port, security=security, user=USER, password=PASSWORD, context=trust.client())
        sender.send(mail())
    assert taken.logins == [(USER.encode(), PASSWORD.encode())]
    assert len(taken.kept) == 1


def test_the_usual_authorities_are_asked_when_none_is_given(trust: Papers) -> None:
    with relay(trust.server("127.0.0.1")) as taken:
        error = lost(mailer(taken.port, security="starttls"))
    assert error.key == "mail.tls"


def test_the_older_way_to_log_in(wire: Servers, trust: Papers) -> None:
    script = Script({"EHLO": b"250-relay.test\r\n250 AUTH CRAM-MD5 LOGIN\r\n", "AUTH": b"334 UGFzc3dvcmQ6\r\n"})
    coded = base64.b64encode(PASSWORD.encode())
    script.replies[coded.decode().upper()] = b"235 welcome\r\n"
    server = wire.server(_under_tls(script, trust), raw=True)
    mailer(server.port, security="tls", user=USER, password=PASSWORD, context=trust.client()).send(mail())
    assert script.heard[:4] == ["EHLO", "AUTH", coded.decode().upper(), "MAIL"]


def test_what_the_relay_hears_in_which_order(wire: Servers) -> None:
    script, sender, _ = scripted(wire)
    assert sender.send(mail()).detail == "250 queued"
    assert script.heard == ["EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT"]
    assert b"".join(script.data) == render(mail())


@pytest.mark.parametrize("goodbye", [None, b"500 what\r\n", b"rubbish\r\n"])
def test_a_rude_goodbye_changes_nothing(wire: Servers, goodbye: bytes | None) -> None:
    _, sender, _ = scripted(wire, quit=goodbye)
    assert sender.send(mail()).detail == "250 queued"


def test_threads_send_at_once(plain: Relay) -> None:
    sender = mailer(plain.port)
    wanted = [mail(subject=f"Nr. {nth}") for nth in range(12)]
    threads = [threading.Thread(target=sender.send, args=(one,)) for one in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(plain.kept) == sorted(map(render, wanted))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_check_logs_in_and_leaves(trust: Papers, security: str) -> None:
    with relay(trust.server("127.0.0.1"), login=True, tls=security == "tls") as taken:
        mailer(taken.port, security=security, user=USER, password=PASSWORD, context=trust.client()).check()
        with pytest.raises(WireError) as caught:
            mailer(taken.port, security=security, user=USER, password="no", context=trust.client()).check()
    assert caught.value.key == "mail.login"
    assert len(taken.logins) == 2
    assert taken.kept == []


def test_a_check_hands_nothing_over(wire: Servers) -> None:
    script, sender, _ = scripted(wire)
    sender.check()
    assert script.heard == ["EHLO", "QUIT"]


# Refused


def test_later_twice_and_then_taken(plain: Relay) -> None:
    plain.at_data = ["451 4.3.0 try later", "451 4.3.0 try later"]
    sender = mailer(plain.port)
    for _ in range(2):
        error = lost(sender)
        assert (error.key, error.permanent, error.ambiguous) == ("mail.refused", False, False)
        assert (error.facts["code"], error.facts["answer"]) == (451, "4.3.0 try later")
    sender.send(mail())
    (content,) = plain.kept
    assert content == render(mail())


def test_one_of_three_is_unknown(plain: Relay) -> None:
    sender = mailer(plain.port)
    sender.send(mail(to="anna@press.test"))
    error = lost(sender, mail(to="gone@press.test"))
    sender.send(mail(to="ivars@press.test"))
    assert (error.key, error.permanent, error.ambiguous, error.facts["code"]) == (
        "mail.refused",
        True,
        False,
        550,
    )
    assert error.facts["answer"] == "5.1.1 <***@press.test>: no such user here"
    assert plain.to == ["anna@press.test", "ivars@press.test"]


STAGES = {
    "greeting": "connect",
    "ehlo": "connect",
    "mail": "sender",
    "rcpt": "recipient",
    "data": "data",
    "dot": "dot",
}


@pytest.mark.parametrize("step", STAGES)
@pytest.mark.parametrize("said", [b"421 4.3.2 closing", b"450 4.2.1 later", b"554 5.1.1 no"])
def test_a_refusal_at_any_step_is_clear(wire: Servers, step: str, said: bytes) -> None:
    _, sender, server = scripted(wire, **{step: said + b"\r\n"})
    error = lost(sender)
    # What the relay thinks of the way or of us is nothing that this mail could never get over.
    permanent = said[:1] == b"5" and STAGES[step] in ("recipient", "data", "dot")
    assert (error.key, error.permanent, error.ambiguous) == ("mail.refused", permanent, False)
    assert error.facts == {
        "host": "127.0.0.1",
        "port": server.port,
        "stage": STAGES[step],
        "code": int(said[:3]),
        "answer": said[4:].decode(),
    }


@pytest.mark.parametrize(
    ("said", "permanent"),
    [
        (b"550 5.1.1 no such user", True),
        (b"550 no such user", True),
        (b"552 5.2.2 full for good", True),
        (b"553 5.1.3 bad address", True),
        (b"554 5.7.1 relay access denied", False),
        (b"550 5.7.133 sender not authenticated", False),
        (b"530 5.7.0 authentication required", False),
        (b"503 bad sequence", False),
        (b"554 5.5.1 out of turn", False),
        (b"452 4.2.2 full", False),
    ],
)
def test_at_the_recipient_only_what_is_about_them_is_for_good(wire: Servers, said: bytes, permanent: bool) -> None:
    _, sender, _ = scripted(wire, rcpt=said + b"\r\n")
    error = lost(sender)
    assert (error.facts["stage"], error.permanent) == ("recipient", permanent)


def test_a_long_answer_of_many_lines_becomes_one_short_one(wire: Servers) -> None:
    said = b"".join(b"554-line \x1b[31m %d\r\n" % nth for nth in range(100)) + b"554 for anna.ozola@press.test\r\n"
    _, sender, _ = scripted(wire, rcpt=said)
    answer = str(lost(sender).facts["answer"])
    assert answer.startswith("line [31m 0 line [31m 1 ")
    assert len(answer) == 200
    assert answer.isprintable()


# In doubt


def test_taken_but_the_answer_was_lost_is_in_doubt(plain: Relay) -> None:
    plain.at_data = ["keep"]
    error = lost(mailer(plain.port))
    assert (error.key, error.permanent, error.ambiguous) == ("mail.unconfirmed", False, True)
    assert len(plain.kept) == 1


def test_lost_after_the_dot_looks_just_the_same(plain: Relay) -> None:
    # From here nobody can see whether the relay kept it: to say "not sent" would be a guess.
    plain.at_data = ["lose"]
    error = lost(mailer(plain.port))
    assert (error.key, error.permanent, error.ambiguous) == ("mail.unconfirmed", False, True)
    assert plain.kept == []


def test_an_answer_that_comes_too_late_is_in_doubt(plain: Relay) -> None:
    plain.at_data = ["slow"]
    error = lost(mailer(plain.port, seconds=1.0))
    assert (error.key, error.ambiguous) == ("mail.unconfirmed", True)
    assert len(plain.kept) == 1


@pytest.mark.parametrize("said", [b"", b"25", b"250 without an end", b"rubbish\r\n", b"354 go on\r\n", b"999 what\r\n"])
def test_an_answer_to_the_dot_that_is_none_is_in_doubt(wire: Servers, said: bytes) -> None:
    script = Script()

    def act(talk: Talk) -> None:
        script.replies["."] = None
        script.act()(talk)
        talk.send(said)

    server = wire.server(act, raw=True)
    assert lost(mailer(server.port)).ambiguous
    assert b"".join(script.data) == render(mail())


# Not sent


@pytest.mark.parametrize("step", ["greeting", "ehlo", "mail", "rcpt", "data"])
@pytest.mark.parametrize("said", [None, b"rubbish\r\n", b"199 odd\r\n", b"250 " + b"a" * 100_000 + b"\r\n"])
def test_lost_before_the_dot_is_clear(wire: Servers, step: str, said: bytes | None) -> None:
    if step in ("ehlo", "mail", "rcpt") and said == b"199 odd\r\n":
        said = b"354 odd\r\n"
    script, sender, _ = scripted(wire, **{step: said})
    error = lost(sender)
    assert (error.key, error.permanent, error.ambiguous) == ("mail.broken", False, False)
    assert script.data == []


def test_lost_in_the_middle_of_the_mail_is_clear(wire: Servers) -> None:
    def act(talk: Talk) -> None:
        with talk.line.makefile("rb") as lines:
            talk.send(b"220 relay.test\r\n")
            for said in (b"250 relay.test\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n"):
                lines.readline()
                talk.send(said)
            lines.read(50_000)

    error = lost(mailer(wire.server(act, raw=True).port), mail(text="a" * 20_000_000))
    assert (error.key, error.ambiguous) == ("mail.broken", False)


@pytest.mark.parametrize("step", ["", "EHLO", "MAIL", "DATA"])
def test_a_silence_before_the_dot_is_clear(wire: Servers, step: str) -> None:
    script = Script({step: None})

    def act(talk: Talk) -> None:
        script.act()(talk)
        talk.hang()

    error = lost(mailer(wire.server(act, raw=True).port, seconds=0.4))
    assert (error.key, error.permanent, error.ambiguous) == ("mail.timeout", False, False)
    assert error.facts["seconds"] == 0.4


@pytest.mark.parametrize("drip", [b"2", b"250-a\r\n"])
def test_a_dripping_relay_is_cut_when_the_whole_time_is_up(wire: Servers, drip: bytes) -> None:
    server = wire.server(lambda talk: talk.drip(itertools.repeat(drip), 0.02), raw=True)
    assert lost(mailer(server.port, seconds=0.4)).key == "mail.timeout"


def test_lines_without_end_are_not_read(wire: Servers) -> None:
    def pour(talk: Talk) -> None:
        while not talk.over.is_set():
            talk.send(b"220-" + b"a" * 60 + b"\r\n")

    assert lost(mailer(wire.server(pour, raw=True).port)).key == "mail.broken"


def test_nobody_listens(wire: Servers) -> None:
    server = wire.server(Talk.hang, raw=True)
    server.close()
    error = lost(mailer(server.port))
    assert (error.key, error.permanent, error.ambiguous) == ("mail.unreachable", False, False)
    assert error.facts == {"host": "127.0.0.1", "port": server.port, "stage": "connect"}


def test_a_relay_without_an_address() -> None:
    assert lost(mailer(25, host="a..b")).key == "mail.unreachable"


# Never in the open


def _under_tls(script: Script, trust: Papers) -> Any:
    def act(talk: Talk) -> None:
        talk.line = trust.server("127.0.0.1").wrap_socket(talk.line, server_side=True)
        script.act()(talk)

    return act


def stranger(trust: Papers) -> ssl.SSLContext:
    return papers().server("127.0.0.1")


def other_name(trust: Papers) -> ssl.SSLContext:
    return trust.server("elsewhere.test")


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", [stranger, other_name])
def test_with_a_wrong_certificate_nothing_is_sent(trust: Papers, security: str, wrong: Any) -> None:
    with relay(wrong(trust), login=True, tls=security == "tls") as taken:
        error = lost(mailer(taken.port, security=security, user=USER, password=PASSWORD, context=trust.client()))
    assert (error.key, error.permanent, error.ambiguous) == ("mail.tls", False, False)
    assert (taken.kept, taken.logins) == ([], [])


EHLO_TLS = b"250-relay.test\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n"


@pytest.mark.parametrize(
    "replies",
    [
        {},
        {"EHLO": EHLO_TLS, "STARTTLS": b"454 not now\r\n"},
        {"EHLO": EHLO_TLS, "STARTTLS": b"250 OK\r\n"},
        {"EHLO": EHLO_TLS, "STARTTLS": b"501 what\r\n"},
    ],
)
def test_without_starttls_nothing_is_sent(wire: Servers, trust: Papers, replies: dict[str, bytes | None]) -> None:
    script = Script(replies)
    server = wire.server(script.act(), raw=True)
    sender = mailer(server.port, security="starttls", user=USER, password=PASSWORD, context=trust.client())
    error = lost(sender)
    assert (error.key, error.permanent, error.ambiguous) == ("mail.starttls", False, False)
    assert set(script.heard) <= {"EHLO", "STARTTLS"}


def test_what_was_said_before_tls_does_not_count(wire: Servers, trust: Papers) -> None:
    inner = Script({"EHLO": b"250 relay.test\r\n", "": b""})
    before: list[str] = []

    def act(talk: Talk) -> None:
        # A stranger on the way adds an answer behind the 220, to be taken for one from inside.
        outer = Script({"EHLO": EHLO_TLS, "STARTTLS": b"220 ready\r\n250-evil\r\n250 AUTH PLAIN\r\n"}, heard=before)
        talk.send(outer.reply("") or b"")
        for verb in ("EHLO", "STARTTLS"):
            while b"\r\n" not in talk.line.recv(1000):
                pass
            talk.send(outer.reply(verb) or b"")
        talk.line = trust.server("127.0.0.1").wrap_socket(talk.line, server_side=True)
        inner.act()(talk)

    server = wire.server(act, raw=True)
    sender = mailer(server.port, security="starttls", user=USER, password=PASSWORD, context=trust.client())
    error = lost(sender)
    assert (error.key, error.facts["code"]) == ("mail.login", 504)
    assert inner.heard == ["EHLO"]


def test_a_wrong_password_is_said_without_the_password(trust: Papers) -> None:
    with relay(trust.server("127.0.0.1"), login=True) as taken:
        error = lost(mailer(taken.port, security="starttls", user=USER, password="wrong", context=trust.client()))
    # The reader has nothing to do with it: their mail still wants to go once the password is mended.
    assert (error.key, error.permanent, error.ambiguous) == ("mail.login", False, False)
    assert (error.facts["code"], error.facts["stage"]) == (535, "login")
    assert taken.kept == []


def test_a_password_never_goes_in_the_open() -> None:
    with pytest.raises(OutreachError) as caught:
        mailer(25, user=USER, password=PASSWORD)
    assert caught.value.key == "mail.open_login"
    with pytest.raises(OutreachError) as caught:
        mailer(25, security="plain")
    assert caught.value.key == "mail.security"


def test_a_forged_header_never_reaches_the_relay(plain: Relay) -> None:
    for change in (
        {"to": "x\r\nBcc: all@press.test"},
        {"subject": "a\r\nBcc: all@press.test"},
        {"to": "a@b, c@d"},
    ):
        with pytest.raises(OutreachError):
            mailer(plain.port).send(mail(**change))
    assert plain.kept == []


@pytest.mark.parametrize("step", ["AUTH", "MAIL", "RCPT", "DATA", "."])
def test_no_error_or_log_holds_body_or_password(
    wire: Servers, trust: Papers, caplog: pytest.LogCaptureFixture, step: str
) -> None:
    caplog.set_level(logging.DEBUG)
    coded = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    said = f"554 no: {PASSWORD} {coded} anna.ozola@press.test\r\n".encode()
    for reply in (said, None):
        script = Script({"AUTH": b"235 OK\r\n", step: reply})
        server = wire.server(_under_tls(script, trust), raw=True)
        sender = mailer(server.port, security="tls", user=USER, password=PASSWORD, context=trust.client())
        error = lost(sender, mail(text="Anna Ozola atgriežas", to="anna.ozola@press.test"))
        told = repr(error) + str(error) + "".join(traceback.format_exception(error)) + caplog.text + repr(sender)
        for secret in (PASSWORD, coded, "Ozola", "anna.ozola"):
            assert secret not in told
        assert error.__cause__ is None
        assert error.__context__ is None
