"""What ticks here: mails with links go out; ended sessions, old tries and old links are thrown away."""

from datetime import timedelta

from outreach.core.app import App
from outreach.core.jobs import Job
from outreach.people import keys, letters, sessions, throttle


def limits_of(app: App) -> sessions.Limits:
    """How long sessions live in this office."""
    told = app.settings.people
    return sessions.Limits(timedelta(minutes=told.idle_minutes), timedelta(hours=told.session_hours))


def jobs() -> list[Job]:
    """Mails every five seconds, for somebody waits for them; tidying once an hour."""
    return [
        Job("people.mail", timedelta(seconds=5), letters.tick, "mail"),
        Job("people.tidy", timedelta(hours=1), _tidy),
    ]


def _tidy(app: App) -> int:
    now = app.clock.now()
    with app.store.transaction() as session:
        gone = sessions.tidy(session, now, limits_of(app))
        return gone + throttle.forget_old(session, now) + keys.forget_old(session, now)
