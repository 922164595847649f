"""What a campaign has brought: inquiries linked with it, and the families among them. Plain counts and days."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns.models import Campaign, Link, Post
from outreach.core.clock import local_day
from outreach.tracker.attribution import standing
from outreach.tracker.families import merged
from outreach.tracker.models import RETURNED_STAGES, Attribution, Inquiry, Stage, Touch

# An offer is the office's answer to a family that has said what it needs. Whoever returned alone never asked for one.
OFFERED_STAGES = ("offer_sent", "planning", "returned_supported")
REACHED = {"applications": OFFERED_STAGES, "returns": RETURNED_STAGES}


def asked(session: Session, campaign_id: int) -> list[datetime]:
    """When those asked whom the standing attribution links with the campaign: by a post of it, a link of its own, or
    because they named it, as at its event.
    """
    return list(session.scalars(_linked(campaign_id, Inquiry.received_at).order_by(Inquiry.received_at)))


def reached(session: Session, campaign_id: int, stages: Iterable[str], zone: ZoneInfo) -> list[date]:
    """On which days the families of those inquiries came to one of `stages`, each family by its first time, in order.

    Only from the day on which the family first asked: what was before is not linked with the campaign. Of one
    family's day the last written counts.
    """
    asked_by = _linked(campaign_id, Inquiry.household_id, func.min(Inquiry.received_at).label("at"))
    families = asked_by.where(Inquiry.household_id.is_not(None)).group_by(Inquiry.household_id).subquery()
    rows = session.execute(
        select(Stage.household_id, Stage.entered_on, Stage.stage, families.c.at)
        .join(families, families.c.household_id == Stage.household_id)
        .where(Stage.household_id.not_in(merged()))
        .order_by(Stage.id)
    )
    last = {(household, day): (stage, local_day(at, zone)) for household, day, stage, at in rows}
    wanted = frozenset(stages)
    first: dict[int, date] = {}
    for (household, day), (stage, since) in last.items():
        if stage in wanted and day >= since:
            first[household] = min(day, first.get(household, day))
    return sorted(first.values())


def _linked(campaign_id: int, *columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    of_campaign = or_(
        Touch.post_id.in_(select(Post.id).where(Post.campaign_id == campaign_id)),
        Touch.click_link_id.in_(select(Link.id).where(Link.campaign_id == campaign_id)),
    )
    called = select(Campaign.name).where(Campaign.id == campaign_id).scalar_subquery()
    linked = or_(
        and_(Attribution.rule == "link", of_campaign),
        and_(Attribution.rule == "said", Attribution.evidence["campaign"].as_string() == called),
    )
    return (
        select(*columns)
        .join(Attribution, Attribution.inquiry_id == Inquiry.id)
        .join(Touch, and_(Touch.id == Attribution.touch_id, Touch.inquiry_id == Inquiry.id))
        .where(Attribution.id == standing(Inquiry.id), linked)
    )
