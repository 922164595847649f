"""What the daemon or a worker calls: both look for due rows, in steps that end."""

from datetime import timedelta
from threading import Lock

from outreach.core.app import App
from outreach.core.jobs import Job
from scrapers.collect import Polled, collect, collect_pages
from scrapers.robots import RobotsBook

# A tick ends a little before the next one is due.
_COLLECT_SECONDS = 25.0
_PAGES_SECONDS = 50.0
_MOST_SOURCES = 500


def jobs() -> list[Job]:
    """The collector's jobs; within one process they take turns, so that a host meets one request at a
    time.
    """
    robots = RobotsBook()
    turn = Lock()

    def poll(app: App) -> Polled | None:
        if not turn.acquire(blocking=False):
            return None
        try:
            return collect(app, limit=_MOST_SOURCES, seconds=_COLLECT_SECONDS, robots=robots)
        finally:
            turn.release()

    def fetch_pages(app: App) -> Polled | None:
        if not turn.acquire(timeout=_COLLECT_SECONDS):
            return None
        try:
            return collect_pages(app, seconds=_PAGES_SECONDS, robots=robots)
        finally:
            turn.release()

    return [
        Job("collect", timedelta(seconds=30), poll),
        Job("pages", timedelta(seconds=60), fetch_pages),
    ]
