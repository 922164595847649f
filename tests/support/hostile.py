"""A web server on loopback that does, byte for byte, what a test tells it; and the client that asks it."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR, socket
from typing import Any

import pytest
import trustme

from outreach.core.errors import WireError
from outreach.core.http import Answer, GuardedHttp, Request
from tests.support.ports import listening

# How long a server goes on with its mischief when nobody stops it: where a limit does not hold, the test then
# fails instead of hanging.
PATIENCE = 90.0


@dataclass(frozen=True)
class Asked:
    """One request as it came: header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Talk:
    """One connection, from the server's side."""

    line: socket
    over: threading.Event
    outlasted: threading.Event
    asked: Asked = Asked("", "", {}, b"")

    def send(self, *pieces: bytes) -> None:
        self.line.sendall(b"".join(pieces))

    def drip(self, pieces: Iterator[bytes], pause: float = 0.05) -> None:
        """Piece by piece, until the other side or the test has enough."""
        end = time.monotonic() + PATIENCE
        for piece in pieces:
            if time.monotonic() > end:
                self.outlasted.set()
                return
            if self.over.wait(pause):
                return
            self.send(piece)

    def hang(self) -> None:
        """Says nothing more and keeps the connection."""
        if not self.over.wait(PATIENCE):
            self.outlasted.set()


Act = Callable[[Talk], None]


@dataclass
class Hostile:
    """Runs `act` for each connection in a thread of its own; `raw` ones see it before anything was read."""

    act: Act
    address: str = "127.0.0.1"
    context: ssl.SSLContext | None = None
    raw: bool = False
    seen: list[Asked] = field(default_factory=list)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    outlasted: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._server = listening(self.address)
        self.port: int = self._server.getsockname()[1]
        self._lines: list[socket] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def url(self, target: str = "/", host: str | None = None) -> str:
        name = host or (f"[{self.address}]" if ":" in self.address else self.address)
        return f"{'https' if self.context else 'http'}://{name}:{self.port}{target}"

    def close(self) -> None:
        if self.over.is_set():
            return
        self.over.set()
        self._server.shutdown(SHUT_RDWR)
        self._accepting.join()
        self._server.close()
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        for line in self._lines:
            line.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            self._lines.append(line)
            thread = threading.Thread(target=self._serve, args=(line,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, line: socket) -> None:
        talk = Talk(line, self.over, self.outlasted)
        try:
            if self.context and not self.raw:
                talk.line = self.context.wrap_socket(line, server_side=True)
                self._lines.append(talk.line)
            if not self.raw:
                talk.asked = _read(talk.line)
                self.seen.append(talk.asked)
            self.act(talk)
        except (OSError, EOFError, ValueError):
            pass  # the client left, as it should in most of these tests
        finally:
            with suppress(OSError):
                talk.line.shutdown(SHUT_RDWR)
            talk.line.close()


def _read(line: socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65_536)
        if not piece:
            raise EOFError
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rest)}
    while len(body) < int(headers.get("content-length", 0)):
        body += line.recv(65_536)
    return Asked(method, target, headers, body)


def head(status: int = 200, **headers: object) -> bytes:
    """The head of an answer: `content_type="text/html"` becomes Content-Type."""
    rows = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Said\r\n{rows}\r\n".encode("latin-1")


def page(body: bytes = b"", status: int = 200, **headers: object) -> bytes:
    """A whole answer of known length."""
    return head(status, **{"content_length": len(body), **headers}) + body


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def always(answer: bytes) -> Act:
    return lambda talk: talk.send(answer)


def by_target(**answers: bytes | Act) -> Act:
    """`a=...` answers /a; anything else is 404."""

    def act(talk: Talk) -> None:
        answer = answers.get(talk.asked.target.strip("/").partition("?")[0], page(b"", 404))
        if callable(answer):
            answer(talk)
        else:
            talk.send(answer)

    return act


class Servers:
    """Starts servers and clients for one test and ends them after it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.started: list[Hostile] = []

    def server(self, act: Act | bytes, **settings: Any) -> Hostile:
        made = Hostile(always(act) if isinstance(act, bytes) else act, **settings)
        self._stack.callback(made.close)
        self.started.append(made)
        return made

    def client(self, **settings: Any) -> GuardedHttp:
        """Allowed to ask loopback, and patient unless told otherwise: a busy machine is no fault of a server."""
        usual: dict[str, Any] = {
            "user_agent": "tests",
            "allow_private": True,
            "connect_seconds": 20,
            "read_seconds": 20,
            "total_seconds": 30,
        }
        made = GuardedHttp(**{**usual, **settings})
        self._stack.callback(made.close)
        return made


@contextmanager
def servers() -> Iterator[Servers]:
    """For one test. It fails if a client bore with a server's mischief to the end."""
    with ExitStack() as stack:
        made = Servers(stack)
        yield made
    assert not any(server.outlasted.is_set() for server in made.started)


def refused(http: GuardedHttp, request: Request | str) -> WireError:
    """The error a request ends in."""
    with pytest.raises(WireError) as caught:
        http.send(request if isinstance(request, Request) else Request(request))
    return caught.value


def get(http: GuardedHttp, url: str, **settings: Any) -> Answer:
    return http.send(Request(url, **settings))


@dataclass(frozen=True)
class Papers:
    """An authority of our own and what it vouches for."""

    authority: trustme.CA

    def server(self, *names: str) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.authority.issue_cert(*names).configure_cert(context)
        return context

    def client(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context


def papers() -> Papers:
    return Papers(trustme.CA())


def resolver(table: dict[str, list[str]]) -> Callable[..., list[Any]]:
    """A fake look-up: a list of addresses a name; anything else is unknown."""
    import socket as system

    def resolve(host: str, port: int, **_: object) -> list[Any]:
        if host not in table:
            raise system.gaierror(system.EAI_NONAME, "unknown")
        return [
            (system.AF_INET6, system.SOCK_STREAM, 6, "", (one, port, 0, 0))
            if ":" in one
            else (system.AF_INET, system.SOCK_STREAM, 6, "", (one, port))
            for one in table[host]
        ]

    return resolve
