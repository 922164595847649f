"""Readers and mornings in few words."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.settings import DigestSettings, MailSettings, Settings
from outreach.people import users
from outreach.subscribers import runs, subscriptions
from outreach.subscribers.models import DigestRun
from outreach.subscribers.runs import Outcome, Ready
from outreach.subscribers.subscriptions import Asked

MONDAY = datetime(2026, 11, 23, 5, 0, 12, tzinfo=UTC)  # 07:00:12 in Riga
BEFORE = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # the Sunday before, after its hour
TOLD = Settings(mail=MailSettings(sender="zinas@birojs.example"), digest=DigestSettings())


def asked(mail: str = "anna@example.org", **other: object) -> Asked:
    usual: dict[str, object] = {"name": "", "language": "lv", "at": "07:00", "zone": "Europe/Riga"}
    return Asked(mail=mail, **{**usual, **other})  # type: ignore[arg-type]


def reader(store: Store, mail: str = "anna@example.org", since: datetime = BEFORE, **other: object) -> int:
    """A reader since then; the number."""
    with store.transaction() as session:
        return subscriptions.add(session, since, asked(mail, **other), "tests")


def account(store: Store, mail: str = "anna@example.org", role: str = "comms") -> int:
    """An account; the number."""
    place = "Ludzas novads" if role == "partner" else None
    with store.transaction() as session:
        return users.add(session, BEFORE, "tests", users.Account(mail, "Anna Bērziņa", role, place, "en"))


def tick(store: Store, now: datetime, told: Settings = TOLD) -> list[Ready]:
    """What a look at `now` finds to be sent."""
    with store.transaction() as session:
        runs.owe_all(session, now, told)
    with store.reading() as session:
        return runs.ready(session, now)


def claimed(store: Store, now: datetime, owed: Sequence[Ready], claimer: str = "abc") -> list[int]:
    with store.transaction() as session:
        return runs.claim(session, now, [one.run_id for one in owed], claimer)


def send(store: Store, now: datetime, status: str = "sent", told: Settings = TOLD, **more: object) -> list[Ready]:
    """A look, and the same outcome for all that is due; what was due."""
    owed = tick(store, now, told)
    with store.transaction() as session:
        won = runs.claim(session, now, [one.run_id for one in owed], "abc")
        runs.record(session, [Outcome(number, status, now, **more) for number in won])  # type: ignore[arg-type]
    return owed


def rows(store: Store) -> list[DigestRun]:
    with store.reading() as session:
        return list(session.scalars(select(DigestRun).order_by(DigestRun.day, DigestRun.id)))


def states(store: Store) -> list[tuple[str, str]]:
    """Days and what became of them."""
    return [(f"{row.day:%d}", row.status) for row in rows(store)]
