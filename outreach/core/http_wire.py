"""One exchange of request and answer over requests, on a connection that was dialled by our own rules.

There is no session: nothing is read from the environment or .netrc, no cookie, proxy or connection is kept. A
fresh connection for each request means that no request can fall into one the server was just closing, and
nothing has to be repeated.
"""

import http.client
import io
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest, Response
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ReadTimeoutError

from outreach.core.deadline import Deadline
from outreach.core.dial import Late, Unreachable
from outreach.core.http_body import gather
from outreach.core.http_url import REDIRECTS, Step, origin

_LINE_BYTES = 64 * 1024


class TlsFailed(Exception):
    """No secured connection came about."""


@dataclass
class Wire:
    """What the connections of one request need to know; `sent` turns true with the first byte going out."""

    deadline: Deadline
    dial: Callable[[str, int], socket.socket]
    connect_seconds: float
    read_seconds: float
    context: Callable[[], ssl.SSLContext]
    sent: bool = field(default=False)


@dataclass(frozen=True)
class Reply:
    """What one exchange gave; the body of a redirect that is followed stays unread."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def location(self) -> str | None:
        """Where it sends us on, if it does."""
        return self.headers.get("Location") if self.status in REDIRECTS else None


def exchange(wire: Wire, step: Step, *, limit: int, follow: bool) -> Reply:
    """Sends one request and reads its answer, at most `limit` unpacked bytes of body.

    Raises Cut, the errors of dial and gather, TlsFailed, or whatever requests, urllib3 and http.client raise.
    """
    request = PreparedRequest()
    request.prepare(method=step.method, url=step.url, headers=dict(step.headers), data=step.body)
    adapter = _Adapter(wire)
    response = adapter.send(request, stream=True, timeout=(wire.connect_seconds, wire.read_seconds))
    try:
        if follow and response.status_code in REDIRECTS and "Location" in response.headers:
            return Reply(response.status_code, response.headers, b"")
        length = response.headers.get("Content-Length", "0").partition(",")[0].strip()
        if not length.isdecimal() and "Transfer-Encoding" not in response.headers:
            raise http.client.HTTPException("a length that is no number")
        body = _body(response, limit)
        # A connection that was shut down from outside looks like the end of a body without a length.
        wire.deadline.check()
        return Reply(response.status_code, response.headers, body)
    finally:
        response.raw.close()


def is_silence(error: BaseException | None) -> bool:
    """Whether an error comes from waiting too long for the next byte."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or one in seen:
            continue
        if isinstance(one, TimeoutError | ReadTimeoutError):
            return True
        seen.append(one)
        waiting += [
            one.__cause__,
            one.__context__,
            *(arg for arg in one.args if isinstance(arg, BaseException)),
        ]
    return False


def _body(response: Response, limit: int) -> bytes:
    pieces = response.raw.stream(_LINE_BYTES, decode_content=False)
    return gather(pieces, response.headers.get("Content-Encoding", ""), limit)


class _Adapter(HTTPAdapter):
    """Hands each request a pool of its own, made for it alone."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(max_retries=0)
        self._wire = wire

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Nothing to do: the connection's context always verifies."""

    def get_connection_with_tls_context(self, request: PreparedRequest, *_: Any, **__: Any) -> HTTPConnectionPool:
        scheme, host, port = origin(request.url or "")
        if scheme == "https":
            return _SecurePool(self._wire, host, port, retries=False, ssl_context=self._wire.context())
        return _Pool(self._wire, host, port, retries=False)


class _FrugalReader(io.BufferedReader):
    """Never reads a line or a rest without end, whatever the other side promises."""

    def readline(self, size: int | None = -1, /) -> bytes:
        if size is not None and size >= 0:
            return super().readline(size)
        line = super().readline(_LINE_BYTES + 1)
        if len(line) > _LINE_BYTES:
            raise http.client.LineTooLong("line")
        return line

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            raise http.client.HTTPException("a length below zero")
        return super().read(size)


class _FrugalResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = _FrugalReader(self.fp.detach())


class _Dialled(HTTPConnection):
    wire: Wire
    response_class = _FrugalResponse

    def _new_conn(self) -> socket.socket:
        return self.wire.dial(self._dns_host, self.port or self.default_port)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        assert self.sock is not None
        # For writing the limit is the whole time that is left: a slow line may need it for a picture.
        self.sock.settimeout(self.wire.deadline.left())
        self.wire.sent = True
        super().send(data)


class _SecureDialled(_Dialled, HTTPSConnection):
    def connect(self) -> None:
        try:
            HTTPSConnection.connect(self)
        except ssl.SSLError as error:
            self.wire.deadline.check()
            raise TlsFailed(getattr(error, "verify_message", "") or error.reason or "") from error
        except TimeoutError as error:
            self.wire.deadline.check()
            raise Late(self.wire.connect_seconds) from error
        except OSError as error:
            self.wire.deadline.check()
            raise Unreachable(self.host) from error


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Dialled

    def __init__(self, wire: Wire, host: str, port: int, **settings: Any) -> None:
        super().__init__(host, port, maxsize=1, **settings)
        self._wire = wire

    def _new_conn(self) -> Any:
        made: Any = super()._new_conn()
        made.wire = self._wire
        return made

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()  # never used twice


class _SecurePool(_Pool, HTTPSConnectionPool):
    ConnectionCls = _SecureDialled
