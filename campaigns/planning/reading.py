"""What others read of a campaign's plan: its steps, and what it has cost so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignCost, CampaignStep
from campaigns.overview import CampaignWhole, for_place


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


def due(session: Session, last: date, *, place: str | None = None, limit: int = 20) -> list[StepSeen]:
    """The steps of running plans that are not done and should be by `last`: those that are late come first."""
    wanted = _STEPS.where(
        CampaignStep.due_on <= last,
        CampaignStep.done_at.is_(None),
        Campaign.is_template.is_(False),
        for_place(place),
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
    return _summed(lines)


def whole(session: Session, campaign: CampaignWhole, limit: int = 200) -> tuple[list[StepSeen], Spent]:
    """A campaign's steps by their day and what it has cost, in one question."""
    cost = CampaignCost
    rows: Sequence[Any] = session.execute(
        union_all(
            select(
                literal(True).label("is_step"),
                CampaignStep.id.label("id"),
                CampaignStep.due_on.label("day"),
                CampaignStep.kind.label("kind"),
                CampaignStep.title.label("text"),
                CampaignStep.days.label("first"),
                CampaignStep.post_id.label("second"),
                CampaignStep.done_at.label("at"),
                CampaignStep.done_by.label("by"),
            ).where(CampaignStep.campaign_id == campaign.campaign_id),
            select(
                literal(False),
                cost.id,
                cost.spent_on,
                literal(""),
                cost.what,
                cost.cents,
                cost.minutes,
                cost.at,
                cost.by,
            ).where(cost.campaign_id == campaign.campaign_id),
        ).order_by("day", "id")
    ).all()
    number, name = campaign.campaign_id, campaign.name
    steps = [
        StepSeen(row.id, number, name, row.kind, row.text, row.day, row.first, row.second, row.at, row.by)
        for row in rows
        if row.is_step
    ]
    lines = tuple(
        CostSeen(row.id, row.day, row.first, row.second, row.text, row.by) for row in reversed(rows) if not row.is_step
    )
    return steps[:limit], _summed(lines)


def _summed(lines: tuple[CostSeen, ...]) -> Spent:
    return Spent(sum(line.cents for line in lines), sum(line.minutes for line in lines), lines)
