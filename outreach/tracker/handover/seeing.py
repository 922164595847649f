"""What pages show of hand-overs: numbers and regions, no word of a family."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from outreach.tracker.handover.models import Handover

_COLUMNS: tuple[Any, ...] = (
    Handover.id,
    Handover.parcel,
    Handover.direction,
    Handover.state,
    Handover.household_id,
    Handover.region,
    Handover.key_name,
    Handover.made_at,
    Handover.made_by,
    Handover.answered_at,
)


@dataclass(frozen=True)
class HandoverSeen:
    """One hand-over: `direction` is out or in; `state` packed, taken, refused or called_back."""

    handover_id: int
    parcel: str
    direction: str
    state: str
    household_id: int
    region: str
    key_name: str
    made_at: datetime
    made_by: str
    answered_at: datetime | None


def of_family(session: Session, household_id: int, limit: int = 50) -> list[HandoverSeen]:
    """A family's, the latest first."""
    rows = session.execute(
        select(*_COLUMNS).where(Handover.household_id == household_id).order_by(Handover.id.desc()).limit(limit)
    )
    return [_seen(row) for row in rows]


def listed(session: Session, limit: int = 50, *, before: int | None = None) -> list[HandoverSeen]:
    """All, the latest first; those of numbers below `before`."""
    wanted = select(*_COLUMNS).order_by(Handover.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(Handover.id < before)
    return [_seen(row) for row in session.execute(wanted)]


def one(session: Session, handover_id: int, household_id: int) -> HandoverSeen | None:
    """One of a family; None where that family has none of this number."""
    row = session.execute(
        select(*_COLUMNS).where(Handover.id == handover_id, Handover.household_id == household_id)
    ).one_or_none()
    return _seen(row) if row else None


def _seen(row: Row[*tuple[Any, ...]]) -> HandoverSeen:
    return HandoverSeen(*row)
