"""An office that sends mail: a store, readers, a clock that stands still, and what went over the wire."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from outreach import wiring
from outreach.core import office, seal
from outreach.core.app import App
from outreach.core.clock import Clock
from outreach.core.db import Store
from outreach.core.mail import Mailer
from outreach.core.testing import RecordedHttp
from outreach.digest import sending
from outreach.subscribers import subscriptions
from outreach.subscribers.asked import Asked
from outreach.subscribers.models import DigestRun
from tests.support.mentions import mention
from tests.support.offices import told_in

BEFORE = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # Monday, 06:00 in Riga
MORNING = datetime(2026, 11, 23, 5, 0, 10, tzinfo=UTC)  # 07:00 there
KEY = b"0123456789abcdef0123456789abcdef"


def office_of(store: Store, folder: Path, clock: Clock, mailer: Mailer, **parts: dict[str, object]) -> App:
    """The office with this store; `parts` are settings."""
    parts.setdefault("digest", {"recipients": ()})
    told = told_in(folder, **parts)
    return App(
        settings=told,
        office=office.read_office(told.office.profile, told.base),
        clock=clock,
        store=store,
        http=RecordedHttp({}),
        mailer=mailer,
        seal=seal.Seal(KEY),
        texts=wiring.texts(),
    )


def reader(app: App, mail: str, **wishes: Any) -> int:
    """Somebody who reads it from an hour ago on: daily at seven in Riga, in Latvian, unless they wish else."""
    usual: dict[str, Any] = {"name": "", "language": "lv", "at": "07:00", "zone": "Europe/Riga", "rhythm": "daily"}
    since = app.clock.now() - timedelta(hours=1)
    with app.store.transaction() as session:
        return subscriptions.add(session, since, Asked(mail, **{**usual, **wishes}), "test")


def readers(app: App, count: int, **wishes: Any) -> list[str]:
    """So many of them; their addresses."""
    mails = [f"r{number}@press.test" for number in range(count)]
    for mail in mails:
        reader(app, mail, **wishes)
    return mails


def written(app: App, count: int = 1, **more: Any) -> None:
    """Mentions of the last hour."""
    with app.store.transaction() as session:
        for number in range(count):
            mention(session, app.clock.now() - timedelta(minutes=60 - number % 50), f"Ģimene {number} atgriežas", **more)


def tick(app: App) -> list[int]:
    """One look, as the job takes it."""
    return sending.tick(app)


def rows(app: App) -> list[DigestRun]:
    """Every row that was not skipped, by number."""
    with app.store.reading() as session:
        found = session.scalars(select(DigestRun).where(DigestRun.status != "skipped").order_by(DigestRun.id))
        return list(found)


def states(app: App) -> list[str]:
    """The states of those rows."""
    return [row.status for row in rows(app)]
