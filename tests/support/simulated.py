"""A gear whose seconds pass at once: requests are answered by a world, and waiting turns the clock on.

What a round does in a day can be looked at in a moment, with every start and end of a request and its time.
"""

import heapq
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from outreach.core.errors import WireError
from outreach.core.gear import Ended
from outreach.core.http import Answer, Request
from outreach.core.testing import FixedClock

# What comes of a request that starts now, and after how many seconds.
World = Callable[[Request, datetime], tuple[Answer | WireError, float]]


@dataclass(frozen=True)
class Sent:
    """A request as the world saw it."""

    host: str
    url: str
    at: datetime
    ended: datetime


@dataclass
class SimulatedGear:
    """`sent` is everything that was ever asked."""

    world: World
    turning: FixedClock
    at_once: int = 50
    sent: list[Sent] = field(default_factory=list)
    _began: datetime | None = None
    _under_way: list[tuple[float, int, Ended]] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self) -> None:
        self._began = self.turning.now()

    @property
    def under_way(self) -> int:
        return len(self._under_way)

    def clock(self) -> float:
        assert self._began is not None
        return (self.turning.now() - self._began).total_seconds()

    def start(self, key: Hashable, request: Request) -> None:
        now = self.turning.now()
        told, seconds = self.world(request, now)
        answer, error = (None, told) if isinstance(told, WireError) else (told, None)
        self._number += 1
        heapq.heappush(self._under_way, (self.clock() + seconds, self._number, Ended(key, answer, error, seconds)))
        host = request.url.split("/")[2]
        self.sent.append(Sent(host, request.url, now, now + timedelta(seconds=seconds)))

    def wait(self, seconds: float) -> list[Ended]:
        until = self.clock() + max(seconds, 0.0)
        if self._under_way and self._under_way[0][0] <= until:
            until = self._under_way[0][0]
        # A wait of nothing is a moment too: else a loop that has nothing to wait for would stand still.
        self.turning.step(timedelta(seconds=max(until - self.clock(), 0.001)))
        told = []
        while self._under_way and self._under_way[0][0] <= self.clock():
            told.append(heapq.heappop(self._under_way)[2])
        return told

    def close(self) -> None:
        self._under_way.clear()
