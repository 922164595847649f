"""People's word on mentions: it stands above the watch's own, is given to many at once, and can be taken back."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from scrapers.models import SENSES, VERDICTS, Mention, MentionVerdict

# What a verdict makes of a mention; without one the watch's own word holds.
_COUNTS = {"relevant": True, "irrelevant": False, "wrong_sense": False, "duplicate": False, "critical": True}


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
    sense: str = ""


@dataclass(frozen=True)
class Given:
    """A verdict that somebody gave; `verdict` None took the one before it away."""

    at: datetime
    actor: str
    verdict: str | None
    undone: bool
    sense: str | None = None


def judge(
    session: Session, now: datetime, actor: str, ids: Collection[int], verdict: str | None, sense: str | None = None
) -> Batch:
    """Gives the mentions a verdict, or None to take what was said away; those that have it already are left alone.

    `sense` is the right one, where the verdict is that the sense is wrong.
    """
    if verdict is not None and verdict not in VERDICTS:
        raise ValueError(verdict)
    if sense is not None and (verdict != "wrong_sense" or sense not in SENSES):
        raise ValueError(sense)
    name = secrets.token_hex(16)
    changed = []
    for mention in _held(session, ids):
        said = sense_after(mention.judged_sense, verdict, sense)
        if mention.verdict != verdict or mention.sense != said:
            changed.append(mention.id)
            session.execute(
                insert(MentionVerdict).values(
                    batch=name, mention_id=mention.id, verdict=verdict, before=mention.verdict, actor=actor, at=now,
                    sense=said, sense_before=mention.sense,
                )
            )  # fmt: skip
            _set(session, mention, verdict, said)
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
        mention = held[row.mention_id]
        _set(session, mention, row.before, row.sense_before or sense_after(mention.judged_sense, row.before, None))
        row.undone_at = now
    session.flush()
    return Undone(tuple(row.mention_id for row in undone), tuple(sorted(later)))


def states(session: Session, ids: Collection[int]) -> list[State]:
    """How these mentions stand, the newest first."""
    rows = session.execute(
        select(Mention.id, Mention.relevant, Mention.verdict, Mention.sense)
        .where(Mention.id.in_(ids))
        .order_by(Mention.id.desc())
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
    return [Given(row.at, row.actor, row.verdict, row.undone_at is not None, row.sense) for row in rows]


def _held(session: Session, ids: Collection[int]) -> list[Mention]:
    """The mentions, held against others until the transaction ends; always in one order, so that nobody waits in a
    ring.
    """
    wanted = select(Mention).where(Mention.id.in_(ids)).order_by(Mention.id)
    return [*session.scalars(wanted.with_for_update().execution_options(populate_existing=True))]


def sense_after(judged: str, verdict: str | None, sense: str | None) -> str:
    """The sense that a mention stands in once a person has said `verdict`; `judged` is the watch's own."""
    if verdict in ("relevant", "critical"):
        return "return"
    if verdict == "wrong_sense":
        return sense or ("other" if judged == "return" else judged)
    return "other" if verdict == "irrelevant" and judged == "return" else judged


def _set(session: Session, mention: Mention, verdict: str | None, sense: str) -> None:
    relevant = mention.judged_relevant if verdict is None else _COUNTS[verdict]
    relevant = relevant or (verdict == "wrong_sense" and sense == "return")
    session.execute(
        update(Mention).where(Mention.id == mention.id).values(verdict=verdict, relevant=relevant, sense=sense)
    )
