"""How a day's mails stand: to whom, since when, what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.people.models import User
from outreach.subscribers.models import DigestRun, Subscription

_PART = 500


@dataclass(frozen=True)
class Standing:
    """One reader's mail of a day. `mail` is for whoever may see readers' addresses."""

    run_id: int
    subscription_id: int
    day: date
    mail: str = field(repr=False)
    name: str = field(repr=False)
    zone: str
    due_at: datetime
    status: str
    late: bool
    attempts: int
    next_try_at: datetime | None
    sent_at: datetime | None
    receipt: str | None
    error_key: str | None
    error_facts: Mapping[str, object]
    edition_id: int | None
    bounced_at: datetime | None

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def of_day(session: Session, day: date) -> list[Standing]:
    """Everybody's mail of that local day, by the hour it was owed, then by address."""
    rows = session.execute(_asked().where(DigestRun.day == day))
    return sorted((_standing(*row) for row in rows), key=lambda one: (one.due_at, one.mail))


def of_runs(session: Session, run_ids: Sequence[int]) -> list[Standing]:
    """Those of these runs, by address."""
    found: list[Standing] = []
    for start in range(0, len(run_ids), _PART):
        part = run_ids[start : start + _PART]
        found += [_standing(*row) for row in session.execute(_asked().where(DigestRun.id.in_(part)))]
    return sorted(found, key=lambda one: one.mail)


def _asked() -> Select[*tuple[Any, ...]]:
    return (
        select(
            DigestRun,
            Subscription,
            func.coalesce(User.mail, Subscription.mail),
            func.coalesce(User.name, Subscription.name),
        )
        .join(Subscription, Subscription.id == DigestRun.subscription_id)
        .outerjoin(User, User.id == Subscription.user_id)
    )


def _standing(run: DigestRun, reader: Subscription, mail: str, name: str) -> Standing:
    return Standing(
        run.id, reader.id, run.day, mail, name, reader.zone, run.due_at, run.status, run.late, run.attempts,
        run.next_try_at, run.sent_at, run.receipt, run.error_key, run.error_facts or {}, run.edition_id, run.bounced_at,
    )  # fmt: skip
