"""People's word on stories: two that are one, one that is two. It stands above ours, and can be taken back while
nobody has gone on from it. Every function here is for one transaction; who did it is written down by whoever calls.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from scrapers.models import Article, Mention, Story
from scrapers.storytelling import resolve, telling_order

__all__ = ["UNDO", "Moved", "Was", "merge", "resolve", "split", "telling_order", "undo"]

# For so long a person may take back what they did.
UNDO = timedelta(seconds=10)
_ROWS = 500


@dataclass(frozen=True)
class Was:
    """Where a mention stood before: its story, and whether a person had chosen it."""

    mention_id: int
    story_id: int
    pinned: bool


@dataclass(frozen=True)
class Moved:
    """What a person did, with all that taking it back needs: `story_id` has the mentions now; `into_it` are the stories
    that lead to it since, `was` how the mentions stood, `at` when it was.
    """

    story_id: int
    into_it: tuple[int, ...]
    was: tuple[Was, ...]
    actor: str
    at: datetime


def merge(session: Session, now: datetime, actor: str, story_ids: Collection[int]) -> Moved:
    """Makes one story of several: the oldest stays, the others lead to it, and no mention of any is moved by us again.

    OutreachError `stories.gone` where a number is no story's, `stories.two` for less than two.
    """
    wanted = sorted({_there(session, number) for number in story_ids})
    if len(wanted) < 2:
        raise OutreachError("stories.two")
    _hold(session, wanted)
    oldest, *others = session.scalars(
        select(Story.id).where(Story.id.in_(wanted)).order_by(Story.created_at, Story.id)
    ).all()
    was = _held(session, Mention.story_id.in_(wanted))
    _move(session, [one.mention_id for one in was], oldest)
    session.execute(update(Story).where(Story.id.in_(others)).values(merged_into=oldest))
    return Moved(oldest, tuple(others), was, actor, now)


def split(session: Session, now: datetime, actor: str, mention_ids: Collection[int]) -> Moved:
    """Makes a story of its own of some mentions, titled by the first of them; what is left of theirs stays, and neither
    they nor those are moved by us again.

    OutreachError `stories.mentions` where a number is no mention's, `stories.one` where these are a whole story.
    """
    was = _held(session, Mention.id.in_(mention_ids))
    if not was or len(was) < len(set(mention_ids)):
        raise OutreachError("stories.mentions")
    before = sorted({one.story_id for one in was})
    _hold(session, before)
    moved = {one.mention_id for one in was}
    left = _held(session, Mention.story_id.in_(before), without=moved)
    if len(before) == 1 and not left:
        raise OutreachError("stories.one")
    story = Story(created_at=now, title=_first_title(session, Mention.id.in_(moved)) or "")
    session.add(story)
    session.flush()
    _move(session, moved, story.id)
    # Whoever stays was looked at as well.
    _pin(session, [one.mention_id for one in left])
    empty = [number for number in before if number not in {one.story_id for one in left}]
    session.execute(update(Story).where(Story.id.in_(empty)).values(merged_into=story.id))
    _retitle(session, [number for number in before if number not in empty])
    return Moved(story.id, tuple(empty), (*was, *left), actor, now)


def undo(session: Session, now: datetime, actor: str, moved: Moved) -> bool:
    """Takes back one's own merge or split, within ten seconds and unless somebody has gone on from it: whether it was.

    Mentions that came to the story meanwhile stay with it, or go to the oldest of the stories that stand again.
    """
    if actor != moved.actor or now - moved.at > UNDO:
        return False
    stories = sorted({moved.story_id, *moved.into_it, *(one.story_id for one in moved.was)})
    _hold(session, stories)
    there = select(Story.id, Story.merged_into).where(Story.id.in_(stories))
    rows = {row.id: row.merged_into for row in session.execute(there)}
    if len(rows) < len(stories) or rows[moved.story_id] is not None:
        return False
    if any(rows[number] != moved.story_id for number in moved.into_it):
        return False
    held = _held(session, Mention.id.in_([one.mention_id for one in moved.was]))
    now_in = {one.mention_id: one.story_id for one in held}
    if any(now_in.get(one.mention_id, one.story_id) not in {moved.story_id, one.story_id} for one in moved.was):
        return False
    for one in moved.was:
        session.execute(
            update(Mention)
            .where(Mention.id == one.mention_id)
            .values(story_id=one.story_id, story_pinned=one.pinned)
        )
    session.execute(update(Story).where(Story.id.in_(moved.into_it)).values(merged_into=None))
    before = sorted({one.story_id for one in moved.was})
    if moved.story_id not in before:
        # The story that a split made.
        session.execute(update(Mention).where(Mention.story_id == moved.story_id).values(story_id=before[0]))
        session.execute(delete(Story).where(Story.id == moved.story_id))
    _retitle(session, before)
    return True


def _there(session: Session, story_id: int) -> int:
    found = resolve(session, story_id)
    if found is None:
        raise OutreachError("stories.gone", story=str(story_id))
    return found


def _hold(session: Session, story_ids: Sequence[int]) -> None:
    """Holds stories against others until the transaction ends, always in one order."""
    session.execute(select(Story.id).where(Story.id.in_(story_ids)).order_by(Story.id).with_for_update()).all()


def _held(session: Session, which: ColumnElement[bool], without: Collection[int] = ()) -> tuple[Was, ...]:
    rows = session.execute(
        select(Mention.id, Mention.story_id, Mention.story_pinned)
        .where(which)
        .order_by(Mention.id)
        .with_for_update()
    )
    return tuple(Was(*row) for row in rows if row.id not in without)


def _move(session: Session, mention_ids: Collection[int], story_id: int) -> None:
    for some in _portions([*mention_ids]):
        session.execute(
            update(Mention).where(Mention.id.in_(some)).values(story_id=story_id, story_pinned=True)
        )


def _pin(session: Session, mention_ids: Sequence[int]) -> None:
    for some in _portions(mention_ids):
        session.execute(update(Mention).where(Mention.id.in_(some)).values(story_pinned=True))


def _portions(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[at : at + _ROWS] for at in range(0, len(ids), _ROWS)]


def _retitle(session: Session, story_ids: Sequence[int]) -> None:
    """A story is titled by its first telling."""
    for number in story_ids:
        title = _first_title(session, Mention.story_id == number)
        if title is not None:
            session.execute(update(Story).where(Story.id == number).values(title=title))


def _first_title(session: Session, which: ColumnElement[bool]) -> str | None:
    at = func.coalesce(Article.published_at, Article.first_seen_at)
    told = select(Article.title).join(Mention, Mention.article_id == Article.id).where(which)
    return session.scalars(told.order_by(at, Mention.id).limit(1)).one_or_none()
