"""Asking sources now: one, some, or all that are switched on."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.work import Cancelled, Outcome, Steps, WorkSeen
from scrapers import outlets
from scrapers.collect import Polled, collect
from scrapers.robots import RobotsBook


@dataclass(frozen=True)
class Poll:
    """`sources` are numbers with commas between them; empty means every source that is switched on."""

    kind: ClassVar[str] = "poll"

    sources: str = ""

    def run(self, app: App, row: WorkSeen, language: str, target: Path, steps: Steps) -> Outcome:
        """What is new is told in numbers. Asked again from the beginning it stores nothing twice."""
        if not self.sources:
            steps(0, 0)
            return _told("work.poll.done", [collect(app, ignore_schedule=True, progress=steps)])
        with app.store.reading() as session:
            names = outlets.names(session, [int(number) for number in self.sources.split(",")])
        if not names:
            raise OutreachError("work.poll.gone")
        robots, rounds = RobotsBook(), []
        for done, name in enumerate(names):
            steps(done, len(names))
            # One after the other: rounds of their own would not know of each other's pauses before a host.
            rounds.append(collect(app, only=name, robots=robots))
            if app.stopping.is_set():
                raise Cancelled
        steps(len(names), len(names))
        if len(names) == 1:
            return _told("work.poll.failed" if rounds[0].failed else "work.poll.one", rounds, name=names[0])
        return _told("work.poll.done", rounds)


def _told(key: str, rounds: list[Polled], **more: str) -> Outcome:
    facts = {
        "count": sum(one.polled for one in rounds),
        "new": sum(one.new for one in rounds),
        "mentions": sum(one.mentions for one in rounds),
        "failed": sum(one.failed for one in rounds),
    }
    return Outcome(key, {**facts, **more})
