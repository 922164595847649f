"""The link in a list's mails by which its reader leaves that list: made with the office's key, opened by nothing else.

It says which contact and which list, and nothing of who that is. It has no end: who finds an old mail may leave too.
"""

import hmac
import re
from datetime import datetime

from itsdangerous import Signer
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.people import audit
from outreach.pressroom.contacts import stopping
from outreach.pressroom.contacts.reading import keeper
from outreach.pressroom.models import Contact, ContactList, ListMember, ReleaseMail, ReleaseReply

_TOKEN = re.compile(r"([1-9]\d{0,9})-([1-9]\d{0,9})\.[A-Za-z0-9_-]{27}")
_GREATEST = 2**31 - 1  # what a store takes as a number of a row
# Who has seen a reply that asks nothing of anybody.
SEEN_BY = "press"


def key_of(seal: Seal) -> bytes:
    """The key that the links are signed with."""
    return seal.sign_key("press list")


def token(key: bytes, contact_id: int, list_id: int) -> str:
    """What stands at the end of the link: ASCII, safe in an address, without `=`."""
    return _signed(key, contact_id, list_id)


def read(key: bytes, token: str) -> tuple[int, int] | None:
    """The contact and the list that a link names; None if it is not ours or was altered."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    contact_id, list_id = int(found[1]), int(found[2])
    # Letter by letter: base64 has spare bits at its end, and a token with one of them altered is not ours.
    if max(contact_id, list_id) > _GREATEST or not hmac.compare_digest(_signed(key, contact_id, list_id), token):
        return None
    return contact_id, list_id


def has_left(session: Session, contact_id: int, list_id: int) -> bool:
    """Whether nothing comes to the contact by this list any more: they left it, it is gone, or they get nothing."""
    row = session.get(Contact, keeper(session, contact_id))
    if row is None or row.stopped_at is not None or session.get(ContactList, list_id) is None:
        return True
    member = session.get(ListMember, (list_id, row.id))
    return member is not None and member.left_at is not None


def leave(session: Session, now: datetime, contact_id: int, list_id: int) -> bool:
    """The contact leaves the list, by their own hand: the trail says so, and so does the last mail that the list
    brought them. False if they had left.
    """
    if not stopping.leave(session, now, contact_id, list_id):
        return False
    known = keeper(session, contact_id)
    audit.write(session, now, _actor(known), "leave", "contact_list", list_id, contact=known)
    _note(session, now, contact_id, list_id)
    return True


def leave_all(session: Session, now: datetime, contact_id: int) -> bool:
    """The contact wants no release at all; False if they got none."""
    known = keeper(session, contact_id)
    if not stopping.stop_contact(session, now, known, stopping.ASKED):
        return False
    audit.write(session, now, _actor(known), "stop", "contact", known)
    _note(session, now, contact_id, None)
    return True


def _signed(key: bytes, contact_id: int, list_id: int) -> str:
    return Signer(key, salt="press leave", key_derivation="hmac").sign(f"{contact_id}-{list_id}").decode("ascii")


def _actor(contact_id: int) -> str:
    return f"contact:{contact_id}"


def _note(session: Session, now: datetime, contact_id: int, list_id: int | None) -> None:
    """Keeps it beside the last mail that they got; without one there is nothing that they answer."""
    query = select(ReleaseMail.id).where(ReleaseMail.contact_id == contact_id, ReleaseMail.status != "skipped")
    if list_id is not None:
        query = query.where(ReleaseMail.list_id == list_id)
    last = session.scalar(query.order_by(ReleaseMail.id.desc()).limit(1))
    if last is None:
        return
    session.add(
        ReleaseReply(
            mail_id=last,
            message_id=f"left:{contact_id}-{list_id or 0}:{now.isoformat()}",
            kind="left",
            at=now,
            seen_at=now,
            seen_by=SEEN_BY,
        )
    )
