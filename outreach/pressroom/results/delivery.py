"""How far a release's mails came."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.pressroom.models import Contact, ContactList, ReleaseMail, Sending

_COUNTS = (func.count(ReleaseMail.id).label("mails"), func.count(ReleaseMail.returned_at).label("returned"))


@dataclass(frozen=True)
class Mails:
    """Mails by what became of them. Of the `sent` ones so many `returned`; `waiting` ones are still to go."""

    sent: int = 0
    returned: int = 0
    waiting: int = 0
    failed: int = 0
    unconfirmed: int = 0
    skipped: int = 0

    @property
    def delivered(self) -> int:
        """Sent, and not come back. Whether anybody read them nobody measures."""
        return self.sent - self.returned


@dataclass(frozen=True)
class SendingTold:
    """A sending that was begun or has its time; `lists` are the names of the lists that its mails are by."""

    sending_id: int
    state: str
    started_at: datetime | None
    due_at: datetime | None
    lists: tuple[str, ...]
    mails: Mails


@dataclass(frozen=True)
class Reached:
    """What became of a release's mails, and the outlets that it was delivered to, by the contacts' own word."""

    mails: Mails = field(default_factory=Mails)
    outlets: frozenset[str] = frozenset()


def of_release(session: Session, release_id: int) -> tuple[tuple[SendingTold, ...], frozenset[str]]:
    """A release's sendings in their order, drafts left out, and the outlets that it was delivered to. One query."""
    rows = session.execute(
        select(
            Sending.id, Sending.state, Sending.started_at, Sending.due_at, ReleaseMail.status, Contact.outlet,
            ContactList.name.label("list"), *_COUNTS,
        )
        .outerjoin(ReleaseMail, ReleaseMail.sending_id == Sending.id)
        .outerjoin(Contact, Contact.id == ReleaseMail.contact_id)
        .outerjoin(ContactList, ContactList.id == ReleaseMail.list_id)
        .where(Sending.release_id == release_id, Sending.state != "draft")
        .group_by(Sending.id, ReleaseMail.status, Contact.outlet, ContactList.name)
        .order_by(Sending.id, ContactList.name)
    ).all()  # fmt: skip
    mails = _counted((row.id, row.status, row.mails, row.returned) for row in rows)
    lists: dict[int, list[str]] = {}
    for row in rows:
        if row.list and row.list not in lists.setdefault(row.id, []):
            lists[row.id].append(row.list)
    told = {
        row.id: SendingTold(
            row.id, row.state, row.started_at, row.due_at, tuple(lists.get(row.id, ())), mails.get(row.id, Mails())
        )
        for row in rows
    }
    return tuple(told.values()), _outlets(rows)


def by_release(session: Session, release_ids: Collection[int]) -> dict[int, Reached]:
    """The mails of each of these releases; those without any are left out. One query."""
    rows = session.execute(
        select(Sending.release_id, ReleaseMail.status, Contact.outlet, *_COUNTS)
        .join(Sending, Sending.id == ReleaseMail.sending_id)
        .outerjoin(Contact, Contact.id == ReleaseMail.contact_id)
        .where(Sending.release_id.in_(release_ids))
        .group_by(Sending.release_id, ReleaseMail.status, Contact.outlet)
    ).all()
    mails = _counted((row.release_id, row.status, row.mails, row.returned) for row in rows)
    return {
        number: Reached(told, _outlets(row for row in rows if row.release_id == number))
        for number, told in mails.items()
    }


def added(every: Iterable[Mails]) -> Mails:
    """All of them together."""
    told = list(every)
    return Mails(*(sum(getattr(one, name) for one in told) for name in Mails.__dataclass_fields__))


def _outlets(rows: Iterable[Any]) -> frozenset[str]:
    return frozenset(row.outlet for row in rows if row.status == "sent" and row.outlet and row.mails > row.returned)


def _counted(rows: Iterable[tuple[int, str | None, int, int]]) -> dict[int, Mails]:
    statuses: dict[int, Counter[str]] = {}
    returned: Counter[int] = Counter()
    for number, status, count, back in rows:
        statuses.setdefault(number, Counter())[status or ""] += count
        # Only what was sent can come back; a mail that is in doubt and came back after all was sent.
        if status == "sent":
            returned[number] += back
    return {
        number: Mails(
            told["sent"], returned[number], told["due"] + told["sending"], told["failed"], told["unconfirmed"],
            told["skipped"],
        )
        for number, told in statuses.items()
    }  # fmt: skip
