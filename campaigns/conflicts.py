"""Where a plan stands in its own way: pure functions over what is planned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal, Protocol

NEAR = timedelta(hours=1)
# What is over or called off stands in nobody's way.
_COUNTS = ("scheduled", "sending", "unconfirmed", "published")


class Planned(Protocol):
    """What of a delivery says whether it clashes: `queries.DeliverySeen` has it, `planning.timetable.Due` too."""

    @property
    def delivery_id(self) -> int: ...
    @property
    def channel_id(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def embargo_until(self) -> datetime | None: ...


@dataclass(frozen=True)
class Clash:
    """`close`: two deliveries on one channel within an hour; `embargo`: one that is due while its post may not go out.

    `delivery_ids` in the order they are due; `until` is the embargo's end.
    """

    kind: Literal["close", "embargo"]
    delivery_ids: tuple[int, ...]
    channel: str
    until: datetime | None = None


def clashes(deliveries: Iterable[Planned], near: timedelta = NEAR) -> tuple[Clash, ...]:
    """Every clash among deliveries, in the order they are due; two that are out already are no clash any more."""
    by_channel: dict[int, list[Planned]] = {}
    found: list[tuple[datetime, Clash]] = []
    for one in deliveries:
        if one.status not in _COUNTS:
            continue
        by_channel.setdefault(one.channel_id, []).append(one)
        if one.embargo_until is not None and one.due_at < one.embargo_until and one.status == "scheduled":
            found.append((one.due_at, Clash("embargo", (one.delivery_id,), one.channel, one.embargo_until)))
    for row in by_channel.values():
        for before, after in pairwise(sorted(row, key=lambda seen: (seen.due_at, seen.delivery_id))):
            both_out = before.status == after.status == "published"
            if after.due_at - before.due_at < near and not both_out:
                found.append(
                    (before.due_at, Clash("close", (before.delivery_id, after.delivery_id), before.channel))
                )
    return tuple(clash for _, clash in sorted(found, key=lambda pair: (pair[0], pair[1].delivery_ids, pair[1].kind)))
