"""What stands above a mail's body: addresses, names, subjects, identities. Nothing gets in that would end a line."""

import hashlib
import json
import re
from dataclasses import dataclass
from email.header import Header
from functools import lru_cache

from outreach.core.errors import OutreachError

# What ends a line somewhere: for mail servers, for Python, for Unicode; and the control characters that end
# worse.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SPACES = re.compile(r"[ \t]+")
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


@lru_cache(maxsize=256)
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


def identity(value: str) -> str:
    """A Message-ID as it may stand. Raises OutreachError `mail.header`."""
    if len(value) > 320 or not _MESSAGE_ID.fullmatch(value):
        raise OutreachError("mail.header", header="Message-ID")
    return value


@lru_cache(maxsize=256)
def addressed(header: str, mailbox: Address) -> bytes:
    """The line of `header` with one mailbox, folded, with its CRLF."""
    if not mailbox.name:
        return f"{header}: {mailbox.box}\r\n".encode("ascii")
    return _written(header, _named(mailbox, header))


@lru_cache(maxsize=256)
def subject(value: str) -> bytes:
    """The line of the subject. Raises OutreachError `mail.header`."""
    return _written("Subject", _encoded(_line("Subject", value), "Subject"))


@lru_cache(maxsize=256)
def other(name: str, value: str) -> bytes:
    """The line of a header that is none of the mail's own structure. Raises OutreachError `mail.header`."""
    if not _NAME.fullmatch(name) or _STRUCTURE.fullmatch(name):
        raise OutreachError("mail.header", header=_CONTROL.sub("?", name)[:70])
    value = _line(name, value)
    # The commonest of all, an address of ours: one word of ASCII, which is never folded.
    if value and len(value) <= 900 and value.isascii() and " " not in value and "=?" not in value:
        return f"{name}: {value}\r\n".encode("ascii")
    return _written(name, _encoded(value, name, longest=900))


def described(text: str) -> bytes:
    """The line that says in words what a part is; what cannot stand there becomes a space."""
    return _written("Content-Description", _encoded(_line("", _CONTROL.sub(" ", text)), "Content-Description"))


def _written(name: str, value: Header) -> bytes:
    return f"{name}: {value.encode(linesep=chr(13) + chr(10))}\r\n".encode("ascii")


def _line(header: str, value: str) -> str:
    if _CONTROL.search(value):
        raise OutreachError("mail.header", header=header)
    return _SPACES.sub(" ", value).strip(" ")


def _masked(box: str) -> str:
    # Errors reach logs, and addresses of people do not belong there; the domain is where most slips are.
    local, at, domain = box.rpartition("@")
    return f"{local[:1]}***@{domain[:100]}" if at else box[:1] + "***"


def _domain(value: str, header: str, box: str) -> str:
    ascii_only = value
    if not value.isascii():
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
