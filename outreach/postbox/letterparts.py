"""A letter's parts and words, taken out of its wrapping. Pure; for letters that strangers wrote."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import html

_PARTS = 40
_BREAKS = ("p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote")
_NO_WORDS = "//script|//style|//head"
_QUOTES = (
    "//blockquote|//*[contains(concat(' ', @class, ' '), ' gmail_quote ')]|//*[@id='divRplyFwdMsg']"
    "|//*[@id='divRplyFwdMsg']/following-sibling::*"
)
# What an old program writes that names no character set, or a wrong one: the letters of the Baltic.
_OLD = "cp1257"


def parts(mail: "Message[Any, Any]", most: int = _PARTS) -> "Iterator[Message[Any, Any]]":
    """The parts of the letter itself, at most so many: a mail that is attached whole is somebody else's."""
    left, found = [mail], 0
    while left and found < most:
        part, found = left.pop(0), found + 1
        yield part
        held = part.get_payload()
        if isinstance(held, list) and part.get_content_maintype() == "multipart":
            left = [one for one in held if isinstance(one, Message)] + left


def is_shown(part: "Message[Any, Any]") -> bool:
    """Whether a part is to be read in the letter, not a file beside it."""
    return "attachment" not in str(part.get("Content-Disposition", "")).lower()


def words(found: "Sequence[Message[Any, Any]]") -> str:
    """The plain text, else the page's text without the mail that it quotes."""
    shown = [part for part in found if is_shown(part)]
    for part in shown:
        if part.get_content_type() == "text/plain" and (plainly := text_of(part)).strip():
            return plainly
    for part in shown:
        if part.get_content_type() == "text/html" and (page := text_of(part)).strip():
            return flattened(page)[0]
    return ""


def text_of(part: "Message[Any, Any]") -> str:
    """The text of a part; one whose character set is wrong or unknown is read as well as it can be."""
    held = part.get_payload(decode=True)
    raw = held if isinstance(held, bytes) else b""
    for name in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode(_OLD, "replace")


def flattened(page: str) -> tuple[str, str]:
    """The words of a page, and those of the mail that it quotes."""
    tree: Any = html.document_fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    for part in tree.xpath(_NO_WORDS):
        if part.getparent() is not None:
            part.drop_tree()
    for part in tree.iter(*_BREAKS):
        part.tail = "\n" + (part.tail or "")
        if part.tag == "p":
            part.text = "\n" + (part.text or "")
    quoted = []
    for part in tree.xpath(_QUOTES):
        # One within another went with it.
        if part.getparent() is not None and part.getroottree().getroot() is tree:
            tail, part.tail = part.tail, ""
            quoted.append(_lines(str(part.text_content())))
            part.tail = tail
            part.drop_tree()
    return _lines(str(tree.text_content())), "\n\n".join(quoted)


def decoded(mail: "Message[Any, Any]", name: str) -> str:
    """The first header of that name; what was not coded, as many programs leave it, is taken for UTF-8."""
    raw = next((str(value) for key, value in mail.raw_items() if key.lower() == name), "")[:8_000]
    plainly = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(plainly)))
    except (MessageError, LookupError, UnicodeError, ValueError):
        return plainly


def moment(value: object) -> datetime | None:
    """The moment that a Date header tells; None if it tells none."""
    try:
        found = parsedate_to_datetime(str(value))
        return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _lines(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
