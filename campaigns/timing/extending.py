"""The job that carries on series without an end: each in a transaction of its own."""

import logging
from collections.abc import Mapping

from campaigns.moments import read_moments
from campaigns.timing import making
from outreach.core.app import App
from outreach.core.errors import OutreachError

log = logging.getLogger("outreach.series")


def extend_due(app: App) -> Mapping[str, int]:
    """How many posts were made, and how many series wait for a person: one that cannot go on holds up no other."""
    now, zone = app.clock.now(), app.settings.zone
    with app.store.reading() as session:
        found = making.open_series(session, now, zone)
    if not found:
        return {}
    table = read_moments(app.office.calendar)
    made = waiting = 0
    for series_id in found:
        if app.stopping.is_set():
            break
        try:
            with app.store.transaction() as session:
                made += making.extend(session, now, series_id, office=zone, table=table)
        except OutreachError as error:
            log.warning("series.waits", extra={"series": series_id, "why": error.key})
            waiting += 1
    return {"made": made, "waiting": waiting}
