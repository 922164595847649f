"""Politeness: one request at a time to a host, with a pause between two."""

import heapq
import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Event

# How long a waiting thread may overlook that the program is asked to end.
_LOOK = 0.2


class HostQueue:
    """Work by host, for any number of threads: `take` gives what may be asked now, `done` ends it.

    A thread never sleeps for one host while another is ready, so few threads serve many slow hosts.
    `deadline` (on the monotonic clock) and `stopping` end the handing out; what then is left stays undone,
    for its rows are due.
    """

    def __init__(self, pause: float, stopping: Event, deadline: float | None = None) -> None:
        self._pause = pause
        self._stopping = stopping
        self._deadline = deadline
        self._changed = Condition()
        self._waiting: dict[str, deque[Callable[[], None]]] = {}
        self._ready: list[tuple[float, int, str]] = []
        self._busy: set[str] = set()
        self._free_at: dict[str, float] = {}
        self._number = 0
        self._closed = False

    def put(self, host: str, work: Callable[[], None]) -> None:
        with self._changed:
            tasks = self._waiting.setdefault(host, deque())
            tasks.append(work)
            if len(tasks) == 1 and host not in self._busy:
                self._push(host)
            self._changed.notify()

    def take(self) -> tuple[str, Callable[[], None]] | None:
        """The next host and its work, waiting for a pause to end; None when nothing is left or all must
        end.
        """
        with self._changed:
            while True:
                now = time.monotonic()
                if self._is_over(now) or (not self._ready and not self._busy):
                    self._changed.notify_all()
                    return None
                wait = self._ready[0][0] - now if self._ready else _LOOK
                if self._ready and wait <= 0:
                    host = heapq.heappop(self._ready)[2]
                    self._busy.add(host)
                    return host, self._waiting[host].popleft()
                self._changed.wait(min(wait, _LOOK))

    def done(self, host: str) -> None:
        with self._changed:
            self._busy.discard(host)
            self._free_at[host] = time.monotonic() + self._pause
            if self._waiting[host]:
                self._push(host)
            self._changed.notify_all()

    def close(self) -> None:
        """Hands out nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _push(self, host: str) -> None:
        self._number += 1
        heapq.heappush(self._ready, (self._free_at.get(host, 0.0), self._number, host))

    def _is_over(self, now: float) -> bool:
        return self._closed or self._stopping.is_set() or (self._deadline is not None and now >= self._deadline)
