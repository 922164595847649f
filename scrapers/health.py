"""What a poll's outcome means for its source: state, reason and when to ask again. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer, retry_after

LONGEST_REST = timedelta(hours=24)
_STATUS_KEYS = {
    401: "scrapers.forbidden",
    403: "scrapers.forbidden",
    404: "scrapers.not_found",
    410: "scrapers.gone",
    429: "scrapers.busy",
    503: "scrapers.busy",
}


@dataclass(frozen=True)
class Outcome:
    """How one poll ended. `read` is False where nothing had changed; `wait` is what the server asked for."""

    ok: bool
    read: bool = False
    found: int = 0
    reason_key: str | None = None
    reason_facts: Mapping[str, object] = field(default_factory=dict)
    wait: timedelta | None = None
    etag: str | None = None
    modified: str | None = None
    body_hash: str | None = None
    moved_to: str | None = None


def failed(error: OutreachError) -> Outcome:
    """The outcome of a poll that ended in an error."""
    wait = error.facts.get("wait")
    facts = {name: value for name, value in error.facts.items() if name != "wait"}
    return Outcome(
        False,
        reason_key=error.key,
        reason_facts=plain_facts(facts),
        wait=wait if isinstance(wait, timedelta) else None,
    )


def refusal(answer: Answer, url: str, now: datetime) -> WireError:
    """A status that is no success as an error; its fact `wait` is the server's Retry-After."""
    key = _STATUS_KEYS.get(answer.status, "scrapers.server" if answer.status >= 500 else "scrapers.status")
    wait = retry_after(answer.headers, now) if answer.status in {429, 503} else None
    return WireError(key, permanent=answer.status in {404, 410}, url=url, status=answer.status, wait=wait)


def state_of(outcome: Outcome, before: str) -> str:
    """The state after a poll; what an unchanged page was before it still is."""
    if not outcome.ok:
        return "erring"
    if outcome.moved_to:
        return "moved"
    if outcome.read:
        return "healthy" if outcome.found else "empty"
    return before if before == "empty" else "unchanged"


def rest(outcome: Outcome, failures: int, every: timedelta) -> timedelta:
    """How long the source rests: twice as long with every failure, up to a day, and never less than it was
    asked.
    """
    if outcome.ok:
        return every
    backoff: timedelta = min(every * 2 ** min(failures, 12), LONGEST_REST)
    return max(backoff, min(outcome.wait or timedelta(0), LONGEST_REST))


def plain_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts as JSON keeps them, each text at most 500 characters."""
    told: dict[str, object] = {}
    for name, value in facts.items():
        if isinstance(value, str):
            told[name] = value.replace("\x00", "")[:500]
        elif isinstance(value, bool | int | float) or value is None:
            told[name] = value
        else:
            told[name] = str(value)[:500]
    return json.loads(json.dumps(told, ensure_ascii=True)) if told else {}


def is_silent(last_new_at: datetime | None, usual_gap_seconds: int | None, now: datetime) -> bool:
    """Whether a source has brought nothing new for much longer than it usually takes: two and a half usual gaps and a
    day, or 14 days where its usual gap is not known.
    """
    if last_new_at is None:
        return False
    if usual_gap_seconds is None:
        return now - last_new_at > timedelta(days=14)
    return now - last_new_at > 2.5 * timedelta(seconds=usual_gap_seconds) + timedelta(days=1)
