"""What ticks for the morning mail: sending what is owed, looking for what is in doubt, forgetting what is old."""

from datetime import timedelta

from outreach.core.app import App
from outreach.core.jobs import Job
from outreach.core.journal import Journal
from outreach.digest import editions, looking, sending


def jobs() -> list[Job]:
    """Looks twice a minute whether a mail is owed, every five minutes for copies of doubtful ones."""
    return [
        Job("digest", timedelta(seconds=30), sending.tick, "mail"),
        Job("digest.look", timedelta(minutes=5), looking.look, "mail"),
        Job("digest.tidy", timedelta(hours=6), _tidy),
    ]


def _tidy(app: App) -> int:
    now = app.clock.now()
    # What a dead sender's journal tells is written into the rows before the journal goes.
    sending.look_after(app)
    with app.store.transaction() as session:
        gone = editions.forget_old(session, now, app.settings.digest.keep_days)
    return gone + Journal.tidy(app.settings.folder, now)
