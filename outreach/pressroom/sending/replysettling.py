"""What people do with answers: look at them, take a new address or leave it. In the caller's transaction."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.pressroom.contacts import editing
from outreach.pressroom.contacts.reading import keeper
from outreach.pressroom.models import ReleaseMail, ReleaseReply


def see(session: Session, now: datetime, reply_id: int, by: str) -> bool:
    """Somebody has looked at an answer; False if somebody had. OutreachError `pressreply.error.gone`."""
    row = _held(session, reply_id)
    if row.seen_at is not None:
        return False
    row.seen_at, row.seen_by = now, by[:254]
    return True


def unsee(session: Session, reply_id: int) -> bool:
    """It waits again; False if it did. OutreachError `pressreply.error.gone`."""
    row = _held(session, reply_id)
    if row.seen_at is None:
        return False
    row.seen_at, row.seen_by = None, None
    return True


def settle_address(session: Session, now: datetime, reply_id: int, by: str, seal: Seal, *, take: bool) -> int:
    """Takes the address that an answer tells for the contact's, or leaves the old one; either way it has been looked
    at. The contact's number.

    Raises OutreachError `pressreply.error.gone`, `pressreply.error.settled` where the answer tells none that waits,
    and what `editing.change` does: the address may be somebody else's.
    """
    row = _held(session, reply_id)
    mail = session.get_one(ReleaseMail, row.mail_id)
    contact = editing.held(session, keeper(session, mail.contact_id)) if mail.contact_id is not None else None
    if contact is None or row.moved_to is None or contact.moved_to != row.moved_to:
        raise OutreachError("pressreply.error.settled")
    if take:
        asked = replace(editing.draft_of(contact), mail=row.moved_to)
        editing.change(session, now, contact.id, asked, seal)
    contact.moved_to = None
    if row.seen_at is None:
        row.seen_at, row.seen_by = now, by[:254]
    return contact.id


def _held(session: Session, reply_id: int) -> ReleaseReply:
    query = select(ReleaseReply).where(ReleaseReply.id == reply_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise OutreachError("pressreply.error.gone")
    return row
