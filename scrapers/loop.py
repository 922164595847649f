"""The loop of a round: many askings in steps, over one gear, with every host's pause kept.

One thread does it all. A slow host holds up nobody: its steps wait, the others go on.
"""

import heapq
import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from outreach.core.errors import OutreachError, WireError
from outreach.core.gear import Ended, Gear
from outreach.core.http import Answer, Request
from outreach.core.http_url import told as shown
from scrapers.hosts import HostGate
from scrapers.polling import host_of
from scrapers.steps import Steps

log = logging.getLogger("scrapers.collect")

# How long the loop may overlook that the program is asked to end.
_LOOK = 0.2
# So many askings are kept ready, so that those of a slow host do not keep out the others.
_READY = 1_000
# After so many silences in a row a host's other requests are not sent in this round.
_SILENCES = 2
SILENT = frozenset({"http.timeout", "http.dns", "http.refused", "http.tls", "http.broken"})
_BUSY = frozenset({429, 503})


@dataclass(slots=True, eq=False)
class Asking:
    """One asking in steps. `done` gets its result with the seconds and bytes it took, `failed` the error that ended
    it, `began` is called before its first request is sent: False calls it off.
    """

    steps: Steps[Any]
    done: Callable[[Any, float, int], None]
    failed: Callable[[OutreachError], None]
    began: Callable[[], bool] | None = None
    seconds: float = 0.0
    size: int = 0
    request: Request | None = None
    host: str = ""
    asked: bool = False


@dataclass
class Loop:
    """Runs askings until none is left, `deadline` (the gear's clock) has come, or `stopping` is set.

    `more` yields askings when there is room for them; what it does may take a moment, but it must not ask the wire.
    `idle` is called between two waits, with True when nothing is left: it may put more. `slow` makes what drives
    requests that are no HTTP.
    """

    gear: Gear
    gate: HostGate
    stopping: Event
    more: Iterator[Asking]
    idle: Callable[[bool], None]
    slow: Callable[[], Gear] | None = None
    deadline: float | None = None
    delay: Callable[[str], float | None] = lambda _url: None
    _waiting: dict[str, deque[Asking]] = field(default_factory=dict)
    _heap: list[tuple[float, int, str]] = field(default_factory=list)
    _listed: dict[str, float] = field(default_factory=dict)
    _silences: dict[str, int] = field(default_factory=dict)
    _count: int = 0
    _number: int = 0
    _dry: bool = False
    _other: Gear | None = None

    def put(self, asking: Asking) -> None:
        """One more asking."""
        self._step(asking, None, None)

    def run(self) -> None:
        """Ends with nothing under way. After the deadline nothing more is sent, but what is under way may end: a host
        that never answers must be told as such. Askings that were not begun, or are between two requests, are left as
        they are.
        """
        try:
            while not self.stopping.is_set():
                over = self.deadline is not None and self.gear.clock() >= self.deadline
                if not over:
                    self._fill()
                    self._start()
                if not self._under_way() and (over or self._is_dry()):
                    self.idle(True)
                    if over or self._is_dry():
                        return
                    continue
                for ended in self._ended(_LOOK if over else self._patience()):
                    self._take(ended)
                self.idle(False)
        finally:
            self.gear.close()
            if self._other is not None:
                self._other.close()

    def _under_way(self) -> int:
        return self.gear.under_way + (self._other.under_way if self._other else 0)

    def _is_dry(self) -> bool:
        """Whether nothing is left that may start before the deadline."""
        if self._dry and not self._count:
            return True
        return self._dry and self.deadline is not None and bool(self._heap) and self._heap[0][0] > self.deadline

    def _fill(self) -> None:
        while not self._dry and self._count < _READY:
            asking = next(self.more, None)
            if asking is None:
                self._dry = True
            else:
                self._step(asking, None, None)

    def _start(self) -> None:
        now = self.gear.clock()
        room = self.gear.at_once - self.gear.under_way
        while room > 0 and self._heap and self._heap[0][0] <= now:
            at, _, host = heapq.heappop(self._heap)
            if self._listed.get(host) != at:
                continue  # listed again for a sooner moment, or nothing waits any more
            del self._listed[host]
            asking = self._waiting[host][0]
            if not self._may_go(asking, host):
                self._list(host, now)
                continue
            assert asking.request is not None
            opens = self.gate.enter(host, now, self.delay(asking.request.url))
            if opens is not None:
                self._list(host, opens)
                continue
            self._drop_first(host)
            room -= self._send(asking, asking.request)
            self._list(host, now)

    def _may_go(self, asking: Asking, host: str) -> bool:
        """Whether the asking that waits longest is to be sent; one that is not is out of the way."""
        if self._silences.get(host, 0) >= _SILENCES:
            self._drop_first(host)
            self._step(asking, None, WireError("scrapers.host_silent", host=host))
            return False
        if not asking.asked and asking.began is not None and not asking.began():
            self._drop_first(host)
            asking.steps.close()
            return False
        asking.asked = True
        return True

    def _drop_first(self, host: str) -> None:
        self._waiting[host].popleft()
        if not self._waiting[host]:
            del self._waiting[host]
        self._count -= 1

    def _send(self, asking: Asking, request: Request) -> int:
        if not request.url.startswith("http") and self.slow is not None:
            self._other = self._other or self.slow()
            self._other.start(asking, request)
            return 0
        self.gear.start(asking, request)
        return 1

    def _patience(self) -> float:
        """How long to wait for an answer before something else may start."""
        if self._other is not None and self._other.under_way:
            return 0.02
        if not self._heap or self.gear.under_way >= self.gear.at_once:
            return _LOOK
        return min(max(self._heap[0][0] - self.gear.clock(), 0.0), _LOOK)

    def _ended(self, seconds: float) -> list[Ended]:
        if self._other is None or not self._other.under_way:
            return self.gear.wait(seconds)
        told = self.gear.wait(0.0 if self.gear.under_way else seconds)
        return [*told, *self._other.wait(seconds)]

    def _take(self, ended: Ended) -> None:
        asking = ended.key
        assert isinstance(asking, Asking)
        host = asking.host
        self.gate.leave(host)
        asking.seconds += ended.seconds
        error, answer = ended.error, ended.answer
        if error is not None and error.key in SILENT:
            self._silences[host] = self._silences.get(host, 0) + 1
        elif answer is not None:
            self._silences.pop(host, None)
            asking.size += len(answer.body)
            if answer.status in _BUSY:
                self._hold(host, answer)
        if error is None or error.key != "http.stopped":
            self._step(asking, answer, error)
        self._list(host, self.gear.clock())

    def _hold(self, host: str, answer: Answer) -> None:
        told = answer.headers.get("retry-after", "").strip()
        if told.isdecimal() and len(told) < 6:
            self.gate.hold(host, self.gear.clock() + float(told))

    def _step(self, asking: Asking, answer: Answer | None, error: WireError | None) -> None:
        """Goes one step on: the next request waits for its host, or the asking has ended."""
        try:
            if error is not None:
                request = asking.steps.throw(error)
            elif answer is not None:
                request = asking.steps.send(answer)
            else:
                request = next(asking.steps)
        except StopIteration as end:
            asking.done(end.value, asking.seconds, asking.size)
            return
        except OutreachError as trouble:
            asking.failed(trouble)
            return
        except Exception as error:
            # What breaks at one answer must not end the round for all others.
            log.exception("asking.broken", extra={"host": asking.host})
            url = asking.request.url if asking.request is not None else ""
            asking.failed(WireError("scrapers.unreadable", url=shown(url), reason=type(error).__name__))
            return
        asking.request, asking.host = request, host_of(request.url)
        self._waiting.setdefault(asking.host, deque()).append(asking)
        self._count += 1
        self._list(asking.host, self.gear.clock())

    def _list(self, host: str, at: float) -> None:
        """The host is to be looked at then, if anything waits for it and no sooner moment is set."""
        if host not in self._waiting or self._listed.get(host, at + 1) <= at:
            return
        self._number += 1
        self._listed[host] = at
        heapq.heappush(self._heap, (at, self._number, host))
