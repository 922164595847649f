"""Politeness across processes: a host's next moment is a row, and the row decides.

As `scrapers.hosts.HostGate`, for collectors that share one PostgreSQL, on one machine or several. Moments are the
server's own, for machines' clocks differ. What a killed process had begun costs the host no more than its pause.
"""

import time
from collections.abc import Callable, Mapping
from math import floor

from sqlalchemy import text

from outreach.core.db import Store
from scrapers.hosts import HostGate

# An hour is counted in pieces of so many seconds: whatever fell into the last thirteen was within it, or nearly.
_PIECE = 300.0
_PIECES = 13

_THERE = text(
    "INSERT INTO hosts (host, next_at, counts) VALUES (:host, clock_timestamp(), '{}') ON CONFLICT DO NOTHING"
)
_HELD = text(
    "SELECT extract(epoch FROM next_at - clock_timestamp())::float8 AS opens, "
    "extract(epoch FROM clock_timestamp())::float8 AS at, counts FROM hosts WHERE host = :host FOR UPDATE"
)
_STARTED = text(
    "UPDATE hosts SET next_at = clock_timestamp() + :pause * interval '1 second', counts = CAST(:counts AS json) "
    "WHERE host = :host"
)
_ALONE = text(
    "INSERT INTO hosts (host, next_at, counts) VALUES (:host, clock_timestamp() + :pause * interval '1 second', '{}') "
    "ON CONFLICT (host) DO UPDATE SET next_at = GREATEST(hosts.next_at, excluded.next_at)"
)


class RowGate(HostGate):
    """A gate whose pauses are rows of `hosts`. How many are under way at once is counted in this process alone: of
    several, each has a host to itself (the queue's lock), or has to wait for the pause.
    """

    def __init__(
        self,
        store: Store,
        pause: float,
        at_once: int,
        per_hour: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(pause, at_once)
        self._store, self._most, self._clock = store, per_hour, clock

    def enter(self, host: str, now: float, delay: float | None = None) -> float | None:
        opens = super().enter(host, now, delay)
        if opens is not None:
            return opens
        waits = self._begun(host, max(self._pause, delay or 0.0))
        if waits is None:
            return None
        self.withdraw(host, now + waits)
        return now + waits

    def hold(self, host: str, until: float) -> None:
        super().hold(host, until)
        with self._store.transaction() as session:
            session.execute(_ALONE, {"host": host, "pause": max(until - self._clock(), 0.0)})

    def _begun(self, host: str, pause: float) -> float | None:
        """Writes a start down, and None; or for how many seconds there may be none."""
        with self._store.transaction() as session:
            row = session.execute(_HELD, {"host": host}).one_or_none()
            if row is None:
                session.execute(_THERE, {"host": host})
                row = session.execute(_HELD, {"host": host}).one()
            waits = float(row.opens)
            counts = recent(row.counts, row.at) if self._most else {}
            if self._most and sum(counts.values()) >= self._most:
                waits = max(waits, until_room(counts, row.at, self._most))
            if waits > 0.0:
                return waits
            if self._most:
                piece = str(floor(row.at / _PIECE))
                counts[piece] = counts.get(piece, 0) + 1
            told = "{" + ", ".join(f'"{piece}": {count}' for piece, count in counts.items()) + "}"
            session.execute(_STARTED, {"host": host, "pause": pause, "counts": told})
        return None


def recent(counts: Mapping[str, int], at: float) -> dict[str, int]:
    """The starts by piece of an hour that still count at that moment (seconds since 1970), the oldest first."""
    first = floor(at / _PIECE) - _PIECES + 1
    return {piece: count for piece, count in sorted(counts.items(), key=lambda one: int(one[0])) if int(piece) >= first}


def until_room(counts: Mapping[str, int], at: float, most: int) -> float:
    """For how many seconds there is no room for one more start, where an hour takes `most`."""
    left = sum(counts.values())
    for piece, count in counts.items():
        left -= count
        if left < most:
            return max((int(piece) + _PIECES) * _PIECE - at, 0.0)
    return 0.0
