"""What comes back, understood; and what strangers may send instead, which never stops us."""

import base64
import random
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.postbox.codes import code_of, hushed, is_unreached, judged
from outreach.postbox.reading import LONGEST, Back, read
from tests.outreach.postbox import letters
from tests.outreach.postbox.letters import READER, RETURN, filled

PACKED = base64.encodebytes(letters.GMAIL_REPORT.format(reader=READER).encode()).decode()


@pytest.mark.parametrize(
    ("letter", "code"),
    [
        (filled(letters.POSTFIX), "5.1.1"),
        (filled(letters.EXCHANGE), "5.1.10"),
        (filled(letters.GMAIL, packed=PACKED), "5.1.1"),
        (filled(letters.QMAIL), "5.1.1"),
        (filled(letters.EXIM), "5.1.1"),
    ],
    ids=["postfix", "exchange", "gmail", "qmail", "exim"],
)
def test_an_address_that_is_gone(letter: bytes, code: str) -> None:
    back = read(letter)
    [told] = back.told
    assert (back.kind, told.kind, told.code, told.mails, told.is_final) == ("hard", "hard", code, (READER,), True)
    assert RETURN in back.envelopes
    assert "berzina" not in told.answer.lower()


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "kind", "code"),
    [
        ("failed", "5.1.1", "550 5.1.1 User unknown", "hard", "5.1.1"),
        ("failed", "5.0.0", "550 5.1.1 no such user", "hard", "5.1.1"),
        ("failed", "5.0.0", "550 no such user here", "hard", "5.0.0"),
        ("failed", "5.1.2", "Host or domain name not found", "hard", "5.1.2"),
        ("failed", "5.4.4", "unable to route", "hard", "5.4.4"),
        ("failed", "5.2.1", "550 5.2.1 mailbox disabled", "hard", "5.2.1"),
        ("failed", "5.2.2", "552 5.2.2 mailbox full", "soft", "5.2.2"),
        ("failed", "5.0.0", "552 over quota", "soft", "5.2.2"),
        ("failed", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "hard", "5.4.1"),
        ("failed", "5.4.7", "delivery time expired", "soft", "5.4.7"),
        ("failed", "5.1.8", "sender's domain does not exist", "soft", "5.1.8"),
        ("failed", "5.7.1", "550 5.7.1 message rejected as spam", "soft", "5.7.1"),
        ("failed", "5.0.0", "554 blocked: see our policy", "soft", "5.7.0"),
        ("failed", "5.6.0", "554 lines too long", "hard", "5.6.0"),
        ("failed", "5.6.1", "554 media not supported", "soft", "5.6.1"),
        ("failed", "5.3.4", "552 5.3.4 too big", "soft", "5.3.4"),
        ("failed", "4.4.1", "connect: connection refused", "soft", "4.4.1"),
        ("failed", "4.7.0", "451 4.7.0 deferred", "soft", "4.7.0"),
        ("delayed", "4.4.1", "connection timed out", "soft", "4.4.1"),
        ("delayed", "5.1.1", "550 5.1.1 odd, but it still tries", "soft", "5.1.1"),
        ("failed", "", "no words", "soft", ""),
    ],
)
def test_what_a_status_means(action: str, status: str, diagnostic: str, kind: str, code: str) -> None:
    [told] = read(filled(letters.POSTFIX, action=action, status=status, diagnostic=diagnostic)).told
    assert (told.kind, told.code, told.is_final) == (kind, code, action == "failed")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_says_nothing_about_an_address(action: str) -> None:
    back = read(filled(letters.POSTFIX, action=action, status="2.0.0", diagnostic="250 ok"))
    assert (back.kind, back.told) == ("automatic", ())


def test_each_recipient_of_a_report_is_told_apart() -> None:
    two = letters.POSTFIX.replace(
        "Diagnostic-Code: smtp; {diagnostic}\n",
        "Diagnostic-Code: smtp; {diagnostic}\n\nFinal-Recipient: rfc822; kopijas@birojs.example\nAction: failed\nStatus: 4.2.2\n",
    )
    assert [(one.mails, one.kind) for one in read(filled(two)).told] == [
        ((READER,), "hard"),
        (("kopijas@birojs.example",), "soft"),
    ]


def test_the_mail_that_came_back_is_named() -> None:
    for letter in (letters.POSTFIX, letters.EXCHANGE):
        back = read(filled(letter))
        assert (back.message_id, back.returned_to) == ("<0123456789abcdef@birojs.example>", READER)


def test_a_complaint_and_what_is_none() -> None:
    back = read(filled(letters.COMPLAINT, sent_to="abuse@birojs.example"))
    assert (back.kind, back.told[0].kind, back.told[0].mails) == ("complaint", "complaint", (READER,))
    assert RETURN in back.envelopes
    for feedback in ("not-spam", "auth-failure"):
        assert read(filled(letters.COMPLAINT, feedback=feedback)).kind == "automatic"


def test_a_complaint_that_hides_the_address_is_read_from_the_mail_itself() -> None:
    hidden = letters.COMPLAINT.replace("Original-Rcpt-To: <{reader}>\n", "")
    assert read(filled(hidden)).told[0].mails == (READER,)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"X-Autoreply": "yes"},
        {"Precedence": "bulk"},
        {"Precedence": "AUTO_REPLY"},
        {"X-Auto-Response-Suppress": "All"},
    ],
)
def test_replies_of_machines(headers: dict[str, str]) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = READER, RETURN
    for name, value in headers.items():
        mail[name] = value
    mail.set_content("Esmu prom. 550 5.1.1")
    assert read(mail.as_bytes()) == Back("automatic", (), (RETURN,))
    assert read(filled(letters.AWAY)).kind == "automatic"


def test_a_letter_of_a_person_is_other() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Auto-Submitted"] = READER, RETURN, "no"
    mail.set_content(f"Vai {READER} ir 550 5.1.1?")
    assert read(mail.as_bytes()) == Back("other", (), (RETURN,))


def test_a_plain_bounce_reads_no_further_than_to_the_copy() -> None:
    assert [one.mails for one in read(filled(letters.QMAIL)).told] == [(READER,)]


def test_a_warning_of_delay_in_words() -> None:
    late = letters.EXIM.replace("550 5.1.1 User unknown", "451 4.7.1 greylisted\n\nNo action is required; we will keep trying.")
    [told] = read(filled(late)).told
    assert (told.kind, told.is_final) == ("soft", False)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (("5.1.1",), "5.1.1"),
        (("5.0.0", "smtp; 550 5.1.1 x"), "5.1.1"),
        (("4.0.0", "550 5.1.1 x"), "4.0.0"),
        (("", "smtp; 552 full"), "5.0.0"),
        (("5.01.01",), "5.1.1"),
        (("10.5.1.1 and 192.0.2.55.1.1",), ""),
        (("nothing",), ""),
    ],
)
def test_the_most_telling_status(texts: tuple[str, ...], code: str) -> None:
    assert code_of(*texts) == code


@pytest.mark.parametrize(
    ("code", "unreached"),
    [
        ("", True), ("4.0.0", True), ("4.4.1", True), ("4.2.2", True), ("5.2.2", True), ("5.4.7", True),
        ("4.7.0", False), ("5.7.1", False), ("5.2.3", False), ("5.3.4", False), ("5.1.8", False), ("5.1.1", False), ("5.6.1", False),
    ],
)
def test_what_keeps_a_reader_from_mail(code: str, unreached: bool) -> None:
    assert is_unreached(code) is unreached


def test_a_relays_words_name_nobody() -> None:
    said = hushed("550 <Liga.Berzina@pasts.example>: liga.berzina\r\nunknown\u2028; ask a@b.example " + "x" * 900, READER)
    assert said.startswith("550 <***>: *** unknown ; ask *** x")
    assert len(said) == 300


@given(st.text(max_size=300), st.text(max_size=300), st.booleans())
def test_any_refusal_is_hard_or_soft(status: str, answer: str, is_final: bool) -> None:
    kind, code = judged(code_of(status, answer), answer, is_final=is_final)
    assert kind in ("hard", "soft")
    assert kind == "soft" or (is_final and code.startswith("5."))
    assert len(code) <= 12


@given(st.binary(max_size=3_000))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert isinstance(read(raw), Back)


ALL = [letters.POSTFIX, letters.EXCHANGE, letters.QMAIL, letters.EXIM, letters.COMPLAINT, letters.AWAY]


@given(st.sampled_from(ALL), st.integers(0, 4_000), st.integers(0, 2**32))
def test_a_letter_cut_off_and_damaged_is_read(letter: str, end: int, seed: int) -> None:
    raw = bytearray(filled(letter)[:end])
    dice = random.Random(seed)
    for _ in range(dice.randrange(30)):
        if raw:
            raw[dice.randrange(len(raw))] = dice.randrange(256)
    back = read(bytes(raw))
    assert len(back.told) <= 50
    assert all(len(told.answer) <= 300 and len(told.code) <= 12 for told in back.told)


@given(st.sampled_from(["utf-8", "no-such", "utf-16", "idna", "zip", "\u00e9", "x" * 200]))
def test_a_character_set_that_is_none(charset: str) -> None:
    for letter in ALL:
        read(filled(letter).replace(b"charset=utf-8", f'charset="{charset}"'.encode()))


def nested(depth: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(depth)
    )


HOSTILE = {
    "nested": nested(50) + filled(letters.POSTFIX),
    "nested too deeply": nested(5_000),
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 9_000,
    "a header without end": b"To: " + b"a@b.example, " * 40_000,
    "a header of brackets": b"To: " + b"(<\"" * 100_000 + b"\r\n\r\n",
    "blocks without end": filled(letters.POSTFIX).replace(b"Final-Recipient", b"Final-Recipient: rfc822; a@b.example\r\n\r\n" * 9_000),
    "fields without end": filled(letters.POSTFIX).replace(b"Reporting-MTA", b"A: b\r\n" * 40_000 + b"Reporting-MTA"),
    "folded without end": filled(letters.POSTFIX).replace(b"Status: ", b"Status: " + b"\r\n x" * 40_000),
    "letters of one kind": filled(letters.QMAIL).replace(b"Sorry", b"a" * 200_000),
    "addresses without end": filled(letters.QMAIL).replace(b"Sorry", b"<a@b.example>: 5.1.1\r\n\r\n" * 9_000),
    "dots": filled(letters.QMAIL).replace(b"Sorry", b"5.1." * 60_000),
    "ats": filled(letters.EXIM).replace(b"host", b"a@" * 100_000),
    "dashes": filled(letters.EXIM).replace(b"host", b"\n-" * 100_000),
    "large": filled(letters.POSTFIX) + b"x" * 9 * LONGEST,
}


@settings(deadline=None)
@given(st.sampled_from(sorted(HOSTILE)))
def test_what_is_made_to_be_slow(name: str) -> None:
    back = read(HOSTILE[name])
    assert len(back.told) <= 50
    assert len(back.envelopes) <= 20
