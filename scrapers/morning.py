"""What a time brought, read once for all who are told of it in the morning: each mention with what people and topics
say of it, and how many each day had.

Everything here is read by spans of numbers: it costs what the time holds, however large the archive behind it is.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from outreach.core.db import UtcDateTime
from scrapers import daynumbers
from scrapers.deskmodels import MentionCampaign
from scrapers.models import Article, Mention, MentionPlace, Source
from scrapers.models import Story as StoryRow
from scrapers.news import BACKDATED
from scrapers.topicmodels import MentionTopic, Topic, TopicVersion

# Of one time; nobody reads a mail of more, and a store restored from elsewhere must not fill the memory.
_MOST = 20_000
# An article may become a mention by its page, read when the mail that tells of its hour is out: pages are asked for so
# long.
_FETCHED = timedelta(days=2)
# An IN of more numbers than this is asked in parts.
_PART = 5_000


@dataclass(frozen=True)
class Told:
    """One mention, its article and its outlet. `story` is the story's title; `owner` tells our own outlets.

    `found_at` is when the article was first seen or, where only its page made a mention of it and too late for the mail
    that tells of that moment, when the page was read.
    """

    mention_id: int
    article_id: int
    story_id: int
    story: str
    title: str
    url: str
    outlet: str
    source_id: int
    tier: str
    owner: str
    lang: str
    published_at: datetime | None
    found_at: datetime
    sense: str
    relevant: bool
    verdict: str | None
    tone: str | None
    sentence: str
    forms: tuple[str, ...]
    places: tuple[str, ...]
    agency: str | None

    @property
    def at(self) -> datetime:
        """When it was published, or else found."""
        return self.published_at or self.found_at


@dataclass(frozen=True)
class Named:
    """What is said of each of some mentions, by their numbers: topics, places with the municipalities around them,
    and campaigns that people count them to.
    """

    topics: dict[int, frozenset[int]]
    areas: dict[int, frozenset[str]]
    campaigns: dict[int, frozenset[int]]


@dataclass(frozen=True)
class TopicName:
    """A topic, archived ones included; `key` is that of one the office came with."""

    id: int
    key: str | None
    name: str


def told(session: Session, since: datetime, until: datetime) -> list[Told]:
    """The mentions found in `since` <= t < `until`, of any sense, in the order of pick-up: what was published more than
    three days before `since` is no news. The latest 20,000 found, if there were more.
    """
    facts = {"since": since, "until": until, "backdated": since - BACKDATED, "asked": since - _FETCHED}
    rows = session.connection().execute(_question(late=False), facts).all()
    # Mentions are numbered as they are made, and stories with their first: both tell what was made since.
    first = min((row.mention_id for row in rows), default=daynumbers.NONE_YET)
    late = session.connection().execute(_question(late=True), facts).all()
    made = [row for row in late if row.mention_id > first or row.story_at >= since]
    return sorted(map(_told, [*rows, *made]), key=lambda one: (one.at, one.mention_id))


def named(session: Session, rows: Sequence[Told]) -> Named:
    """What is said of these mentions. Three questions, none where there are no mentions."""
    numbers = {row.mention_id for row in rows}
    return Named(
        _by_mention(session, numbers, MentionTopic.mention_id, MentionTopic.topic_id),
        _by_mention(session, numbers, MentionPlace.mention_id, MentionPlace.place),
        _by_mention(session, numbers, MentionCampaign.mention_id, MentionCampaign.campaign_id),
    )


def topics(session: Session) -> list[TopicName]:
    """All topics by their order, with the names that are in force."""
    rows = session.execute(
        select(Topic.id, Topic.key, TopicVersion.name)
        .join(TopicVersion, and_(TopicVersion.topic_id == Topic.id, TopicVersion.number == Topic.version))
        .order_by(Topic.position, Topic.id)
    )
    return [TopicName(*row) for row in rows]


def told_before(session: Session, stories: Collection[int], since: datetime) -> frozenset[int]:
    """Which of these stories had a mention that counts before `since`."""
    found: set[int] = set()
    for part in _parts(stories):
        found.update(session.scalars(_known(), {"since": since, "stories": part}))
    return frozenset(found)


def by_day(session: Session, days: Sequence[date], zone: ZoneInfo) -> dict[date, Counter[int]]:
    """How many mentions that count were first seen on each of these local days, which follow each other, by source.

    Days before the first of them that had any are left out: nobody knows whether there was anybody to see any.
    """
    edges = daynumbers.edges(session, [*days, days[-1] + timedelta(days=1)], zone)
    counts: dict[date, Counter[int]] = {}
    found: defaultdict[date, Counter[int]] = defaultdict(Counter)
    rows = session.connection().execute(_counted(), {"first": edges[0], "after": edges[-1]}).all()
    for article, source in rows:
        found[days[bisect_right(edges, article) - 1]][source] += 1
    for day in days:
        if counts or day in found:
            counts[day] = found.get(day, Counter())
    return counts


def texts(session: Session, articles: Collection[int]) -> Iterator[tuple[int, str]]:
    """The articles' numbers and what they say: the whole text, or the summary where there is none."""
    for part in _parts(articles):
        rows = session.execute(select(Article.id, Article.text, Article.summary).where(Article.id.in_(part)))
        for number, text, summary in rows:
            yield number, text or summary


@cache
def _question(late: bool) -> Select[*tuple[Any, ...]]:
    """The mentions of articles first seen in the time; `late`: those of earlier articles that were judged in it."""
    since, until = bindparam("since", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)
    backdated = bindparam("backdated", type_=UtcDateTime)
    first, after = (daynumbers.first_from(name) for name in (("asked", "since") if late else ("since", "until")))
    found = Mention.judged_at if late else Article.first_seen_at
    # The limit keeps SQLite from walking another index, through the whole archive.
    inside = (
        select(Mention.id, Mention.article_id)
        .where(first <= Mention.article_id, Mention.article_id < after)
        .order_by(Mention.article_id.desc())
        .limit(_MOST)
        .subquery("inside")
    )
    return (
        select(
            Mention.id.label("mention_id"), Mention.article_id, Mention.story_id, StoryRow.title.label("story"),
            Article.title, Article.url, Source.name.label("outlet"), Mention.source_id, Source.tier, Source.owner,
            Mention.lang, Article.published_at, found.label("found_at"), Mention.sense, Mention.relevant,
            Mention.verdict, Mention.tone, Mention.sentence, Mention.matched, Mention.places, Article.agency,
            StoryRow.created_at.label("story_at"),
        )
        .select_from(inside)
        .join(Mention, Mention.id == inside.c.id)
        .join(Article, Article.id == inside.c.article_id)
        .join(Source, Source.id == Mention.source_id)
        .join(StoryRow, StoryRow.id == Mention.story_id)
        .where(
            found >= since,
            found < until,
            or_(Article.published_at.is_(None), Article.published_at >= backdated),
        )
    )  # fmt: skip


@cache
def _known() -> Select[int]:
    earlier = select(Mention.id).where(
        Mention.story_id == StoryRow.id, Mention.relevant, Mention.article_id < daynumbers.first_from("since")
    )
    return select(StoryRow.id).where(StoryRow.id.in_(bindparam("stories", expanding=True)), earlier.exists())


@cache
def _counted() -> Select[int, int]:
    rows = select(Mention.article_id, Mention.source_id, Mention.relevant).where(
        Mention.article_id >= bindparam("first"), Mention.article_id < bindparam("after")
    )
    inside = rows.order_by(Mention.article_id).limit(daynumbers.NONE_YET).subquery("inside")
    return select(inside.c.article_id, inside.c.source_id).where(inside.c.relevant)


def _by_mention(session: Session, numbers: Collection[int], mention: Any, name: Any) -> dict[int, Any]:
    """Mentions of a time lie side by side, so they are asked for as a span."""
    if not numbers:
        return {}
    asked = select(mention, name).where(mention.between(min(numbers), max(numbers)))
    found: dict[int, set[Any]] = {}
    for number, value in session.connection().execute(asked):
        if number in numbers:
            found.setdefault(number, set()).add(value)
    return {number: frozenset(values) for number, values in found.items()}


def _parts(numbers: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(numbers)
    for at in range(0, len(ordered), _PART):
        yield ordered[at : at + _PART]


def _told(row: Any) -> Told:
    facts = dict(row._mapping)
    matched, places, _ = (facts.pop(name) for name in ("matched", "places", "story_at"))
    return Told(**facts, forms=tuple(dict.fromkeys(str(one["form"]) for one in matched)), places=tuple(places))
