"""How the last look into a mailbox ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.postbox.models import MailboxPlace

# Time does not mend these.
_LASTING = ("mailbox.login", "mailbox.folder", "mailbox.starttls", "http.tls", "http.url", "http.scheme")


@dataclass(frozen=True)
class Place:
    """A mailbox (`bounces`) that could not be read, since `looked_at`: None if it never could. `host` is its server."""

    name: str
    host: str
    looked_at: datetime | None
    error_key: str
    error_facts: Mapping[str, object]


def unread(session: Session, since: datetime) -> list[Place]:
    """Mailboxes that could not be read: not since that moment, never, or for a reason that lasts."""
    troubled = select(MailboxPlace).where(
        MailboxPlace.error_key.is_not(None),
        or_(
            MailboxPlace.looked_at.is_(None),
            MailboxPlace.looked_at < since,
            MailboxPlace.error_key.in_(_LASTING),
        ),
    )
    rows = session.scalars(troubled.order_by(MailboxPlace.name)).all()
    return [_place(row) for row in rows]


def _place(row: MailboxPlace) -> Place:
    facts = row.error_facts or {}
    return Place(row.name, str(facts.get("host", "")), row.looked_at, row.error_key or "", facts)
