"""Asking sources now: one, some, or all that are switched on."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.work import Cancelled, Outcome, Steps, WorkSeen
from scrapers import outlets
from scrapers.collect import Polled, collect


@dataclass(frozen=True)
class Poll:
    """`sources` are numbers with commas between them; empty means every source that is switched on."""

    kind: ClassVar[str] = "poll"

    sources: str = ""

    def run(self, app: App, row: WorkSeen, language: str, target: Path, steps: Steps) -> Outcome:
        """What is new is told in numbers. Asked again from the beginning it stores nothing twice."""
        if not self.sources:
            steps(0, 0)
            return _told("work.poll.done", collect(app, ignore_schedule=True, progress=steps))
        numbers = [int(number) for number in self.sources.split(",")]
        with app.store.reading() as session:
            names = outlets.names(session, numbers)
        if not names:
            raise OutreachError("work.poll.gone")
        told = collect(app, among=numbers, progress=steps)
        if app.stopping.is_set():
            raise Cancelled
        if len(names) == 1:
            return _told("work.poll.failed" if told.failed else "work.poll.one", told, name=names[0])
        return _told("work.poll.done", told)


def _told(key: str, polled: Polled, **more: str) -> Outcome:
    facts = {"count": polled.polled, "new": polled.new, "mentions": polled.mentions, "failed": polled.failed}
    return Outcome(key, {**facts, **more})
