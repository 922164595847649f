"""Mails as they come, to plain facts: whatever a sender wrote, nothing in it makes this fail."""

import re
from dataclasses import dataclass, field
from email import policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr

from scrapers.reading.encoding import decode
from scrapers.reading.plain import language_of, one_line

# Attachments stand behind the text: what is longer than this is cut before anything looks at it.
_LONGEST = 4_000_000
_MOST_PARTS = 200
_DEEPEST = 20
_ENCODED = re.compile(r"=\?[^?\s]{1,60}\?[BbQq]\?[^?]*\?=")
_UNSUBSCRIBE = re.compile(r"<(https?://[^<>\s]{1,2000})>")


@dataclass(frozen=True)
class Mail:
    """A mail's text, as HTML or else plain, and who sent it. `unsubscribe` are the addresses that end the
    subscription; `automatic` marks bounces and answers of machines.
    """

    id: str
    subject: str
    sender: str
    name: str
    html: str = field(repr=False)
    text: str = field(repr=False)
    lang: str | None
    unsubscribe: tuple[str, ...]
    automatic: bool


def read_mail(raw: bytes) -> Mail | None:
    """The mail; None for what cannot be read as one."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw[:_LONGEST])
        parts = _texts(message)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return None
    name, address = parseaddr(_header(message, "From"))
    answered = str(message.get("Auto-Submitted") or "no").strip().lower()
    return Mail(
        id=one_line(str(message.get("Message-ID") or "").strip().strip("<>"), 200) or "?",
        subject=one_line(_header(message, "Subject"), 500),
        sender=one_line(address, 254).lower(),
        name=one_line(name, 200),
        html=parts.get("text/html", ""),
        text=parts.get("text/plain", ""),
        lang=language_of(str(message.get("Content-Language") or "")),
        unsubscribe=tuple(_UNSUBSCRIBE.findall(str(message.get("List-Unsubscribe") or ""))),
        automatic=message.get_content_type() == "multipart/report" or answered.startswith("auto-replied"),
    )


def _texts(message: "Message[str, str]") -> dict[str, str]:
    """The longest text of each kind."""
    held: dict[str, str] = {}
    waiting: list[tuple[Message[str, str], int]] = [(message, 0)]
    for _ in range(_MOST_PARTS):
        if not waiting:
            break
        part, depth = waiting.pop(0)
        inner = part.get_payload()
        if isinstance(inner, list):
            if depth < _DEEPEST:
                waiting.extend((one, depth + 1) for one in inner if isinstance(one, Message))
            continue
        kind = part.get_content_type()
        if kind not in {"text/html", "text/plain"} or part.get_content_disposition() == "attachment":
            continue
        body = part.get_payload(decode=True)
        if isinstance(body, bytes):
            text = decode(body, {"content-type": str(part.get("Content-Type") or "")})
            if len(text) > len(held.get(kind, "")):
                held[kind] = text
    return held


def _header(message: "Message[str, str]", name: str) -> str:
    """A header's words, whichever way they are encoded; bytes without any encoding are read by their look."""
    told = message.get(name)
    if told is None:
        return ""
    value = str(told)[:4_000] if isinstance(told, str) else _bare(told)
    value = re.sub(r"\r?\n[ \t]", " ", value)
    if any("\udc80" <= letter <= "\udcff" for letter in value):
        value = decode(value.encode("utf-8", "surrogateescape"))
    # White space between two encoded words is none.
    value = re.sub(r"(?<=\?=)\s+(?==\?)", "", value)
    return _ENCODED.sub(lambda match: _decoded(match[0]), value)


def _bare(told: object) -> str:
    # What has bytes in it comes as a header of an unknown character set.
    return "".join(
        piece if isinstance(piece, str) else decode(piece)
        for piece, _ in decode_header(told)  # type: ignore[arg-type]
    )[:4_000]


def _decoded(word: str) -> str:
    try:
        [(piece, charset)] = decode_header(word)
    except (ValueError, LookupError):
        return word
    if isinstance(piece, str):
        return piece
    return decode(piece, {"content-type": f"charset={charset or ''}"})
