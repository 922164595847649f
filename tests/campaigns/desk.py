"""A desk for tests: makes campaigns, posts and deliveries in few words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

from sqlalchemy.orm import Session

from campaigns import dispatch, editing, queries
from campaigns.models import Delivery
from campaigns.publish import Press
from outreach.core import presence
from outreach.core.clock import Clock
from outreach.core.db import Store
from outreach.core.http import Http
from outreach.core.journal import Journal
from outreach.core.testing import FixedClock, RecordedHttp

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TOKEN = "a-token-for-tests"
TOKEN_ENV = "TEST_MASTODON_TOKEN"
PUBLIC = "https://office.example"
LATE = timedelta(hours=6)


def secrets(name: str) -> str | None:
    return {TOKEN_ENV: TOKEN}.get(name)


@dataclass
class Desk:
    """One office's desk over a store; `folder` is its data folder."""

    store: Store
    clock: FixedClock
    folder: Path
    count: int = 0
    campaign_id: int = 0
    stopping: Event = field(default_factory=Event)

    def press(self, wire: Http | None = None, clock: Clock | None = None, late: timedelta = LATE) -> Press:
        return Press(
            store=self.store,
            clock=clock or self.clock,
            http=wire or RecordedHttp({}),
            secrets=secrets,
            public_url=PUBLIC,
            folder=self.folder,
            late=late,
            stopping=self.stopping,
            chance=lambda: 0.5,
        )

    def channel(self, kind: str = "folder", name: str = "", **settings: object) -> int:
        self.count += 1
        if kind == "folder" and not settings:
            settings = {"folder": str(self.folder / "posts")}
        with self.store.transaction() as session:
            return dispatch.add_channel(session, name or f"channel {self.count}", kind, settings).id

    def mastodon(self, server: str, name: str = "") -> int:
        return self.channel("mastodon", name, server=server, token_env=TOKEN_ENV)

    def post(self, text: str = "Vietas vēl ir: {link}", *, approved: bool = True, title: str = "") -> int:
        self.count += 1
        now = self.clock.now()
        with self.store.transaction() as session:
            if not self.campaign_id:
                self.campaign_id = editing.start(session, now, "MĀJAS 2026", date(2026, 3, 1)).id
            post = editing.write(
                session,
                now,
                self.campaign_id,
                language="lv",
                title=title or f"Ieraksts {self.count}",
                text=f"{text} #{self.count}",
                target_url=f"https://majas.example/{self.count}",
            )
            if approved:
                editing.approve(session, now, post.id)
            return post.id

    def plan(self, channel_id: int, post_id: int | None = None, due_at: datetime | None = None) -> int:
        post_id = self.post() if post_id is None else post_id
        now = self.clock.now()
        with self.store.transaction() as session:
            return dispatch.schedule(session, now, post_id, channel_id, due_at or now).id

    def see(self, delivery_id: int) -> queries.DeliverySeen:
        with self.store.reading() as session:
            seen = queries.delivery(session, delivery_id)
        assert seen is not None
        return seen

    def row(self, delivery_id: int) -> Delivery:
        with self.store.reading() as session:
            row = session.get_one(Delivery, delivery_id)
            session.expunge(row)
            return row

    def status(self, delivery_id: int) -> str:
        return self.see(delivery_id).status

    def counts(self) -> Mapping[str, int]:
        with self.store.reading() as session:
            return {status: count for status, count in queries.counts(session).items() if count}

    def channel_seen(self, channel_id: int) -> queries.ChannelSeen:
        with self.store.reading() as session:
            return next(row for row in queries.channels(session) if row.channel_id == channel_id)

    def sweep(self) -> int:
        from campaigns.publish import sweep

        now = self.clock.now()
        with self.store.transaction() as session:
            swept = sweep(
                session,
                now,
                lambda token, at: presence.is_gone(self.folder, token, at, now),
                lambda token: Journal.read(self.folder, token),
            )
        return sum(swept.values())

    def settle(self, delivery_id: int, live: bool, url: str | None = None) -> None:
        with self.store.transaction() as session:
            dispatch.settle(session, self.clock.now(), delivery_id, live, url)


def history(session: Session, delivery_id: int) -> list[str]:
    """The statuses a delivery went through, in order."""
    return [event.to_status for event in queries.history(session, delivery_id)]
