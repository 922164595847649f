"""A held connection: the same promises, fewer connections, and nothing sent into one that is about to close."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import ClassVar

import pytest

from outreach.core import http_held
from outreach.core.errors import WireError
from outreach.core.http import GuardedHttp, Request
from outreach.core.http_held import HeldHttp, held
from outreach.core.testing import RecordedHttp


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    conns: ClassVar[set[int]] = set()
    bodies: ClassVar[list[bytes]] = []
    deeds: ClassVar[list[str]] = []
    closed: ClassVar[Queue[int]] = Queue()

    def do_POST(self) -> None:
        self.conns.add(self.client_address[1])
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        deed = self.deeds.pop(0) if self.deeds else ""
        if deed == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if deed == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
            for _ in range(40):
                time.sleep(0.05)
                self.wfile.write(b"x")
            return
        more = "Connection: close\r\n" if deed == "close" else ""
        status = "302 Found\r\nLocation: /elsewhere" if deed == "move" else "200 OK"
        self.wfile.write(f"HTTP/1.1 {status}\r\n{more}Content-Length: 2\r\n\r\nok".encode())
        self.close_connection = deed in ("close", "quietly")

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        super().shutdown_request(request)
        Handler.closed.put(1)


@pytest.fixture
def url() -> Iterator[str]:
    for kept in (Handler.conns, Handler.bodies, Handler.deeds):
        kept.clear()
    Handler.closed.queue.clear()
    server = Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def line(total: float = 10.0, private: bool = True) -> Iterator[HeldHttp]:
    wire = GuardedHttp(user_agent="tests", allow_private=private, total_seconds=total)
    kept = held(wire)
    assert isinstance(kept, HeldHttp)
    yield kept
    kept.close()
    wire.close()


def post(wire: HeldHttp, url: str, body: bytes = b"x") -> tuple[int, bytes]:
    answer = wire.send(Request(url, "POST", {}, body, follow=False))
    return answer.status, answer.body


def test_requests_in_a_row_share_a_connection(url: str) -> None:
    with line() as wire:
        assert [post(wire, url, str(number).encode()) for number in range(5)] == [(200, b"ok")] * 5
    assert len(Handler.conns) == 1 and Handler.bodies == [b"0", b"1", b"2", b"3", b"4"]


@pytest.mark.parametrize("deed", ["close", "quietly"])
def test_one_that_is_closed_is_not_used_again(url: str, deed: str) -> None:
    Handler.deeds += [deed] * 3
    with line() as wire:
        for _ in range(3):
            assert post(wire, url) == (200, b"ok")
            Handler.closed.get(timeout=10)
    assert len(Handler.conns) == 3 and len(Handler.bodies) == 3


def test_one_that_was_idle_or_used_often_is_not_used_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_held, "_REQUESTS", 2)
    with line() as wire:
        for _ in range(4):
            post(wire, url)
    assert len(Handler.conns) == 2
    monkeypatch.setattr(http_held, "_IDLE_SECONDS", -1.0)
    with line() as wire:
        for _ in range(3):
            post(wire, url)
    assert len(Handler.conns) == 5


@pytest.mark.parametrize("before", [0, 1])
def test_no_answer_is_ambiguous_and_nothing_is_sent_twice(url: str, before: int) -> None:
    Handler.deeds += [""] * before + ["drop", ""]
    with line() as wire:
        for _ in range(before):
            post(wire, url)
        with pytest.raises(WireError) as lost:
            post(wire, url, b"lost")
        assert lost.value.ambiguous and lost.value.key == "http.broken"
        assert post(wire, url) == (200, b"ok")
    assert Handler.bodies.count(b"lost") == 1


def test_the_whole_time_holds_on_a_held_connection_too(url: str) -> None:
    Handler.deeds += ["", "drip", ""]
    with line(total=0.5) as wire:
        post(wire, url)
        with pytest.raises(WireError) as late:
            post(wire, url)
        assert (late.value.key, late.value.ambiguous) == ("http.timeout", True)
        assert post(wire, url) == (200, b"ok")


def test_a_redirect_is_an_answer(url: str) -> None:
    Handler.deeds += ["move"]
    with line() as wire:
        assert post(wire, url)[0] == 302


def test_the_own_network_stays_out_of_reach(url: str) -> None:
    with line(private=False) as wire, pytest.raises(WireError) as refused:
        post(wire, url)
    assert refused.value.key == "http.private_address" and Handler.bodies == []


def test_a_wire_that_holds_nothing_stays_what_it_is() -> None:
    wire = RecordedHttp({})
    assert held(wire) is wire
