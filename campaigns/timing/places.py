"""When the hours of a channel's week come next: pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.timing import walls

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """An hour of the week: `weekday` is 1 for Monday to 7 for Sunday; `zone` is None where the office's counts."""

    slot_id: int
    weekday: int
    hour: time
    zone: ZoneInfo | None

    @property
    def sorts(self) -> tuple[int, time, int]:
        return self.weekday, self.hour, self.slot_id


@dataclass(frozen=True)
class Place:
    """One coming of a slot: the moment, and what the slot's own clocks show then."""

    slot: Slot
    at: datetime
    wall: datetime


def upcoming(slots: Iterable[Slot], now: datetime, home: ZoneInfo, days: int) -> Iterator[Place]:
    """Every coming of the slots after `now` within so many days, in order; of two at one moment the first slot's.

    Where the spring change leaves an hour out, the slot comes at the next one that there is.
    """
    found: dict[datetime, Place] = {}
    for slot in sorted(slots, key=lambda one: one.sorts):
        zone = slot.zone or home
        first = walls.wall_of(now, zone).date()
        for number in range(days + 1):
            day = first + _DAY * number
            if day.isoweekday() != slot.weekday:
                continue
            wall = walls.next_there_is(datetime.combine(day, slot.hour), zone)
            at = walls.moment_of(wall, zone)
            if at > now:
                found.setdefault(at, Place(slot, at, wall))
    return iter(found[at] for at in sorted(found))
