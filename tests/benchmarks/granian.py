"""The pages as they are served: granian in a process of its own, a few connections, against the bare pages served alike."""

import http.client
import multiprocessing
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from outreach import wiring
from outreach.core.settings import Settings
from outreach.core.testing import FixedClock
from outreach.daemon import PageServer, set_aside
from outreach.web.api.calling import Allowance
from outreach.web.app import make
from tests.benchmarks import replay
from tests.benchmarks.archive_plan import NOW
from tests.support.people import COOKIE, PAGE
from tests.support.ports import free_port

if TYPE_CHECKING:
    from tests.benchmarks.pages import Office

CONNECTIONS = 4
_SECONDS = 3.0


def compare(office: "Office", pages: Sequence[tuple[str, str]]) -> None:
    """Prints requests a second and p95 of each page (address, role) and of its bare fellow."""
    asked = [(address, office.visitor(role).token) for address, role in pages]
    print(f"\n{'over granian, ' + str(CONNECTIONS) + ' connections':58} {'req/s':>7} {'p95 ms':>7} {'bare':>7} {'share':>6}")
    with _Served(office.app.settings, asked) as (port, bare_port):
        for address, token in asked:
            rate, p95 = load(port, address, f"{COOKIE}={token}")
            plain, _ = load(bare_port, address, "")
            print(f"{address[:58]:58} {rate:7.0f} {p95:7.1f} {plain:7.0f} {rate / plain:6.2f}")


def load(port: int, address: str, cookie: str) -> tuple[float, float]:
    """Requests a second over a few kept connections, and the p95 in milliseconds."""
    times: list[float] = []
    end = time.perf_counter() + _SECONDS

    def ask() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < end:
            began = time.perf_counter()
            line.request("GET", address, headers={"Cookie": cookie, "Accept-Encoding": "br"})
            answer = line.getresponse()
            answer.read()
            assert answer.status == 200, (address, answer.status)
            times.append((time.perf_counter() - began) * 1000)
        line.close()

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / (time.perf_counter() - began), sorted(times)[int(len(times) * 0.95)]


class _Served:
    """The archive's pages and the bare ones, each on a port, in another process while the block runs."""

    def __init__(self, told: Settings, asked: list[tuple[str, str]]) -> None:
        self._ports = free_port(), free_port()
        ours, theirs = multiprocessing.Pipe()
        self._pipe = ours
        # Spawned: threads and connections of this process must not come along.
        self._process = multiprocessing.get_context("spawn").Process(target=_serve, args=(told, asked, self._ports, theirs))

    def __enter__(self) -> tuple[int, int]:
        self._process.start()
        self._pipe.recv()
        return self._ports

    def __exit__(self, *_: object) -> None:
        self._pipe.send("end")
        self._process.join(timeout=30)
        if self._process.is_alive():
            self._process.kill()


def _serve(told: Settings, asked: list[tuple[str, str]], ports: tuple[int, int], pipe: Connection) -> None:
    with wiring.open_app(told, clock=FixedClock(NOW)) as app:
        pages = make(app)
        pages.extensions["outreach.api"] = Allowance(most=10**9)
        made = {}
        for address, token in asked:
            visitor = pages.test_client()
            visitor.set_cookie(COOKIE, token, domain="127.0.0.1")
            made[address] = replay.kept(pages, app.store.engine, lambda: visitor.get(address, base_url=PAGE).get_data())  # noqa: B023
        plain = replay.bare(pages, app.store.engine, made)
        servers = [PageServer(pages, "127.0.0.1", ports[0]), PageServer(plain, "127.0.0.1", ports[1])]
        for server in servers:
            server.start()
        set_aside()
        pipe.send("ready")
        pipe.recv()
        for server in servers:
            server.stop()
