"""What every way of mail offers for many mails at once, and how often a relay may be given one."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from outreach.core.mail_mould import Parcel

Rest = Callable[[float], object]


@dataclass(frozen=True)
class Receipt:
    """Where a mail went: `kind` is "smtp" or "folder", `detail` the relay's answer or the file's path.

    `without`: the relay's answers about copies of our own that it did not take; the reader's mail went all the same.
    """

    kind: str
    detail: str
    without: tuple[str, ...] = ()


class Note(Protocol):
    """Who wants to know how far one mail came, while it goes."""

    def handing(self) -> None:
        """Right before the final dot: from here on the relay may have it. What this raises stops the mail."""

    def taken(self, receipt: Receipt) -> None:
        """Right after the relay's 250."""

    def refused(self) -> None:
        """Right after a refusal of the whole mail: the relay does not have it after all."""


class _Silent:
    def handing(self) -> None:
        pass

    def taken(self, receipt: Receipt) -> None:
        pass

    def refused(self) -> None:
        pass


SILENT: Note = _Silent()


class Line(Protocol):
    """One connection for many mails, one after the other; for one thread."""

    def send(self, parcel: Parcel, note: Note = SILENT) -> Receipt:
        """Sends one mail. Raises WireError if it was not sent; if that is ambiguous, it may have been.

        After an error the line is good for the next mail: it connects anew where it must.
        """
        ...


@dataclass
class Pace:
    """At most `per_minute` mails in a minute, evenly; 0: as they come. Shared between threads."""

    per_minute: int
    _free: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def wait(self, now: float) -> float:
        """Takes the next turn; seconds until it comes. `now` is in seconds of any clock that only goes forward."""
        if not self.per_minute:
            return 0.0
        with self._lock:
            turn = max(now, self._free)
            self._free = turn + 60.0 / self.per_minute
        return turn - now


def rest(seconds: float) -> None:
    """Waits, where nobody has a better way."""
    threading.Event().wait(seconds)
