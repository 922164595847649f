"""One process that sends what is due and may be killed on its way: `python -m tests.outreach.alerts.hand URL FOLDER END`.

`END` says where it kills itself: before the mail is handed over, after it was handed over, after it was taken; or, with
`tick`, it lives, and each mail leaves its Message-ID as a line in FOLDER/sent.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from outreach.alerts import jobs
from outreach.core.db import open_store
from outreach.core.mail import Receipt
from outreach.core.mail_line import SILENT, Note
from outreach.core.mail_mould import Parcel
from outreach.core.testing import FixedClock, MemoryMailer
from tests.outreach.alerts.conftest import NOON, made


@dataclass
class Dying(MemoryMailer):
    """A mailer whose process ends somewhere on the way."""

    end: str = "tick"
    folder: Path = Path()

    @contextmanager
    def line(self, **_: object) -> Iterator["Dying"]:  # type: ignore[override]
        yield self

    def send(self, parcel: Parcel, note: Note = SILENT) -> Receipt:  # type: ignore[override]
        if self.end == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        note.handing()
        if self.end == "handing":
            os.kill(os.getpid(), signal.SIGKILL)
        with (self.folder / "sent").open("a", encoding="ascii") as file:
            file.write(f"{parcel.message_id}\n")
        receipt = Receipt("smtp", "250 queued")
        note.taken(receipt)
        if self.end == "taken":
            os.kill(os.getpid(), signal.SIGKILL)
        return receipt


def main(url: str, folder: str, end: str) -> None:
    store = open_store(url, create=False)
    app = made(Path(folder), store, FixedClock(NOON), MemoryMailer())
    app = replace(app, mailer=Dying(end=end, folder=Path(folder)))
    for _ in range(5):
        jobs.tick(app)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
