"""Whose copy of a mail is looked at: one recipient after the other, of all contacts or of a list."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from outreach.pressroom.contacts import lists
from outreach.pressroom.models import Contact


@dataclass(frozen=True)
class Looked:
    """A recipient with the numbers of those before and after them; None at either end."""

    contact_id: int
    name: str = field(repr=False)
    outlet: str
    role: str
    previous: int | None
    next: int | None


@dataclass(frozen=True)
class Nobody:
    """What stands for a recipient where there is none yet."""

    name: str = ""
    outlet: str = ""
    role: str = ""


def looked_at(session: Session, contact_id: int | None, list_id: int | None, today: date) -> Looked | None:
    """The recipient of this number, else the first one; None where nobody would get anything.

    With a list its members in its order, else all contacts who may be written to, in the order they came.
    """
    if list_id is None:
        return _of_all(session, contact_id)
    found = [one for one in lists.recipients(session, [list_id], (), today) if one.reason is None]
    if not found:
        return None
    numbers = [one.contact_id for one in found]
    place = numbers.index(contact_id) if contact_id in numbers else 0
    one = found[place]
    before = numbers[place - 1] if place else None
    after = numbers[place + 1] if place + 1 < len(numbers) else None
    return Looked(one.contact_id, one.name, one.outlet, one.role, before, after)


def _of_all(session: Session, contact_id: int | None) -> Looked | None:
    row = _first(session, Contact.id == contact_id) if contact_id is not None else None
    row = row or _first(session, Contact.id > 0)
    if row is None:
        return None
    before = session.scalar(
        select(Contact.id).where(Contact.id < row.id, *_written_to()).order_by(Contact.id.desc()).limit(1)
    )
    after = _first(session, Contact.id > row.id)
    return Looked(row.id, row.name, row.outlet, row.role, before, after.id if after is not None else None)


def _first(session: Session, wanted: ColumnElement[bool]) -> Contact | None:
    return session.scalar(select(Contact).where(wanted, *_written_to()).order_by(Contact.id).limit(1))


def _written_to() -> tuple[ColumnElement[bool], ...]:
    return Contact.mail.is_not(None), Contact.stopped_at.is_(None), Contact.merged_into.is_(None)
