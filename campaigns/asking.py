"""How a channel asks its platform, and what it makes of the answer: what all platforms have in common."""

import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from campaigns.channel import MOST_REPLIES, Busy, Denied, Looked, Outgoing, Receipt, Reply, Secrets
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
LONGEST_WAIT = timedelta(hours=24)
_WORDS = 300
_SHORTEST_SECRET = 6
_NOT_OF_A_CODE = r"(?![A-Za-z0-9])"
_ADDRESS = re.compile(r"https?://\S+")
_NO_LETTER = re.compile(r"[\W_]+")
_WEB = re.compile(r"https?://")
_BREAK = re.compile(r"<br\s*/?>|</p>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,5000}>")
_LANGUAGE = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z]|$)")
_ID, _REPLY = 300, 5000

What = Literal["denied", "settings", "busy", "refused", "later", "unclear", "twin"]


@dataclass(frozen=True)
class Verdict:
    """What an answer that brought no post means.

    `denied`: the account is not let in; `settings`: the channel is set up wrongly; `busy`: come back later, after
    `wait` if that is known; `refused`: this post never; `later`: surely not taken, another try may do; `unclear`: the
    post may be out; `twin`: the platform says it has the same already.
    """

    what: What
    facts: Mapping[str, Any] = field(default_factory=dict)
    wait: timedelta | None = None


@dataclass(frozen=True)
class Seen:
    """A post on the platform: its text and the addresses in it, when it went out, and where it is.

    None where the platform does not say.
    """

    texts: Sequence[object]
    at: datetime | None
    receipt: Receipt | None


def trouble(key: str, verdict: Verdict) -> WireError:
    """The error to raise; `key` is its text."""
    match verdict.what:
        case "denied":
            return Denied(key, **verdict.facts)
        case "settings":
            return Denied(key, pause="campaigns.paused.settings", **verdict.facts)
        case "busy":
            return Busy(key, wait=verdict.wait, **verdict.facts)
    return WireError(
        key,
        permanent=verdict.what == "refused",
        ambiguous=verdict.what in ("unclear", "twin"),
        **verdict.facts,
    )


def of_status(status: int) -> What:
    """What a status means where the platform says no more about it."""
    if status in (401, 403):
        return "denied"
    if status in (404, 405, 410, 426) or 300 <= status < 400:
        return "settings"
    if status == 429:
        return "busy"
    return "refused" if 400 <= status < 500 and status != 408 else "unclear"


def unpublished(what: What) -> What:
    """The same for a step after which nothing is out yet: a picture may lie there twice, a post may not."""
    return "later" if what in ("unclear", "twin") else what


def needed(secrets: Secrets, variable: str) -> str:
    """The secret in that variable. Raises Denied `campaigns.channel.no_secret` if there is none."""
    value = (secrets(variable) or "").strip() if variable else ""
    if not value:
        raise Denied("campaigns.channel.no_secret", pause="campaigns.paused.secret", variable=variable)
    return value


def post(wire: Http, request: Request) -> Answer:
    """Sends what makes a post. An address that may never be asked is trouble of the channel, not of this post."""
    try:
        return wire.send(request)
    except WireError as error:
        if error.permanent and not error.ambiguous:
            raise Denied(error.key, pause="campaigns.paused.settings", **error.facts) from error
        raise


def prepare(wire: Http, request: Request) -> Answer:
    """Sends what makes no post yet: whatever becomes of it, a later try may do."""
    try:
        return post(wire, request)
    except Denied:
        raise
    except WireError as error:
        facts: Mapping[str, Any] = error.facts
        raise WireError(error.key, **facts) from error


def encoded(value: object) -> bytes:
    """A value as the body of a JSON request."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def form(fields: Mapping[str, str]) -> bytes:
    """Fields as the body of a form."""
    return urlencode(fields).encode("ascii")


def multipart(
    fields: Mapping[str, str], files: Sequence[tuple[str, str, bytes]]
) -> tuple[str, bytes]:
    """The content type and body of a form with JPEG files, each a field's name, a file's name and its bytes.

    The same form is the same body: its boundary is made from what it holds.
    """
    held = [(name, "", value.encode()) for name, value in fields.items()] + list(files)
    digest = hashlib.sha256(b"\0".join(value for _, _, value in held)).hexdigest()
    boundary = f"form-{digest[:32]}"
    parts = []
    for name, file, value in held:
        about = f'Content-Disposition: form-data; name="{name}"'
        if file:
            about += f'; filename="{file}"\r\nContent-Type: image/jpeg'
        parts.append(f"--{boundary}\r\n{about}\r\n\r\n".encode() + value + b"\r\n")
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def told(answer: Answer) -> Mapping[str, object]:
    """The answer's JSON object; empty if it is none."""
    try:
        held = answer.json()
    except WireError:
        return {}
    return held if isinstance(held, dict) else {}


def inside(held: object, *path: str) -> object:
    """What lies under these names, one in the other; None if it is not there."""
    for name in path:
        held = held.get(name) if isinstance(held, dict) else None
    return held


def rows(held: object) -> list[Mapping[str, object]]:
    """The objects of a list; nothing if it is none."""
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


def number(held: object) -> int | None:
    """A whole number, also one that came as text; None if it is none."""
    if isinstance(held, str) and re.fullmatch(r"-?[0-9]{1,18}", held):
        return int(held)
    return held if isinstance(held, int) and not isinstance(held, bool) else None


def moment(held: object) -> datetime | None:
    """A moment as platforms write it: ISO 8601, or seconds of Unix time; None if it is none."""
    seconds = number(held)
    try:
        if seconds is not None:
            return datetime.fromtimestamp(seconds, UTC)
        found = datetime.fromisoformat(held) if isinstance(held, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def until(end: datetime | None, now: datetime) -> timedelta | None:
    """How long it is until then, from nothing to a day; None if nobody says when."""
    return None if end is None else min(max(end - now, timedelta()), LONGEST_WAIT)


def words(held: object, *secrets: str) -> str:
    """A platform's own words in one line, bounded, without the secrets some platforms quote back."""
    line = " ".join(held.split()) if isinstance(held, str) else ""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            line = line.replace(secret, "***")
    return line[:_WORDS]


def plain(markup: object) -> str:
    """A text with markup as people read it; its paragraphs are lines."""
    if not isinstance(markup, str):
        return ""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup))).strip()


def replied(found: Iterable[Reply | None], since: datetime | None) -> list[Reply]:
    """The replies of an answer, the newest first, bounded; those without words or moment are left out."""
    held = [one for one in found if one is not None and (since is None or one.at > since)]
    return sorted(held, key=lambda one: (one.at, one.id), reverse=True)[:MOST_REPLIES]


def reply(
    number: object, at: datetime | None, author: object, text: object, url: object = "", language: object = None
) -> Reply | None:
    """One reply as a platform tells it; None where it lacks its name, its moment or its words."""
    if not isinstance(number, str) or not number or at is None or not isinstance(text, str) or not text.strip():
        return None
    there = url if isinstance(url, str) and _WEB.match(url) else ""
    known = language[:2].lower() if isinstance(language, str) and _LANGUAGE.match(language) else None
    return Reply(number[:_ID], at, words(author), text.strip()[:_REPLY], there, known)


def is_ours(outgoing: Outgoing, text: object) -> bool:
    """Whether a text on the platform is this delivery: it holds its tracked link, which no other one has.

    Without a link the whole text must be the same, however its spaces stand.
    """
    if not isinstance(text, str):
        return False
    if outgoing.link:
        return re.search(re.escape(outgoing.link) + _NOT_OF_A_CODE, text) is not None
    return bool(outgoing.text.split()) and text.split() == outgoing.text.split()


def is_alike(outgoing: Outgoing, text: object) -> bool:
    """Whether a text says the same in the same words, whatever became of its addresses and signs on the platform."""
    return isinstance(text, str) and bool(_letters(outgoing.text)) and _letters(outgoing.text) == _letters(text)


def search(outgoing: Outgoing, posts: Iterable[Seen], since: datetime, *, whole: bool) -> Looked:
    """What the latest posts tell of a delivery; `whole`: they are all of the time since then.

    One with its link is there. One that only says the same leaves a doubt: a platform may have shortened the link.
    """
    doubtful = False
    for post in posts:
        ours = any(is_ours(outgoing, text) for text in post.texts)
        if ours and post.receipt is not None:
            return Looked("there", post.receipt)
        recent = post.at is None or post.at >= since
        doubtful |= ours or (recent and any(is_alike(outgoing, text) for text in post.texts))
    return Looked("absent" if whole and not doubtful else "unknown")


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", _ADDRESS.sub("", text)).casefold()
