"""What becomes of rows in doubt: a sender that died, a person who has looked, a store that was restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from outreach.core import presence
from outreach.core.errors import OutreachError
from outreach.core.journal import Found, Journal
from outreach.core.mail_message import message_id
from outreach.core.settings import Settings
from outreach.people.models import User
from outreach.subscribers.models import DigestRun, Subscription
from outreach.subscribers.owing import getting, owe_all, reached_at, with_address

_SHOWN = 60
_NEEDING = 500


@dataclass(frozen=True)
class Swept:
    """How many rows of dead senders became what."""

    due: int = 0
    sent: int = 0
    unconfirmed: int = 0

    @property
    def total(self) -> int:
        return self.due + self.sent + self.unconfirmed


def ref(run_id: int) -> str:
    """How a run is named outside its table: in journals, and in return paths of its mail."""
    return f"d{run_id}"


def sweep(session: Session, folder: Path, now: datetime, files: bool = False) -> Swept:
    """Looks at mails whose sender is gone; its journal in the data folder tells how far each had come.

    Not handed over: due again, and the try does not count. Taken: sent. Handed over without an answer, or a journal
    that is not there or not whole: unconfirmed, for nobody may guess. With `files` (mail is written as files) due in
    any case: the same file is written once.
    """
    counts = {"due": 0, "sent": 0, "unconfirmed": 0}
    journals: dict[str, Found | None] = {}
    gone: dict[str, bool] = {}
    for run in session.scalars(select(DigestRun).where(DigestRun.status == "sending").order_by(DigestRun.id)):
        token = run.claimed_by or ""
        if token not in gone:
            gone[token] = presence.is_gone(folder, token or None, run.claimed_at or run.covers_until, now)
            journals[token] = Journal.read(folder, token) if gone[token] and token else None
        if not gone[token]:
            continue
        _judge(run, now, journals[token], files)
        counts[run.status] += 1
    return Swept(**counts)


def _judge(run: DigestRun, now: datetime, found: Found | None, files: bool) -> None:
    state = found.state(ref(run.id)) if found is not None else "unknown"
    if found is not None and state == "taken":
        run.status, run.sent_at, run.receipt = "sent", now, found.receipt(ref(run.id))
        run.error_key = run.error_facts = None
    elif files or (found is not None and found.whole and state == "none"):
        run.status, run.attempts, run.next_try_at = "due", max(run.attempts - 1, 0), None
    else:
        run.status, run.error_key, run.error_facts = "unconfirmed", "digest.interrupted", {}


def needs_person(session: Session) -> Sequence[DigestRun]:
    """Mails that perhaps went out; that did not, where the reader still gets mail and had nothing later; and those
    still due when they are late: the relay does not take them. The oldest first, at most 500.
    """
    return session.scalars(_needing()).all()


@cache
def _needing() -> Select[DigestRun]:
    later = aliased(DigestRun)
    told = exists().where(
        later.subscription_id == DigestRun.subscription_id, later.day > DigestRun.day, later.status == "sent"
    )
    newer = exists().where(later.subscription_id == DigestRun.subscription_id, later.day > DigestRun.day)
    stuck = and_(DigestRun.status == "due", DigestRun.late, DigestRun.attempts > 0, ~newer)
    # One who has left, or whose address is stopped, waits for no mail; the address is a matter of its own.
    wanting = with_address(select(Subscription.id)).where(Subscription.id == DigestRun.subscription_id, *getting())
    lost = and_(DigestRun.status == "failed", ~told, wanting.correlate(DigestRun).exists())
    left = or_(DigestRun.status == "unconfirmed", lost)
    return (
        select(DigestRun)
        .where(DigestRun.status.in_(("unconfirmed", "failed", "due")), or_(left, stuck))
        .order_by(DigestRun.id)
        .limit(_NEEDING)
    )


def settle(
    session: Session, now: datetime, which: date | Sequence[int], arrived: bool, mail: str | None = None
) -> list[int]:
    """A person, or a look into the sent copies, says whether unconfirmed mails arrived: those of a day (to `mail`
    alone, if given), or of these numbers. The numbers that were settled.

    What has not arrived is due again, under its own name; where its reader has a later row it is `skipped`, for that
    one tells the same. OutreachError `digest.nothing_open` if there are none.
    """
    query = select(DigestRun).where(DigestRun.status == "unconfirmed").order_by(DigestRun.id)
    query = query.where(DigestRun.day == which if isinstance(which, date) else DigestRun.id.in_(which))
    if mail is not None:
        query = query.where(DigestRun.subscription_id.in_(_at(mail)))
    runs = session.scalars(query.with_for_update()).all()
    if not runs:
        raise OutreachError("digest.nothing_open", day=which.isoformat() if isinstance(which, date) else "")
    later = _with_later(session, [run.id for run in runs])
    for run in runs:
        run.next_try_at = run.error_key = run.error_facts = None
        if arrived:
            run.status, run.sent_at = "sent", run.sent_at or run.claimed_at or now
        else:
            run.status = "skipped" if run.id in later else "due"
    return [run.id for run in runs]


def hold(session: Session, now: datetime, settings: Settings) -> None:
    """A restored store: the mail last owed may be out without its knowing, so it goes only where a person says so."""
    owe_all(session, now, settings)
    session.execute(
        update(DigestRun)
        .where(DigestRun.status.in_(("due", "sending")))
        .values(status="unconfirmed", error_key="digest.restored", error_facts={})
    )


def again(session: Session, now: datetime, run_id: int) -> bool:
    """Makes a row due because a person asks; False if it is being sent.

    It is up to date then, and what was sent is another mail, with a name of its own. A doubtful one stays as it was and
    keeps its name: should the first be there after all, the reader's programme shows one.
    """
    run = session.get(DigestRun, run_id, with_for_update=True)
    if run is None or run.status == "sending":
        return False
    if run.status == "sent":
        domain = run.message_id.rpartition("@")[2].rstrip(">")
        told = ("digest", run.day.isoformat(), str(run.subscription_id), run.message_id, str(run.attempts))
        run.message_id = message_id(*told, domain=domain)
    if run.status in {"sent", "failed", "skipped"}:
        run.covers_until, run.edition_id = max(run.covers_until, now), None
    run.status, run.next_try_at, run.bounced_at = "due", None, None
    run.error_key = run.error_facts = None
    return True


def history(session: Session, subscription_id: int, limit: int = _SHOWN) -> list[DigestRun]:
    """A reader's rows, the latest day first."""
    query = select(DigestRun).where(DigestRun.subscription_id == subscription_id)
    return list(session.scalars(query.order_by(DigestRun.day.desc()).limit(limit)))


def _with_later(session: Session, run_ids: Sequence[int]) -> set[int]:
    later = aliased(DigestRun)
    newer = exists().where(later.subscription_id == DigestRun.subscription_id, later.day > DigestRun.day)
    return set(session.scalars(select(DigestRun.id).where(DigestRun.id.in_(run_ids), newer)))


def _at(mail: str) -> Select[int]:
    query = select(Subscription.id).outerjoin(User, User.id == Subscription.user_id)
    return query.where(reached_at == mail.strip().lower())
