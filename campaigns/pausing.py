"""Holding everything back, or one campaign: from the next claim on nothing more goes out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, exists, literal, null, select, union_all, update
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Pause
from outreach.core.db import UtcDateTime
from outreach.core.errors import OutreachError


@dataclass(frozen=True)
class PauseSeen:
    """Why nothing goes out, since when, and who said so."""

    since: datetime
    reason: str
    by: str


def pause_all(session: Session, now: datetime, reason: str, by: str) -> PauseSeen:
    """Nothing goes out anywhere until somebody resumes; a pause that holds already stays as it is.

    `reason` is what a person says, in their words. Raises OutreachError `campaigns.pause.reason` without one.
    """
    if not reason.strip():
        raise OutreachError("campaigns.pause.reason")
    held = paused(session)
    if held is not None:
        return held
    session.add(Pause(since=now, reason=reason.strip(), by=by))
    session.flush()
    return PauseSeen(now, reason.strip(), by)


def resume_all(session: Session, now: datetime) -> bool:
    """Everything goes on; what is past its window by then fails and waits for a person. False if nothing was held."""
    ended = update(Pause).where(Pause.ended_at.is_(None)).values(ended_at=now).returning(Pause.id)
    return bool(session.scalars(ended.execution_options(synchronize_session=False)).all())


def paused(session: Session) -> PauseSeen | None:
    """The pause of everything that holds now."""
    found = session.execute(
        select(Pause.since, Pause.reason, Pause.by).where(Pause.ended_at.is_(None)).order_by(Pause.id).limit(1)
    ).one_or_none()
    return None if found is None else PauseSeen(*found)


def pause_campaign(session: Session, campaign_id: int, on: bool = True) -> Campaign:
    """Holds one campaign back (`on`) or lets it go on; OutreachError `campaigns.missing`."""
    campaign = session.scalar(select(Campaign).where(Campaign.id == campaign_id).with_for_update())
    if campaign is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    campaign.paused = on
    session.flush()
    return campaign


def resume_campaign(session: Session, campaign_id: int) -> Campaign:
    """The campaign goes on; OutreachError `campaigns.missing`."""
    return pause_campaign(session, campaign_id, on=False)


def held_campaigns(session: Session) -> set[int]:
    """The numbers of the campaigns that are held back."""
    return set(session.scalars(select(Campaign.id).where(Campaign.paused.is_(True))))


def holding(session: Session) -> tuple[PauseSeen | None, set[int]]:
    """The pause of everything and the campaigns that are held back, in one question."""
    pauses = select(literal(0).label("id"), Pause.since, Pause.reason, Pause.by).where(Pause.ended_at.is_(None))
    nothing = (cast(null(), UtcDateTime), cast(null(), Text), cast(null(), Text))
    campaigns = select(Campaign.id, *nothing).where(Campaign.paused.is_(True))
    rows = session.execute(union_all(pauses, campaigns)).all()
    pause = next((PauseSeen(*row[1:]) for row in rows if row.id == 0), None)
    return pause, {row.id for row in rows} - {0}


def everything_is_held() -> ColumnElement[bool]:
    """Of any statement: whether a pause of everything holds."""
    return exists(select(Pause.id).where(Pause.ended_at.is_(None)))
