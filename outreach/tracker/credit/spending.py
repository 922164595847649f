"""What an inquiry of a campaign took, in money and hours: between limits, for a count of few is a matter of chance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignCost
from outreach.core.intervals import poisson
from outreach.tracker.credit.journeys import INQUIRY, Journeys
from outreach.tracker.credit.naming import campaign_of


@dataclass(frozen=True)
class Spent:
    """What a campaign took in a period: `cents` of euro, `minutes` of work."""

    campaign_id: int
    name: str
    cents: int
    minutes: int


@dataclass(frozen=True)
class Each:
    """An amount an inquiry, and its 95 % limits from those of the count; None where nothing bounds it: no inquiry."""

    value: float | None
    low: float
    high: float | None


@dataclass(frozen=True)
class Cost:
    """A campaign, the inquiries that met it, and what each took."""

    spent: Spent
    inquiries: tuple[int, ...]
    cents: Each
    minutes: Each


def offered(session: Session, limit: int = 200) -> list[tuple[int, str]]:
    """Campaigns to choose from, the latest start first: number and name."""
    rows = session.execute(
        select(Campaign.id, Campaign.name)
        .where(Campaign.is_template.is_(False))
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
        .limit(limit)
    )
    return [(number, name) for number, name in rows]


def spent(session: Session, first: date, last: date) -> list[Spent]:
    """Campaigns that took money or time in these days, by name; what was taken back does not count."""
    sums = (func.sum(CampaignCost.cents), func.sum(CampaignCost.minutes))
    rows = session.execute(
        select(Campaign.id, Campaign.name, *sums)
        .join(CampaignCost, CampaignCost.campaign_id == Campaign.id)
        .where(CampaignCost.spent_on >= first, CampaignCost.spent_on <= last)
        .group_by(Campaign.id, Campaign.name)
        .order_by(Campaign.name, Campaign.id)
    )
    return [Spent(number, name, int(cents), int(minutes)) for number, name, cents, minutes in rows if cents or minutes]


def costs(journeys: Journeys, known: Iterable[Spent]) -> list[Cost]:
    """What each inquiry that met a campaign took; one that met two counts with both. Pure."""
    met: dict[int, list[int]] = {}
    for journey in journeys.by_end[INQUIRY]:
        for campaign in {campaign_of(ref, journeys.book) for ref in journey.refs} - {None}:
            met.setdefault(campaign or 0, []).append(journey.number)
    found = []
    for one in known:
        numbers = tuple(met.get(one.campaign_id, ()))
        found.append(Cost(one, numbers, each(one.cents, len(numbers)), each(one.minutes, len(numbers))))
    return found


def each(amount: int, count: int) -> Each:
    """An amount by a count. Pure."""
    low, high = poisson(count)
    return Each(amount / count if count else None, amount / high, amount / low if low else None)
