"""The one way in which this program asks other machines over HTTP, and the values that go in and come out.

Everything the open web can do to a client has a limit here: time in all, bytes unpacked, redirects, addresses
of the own network, secrets that would leave with a redirect. Status codes are answers; an error means that
there was none.
"""

import logging
import re
import socket
import ssl
from collections.abc import Callable
from http.client import HTTPException
from typing import Protocol

from requests import RequestException
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from outreach.core.deadline import Cut, Deadline, Watchdog
from outreach.core.dial import Forbidden, Late, Resolve, Unknown, Unreachable, dial, is_public, trusted
from outreach.core.errors import WireError
from outreach.core.http_body import BadEncoding, Damaged, TooBig
from outreach.core.http_url import PERMANENT_REDIRECTS, Refused, Step, checked, host_of, next_step, told
from outreach.core.http_values import UNFIT, Answer, Request, conditional, retry_after
from outreach.core.http_wire import Reply, TlsFailed, Wire, exchange, is_silence

__all__ = ["Answer", "GuardedHttp", "Http", "Request", "conditional", "retry_after"]

_SAFE = frozenset({"GET", "HEAD"})
# These are the connection's own; a caller who sets them would break the framing or name another host.
_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Http(Protocol):
    """Sends a request and brings the answer."""

    def send(self, request: Request) -> Answer:
        """Raises WireError if there is no answer; any status code is one."""
        ...


class GuardedHttp:
    """The real wire. Safe to share between threads.

    Times are seconds: for a connection, for a silence, for the whole request with all its redirects.
    `max_bytes` counts the unpacked body. `allow_private` lets it ask addresses of the own network. Nothing is
    tried twice.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        connect_seconds: float = 10.0,
        read_seconds: float = 15.0,
        total_seconds: float = 30.0,
        max_bytes: int = 10 * 2**20,
        allow_private: bool = False,
        max_hops: int = 5,
        resolve: Resolve = socket.getaddrinfo,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._total_seconds = total_seconds
        self._max_bytes = max_bytes
        self._max_hops = max_hops
        self._allowed: Callable[[str], bool] | None = None if allow_private else is_public
        self._resolve = resolve
        self._context = context
        self._watchdog = Watchdog()
        self._closed = False
        # urllib3 logs whole addresses with every request; some hold a token.
        for name in ("urllib3.connection", "urllib3.connectionpool"):
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def send(self, request: Request) -> Answer:
        """Asks, follows redirects, and brings the answer.

        Raises WireError with facts `url` (without secrets) and `host`: http.url, http.scheme, http.userinfo,
        http.header, http.dns, http.private_address, http.refused, http.tls, http.timeout, http.broken,
        http.encoding, http.too_big, http.redirect, http.redirect_loop, http.redirect_insecure,
        http.redirect_body, http.stopped. `ambiguous` is true if anything but a GET or HEAD may have reached
        the other side.
        """
        return _Conversation(self, request).hold()

    def abort(self) -> None:
        """Ends every GET and HEAD under way with `http.stopped` and refuses new ones; others may finish."""
        self._watchdog.stop()

    def close(self) -> None:
        """Like abort, and nothing at all may start any more."""
        self._closed = True
        self._watchdog.stop()


class _Conversation:
    """One request with its redirects, from the check of its address to its answer or its WireError."""

    def __init__(self, http: GuardedHttp, request: Request) -> None:
        self._http = http
        self._request = request
        self._method = request.method.upper()
        self._url = request.url
        self._limit = http._max_bytes if request.max_bytes is None else request.max_bytes
        self._deadline = Deadline(http._total_seconds, stoppable=self._method in _SAFE)
        self._wire = Wire(
            self._deadline,
            self._dial,
            http._connect_seconds,
            http._read_seconds,
            lambda: http._context or trusted(),
        )

    def hold(self) -> Answer:
        try:
            if self._http._closed:
                raise Cut("stopped")
            with self._http._watchdog.watch(self._deadline):
                return self._walk(self._first_step())
        except Exception as error:
            why = self._explained(error)
            if why is None:
                raise
        # Raised out here it has no cause: those of requests quote the whole address, with its secrets.
        raise why

    def _first_step(self) -> Step:
        if not re.fullmatch(r"[A-Z]+", self._method):
            raise Refused("http.header", name="method")
        headers = CaseInsensitiveDict({"User-Agent": self._http._user_agent, "Accept": "*/*"})
        for name, value in self._request.headers.items():
            if not _NAME.fullmatch(name) or UNFIT.search(value) or name.lower() in _OURS:
                raise Refused("http.header", name=name[:50])
            headers[name] = value.strip()
        headers["Accept-Encoding"] = "gzip, deflate"
        headers["Connection"] = "close"
        return Step(checked(self._request.url), self._method, headers, self._request.body)

    def _walk(self, step: Step) -> Answer:
        hops: list[str] = []
        visited: set[tuple[str, str]] = set()
        permanent = True
        while True:
            self._url = step.url
            visited.add((step.method, step.url))
            reply: Reply = exchange(self._wire, step, limit=self._limit, follow=self._request.follow)
            location = reply.location if self._request.follow else None
            if location is None:
                moved = step.url if hops and permanent else None
                return Answer(step.url, reply.status, reply.headers, reply.body, tuple(hops), moved)
            if len(hops) == self._http._max_hops:
                raise Refused("http.redirect", limit=self._http._max_hops)
            hops.append(step.url)
            permanent = permanent and reply.status in PERMANENT_REDIRECTS
            step = next_step(step, reply.status, location)
            if (step.method, step.url) in visited:
                raise Refused("http.redirect_loop", to=told(step.url))

    def _dial(self, host: str, port: int) -> socket.socket:
        http = self._http
        return dial(
            host,
            port,
            deadline=self._deadline,
            seconds=http._connect_seconds,
            resolve=http._resolve,
            allowed=http._allowed,
        )

    def _explained(self, error: Exception) -> WireError | None:
        """The error for people; None for one that is ours to mend."""
        if self._deadline.why is not None and not isinstance(error, Refused):
            error = Cut(self._deadline.why)
        match error:
            case Cut(reason="stopped"):
                return self._error("http.stopped")
            case Cut():
                return self._error("http.timeout", seconds=_plain(self._deadline.seconds))
            case Refused():
                return self._error(error.key, permanent=True, **error.facts)
            case Unknown():
                return self._error("http.dns")
            case Forbidden():
                return self._error("http.private_address", permanent=True, address=str(error.args[0]))
            case Late():
                return self._error("http.timeout", seconds=_plain(self._http._connect_seconds))
            case Unreachable():
                return self._error("http.refused")
            case TlsFailed():
                return self._error("http.tls", reason=str(error))
            case TooBig():
                size = self._limit / 2**20
                return self._error("http.too_big", permanent=True, limit=self._limit, megabytes=_plain(round(size, 2)))
            case BadEncoding():
                return self._error("http.encoding", permanent=True, encoding=str(error))
            case _ if is_silence(error):
                return self._error("http.timeout", seconds=_plain(self._http._read_seconds))
            case Damaged() | RequestException() | HTTPError() | HTTPException() | OSError() | ValueError():
                return self._error("http.broken", reason=type(error).__name__)
        return None

    def _error(self, key: str, *, permanent: bool = False, **facts: object) -> WireError:
        ambiguous = self._wire.sent and self._method not in _SAFE
        return WireError(
            key,
            permanent=permanent,
            ambiguous=ambiguous,
            url=told(self._url),
            host=host_of(self._url),
            **facts,
        )


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number
