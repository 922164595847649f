"""A proxy between us and a relay that cuts the line at one step of the protocol, and afterwards passes everything on.

Commands are handed to the relay one by one and each answer is waited for, so that a cut hits exactly its step even
where we send several commands at once.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR, create_connection, socket
from typing import IO, Any

from tests.support.ports import listening

# In the order in which they come. A command alone: cut before the relay hears it; with "-answer": the relay has heard
# it and answered, but we do not see the answer. "dot": the whole mail but for its end has arrived; "taken": the answer
# to the dot was passed on.
STEPS = (
    "greeting",
    "EHLO",
    "EHLO-answer",
    "STARTTLS",
    "STARTTLS-answer",
    "tls",
    "AUTH",
    "AUTH-answer",
    "MAIL",
    "MAIL-answer",
    "RCPT",
    "RCPT-answer",
    "DATA",
    "DATA-answer",
    "body",
    "dot",
    "dot-answer",
    "taken",
)


class _Over(Exception):
    """The line is cut, or one side left."""


@dataclass
class Cutter:
    """Cuts at the `nth` time that `step` is reached, counted over all connections; `act` is called just before.

    With a context it speaks TLS with us from the first byte, and plainly with the relay: only so a login is seen.
    """

    target: int
    step: str = ""
    nth: int = 1
    act: Callable[[], None] | None = None
    context: ssl.SSLContext | None = None
    cuts: int = 0
    connections: int = 0
    _seen: int = 0
    _lines: list[socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._server = listening()
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown(SHUT_RDWR)
        self._server.close()
        with self._lock:
            for line in self._lines:
                _end(line)

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket) -> None:
        with ExitStack() as stack, suppress(_Over, OSError, ValueError):
            stack.callback(_end, line)
            ours = self.context.wrap_socket(line, server_side=True) if self.context else line
            relay = create_connection(("127.0.0.1", self.target))
            stack.callback(_end, relay)
            stack.callback(_end, ours)
            with self._lock:
                self._lines += [ours, relay]
            talk = _Talk(ours, relay, stack.enter_context(ours.makefile("rb")), stack.enter_context(relay.makefile("rb")))
            self._talk(talk)

    def _talk(self, talk: "_Talk") -> None:
        greeting = talk.answer()
        self._reached("greeting")
        talk.ours.sendall(greeting)
        while True:
            command = talk.command()
            verb = command[:8].split()[0].decode("ascii", "replace").upper() if command.strip() else ""
            self._reached(verb)
            talk.relay.sendall(command)
            answer = talk.answer()
            self._reached(f"{verb}-answer")
            talk.ours.sendall(answer)
            if verb == "STARTTLS" and answer.startswith(b"220"):
                self._reached("tls")
                talk.blind()
                return
            if verb == "DATA" and answer.startswith(b"354"):
                self._mail(talk)

    def _mail(self, talk: "_Talk") -> None:
        first = True
        while (line := talk.command()) != b".\r\n":
            talk.relay.sendall(line)
            if first:
                self._reached("body")
            first = False
        self._reached("dot")
        talk.relay.sendall(b".\r\n")
        answer = talk.answer()
        self._reached("dot-answer")
        talk.ours.sendall(answer)
        self._reached("taken")

    def _reached(self, step: str) -> None:
        if step != self.step:
            return
        with self._lock:
            self._seen += 1
            due = self._seen == self.nth
        if due:
            if self.act is not None:
                self.act()
            self.cuts += 1
            raise _Over


@dataclass
class _Talk:
    ours: socket
    relay: socket
    from_us: IO[Any]
    from_relay: IO[Any]

    def command(self) -> bytes:
        return self._line(self.from_us)

    def answer(self) -> bytes:
        said = [self._line(self.from_relay)]
        while said[-1][3:4] == b"-":
            said.append(self._line(self.from_relay))
        return b"".join(said)

    def blind(self) -> None:
        """Under TLS nothing can be seen: everything is passed on as it is."""

        def back() -> None:
            with suppress(OSError):
                while data := self.relay.recv(65_536):
                    self.ours.sendall(data)
            _end(self.ours)

        threading.Thread(target=back, daemon=True).start()
        while data := self.ours.recv(65_536):
            self.relay.sendall(data)

    def _line(self, stream: IO[Any]) -> bytes:
        line = bytes(stream.readline())
        if not line.endswith(b"\n"):
            raise _Over
        return line


def _end(line: socket) -> None:
    with suppress(OSError):
        line.shutdown(SHUT_RDWR)
    line.close()


@contextmanager
def cutting(target: int, step: str = "", nth: int = 1, **other: Any) -> Iterator[Cutter]:
    """The proxy in front of the relay on port `target` of this machine."""
    made = Cutter(target, step, nth, **other)
    try:
        yield made
    finally:
        made.close()
