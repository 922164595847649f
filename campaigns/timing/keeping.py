"""Keeping an audience's own hour: where a country changes its clocks otherwise than was known, the moment follows."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import history
from campaigns.models import Delivery
from campaigns.timing import walls

_MOST = 5000


class _Astray(NamedTuple):
    delivery_id: int
    due_at: datetime


def astray(session: Session, now: datetime, *, limit: int = _MOST) -> list[int]:
    """The waiting deliveries whose moment is not the one at which their wall shows their hour; the next ones first."""
    return [one.delivery_id for one in _astray(session, now, limit)]


def rewall(session: Session, now: datetime, *, limit: int = _MOST) -> int:
    """Gives waiting deliveries the moment that their wall's hour has by the rules as they are known now; how many.

    The end of their window moves as far. Each has a line in its history. An hour that there is no more becomes the
    next one that there is; what has become due meanwhile goes out at once.
    """
    moved = 0
    for delivery_id, due_at in [*_astray(session, now, limit)]:
        delivery = history.held(session, delivery_id)
        if delivery.status != "scheduled" or _meant(delivery.wall, delivery.wall_zone) != due_at:
            continue
        shift = due_at - delivery.due_at
        if not shift:
            continue
        delivery.due_at = due_at
        if delivery.not_after is not None:
            delivery.not_after += shift
        history.write(session, now, delivery.id, "scheduled", "scheduled", _line(shift))
        moved += 1
    session.flush()
    return moved


def _astray(session: Session, now: datetime, limit: int) -> Iterator[_Astray]:
    rows = session.execute(
        select(Delivery.id, Delivery.due_at, Delivery.wall, Delivery.wall_zone)
        .where(Delivery.status == "scheduled", Delivery.wall.is_not(None), Delivery.due_at > now)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
    )
    for number, due_at, wall, zone in rows:
        meant = _meant(wall, zone)
        if meant is not None and meant != due_at:
            yield _Astray(number, meant)


def _meant(wall: str | None, zone: str | None) -> datetime | None:
    if wall is None or zone is None:
        return None
    try:
        clock = ZoneInfo(zone)
        return walls.moment_of(walls.next_there_is(walls.read(wall), clock), clock)
    except (ValueError, ZoneInfoNotFoundError):
        return None  # a clock that nobody knows any more: the moment that was meant stays


def _line(shift: timedelta) -> str:
    minutes = int(shift / timedelta(minutes=1))
    key = "campaigns.rewalled.later" if minutes > 0 else "campaigns.rewalled.earlier"
    return f"{key}?minutes={abs(minutes)}"
