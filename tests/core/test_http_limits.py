"""Time and size: a server may drip, hang or pour without end, and the request is over all the same."""

import gzip
import itertools
import subprocess
import sys
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from socket import socket

import pytest

from outreach.core.deadline import Cut, Deadline, Watchdog
from outreach.core.dial import Late, dial
from outreach.core.http import Request
from tests.core.geared import Geared
from tests.support.hostile import (
    Act,
    Papers,
    Servers,
    Talk,
    by_target,
    chunk,
    get,
    head,
    page,
    papers,
    refused,
)

MEGABYTE = 2**20


def slow(talk: Talk, start: bytes, piece: bytes) -> None:
    talk.send(start)
    talk.drip(itertools.repeat(piece))


DRIPS: dict[str, Act] = {
    "status line": lambda talk: talk.drip(bytes([letter]) for letter in itertools.cycle(b"HTTP/1.1 200 OK")),
    "headers": lambda talk: slow(talk, b"HTTP/1.1 200 OK\r\nX-A: ", b"b"),
    "more headers": lambda talk: slow(talk, b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    "continue for ever": lambda talk: slow(talk, b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body of known length": lambda talk: slow(talk, head(content_length=100_000), b"a"),
    "body to the end": lambda talk: slow(talk, head(), b"a"),
    "chunks": lambda talk: slow(talk, head(transfer_encoding="chunked"), b"1\r\na\r\n"),
    "a chunk's size": lambda talk: slow(talk, head(transfer_encoding="chunked"), b"0"),
    "trailers": lambda talk: slow(talk, head(transfer_encoding="chunked") + b"0\r\n", b"X-A: b\r\n"),
    "packed": lambda talk: slow(talk, head(content_encoding="gzip"), gzip.compress(b"")),
}


@pytest.mark.parametrize("drip", DRIPS)
def test_a_drip_is_cut_when_the_whole_time_is_up(wire: Servers, drip: str) -> None:
    server = wire.server(DRIPS[drip])
    error = refused(wire.client(total_seconds=0.4), server.url("/a"))
    assert (error.key, error.facts["seconds"], error.permanent) == ("http.timeout", 0.4, False)
    assert error.facts["url"] == server.url("/a")


def test_a_body_to_the_end_that_was_cut_never_passes_for_whole(wire: Servers) -> None:
    def most_of_it(talk: Talk) -> None:
        talk.send(head(), b"half of a page")
        talk.hang()

    assert refused(wire.client(total_seconds=0.3, read_seconds=5), wire.server(most_of_it).url()).key == "http.timeout"


@pytest.mark.parametrize("silence", ["before the status", "in the body"])
def test_a_silence_is_cut_sooner_than_the_whole_time(wire: Servers, silence: str) -> None:
    def act(talk: Talk) -> None:
        if silence == "in the body":
            talk.send(head(content_length=10), b"abc")
        talk.hang()

    error = refused(wire.client(read_seconds=0.3), wire.server(act).url())
    assert (error.key, error.facts["seconds"], error.permanent) == ("http.timeout", 0.3, False)


@pytest.fixture(scope="module")
def trust() -> Papers:
    return papers()


def test_a_handshake_that_hangs_is_cut(wire: Servers, trust: Papers) -> None:
    server = wire.server(Talk.hang, raw=True, context=trust.server("localhost"))
    error = refused(wire.client(context=trust.client(), connect_seconds=0.3), server.url(host="localhost"))
    assert (error.key, error.facts["seconds"]) == ("http.timeout", 0.3)


def test_a_handshake_that_drips_is_cut_when_the_whole_time_is_up(wire: Servers, trust: Papers) -> None:
    # The head of a TLS record that promises 16 kB of handshake; then the bytes of a ServerHello that never
    # ends.
    def drip(talk: Talk) -> None:
        slow(talk, b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03", b"\0")

    server = wire.server(drip, raw=True, context=trust.server("localhost"))
    error = refused(wire.client(context=trust.client(), total_seconds=0.4), server.url(host="localhost"))
    assert (error.key, error.facts["seconds"]) == ("http.timeout", 0.4)


def test_a_secured_body_that_drips_is_cut(wire: Servers, trust: Papers) -> None:
    server = wire.server(DRIPS["body to the end"], context=trust.server("localhost"))
    error = refused(wire.client(context=trust.client(), total_seconds=0.5), server.url(host="localhost"))
    assert (error.key, error.facts["seconds"]) == ("http.timeout", 0.5)


def test_a_server_that_does_not_read_is_cut(wire: Servers) -> None:
    server = wire.server(Talk.hang, raw=True)
    error = refused(wire.client(total_seconds=0.4), Request(server.url(), "POST", body=bytes(30 * MEGABYTE)))
    assert (error.key, error.ambiguous) == ("http.timeout", True)


def test_a_server_that_reads_slowly_gets_the_whole_time(wire: Servers) -> None:
    def late(talk: Talk) -> None:
        talk.over.wait(2.5)
        while not talk.line.recv(65_536).endswith(b"end"):
            pass
        talk.send(page(b"read"))

    http = wire.client(connect_seconds=1.5)
    request = Request(wire.server(late, raw=True).url(), "POST", body=bytes(30 * MEGABYTE) + b"end")
    assert http.send(request).body == b"read"


def test_the_whole_time_covers_all_redirects(wire: Servers) -> None:
    def on(talk: Talk) -> None:
        talk.over.wait(0.15)
        talk.send(page(b"", 302, location=f"/{int(talk.asked.target.strip('/')) + 1}"))

    server = wire.server(on)
    error = refused(wire.client(total_seconds=0.5, max_hops=60), server.url("/0"))
    assert (error.key, error.facts["seconds"]) == ("http.timeout", 0.5)


def test_a_name_that_takes_long_to_look_up_is_cut(wire: Servers) -> None:
    over = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        over.wait(10)
        return []

    error = refused(wire.client(connect_seconds=0.2, resolve=look_up), "http://slow.test/")
    over.set()
    assert (error.key, error.facts["seconds"], error.facts["host"]) == ("http.timeout", 0.2, "slow.test")


def test_a_connection_that_is_never_taken_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(line: socket, _: object) -> None:
        raise TimeoutError(f"waited {line.gettimeout()}")

    monkeypatch.setattr(socket, "connect", never)
    with Watchdog().watch(Deadline(5)) as deadline, pytest.raises(Late):
        dial("127.0.0.1", 15_000, deadline=deadline, seconds=0.2)


def test_the_watchdog_sees_a_nearer_deadline_that_comes_later() -> None:
    watchdog = Watchdog()
    with watchdog.watch(Deadline(60)) as far:
        while watchdog._next == 0:  # until its thread sleeps, to be woken
            far.woken.wait(0.01)
        with watchdog.watch(Deadline(0.1)) as near:
            assert near.woken.wait(10)
        assert (near.why, far.why) == ("late", None)
        with pytest.raises(Cut):
            near.check()


def test_a_connection_made_after_the_cut_is_cut_too(wire: Servers) -> None:
    server = wire.server(Talk.hang, raw=True)
    with Watchdog().watch(Deadline(0.1)) as deadline, socket() as line:
        deadline.hold(line)
        assert deadline.woken.wait(10)
        line.settimeout(10)
        with suppress(ConnectionError):
            line.connect((server.address, server.port))
            assert line.recv(1) == b""


def endless(start: bytes, piece: bytes) -> Act:
    def act(talk: Talk) -> None:
        talk.send(start)
        while not talk.over.is_set():
            talk.send(piece)

    return act


def bomb(pack: Callable[[bytes], bytes], megabytes: int) -> bytes:
    return pack(bytes(megabytes * MEGABYTE))


POURS: dict[str, Act | bytes] = {
    "length told": page(bytes(2 * MEGABYTE)),
    "length told, packed": page(bomb(gzip.compress, 200), content_encoding="gzip"),
    "deflate": page(bomb(zlib.compress, 200), content_encoding="deflate"),
    "many members": page(bomb(gzip.compress, 20) * 10, content_encoding="gzip"),
    "no length": endless(head(), bytes(65_536)),
    "endless chunks": endless(head(transfer_encoding="chunked"), chunk(bytes(65_536))),
    "one endless chunk": endless(head(transfer_encoding="chunked") + b"FFFFFFFFFF\r\n", bytes(65_536)),
    "packed nothing without end": endless(head(content_encoding="gzip"), gzip.compress(b"") * 2000),
    "packed without end": endless(
        head(content_encoding="gzip", transfer_encoding="chunked"), chunk(gzip.compress(bytes(MEGABYTE)))
    ),
}


@pytest.mark.parametrize("pour", POURS)
def test_what_is_too_big_is_cut_with_little_memory(wire: Servers, pour: str) -> None:
    server = wire.server(POURS[pour])
    http = wire.client(max_bytes=MEGABYTE, total_seconds=60, read_seconds=30)
    tracemalloc.start()
    try:
        error = refused(http, server.url("/a"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (error.key, error.permanent) == ("http.too_big", True)
    assert (error.facts["limit"], error.facts["megabytes"]) == (MEGABYTE, 1)
    # The limit, the copy made of it, and buffers on both sides: the server runs in this process too.
    assert peak < 6 * MEGABYTE


ALONE = """
import resource, sys
from outreach.core.errors import WireError
from outreach.core.http import GuardedHttp, Request
http = GuardedHttp(user_agent="tests", allow_private=True, total_seconds=60, read_seconds=30)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    http.send(Request(sys.argv[1]))
except WireError as error:
    print(error.key, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_gigabyte_out_of_one_megabyte_costs_less_than_fifty(wire: Servers) -> None:
    # In a process of its own: the most that one ever had says nothing where other tests ran before.
    server = wire.server(page(gzip.compress(bytes(8 * MEGABYTE)) * 128, content_encoding="gzip"))
    told = subprocess.run(
        [sys.executable, "-c", ALONE, server.url()], capture_output=True, text=True, check=True, timeout=120
    )
    key, grown = told.stdout.split()
    assert key == "http.too_big"
    assert int(grown) < 50


LINES: dict[str, Act] = {
    "status": endless(b"HTTP/1.1 200 ", b"a" * 65_536),
    "header": endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"a" * 65_536),
    "headers": endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 1000),
    "chunk": endless(head(transfer_encoding="chunked") + b"1;", b"a" * 65_536),
    "trailer": endless(head(transfer_encoding="chunked") + b"0\r\nX-A: ", b"a" * 65_536),
    "less than nothing": endless(head(transfer_encoding="chunked") + b"-1\r\n", b"a" * 65_536),
    "far less than nothing": endless(head(transfer_encoding="chunked") + b"-FF\r\n", b"a" * 65_536),
}


@pytest.mark.parametrize("line", LINES)
def test_lines_without_end_are_cut_with_little_memory(wire: Servers, line: str) -> None:
    server = wire.server(LINES[line])
    http = wire.client(total_seconds=60, read_seconds=4)
    tracemalloc.start()
    try:
        error = refused(http, server.url())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # What stands behind a chunk's size is nothing to curl, however long: to it the server is silent.
    silent = line == "chunk" and isinstance(http, Geared)
    assert error.key == ("http.timeout" if silent else "http.broken")
    assert peak < 4 * MEGABYTE


def test_trailers_without_end_are_cut_with_little_memory(wire: Servers) -> None:
    server = wire.server(endless(head(transfer_encoding="chunked") + b"0\r\n", b"X-A: b\r\n" * 1000))
    tracemalloc.start()
    try:
        error = refused(wire.client(total_seconds=0.6), server.url())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.key in ("http.timeout", "http.broken")
    assert peak < 4 * MEGABYTE


def test_the_limit_itself_still_passes(wire: Servers) -> None:
    body = bytes(MEGABYTE)
    server = wire.server(by_target(plain=page(body), packed=page(gzip.compress(body), content_encoding="gzip")))
    http = wire.client(max_bytes=10)
    for target in ("/plain", "/packed"):
        assert get(http, server.url(target), max_bytes=MEGABYTE).body == body
        assert refused(http, Request(server.url(target), max_bytes=MEGABYTE - 1)).key == "http.too_big"
        assert refused(http, server.url(target)).facts["limit"] == 10


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        head(transfer_encoding="chunked") + b"5\r\nabc",
        head(transfer_encoding="chunked") + b"zz\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nabc",
    ],
)
def test_what_is_no_answer_is_broken(wire: Servers, answer: bytes) -> None:
    server = wire.server(answer)
    error = refused(wire.client(), server.url())
    assert (error.key, error.permanent, error.ambiguous) == ("http.broken", False, False)
