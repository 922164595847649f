"""The one door through which rows that are only ever added are changed: their days become coarse.

Stages and attributions refuse every change by the mapper. A family or an inquiry that has become a figure keeps them,
but not the day it all happened. Nothing else may come in here: the statements reach anonymous records alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from outreach.tracker.models import Attribution, Household, Inquiry, Stage

Evidence = Mapping[str, str | int | None]


@dataclass(frozen=True)
class StageMoved:
    """The day a stage's entry shall have, and the moment it was written."""

    stage_id: int
    entered_on: date
    recorded_at: datetime


@dataclass(frozen=True)
class AttributionMoved:
    """The moment an attribution shall have, and what is left of its evidence."""

    attribution_id: int
    made_at: datetime
    evidence: Evidence


def stages(session: Session, moved: list[StageMoved]) -> None:
    """Gives entries of anonymous families other days."""
    if not moved:
        return
    session.flush()
    anonymous = select(Household.id).where(Household.anonymous_at.is_not(None))
    changed = (
        update(Stage.__table__)  # type: ignore[arg-type]
        .where(Stage.id == bindparam("of"), Stage.household_id.in_(anonymous))
        .values(entered_on=bindparam("day"), recorded_at=bindparam("at"))
    )
    session.connection().execute(
        changed, [{"of": one.stage_id, "day": one.entered_on, "at": one.recorded_at} for one in moved]
    )
    _stale(session, Stage)


def attributions(session: Session, moved: list[AttributionMoved]) -> None:
    """Gives attributions of anonymous inquiries other moments, and takes moments out of their evidence."""
    if not moved:
        return
    session.flush()
    anonymous = select(Inquiry.id).where(Inquiry.anonymous_at.is_not(None))
    changed = (
        update(Attribution.__table__)  # type: ignore[arg-type]
        .where(Attribution.id == bindparam("of"), Attribution.inquiry_id.in_(anonymous))
        .values(made_at=bindparam("at"), evidence=bindparam("told"))
    )
    session.connection().execute(
        changed, [{"of": one.attribution_id, "at": one.made_at, "told": dict(one.evidence)} for one in moved]
    )
    _stale(session, Attribution)


def _stale(session: Session, table: type[Stage | Attribution]) -> None:
    for row in session:
        if isinstance(row, table):
            session.expire(row)
