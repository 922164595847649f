"""Politeness: how many requests a host gets at once, in a row and in an hour, whatever the number of sources there."""

from collections import deque
from dataclasses import dataclass, field
from threading import Lock

_HOUR = 3600.0
# Hosts that nobody has asked for an hour need not be remembered.
_FORGET_AT = 5_000
# While the most are under way, others look again after so many seconds: another round's may have ended.
_LOOK_AGAIN = 0.25


@dataclass
class _Host:
    busy: int = 0
    free_at: float = 0.0
    starts: deque[float] = field(default_factory=deque)


class HostGate:
    """Says when a host may be asked: `pause` seconds between two starts, `at_once` at the same time, `per_hour` in any
    hour (0: as many as the pause allows). Times are those of a gear's clock.

    One gate serves all rounds of a program, one after the other or side by side, and keeps from round to round what
    is owed to a host.
    """

    def __init__(self, pause: float, at_once: int, per_hour: int = 0) -> None:
        self._pause = pause
        self._at_once = at_once
        self._per_hour = per_hour
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    def enter(self, host: str, now: float, delay: float | None = None) -> float | None:
        """A request to the host starts now, and None; or the moment to ask again, where it may not yet.

        `delay` is a longer pause that the host's robots.txt asks for.
        """
        with self._lock:
            known = self._hosts.get(host)
            if known is None:
                if len(self._hosts) >= _FORGET_AT:
                    self._forget(now)
                known = self._hosts[host] = _Host()
            opens = known.free_at
            if self._per_hour and len(known.starts) >= self._per_hour:
                opens = max(opens, known.starts[0] + _HOUR)
            if opens > now:
                return opens
            if known.busy >= self._at_once:
                return now + _LOOK_AGAIN
            known.busy += 1
            known.free_at = now + max(self._pause, delay or 0.0)
            if self._per_hour:
                known.starts.append(now)
                while len(known.starts) > self._per_hour:
                    known.starts.popleft()
            return None

    def leave(self, host: str) -> None:
        """A request has ended."""
        with self._lock:
            self._hosts[host].busy -= 1

    def withdraw(self, host: str, opens: float) -> None:
        """A request that was let in is not sent after all: the host may be asked again at `opens`."""
        with self._lock:
            known = self._hosts[host]
            known.busy -= 1
            known.free_at = opens
            if self._per_hour and known.starts:
                known.starts.pop()

    def hold(self, host: str, until: float) -> None:
        """The host asked to be left alone until then."""
        with self._lock:
            known = self._hosts.setdefault(host, _Host())
            known.free_at = max(known.free_at, until)

    def _forget(self, now: float) -> None:
        for name in [
            name
            for name, known in self._hosts.items()
            if not known.busy and known.free_at <= now and (not known.starts or known.starts[-1] + _HOUR <= now)
        ]:
            del self._hosts[name]
