"""What ticks for alerts."""

from datetime import timedelta

from outreach.alerts import keeping, queries, rules, seeing, sending, writing
from outreach.core.app import App
from outreach.core.jobs import Job
from outreach.postbox import stops


def jobs() -> list[Job]:
    """Looks every minute for what cannot wait, and tells it; once an hour it forgets what is long past."""
    return [
        Job("alerts", timedelta(minutes=1), tick, "mail"),
        Job("alerts.tidy", timedelta(hours=1), _tidy),
    ]


def tick(app: App) -> int:
    """One look, and the letters that are due; how many went."""
    notice(app)
    return sending.send_due(app)


def notice(app: App) -> None:
    """Looks at what is the matter, keeps what is new, and writes the letters that may go now.

    Any number of processes may do this at once: what one has kept the others find kept.
    """
    now, zone = app.clock.now(), app.settings.zone
    with app.store.reading() as session:
        every = rules.every(session)
        stopped = stops.is_stopped(session, [rule.mail for rule in every if rule.mail])
        telling = [rule for rule in writing.reachable(every, stopped) if rule.tells]
        kinds = {kind for rule in telling for kind in rule.kinds}
        since = min((keeping.since_of(rule, now) for rule in telling), default=now)
        changes = keeping.compare(session, now, zone, seeing.look(session, now, zone, kinds, since))
        settled = not changes and not keeping.missing(session, now, telling) and not keeping.stale(session, telling)
    if not settled:
        with app.store.transaction() as session:
            added = keeping.keep(session, changes)
            keeping.give(session, keeping.missing(session, now, telling, added))
            keeping.drop(session, keeping.stale(session, telling))
    with app.store.reading() as session:
        ready = writing.ready(session, now, zone, telling)
    for rule in ready:
        with app.store.transaction() as session:
            writing.write(session, now, zone, rule, app.settings.mail.sender.rpartition("@")[2])


def _tidy(app: App) -> int:
    with app.store.transaction() as session:
        return queries.forget_old(session, app.clock.now())
