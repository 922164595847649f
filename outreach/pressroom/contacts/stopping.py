"""Who is not to be written to, who left a list, who is away, whose address has changed. In the caller's transaction."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.pressroom.contacts import draft as drafting
from outreach.pressroom.contacts.reading import ERASED, keeper
from outreach.pressroom.models import Contact, ContactList, ListMember

ASKED = "contacts.why.asked"  # they said so themselves, by a mail's link or an answer
_LONGEST = 300


def stop(session: Session, now: datetime, mail: str, why_key: str, actor: str) -> int | None:
    """Nothing more goes to the contact with this address; `why_key` is a text's key, or a person's own words.

    Their number, also where they were stopped before (the first reason stays); None where nobody has the address.
    `actor` is whoever writes the trail's line: the caller.
    """
    del actor
    number = session.scalar(select(Contact.id).where(Contact.mail == mail.strip().lower()))
    if number is None:
        return None
    known = keeper(session, number)
    stop_contact(session, now, known, why_key)
    return known


def stop_contact(session: Session, now: datetime, contact_id: int, why: str) -> bool:
    """Stops one contact; False if it was stopped already. OutreachError `contacts.error.why` without a reason."""
    told = " ".join(why.split())[:_LONGEST]
    if not told:
        raise OutreachError("contacts.error.why")
    row = session.get(Contact, contact_id)
    if row is None or row.stopped_at is not None:
        return False
    row.stopped_at, row.stopped_why, row.changed_at = now, told, now
    return True


def resume(session: Session, now: datetime, contact_id: int) -> bool:
    """They may be written to again; False if they could be, or asked that nothing be kept."""
    row = session.get(Contact, contact_id)
    if row is None or row.stopped_at is None or row.stopped_why == ERASED:
        return False
    row.stopped_at, row.stopped_why, row.changed_at = None, "", now
    return True


def leave(session: Session, now: datetime, contact_id: int, list_id: int) -> bool:
    """Takes a contact off a list, also off one by rule; False if they had left it, or the list is gone."""
    if session.get(ContactList, list_id) is None or session.get(Contact, contact_id) is None:
        return False
    known = keeper(session, contact_id)
    row = session.get(ListMember, (list_id, known))
    if row is None:
        session.add(ListMember(list_id=list_id, contact_id=known, added_at=now, left_at=now))
        return True
    if row.left_at is not None:
        return False
    row.left_at = now
    return True


def away(session: Session, contact_id: int, until: date | None) -> None:
    """What their mailbox said: they are away until and with this day; None: they are back."""
    row = session.get(Contact, keeper(session, contact_id))
    if row is not None and row.stopped_why != ERASED:
        row.away_until = until


def moved(session: Session, contact_id: int, mail: str) -> bool:
    """What their mailbox said: they have another address. It is kept beside the old one until a person takes it;
    False for what is no address, or the one that they have.
    """
    row = session.get(Contact, keeper(session, contact_id))
    try:
        told = drafting.mail_of(mail)
    except OutreachError:
        return False
    if row is None or row.stopped_why == ERASED or told is None or told == row.mail:
        return False
    row.moved_to = told
    return True
