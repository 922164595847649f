"""A whole office for fault tests: real store, files and wires, a clock that stands still, posts in few words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from campaigns import dispatch, editing, queries
from campaigns import jobs as publishing
from campaigns.channel_switch import channel_of
from outreach import wiring
from outreach.core.app import App
from outreach.core.clock import Clock
from outreach.core.mail import Mailer, SmtpMailer
from outreach.core.testing import FixedClock
from outreach.digest import sending
from outreach.subscribers import subscriptions
from outreach.subscribers.models import DigestRun
from scrapers.models import Source
from tests.support.offices import told_in
from tests.support.people import Visitor
from tests.support.ready import pages_of

RIGA = ZoneInfo("Europe/Riga")
READER = "lasitajs@example.org"
# The mail is owed from midnight on, whatever the hour these tests run at.
SINCE_MIDNIGHT = {"recipients": (READER,), "at": "00:00"}
TOKEN = "OUTREACH_TEST_TOKEN"
MORNING = datetime(2026, 11, 23, 5, 1, tzinfo=UTC)  # 07:01 in Riga
NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@contextmanager
def office(folder: Path, clock: Clock, mailer: Mailer | None = None, **sections: dict[str, object]) -> Iterator[App]:
    """The office of this data folder, made if it is new; `sections` are settings."""
    sections.setdefault("digest", {"recipients": (READER,)})
    with wiring.open_app(told_in(folder, **sections), create=True, clock=clock) as app:
        yield app if mailer is None else replace(app, mailer=mailer)


def smtp(port: int, **other: object) -> SmtpMailer:
    usual: dict[str, object] = {"host": "127.0.0.1", "security": "none", "user": None, "password": None, "seconds": 5}
    return SmtpMailer(port=port, **{**usual, **other})  # type: ignore[arg-type]


@contextmanager
def morning(folder: Path, clock: FixedClock, port: int, *readers: str, **other: object) -> Iterator[App]:
    """An office whose mail of today is owed to these readers, through the relay on a port."""
    told = {"recipients": readers or (READER,)}
    with office(folder, clock, smtp(port, **other), digest=told) as app:
        expected(app)
        yield app


def channel(app: App, server: str = "") -> int:
    """A channel: a folder of files, or the account on a server."""
    settings: dict[str, object] = {"server": server, "token_env": TOKEN} if server else {"folder": str(posts(app))}
    with app.store.transaction() as session:
        made = dispatch.add_channel(session, server or "mape", "mastodon" if server else "folder", settings)
        return made.id


def posts(app: App) -> Path:
    """Where the folder channel's files lie."""
    return app.settings.folder / "posts"


def plan(app: App, channel_id: int, due: datetime, title: str = "Aicinājums") -> int:
    """An approved post, planned; the delivery's number."""
    now = app.clock.now()
    with app.store.transaction() as session:
        channel_of(session, channel_id)
        number = editing.campaign_named(session, now, "MĀJAS", now.date())
        post = editing.write(
            session, now, number, language="lv", title=title, text=f"{title}: {{link}}", target_url="https://majas.example/"
        )
        editing.approve(session, now, post.id)
        return dispatch.schedule(session, now, post.id, channel_id, due).id


def publish(app: App) -> dict[str, int]:
    """One tick of the job; what took which status."""
    return {status: count for status, count in publishing.publish(app).items() if count}


def mail(app: App) -> None:
    """One tick of the morning mail's job."""
    sending.tick(app)


def delivery(app: App, number: int) -> queries.DeliverySeen:
    with app.store.reading() as session:
        seen = queries.delivery(session, number)
    assert seen is not None
    return seen


def runs(app: App) -> list[DigestRun]:
    """Every row of the morning mail but those from before anybody asked for it."""
    with app.store.reading() as session:
        rows = session.scalars(select(DigestRun).where(DigestRun.status != "skipped").order_by(DigestRun.id))
        return list(rows)


def sources(app: App) -> list[Source]:
    with app.store.reading() as session:
        return list(session.scalars(select(Source).order_by(Source.id)))


def expected(app: App) -> None:
    """The settings' readers are ones since yesterday: today's mail is owed."""
    with app.store.transaction() as session:
        subscriptions.seed(session, app.clock.now() - timedelta(days=1), app.settings)


def start_page(app: App, language: str = "lv") -> str:
    """What the comms officer is told: today, and everything that waits for a person."""
    officer = Visitor(app, pages_of(app).test_client(), "comms")
    return "".join(officer.text(f"{page}?lang={language}") for page in ("/", "/attention"))
