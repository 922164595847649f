"""What an inquiry of a campaign took, in money and hours: between limits, for a count of few is a matter of chance."""

from collections.abc import Iterable, Sequence
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
    """What a campaign took in a period: `cents` of euro, `minutes` of work. `countries` are its audience's (ISO codes);
    `budget` is of the whole campaign, in cents.
    """

    campaign_id: int
    name: str
    cents: int
    minutes: int
    countries: tuple[str, ...] = ()
    budget: int | None = None


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


@dataclass(frozen=True)
class CountryCost:
    """A host country's part of what campaigns took, and its inquiries that met one of them.

    None is no country: what campaigns took that name none, and inquiries of which nobody knows where from. These two
    have nothing to do with each other, so that nothing is divided there.
    """

    country: str | None
    budget: int
    spent: int
    worked: int
    inquiries: tuple[int, ...]
    cents: Each | None
    minutes: Each | None


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
    sums = (func.sum(CampaignCost.cents).label("cents"), func.sum(CampaignCost.minutes).label("minutes"))
    taken = (
        select(CampaignCost.campaign_id, *sums)
        .where(CampaignCost.spent_on >= first, CampaignCost.spent_on <= last)
        .group_by(CampaignCost.campaign_id)
        .subquery()
    )
    found = session.execute(
        select(Campaign.id, Campaign.name, taken.c.cents, taken.c.minutes, Campaign.countries, Campaign.budget_cents)
        .join(taken, taken.c.campaign_id == Campaign.id)
        .order_by(Campaign.name, Campaign.id)
    )
    return [
        Spent(number, name, int(cents), int(minutes), tuple(dict.fromkeys(countries)), budget)
        for number, name, cents, minutes, countries, budget in found
        if cents or minutes
    ]


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


def by_country(journeys: Journeys, known: Sequence[Spent]) -> list[CountryCost]:
    """What an inquiry from each host country took; no country last, and always there. Pure.

    A campaign for several countries is shared among them equally, not by who asked: shared by inquiries each of them
    would cost the same in all its countries, and which country costs more could never be seen.
    """
    parts: dict[str | None, list[int]] = {None: [0, 0, 0]}
    for one in known:
        shared = one.countries or (None,)
        for place, amount in enumerate((one.budget or 0, one.cents, one.minutes)):
            for country, part in zip(shared, _split(amount, len(shared)), strict=True):
                parts.setdefault(country, [0, 0, 0])[place] += part
    costing = {one.campaign_id for one in known}
    met: dict[str | None, list[int]] = {}
    for journey in journeys.by_end[INQUIRY]:
        if not costing.isdisjoint({campaign_of(ref, journeys.book) for ref in journey.refs}):
            met.setdefault(journey.country, []).append(journey.number)
    rows = []
    for country in parts.keys() | met.keys():
        (budget, cents, minutes), numbers = parts.get(country, [0, 0, 0]), tuple(met.get(country, ()))
        took = (None, None) if country is None else (each(cents, len(numbers)), each(minutes, len(numbers)))
        rows.append(CountryCost(country, budget, cents, minutes, numbers, *took))
    return sorted(rows, key=lambda row: (row.country is None, -len(row.inquiries), -row.spent, row.country or ""))


def _split(amount: int, parts: int) -> list[int]:
    """An amount in equal whole parts; the first ones have what is left over."""
    whole, left = divmod(amount, parts)
    return [whole + (place < left) for place in range(parts)]


def each(amount: int, count: int) -> Each:
    """An amount by a count. Pure."""
    low, high = poisson(count)
    return Each(amount / count if count else None, amount / high, amount / low if low else None)
