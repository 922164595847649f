"""Many requests under way at once, from one thread: what a round of collecting is driven with.

A gear starts requests and tells which have ended. `ThreadGear` is the plain one: the guarded wire on a few threads.
"""

import time
from collections.abc import Callable, Hashable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request

# Below so many requests the plain gear is as good, and starts sooner.
_MANY = 50
_THREADS = 16


@dataclass(frozen=True)
class Ended:
    """A request that has ended: its answer, or the error why there is none; after so many seconds."""

    key: Hashable
    answer: Answer | None
    error: WireError | None
    seconds: float


class Gear(Protocol):
    """Starts requests and tells which have ended. For one thread. More than `at_once` should not be under way: they
    would only wait inside, and a pause that was kept before them would be for nothing.
    """

    @property
    def at_once(self) -> int: ...

    @property
    def under_way(self) -> int:
        """How many requests have been started and not told of yet."""
        ...

    def clock(self) -> float:
        """Seconds that only go forward: pauses between requests are counted with them."""
        ...

    def start(self, key: Hashable, request: Request) -> None:
        """Sends the request; `key`, which no other under way has, tells its end."""
        ...

    def wait(self, seconds: float) -> list[Ended]:
        """What has ended; waits for it, at most so long. With nothing under way it waits the whole time."""
        ...

    def close(self) -> None:
        """Ends what is under way; nothing is told of it any more."""
        ...


@runtime_checkable
class Manifold(Protocol):
    """A wire that has a gear of its own for hundreds of requests."""

    def many(self, at_once: int) -> Gear: ...


def gear_for(http: Http, expected: int, at_once: int) -> Gear:
    """The gear for about so many requests: the wire's own for hundreds, threads for a few."""
    if expected >= _MANY and isinstance(http, Manifold):
        return http.many(at_once)
    return ThreadGear(http.send, min(at_once, _THREADS))


class ThreadGear:
    """`send` on threads. `end` is called when it is closed: it ends what `send` still waits for."""

    def __init__(
        self, send: Callable[[Request], Answer], threads: int, end: Callable[[], object] = lambda: None
    ) -> None:
        self.at_once = threads
        self._send = send
        self._end = end
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="collect")
        self._running: dict[Future[Ended], Hashable] = {}

    @property
    def under_way(self) -> int:
        return len(self._running)

    def clock(self) -> float:
        return time.monotonic()

    def start(self, key: Hashable, request: Request) -> None:
        self._running[self._pool.submit(self._ask, key, request)] = key

    def wait(self, seconds: float) -> list[Ended]:
        if not self._running:
            time.sleep(max(seconds, 0.0))
            return []
        done, _ = wait_for(self._running, timeout=max(seconds, 0.0), return_when=FIRST_COMPLETED)
        for future in done:
            del self._running[future]
        return [future.result() for future in done]

    def close(self) -> None:
        self._end()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._running.clear()

    def _ask(self, key: Hashable, request: Request) -> Ended:
        began = time.monotonic()
        try:
            answer = self._send(request)
        except WireError as error:
            return Ended(key, None, error, time.monotonic() - began)
        return Ended(key, answer, None, time.monotonic() - began)
