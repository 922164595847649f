"""One look at what is owed, in a process of its own that kills itself, or is killed, at one point of a mail's way.

`python -m tests.faults.mail_sender STORE FOLDER PORT MOMENT POINT NTH`: at the `nth` mail that reaches the point.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from outreach.core import journal
from outreach.core.db import open_store
from outreach.core.mail import SmtpMailer
from outreach.core.mail_way import Way
from outreach.core.testing import FixedClock
from outreach.digest import carrying, sending
from outreach.subscribers import runs
from tests.outreach.digest.mailroom import office_of

# In their order on the way of a mail; "" is none of ours: somebody else kills.
POINTS = ("claimed", "made", "handing", "handed", "answered", "noted", "recording", "recorded")


def smtp(port: int, **other: Any) -> SmtpMailer:
    """The office's way to the relay on a port."""
    usual: dict[str, Any] = {"host": "127.0.0.1", "security": "none", "user": None, "password": None, "seconds": 10}
    return SmtpMailer(port=port, **{**usual, **other})


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kills(owner: Any, name: str, nth: int, *, after: bool = False) -> None:
    """Has the `nth` call of a function be the last thing this process does: before it, or `after` it has returned."""
    usual: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def last(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and not after:
            _die()
        result = usual(*given, **named)
        if calls == nth:
            _die()
        return result

    setattr(owner, name, last)


def arm(point: str, nth: int) -> None:
    """Puts the end in its place."""
    if point == "claimed":
        _kills(Way, "one", 1)
    elif point == "made":
        _kills(carrying.Round, "parcel", nth, after=True)
    elif point in {"handing", "handed"}:
        _kills(journal._Entry, "handing", nth, after=point == "handed")
    elif point in {"answered", "noted"}:
        _kills(journal._Entry, "taken", nth, after=point == "noted")
    elif point == "recording":
        _kills(runs, "record", 1)
    elif point == "recorded":
        _kills(carrying.Round, "settle", 1, after=True)


def main(url: str, folder: str, port: str, moment: str, point: str, nth: str) -> None:
    store = open_store(url, create=False)
    app = office_of(store, Path(folder), FixedClock(datetime.fromisoformat(moment)), smtp(int(port)))
    arm(point, int(nth))
    sending.tick(app)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
