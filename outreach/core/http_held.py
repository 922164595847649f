"""A connection that is held for the next request to the same server: for many short requests in a row.

The promises and errors are those of `GuardedHttp`. A held connection is used again only at once, while it is quiet, and
not for ever: a request that falls into one which the server is just closing ends as one that nobody answered, ambiguous
unless it only reads. Nothing is tried twice here either.
"""

import http.client
import os
import socket
import time
from dataclasses import replace
from typing import Any

from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest
from urllib3 import HTTPConnectionPool

from outreach.core.http import Answer, GuardedHttp, Http, Request, _Conversation
from outreach.core.http_url import Step, origin
from outreach.core.http_wire import Reply, Wire, _body, _Pool, _SecurePool

# Servers close idle connections after two seconds and more, and many of them after a hundred requests.
_IDLE_SECONDS = 1.0
_REQUESTS = 90


class HeldHttp:
    """One line of requests, for one thread; close it at the end."""

    def __init__(self, wire: GuardedHttp) -> None:
        self._wire = wire
        self._lines = _Lines()

    def send(self, request: Request) -> Answer:
        """As `GuardedHttp.send`; what follows redirects goes over connections of its own."""
        if request.follow:
            return self._wire.send(request)
        return _HeldConversation(self._wire, request, self._lines).hold()

    def close(self) -> None:
        self._lines.close()


def held(wire: Http) -> Http:
    """A wire that holds its connections, where there are any to hold."""
    return HeldHttp(wire) if isinstance(wire, GuardedHttp) else wire


class _HeldConversation(_Conversation):
    def __init__(self, wire: GuardedHttp, request: Request, lines: "_Lines") -> None:
        super().__init__(wire, request)
        self._lines = lines

    def _go(self, step: Step) -> Answer:
        step = replace(step, headers={**step.headers, "Connection": "keep-alive"})
        reply = _exchange(self._wire, step, self._lines, self._walk.limit)
        return self._walk.answer(reply.status, reply.headers, reply.body)


class _Lines:
    """The idle connections by server, each with when it fell idle and how often it was used."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, str, int], tuple[Any, float, int]] = {}
        self._used: dict[int, int] = {}

    def take(self, where: tuple[str, str, int]) -> Any | None:
        conn, since, used = self._idle.pop(where, (None, 0.0, 0))
        if conn is None:
            return None
        if used >= _REQUESTS or time.monotonic() - since > _IDLE_SECONDS or not conn.is_connected:
            conn.close()
            return None
        self._used[id(conn)] = used
        return conn

    def give(self, where: tuple[str, str, int], conn: Any) -> None:
        used = self._used.pop(id(conn), 0) + 1
        if conn.sock is None or where in self._idle:
            conn.close()
        else:
            self._idle[where] = conn, time.monotonic(), used

    def close(self) -> None:
        for conn, _, _ in self._idle.values():
            conn.close()
        self._idle.clear()


def _exchange(wire: Wire, step: Step, lines: _Lines, limit: int) -> Reply:
    request = PreparedRequest()
    request.prepare(method=step.method, url=step.url, headers=dict(step.headers), data=step.body)
    adapter = _Adapter(wire, lines)
    response = adapter.send(request, stream=True, timeout=(wire.connect_seconds, wire.read_seconds))
    try:
        length = response.headers.get("Content-Length", "0").partition(",")[0].strip()
        if not length.isdecimal() and "Transfer-Encoding" not in response.headers:
            raise http.client.HTTPException("a length that is no number")
        body = _body(response, limit)
        wire.deadline.check()
        return Reply(response.status_code, response.headers, body)
    finally:
        response.raw.close()


class _Adapter(HTTPAdapter):
    def __init__(self, wire: Wire, lines: _Lines) -> None:
        super().__init__(max_retries=0)
        self._wire = wire
        self._lines = lines

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Nothing to do: the connection's context always verifies."""

    def get_connection_with_tls_context(self, request: PreparedRequest, *_: Any, **__: Any) -> HTTPConnectionPool:
        where = origin(request.url or "")
        scheme, host, port = where
        pool: _Holding
        if scheme == "https":
            pool = _SecureHeld(self._wire, host, port, retries=False, ssl_context=self._wire.context())
        else:
            pool = _Holding(self._wire, host, port, retries=False)
        pool.where, pool.lines = where, self._lines
        return pool


class _Holding(_Pool):
    """Takes an idle connection of its server first, and gives back what is whole."""

    where: tuple[str, str, int]
    lines: _Lines

    def _get_conn(self, timeout: float | None = None) -> Any:
        conn = self.lines.take(self.where)
        if conn is None:
            return super()._get_conn(timeout)
        conn.wire = self._wire
        # The watch needs a plain socket; a secured one cannot be doubled.
        with socket.socket(fileno=os.dup(conn.sock.fileno())) as plain:
            self._wire.deadline.hold(plain)
        return conn

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            self.lines.give(self.where, conn)


class _SecureHeld(_Holding, _SecurePool):
    pass
