"""What the wing does again and again."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from campaigns import caring, clicks, looking, numbers
from campaigns.models import Delivery
from campaigns.press import Press
from campaigns.publish import publish_due, sweep
from campaigns.replies import storing
from campaigns.timing import extending, keeping
from outreach.core import presence
from outreach.core.app import App
from outreach.core.jobs import Job
from outreach.core.journal import Journal
from outreach.core.settings import secret


def jobs() -> list[Job]:
    """Publishing and the search for what is in doubt look every 20 seconds; the rest every five minutes."""
    often, seldom = timedelta(seconds=20), timedelta(minutes=5)
    return [
        Job("publish", often, publish, "publish"),
        Job("publish-look", often, look, "publish"),
        Job("channels", seldom, care, "publish"),
        Job("post-numbers", seldom, count, "publish"),
        Job("series", timedelta(hours=6), go_on, "publish"),
        Job("replies", timedelta(hours=1), forget_replies),
    ]


def publish(app: App) -> Mapping[str, int]:
    """Looks after deliveries whose sender is gone, then sends what is due."""
    folder, now = app.settings.folder, app.clock.now()
    with app.store.reading() as session:
        under_way = (
            session.scalar(select(Delivery.id).where(Delivery.status == "sending").limit(1)) is not None
        )
    if under_way:
        with app.store.transaction() as session:
            sweep(
                session,
                now,
                lambda token, at: presence.is_gone(folder, token, at, now),
                lambda token: Journal.read(folder, token),
            )
    presence.tidy(folder, now)
    return publish_due(press(app))


def look(app: App) -> Mapping[str, int]:
    """Looks on their channels for posts of which nobody knows whether they are out."""
    return looking.look_due(press(app))


def care(app: App) -> Mapping[str, int]:
    """Looks after channels, their tokens, and consents that have ended; yesterday's salt of clicks goes.

    Where a country's clocks are known to change otherwise than before, what is meant for an hour there follows.
    """
    now, zone = app.clock.now(), app.settings.zone
    with app.store.reading() as session:
        stale, astray = clicks.has_old_salts(session, now, zone), keeping.astray(session, now)
    if stale:
        with app.store.transaction() as session:
            clicks.forget_salts(session, now, zone)
    moved = 0
    if astray:
        with app.store.transaction() as session:
            moved = keeping.rewall(session, now)
    went = caring.care(press(app))
    return {**went, "rewalled": moved} if moved else went


def count(app: App) -> Mapping[str, int]:
    """Asks what became of published posts."""
    return numbers.ask_due(press(app))


def forget_replies(app: App) -> Mapping[str, int]:
    """What people wrote under posts goes a month after it was seen."""
    with app.store.transaction() as session:
        gone = storing.forget(session, app.clock.now())
    return {"forgotten": gone} if gone else {}


def go_on(app: App) -> Mapping[str, int]:
    """Makes the posts of series without an end, twelve weeks ahead."""
    return extending.extend_due(app)


def press(app: App) -> Press:
    """What publishing works with, as this office has set it."""
    page: str = app.settings.web.public_url
    return Press(
        store=app.store,
        clock=app.clock,
        http=app.http,
        secrets=secret,
        public_url=page,
        # Platforms that fetch a picture want it over TLS; an office without a public page has none to offer.
        images_url=f"{page}/p" if page.startswith("https://") else "",
        folder=app.settings.folder,
        late=timedelta(hours=app.settings.publish.late_hours),
        stopping=app.stopping,
        zone=app.settings.zone,
        seal=app.seal,
    )
