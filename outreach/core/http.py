"""The one way in which this program asks other machines over HTTP, and the values that go in and come out.

Everything the open web can do to a client has a limit here: time in all, bytes unpacked, redirects, addresses
of the own network, secrets that would leave with a redirect. Status codes are answers; an error means that
there was none.
"""

import logging
import socket
import ssl
from http.client import HTTPException
from typing import TYPE_CHECKING, Protocol

from requests import RequestException
from urllib3.exceptions import HTTPError

from outreach.core.deadline import Cut, Deadline, Watchdog
from outreach.core.dial import Forbidden, Late, Resolve, Unknown, Unreachable, dial, is_public, trusted
from outreach.core.errors import WireError
from outreach.core.http_body import BadEncoding, Damaged, TooBig
from outreach.core.http_url import Refused, Step
from outreach.core.http_values import Answer, Request, conditional, retry_after
from outreach.core.http_walk import SAFE, Rules, Walk
from outreach.core.http_wire import Reply, TlsFailed, Wire, exchange, is_silence

if TYPE_CHECKING:
    from outreach.core.http_many import ManyGear

__all__ = ["Answer", "GuardedHttp", "Http", "Request", "conditional", "retry_after"]


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
        self._rules = Rules(
            user_agent=user_agent,
            connect_seconds=connect_seconds,
            read_seconds=read_seconds,
            total_seconds=total_seconds,
            max_bytes=max_bytes,
            max_hops=max_hops,
            allowed=None if allow_private else is_public,
            resolve=resolve,
            context=context,
        )
        self._watchdog = Watchdog()
        self._aborted = False
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

    def many(self, at_once: int) -> "ManyGear":
        """A gear for hundreds of requests from one thread, `at_once` of them under way; same promises, same errors.

        It keeps connections between GETs of one host. Close it when done.
        """
        # Nobody who asks for a page now and then has to load curl.
        from outreach.core.http_many import ManyGear

        return ManyGear(self._rules, at_once, self._refuses)

    def abort(self) -> None:
        """Ends every GET and HEAD under way with `http.stopped` and refuses new ones; others may finish."""
        self._aborted = True
        self._watchdog.stop()

    def close(self) -> None:
        """Like abort, and nothing at all may start any more."""
        self._closed = True
        self.abort()

    def _refuses(self, method: str) -> bool:
        return self._closed or (self._aborted and method in SAFE)


class _Conversation:
    """One request with its redirects, from the check of its address to its answer or its WireError."""

    def __init__(self, http: GuardedHttp, request: Request) -> None:
        self._http = http
        self._rules = http._rules
        self._walk = Walk(http._rules, request)
        self._deadline = Deadline(self._rules.total_seconds, stoppable=self._walk.method in SAFE)
        self._wire = Wire(
            self._deadline,
            self._dial,
            self._rules.connect_seconds,
            self._rules.read_seconds,
            lambda: self._rules.context or trusted(),
        )

    def hold(self) -> Answer:
        try:
            if self._http._closed:
                raise Cut("stopped")
            with self._http._watchdog.watch(self._deadline):
                return self._go(self._walk.first())
        except Exception as error:
            self._walk.sent = self._wire.sent
            why = self._explained(error)
            if why is None:
                raise
        # Raised out here it has no cause: those of requests quote the whole address, with its secrets.
        raise why

    def _go(self, step: Step) -> Answer:
        walk = self._walk
        while True:
            reply: Reply = exchange(self._wire, step, limit=walk.limit, follow=walk.request.follow)
            location = reply.location if walk.request.follow else None
            if location is None:
                return walk.answer(reply.status, reply.headers, reply.body)
            step = walk.on(step, reply.status, location)

    def _dial(self, host: str, port: int) -> socket.socket:
        return dial(
            host,
            port,
            deadline=self._deadline,
            seconds=self._rules.connect_seconds,
            resolve=self._rules.resolve,
            allowed=self._rules.allowed,
        )

    def _explained(self, error: Exception) -> WireError | None:
        """The error for people; None for one that is ours to mend."""
        walk = self._walk
        if self._deadline.why is not None and not isinstance(error, Refused):
            error = Cut(self._deadline.why)
        match error:
            case Cut(reason="stopped"):
                return walk.error("http.stopped")
            case Cut():
                return walk.late(self._deadline.seconds)
            case Refused():
                return walk.refused(error)
            case Unknown():
                return walk.error("http.dns")
            case Forbidden():
                return walk.forbidden(str(error.args[0]))
            case Late():
                return walk.late(self._rules.connect_seconds)
            case Unreachable():
                return walk.error("http.refused")
            case TlsFailed():
                return walk.error("http.tls", reason=str(error))
            case TooBig():
                return walk.too_big()
            case BadEncoding():
                return walk.bad_encoding(str(error))
            case _ if is_silence(error):
                return walk.late(self._rules.read_seconds)
            case Damaged() | RequestException() | HTTPError() | HTTPException() | OSError() | ValueError():
                return walk.error("http.broken", reason=type(error).__name__)
        return None
