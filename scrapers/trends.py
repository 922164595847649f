"""What a period brought: counted by day, tier, language, outlet, municipality and region; new outlets; striking days.

A period is read once, as rows of numbers without their texts, at most `MOST_DAYS` of it: that much costs the same in a
small archive and in a large one.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, cast, exists, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from scrapers import daynumbers, tallying
from scrapers.models import Article, Mention, MentionPlace, Source
from scrapers.recall import Share
from scrapers.tallying import Count, Told
from scrapers.topicmodels import MentionTopic, Topic, TopicVersion
from scrapers.trendmath import SAME_DAYS, Spike, days_between, spikes

MOST_DAYS = 366
# With a longer period the days before it are not read: its own first weeks are the past of the others.
_WITH_PAST = 93
# In the order of the picture, the office's own first; as the watch names them.
REGIONS = ("Latgale", "Vidzeme", "Kurzeme", "Zemgale", "Rīga")
_SPIKES, _STORIES, _NEW = 8, 4, 12
_ARTICLE = itemgetter(0)


@dataclass(frozen=True)
class Asked:
    """A period of local days, both included, and which mentions; what is empty stays open.

    Without a sense what counts as ours is counted; one that is watched but not counted is counted whole.
    """

    first: date
    last: date
    sense: str = ""
    language: str = ""
    tier: str = ""
    topic: int | None = None
    only_place: str | None = None

    @property
    def days(self) -> list[date]:
        return days_between(self.first, self.last)


@dataclass(frozen=True)
class Outlet:
    """A source by its number."""

    id: int
    name: str
    tier: str


@dataclass(frozen=True)
class Names:
    """What the page's filter offers and its tables name."""

    outlets: Mapping[int, Outlet]
    topics: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Reported:
    """A mention as a list names it: the first of its story on its day, or the first of its outlet."""

    mention_id: int
    title: str
    lang: str
    outlet: str
    count: Count


@dataclass(frozen=True)
class Day:
    """A day that stands out, its widest stories, and how many more it has."""

    spike: Spike
    count: Count
    stories: tuple[Reported, ...]
    more: int


@dataclass(frozen=True)
class NewOutlet:
    """An outlet whose first mention ever is of the period."""

    outlet: Outlet
    day: date
    first: Reported


@dataclass(frozen=True)
class Trends:
    """A period in numbers. `by_place` is empty for somebody who may see one place alone."""

    total: Count
    by_day: Mapping[date, Count]
    by_week: Mapping[date, Count]
    by_tier: Mapping[str, Count]
    by_language: Mapping[str, Count]
    by_outlet: Mapping[int, Count]
    by_place: Mapping[str, Count]
    days: tuple[Day, ...]
    fresh: tuple[NewOutlet, ...]


@dataclass(frozen=True)
class Voice:
    """How often the regions are named: by month (its first day) and in all; `share` of all that name any region."""

    months: Mapping[date, Mapping[str, Count]]
    total: Mapping[str, Count]
    share: Mapping[str, Share]
    named: Count


def names(session: Session) -> Names:
    """All outlets, and the topics in use by their order."""
    outlets = select(literal(0).label("sort"), Source.id, Source.name, Source.tier, literal(0).label("place"))
    topics = (
        select(literal(1), Topic.id, TopicVersion.name, cast(null(), String(20)), Topic.position)
        .join(TopicVersion, and_(TopicVersion.topic_id == Topic.id, TopicVersion.number == Topic.version))
        .where(Topic.archived_at.is_(None))
    )
    rows = session.execute(union_all(outlets, topics)).all()
    offered = sorted((row.place, row.name, row.id) for row in rows if row.sort)
    return Names(
        {row.id: Outlet(row.id, row.name, row.tier) for row in rows if not row.sort},
        tuple((number, name) for _, name, number in offered),
    )


def trends(
    session: Session, asked: Asked, known: Names, zone: ZoneInfo, places: Collection[str] = ()
) -> Trends:
    """The period counted; `places` are the municipalities to count by. Reads the days before it too, for what is usual.

    ValueError for a period of more than `MOST_DAYS`.
    """
    past = SAME_DAYS * 7 if len(asked.days) < _WITH_PAST else 0
    inside, counts = read(session, asked, known, zone, past=past)
    places = () if asked.only_place is not None else places
    standing_out = _spikes(asked, counts)
    fresh = _fresh(session, asked, inside)
    return Trends(
        total=tallying.count(inside),
        by_day=tallying.by(inside, lambda one: one.day),
        by_week=tallying.by(inside, lambda one: one.day - timedelta(days=one.day.weekday())),
        by_tier=tallying.by(inside, lambda one: known.outlets[one.source_id].tier),
        by_language=tallying.by(inside, lambda one: one.lang),
        by_outlet=tallying.by(inside, lambda one: one.source_id),
        by_place=tallying.by_name(inside, _named(session, inside, places)),
        **_reported(session, known, inside, standing_out, fresh),
    )


def voice(session: Session, asked: Asked, known: Names, zone: ZoneInfo) -> Voice:
    """The share of voice of `REGIONS`: a mention that names two counts for both."""
    told, _ = read(session, asked, known, zone)
    regions = _named(session, told, REGIONS)
    months: dict[date, list[Told]] = {}
    for one in told:
        months.setdefault(one.day.replace(day=1), []).append(one)
    named = tallying.count([one for one in told if one.id in regions])
    total = tallying.by_name(told, regions)
    return Voice(
        months={month: tallying.by_name(rows, regions) for month, rows in sorted(months.items())},
        total={name: total.get(name, Count()) for name in REGIONS},
        share={name: Share(total.get(name, Count()).mentions, named.mentions) for name in REGIONS},
        named=named,
    )


def read(
    session: Session, asked: Asked, known: Names, zone: ZoneInfo, *, past: int = 0
) -> tuple[list[Told], dict[date, int]]:
    """The wanted mentions of the period, oldest first; and how many each day had, so many days before it included.

    Days before the first mention of all of these are left out: nobody knows whether there was anybody to see any.
    """
    if not 0 < len(asked.days) <= MOST_DAYS:
        raise ValueError(f"{asked.first}..{asked.last}")
    days = days_between(asked.first - timedelta(days=past), asked.last)
    edges = daynumbers.edges(session, [*days, asked.last + timedelta(days=1)], zone)
    # One that came since the names of outlets were asked for is counted next time.
    query = _question(asked, known, edges[0], edges[-1])
    rows = [row for row in session.connection().execute(query).all() if row.source_id in known.outlets]
    told: list[Told] = []
    counts: dict[date, int] = {}
    begin = 0
    for day, after in zip(days, edges[1:], strict=True):
        end = bisect_left(rows, after, lo=begin, key=_ARTICLE)
        if counts or end > begin:
            counts[day] = end - begin
        if day >= asked.first:
            told += [Told(number, day, source, lang, story) for _, number, source, lang, story in rows[begin:end]]
        begin = end
    return told, counts


def _question(asked: Asked, known: Names, first: int, after: int) -> Select[*tuple[Any, ...]]:
    columns = (Mention.article_id, Mention.id, Mention.source_id, Mention.lang, Mention.story_id)
    inside = select(*columns, Mention.relevant, Mention.sense).where(
        Mention.article_id >= first, Mention.article_id < after
    )
    # The limit keeps SQLite from walking another index, through the whole archive.
    row = inside.order_by(Mention.article_id).limit(daynumbers.NONE_YET).subquery("inside")
    wanted: list[ColumnElement[bool]] = []
    if asked.sense in ("", "return"):
        wanted.append(row.c.relevant)
    if asked.sense:
        wanted.append(row.c.sense == asked.sense)
    if asked.language:
        wanted.append(row.c.lang == asked.language)
    if asked.tier:
        wanted.append(row.c.source_id.in_([one.id for one in known.outlets.values() if one.tier == asked.tier]))
    if asked.topic is not None:
        wanted.append(exists().where(MentionTopic.topic_id == asked.topic, MentionTopic.mention_id == row.c.id))
    if asked.only_place is not None:
        wanted.append(exists().where(MentionPlace.place == asked.only_place, MentionPlace.mention_id == row.c.id))
    return select(*(row.c[column.key] for column in columns)).where(*wanted).order_by(row.c.article_id)


def _named(session: Session, told: Sequence[Told], places: Collection[str]) -> dict[int, list[str]]:
    """Which of the places each mention names; those that name none are left out."""
    if not told or not places:
        return {}
    numbers = {one.id for one in told}
    rows = session.execute(
        select(MentionPlace.mention_id, MentionPlace.place).where(
            MentionPlace.place.in_(places), MentionPlace.mention_id.between(min(numbers), max(numbers))
        )
    )
    found: dict[int, list[str]] = {}
    for number, place in rows:
        if number in numbers:
            found.setdefault(number, []).append(place)
    return found


def _spikes(asked: Asked, counts: Mapping[date, int]) -> list[Spike]:
    """The days that stand out, the most striking ones, the latest first."""
    found = spikes(counts, asked.first, asked.last)
    striking = sorted(found, key=lambda one: one.limit - one.count)[:_SPIKES]
    return sorted(striking, key=lambda one: one.day, reverse=True)


def _fresh(session: Session, asked: Asked, told: Sequence[Told]) -> list[Told]:
    """The first mention of each outlet that had none before the period, the latest first."""
    firsts: dict[int, Told] = {}
    for one in told:
        firsts.setdefault(one.source_id, one)
    if not firsts:
        return []
    before, place = aliased(Mention), bindparam("place", asked.only_place, type_=String)
    counts = before.relevant.is_(True) if asked.sense in ("", "return") else before.sense == asked.sense
    # Numbers grow with time; what was overtaken by a slow page is of the same hour.
    earlier = exists().where(before.source_id == Source.id, before.id < min(one.id for one in told), counts)
    if asked.only_place is not None:
        earlier = earlier.where(
            exists().where(MentionPlace.place == place, MentionPlace.mention_id == before.id)
        )
    fresh = session.scalars(select(Source.id).where(Source.id.in_(firsts), ~earlier))
    return sorted((firsts[number] for number in fresh), key=lambda one: one.id, reverse=True)


def _reported(
    session: Session, known: Names, told: Sequence[Told], spikes_: Sequence[Spike], fresh: Sequence[Told]
) -> dict[str, Any]:
    """The days that stand out and the new outlets, with the headlines they are told by."""
    on: dict[date, dict[int, list[Told]]] = {spike.day: {} for spike in spikes_}
    for one in told:
        if one.day in on:
            on[one.day].setdefault(one.story_id, []).append(one)
    widest = {
        day: sorted(stories.values(), key=lambda group: (-len(group), group[0].id))[:_STORIES]
        for day, stories in on.items()
    }
    shown = fresh[:_NEW]
    numbers = {one.id for one in shown} | {group[0].id for groups in widest.values() for group in groups}
    titles: dict[int, str] = {}
    if numbers:
        query = select(Mention.id, Article.title).join(Article, Article.id == Mention.article_id)
        titles = {row.id: row.title for row in session.execute(query.where(Mention.id.in_(numbers)))}

    def named(group: Sequence[Told]) -> Reported:
        first = group[0]
        return Reported(
            first.id, titles.get(first.id, ""), first.lang, known.outlets[first.source_id].name, tallying.count(group)
        )

    days = []
    for spike in spikes_:
        rows = [row for group in on[spike.day].values() for row in group]
        top = tuple(named(group) for group in widest[spike.day])
        days.append(Day(spike, tallying.count(rows), top, len(on[spike.day]) - len(top)))
    return {
        "days": tuple(days),
        "fresh": tuple(NewOutlet(known.outlets[one.source_id], one.day, named([one])) for one in shown),
    }
