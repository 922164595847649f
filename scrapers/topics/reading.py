"""Topics as others read them: the list, one with its versions, names for a filter, and how much each found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from outreach.core.office import Office
from scrapers import wanting
from scrapers.models import Article, Mention
from scrapers.topicmodels import MentionTopic, Topic, TopicVersion
from scrapers.topics.draft import Draft
from scrapers.topics.editing import draft_of
from scrapers.topics.seeding import BY_OFFICE, office_topics

MOST_VERSIONS = 100


@dataclass(frozen=True)
class VersionSeen:
    """A version: what it says, when it was put in force, by whom, and why."""

    number: int
    draft: Draft
    note: str
    at: datetime
    by: str


@dataclass(frozen=True)
class TopicSeen:
    """A topic with the version in force. `evaluated`: the number of the version that the archive was last read
    through with.
    """

    id: int
    key: str | None
    owner: str
    position: int
    version: VersionSeen
    evaluated: int
    created_at: datetime
    archived_at: datetime | None

    @property
    def name(self) -> str:
        return self.version.draft.name

    @property
    def is_read(self) -> bool:
        """Whether the archive was read through with the version in force."""
        return self.evaluated == self.version.number


def every(session: Session, *, archived: bool = False) -> list[TopicSeen]:
    """The topics in use, or those that are archived, in the office's order."""
    query = _seen().where(Topic.archived_at.is_not(None) if archived else Topic.archived_at.is_(None))
    rows = session.execute(query.order_by(Topic.position, Topic.id))
    return [_topic(row[0], row[1]) for row in rows]


def one(session: Session, topic_id: int) -> TopicSeen | None:
    """One topic, archived or not."""
    row = session.execute(_seen().where(Topic.id == topic_id)).one_or_none()
    return _topic(row[0], row[1]) if row is not None else None


def versions(session: Session, topic_id: int) -> list[VersionSeen]:
    """A topic's versions, the latest first; a hundred at most."""
    rows = session.scalars(
        select(TopicVersion)
        .where(TopicVersion.topic_id == topic_id)
        .order_by(TopicVersion.number.desc())
        .limit(MOST_VERSIONS)
    )
    return [_version(row) for row in rows]


def version(session: Session, topic_id: int, number: int) -> VersionSeen | None:
    """One version of a topic."""
    row = session.scalar(select(TopicVersion).where(TopicVersion.topic_id == topic_id, TopicVersion.number == number))
    return _version(row) if row is not None else None


def names(session: Session, language: str, office: Office | None = None) -> dict[int, str]:
    """The names of the topics in use by number, in the office's order.

    With the `office`, a topic that is called as its file says is called so in the reader's `language` too.
    """
    rows = session.execute(
        select(Topic.id, Topic.key, TopicVersion.name)
        .join(TopicVersion, (TopicVersion.topic_id == Topic.id) & (TopicVersion.number == Topic.version))
        .where(Topic.archived_at.is_(None))
        .order_by(Topic.position, Topic.id)
    )
    return {number: called(key, name, language, office) for number, key, name in rows}


def called(key: str | None, name: str, language: str, office: Office | None) -> str:
    """A topic's name in the reader's language, where it is one of the office's own names for it."""
    if key is None or office is None:
        return name
    known = next((topic for topic in office_topics(office) if topic.key == key), None)
    return known.named(language) if known is not None and name in known.names.values() else name


def counts(session: Session, ids: Collection[int], days: Sequence[datetime]) -> dict[int, list[int]]:
    """How many mentions of each topic were first seen from each of the moments `days` to the next one (the last one
    ends it all), whether they count or not. Meant for the last weeks: mentions are read from the first moment on, for
    what a new version found in old articles has young numbers.
    """
    empty = {number: [0] * (len(days) - 1) for number in ids}
    span = wanting.span_of(session, days[0], None)
    if not ids or span.first > span.last:
        return empty
    # Articles are numbered in the order in which they were seen.
    firsts = _first_from(session, days)
    place = case(
        *((Mention.article_id < first, at) for at, first in enumerate(firsts)), else_=len(firsts)
    ).label("place")
    rows = session.execute(
        select(MentionTopic.topic_id, place, func.count())
        .join(Mention, Mention.id == MentionTopic.mention_id)
        .where(MentionTopic.topic_id.in_(ids), MentionTopic.mention_id >= span.first)
        .group_by(MentionTopic.topic_id, place)
    )
    for number, at, count in rows:
        if 0 < at < len(firsts):
            empty[number][at - 1] += count
    return empty


def weights(session: Session, mention_ids: Collection[int]) -> Mapping[int, list[tuple[int, float]]]:
    """The topics that each of these mentions belongs to, with the scores."""
    found: dict[int, list[tuple[int, float]]] = {}
    rows = session.execute(
        select(MentionTopic.mention_id, MentionTopic.topic_id, MentionTopic.score)
        .where(MentionTopic.mention_id.in_(mention_ids))
        .order_by(MentionTopic.topic_id)
    )
    for mention_id, topic_id, score in rows:
        found.setdefault(mention_id, []).append((topic_id, score))
    return found


def _first_from(session: Session, moments: Sequence[datetime]) -> list[int]:
    """For each moment the number of the first article that was seen then or later."""
    asked = []
    for at, moment in enumerate(moments):
        first = select(Article.id).where(Article.first_seen_at >= moment).order_by(Article.first_seen_at, Article.id)
        asked.append(func.coalesce(first.limit(1).scalar_subquery(), 2**31 - 1).label(f"at{at}"))
    return list(session.execute(select(*asked)).one())


def _seen() -> Select[Topic, TopicVersion]:
    return select(Topic, TopicVersion).join(
        TopicVersion, (TopicVersion.topic_id == Topic.id) & (TopicVersion.number == Topic.version)
    )


def _topic(row: Topic, version: TopicVersion) -> TopicSeen:
    return TopicSeen(
        row.id, row.key, row.owner, row.position, _version(version), row.evaluated, row.created_at, row.archived_at
    )


def _version(row: TopicVersion) -> VersionSeen:
    return VersionSeen(row.number, draft_of(row), row.note, row.at, row.by)


def is_office(by: str) -> bool:
    """Whether a version came with the office, made by nobody in particular."""
    return by == BY_OFFICE
