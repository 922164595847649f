"""What people do with mentions beside judging them: opened, done with, starred, given to somebody, tagged, written
beside, counted to a campaign; and the filters that they keep.

Every deed gives back what it changed, so that it can be taken back: `back` puts it as it was, but for what somebody
has changed since.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Float,
    Select,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    null,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from scrapers.deskmodels import MentionCampaign, MentionMark, MentionNote, MentionTag
from scrapers.models import Mention, MentionPlace, MentionVerdict
from scrapers.topicmodels import MentionTopic, Topic, TopicVersion

LONGEST_TAG = 60
LONGEST_NOTE = 4_000
_MOST_TAGS = 300
# How many verdicts are looked through for somebody's last one.
_LATEST = 2_000


@dataclass(frozen=True)
class Deed:
    """What was done to which mentions. `before` holds what stood there: a yes or no, an account's number or None;
    `word` is the tag, `number` the note or campaign.
    """

    kind: str  # read, handled, starred, assigned, tagged, untagged, noted, tied, untied
    ids: tuple[int, ...]
    before: tuple[int | None, ...] = ()
    after: int | None = None
    word: str = ""
    number: int = 0


@dataclass(frozen=True)
class State:
    """How a mention stands with everybody (verdict, sense, whose it is, tags) and with one reader."""

    id: int
    relevant: bool
    verdict: str | None
    sense: str
    assigned_to: int | None
    tags: tuple[str, ...]
    read: bool
    handled: bool
    starred: bool


@dataclass(frozen=True)
class Note:
    """Something written beside a mention."""

    id: int
    at: datetime
    by: str
    text: str


@dataclass(frozen=True)
class Beside:
    """What the office has put beside one mention."""

    state: State
    notes: tuple[Note, ...]
    campaigns: tuple[int, ...]
    topics: tuple[tuple[int, str, float], ...]  # number, name, score


def visible(session: Session, ids: Collection[int], only_place: str | None) -> list[int]:
    """Those of the mentions that are there, and may be seen by who sees one place alone; ascending."""
    query = select(Mention.id).where(Mention.id.in_(ids))
    if only_place is not None:
        query = query.join(MentionPlace, MentionPlace.mention_id == Mention.id).where(MentionPlace.place == only_place)
    return sorted(session.scalars(query))


def read(session: Session, now: datetime, reader: int, mention_id: int) -> bool:
    """Notes that the reader has opened it; False if that was noted before."""
    adding = _adding(session, [{"reader": reader, "mention_id": mention_id, "starred": False, "read_at": now}])
    fresh = adding.on_conflict_do_update(
        index_elements=["reader", "mention_id"], set_={"read_at": now}, where=MentionMark.read_at.is_(None)
    )
    return session.scalar(fresh.returning(MentionMark.mention_id)) is not None


def mark(session: Session, now: datetime, reader: int, ids: Collection[int], kind: str, on: bool) -> Deed:
    """Marks mentions for the reader: `kind` is read, handled or starred. Only those change that stand otherwise."""
    column = {"read": MentionMark.read_at, "handled": MentionMark.handled_at, "starred": MentionMark.starred}[kind]
    rows = session.execute(
        select(MentionMark.mention_id, column).where(MentionMark.reader == reader, MentionMark.mention_id.in_(ids))
    )
    marked = {number for number, value in rows if value}
    changed = [number for number in visible(session, ids, None) if (number in marked) != on]
    value: object = on if kind == "starred" else now if on else None
    values = {column.key: value} | ({"read_at": now} if kind == "handled" and on else {})
    _mark(session, reader, changed, values)
    return Deed(kind, tuple(changed), (int(not on),) * len(changed), int(on))


def _mark(session: Session, reader: int, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    if not ids:
        return
    adding = _adding(session, [{"reader": reader, "mention_id": number, "starred": False, **values} for number in ids])
    kept = dict(values)
    if "read_at" in kept and len(kept) > 1:  # the first sight stays the first
        kept["read_at"] = func.coalesce(MentionMark.read_at, adding.excluded.read_at)
    session.execute(adding.on_conflict_do_update(index_elements=["reader", "mention_id"], set_=kept))


def _adding(session: Session, rows: list[dict[str, Any]]) -> Any:
    """The store's own INSERT, which knows what to do where a row is there already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(MentionMark).values(rows)


def assign(session: Session, ids: Collection[int], account: int | None) -> Deed:
    """Gives mentions to somebody, or to nobody."""
    rows = session.execute(
        select(Mention.id, Mention.assigned_to).where(Mention.id.in_(ids)).order_by(Mention.id).with_for_update()
    ).all()
    changed = [(number, before) for number, before in rows if before != account]
    told = tuple(number for number, _ in changed)
    session.execute(update(Mention).where(Mention.id.in_(told)).values(assigned_to=account))
    return Deed("assigned", told, tuple(before for _, before in changed), account)


def tag(session: Session, now: datetime, actor: str, ids: Collection[int], word: str) -> Deed:
    """Puts a word on mentions, spelled as it was before. OutreachError `mentions.error.tag` for what is none."""
    word = tag_of(session, word)
    there = set(
        session.scalars(select(MentionTag.mention_id).where(MentionTag.tag == word, MentionTag.mention_id.in_(ids)))
    )
    changed = [number for number in visible(session, ids, None) if number not in there]
    if changed:
        session.execute(
            insert(MentionTag), [{"tag": word, "mention_id": number, "by": actor, "at": now} for number in changed]
        )
    return Deed("tagged", tuple(changed), word=word)


def untag(session: Session, ids: Collection[int], word: str) -> Deed:
    """Takes a word off mentions."""
    gone = session.scalars(
        delete(MentionTag)
        .where(MentionTag.tag == word, MentionTag.mention_id.in_(ids))
        .returning(MentionTag.mention_id)
    )
    return Deed("untagged", tuple(sorted(gone)), word=word)


def tag_of(session: Session, word: str) -> str:
    """The word as a tag: without needless blanks, in the spelling that is in use."""
    word = " ".join(word.replace(",", " ").split())
    if not 1 <= len(word) <= LONGEST_TAG:
        raise OutreachError("mentions.error.tag", longest=LONGEST_TAG)
    return next((one for one in tags(session) if one.casefold() == word.casefold()), word)


def tags(session: Session) -> list[str]:
    """All tags in use, in the order of their letters; steps from one to the next, however many mentions have them."""
    stepped = text(
        "WITH RECURSIVE step(tag) AS (SELECT min(tag) FROM mention_tags UNION ALL "
        "SELECT (SELECT min(tag) FROM mention_tags WHERE tag > step.tag) FROM step WHERE step.tag IS NOT NULL) "
        "SELECT tag FROM step WHERE tag IS NOT NULL LIMIT :most"
    )
    return sorted(session.scalars(stepped, {"most": _MOST_TAGS}), key=str.casefold)


def note(session: Session, now: datetime, actor: str, ids: Collection[int], words: str) -> Deed:
    """Writes something beside mentions; OutreachError `mentions.error.note` for nothing, or for a book."""
    words = words.strip()
    if not 1 <= len(words) <= LONGEST_NOTE:
        raise OutreachError("mentions.error.note", longest=LONGEST_NOTE)
    there = visible(session, ids, None)
    first = 0
    for number in there:
        row = MentionNote(mention_id=number, at=now, by=actor, text=words)
        session.add(row)
        session.flush()
        first = first or row.id
    return Deed("noted", tuple(there), number=first)


def unnote(session: Session, actor: str, note_id: int, ids: Collection[int] = ()) -> int:
    """Takes one's own note away, and with `ids` those that were written with it. How many went."""
    own = [MentionNote.by == actor]
    row = session.execute(select(MentionNote.at, MentionNote.text).where(MentionNote.id == note_id, *own)).one_or_none()
    if row is None:
        return 0
    together = MentionNote.mention_id.in_(ids) & (MentionNote.at == row.at) & (MentionNote.text == row.text)
    gone = delete(MentionNote).where(*own, together if ids else MentionNote.id == note_id).returning(MentionNote.id)
    return len(session.scalars(gone).all())


def tie(session: Session, now: datetime, actor: str, ids: Collection[int], campaign_id: int) -> Deed:
    """Counts mentions to a campaign."""
    there = set(session.scalars(_tied(campaign_id, ids)))
    changed = [number for number in visible(session, ids, None) if number not in there]
    if changed:
        rows = [{"campaign_id": campaign_id, "mention_id": number, "by": actor, "at": now} for number in changed]
        session.execute(insert(MentionCampaign), rows)
    return Deed("tied", tuple(changed), number=campaign_id)


def untie(session: Session, ids: Collection[int], campaign_id: int) -> Deed:
    """Counts mentions to a campaign no longer."""
    there = sorted(session.scalars(_tied(campaign_id, ids)))
    session.execute(
        delete(MentionCampaign).where(MentionCampaign.campaign_id == campaign_id, MentionCampaign.mention_id.in_(there))
    )
    return Deed("untied", tuple(there), number=campaign_id)


def _tied(campaign_id: int, ids: Collection[int]) -> Any:
    tied = select(MentionCampaign.mention_id)
    return tied.where(MentionCampaign.campaign_id == campaign_id, MentionCampaign.mention_id.in_(ids))


def back(session: Session, now: datetime, reader: int, actor: str, deed: Deed) -> tuple[int, ...]:
    """Takes a deed back; the mentions that stand again as they did. What somebody has changed since stays."""
    if deed.kind in {"read", "handled", "starred"}:
        return mark(session, now, reader, deed.ids, deed.kind, not deed.after).ids
    if deed.kind == "assigned":
        is_as_left = Mention.assigned_to.is_(None) if deed.after is None else Mention.assigned_to == deed.after
        undone: list[int] = []
        for number, before in zip(deed.ids, deed.before, strict=True):
            as_left = update(Mention).where(Mention.id == number, is_as_left).values(assigned_to=before)
            undone += session.scalars(as_left.returning(Mention.id))
        return tuple(undone)
    if deed.kind in {"tagged", "untagged"}:
        return (
            untag(session, deed.ids, deed.word)
            if deed.kind == "tagged"
            else tag(session, now, actor, deed.ids, deed.word)
        ).ids
    if deed.kind in {"tied", "untied"}:
        undo = (
            untie(session, deed.ids, deed.number)
            if deed.kind == "tied"
            else tie(session, now, actor, deed.ids, deed.number)
        )
        return undo.ids
    if deed.kind == "noted":
        return deed.ids if unnote(session, actor, deed.number, deed.ids) else ()
    raise ValueError(deed.kind)


def states(session: Session, reader: int, reads_from: datetime | None, ids: Collection[int]) -> list[State]:
    """How these mentions stand, the newest first."""
    rows = session.execute(_STATES, {"reader": reader, "ids": [*ids]})
    made = []
    for row in rows:
        is_old = not reader or (reads_from is not None and row.judged_at < reads_from)
        words = tuple(sorted(filter(None, (row.tags or "").split("\n"))))
        made.append(
            State(
                row.id, row.relevant, row.verdict, row.sense, row.assigned_to, words, is_old or row.read_at is not None,
                row.handled_at is not None, bool(row.starred),
            )
        )  # fmt: skip
    return made


_STATES = (
    select(
        Mention.id, Mention.relevant, Mention.verdict, Mention.sense, Mention.assigned_to, Mention.judged_at,
        MentionMark.read_at, MentionMark.handled_at, MentionMark.starred,
        select(func.aggregate_strings(MentionTag.tag, "\n"))
        .where(MentionTag.mention_id == Mention.id)
        .scalar_subquery()
        .label("tags"),
    )
    .outerjoin(MentionMark, (MentionMark.reader == bindparam("reader")) & (MentionMark.mention_id == Mention.id))
    .where(Mention.id.in_(bindparam("ids", expanding=True)))
    .order_by(Mention.id.desc())
)  # fmt: skip


def beside(session: Session, reader: int, reads_from: datetime | None, mention_id: int) -> Beside | None:
    """Everything that was put beside one mention; None if it is not there."""
    found = states(session, reader, reads_from, [mention_id])
    if not found:
        return None
    # One question for notes, campaigns (nameless in this wing) and topics: a mention's page asks enough besides.
    notes = select(
        literal_column("'note'").label("kind"),
        MentionNote.id,
        MentionNote.text.label("name"),
        cast(null(), Float).label("score"),
        literal_column("0").label("position"),
        MentionNote.at,
        MentionNote.by,
    ).where(MentionNote.mention_id == mention_id)
    tied: Select[*tuple[Any, ...]] = select(
        literal_column("'campaign'"), MentionCampaign.campaign_id, null(), null(), literal_column("0"), null(), null()
    ).where(MentionCampaign.mention_id == mention_id)
    topics = _topics_of(mention_id).subquery()
    held: Select[*tuple[Any, ...]] = select(
        literal_column("'topic'"), topics.c.id, topics.c.name, topics.c.score, topics.c.position, null(), null()
    )
    rows = session.execute(union_all(notes, tied, held)).all()
    written = sorted((row for row in rows if row.kind == "note"), key=lambda row: row.id)
    return Beside(
        found[0],
        tuple(Note(row.id, row.at, row.by, row.name) for row in written),
        tuple(sorted(row.id for row in rows if row.kind == "campaign")),
        _named([row for row in rows if row.kind == "topic"]),
    )


def topics_of(session: Session, mention_id: int) -> tuple[tuple[int, str, float], ...]:
    """The topics that a mention belongs to: number, name and score, in the office's order."""
    return _named(session.execute(_topics_of(mention_id)).all())


def _named(rows: Sequence[Any]) -> tuple[tuple[int, str, float], ...]:
    return tuple((row.id, row.name, row.score) for row in sorted(rows, key=lambda row: (row.position, row.id)))


def _topics_of(mention_id: int) -> Select[*tuple[Any, ...]]:
    named = (TopicVersion.topic_id == Topic.id) & (TopicVersion.number == Topic.version)
    return (
        select(Topic.id, TopicVersion.name, MentionTopic.score, Topic.position)
        .join(TopicVersion, named)
        .join(MentionTopic, MentionTopic.topic_id == Topic.id)
        .where(Topic.archived_at.is_(None), MentionTopic.mention_id == mention_id)
    )


def last_batch(session: Session, actor: str) -> str | None:
    """The name of somebody's last verdicts that were not taken back."""
    newest = select(func.coalesce(func.max(MentionVerdict.id), 0) - literal(_LATEST)).scalar_subquery()
    return session.scalar(
        select(MentionVerdict.batch)
        .where(MentionVerdict.id > newest, MentionVerdict.actor == actor, MentionVerdict.undone_at.is_(None))
        .order_by(MentionVerdict.id.desc())
        .limit(1)
    )
