"""Inquiries from a table that somebody looked at first: the rows they chose, in steps; run again, none comes twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from outreach.core.app import App
from outreach.people import audit
from outreach.tracker.bringing import brought, keeping, taking
from outreach.tracker.bringing.judging import named
from outreach.tracker.bringing.taking import KIND, Order
from outreach.tracker.places import read_places
from outreach.work import Outcome, Steps, WorkSeen


@dataclass(frozen=True)
class BringInquiries:
    """`file` is a table that `keeping` holds, `at` the moment of the look as ISO text, `columns` as `brought.written`.

    `take` and `again` are numbers of rows with commas: those to be taken, and those of them that are taken although the
    very row is here. Nothing else of the table is kept with the work.
    """

    kind: ClassVar[str] = "bring_inquiries"

    file: str
    batch: int
    at: str
    columns: str = ""
    take: str = ""
    again: str = ""
    skipped: int = 0
    refused: int = 0
    answered: bool = False

    def run(self, app: App, row: WorkSeen, language: str, target: Path, steps: Steps) -> Outcome:
        """Takes the rows in; numbers of taken, known and refused rows. Broken off and run again it goes on."""
        looked_at = datetime.fromisoformat(self.at)
        kept = keeping.opened(app.settings.folder, app.seal, self.file)
        places = read_places(app.office.places)
        read = brought.read(kept.lines, places, looked_at, app.settings.zone, brought.said(self.columns))
        orders = list(self._orders(read))
        steps(0, len(orders))
        told = taking.take_all(app.store, looked_at, app.seal, row.actor, self.batch, orders, answered=self.answered)
        for done in told:
            steps(done, len(orders))
        now = app.clock.now()
        with app.store.transaction() as session:
            taken = taking.finish(session, self.batch, known=self.skipped, asked=len(orders))
            audit.write(session, now, row.actor, "import", KIND, self.batch, taken=taken.taken, known=taken.known)
        return Outcome(
            "bringing.work.done", {"taken": taken.taken, "known": taken.known, "refused": self.refused}
        )

    def _orders(self, read: brought.Brought) -> Iterator[Order]:
        usual, own = named(read.rows), named(read.rows, self.batch)
        again, take = _numbers(self.again), _numbers(self.take)
        for row in read.rows:
            if row.number in again:
                yield Order(row, own[row.number])
            elif row.number in take:
                yield Order(row, usual[row.number])


def _numbers(told: str) -> frozenset[int]:
    return frozenset(int(one) for one in told.split(",") if one)
