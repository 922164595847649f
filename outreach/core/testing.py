"""Shipped fakes of the wire and the clock; never of the database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from outreach.core.errors import WireError
from outreach.core.http import Answer, Request
from outreach.core.mail import SILENT, Line, Message, Note, Parcel, Receipt
from outreach.core.mail_line import Rest, rest

Scripted = Answer | Exception


@dataclass
class FixedClock:
    """A clock that stands still until it is told to step."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def step(self, by: timedelta) -> datetime:
        self.moment += by
        return self.moment


@dataclass
class MemoryMailer:
    """Keeps what was sent; `refuse` holds errors to raise for the next sends, in order, alone or over a line."""

    sent: list[Message] = field(default_factory=list)
    refuse: list[Exception] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    lines: int = 0

    def send(self, message: Message) -> Receipt:
        if self.refuse:
            raise self.refuse.pop(0)
        self.sent.append(message)
        return Receipt("folder", message.message_id)

    @contextmanager
    def line(self, *, rest: Rest = rest) -> Iterator[Line]:
        self.lines += 1
        yield _MemoryLine(self)


@dataclass
class _MemoryLine:
    mailer: MemoryMailer

    def send(self, parcel: Parcel, note: Note = SILENT) -> Receipt:
        if self.mailer.refuse:
            error = self.mailer.refuse.pop(0)
            if isinstance(error, WireError) and error.ambiguous:
                note.handing()
            raise error
        note.handing()
        self.mailer.parcels.append(parcel)
        receipt = Receipt("folder", parcel.message_id)
        note.taken(receipt)
        return receipt


@dataclass
class RecordedHttp:
    """Answers from a table by method and address; a list answers one after the other, the last for ever."""

    answers: Mapping[tuple[str, str], Scripted | Sequence[Scripted]]
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        self.asked.append(request)
        script = self.answers.get((request.method, request.url))
        if script is None:
            raise WireError("http.refused", url=request.url, host="")
        if isinstance(script, Sequence):
            before = sum((old.method, old.url) == (request.method, request.url) for old in self.asked) - 1
            script = script[min(before, len(script) - 1)]
        if isinstance(script, Exception):
            raise script
        return script
