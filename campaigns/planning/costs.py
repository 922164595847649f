"""What a campaign has cost: lines are written, and taken back by a line of the opposite sign; none is ever deleted."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignCost
from campaigns.planning.reading import CostSeen, spent
from outreach.core.errors import OutreachError


def spend(
    session: Session,
    now: datetime,
    campaign_id: int,
    *,
    spent_on: date,
    cents: int = 0,
    minutes: int = 0,
    what: str,
    actor: str,
) -> CampaignCost:
    """A line of `cents` of euro and `minutes` of work.

    Raises OutreachError `campaigns.missing`, `plan.cost.nothing` if it is neither money nor time, `plan.cost.empty`.
    """
    if session.get(Campaign, campaign_id) is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    if cents < 0 or minutes < 0 or not (cents or minutes):
        raise OutreachError("plan.cost.nothing")
    if not what.strip():
        raise OutreachError("plan.cost.empty")
    return _written(session, now, campaign_id, spent_on, cents, minutes, what.strip(), actor)


def take_back(session: Session, now: datetime, campaign_id: int, cost_id: int, *, actor: str) -> CampaignCost:
    """A line of the opposite sign.

    Raises OutreachError `campaigns.missing`, `plan.cost.missing` or, for one that was taken back, `plan.cost.twice`.
    """
    if session.scalar(select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()) is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    lines = spent(session, campaign_id).lines
    line = next((line for line in lines if line.cost_id == cost_id), None)
    if line is None:
        raise OutreachError("plan.cost.missing")
    if cost_id not in standing(lines):
        raise OutreachError("plan.cost.twice")
    return _written(session, now, campaign_id, line.spent_on, -line.cents, -line.minutes, line.what, actor)


def standing(lines: Iterable[CostSeen]) -> frozenset[int]:
    """The numbers of the lines that hold: neither taken back nor such a taking back. Pure."""
    lines = sorted(lines, key=lambda line: line.cost_id)
    backs = Counter(
        (line.spent_on, line.cents, line.minutes, line.what) for line in lines if line.cents < 0 or line.minutes < 0
    )
    found = []
    for line in lines:
        if line.cents < 0 or line.minutes < 0:
            continue
        opposite = (line.spent_on, -line.cents, -line.minutes, line.what)
        if backs[opposite]:
            backs[opposite] -= 1
        else:
            found.append(line.cost_id)
    return frozenset(found)


def _written(
    session: Session, now: datetime, campaign_id: int, spent_on: date, cents: int, minutes: int, what: str, actor: str
) -> CampaignCost:
    row = CampaignCost(
        campaign_id=campaign_id, spent_on=spent_on, cents=cents, minutes=minutes, what=what, by=actor, at=now
    )
    session.add(row)
    session.flush()
    return row
