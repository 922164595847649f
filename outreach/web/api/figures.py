"""Figures of a span of local days: mentions by day, tier and sense, inquiries by source. Never a family."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.core.clock import day_bounds, local_day
from outreach.tracker import queries as inquiries
from outreach.tracker.queries import SourceCount
from scrapers import exchange as heard
from scrapers.exchange import Counted
from scrapers.models import SENSES, TIERS

USUAL_DAYS = 30
MOST_DAYS = 92


@dataclass(frozen=True)
class Day:
    """The mentions of one local day, or of several; every tier and sense is there."""

    day: date
    mentions: int
    relevant: int
    by_tier: Mapping[str, int]
    by_sense: Mapping[str, int]


@dataclass(frozen=True)
class Inquiries:
    """Inquiries as counts."""

    total: int
    unknown: int
    by_source: Sequence[SourceCount]


@dataclass(frozen=True)
class Figures:
    """From the first day to the last one, both included."""

    since: date
    until: date
    zone: str
    mentions: int
    relevant: int
    by_tier: Mapping[str, int]
    by_sense: Mapping[str, int]
    days: Sequence[Day]
    inquiries: Inquiries


def figures(session: Session, first: date, last: date, zone: ZoneInfo) -> Figures:
    """What was heard and who asked from the first local day to the last one."""
    since, until = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    counted = heard.counted(session, since, until)
    sources = inquiries.counts_by_source(session, since, until)
    whole = summed(first, counted)
    return Figures(
        since=first,
        until=last,
        zone=zone.key,
        mentions=whole.mentions,
        relevant=whole.relevant,
        by_tier=whole.by_tier,
        by_sense=whole.by_sense,
        days=by_day(counted, first, last, zone),
        inquiries=Inquiries(
            total=sum(source.count for source in sources),
            unknown=sum(source.count for source in sources if source.rule == inquiries.UNKNOWN),
            by_source=sources,
        ),
    )


def by_day(counted: Sequence[Counted], first: date, last: date, zone: ZoneInfo) -> list[Day]:
    """Mentions by local day, days without any included."""
    days: dict[date, list[Counted]] = {first + timedelta(days=at): [] for at in range((last - first).days + 1)}
    known: dict[datetime, date] = {}
    for one in counted:
        # All moments of a quarter of an hour fall on one day: clocks differ from UTC by whole quarters.
        quarter = one.found_at.replace(minute=one.found_at.minute // 15 * 15, second=0, microsecond=0)
        if quarter not in known:
            known[quarter] = local_day(quarter, zone)
        days[known[quarter]].append(one)
    return [summed(day, told) for day, told in days.items()]


def summed(day: date, counted: Sequence[Counted]) -> Day:
    """These mentions added up."""
    tiers = Counter(one.tier for one in counted)
    senses = Counter(one.sense for one in counted)
    return Day(
        day=day,
        mentions=len(counted),
        relevant=sum(one.relevant for one in counted),
        by_tier={tier: tiers[tier] for tier in TIERS},
        by_sense={sense: senses[sense] for sense in SENSES},
    )
