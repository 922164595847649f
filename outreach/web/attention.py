"""What the bell counts: everything that waits for a person, for those who can do something about it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from flask import current_app

from outreach import waiting
from outreach.core.app import App
from outreach.web import access

# The bell may lag a moment behind: it must not cost every page its questions.
_FRESH = timedelta(seconds=15)


@dataclass
class Counts:
    """The last counts by role; shared by the threads of one process."""

    held: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def note(self, role: str, now: datetime, total: int) -> None:
        """A page has just counted for itself: the bell need not."""
        with self.lock:
            self.held[role] = (now, total)

    def forget(self) -> None:
        """Something was changed here: the next page counts anew."""
        with self.lock:
            self.held.clear()


def count(app: App, now: datetime, role: str) -> int:
    """How many things wait for somebody of this role."""
    if not access.may(role, "attention.show"):
        return 0
    counts = held_counts()
    with counts.lock:
        held = counts.held.get(role)
    if held is not None and held[0] <= now < held[0] + _FRESH:
        return held[1]
    with app.store.reading() as session:
        total = waiting.count(session, now, role, app.settings.zone)
    counts.note(role, now, total)
    return total


def held_counts() -> Counts:
    """The counts that this process keeps."""
    counts: Counts = current_app.extensions["outreach.attention"]
    return counts
