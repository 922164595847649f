"""Who of a sending's recipients is not to be written to any more, since its mails were made."""

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from outreach.postbox import stops
from outreach.pressroom.contacts import lists
from outreach.pressroom.models import Contact, ListMember, PressSubscriber, ReleaseMail

UNSUBSCRIBED = "pressmail.skipped.unsubscribed"


def gone(session: Session, mail_ids: Sequence[int]) -> dict[int, str]:
    """Those of these mails that are not to go, each with the key of why. Three queries."""
    query = (
        select(
            ReleaseMail.id, ReleaseMail.mail, ReleaseMail.contact_id, ReleaseMail.merge,
            Contact.stopped_at, ListMember.left_at,
        )
        .outerjoin(Contact, Contact.id == ReleaseMail.contact_id)
        .outerjoin(
            ListMember,
            and_(ListMember.list_id == ReleaseMail.list_id, ListMember.contact_id == ReleaseMail.contact_id),
        )
        .where(ReleaseMail.id.in_(mail_ids))
    )  # fmt: skip
    rows = session.execute(query).all()
    stopped = stops.is_stopped(session, [mail for _, mail, *_ in rows])
    subscribed = {number: int(merge["subscriber"]) for number, _, _, merge, _, _ in rows if "subscriber" in merge}
    there = _there(session, list(subscribed.values()))
    found: dict[int, str] = {}
    for number, mail, contact, _, stopped_at, left_at in rows:
        if mail.lower() in stopped:
            found[number] = lists.RETURNED
        elif number in subscribed:
            if subscribed[number] not in there:
                found[number] = UNSUBSCRIBED
        elif stopped_at is not None or contact is None:
            # A contact that is gone altogether asked that nothing be kept.
            found[number] = lists.STOPPED
        elif left_at is not None:
            found[number] = lists.LEFT
    return found


def _there(session: Session, numbers: Sequence[int]) -> set[int]:
    if not numbers:
        return set()
    query = select(PressSubscriber.id).where(PressSubscriber.id.in_(numbers), PressSubscriber.state == "confirmed")
    return set(session.scalars(query))
