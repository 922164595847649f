"""Mails as values and as bytes.

A message says everything itself, its date and its Message-ID too, so that the same message is the same bytes
whenever it is written: what is sent again after a doubt is recognised as the one from before.
"""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.message import Message as Mime
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime
from typing import Any

from outreach.core.errors import OutreachError

_POLICY = compat32.clone(linesep="\r\n", max_line_length=76, mangle_from_=False)
# What ends a line somewhere: for mail servers, for Python, for Unicode; and the control characters that end
# worse.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NAME = re.compile(r"[!-9;-~]{1,70}")
_STRUCTURE = re.compile(
    r"from|to|cc|bcc|sender|subject|date|message-id|mime-version|auto-submitted|return-path|received|resent-.*|content-.*",
    re.IGNORECASE,
)
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_MESSAGE_ID = re.compile(rf"<{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*>")
_NAMED = re.compile(r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^"<>@]*?))\s*<(?P<address>[^<>]*)>')


@dataclass(frozen=True)
class Message:
    """One mail to one person.

    `sender` and `to` are addresses, bare or with a name before them (``Birojs <birojs@example.org>``); `date`
    is aware and is written in its own zone; `message_id` is made once, by `message_id`, and kept. Without
    `html` it is plain text.
    """

    message_id: str
    sender: str = field(repr=False)
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(repr=False)
    date: datetime
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Address:
    """A mailbox in the form it travels: ASCII only, a domain of other letters written as `xn--`."""

    name: str
    box: str

    @property
    def domain(self) -> str:
        return self.box.rpartition("@")[2]


def message_id(*parts: str, domain: str) -> str:
    """``<hash@domain>``, the same for the same parts, different for any others.

    Raises OutreachError `mail.address` if the domain is none.
    """
    digest = hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()
    return f"<{digest[:40]}@{_domain(domain, 'Message-ID', domain)}>"


def address(value: str, header: str) -> Address:
    """Reads exactly one address.

    Raises OutreachError: `mail.header` if it holds a line break or control character, `mail.address` if it is
    no address, several, or one whose part before the @ is not ASCII. Facts: the header, and `shown`, the
    address without the name of its box.
    """
    value = _line(header, value).strip()
    named = _NAMED.fullmatch(value)
    name, box = "", value
    if named:
        quoted = named["quoted"]
        name = named["plain"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        box = named["address"]
    local, at, domain = box.strip().rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise OutreachError("mail.address", header=header, shown=_masked(box))
    return Address(name.strip(), f"{local}@{_domain(domain, header, box)}")


def render(message: Message) -> bytes:
    """The mail as it goes over the wire: ASCII, CRLF, lines up to 78 where it can be helped, never over 998.

    Plain text first, then HTML; UTF-8, as quoted-printable or base64, whichever is shorter. The same message
    always gives the same bytes. Raises OutreachError `mail.header` or `mail.address`; ValueError for a naive
    date.
    """
    if message.date.tzinfo is None:
        raise ValueError("a mail's date must be aware")
    if not _MESSAGE_ID.fullmatch(message.message_id) or len(message.message_id) > 320:
        raise OutreachError("mail.header", header="Message-ID")
    plain = _part("plain", message.text)
    if message.html is None:
        mail: Mime[str, Any] = plain
    else:
        mail = MIMEMultipart("alternative", boundary=_boundary(message))
        mail.attach(plain)
        mail.attach(_part("html", message.html))
    mail["From"] = _named(address(message.sender, "From"), "From")
    mail["To"] = _named(address(message.to, "To"), "To")
    mail["Subject"] = _encoded(_line("Subject", message.subject), "Subject")
    mail["Date"] = format_datetime(message.date)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in message.headers:
        if not _NAME.fullmatch(name) or _STRUCTURE.fullmatch(name):
            raise OutreachError("mail.header", header=_CONTROL.sub("?", name)[:70])
        mail[name] = _encoded(_line(name, value), name, longest=900)
    return mail.as_bytes(policy=_POLICY)


def _line(header: str, value: str) -> str:
    if _CONTROL.search(value):
        raise OutreachError("mail.header", header=header)
    return re.sub(r"[ \t]+", " ", value).strip(" ")


def _masked(box: str) -> str:
    # Errors reach logs, and addresses of people do not belong there; the domain is where most slips are.
    local, at, domain = box.rpartition("@")
    return f"{local[:1]}***@{domain[:100]}" if at else box[:1] + "***"


def _domain(value: str, header: str, box: str) -> str:
    try:
        ascii_only = value.encode("idna").decode("ascii")
    except UnicodeError:
        raise OutreachError("mail.address", header=header, shown=_masked(box)) from None
    if len(ascii_only) > 253 or not _DOMAIN.fullmatch(ascii_only):
        raise OutreachError("mail.address", header=header, shown=_masked(box))
    return ascii_only.lower()


def _encoded(value: str, header: str, longest: int = 60) -> Header:
    # A text that looks like an encoded word would be read as one. A subject's long word is encoded to be
    # folded; in other headers it is an address or a list's name, which must stay as it is.
    plain = value.isascii() and "=?" not in value and all(len(word) <= longest for word in value.split(" "))
    return Header(value, "us-ascii" if plain else "utf-8", maxlinelen=76, header_name=header)


def _named(mailbox: Address, header: str) -> Header:
    if mailbox.name.isascii() and "=?" not in mailbox.name and len(mailbox.name) <= 60:
        quoted = re.sub(r'([\\"])', r"\\\1", mailbox.name)
        return Header(f'"{quoted}" <{mailbox.box}>' if quoted else mailbox.box, maxlinelen=76, header_name=header)
    named = Header(mailbox.name, "utf-8", maxlinelen=76, header_name=header)
    named.append(f"<{mailbox.box}>", "us-ascii")
    return named


def _part(kind: str, text: str) -> "Mime[str, Any]":
    text = re.sub(r"\r\n?", "\n", text)
    data = text.encode("utf-8", "replace")
    if not data.endswith(b"\n"):
        data += b"\n"
    quoted = binascii.b2a_qp(data, istext=True)
    packed = base64.encodebytes(data.replace(b"\n", b"\r\n"))
    coding, body = ("base64", packed) if len(packed) < len(quoted) else ("quoted-printable", quoted)
    part = MIMENonMultipart("text", kind, charset="utf-8")
    part["Content-Transfer-Encoding"] = coding
    part.set_payload(body.decode("ascii"))
    return part


def _boundary(message: Message) -> str:
    # "=_" occurs in neither coding, so no body can hold it.
    return "=_" + hashlib.sha256(message.message_id.encode("ascii")).hexdigest()[:32]
