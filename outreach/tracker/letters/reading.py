"""What a letter from the mailbox says. Pure: bytes in, values out, whatever the bytes are; no letter is ever lost.

Sources: RFC 5322 (who, when, threads), RFC 2047 and 2231 (what is not ASCII). What cannot be taken apart is read as
plain text: a person will make something of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import collapse_rfc2231_value, getaddresses
from hashlib import sha256
from typing import Any

from outreach.postbox import reading as returned
from outreach.postbox.letterparts import decoded, flattened, is_shown, moment, parts, text_of
from outreach.tracker.letters.automatic import LOOP, is_automatic
from outreach.tracker.letters.wording import apart

# Nested deeper than this it is no letter of a person, and the library goes down by recursion.
_BOUNDARIES, _PARTS, _REFS = 60, 80, 40
LONGEST_TEXT, LONGEST_NAME = 60_000, 200
_LONGEST_PLAIN = 256 * 2**10
_LONGEST_ID = 300
_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")
_MAILBOX = re.compile(r"[^\s@<>\"(),;:]{1,64}@[^\s@<>\"(),;:]{1,253}")
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Enclosed:
    """A file in a letter, as it was sent: its name is a stranger's word."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Said:
    """A letter. `refs`: the Message-IDs that it follows, the nearest first, the one that began the talk last; `name`
    and `mail` are whose it is, `answer_to` where an answer goes, addresses in small letters. `loops`: what passed it
    on says so. `signature` and `quoted` are what stands below their own words.
    """

    message_id: str
    refs: tuple[str, ...]
    automatic: bool
    written_at: datetime | None
    loops: tuple[str, ...] = ()
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)
    answer_to: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    signature: str = field(default="", repr=False)
    quoted: str = field(default="", repr=False)
    files: tuple[Enclosed, ...] = field(default=(), repr=False)


def read(raw: bytes, home: str = "") -> Said:
    """Reads a letter; `home` is our own domain. Never raises: what is broken comes as plain text, its headers too."""
    mark = f"<{sha256(raw).hexdigest()[:40]}@unnamed>"
    if raw.lower().count(b"boundary=") > _BOUNDARIES:
        return _bare(raw, mark)
    try:
        return _read(BytesParser(policy=compat32).parsebytes(raw), raw, mark, home)
    except Exception:
        # The library breaks in many ways on what is no mail; the person who wrote it is there all the same.
        return _bare(raw, mark)


def _read(mail: "Message[Any, Any]", raw: bytes, mark: str, home: str) -> Said:
    found = list(parts(mail, _PARTS))
    subject = _line(decoded(mail, "subject"))
    name, sender = _who(mail, "from")
    text, quoted_page = _words(found)
    own, signature, quoted = apart(text)
    automatic = is_automatic(mail, found, subject, home)
    return Said(
        message_id=_own_id(mail, mark),
        refs=_refs(mail, raw if automatic else b""),
        automatic=automatic,
        written_at=moment(mail.get("Date")),
        loops=tuple(str(one).strip().lower()[:254] for one in (mail.get_all(LOOP) or [])[:10]),
        name=name,
        mail=sender,
        answer_to=_who(mail, "reply-to")[1] or sender,
        subject=subject,
        text=_plain(own),
        signature=_plain(signature)[:2_000],
        quoted=_plain("\n\n".join(one for one in (quoted, quoted_page) if one)),
        files=tuple(_files(found)),
    )


def _bare(raw: bytes, mark: str) -> Said:
    """A letter that nothing could take apart: what its first lines say of it, and all of it as text."""
    head, text = raw[:_LONGEST_PLAIN].split(b"\n\n", 1)[0], raw[:_LONGEST_PLAIN].decode("utf-8", "replace")
    told = BytesParser(policy=compat32).parsebytes(head.split(b"\r\n\r\n", 1)[0] + b"\n\n", headersonly=True)
    try:
        (name, sender), subject, number = _who(told, "from"), _line(decoded(told, "subject")), _own_id(told, mark)
    except Exception:
        name, sender, subject, number = "", "", "", mark
    return Said(number, (), False, None, (), name, sender, sender, subject, _plain(text))


def _own_id(mail: "Message[Any, Any]", mark: str) -> str:
    own = _ID.search(str(mail.get("Message-ID", ""))[:1_000])
    return own[0] if own and len(own[0]) <= _LONGEST_ID else mark


def _refs(mail: "Message[Any, Any]", report: bytes) -> tuple[str, ...]:
    answered = _ID.findall(str(mail.get("In-Reply-To", ""))[:4_000])
    followed = _ID.findall(str(mail.get("References", ""))[-16_000:])
    # A relay's report follows nothing by its headers: the mail that came back lies in it.
    back = returned.read(report).message_id if report else None
    every = [*([back] if back else []), *answered, *reversed(followed)]
    return tuple(dict.fromkeys(one for one in every if len(one) <= _LONGEST_ID))[:_REFS]


def _who(mail: "Message[Any, Any]", name: str) -> tuple[str, str]:
    """Name and address of the first that a header names; empty where it names none."""
    for told, address in getaddresses([decoded(mail, name)])[:5]:
        found = _MAILBOX.fullmatch(address.strip())
        if found is not None:
            return _line(told)[:LONGEST_NAME], found[0].lower()[:254]
    loose = _MAILBOX.search(decoded(mail, name))
    return "", loose[0].lower()[:254] if loose else ""


def _words(found: "Sequence[Message[Any, Any]]") -> tuple[str, str]:
    """All plain text that is to be read, else the page's words; and what a page quotes."""
    shown = [part for part in found if is_shown(part) and not _name(part)]
    plainly = [text_of(part) for part in shown if part.get_content_type() == "text/plain" or _is_unparted(part)]
    if any(one.strip() for one in plainly):
        return "\n\n".join(plainly), ""
    for part in shown:
        if part.get_content_type() == "text/html" and (page := text_of(part)).strip():
            return flattened(page)
    return "", ""


def _is_unparted(part: "Message[Any, Any]") -> bool:
    """Whether a part says that it has parts, and has none."""
    return part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), str)


def _files(found: "Sequence[Message[Any, Any]]") -> "list[Enclosed]":
    """What is no word of the letter: attached, named, or of a kind that is not read."""
    files = []
    for part in found:
        kind, whole = part.get_content_maintype(), part.get_payload()
        if kind == "multipart":
            continue
        if isinstance(whole, list):
            # A mail that was sent on whole.
            content = b"".join(one.as_bytes() for one in whole if isinstance(one, Message))
            files.append(Enclosed(_name(part) or part.get_content_type(), content))
        elif kind != "text" or not is_shown(part) or _name(part):
            held = part.get_payload(decode=True)
            files.append(Enclosed(_name(part) or part.get_content_type(), held if isinstance(held, bytes) else b""))
    return files


def _name(part: "Message[Any, Any]") -> str:
    held = part.get_filename()
    if not held:
        return ""
    named = Message()
    named["x"] = collapse_rfc2231_value(held)
    return _line(decoded(named, "x"))[:LONGEST_NAME]


def _line(text: str) -> str:
    return " ".join(_UNFIT.sub(" ", text).split())[:500]


def _plain(text: str) -> str:
    return _UNFIT.sub("", text)[:LONGEST_TEXT]
