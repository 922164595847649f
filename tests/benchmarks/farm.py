"""A farm of feeds on this machine's loopback network, for whatever polls them.

    python -m tests.benchmarks.farm --feeds 1000 [--profile clean|mixed] [--per-host 4] [--seed 11] [--addresses FILE]

It prints one line with its port once it answers, and then takes orders as lines of standard input: `change TURN SHARE`
(that share of the feeds has something new), `reset` and `count` (what was asked since the last `reset`, as JSON). It
ends with its input. Everything is rendered beforehand, so that an answer costs next to nothing.
"""

import argparse
import gzip
import heapq
import json
import resource
import select
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

from tests.benchmarks.farm_feeds import PROFILES, Nature, Plan, Writer

_SLOW_SECONDS = 1.0
_MODIFIED = 1_793_491_200
_PIECE = 65_536
_EMPTY = b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True)
class Ready:
    """The answers of a feed as they go out; `same` is None where it has no validators."""

    full: bytes
    same: bytes | None
    tag: bytes
    modified: bytes


@dataclass
class Line:
    """A connection, and what is still to be read of it or sent to it."""

    socket: socket.socket
    host: str
    heard: bytes = b""
    unsent: bytes = b""


@dataclass
class Told:
    """What was asked since the last reset."""

    requests: int = 0
    connections: int = 0
    sent: int = 0
    most_at_once: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    feeds: set[int] = field(default_factory=set)

    def as_json(self) -> str:
        return json.dumps(
            {
                "requests": self.requests, "connections": self.connections, "bytes": self.sent,
                "feeds": len(self.feeds), "most_at_once": self.most_at_once,
                "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            }
        )  # fmt: skip


class Farm:
    """Answers from one thread. Requests under way are counted by host from their coming to their answer."""

    def __init__(self, plan: Plan) -> None:
        self.told = Told()
        self._natures = plan.natures()
        self._poll = select.epoll()
        self._doors: dict[int, tuple[socket.socket, str]] = {}
        self._lines: dict[int, Line] = {}
        self._later: list[tuple[float, int, Line, bytes, int]] = []
        self._busy: Counter[str] = Counter()
        self._count = 0
        port = plan.port
        for host in plan.hosts():
            door = socket.create_server((host, port), backlog=512)
            port = door.getsockname()[1]
            door.setblocking(False)
            self._doors[door.fileno()] = door, host
            self._poll.register(door.fileno(), select.EPOLLIN)
        self.plan = Plan(plan.feeds, plan.profile, plan.per_host, plan.seed, port)
        self._writer = Writer(self.plan)
        self._versions = [0] * plan.feeds
        self._ready = [self._render(number) for number in range(plan.feeds)]

    def change(self, turn: int, share: float) -> None:
        """That share of the feeds has something new."""
        for number in self.plan.changes(turn, share):
            self._versions[number] += 1
            self._ready[number] = self._render(number)

    def serve(self) -> None:
        """Until standard input ends."""
        orders = sys.stdin.fileno()
        self._poll.register(orders, select.EPOLLIN)
        while True:
            soon = max(self._later[0][0] - time.monotonic(), 0.0) if self._later else -1
            for number, event in self._poll.poll(soon):
                if number == orders:
                    if not self._ordered(sys.stdin.readline()):
                        return
                elif number in self._doors:
                    self._open(*self._doors[number])
                elif event & select.EPOLLOUT:
                    self._send(self._lines[number], b"")
                else:
                    self._hear(self._lines[number])
            while self._later and self._later[0][0] <= time.monotonic():
                _, _, line, answer, status = heapq.heappop(self._later)
                self._answer(line, answer, status)

    def _ordered(self, order: str) -> bool:
        match order.split():
            case []:
                return False
            case ["change", turn, share]:
                self.change(int(turn), float(share))
            case ["reset"]:
                self.told = Told()
        print(self.told.as_json(), flush=True)
        return True

    def _open(self, door: socket.socket, host: str) -> None:
        while True:
            try:
                one, _ = door.accept()
            except BlockingIOError:
                return
            one.setblocking(False)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._lines[one.fileno()] = Line(one, host)
            self._poll.register(one.fileno(), select.EPOLLIN)
            self.told.connections += 1

    def _close(self, line: Line) -> None:
        self._poll.unregister(line.socket.fileno())
        del self._lines[line.socket.fileno()]
        line.socket.close()

    def _hear(self, line: Line) -> None:
        try:
            piece = line.socket.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._close(line)
            return
        line.heard += piece
        while (end := line.heard.find(b"\r\n\r\n")) >= 0:
            head, line.heard = line.heard[:end], line.heard[end + 4 :]
            self._asked(line, head)

    def _asked(self, line: Line, head: bytes) -> None:
        self.told.requests += 1
        self._busy[line.host] += 1
        self.told.most_at_once = max(self.told.most_at_once, self._busy[line.host])
        path = head.split(b" ", 2)[1]
        place, _, rest = path.rpartition(b"/")
        digits = rest.removesuffix(b".xml")
        number = int(digits) if digits.isdigit() else -1
        if place not in {b"/zinas", b"/jaunais"} or not 0 <= number < len(self._ready):
            self._answer(line, _EMPTY % b"404 Not Found", 404)
            return
        self.told.feeds.add(number)
        trouble = self._natures[number].trouble
        if trouble == "failing":
            self._answer(line, _EMPTY % b"500 Internal Server Error", 500)
        elif trouble == "missing":
            self._answer(line, _EMPTY % b"404 Not Found", 404)
        elif trouble == "moved" and place == b"/zinas":
            status = b"302 Found" if number % 2 else b"301 Moved Permanently"
            answer = b"HTTP/1.1 %s\r\nLocation: /jaunais/%d.xml\r\nContent-Length: 0\r\n\r\n" % (status, number)
            self._answer(line, answer, int(status[:3]))
        else:
            answer, told = self._chosen(self._ready[number], head)
            if trouble == "slow":
                self._count += 1
                heapq.heappush(self._later, (time.monotonic() + _SLOW_SECONDS, self._count, line, answer, told))
            else:
                self._answer(line, answer, told)

    @staticmethod
    def _chosen(ready: Ready, head: bytes) -> tuple[bytes, int]:
        known = _value(head, b"if-none-match"), _value(head, b"if-modified-since")
        if ready.same is not None and (known[0] == ready.tag if known[0] else known[1] == ready.modified):
            return ready.same, 304
        # Whoever polls here can unpack what is packed.
        return ready.full, 200

    def _answer(self, line: Line, answer: bytes, status: int) -> None:
        self._busy[line.host] -= 1
        self.told.statuses[status] += 1
        self.told.sent += len(answer)
        self._send(line, answer)

    def _send(self, line: Line, more: bytes) -> None:
        waiting = bool(line.unsent)
        line.unsent += more
        if line.socket.fileno() < 0:
            return
        try:
            line.unsent = line.unsent[line.socket.send(line.unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self._close(line)
            return
        if bool(line.unsent) != waiting:
            self._poll.modify(line.socket.fileno(), select.EPOLLIN | (select.EPOLLOUT if line.unsent else 0))

    def _render(self, number: int) -> Ready:
        nature, version = self._natures[number], self._versions[number]
        body = self._writer.feed(number, nature, version)
        tag = b'"%d.%d"' % (number, version) if nature.validators else b""
        modified = formatdate(_MODIFIED + version * 3600, usegmt=True).encode() if nature.validators else b""
        same = b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % tag if tag else None
        return Ready(_full(gzip.compress(body, 5) if nature.packed else body, nature, tag, modified), same, tag, modified)


def _full(body: bytes, nature: Nature, tag: bytes, modified: bytes) -> bytes:
    told = [b"HTTP/1.1 200 OK", b"Content-Type: application/xml; charset=utf-8", b"Content-Length: %d" % len(body)]
    if nature.packed:
        told += [b"Content-Encoding: gzip", b"Vary: Accept-Encoding"]
    if tag:
        told += [b"ETag: " + tag, b"Last-Modified: " + modified]
    return b"\r\n".join([*told, b"", body])


def _value(head: bytes, name: bytes) -> bytes:
    at = head.lower().find(b"\r\n" + name + b":")
    return head[at + len(name) + 3 :].partition(b"\r\n")[0].strip() if at >= 0 else b""


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--feeds", type=int, default=1000)
    wanted.add_argument("--profile", choices=PROFILES, default="clean")
    wanted.add_argument("--per-host", type=int, default=4)
    wanted.add_argument("--seed", type=int, default=11)
    wanted.add_argument("--port", type=int, default=0)
    wanted.add_argument("--addresses", type=Path, help="a file that the addresses are written to, one a line")
    asked = wanted.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    farm = Farm(Plan(asked.feeds, asked.profile, asked.per_host, asked.seed, asked.port))
    if asked.addresses:
        asked.addresses.write_text("\n".join(map(farm.plan.url, range(asked.feeds))), encoding="utf-8")
    print(farm.plan.port, flush=True)
    farm.serve()


if __name__ == "__main__":
    main()
