"""What follows from the answer to a letter: a pure decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from outreach.alerts.hook import Hook
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer, retry_after
from outreach.core.mail import Receipt

# News that could not be told for so long is told by the morning's mail.
GIVE_UP = timedelta(hours=6)
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(minutes=30)
_WORDS = 200


@dataclass(frozen=True)
class Outcome:
    """The status that a letter takes now: sent, due (again, from `next_try_at` on), failed or unconfirmed."""

    status: str
    receipt: str | None = None
    next_try_at: datetime | None = None
    error_key: str | None = None
    error_facts: Mapping[str, object] = field(default_factory=dict)


def backoff(attempt: int) -> timedelta:
    """How long to wait after the try of this number, from 1: a minute, then twice as long each time, up to 30."""
    return min(_LONGEST, _FIRST * int(2 ** min(attempt - 1, 10)))


def of_mail(told: Receipt | OutreachError, attempt: int, made_at: datetime, now: datetime) -> Outcome:
    """After a mail was handed over, or not."""
    if isinstance(told, Receipt):
        return Outcome("sent", receipt=told.detail)
    return _of_error(told, attempt, made_at, now, repeatable=False)


def of_hook(hook: Hook, told: Answer | OutreachError, attempt: int, made_at: datetime, now: datetime) -> Outcome:
    """After a hook was asked. Who knows a message again by its id is asked again where another's is in doubt."""
    if isinstance(told, OutreachError):
        return _of_error(told, attempt, made_at, now, repeatable=hook.repeatable)
    if hook.taken(told):
        return Outcome("sent", receipt=str(told.status))
    facts = {"status": told.status, "words": _words(told)}
    if told.status == 429 or (hook.repeatable and told.status >= 500):
        wait = retry_after(told.headers, now)
        return _again("alerts.hook.busy", facts, attempt, made_at, now, wait)
    # Some other answer than the one expected, or a fault after the message was read: it may stand in the channel.
    if told.status >= 500 or told.status == 408 or 200 <= told.status < 300:
        if hook.repeatable:
            return _again("alerts.hook.unclear", facts, attempt, made_at, now)
        return Outcome("unconfirmed", error_key="alerts.hook.unclear", error_facts=facts)
    return Outcome("failed", error_key="alerts.hook.refused", error_facts=facts)


def _of_error(error: OutreachError, attempt: int, made_at: datetime, now: datetime, *, repeatable: bool) -> Outcome:
    facts = _plain(error.facts)
    if not isinstance(error, WireError):
        return Outcome("failed", error_key=error.key, error_facts=facts)
    if error.ambiguous and not repeatable:
        return Outcome("unconfirmed", error_key=error.key, error_facts=facts)
    if error.permanent and not error.ambiguous:
        return Outcome("failed", error_key=error.key, error_facts=facts)
    return _again(error.key, facts, attempt, made_at, now)


def _again(
    key: str, facts: Mapping[str, object], attempt: int, made_at: datetime, now: datetime, wait: timedelta | None = None
) -> Outcome:
    if now - made_at >= GIVE_UP:
        return Outcome("failed", error_key=key, error_facts=facts)
    then = now + max(backoff(attempt), wait or timedelta())
    return Outcome("due", next_try_at=then, error_key=key, error_facts=facts)


def _words(answer: Answer) -> str:
    """What the other side said, on one line and bounded."""
    said = "".join(letter if letter.isprintable() else " " for letter in answer.text()[:2000])
    return " ".join(said.split())[:_WORDS]


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    told: dict[str, object] = {}
    for name, fact in facts.items():
        if name == "url":
            # A webhook's address is itself the secret.
            fact = f"https://{facts.get('host') or '…'}/…"
        told[name] = fact if isinstance(fact, str | int | float | None) else str(fact)
    return told
