"""Time limits that hold in every phase of a conversation, and an end from another thread.

A socket's own timeout begins anew with every byte; a partner that sends one byte a second is never late. So
one thread watches all conversations under way and shuts the TCP connection of a late one. It works on a
duplicate of the file descriptor: that stays ours while TLS wraps, or a library closes, the first one.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Reason = Literal["late", "stopped"]

_IDLE_SECONDS = 5.0


class Cut(Exception):
    """Ended from outside: its time was up ("late") or somebody stopped it ("stopped")."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Deadline:
    """One conversation, however many connections it takes, and the moment at which it must be over.

    `stoppable`: Watchdog.stop may end it earlier.
    """

    def __init__(self, seconds: float, *, stoppable: bool = True) -> None:
        self.seconds = seconds
        self.stoppable = stoppable
        self.ends = time.monotonic() + seconds
        self.woken = threading.Event()
        self._why: Reason | None = None
        self._line: socket.socket | None = None
        self._lock = threading.Lock()

    @property
    def why(self) -> Reason | None:
        """Why it was cut, or None."""
        return self._why

    def left(self, at_most: float | None = None) -> float:
        """Seconds that remain, at least a hundredth; never more than `at_most`."""
        left = max(self.ends - time.monotonic(), 0.01)
        return left if at_most is None else min(left, at_most)

    def check(self) -> None:
        """Raises Cut once it is over."""
        if self._why is None and time.monotonic() >= self.ends:
            self._why = "late"
        if self._why is not None:
            raise Cut(self._why)

    def hold(self, line: socket.socket) -> None:
        """Takes the connection under watch in place of the one before. Raises Cut if it is over already."""
        with self._lock:
            self._drop()
            self._line = line.dup()
        self.check()

    def cut(self, why: Reason) -> None:
        """Ends the conversation: whoever reads, writes, connects or waits in it comes back at once."""
        with self._lock:
            self._why = self._why or why
            if self._line is not None:
                # OSError: not connected any more, or not yet; then connecting fails or meets the end at once.
                with suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)
        self.woken.set()

    def let_go(self) -> None:
        """Forgets the connection."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class Watchdog:
    """Cuts the conversations whose time is up.

    Its thread starts with the first of them and ends when there have been none for a while.
    """

    def __init__(self) -> None:
        self._watched: set[Deadline] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._next = 0.0
        self._stopped = False

    @contextmanager
    def watch(self, deadline: Deadline) -> Iterator[Deadline]:
        """Watches it inside the `with` block. Raises Cut if such conversations were stopped for good."""
        with self._changed:
            if self._stopped and deadline.stoppable:
                raise Cut("stopped")
            self._watched.add(deadline)
            self._wake(deadline.ends)
        try:
            yield deadline
        finally:
            with self._changed:
                self._watched.discard(deadline)
            deadline.let_go()

    def stop(self) -> None:
        """Ends every stoppable conversation under way, at once, and refuses new ones."""
        with self._changed:
            self._stopped = True
            for deadline in self._watched:
                if deadline.stoppable:
                    deadline.cut("stopped")

    def _wake(self, when: float) -> None:
        # A thread does not outlive a fork; a child starts its own.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
            self._next = 0.0
            self._thread.start()
        elif when < self._next:
            self._changed.notify_all()

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for deadline in [one for one in self._watched if one.ends <= now]:
                    deadline.cut("late")
                    self._watched.discard(deadline)
                idle = not self._watched
                self._next = now + _IDLE_SECONDS if idle else min(one.ends for one in self._watched)
                heard = self._changed.wait(max(self._next - time.monotonic(), 0.0))
                if idle and not heard and not self._watched:
                    self._thread = None
                    return
