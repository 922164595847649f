"""What others read of a campaign's plan: its steps, and what it has cost so far."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignCost, CampaignStep
from campaigns.overview import for_place


@dataclass(frozen=True)
class StepSeen:
    """A step of a plan; `days` from the campaign's day, None where its day was set by hand."""

    step_id: int
    campaign_id: int
    campaign_name: str
    kind: str
    title: str
    due_on: date
    days: int | None
    post_id: int | None
    done_at: datetime | None
    done_by: str | None


@dataclass(frozen=True)
class CostSeen:
    """A line of what a campaign has cost: `cents` of euro, `minutes` of work."""

    cost_id: int
    spent_on: date
    cents: int
    minutes: int
    what: str
    by: str


@dataclass(frozen=True)
class Spent:
    """All lines, the latest first, and their sums."""

    cents: int
    minutes: int
    lines: tuple[CostSeen, ...]


_STEPS: Select[*tuple[Any, ...]] = (
    select(
        CampaignStep.id,
        CampaignStep.campaign_id,
        Campaign.name,
        CampaignStep.kind,
        CampaignStep.title,
        CampaignStep.due_on,
        CampaignStep.days,
        CampaignStep.post_id,
        CampaignStep.done_at,
        CampaignStep.done_by,
    )
    .join(Campaign, Campaign.id == CampaignStep.campaign_id)
    .order_by(CampaignStep.due_on, CampaignStep.id)
)


def steps(session: Session, campaign_id: int, limit: int = 200) -> list[StepSeen]:
    """A campaign's steps by their day."""
    wanted = _STEPS.where(CampaignStep.campaign_id == campaign_id).limit(limit)
    return [StepSeen(*row) for row in session.execute(wanted)]


def steps_between(
    session: Session, first: date, last: date, *, place: str | None = None, limit: int = 500
) -> list[StepSeen]:
    """The steps of running plans from `first` to `last`, both included; templates have none to do."""
    wanted = _STEPS.where(
        CampaignStep.due_on >= first, CampaignStep.due_on <= last, Campaign.is_template.is_(False), for_place(place)
    ).limit(limit)
    return [StepSeen(*row) for row in session.execute(wanted)]


def spent(session: Session, campaign_id: int) -> Spent:
    """What a campaign has cost so far."""
    rows = session.execute(
        select(
            CampaignCost.id,
            CampaignCost.spent_on,
            CampaignCost.cents,
            CampaignCost.minutes,
            CampaignCost.what,
            CampaignCost.by,
        )
        .where(CampaignCost.campaign_id == campaign_id)
        .order_by(CampaignCost.spent_on.desc(), CampaignCost.id.desc())
    ).all()
    lines = tuple(CostSeen(*row) for row in rows)
    return Spent(sum(line.cents for line in lines), sum(line.minutes for line in lines), lines)
