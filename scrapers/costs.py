"""What a source that charges may cost: a month's ceiling that no number of questions at once can pass.

Amounts are thousandths of the platform's currency; a month is the calendar's, in UTC (`2026-11`). Whoever asks such a
source (`scrapers.source.Priced`) reserves before the wire, each in a transaction of its own, so that a crash in between
counts as spent:

    month = costs.month_of(now)
    with store.transaction() as session:
        granted = costs.reserve(session, source_id, month, plugin.at_most(request), plugin.ceiling)
        so_far = costs.spent(session, source_id, month)
    if not granted:
        raise costs.ceiling_reached(so_far, plugin.ceiling, now)
    answer = http.send(request)
    with store.transaction() as session:
        costs.settle(session, source_id, month, plugin.at_most(request), plugin.price(page))

An answer that is a refusal (any status but a success) has cost nothing: it settles with 0. A WireError, where nobody
knows whether the platform has answered, is not settled at all. `month` stays the one that was reserved in, though the
answer comes in the next.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.db import upserting
from outreach.core.errors import WireError
from scrapers.models import SourceCost


def month_of(now: datetime) -> str:
    """The month that a moment's costs belong to."""
    return now.astimezone(UTC).strftime("%Y-%m")


def reserve(session: Session, source_id: int, month: str, amount: int, ceiling: int) -> bool:
    """Counts `amount` as spent if the month's ceiling allows it; False, and nothing counted, if it does not.

    One statement: of many that reserve at once, in whatever processes, only those that fit are granted.
    """
    if amount < 0:
        raise ValueError(f"an amount of {amount}")
    if amount > ceiling:
        return False
    table: Any = SourceCost.__table__
    fresh = upserting(session, table).values(source_id=source_id, month=month, spent=amount)
    granted = session.scalar(
        fresh.on_conflict_do_update(
            index_elements=["source_id", "month"],
            set_={"spent": table.c.spent + amount},
            where=table.c.spent + amount <= ceiling,
        ).returning(table.c.spent)
    )
    return granted is not None


def settle(session: Session, source_id: int, month: str, reserved: int, spent: int) -> None:
    """Puts what an answer has cost in the place of what was reserved for it, also where it is more."""
    after = SourceCost.spent - reserved + spent
    session.execute(
        update(SourceCost)
        .where(SourceCost.source_id == source_id, SourceCost.month == month)
        .values(spent=case((after > 0, after), else_=0))
        .execution_options(synchronize_session=False)
    )


def spent(session: Session, source_id: int, month: str) -> int:
    """What the source has cost in a month, with what is reserved."""
    asked = select(SourceCost.spent).where(SourceCost.source_id == source_id, SourceCost.month == month)
    return session.scalar(asked) or 0


def ceiling_reached(so_far: int, ceiling: int, now: datetime) -> WireError:
    """The error of a source that may not ask any more: `scrapers.cost_ceiling` with `spent` and `ceiling` in whole
    currency, the month, and in `wait` the time until the next one begins.
    """
    return WireError(
        "scrapers.cost_ceiling",
        permanent=False,
        spent=so_far / 1000,
        ceiling=ceiling // 1000 if ceiling % 1000 == 0 else ceiling / 1000,
        month=month_of(now),
        wait=until_next_month(now),
    )


def until_next_month(now: datetime) -> timedelta:
    """How long it is until the month that `now` lies in has ended, in UTC."""
    here = now.astimezone(UTC)
    first = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1) - here


@dataclass
class Account:
    """What one poll spends: reserved and settled in the store, each in a moment of its own: `polling.Purse`."""

    app: App
    source_id: int
    month: str = ""
    counted: int = 0

    def reserve(self, amount: int, ceiling: int) -> None:
        now = self.app.clock.now()
        self.month = self.month or month_of(now)
        with self.app.store.transaction() as session:
            granted = reserve(session, self.source_id, self.month, amount, ceiling)
            so_far = spent(session, self.source_id, self.month)
        if not granted:
            raise ceiling_reached(so_far, ceiling, now)
        self.counted += amount

    def settle(self, cost: int) -> None:
        with self.app.store.transaction() as session:
            settle(session, self.source_id, self.month, self.counted, cost)
        self.counted = cost
