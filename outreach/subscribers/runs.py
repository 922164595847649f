"""The rows of a morning on their way: which are due, who takes them, what became of them.

`owe_all` makes them, `ready` reads what is due, `claim` takes some in one statement, `record` writes what came of it.
What a doubt or a person does to them stands in `outreach.subscribers.settling`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from outreach.core.errors import OutreachError, WireError
from outreach.people import audit
from outreach.people.models import PARTNER, AuditEntry, User
from outreach.postbox import stops
from outreach.subscribers import days
from outreach.subscribers.days import Rhythm
from outreach.subscribers.models import DigestRun, Subscription
from outreach.subscribers.owing import AT_ONCE, getting, owe_all, owe_day, reached_at, with_address
from outreach.subscribers.settling import Swept, again, history, hold, needs_person, ref, settle, sweep
from outreach.subscribers.subscriptions import seed

__all__ = [
    "Outcome", "Ready", "Swept", "again", "claim", "give_back", "history", "hold", "judged", "needs_person", "next_try",
    "owe_all", "owe_day", "ready", "record", "ref", "seed", "settle", "sweep",
]  # fmt: skip

_LONGEST_WAIT = timedelta(minutes=30)


@dataclass(frozen=True)
class Ready:
    """One mail that is due, with all that its words depend on. `role` is the account's, None without one. `missed`:
    earlier days whose mail never went and that this one covers. `late`: it is past the hour where that is said.
    """

    run_id: int
    subscription_id: int
    mail: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    zone: str
    user_id: int | None
    role: str | None
    topics: tuple[int, ...]
    places: tuple[str, ...]
    tiers: tuple[str, ...]
    senses: tuple[str, ...]
    day: date
    due_at: datetime
    covers_from: datetime
    covers_until: datetime
    message_id: str
    attempts: int
    missed: int
    edition_id: int | None
    nonce: str = field(repr=False)
    late: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one claimed mail at `at`: `status` is sent, due (again, at `next_try_at`), failed or unconfirmed.
    `edition_id` None leaves the one that is there. `stop`: the relay refused this address for good.
    """

    run_id: int
    status: str
    at: datetime
    receipt: str = ""
    error_key: str | None = None
    error_facts: Mapping[str, object] = field(default_factory=dict)
    next_try_at: datetime | None = None
    edition_id: int | None = None
    late: bool = False
    stop: bool = False


def next_try(attempts: int, now: datetime) -> datetime:
    """When a mail is tried again after so many tries: 1, 2, 4, 8, 16 minutes later, then every 30."""
    return now + min(timedelta(minutes=2 ** min(max(attempts - 1, 0), 10)), _LONGEST_WAIT)


def judged(
    error: OutreachError, run_id: int, attempts: int, at: datetime, edition_id: int | None = None, late: bool = False
) -> Outcome:
    """What an error makes of a mail after so many tries, this one included; pure.

    Doubtful: `unconfirmed`. It may pass: `due` again, as long as its day is the latest. Refused for good, or no mail at
    all: `failed`; and if the relay refused the address (stage `recipient`), that address gets nothing any more.
    """
    status, stop, then = "due", False, None
    if isinstance(error, WireError) and error.ambiguous:
        status = "unconfirmed"
    elif not isinstance(error, WireError) or error.permanent:
        status = "failed"
        stop = isinstance(error, WireError) and error.facts.get("stage") == "recipient"
    else:
        then = next_try(attempts, at)
    facts = {name: value if isinstance(value, int) else str(value) for name, value in error.facts.items()}
    return Outcome(run_id, status, at, "", error.key, facts, then, edition_id, late, stop)


def ready(session: Session, now: datetime, run_ids: Sequence[int] | None = None) -> list[Ready]:
    """What is to be sent at `now`, by number: of each reader who still gets mail, the latest day's.

    With `run_ids` just those of them that are due, also of an earlier day: a person asks for them.
    """
    has_come = or_(DigestRun.next_try_at.is_(None), DigestRun.next_try_at <= now)
    query = with_address(_due_with_reader()).where(DigestRun.status == "due", has_come, *getting())
    query = query.order_by(DigestRun.id)
    if run_ids is None:
        later = aliased(DigestRun)
        is_later = and_(later.subscription_id == DigestRun.subscription_id, later.day > DigestRun.day)
        parts = [query.where(~select(later.id).where(is_later).exists())]
    else:
        numbers = sorted(set(run_ids))
        cuts = range(0, len(numbers), AT_ONCE)
        parts = [query.where(DigestRun.id.in_(numbers[start : start + AT_ONCE])) for start in cuts]
    return [_ready(row) for part in parts for row in session.execute(part)]


def claim(
    session: Session,
    now: datetime,
    run_ids: Sequence[int],
    claimer: str,
    late: bool = False,
    covers_until: datetime | None = None,
) -> list[int]:
    """Takes due mails for ourselves; those we won, by number.

    Left out are those that another has, whose next try is not yet, or whose reader has left meanwhile. With `late` they
    are marked so; `covers_until` is the end of what they tell, where that has moved.
    """
    changes: dict[str, object] = {"late": True} if late else {}
    if covers_until is not None:
        changes["covers_until"] = covers_until
    won: list[int] = []
    for start in range(0, len(run_ids), AT_ONCE):
        free = (
            select(DigestRun.id)
            .join(Subscription, Subscription.id == DigestRun.subscription_id)
            .where(
                DigestRun.id.in_(run_ids[start : start + AT_ONCE]),
                DigestRun.status == "due",
                or_(DigestRun.next_try_at.is_(None), DigestRun.next_try_at <= now),
                Subscription.state == "on",
            )
            .order_by(DigestRun.id)
            # Two processes with the same numbers: each goes on with what the other has not, neither waits.
            .with_for_update(of=DigestRun, skip_locked=True)
        )
        taken = (
            update(DigestRun)
            .where(DigestRun.id.in_(free), DigestRun.status == "due")
            .values(
                status="sending", attempts=DigestRun.attempts + 1, claimed_by=claimer, claimed_at=now, **changes
            )
            .returning(DigestRun.id)
            .execution_options(synchronize_session=False)
        )
        won.extend(session.scalars(taken))
    return sorted(won)


def give_back(session: Session, claimer: str, run_ids: Sequence[int]) -> None:
    """Claimed mails that were not tried are due as they were before: the program ends."""
    for start in range(0, len(run_ids), AT_ONCE):
        session.execute(
            update(DigestRun)
            .where(
                DigestRun.id.in_(run_ids[start : start + AT_ONCE]),
                DigestRun.status == "sending",
                DigestRun.claimed_by == claimer,
            )
            .values(status="due", attempts=DigestRun.attempts - 1, claimed_by=None, claimed_at=None)
            .execution_options(synchronize_session=False)
        )


def record(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Writes what became of claimed mails; a row that is not `sending` any more stays as it is.

    An address that was refused for good gets nothing from now on.
    """
    if not outcomes:
        return
    rows = DigestRun.__table__
    change = (
        update(DigestRun)
        .where(DigestRun.id == bindparam("run"), DigestRun.status == "sending")
        .values(
            status=bindparam("became"),
            sent_at=bindparam("sent"),
            receipt=bindparam("told"),
            error_key=bindparam("error"),
            error_facts=bindparam("facts", type_=rows.c.error_facts.type),
            next_try_at=bindparam("then"),
            edition_id=func.coalesce(bindparam("edition", type_=rows.c.edition_id.type), DigestRun.edition_id),
            late=bindparam("is_late"),
        )
    )
    # Past the session: a batch is one statement with many values, and its unit of work would ask for each row.
    session.connection().execute(change, [_written(one) for one in outcomes])
    refused = {one.run_id: one for one in outcomes if one.stop}
    if refused:
        _stop(session, refused)


def _due_with_reader() -> Select[*tuple[Any, ...]]:
    earlier = aliased(DigestRun)
    told = (
        select(earlier.day)
        .where(
            earlier.subscription_id == DigestRun.subscription_id,
            earlier.day < DigestRun.day,
            earlier.status.in_(("sent", "unconfirmed")),
        )
        .order_by(earlier.day.desc())
        .limit(1)
        .correlate(DigestRun)
        .scalar_subquery()
    )
    # When their wishes changed last, another rhythm perhaps: days before that were never meant to have a mail.
    chosen_at = (
        select(func.max(AuditEntry.at))
        .where(
            AuditEntry.subject_kind == "reader",
            AuditEntry.subject_id == Subscription.id,
            AuditEntry.action == "change",
        )
        .correlate(Subscription)
        .scalar_subquery()
    )
    return (
        select(DigestRun, Subscription, reached_at, User.name, User.role, User.place, told, chosen_at)
        .select_from(DigestRun)
        .join(Subscription, Subscription.id == DigestRun.subscription_id)
    )


def _ready(row: Row[*tuple[Any, ...]]) -> Ready:
    run, reader, mail, name, role, own, told, chosen_at = row
    # A partner's mail is about their own place, whatever was asked for; without one it is about none that is.
    places = tuple(reader.places) if role != PARTNER else (own or "-",)
    rhythm = Rhythm(reader.at, reader.zone, reader.rhythm, reader.weekday)
    since = max(reader.state_at, chosen_at) if chosen_at is not None else reader.state_at
    return Ready(
        run.id, reader.id, mail, name if name is not None else reader.name, reader.language, reader.zone,
        reader.user_id, role, tuple(reader.topics), places, tuple(reader.tiers), tuple(reader.senses),
        run.day, run.due_at, run.covers_from, run.covers_until, run.message_id, run.attempts,
        days.missed(rhythm, told, since, run.day), run.edition_id, reader.nonce, run.late,
    )


def _written(one: Outcome) -> dict[str, object]:
    return {
        "run": one.run_id,
        "became": one.status,
        "sent": one.at if one.status == "sent" else None,
        "told": one.receipt or None,
        "error": one.error_key,
        "facts": dict(one.error_facts) if one.error_key else None,
        "then": one.next_try_at,
        "edition": one.edition_id,
        "is_late": one.late,
    }


def _stop(session: Session, refused: Mapping[int, Outcome]) -> None:
    """Stops the addresses of these runs, as long as they are still those that were refused."""
    whose = (
        select(DigestRun.id, Subscription.id, reached_at)
        .join(Subscription, Subscription.id == DigestRun.subscription_id)
        .outerjoin(User, User.id == Subscription.user_id)
        .where(DigestRun.id.in_(refused), DigestRun.status == "failed")
    )
    for run_id, reader_id, mail in session.execute(whose):
        one = refused[run_id]
        if stops.stop(session, one.at, mail, one.error_key or "mail.refused", **one.error_facts):
            audit.write(session, one.at, "digest", "pause", "reader", reader_id)
