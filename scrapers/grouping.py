"""Which stored mentions a telling may belong to: looked up in the store by marks of their texts, so that memory stays
as small with a hundred thousand mentions as with ten. Every function here is for one transaction.
"""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, func, insert, select, text
from sqlalchemy.orm import Session

from scrapers.judging import body_of
from scrapers.models import Article, Mention, Story, StoryMark
from scrapers.stories import WINDOW, Telling, join, marks

# Of an agency's text that two hundred outlets have, some of the likest are enough.
_CANDIDATES = 24
_FEWEST, _A_SHARE = 6, 25
_READ = 8_000  # characters of a text
_REMEMBERED = 2_000
_LOCK = 0x5707
_HOURS = int(WINDOW.total_seconds()) // 3_600 + 1
# Longer than articles keep coming after they were published.
_KEPT = timedelta(days=45)
# Stories that are not stored yet come after those that are.
_UNSTORED = 2**40
_MARKS = {
    "sqlite": "SELECT value FROM json_each(:marks)",
    "postgresql": "SELECT CAST(value AS integer) FROM json_array_elements_text(CAST(:marks AS json))",
}
_LIKE = {
    dialect: text(
        f"SELECT mention_id FROM story_marks WHERE mark IN ({given}) AND at BETWEEN :low AND :high "  # noqa: S608
        "GROUP BY mention_id HAVING count(*) >= :least ORDER BY count(*) DESC, mention_id LIMIT :limit"
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


def place(session: Session, tellings: Sequence[Telling], now: datetime) -> list[Placed]:
    """The story of each new telling: that of a stored one or of one before it here, or a new story."""
    _hold(session)
    seen: dict[int, Telling] = {}
    placed: list[Telling] = []
    kept: list[frozenset[int]] = []
    at_mark: dict[int, list[int]] = {}
    new: list[Telling] = []
    for telling in tellings:
        told = marks(telling)
        beside = Counter(number for mark in told.all for number in at_mark.get(mark, ()))
        near = [placed[number] for number, shared in beside.most_common(_CANDIDATES) if shared >= _least(told.all)]
        story_id = join(telling, [*_stored(session, telling, told.all, seen), *near])
        if story_id is None:
            story_id = _UNSTORED + len(new)
            new.append(telling)
        for mark in told.kept:
            at_mark.setdefault(mark, []).append(len(placed))
        placed.append(replace(telling, story_id=story_id))
        kept.append(told.kept)
    begun = dict(enumerate(_begin(session, new, now), _UNSTORED))
    return [
        Placed(begun.get(one.story_id or 0, one.story_id), marked, one.at)
        for one, marked in zip(placed, kept, strict=True)
    ]


def place_again(session: Session, telling: Telling, mention_id: int) -> Placed:
    """The story that a mention tells too by what it says now, but for its own."""
    _hold(session)
    told = marks(telling)
    return Placed(
        join(telling, _stored(session, telling, told.all, {}, without=mention_id)), told.kept, telling.at
    )


def remember(session: Session, rows: Sequence[tuple[int, Placed]]) -> None:
    """Mentions, by number, are found by these tellings from now on; what they were found by before stays."""
    told = [
        {"marks": json.dumps([*one.kept]), "at": _hour(one.at), "id": number} for number, one in rows if one.kept
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


def _stored(
    session: Session, telling: Telling, told: Collection[int], seen: dict[int, Telling], without: int = 0
) -> list[Telling]:
    """The likest stored tellings, the older first of two as like; `seen` are those that were read already."""
    hour = _hour(telling.at)
    likest = session.scalars(
        _LIKE[session.get_bind().dialect.name],
        {
            "marks": json.dumps([*told]),
            "low": hour - _HOURS,
            "high": hour + _HOURS,
            "least": _least(told),
            "limit": _CANDIDATES + (1 if without else 0),
        },
    )
    ids = [number for number in likest if number != without]
    if len(seen) > _REMEMBERED:
        seen.clear()
    if missing := [number for number in ids if number not in seen]:
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
        )
        for number, title, summary, body, published, first_seen, places, agency, story_id in rows:
            seen[number] = Telling(
                title, body_of(summary, body), published or first_seen, tuple(places), agency, story_id
            )
    # The number may have been another mention's whose source is gone.
    return [seen[number] for number in ids if number in seen]


def _least(told: Collection[int]) -> int:
    """How many marks a text must share with one of so many to be worth comparing: phrases that all outlets use are no
    story.
    """
    return max(1, min(_FEWEST, len(told) // _A_SHARE))


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
