"""What ticks for the public press room."""

from datetime import timedelta

from outreach.core.app import App
from outreach.core.jobs import Job
from outreach.pressroom.public import asking, subscribing


def jobs() -> list[Job]:
    """Questions every ten seconds, for somebody waits for them; forgetting once an hour."""
    return [
        Job("press-questions", timedelta(seconds=10), asking.tick, "mail"),
        Job("press-forget", timedelta(hours=1), _forget),
    ]


def _forget(app: App) -> int:
    with app.store.transaction() as session:
        return subscribing.forget_old(session, app.clock.now())
