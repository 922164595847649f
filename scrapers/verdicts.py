"""People's word on mentions: it stands above the watch's own, is given to many at once, and can be taken back."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from scrapers.models import VERDICTS, Mention, MentionVerdict

# What a verdict makes of a mention; without one the watch's own word holds.
_COUNTS = {"relevant": True, "irrelevant": False, "wrong_sense": False}


@dataclass(frozen=True)
class Batch:
    """Verdicts given at once: the name by which they are taken back, and the mentions that they changed."""

    name: str
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Undone:
    """What was taken back, and which mentions somebody has judged anew since: those stay as they are."""

    ids: tuple[int, ...]
    overtaken: tuple[int, ...]


@dataclass(frozen=True)
class State:
    """How a mention stands."""

    id: int
    relevant: bool
    verdict: str | None


@dataclass(frozen=True)
class Given:
    """A verdict that somebody gave; `verdict` None took the one before it away."""

    at: datetime
    actor: str
    verdict: str | None
    undone: bool


def judge(session: Session, now: datetime, actor: str, ids: Collection[int], verdict: str | None) -> Batch:
    """Gives the mentions a verdict, or None to take what was said away; those that have it already are left alone."""
    if verdict is not None and verdict not in VERDICTS:
        raise ValueError(verdict)
    name = secrets.token_hex(16)
    changed = []
    for mention in _held(session, ids):
        if mention.verdict != verdict:
            changed.append(mention.id)
            session.execute(
                insert(MentionVerdict).values(
                    batch=name, mention_id=mention.id, verdict=verdict, before=mention.verdict, actor=actor, at=now
                )
            )
            _set(session, mention, verdict)
    return Batch(name, tuple(changed))


def undo(session: Session, now: datetime, actor: str, batch: str) -> Undone:
    """Takes back one's own batch: what stood before stands again, unless somebody has judged since.

    A batch of somebody else's, or one that was taken back already, changes nothing.
    """
    rows = session.scalars(
        select(MentionVerdict)
        .where(MentionVerdict.batch == batch, MentionVerdict.actor == actor, MentionVerdict.undone_at.is_(None))
        .order_by(MentionVerdict.mention_id)
    ).all()
    held = {mention.id: mention for mention in _held(session, [row.mention_id for row in rows])}
    later = set(
        session.scalars(
            select(MentionVerdict.mention_id).where(
                MentionVerdict.mention_id.in_(held),
                MentionVerdict.id > max((row.id for row in rows), default=0),
                MentionVerdict.undone_at.is_(None),
            )
        )
    )
    undone = [row for row in rows if row.mention_id in held and row.mention_id not in later]
    for row in undone:
        _set(session, held[row.mention_id], row.before)
        row.undone_at = now
    session.flush()
    return Undone(tuple(row.mention_id for row in undone), tuple(sorted(later)))


def states(session: Session, ids: Collection[int]) -> list[State]:
    """How these mentions stand, the newest first."""
    rows = session.execute(
        select(Mention.id, Mention.relevant, Mention.verdict).where(Mention.id.in_(ids)).order_by(Mention.id.desc())
    )
    return [State(*row) for row in rows]


def given(session: Session, mention_id: int, limit: int = 20) -> list[Given]:
    """The verdicts a mention has had, the latest first."""
    rows = session.scalars(
        select(MentionVerdict)
        .where(MentionVerdict.mention_id == mention_id)
        .order_by(MentionVerdict.id.desc())
        .limit(limit)
    )
    return [Given(row.at, row.actor, row.verdict, row.undone_at is not None) for row in rows]


def _held(session: Session, ids: Collection[int]) -> list[Mention]:
    """The mentions, held against others until the transaction ends; always in one order, so that nobody waits in a
    ring.
    """
    wanted = select(Mention).where(Mention.id.in_(ids)).order_by(Mention.id)
    return [*session.scalars(wanted.with_for_update().execution_options(populate_existing=True))]


def _set(session: Session, mention: Mention, verdict: str | None) -> None:
    relevant = mention.judged_relevant if verdict is None else _COUNTS[verdict]
    session.execute(
        update(Mention).where(Mention.id == mention.id).values(verdict=verdict, relevant=relevant)
    )
