"""Which stored mentions a telling may belong to: looked up in the store by marks of their texts, so that memory stays
as small with a hundred thousand mentions as with ten. Every function here is for one transaction.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, func, insert, literal, select, text, union_all
from sqlalchemy.orm import Session

from scrapers.judging import body_of
from scrapers.models import Article, Mention, Story, StoryMark
from scrapers.stories import WINDOW, Telling, Told, join, tell
from scrapers.story.cluster import LATEST
from scrapers.story.shares import Shares

# Of an agency's text that two hundred outlets have, some of the likest are enough.
_CANDIDATES = 24
_STORIES = 6
# One rare fact may be shared by chance.
_FEWEST_RARE = 2
_READ = 8_000  # characters of a text
_REMEMBERED = 2_000
_LOCK = 0x5707
_HOURS = int(WINDOW.total_seconds()) // 3_600 + 1
# Longer than articles keep coming after they were published.
_KEPT = timedelta(days=45)
# Stories that are not stored yet come after those that are.
_UNSTORED = 2**40
# Every mention has this mark: by it the mentions of some days are counted.
_EVERY = 0
_MARKS = {
    "sqlite": "SELECT value FROM json_each(:marks)",
    "postgresql": "SELECT CAST(value AS integer) FROM json_array_elements_text(CAST(:marks AS json))",
}
# A mark below zero is of a copy, and one is enough.
_LIKE = {
    dialect: text(
        f"SELECT mention_id FROM story_marks WHERE mark IN ({given}) AND at BETWEEN :low AND :high "  # noqa: S608
        "GROUP BY mention_id HAVING min(mark) < 0 OR count(*) >= :least "
        "ORDER BY CASE WHEN min(mark) < 0 THEN 0 ELSE 1 END, count(*) DESC, mention_id LIMIT :limit"
    )
    for dialect, given in _MARKS.items()
}
_SHARES = {
    dialect: text(
        f"SELECT mark, count(*) AS told FROM story_marks WHERE mark IN ({given}) AND at BETWEEN :low AND :high "  # noqa: S608
        "GROUP BY mark"
    )
    for dialect, given in _MARKS.items()
}
_KEEP = {
    dialect: text(
        f"INSERT INTO story_marks (mark, at, mention_id) SELECT given.*, :at, :id FROM ({given}) AS given "  # noqa: S608
        "WHERE true ON CONFLICT DO NOTHING"
    )
    for dialect, given in _MARKS.items()
}


@dataclass(frozen=True)
class Placed:
    """A telling's story, None where it is alone, and the marks that it is to be found by."""

    story_id: int | None
    kept: frozenset[int]
    at: datetime


@dataclass
class _Batch:
    """What is known while some tellings are placed: those that were read from the store, and those placed before, by
    the mark and by the story.
    """

    seen: dict[int, Told] = field(default_factory=dict)
    at_mark: dict[int, list[int]] = field(default_factory=dict)
    placed: list[Told] = field(default_factory=list)


def place(session: Session, tellings: Sequence[Telling], now: datetime) -> list[Placed]:
    """The story of each new telling: that of a stored one or of one before it here, or a new story."""
    _hold(session)
    batch = _Batch()
    new: list[Telling] = []
    for told in tell(tellings):
        story_id = _story(session, told, batch)
        if story_id is None:
            story_id = _UNSTORED + len(new)
            new.append(told.telling)
        for mark in told.marks.all:
            batch.at_mark.setdefault(mark, []).append(len(batch.placed))
        batch.placed.append(_of(told, story_id))
    begun = dict(enumerate(_begin(session, new, now), _UNSTORED))
    return [
        Placed(begun.get(one.telling.story_id or 0, one.telling.story_id), one.marks.all, one.telling.at)
        for one in batch.placed
    ]


def place_again(session: Session, telling: Telling, mention_id: int) -> Placed:
    """The story that a mention tells too by what it says now, but for its own."""
    _hold(session)
    (told,) = tell([telling])
    return Placed(_story(session, told, _Batch(), without=mention_id), told.marks.all, telling.at)


def remember(session: Session, rows: Sequence[tuple[int, Placed]]) -> None:
    """Mentions, by number, are found by these tellings from now on; what they were found by before stays."""
    told = [
        {"marks": json.dumps([_EVERY, *one.kept]), "at": _hour(one.at), "id": number}
        for number, one in rows
        if one.kept
    ]
    if told:
        session.execute(_KEEP[session.get_bind().dialect.name], told)


def forget(session: Session, mention_ids: Collection[int]) -> None:
    """Nothing of these mentions' words is left among the marks."""
    session.execute(delete(StoryMark).where(StoryMark.mention_id.in_(mention_ids)))


def forget_old(session: Session, now: datetime) -> int:
    """Marks that no new telling can meet any more are taken away: how many."""
    gone = session.execute(delete(StoryMark).where(StoryMark.at < _hour(now - _KEPT)))
    return int(getattr(gone, "rowcount", 0))


def _story(session: Session, told: Told, batch: _Batch, without: int = 0) -> int | None:
    """The story that a telling tells too, of the store or of those placed before it."""
    near = _near(session, told, without)
    beside = _beside(told, batch)
    if not near and not beside:
        return None
    stories = _stories(session, near, batch, without)
    for one in beside:
        stories.setdefault(one.telling.story_id or 0, [])
    for one in batch.placed:
        members = stories.get(one.telling.story_id or 0)
        if members is not None and len(members) <= LATEST:
            members.append(one)
    return join(told, stories.values(), _shares(session, told))


def _near(session: Session, told: Told, without: int) -> list[int]:
    """The stored mentions that share a band with a telling, or some rare facts: the likest."""
    if not told.marks.all:
        return []
    hour = _hour(told.telling.at)
    likest = session.scalars(
        _LIKE[session.get_bind().dialect.name],
        {
            "marks": json.dumps([*told.marks.all]),
            "low": hour - _HOURS,
            "high": hour + _HOURS,
            "least": _FEWEST_RARE,
            "limit": _CANDIDATES + (1 if without else 0),
        },
    )
    return [number for number in likest if number != without]


def _beside(told: Told, batch: _Batch) -> list[Told]:
    """The same of those that were placed before it."""
    copies = {number for mark in told.marks.bands for number in batch.at_mark.get(mark, ())}
    shared: dict[int, int] = {}
    for mark in told.marks.rare:
        for number in batch.at_mark.get(mark, ()):
            shared[number] = shared.get(number, 0) + 1
    likest = sorted(
        (one for one in copies | shared.keys() if one in copies or shared[one] >= _FEWEST_RARE),
        key=lambda one: (one not in copies, -shared.get(one, 0), one),
    )
    return [batch.placed[number] for number in likest[:_CANDIDATES]]


def _stories(session: Session, near: Sequence[int], batch: _Batch, without: int) -> dict[int, list[Told]]:
    """The stories of some mentions, the likest first, each with its first member and the latest ones."""
    if not near:
        return {}
    rows = session.execute(select(Mention.id, Mention.story_id).where(Mention.id.in_(near)))
    story_of = {row.id: row.story_id for row in rows}
    wanted = [*dict.fromkeys(story_of[number] for number in near if number in story_of)][:_STORIES]
    if not wanted:
        return {}
    parts = []
    for story_id in wanted:
        mine = select(literal(story_id).label("story_id"), Mention.id).where(Mention.story_id == story_id)
        first = mine.order_by(Mention.id).limit(1).subquery()
        latest = mine.order_by(Mention.id.desc()).limit(LATEST).subquery()
        parts += [select(first.c.story_id, first.c.id), select(latest.c.story_id, latest.c.id)]
    members: dict[int, set[int]] = {story_id: set() for story_id in wanted}
    for story_id, number in session.execute(union_all(*parts)):
        members[story_id].add(number)
    _read(session, {number for some in members.values() for number in some} - {without}, batch)
    # The number may have been another mention's whose source is gone.
    return {
        story_id: [_of(batch.seen[one], story_id) for one in sorted(numbers - {without}) if one in batch.seen]
        for story_id, numbers in members.items()
    }


def _read(session: Session, numbers: Iterable[int], batch: _Batch) -> None:
    """Reads stored tellings that were not read before."""
    if len(batch.seen) > _REMEMBERED:
        batch.seen.clear()
    missing = [number for number in numbers if number not in batch.seen]
    if not missing:
        return
    rows = session.execute(
        select(
            Mention.id,
            Article.title,
            Article.summary,
            func.substr(Article.text, 1, _READ),
            Article.published_at,
            Article.first_seen_at,
            Mention.places,
            Article.agency,
            Mention.story_id,
        )
        .join(Article, Article.id == Mention.article_id)
        .where(Mention.id.in_(missing))
    ).all()
    told = tell(
        [
            Telling(title, body_of(summary, body), published or first_seen, tuple(places), agency, story_id)
            for _, title, summary, body, published, first_seen, places, agency, story_id in rows
        ]
    )
    batch.seen.update((row[0], one) for row, one in zip(rows, told, strict=True))


def _shares(session: Session, told: Told) -> Shares:
    """How common the facts of a telling are among the mentions of its days."""
    hour = _hour(told.telling.at)
    rows = session.execute(
        _SHARES[session.get_bind().dialect.name],
        {"marks": json.dumps([_EVERY, *told.marks.rare]), "low": hour - _HOURS, "high": hour + _HOURS},
    )
    counts = {row.mark: int(row.told) for row in rows}
    shares = Shares()
    shares.told(counts, counts.pop(_EVERY, 0))
    return shares


def _of(told: Told, story_id: int) -> Told:
    return replace(told, telling=replace(told.telling, story_id=story_id))


def _begin(session: Session, tellings: Sequence[Telling], now: datetime) -> list[int]:
    if not tellings:
        return []
    table = Story.__table__
    assert isinstance(table, Table)
    return [
        *session.scalars(
            insert(table).returning(table.c.id, sort_by_parameter_order=True),
            [{"created_at": now, "title": telling.title} for telling in tellings],
        )
    ]


def _hold(session: Session) -> None:
    """Two collectors that tell the same story at once must not both begin it; SQLite's write lock sees to that."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // 3_600
