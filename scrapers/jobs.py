"""What the daemon or a worker calls: they look for due rows, in steps that end."""

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

from outreach.core.app import App
from outreach.core.jobs import Job

if TYPE_CHECKING:
    from scrapers.collect import Polled

# A tick ends a little before the next one is due.
_COLLECT_SECONDS = 25.0
_PAGES_SECONDS = 50.0
_MOST_SOURCES = 2_000


def jobs() -> list[Job]:
    """The collector's jobs; within one process they take turns, for both would fill the same wire."""
    turn = Lock()

    def poll(app: App) -> "Polled | None":
        # What collects is much to load: whoever only looks at the jobs does without.
        from scrapers.collect import collect

        if not turn.acquire(blocking=False):
            return None
        try:
            return collect(app, limit=_MOST_SOURCES, seconds=_COLLECT_SECONDS)
        finally:
            turn.release()

    def fetch_pages(app: App) -> "Polled | None":
        from scrapers.collect import collect_pages

        if not turn.acquire(timeout=_COLLECT_SECONDS):
            return None
        try:
            return collect_pages(app, seconds=_PAGES_SECONDS)
        finally:
            turn.release()

    def measure(app: App) -> int:
        from scrapers.recall import match_canaries

        return match_canaries(app)

    def learn_anew(app: App) -> "int | None":
        from scrapers.learn.nightly import learn

        return learn(app)

    def tidy(app: App) -> int:
        from scrapers import bookkeeping, evidence, grouping, shortlinks

        with app.store.transaction() as session:
            now = app.clock.now()
            dropped = bookkeeping.tidy(session, now) + grouping.forget_old(session, now)
            dropped += shortlinks.forget_nowhere(session, now)
        return dropped + evidence.tidy(app)

    return [
        Job("collect", timedelta(seconds=30), poll, "collect"),
        Job("pages", timedelta(seconds=60), fetch_pages, "understand"),
        Job("recall", timedelta(hours=1), measure, "understand"),
        Job("learn", timedelta(hours=24), learn_anew, "understand"),
        Job("collect.tidy", timedelta(hours=24), tidy),
    ]
