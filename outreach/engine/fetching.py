"""Polls as jobs of their own: which are put into the queue, and what one does."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.gear import ThreadGear
from scrapers import due
from scrapers.models import HostRow
from scrapers.polling import host_of
from scrapers.source import address_of

TASK = "fetch"
# A host takes one at a time: of its hundreds of sources only so many wait in the queue, the rest in their rows.
_A_HOST = 4
# Of a round: what is due beyond that is due in the next one.
MOST = 2_000
# How long a poll may wait for its host and its answer before it gives its place to another.
_SECONDS = 60.0


def plan(session: Session, now: datetime) -> list[tuple[int, str]]:
    """The sources that are due and whose host may be asked, with its name, the longest waiting first."""
    found = due.load(session, due.due_ids(session, now, limit=MOST))
    hosts = {one.id: host_of(address_of(one.kind, one.settings)) for one in found}
    waits = select(HostRow.host).where(HostRow.next_at > now, HostRow.host.in_(set(hosts.values())))
    shut = set(session.scalars(waits))
    chosen: list[tuple[int, str]] = []
    taken: Counter[str] = Counter()
    for one in found:
        host = hosts[one.id]
        if host in shut or taken[host] >= _A_HOST:
            continue
        taken[host] += 1
        chosen.append((one.id, host))
    return chosen


def fetch(app: App, source_id: int) -> object:
    """Polls one source, if it is still due and still free."""
    from scrapers.collect import collect  # much to load: whoever only plans does without

    return collect(app, among=[source_id], if_due=True, gear=ThreadGear(app.http.send, 1), seconds=_SECONDS)
