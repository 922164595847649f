"""Shipped fakes of the wire and the clock; never of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from outreach.core.errors import WireError
from outreach.core.http import Answer, Request
from outreach.core.mail import Message, Receipt

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
    """Keeps what was sent; `refuse` holds errors to raise for the next sends, in order."""

    sent: list[Message] = field(default_factory=list)
    refuse: list[Exception] = field(default_factory=list)

    def send(self, message: Message) -> Receipt:
        if self.refuse:
            raise self.refuse.pop(0)
        self.sent.append(message)
        return Receipt("folder", message.message_id)


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
