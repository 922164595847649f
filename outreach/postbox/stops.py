"""Addresses that get no mail of ours any more, why, and how they are set free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.postbox.models import StoppedAddress

MOST = 500
# Reasons. A relay refuses an address while the mail is handed over (facts `code`, `answer`), or says so in a mail
# of its own (the same); its owner calls our mail a nuisance; it was not reached on `count` days (and `answer`).
REFUSED = "postbox.stopped.refused"
GONE = "postbox.stopped.gone"
COMPLAINT = "postbox.stopped.complaint"
UNREACHED = "postbox.stopped.unreached"


@dataclass(frozen=True)
class Stopped:
    """A stopped address and the sentence that says why: `key` with `facts`, which name nobody."""

    mail: str = field(repr=False)
    since: datetime
    key: str
    facts: Mapping[str, object]

    @property
    def masked(self) -> str:
        """The address as it may be shown beside other things: its first letter and its domain."""
        return masked(self.mail)


def masked(mail: str) -> str:
    """An address without the name of its box: `k***@example.org`."""
    local, at, domain = mail.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else f"{mail[:1]}***"


def is_stopped(session: Session, mails: Sequence[str]) -> set[str]:
    """Those of the addresses that are stopped, in small letters."""
    found: set[str] = set()
    wanted = sorted({mail.lower() for mail in mails})
    for start in range(0, len(wanted), MOST):
        part = wanted[start : start + MOST]
        found.update(session.scalars(select(StoppedAddress.mail).where(StoppedAddress.mail.in_(part))))
    return found


def stop(session: Session, now: datetime, mail: str, key: str, **facts: object) -> bool:
    """Stops an address and says why; False if it was stopped already: the first reason stays."""
    if session.get(StoppedAddress, mail.lower()) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(StoppedAddress(mail=mail.lower(), since=now, reason_key=key, reason_facts=facts))
            session.flush()
    except IntegrityError:
        return False  # another process was faster by a moment
    return True


def free(session: Session, mail: str) -> bool:
    """A person says that the address takes mail again; False if it was not stopped."""
    gone = delete(StoppedAddress).where(StoppedAddress.mail == mail.lower()).returning(StoppedAddress.mail)
    return session.scalar(gone) is not None


def all_stopped(session: Session) -> list[Stopped]:
    """Every stopped address, the latest first; at most 500."""
    rows = select(StoppedAddress).order_by(StoppedAddress.since.desc(), StoppedAddress.mail).limit(MOST)
    return [Stopped(row.mail, row.since, row.reason_key, row.reason_facts) for row in session.scalars(rows)]
