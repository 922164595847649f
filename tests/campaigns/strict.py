"""A platform and two workers for the model of publishing: it may lose answers, and shows some posts only later."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns.channel import Busy, Denied, Looked, Receipt
from campaigns.claiming import Claimed
from campaigns.outcome import Outcome
from outreach.core.errors import OutreachError, WireError
from outreach.core.journal import Found, State

# A post that hangs in the platform's queue is there for nobody for so long: a look may miss it once.
HIDDEN = timedelta(seconds=90)
# As long as a worker may go on with what it claimed (`press.Patient`), and a little for the last request.
PATIENT = timedelta(minutes=6)
CLEAR = {
    "refused": WireError("http.refused", host="a.example"),
    "busy": Busy("x.busy", wait=timedelta(minutes=2)),
    "never": WireError("x.refused", permanent=True),
    "denied": Denied("x.denied"),
    "unfit": OutreachError("registry.kind", kind="x"),
}
LOST = WireError("http.timeout", ambiguous=True)


@dataclass
class Platform:
    """A strict one: it has no idempotency at all and posts whatever it is asked to."""

    out: Counter[str] = field(default_factory=Counter)
    texts: dict[str, str] = field(default_factory=dict)
    seen_from: dict[str, datetime] = field(default_factory=dict)

    def post(self, claimed: Claimed, now: datetime, fault: str) -> Receipt | OutreachError:
        """`unsaid`: not taken, and no answer; `lost`: taken, no answer; `queued`: as lost, and hidden at first."""
        if fault in CLEAR:
            return CLEAR[fault]
        if fault != "unsaid":
            self.out[claimed.key] += 1
            self.texts[claimed.key] = claimed.text
            self.seen_from[claimed.key] = now + (HIDDEN if fault == "queued" else timedelta())
        return LOST if fault in ("lost", "unsaid", "queued") else receipt(claimed.key)

    def look(self, key: str, now: datetime, unclear: bool) -> Looked:
        if unclear:
            return Looked("unknown")
        if self.out[key] and self.seen_from[key] <= now:
            return Looked("there", receipt(key))
        return Looked("absent")


def receipt(key: str) -> Receipt:
    return Receipt(f"https://a.example/{key}", "1")


@dataclass
class Worker:
    """One process: what it claimed, what it has sent of that, and its journal, which outlives it."""

    token: str
    claimed: list[Claimed] = field(default_factory=list)
    results: list[tuple[Claimed, Outcome]] = field(default_factory=list)
    began: datetime | None = None
    states: dict[str, State] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)

    @property
    def unsent(self) -> list[Claimed]:
        return self.claimed[len(self.results) :]

    def journal(self) -> Found:
        return Found(True, dict(self.states), dict(self.receipts))
