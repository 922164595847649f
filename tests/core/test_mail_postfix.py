"""Mails through a relay and a mailbox as offices have them: what we wrote is what the reader's program finds."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import trustme

from outreach.core.errors import WireError
from outreach.core.mail import Mould, Parcel, Picture, SmtpMailer, message_id
from tests.support import postfix
from tests.support.hostile import Talk, servers
from tests.support.relay import mail, parsed

SLOT = "slot-Zq3vT9xK_mail"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
TEXT = f"Labrīt!\n.\n12 raksti, divi kritiski.\nFrom here\nhttps://example.org/d/{SLOT}\n"
HTML = f'<p>Ģimene atgriezās</p><img src="cid:week@pictures" alt="Nedēļa"><a href="https://example.org/d/{SLOT}">…</a>'
MOULD = Mould.cast(text=TEXT, html=HTML, pictures=[Picture("week", PNG, "Nedēļa")], slots=[SLOT], mark="postfix")
HEADERS = (
    ("List-Id", "Rīta ziņas <zinas.example.org>"),
    ("List-Unsubscribe", f"<https://example.org/subscription/{'t' * 150}/off>"),
    ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
)


@pytest.fixture(scope="module")
def office() -> Iterator[postfix.Office]:
    reason = postfix.missing()
    if reason:
        pytest.skip(reason)
    with postfix.server() as started:
        yield started


@pytest.fixture
def box(request: pytest.FixtureRequest) -> str:
    """A mailbox of this test's own."""
    return "t" + message_id(request.node.nodeid, domain="a.test")[1:16]


def mailer(office: postfix.Office, **other: Any) -> SmtpMailer:
    usual: dict[str, Any] = {
        "host": "localhost",
        "port": office.smtp,
        "security": "starttls",
        "user": postfix.USER,
        "password": postfix.PASSWORD,
        "context": office.trust,
    }
    return SmtpMailer(**{**usual, **other})


def parcel(to: str, **other: Any) -> Parcel:
    usual: dict[str, Any] = {
        "message_id": message_id("digest", "2026-11-23", to, domain="example.org"),
        "sender": "Rīta ziņas <zinas@office.test>",
        "to": to,
        "subject": "12 raksti par mājupceļu: Ģimene no Šķaunes",
        "date": datetime(2026, 11, 23, 7, 0, tzinfo=timezone(timedelta(hours=2))),
        "headers": HEADERS,
        "fills": {SLOT: "m" * 100},
        "envelope": "bounces+d12-a1b2c3@office.test",
    }
    return MOULD.parcel(**{**usual, **other})


def said(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n").removesuffix("\n")


def test_what_was_sent_is_what_is_read(office: postfix.Office, box: str) -> None:
    with mailer(office).line() as line:
        receipt = line.send(parcel(f"{box}@press.test"))
    assert receipt.detail.startswith("250 2.0.0 Ok: queued as ")
    (content,) = office.mails(box, 1)
    made = parsed(content)
    assert made["From"] == "Rīta ziņas <zinas@office.test>"
    assert made["To"] == f"{box}@press.test"
    assert made["Subject"] == "12 raksti par mājupceļu: Ģimene no Šķaunes"
    assert made["Date"] == "Mon, 23 Nov 2026 07:00:00 +0200"
    assert made["Message-ID"] == message_id("digest", "2026-11-23", f"{box}@press.test", domain="example.org")
    assert made["Return-Path"] == "<bounces+d12-a1b2c3@office.test>"
    assert (made["Auto-Submitted"], made["MIME-Version"]) == ("auto-generated", "1.0")
    assert [made[name] for name, _ in HEADERS] == [value for _, value in HEADERS]
    assert "ESMTPSA" in str(made.get_all("Received", [])[1])  # under TLS and logged in
    text, rich = made.iter_parts()
    html, picture = rich.iter_parts()
    assert said(text) == TEXT.replace(SLOT, "m" * 100).removesuffix("\n")
    assert said(html) == HTML.replace(SLOT, "m" * 100)
    assert picture.get_content() == PNG
    assert picture["Content-ID"] == "<week@pictures>"
    # Nothing on the way had to code anything anew: the body is, byte for byte, the one that was cast.
    assert content.endswith(parcel(f"{box}@press.test").content.partition(b"\r\n\r\n")[2])


def test_one_line_many_readers_and_our_own_copy(office: postfix.Office, box: str) -> None:
    readers = [f"{box}{nth}" for nth in range(12)]
    with mailer(office, per_connection=5).line() as line:
        for reader in readers:
            line.send(parcel(f"{reader}@press.test", copies=[f"{box}copies@office.test"]))
    for reader in readers:
        assert [parsed(one)["To"] for one in office.mails(reader, 1)] == [f"{reader}@press.test"]
    copied = [parsed(one) for one in office.mails(f"{box}copies", len(readers))]
    assert sorted(one["To"] for one in copied) == sorted(f"{reader}@press.test" for reader in readers)
    assert not any(f"{box}copies" in str(one["To"]) + str(one["Cc"]) for one in copied)


def test_a_refused_reader_among_others(office: postfix.Office, box: str) -> None:
    copy = f"{box}copies@office.test"
    refused: dict[str, WireError] = {}
    with mailer(office).line() as line:
        for name in (f"{box}1", "gone", f"{box}2", "later", f"{box}3"):
            try:
                line.send(parcel(f"{name}@press.test", copies=[copy]))
            except WireError as error:
                refused[name] = error
    assert {name: (error.key, error.facts["stage"], error.permanent) for name, error in refused.items()} == {
        "gone": ("mail.refused", "recipient", True),
        "later": ("mail.refused", "recipient", False),
    }
    assert [len(office.mails(f"{box}{nth}", 1)) for nth in (1, 2, 3)] == [1, 1, 1]
    # Nothing of the two went to the copy, which the relay would have taken.
    assert len(office.mails(f"{box}copies", 3)) == 3
    office.settled()
    assert len(office.mails(f"{box}copies")) == 3


def test_a_refused_copy_stops_no_reader(office: postfix.Office, box: str) -> None:
    with mailer(office).line() as line:
        receipt = line.send(parcel(f"{box}@press.test", copies=["gone@press.test"]))
    assert [answer[:9] for answer in receipt.without] == ["550 5.1.1"]
    assert len(office.mails(box, 1)) == 1


def test_the_same_mail_again_is_the_same_bytes_with_the_same_identity(office: postfix.Office, box: str) -> None:
    """A relay keeps both: that it happens once is for whoever sends to see to."""
    for _ in range(2):
        with mailer(office).line() as line:
            line.send(parcel(f"{box}@press.test"))
    one, other = office.mails(box, 2)
    assert parsed(one)["Message-ID"] == parsed(other)["Message-ID"]
    assert one[one.index(b"\r\nFrom: ") :] == other[other.index(b"\r\nFrom: ") :]


def test_what_cannot_be_delivered_comes_back_to_the_envelope(office: postfix.Office, box: str) -> None:
    with mailer(office).line() as line:
        line.send(parcel("bounce@press.test", envelope=f"{box}+d12-a1b2c3@office.test"))
    (back,) = office.mails(box, 1)
    made = parsed(back)
    assert made.get_content_type() == "multipart/report"
    assert made["Return-Path"] == "<>"
    assert f"{box}+d12-a1b2c3@office.test" in str(made["To"])


def test_a_door_letter_goes_the_same_way(office: postfix.Office, box: str) -> None:
    mailer(office).send(mail(to=f"{box}@office.test", sender="zinas@office.test"))
    (content,) = office.mails(box, 1)
    assert said(next(parsed(content).iter_parts())) == mail().text.removesuffix("\n")


@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_with_a_wrong_certificate_nothing_is_sent(office: postfix.Office, box: str, wrong: str) -> None:
    if wrong == "name":
        # The same relay under a name that its certificate does not have.
        with servers() as wire:
            door = wire.server(_passed_on(office.smtp), raw=True, address="::1")
            error = _lost(mailer(office, host="::1", port=door.port), box)
    else:
        stranger = ssl.create_default_context()
        trustme.CA().configure_trust(stranger)
        error = _lost(mailer(office, context=stranger), box)
    assert (error.key, error.facts["stage"], error.permanent, error.ambiguous) == ("mail.tls", "connect", False, False)
    office.settled()
    assert office.mails(box) == []


def test_with_starttls_taken_out_nothing_is_sent(office: postfix.Office, box: str) -> None:
    with servers() as wire:
        door = wire.server(_passed_on(office.smtp, stripped=True), raw=True)
        error = _lost(mailer(office, host="127.0.0.1", port=door.port), box)
    assert (error.key, error.permanent, error.ambiguous) == ("mail.starttls", False, False)
    office.settled()
    assert office.mails(box) == []


def test_a_wrong_password_is_nobodys_address(office: postfix.Office, box: str) -> None:
    error = _lost(mailer(office, password="wrong"), box)
    assert (error.key, error.facts["code"], error.facts["stage"], error.permanent) == ("mail.login", 535, "login", False)
    mailer(office).check()


def test_without_a_login_the_refusal_is_about_us(office: postfix.Office, box: str) -> None:
    """Postfix keeps its no to a stranger back until the recipient: whoever took it for theirs would stop everybody."""
    error = _lost(mailer(office, user=None, password=None), box)
    assert (error.key, error.facts["stage"], error.permanent) == ("mail.refused", "recipient", False)


def test_a_mail_with_every_kind_of_line(office: postfix.Office, box: str) -> None:
    text = ".\n..\n.a\n" + "ā" * 3000 + "\n \n\tb \n" + "=20=\n" * 50 + "👨‍👩‍👧\u2028x\n"
    mould = Mould.cast(text=text + SLOT, html=None, slots=[SLOT], mark="odd")
    made = mould.parcel(
        message_id="<odd@office.test>",
        sender="zinas@office.test",
        to=f"{box}@press.test",
        subject="." * 70,
        date=datetime(2026, 11, 23, tzinfo=UTC),
        fills={SLOT: "." * 200},
    )
    with mailer(office).line() as line:
        line.send(made)
    (content,) = office.mails(box, 1)
    assert said(parsed(content)) == text + "." * 200
    assert parsed(content)["Subject"] == "." * 70


def _lost(sender: SmtpMailer, box: str) -> WireError:
    with pytest.raises(WireError) as caught, sender.line() as line:
        line.send(parcel(f"{box}@press.test"))
    return caught.value


def _passed_on(port: int, *, stripped: bool = False) -> Any:
    """Somebody on the way, who may take the offer of TLS out."""

    def act(talk: Talk) -> None:
        with socket.create_connection(("127.0.0.1", port)) as relay:

            def back() -> None:
                with suppress(OSError):  # we leave at once, as we should
                    while data := relay.recv(65_536):
                        talk.send(data.replace(b"250-STARTTLS\r\n", b"") if stripped else data)

            thread = threading.Thread(target=back, daemon=True)
            thread.start()
            try:
                while data := talk.line.recv(65_536):
                    relay.sendall(data)
            finally:
                relay.shutdown(socket.SHUT_RDWR)
                thread.join(5)

    return act
