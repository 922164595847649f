"""Filters of the list of mentions that people keep under a name, for themselves or for everybody in the office."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from scrapers.deskmodels import MentionView

LONGEST = 80
MOST = 60


@dataclass(frozen=True)
class View:
    """A kept filter; `asked` is the address's question. `own`: the reader's, who alone may change it."""

    id: int
    name: str
    asked: str
    shared: bool
    own: bool


def views(session: Session, reader: int) -> list[View]:
    """One's own in one's own order, then what others share."""
    rows = session.scalars(
        select(MentionView)
        .where(or_(MentionView.reader == reader, MentionView.shared.is_(True)))
        .order_by(MentionView.reader != reader, MentionView.position, MentionView.id)
        .limit(2 * MOST)
    )
    return [View(row.id, row.name, row.asked, row.shared, row.reader == reader) for row in rows]


def keep(session: Session, now: datetime, reader: int, name: str, asked: str, *, shared: bool) -> int:
    """Keeps a filter as the reader's last; one of the same name is replaced. Its number.

    OutreachError `mentions.error.view_name` for no name, `mentions.error.views_full` for too many.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST:
        raise OutreachError("mentions.error.view_name", longest=LONGEST)
    held = session.scalar(select(MentionView).where(MentionView.reader == reader, MentionView.name == name))
    if held is not None:
        held.asked, held.shared = asked, shared
        return held.id
    count, last = session.execute(
        select(func.count(), func.max(MentionView.position)).where(MentionView.reader == reader)
    ).one()
    if count >= MOST:
        raise OutreachError("mentions.error.views_full", most=MOST)
    row = MentionView(
        reader=reader,
        name=name,
        asked=asked,
        shared=shared,
        position=(last if last is not None else -1) + 1,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def share(session: Session, reader: int, view_id: int, shared: bool) -> bool:
    """Shows one's own to everybody, or to oneself alone; False if it is not one's own."""
    changed = update(MentionView).where(MentionView.id == view_id, MentionView.reader == reader).values(shared=shared)
    return session.scalar(changed.returning(MentionView.id)) is not None


def move(session: Session, reader: int, view_id: int, step: int) -> bool:
    """One place up (-1) or down (1) among one's own; False where it cannot."""
    own = [one for one in views(session, reader) if one.own]
    at = next((n for n, one in enumerate(own) if one.id == view_id), None)
    if at is None or not 0 <= at + step < len(own):
        return False
    own[at], own[at + step] = own[at + step], own[at]
    for position, one in enumerate(own):
        session.execute(update(MentionView).where(MentionView.id == one.id).values(position=position))
    return True


def drop(session: Session, reader: int, view_id: int) -> bool:
    """Deletes one's own; False if it is not one's own."""
    gone = delete(MentionView).where(MentionView.id == view_id, MentionView.reader == reader)
    return session.scalar(gone.returning(MentionView.id)) is not None
