"""The one way in which this program reads a mail folder: its new messages, or whether some lie in it. Nothing of it is
changed.

An address is RFC 5092's: `imaps://office%40example.org@imap.example.org/News` (TLS from the first byte, port 993), or
`imap://...` (port 143), where STARTTLS is obligatory. Secrets travel in headers, never in the address.
"""

import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from outreach.core.clock import Clock, SystemClock
from outreach.core.deadline import Cut, Deadline, Watchdog
from outreach.core.dial import Forbidden, Late, Resolve, Unknown, Unreachable, dial, is_public, trusted
from outreach.core.errors import WireError
from outreach.core.http_url import Refused, told
from outreach.core.http_values import Answer, Request
from outreach.core.imap_letters import Letter, bound
from outreach.core.imap_talk import Denied, NoFolder, NoTls, Talk, TooMuch, is_damage
from outreach.core.settings import HttpSettings

PORTS = {"imaps": 993, "imap": 143}
MOST_MESSAGES = 50
MOST_SOUGHT = 100
# What is read of a folder that is new to us, or was made anew.
_FIRST = timedelta(days=7)
# Messages that are sought have come since then: a server looks at the headers of all that it may not leave out.
_LATELY = timedelta(days=31)
_OVERHEAD = 2**20
_PLACE = re.compile(r"(\d{1,10}):(\d{1,10})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Message-IDs as ours are: nothing in them means anything to the protocol.
_SOUGHT = re.compile(r"<[A-Za-z0-9._+=-]{1,200}@[A-Za-z0-9.-]{1,253}>")


@dataclass(frozen=True)
class _Folder:
    host: str
    port: int
    tls: bool
    account: str
    name: str
    secret: str = field(repr=False)
    is_token: bool
    after: tuple[int, int] | None
    room: int
    sought: tuple[str, ...] | None


class ImapWire:
    """Reads mail folders. Safe to share between threads; one connection a request.

    `total_seconds` is the time for all of it, from the look-up to the last byte; `max_bytes` what the messages of one
    answer have in all. `allow_private` lets it ask addresses of the own network. `context` is for authorities of
    one's own; the certificate is always checked.
    """

    def __init__(
        self,
        *,
        connect_seconds: float = 10.0,
        total_seconds: float = 30.0,
        max_bytes: int = 10 * 2**20,
        allow_private: bool = False,
        clock: Clock | None = None,
        resolve: Resolve = socket.getaddrinfo,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._max_bytes = max_bytes
        self._allowed: Callable[[str], bool] | None = None if allow_private else is_public
        self._clock = clock or SystemClock()
        self._resolve = resolve
        self._context = context
        self._watchdog = Watchdog()

    @classmethod
    def from_settings(
        cls, limits: HttpSettings, clock: Clock | None = None, *, allow_private: bool | None = None
    ) -> "ImapWire":
        """The wire with the limits of every other one; `allow_private` for addresses that no stranger typed in."""
        return cls(
            connect_seconds=limits.connect_seconds,
            total_seconds=limits.total_seconds,
            max_bytes=limits.max_bytes,
            allow_private=limits.allow_private if allow_private is None else allow_private,
            clock=clock,
        )

    def send(self, request: Request) -> Answer:
        """The folder's new messages, oldest first, at most 50, as `imap_letters` binds them; always 200.

        Headers asked: `X-Password` or `X-Token` (XOAUTH2), and `X-After`, the place up to which the folder was read.
        Without it, or where the folder was made anew (another UIDVALIDITY), the last seven days are read. Headers
        answered: `X-Next`, the new place (`uidvalidity:uid`), and `X-Skipped`, how many messages were passed over
        because one alone is larger than the limit.

        With `X-Find`, at most 100 Message-IDs with blanks between, it answers instead which of them lie in the folder,
        among the messages of the last 31 days: one a line.

        Raises WireError with facts `url` (without the account) and `host`: http.url, http.scheme, http.dns,
        http.private_address, http.refused, http.tls, http.timeout, http.broken, http.too_big, http.stopped,
        mailbox.starttls, mailbox.login, mailbox.folder. Never ambiguous: nothing is changed there.
        """
        deadline = Deadline(self._total_seconds)
        try:
            with self._watchdog.watch(deadline):
                return self._read(request, deadline)
        except Exception as error:
            why = self._explained(error, request, deadline)
            if why is None:
                raise
        # Raised out here it has no cause: those of the library quote what was sent.
        raise why

    def abort(self) -> None:
        """Ends what is under way with `http.stopped` and refuses new ones."""
        self._watchdog.stop()

    close = abort

    def _read(self, request: Request, deadline: Deadline) -> Answer:
        folder = _checked(request, self._max_bytes)
        line = dial(
            folder.host,
            folder.port,
            deadline=deadline,
            seconds=self._connect_seconds,
            resolve=self._resolve,
            allowed=self._allowed,
        )
        talk: Talk | None = None
        try:
            # The watchdog ends it in time; a timeout of the socket's own would only blur what happened.
            line.settimeout(deadline.seconds + 5)
            context = self._context or trusted()
            if folder.tls:
                line = context.wrap_socket(line, server_hostname=folder.host)
            talk = Talk(line, folder.host, folder.room + _OVERHEAD)
            if not folder.tls:
                talk.secure(context)
            talk.log_in(folder.account, folder.secret, token=folder.is_token)
            answer = self._new(talk, folder) if folder.sought is None else self._found(talk, folder, folder.sought)
            talk.goodbye(deadline.left(2.0))
        finally:
            if talk is not None:
                talk.close()
            line.close()
        return Answer(told(request.url), 200, *answer)

    def _new(self, talk: Talk, folder: _Folder) -> tuple[dict[str, str], bytes]:
        validity, following = talk.examine(folder.name)
        before = folder.after[1] if folder.after is not None and folder.after[0] == validity else None
        if before is None:
            found = talk.since((self._clock.now() - _FIRST).date())
        else:
            found = [uid for uid in talk.behind(before) if uid > before]
        wanted: list[int] = []
        skipped, size, last = 0, 0, before if before is not None else max(following - 1, 0)
        sizes = talk.sizes(found[:MOST_MESSAGES])
        for uid in found[:MOST_MESSAGES]:
            own = sizes.get(uid, 0)
            if own > folder.room:
                skipped += 1
            elif size + own > folder.room:
                break  # the rest is for the next time
            else:
                size += own
                wanted.append(uid)
            last = uid
        taken = [Letter(uid, raw) for uid, raw in sorted(talk.bodies(wanted).items())]
        kind, body = bound(taken)
        return {"Content-Type": kind, "X-Next": f"{validity}:{last}", "X-Skipped": str(skipped)}, body

    def _found(self, talk: Talk, folder: _Folder, sought: tuple[str, ...]) -> tuple[dict[str, str], bytes]:
        talk.examine(folder.name)
        day = (self._clock.now() - _LATELY).date()
        there = [one for one in sought if talk.holds(one, day)]
        return {"Content-Type": "text/plain"}, "\n".join(there).encode("ascii")

    def _explained(self, error: Exception, request: Request, deadline: Deadline) -> WireError | None:
        """The error for people; None for one that is ours to mend."""
        if deadline.why is not None and not isinstance(error, Refused):
            error = Cut(deadline.why)
        limit = request.max_bytes or self._max_bytes
        match error:
            case Cut(reason="stopped"):
                return _error(request, "http.stopped")
            case Cut():
                return _error(request, "http.timeout", seconds=_plain(deadline.seconds))
            case Refused():
                return _error(request, error.key, permanent=True, **error.facts)
            case Unknown():
                return _error(request, "http.dns")
            case Forbidden():
                return _error(request, "http.private_address", permanent=True, address=str(error.args[0]))
            case Late() | TimeoutError():
                return _error(request, "http.timeout", seconds=_plain(self._connect_seconds))
            case Unreachable():
                return _error(request, "http.refused")
            case NoTls():
                return _error(request, "mailbox.starttls")
            case Denied():
                return _error(request, "mailbox.login")
            case NoFolder():
                return _error(request, "mailbox.folder", folder=str(error.args[0]))
            case TooMuch():
                return _error(request, "http.too_big", limit=limit, megabytes=_plain(round(limit / 2**20, 2)))
            case ssl.SSLError():
                reason = getattr(error, "verify_message", "") or error.reason or ""
                return _error(request, "http.tls", reason=reason)
            case _ if is_damage(error) or isinstance(error, OSError | ValueError):
                return _error(request, "http.broken", reason=type(error).__name__)
        return None


def _checked(request: Request, room: int) -> _Folder:
    """What is asked; Refused where it cannot be."""
    try:
        parts = urlsplit(request.url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Refused("http.url") from error
    if parts.scheme not in PORTS:
        raise Refused("http.scheme", scheme=parts.scheme[:20])
    if parts.password is not None:
        raise Refused("http.userinfo")
    name, account = unquote(parts.path[1:]) or "INBOX", unquote(parts.username or "")
    if not host or not account or parts.query or parts.fragment or _CONTROL.search(name + account):
        raise Refused("http.url")
    headers = {name.lower(): value for name, value in request.headers.items()}
    token = headers.get("x-token", "")
    secret = token or headers.get("x-password", "")
    for header in ("x-token", "x-password"):
        if _CONTROL.search(headers.get(header, "")):
            raise Refused("http.header", name=header)
    place = _PLACE.fullmatch(headers.get("x-after", ""))
    sought = tuple(headers["x-find"].split()) if "x-find" in headers else None
    if sought is not None and (len(sought) > MOST_SOUGHT or not all(map(_SOUGHT.fullmatch, sought))):
        raise Refused("http.header", name="x-find")
    return _Folder(
        host=host,
        port=port or PORTS[parts.scheme],
        tls=parts.scheme == "imaps",
        account=account,
        name=name,
        secret=secret,
        is_token=bool(token),
        after=(int(place[1]), int(place[2])) if place else None,
        room=request.max_bytes or room,
        sought=sought,
    )


def _error(request: Request, key: str, *, permanent: bool = False, **facts: Any) -> WireError:
    try:
        host = urlsplit(request.url).hostname or ""
    except ValueError:
        host = ""
    return WireError(key, permanent=permanent, url=told(request.url), host=host, **facts)


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number
