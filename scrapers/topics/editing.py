"""Topics as people make and change them: every change is a new version, and an older one can be brought back.

Functions are for one transaction. What a version newly finds in the archive is for whoever calls: see
`outreach.works.reread_archive`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from scrapers.topicmodels import Topic, TopicVersion
from scrapers.topics.draft import Draft, checked

_NOTE = 2_000


@dataclass(frozen=True)
class Saved:
    """What saving did: the topic, the number of the version now in force, whether it is a new one, and whether the
    archive is to be read through for it.
    """

    topic_id: int
    number: int
    new: bool
    reread: bool


def create(
    session: Session, now: datetime, actor: str, draft: Draft, office: Office, *, note: str = "", owner: str = "",
    key: str | None = None,
) -> Saved:  # fmt: skip
    """A new topic, the last in the list. Raises as `checked`, and OutreachError `topics.error.same_name`."""
    draft = checked(draft, office)
    _free(session, draft.name, None)
    last = session.scalar(select(func.max(Topic.position)))
    topic = Topic(key=key, owner=owner[:254], position=(last or 0) + 1, version=0, evaluated=0, created_at=now)
    session.add(topic)
    session.flush()
    _add(session, topic, now, actor, draft, note)
    return Saved(topic.id, 1, new=True, reread=True)


def save(
    session: Session, now: datetime, actor: str, topic_id: int, draft: Draft, office: Office, *, note: str = "",
    upon: int | None = None,
) -> Saved:  # fmt: skip
    """Puts a draft in force as a new version; nothing happens where it says what the one in force says.

    `upon` is the version that the person had before them: OutreachError `topics.error.meanwhile` where another is in
    force by now; `topics.error.gone` where there is no such topic.
    """
    draft = checked(draft, office)
    topic = held(session, topic_id)
    before = _in_force(session, topic)
    if upon is not None and upon != topic.version:
        raise OutreachError("topics.error.meanwhile", number=topic.version, actor=before.by)
    if draft == draft_of(before):
        return Saved(topic.id, topic.version, new=False, reread=False)
    _free(session, draft.name, topic.id)
    reread = not draft.reads_as(draft_of(before))
    was_read = topic.evaluated == topic.version
    _add(session, topic, now, actor, draft, note)
    if was_read and not reread:
        topic.evaluated = topic.version
    return Saved(topic.id, topic.version, new=True, reread=reread)


def bring_back(
    session: Session, now: datetime, actor: str, topic_id: int, number: int, office: Office, *, note: str = ""
) -> Saved:
    """Puts an older version in force again, as a new one. Its query must still be one: lists and places may have
    gone since. OutreachError `topics.error.no_version`.
    """
    row = session.scalar(select(TopicVersion).where(TopicVersion.topic_id == topic_id, TopicVersion.number == number))
    if row is None:
        raise OutreachError("topics.error.no_version", number=number)
    return save(session, now, actor, topic_id, draft_of(row), office, note=note)


def archive(session: Session, now: datetime, topic_id: int) -> bool:
    """Takes a topic out of use: it is not looked for any more, what it found stays. False if it was already."""
    topic = held(session, topic_id)
    if topic.archived_at is not None:
        return False
    topic.archived_at = now
    return True


def restore(session: Session, topic_id: int) -> bool:
    """Takes an archived topic into use again; it must be read through the archive anew. False if it was in use."""
    topic = held(session, topic_id)
    if topic.archived_at is None:
        return False
    _free(session, _in_force(session, topic).name, topic.id)
    topic.archived_at = None
    topic.evaluated = 0
    return True


def give(session: Session, topic_id: int, owner: str) -> None:
    """Names who looks after the topic; an empty name: nobody."""
    held(session, topic_id).owner = owner[:254]


def move(session: Session, topic_id: int, way: Literal["up", "down"]) -> bool:
    """Changes places with the topic before or after it in the list; False at the end of it."""
    topic = held(session, topic_id)
    rows = list(
        session.scalars(
            select(Topic).where(Topic.archived_at.is_(None)).order_by(Topic.position, Topic.id).with_for_update()
        )
    )
    at = next((place for place, row in enumerate(rows) if row.id == topic.id), -1)
    other = at + (-1 if way == "up" else 1)
    if at < 0 or not 0 <= other < len(rows):
        return False
    rows[at], rows[other] = rows[other], rows[at]
    for place, row in enumerate(rows, 1):
        if row.position != place:
            row.position = place
    return True


def evaluated(session: Session, topic_id: int, number: int) -> bool:
    """Notes that the archive was read through with this version; False where another is in force by now."""
    topic = held(session, topic_id)
    if topic.version != number:
        return False
    topic.evaluated = number
    return True


def held(session: Session, topic_id: int) -> Topic:
    """The topic, held against others until the transaction ends; OutreachError `topics.error.gone`."""
    topic = session.scalar(
        select(Topic).where(Topic.id == topic_id).with_for_update().execution_options(populate_existing=True)
    )
    if topic is None:
        raise OutreachError("topics.error.gone")
    return topic


def draft_of(row: TopicVersion) -> Draft:
    """What a stored version says."""
    return Draft(
        row.name, row.query, tuple(row.languages), tuple(row.tiers), tuple(row.places), tuple(row.senses),
        row.counting, tuple(row.off),
    )  # fmt: skip


def _in_force(session: Session, topic: Topic) -> TopicVersion:
    return session.scalars(
        select(TopicVersion).where(TopicVersion.topic_id == topic.id, TopicVersion.number == topic.version)
    ).one()


def _add(session: Session, topic: Topic, now: datetime, actor: str, draft: Draft, note: str) -> None:
    topic.version += 1
    session.add(
        TopicVersion(
            topic_id=topic.id, number=topic.version, name=draft.name, query=draft.query,
            languages=list(draft.languages), tiers=list(draft.tiers), places=list(draft.places),
            senses=list(draft.senses), counting=draft.counting, off=list(draft.off), note=note.strip()[:_NOTE],
            at=now, by=actor[:254],
        )
    )  # fmt: skip
    session.flush()


def _free(session: Session, name: str, but: int | None) -> None:
    """Two topics in use do not share a name: filters and reports name them."""
    rows = session.execute(
        select(Topic.id, TopicVersion.name)
        .join(TopicVersion, (TopicVersion.topic_id == Topic.id) & (TopicVersion.number == Topic.version))
        .where(Topic.archived_at.is_(None))
    )
    if any(number != but and other.casefold() == name.casefold() for number, other in rows):
        raise OutreachError("topics.error.same_name", name=name)
