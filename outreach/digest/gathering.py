"""Reads what the mails of a morning are made of: every mention of the time once, however many choose from it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from campaigns import queries as planned
from outreach import waiting
from outreach.core.clock import day_bounds, local_day
from outreach.digest import releases
from outreach.digest.facts import Business, DayCount, Pool, Story, Telling
from outreach.people.models import ADMINISTRATOR, COMMS, COORDINATOR, READER
from outreach.tracker import queries as inquiries
from scrapers import morning, outlets
from scrapers.morning import Named, Told
from scrapers.queries import TROUBLES, SourceState

# Whom the office's own business is told.
OFFICE = (ADMINISTRATOR, COMMS, COORDINATOR, READER)
# The topic of the office's file that is about its coordinator.
_ABOUT_US = "office"
_WEEK, _WEEKS_BEFORE = 7, 8
_A_DAY = timedelta(days=1)
_MOST_DELIVERIES = 50


def gather(
    session: Session, now: datetime, zone: ZoneInfo, since: datetime, until: datetime, roles: Collection[str]
) -> Pool:
    """All that a mail about `since` <= t < `until` may tell to readers of these roles; `zone` makes its days.

    About a dozen questions to the store, and what waits for each role; none of them more with more readers.
    """
    rows = morning.told(session, since, until)
    said = morning.named(session, rows)
    topics = morning.topics(session)
    printed = releases.carried(session, releases.recent(session, since, until), rows)
    campaigns = {row.mention_id: _campaigns(row, said, printed) for row in rows}
    about_us = frozenset(topic.id for topic in topics if topic.key == _ABOUT_US)
    stories = _stories(rows, said, campaigns, about_us)
    known = outlets.fares(session, now)
    states = [state for state in known if state.enabled]
    troubles = _troubles(states)
    return Pool(
        since=since,
        until=until,
        stories=stories,
        earlier=morning.told_before(session, [story.story_id for story in stories], since),
        week=_week(session, local_day(until, zone), zone, {state.id: state.tier for state in known}),
        sources=len(states),
        answered=sum(state.last_ok_at is not None and now - _A_DAY <= state.last_ok_at <= now for state in states),
        troubles=troubles,
        silent=_silent(troubles),
        business=_business(session, now, zone, since, until, roles),
        campaigns=releases.titles(session, {number for told in campaigns.values() for number in told}),
        topics={topic.id: topic.name for topic in topics},
    )


def _campaigns(row: Told, said: Named, printed: Mapping[int, frozenset[int]]) -> tuple[int, ...]:
    nothing: frozenset[int] = frozenset()
    return tuple(sorted(said.campaigns.get(row.mention_id, nothing) | printed.get(row.mention_id, nothing)))


def _stories(
    rows: Collection[Told], said: Named, campaigns: Mapping[int, tuple[int, ...]], about_us: frozenset[int]
) -> tuple[Story, ...]:
    """The mentions by story, in the order of pick-up; the stories by number."""
    titles: dict[int, str] = {}
    told: dict[int, list[Telling]] = {}
    for row in rows:
        titles[row.story_id] = row.story
        topics = said.topics.get(row.mention_id, frozenset())
        areas = said.areas.get(row.mention_id, frozenset())
        telling = _telling(row, topics, areas, campaigns[row.mention_id], bool(topics & about_us))
        told.setdefault(row.story_id, []).append(telling)
    return tuple(Story(number, titles[number], tuple(told[number])) for number in sorted(told))


def _telling(
    row: Told, topics: frozenset[int], areas: frozenset[str], campaigns: tuple[int, ...], names_us: bool
) -> Telling:
    return Telling(
        mention_id=row.mention_id,
        story_id=row.story_id,
        title=row.title,
        url=row.url,
        outlet=row.outlet,
        source_id=row.source_id,
        tier=row.tier,
        lang=row.lang,
        at=row.at,
        found_at=row.found_at,
        sense=row.sense,
        counted=row.relevant,
        doubtful=not row.relevant and row.sense == "ambiguous" and row.verdict is None,
        # What a person says stands above what was read out of the words.
        tone="critical" if row.verdict == "critical" else row.tone,
        names_us=names_us,
        sentence=row.sentence,
        forms=row.forms,
        places=row.places,
        agency=row.agency,
        topics=topics,
        campaigns=campaigns,
        areas=areas,
    )


def _troubles(states: Collection[SourceState]) -> tuple[SourceState, ...]:
    """Those that somebody should look at, the worst first, as `scrapers.queries.troubles` has them."""
    found = [state for state in states if state.state in TROUBLES]
    return tuple(sorted(found, key=lambda state: (TROUBLES.index(state.state), state.name)))


def _silent(troubles: Collection[SourceState]) -> tuple[SourceState, ...]:
    """Those of them that are silent, the longest first."""
    found = [state for state in troubles if state.state == "silent"]
    return tuple(sorted(found, key=lambda state: (-state.reason_facts.get("count", 0), state.name)))


def _week(session: Session, today: date, zone: ZoneInfo, tiers: Mapping[int, str]) -> tuple[DayCount, ...]:
    """The seven whole days before today: in the morning today has hardly begun, and would always look like a fall."""
    past = _WEEK * _WEEKS_BEFORE
    days = [today - timedelta(days=back) for back in range(_WEEK + past, 0, -1)]
    counts = morning.by_day(session, days, zone)
    told = []
    for day in days[past:]:
        by_tier: dict[str, int] = {}
        for source, count in counts.get(day, {}).items():
            by_tier[tiers[source]] = by_tier.get(tiers[source], 0) + count
        same = (day - timedelta(days=_WEEK * back) for back in range(1, _WEEKS_BEFORE + 1))
        usual = [counts[one].total() for one in same if one in counts]
        told.append(DayCount(day, by_tier, float(median(usual)) if usual else None))
    return tuple(told)


def _business(
    session: Session, now: datetime, zone: ZoneInfo, since: datetime, until: datetime, roles: Collection[str]
) -> dict[str, Business]:
    asked = [role for role in OFFICE if role in roles]
    if not asked:
        return {}
    tonight = day_bounds(local_day(now, zone), zone)[1]
    going_out = tuple(planned.going_out(session, tonight, _MOST_DELIVERIES))
    unapproved = tuple(one for one in going_out if not one.approved)
    came = tuple(inquiries.counts_by_source(session, since, until))
    return {
        role: Business(
            # Whoever only reads has nothing to do.
            waiting=() if role == READER else tuple(waiting.gather(session, now, role, zone)),
            going_out=going_out,
            unapproved=unapproved,
            inquiries=came,
        )
        for role in asked
    }
