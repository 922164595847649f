"""A mail for many: the body is rendered once, each reader's copy is but joined from bytes.

`Mould.cast` does what is slow (coding, pictures, files, boundaries); `Mould.parcel` writes a reader's header and puts
their tokens and words into the slots of the body. What goes in is checked as for any mail: nothing ends a line that
should not.
"""

import hashlib
import html as markup
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from outreach.core import mail_coding, mail_header

_SLOT = re.compile(r"[A-Za-z0-9_-]{8,40}")
_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_PICTURE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_KIND = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")
_ENDS = re.compile(r"\r\n?")
_NO_LETTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
# Before the name of a slot for words within HTML; no slot begins with it.
_IN_HTML = "<"


@dataclass(frozen=True)
class Picture:
    """A PNG within a mail; the HTML shows it by ``src="cid:{name}@pictures"`` and says `alt` in its place.

    `name`: small letters, digits, `-` and `_`, at most 60.
    """

    name: str
    data: bytes = field(repr=False)
    alt: str


@dataclass(frozen=True)
class Attached:
    """A file that goes with a mail; `kind` is as ``application/pdf``.

    `name`: letters, digits, `.`, `_` and `-`, at most 80.
    """

    name: str
    kind: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Parcel:
    """One mail, ready for the wire: envelope and bytes.

    `sender` and `to` are bare addresses of the envelope, the reader first, then the office's own copies; `content` is
    the whole message, ASCII, CRLF at every line's end, the last one too. `date` and `subject` name its file where
    there is no relay.
    """

    message_id: str
    sender: str = field(repr=False)
    to: tuple[str, ...] = field(repr=False)
    content: bytes = field(repr=False)
    date: datetime
    subject: str = field(repr=False)


@dataclass(frozen=True)
class Mould:
    """A rendered body with slots for tokens and for words; made by `cast`."""

    slots: frozenset[str]
    body: tuple[bytes | str, ...] = field(repr=False)
    words: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """Bytes of the body, what goes into its slots not counted."""
        return sum(len(part) for part in self.body if isinstance(part, bytes))

    @classmethod
    def cast(
        cls,
        *,
        text: str,
        html: str | None,
        pictures: Sequence[Picture] = (),
        files: Sequence[Attached] = (),
        slots: Sequence[str] = (),
        words: Sequence[str] = (),
        mark: str,
    ) -> "Mould":
        """Renders the body: plain text first, then HTML, its pictures beside it, and the files behind all.

        `slots` are placeholders that stand in text and HTML where each reader's own token goes: 8 to 40 letters,
        digits, `-`, `_`, made at random by the caller, so that no text of others can hold one; `words` are such slots
        for a reader's own words, a name perhaps, which are escaped where they stand in HTML. The boundaries are made
        from `mark`: the same arguments are the same bytes. A part without slots is quoted-printable or base64,
        whichever is shorter; one with slots is quoted-printable. Raises ValueError for slots, pictures or files of
        another form, and for pictures without HTML.
        """
        every = (*slots, *words)
        if len(set(every)) != len(every) or not all(_SLOT.fullmatch(slot) for slot in every):
            raise ValueError("slots: 8 to 40 letters, digits, '-' and '_', each once")
        if any(one != other and one in other for one in every for other in every):
            raise ValueError("slots: one within another")
        body = _text("plain", text, every)
        if pictures and html is None:
            raise ValueError("pictures need HTML that shows them")
        if html is not None:
            rich: list[bytes | str] = [
                _IN_HTML + part if isinstance(part, str) and part in words else part
                for part in _text("html", html, every)
            ]
            if pictures:
                rich = _many("related", mark, [rich, *map(_picture, pictures)], '; type="text/html"')
            body = _many("alternative", mark, [body, rich])
        if files:
            body = _many("mixed", mark, [body, *map(_file, files)])
        return cls(frozenset(slots), tuple(_joined(body)), frozenset(words))

    def parcel(
        self,
        *,
        message_id: str,
        sender: str,
        to: str,
        subject: str,
        date: datetime,
        headers: Sequence[tuple[str, str]] = (),
        fills: Mapping[str, str] | None = None,
        words: Mapping[str, str] | None = None,
        envelope: str | None = None,
        copies: Sequence[str] = (),
        automatic: bool = True,
    ) -> Parcel:
        """One reader's mail. `sender` and `to` may have a name before the address; `date` is aware and is written in
        its own zone; `fills` gives each slot its token (letters, digits, `.`, `_`, `~`, `-`, 1 to 200), `words` each
        slot for words what stands there, on one line. `envelope` is the address that undeliverable mail goes back to,
        without it the sender's; `copies` are further recipients that the reader does not see. `automatic`: no person
        sends this mail.

        Raises OutreachError `mail.header` or `mail.address`; ValueError for a naive date, a slot that is not filled, a
        fill without a slot, or a token of another form.
        """
        if date.tzinfo is None:
            raise ValueError("a mail's date must be aware")
        fills, words = fills or {}, words or {}
        if fills.keys() != self.slots or words.keys() != self.words:
            raise ValueError("fills: exactly the slots of the mould")
        if not all(_TOKEN.fullmatch(token) for token in fills.values()):
            raise ValueError("fills: tokens of 1 to 200 letters, digits, '.', '_', '~', '-'")
        known = mail_header.identity(message_id)
        author, reader = mail_header.address(sender, "From"), mail_header.address(to, "To")
        head = [
            mail_header.addressed("From", author),
            mail_header.addressed("To", reader),
            mail_header.subject(subject),
            f"Date: {format_datetime(date)}\r\nMessage-ID: {known}\r\n".encode("ascii"),
            *([b"Auto-Submitted: auto-generated\r\n"] if automatic else []),
            *(mail_header.other(name, value) for name, value in headers),
            b"MIME-Version: 1.0\r\n",
        ]
        lines = {slot: mail_coding.token(token.encode("ascii")) for slot, token in fills.items()}
        for slot, said in words.items():
            lines[slot], lines[_IN_HTML + slot] = _worded(said)
        return Parcel(
            message_id,
            author.box if envelope is None else mail_header.address(envelope, "Return-Path").box,
            (reader.box, *(mail_header.address(copy, "Bcc").box for copy in copies)),
            b"".join(head) + b"".join(part if isinstance(part, bytes) else lines[part] for part in self.body),
            date,
            subject,
        )


@lru_cache(maxsize=512)
def _worded(said: str) -> tuple[bytes, bytes]:
    """Words as they stand in plain text and in HTML; many readers share most of theirs."""
    told = _NO_LETTERS.sub(" ", said)
    return mail_coding.words(told), mail_coding.words(markup.escape(told))


def _text(kind: str, text: str, slots: Sequence[str]) -> list[bytes | str]:
    text = _ENDS.sub("\n", text)
    text = text if text.endswith("\n") else text + "\n"
    coding, coded = "quoted-printable", mail_coding.pieces(text, slots)
    if len(coded) == 1:
        packed = mail_coding.based(text.encode("utf-8", "replace").replace(b"\n", b"\r\n"))
        if len(packed) < len(coded[0]):
            coding, coded = "base64", [packed]
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {coding}\r\n\r\n'
    return [head.encode("ascii"), *coded]


def _picture(picture: Picture) -> list[bytes | str]:
    if not _PICTURE.fullmatch(picture.name):
        raise ValueError("a picture's name: small letters, digits, '-' and '_'")
    name = picture.name
    head = (
        f'Content-Type: image/png; name="{name}.png"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-ID: <{name}@pictures>\r\nContent-Disposition: inline; filename="{name}.png"\r\n'
    )
    return [head.encode("ascii"), mail_header.described(picture.alt), b"\r\n", mail_coding.based(picture.data)]


def _file(file: Attached) -> list[bytes | str]:
    if not _FILE.fullmatch(file.name) or not _KIND.fullmatch(file.kind):
        raise ValueError("a file: a name of letters, digits, '.', '_', '-', and a kind as application/pdf")
    head = (
        f'Content-Type: {file.kind};\r\n name="{file.name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment;\r\n filename="{file.name}"\r\n\r\n'
    )
    return [head.encode("ascii"), mail_coding.based(file.data)]


def _many(kind: str, mark: str, parts: list[list[bytes | str]], more: str = "") -> list[bytes | str]:
    # "=_" occurs in neither coding, and no token has "=": no body can hold it.
    boundary = "=_" + hashlib.sha256(f"{kind} {mark}".encode("utf-8", "replace")).hexdigest()[:32]
    said: list[bytes | str] = [f'Content-Type: multipart/{kind}{more};\r\n boundary="{boundary}"\r\n'.encode("ascii")]
    for part in parts:
        said += [f"\r\n--{boundary}\r\n".encode("ascii"), *part]
    return [*said, f"\r\n--{boundary}--\r\n".encode("ascii")]


def _joined(parts: list[bytes | str]) -> list[bytes | str]:
    """The same, neighbouring bytes as one."""
    said: list[bytes | str] = []
    for part in parts:
        if isinstance(part, bytes) and said and isinstance(said[-1], bytes):
            said[-1] += part
        else:
            said.append(part)
    return said
