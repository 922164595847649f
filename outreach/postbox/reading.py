"""What a message of the bounce mailbox says. Pure: bytes in, values out, whatever the bytes are.

Sources: RFC 3464 (delivery reports), RFC 5965 (complaints), RFC 3834 (replies of machines), and the plain letters that
qmail, Exim and their kin write instead.
"""

import base64
import quopri
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any

from outreach.postbox.codes import code_of, hushed, judged
from outreach.postbox.plainletters import failures

# What a report says stands at its beginning; behind it lies the mail that came back, which may be of any size.
LONGEST = 256 * 2**10
_PARTS, _BLOCKS, _RECIPIENTS = 40, 60, 50
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+=-]{1,200}@[A-Za-z0-9.-]{1,253}>")
_FIELD = re.compile(r"([A-Za-z0-9-]{1,60}):[ \t]*(.*)")
# Nested deeper than this it is no letter of a relay, and the library goes down by recursion.
_BOUNDARIES = 60
_ENVELOPES = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "x-delivered-to", "to")
_MACHINES = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|mmdf|uucp)\b", re.IGNORECASE)
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_PACKED: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64decode,
    "quoted-printable": quopri.decodestring,
}
_ORDER = ("hard", "complaint", "soft", "automatic", "other")


@dataclass(frozen=True)
class Told:
    """What is said about one recipient: `kind` hard, soft or complaint; `mails` are its addresses in small letters, as
    it was reached last and as it was first named. `answer` holds no address. `is_final`: False while the relay still
    tries.
    """

    mails: tuple[str, ...] = field(repr=False)
    kind: str
    code: str = ""
    answer: str = ""
    is_final: bool = True


@dataclass(frozen=True)
class Back:
    """A message as understood: `kind` is hard, soft, complaint, automatic or other; that of the worst of `told`.

    `envelopes` are the addresses it came to, ours among them; `message_id` and `returned_to` those of the mail that
    came back, where it is shown.
    """

    kind: str
    told: tuple[Told, ...] = ()
    envelopes: tuple[str, ...] = ()
    message_id: str | None = None
    returned_to: str | None = field(default=None, repr=False)


def read(raw: bytes) -> Back:
    """Reads a message; what cannot be read is `other`. Takes at most 256 KiB of it, and never raises."""
    raw = raw[:LONGEST]
    if raw.lower().count(b"boundary=") > _BOUNDARIES:
        return Back("other")
    try:
        # The older policy: the newer one reads every header as a grammar, which strangers can make slow or break.
        return _read(BytesParser(policy=compat32).parsebytes(raw))
    except Exception:
        # The library breaks in many ways on what is no mail, and a stranger's letter must not stop the others'.
        return Back("other")


def _read(mail: "Message[Any, Any]") -> Back:
    parts = _parts(mail)
    reports = [part for part in parts if part.get_content_type() in _REPORTS]
    complaints = [part for part in parts if part.get_content_type() == "message/feedback-report"]
    returned = _returned(parts)
    envelopes = [*_envelopes(mail), *_found(returned, "return-path")]
    told: list[Told] = []
    if complaints:
        blocks = list(_blocks(complaints[0]))
        told, more = _complaint(blocks, returned)
        envelopes += more
        kind = "complaint" if told else "automatic"
    elif reports:
        told = [one for block in list(_blocks(reports[0]))[:_RECIPIENTS] if (one := _recipient(block)) is not None]
        kind = _worst(told)
    elif _is_machines(mail):
        told = _plain(mail, parts)
        kind = _worst(told)
    else:
        kind = "automatic" if _is_automatic(mail, parts) else "other"
    told_to = _found(returned, "to")
    return Back(
        kind=kind,
        told=tuple(told[:_RECIPIENTS]),
        envelopes=tuple(dict.fromkeys(envelopes))[:20],
        message_id=_message_id(mail, returned),
        returned_to=told_to[0] if len(told_to) == 1 else None,
    )


def _parts(mail: "Message[Any, Any]") -> "list[Message[Any, Any]]":
    found = []
    for part in mail.walk():
        found.append(part)
        if len(found) == _PARTS:
            break
    return found


def _worst(told: list[Told]) -> str:
    return min((one.kind for one in told), key=_ORDER.index, default="automatic")


def _blocks(part: "Message[Any, Any]") -> Iterator[dict[str, str]]:
    """The groups of fields of a report, names in small letters; the first of a name holds."""
    held = part.get_payload()
    # The library reads the groups as messages of their own, whatever they were packed in.
    groups = [one for one in held if isinstance(one, Message)][:_BLOCKS] if isinstance(held, list) else []
    packed = _PACKED.get(str(part.get("Content-Transfer-Encoding", "")).strip().lower())
    if packed is not None:
        inner = "\n".join(str(one.get_payload()) for one in groups) if groups else str(held)
        yield from _fields(packed(inner.encode("ascii", "ignore")).decode("utf-8", "replace"))
        return
    for group in groups:
        yield {name.lower(): _flat(value) for name, value in reversed(group.items())}
    for text in [one.get_payload() for one in groups] if groups else [held]:
        if isinstance(text, str) and text.strip():
            yield from _fields(text)


def _fields(text: str) -> Iterator[dict[str, str]]:
    for block in re.split(r"\r?\n[ \t]*\r?\n", text[:LONGEST])[:_BLOCKS]:
        unfolded = re.sub(r"\r?\n[ \t]+", " ", block)
        found = [match for line in unfolded.splitlines() if (match := _FIELD.match(line)) is not None]
        yield {match[1].lower(): _flat(match[2]) for match in reversed(found)}


def _recipient(block: dict[str, str]) -> Told | None:
    """One group of a report; None for those of the message itself, and where all is well."""
    named = [block[name] for name in ("final-recipient", "original-recipient") if name in block]
    action = block.get("action", "").strip().lower()
    status, said = block.get("status", ""), block.get("diagnostic-code", "")
    code = code_of(status, said)
    if not named or action in ("delivered", "relayed", "expanded") or code.startswith("2."):
        return None
    mails = tuple(dict.fromkeys(mail.lower() for text in named for mail in _MAILBOX.findall(text[:1_000])))
    is_final = action != "delayed"
    kind, code = judged(code, said, is_final=is_final)
    return Told(mails, kind, code, hushed(said.partition(";")[2] or said, *mails), is_final)


def _complaint(blocks: list[dict[str, str]], returned: "Message[Any, Any] | None") -> tuple[list[Told], list[str]]:
    fields = {name: value for block in reversed(blocks) for name, value in block.items()}
    # "not-spam" takes a complaint back; "auth-failure" is about our signatures, not about a reader.
    if fields.get("feedback-type", "abuse").strip().lower() in ("not-spam", "auth-failure", "dmarc"):
        return [], []
    named = " ".join(fields.get(name, "") for name in ("original-rcpt-to", "removal-recipient"))
    mails = [mail.lower() for mail in _MAILBOX.findall(named)] or _found(returned, "to")[:1]
    return [Told(tuple(dict.fromkeys(mails)), "complaint")], _MAILBOX.findall(fields.get("original-mail-from", ""))


def _is_machines(mail: "Message[Any, Any]") -> bool:
    senders = _found(mail, "from")
    return "X-Failed-Recipients" in mail or any(_MACHINES.match(sender) for sender in senders)


def _plain(mail: "Message[Any, Any]", parts: "list[Message[Any, Any]]") -> list[Told]:
    text = next((_text(part) for part in parts if part.get_content_type() == "text/plain"), "")
    told = []
    for one in failures(text, _found(mail, "x-failed-recipients")):
        kind, code = judged(one.code, one.answer, is_final=one.is_final)
        told.append(Told((one.mail,), kind, code, hushed(one.answer, one.mail), one.is_final))
    return told


def _is_automatic(mail: "Message[Any, Any]", parts: "list[Message[Any, Any]]") -> bool:
    said = _flat(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    eagerness = _flat(mail.get("Precedence", "")).strip().lower()
    return (
        said != "no"
        or any(name in mail for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "X-Autogenerated"))
        or eagerness in ("auto_reply", "bulk", "junk", "list")
        or any(part.get_content_type() == "message/disposition-notification" for part in parts)
    )


def _returned(parts: "list[Message[Any, Any]]") -> "Message[Any, Any] | None":
    """The mail that came back, or its headers alone."""
    for part in parts:
        kind, held = part.get_content_type(), part.get_payload()
        if kind in ("message/rfc822", "message/global") and isinstance(held, list) and held:
            return held[0] if isinstance(held[0], Message) else None
        if kind in ("text/rfc822-headers", "message/global-headers"):
            return BytesParser(policy=compat32).parsebytes(_text(part).encode("utf-8", "replace"), headersonly=True)
    return None


def _message_id(mail: "Message[Any, Any]", returned: "Message[Any, Any] | None") -> str | None:
    for held, name in ((returned, "message-id"), (mail, "in-reply-to"), (mail, "references")):
        if held is not None:
            found = _MESSAGE_ID.search(_flat(held.get(name, ""))[:4_000])
            if found:
                return found[0]
    return None


def _envelopes(mail: "Message[Any, Any]") -> list[str]:
    return [address for name in _ENVELOPES for address in _found(mail, name)]


def _found(mail: "Message[Any, Any] | None", name: str) -> list[str]:
    """The addresses of all headers of that name, in small letters; at most twenty."""
    if mail is None:
        return []
    values = [_flat(value)[:4_000] for value in (mail.get_all(name) or [])[:10]]
    return [address.lower() for value in values for address in _MAILBOX.findall(value)][:20]


def _text(part: "Message[Any, Any]") -> str:
    held = part.get_payload(decode=True)
    return held.decode("utf-8", "replace") if isinstance(held, bytes) else ""


def _flat(value: object) -> str:
    return re.sub(r"\s+", " ", str(value)[:8_000])
