"""What the wing does again and again."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from campaigns.models import Delivery
from campaigns.publish import Press, publish_due, sweep
from outreach.core import presence
from outreach.core.app import App
from outreach.core.jobs import Job
from outreach.core.settings import secret


def jobs() -> list[Job]:
    """Publishing looks every 20 seconds."""
    return [Job("publish", timedelta(seconds=20), publish)]


def publish(app: App) -> Mapping[str, int]:
    """Looks after deliveries whose sender is gone, then sends what is due."""
    folder, now = app.settings.folder, app.clock.now()
    with app.store.reading() as session:
        under_way = (
            session.scalar(select(Delivery.id).where(Delivery.status == "sending").limit(1)) is not None
        )
    if under_way:
        with app.store.transaction() as session:
            sweep(session, now, lambda token, at: presence.is_gone(folder, token, at, now))
    presence.tidy(folder, now)
    return publish_due(press(app))


def press(app: App) -> Press:
    """What publishing works with, as this office has set it."""
    return Press(
        store=app.store,
        clock=app.clock,
        http=app.http,
        secrets=secret,
        public_url=app.settings.web.public_url,
        folder=app.settings.folder,
        late=timedelta(hours=app.settings.publish.late_hours),
        stopping=app.stopping,
    )
