"""The way of many mails to the relay: one line, one mail after the other, and how each of them ended.

Whoever sends runs it in a thread of its own, claims and makes the next mails meanwhile, and writes down what became of
each in the words of its own rows.
"""

import logging
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from outreach.core.journal import Journal
from outreach.core.mail_line import Line, Note, Receipt
from outreach.core.mail_mould import Parcel

log = logging.getLogger("outreach")

# Where a refusal is the relay's or ours, the next reader's mail would meet the same.
_RELAYS = frozenset({"connect", "login", "sender"})


@dataclass(frozen=True)
class Went:
    """How a mail ended: the relay's receipt, or the error; an error that `shuts` keeps all other mails from going."""

    receipt: Receipt | None = None
    error: OutreachError | None = None
    shuts: WireError | None = None

    @property
    def told(self) -> str:
        """The receipt as rows keep it; empty without one."""
        return f"{self.receipt.kind}: {self.receipt.detail}" if self.receipt is not None else ""


@dataclass
class Watched:
    """Notes how far one mail came: for the journal, and for ourselves should anything of ours break on the way."""

    inner: Note
    handed: bool = False
    receipt: Receipt | None = None

    def handing(self) -> None:
        self.inner.handing()
        self.handed = True

    def taken(self, receipt: Receipt) -> None:
        self.receipt = receipt
        self.inner.taken(receipt)

    def refused(self) -> None:
        self.handed = False
        self.inner.refused()


@dataclass
class Way:
    """The line to the relay; all of it happens in one thread. `halt`: no further mail is begun.

    `fault` and `unmade` are the keys of what is said where our own program breaks: after the relay may have the mail,
    and before.
    """

    app: App
    journal: Journal
    fault: str
    unmade: str
    halt: Event = field(default_factory=Event)
    stack: ExitStack = field(default_factory=ExitStack)
    line: Line | None = None

    def one(self, key: str, parcel: Parcel) -> Went:
        """Sends one mail; `key` is what the journal calls it."""
        watched = Watched(self.journal.note(key))
        try:
            if self.line is None:
                self.line = self.stack.enter_context(self.app.mailer.line(rest=self.rest))
            return Went(self.line.send(parcel, watched))
        except OutreachError as error:
            shuts = shutting(error)
            return Went(error=shuts or error, shuts=shuts)
        except Exception as error:
            log.exception("mail.broke", extra={"mail": key})
            if watched.receipt is not None:
                return Went(watched.receipt)
            broke = self.fault if watched.handed else self.unmade
            return Went(error=WireError(broke, ambiguous=watched.handed, error=type(error).__name__))

    def ending(self) -> bool:
        """Whether no further mail is to be begun."""
        return self.halt.is_set() or self.app.stopping.is_set()

    def rest(self, seconds: float) -> None:
        """Waits as the relay's limit wants it, but not beyond the program's end."""
        self.app.stopping.wait(seconds)

    def close(self) -> None:
        self.stack.close()


def shutting(error: OutreachError) -> WireError | None:
    """The error as one that keeps all other mails from going too, if it is one: relay, folder or journal are shut."""
    if isinstance(error, WireError) and error.facts.get("stage") in _RELAYS and not error.ambiguous:
        return error
    if error.key not in {"mail.folder", "mail.journal"}:
        return None
    facts: dict[str, Any] = dict(error.facts)
    return WireError(error.key, **facts)
