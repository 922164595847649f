"""Mails of releases that came back after all, and complaints about them. Functions work in the caller's transaction.

An address that is gone is stopped by the postbox, which knows it from every room; here the mail says that it came back.
The person is not stopped: with another address they are written to again. Whoever complains is.
"""

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from outreach.people import audit
from outreach.pressroom.contacts import stopping
from outreach.pressroom.models import ReleaseMail

HARD = "pressreply.returned.hard"
SOFT = "pressreply.returned.soft"
COMPLAINT = "pressreply.why.complaint"
ACTOR = "press"


def take(session: Session, now: datetime, ref: str, mail: str, kind: str) -> None:
    """What a proven message about the mail `ref` (`r12`) to the address `mail` comes to; `kind` is hard, soft,
    complaint or automatic (the relay still tries, which means nothing yet).

    Nothing where there is no such mail, or its address was erased meanwhile.
    """
    row = session.get(ReleaseMail, int(ref[1:]))
    if row is None or row.mail != mail.lower() or kind not in ("hard", "soft", "complaint"):
        return
    went_out(session, now, row)
    if kind == "complaint":
        _complained(session, now, row)
    elif row.returned_at is None or (kind == "hard" and row.returned_key == SOFT):
        row.returned_at = row.returned_at or now
        row.returned_key = HARD if kind == "hard" else SOFT


def went_out(session: Session, now: datetime, row: ReleaseMail) -> None:
    """Something came back to this mail, so it was sent: what was in doubt is no more."""
    session.flush()
    session.execute(
        update(ReleaseMail)
        .where(ReleaseMail.id == row.id, ReleaseMail.status == "unconfirmed")
        .values(
            status="sent",
            sent_at=func.coalesce(ReleaseMail.claimed_at, now, type_=ReleaseMail.claimed_at.type),
            error_key=None,
            error_facts=None,
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)


def _complained(session: Session, now: datetime, row: ReleaseMail) -> None:
    if row.contact_id is None:
        return
    number = stopping.stop(session, now, row.mail, COMPLAINT, ACTOR)
    if number is None and stopping.stop_contact(session, now, row.contact_id, COMPLAINT):
        number = row.contact_id
    if number is not None:
        audit.write(session, now, ACTOR, "stop", "contact", number)
