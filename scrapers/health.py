"""What a poll's outcome means for its source: state, reason and when to ask again. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer, retry_after
from outreach.core.http_url import told

LONGEST_REST = timedelta(hours=24)
# An answer that takes longer than this is told as slow.
SLOW_SECONDS = 8.0
# A page that is not found for so long, and so many times in a row, is gone: sites lose pages for a night.
_GONE_AFTER = timedelta(days=3)
_GONE_TIMES = 5
_STATUS_KEYS = {
    401: "scrapers.forbidden",
    403: "scrapers.forbidden",
    404: "scrapers.not_found",
    410: "scrapers.gone",
    429: "scrapers.busy",
    503: "scrapers.busy",
}
# What will not mend itself: asked less and less, but never given up. Everything else may be better in a moment.
_HARD = frozenset({
    "scrapers.forbidden", "scrapers.not_found", "scrapers.gone", "scrapers.not_a_feed", "scrapers.unreadable",
    "scrapers.too_complex", "scrapers.robots", "scrapers.nothing_to_ask", "scrapers.blocked", "scrapers.status",
    "http.private_address", "http.url", "http.scheme", "http.redirect_loop", "http.redirect", "http.redirect_insecure",
    "http.too_big", "http.tls", "mailbox.login", "mailbox.folder", "mailbox.starttls", "scrapers.x_token",
    "scrapers.x_access", "scrapers.x_query", "scrapers.x_credits", "scrapers.facebook_token",
    "scrapers.facebook_permission", "scrapers.facebook_page", "scrapers.facebook_proof", "scrapers.facebook_version",
})  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """How one poll ended. `read` is False where nothing had changed; `wait` is what the server asked for; `full` says
    that it was asked without validators; `seconds` and `size` are what its answers took.
    """

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
    full: bool = False
    seconds: float = 0.0
    size: int = 0

    @property
    def hard(self) -> bool:
        """Whether it failed in a way that does not mend itself."""
        key = self.reason_key or ""
        return not self.ok and (key in _HARD or key.startswith(("registry.", "settings.")))


def failed(error: OutreachError, seconds: float = 0.0, size: int = 0) -> Outcome:
    """The outcome of a poll that ended in an error."""
    wait = error.facts.get("wait")
    facts = {name: value for name, value in error.facts.items() if name != "wait"}
    if isinstance(url := facts.get("url"), str):
        # It is shown and logged; what a source asked may hold a key.
        facts["url"] = told(url)
    return Outcome(
        False,
        reason_key=error.key,
        reason_facts=plain_facts(facts),
        wait=wait if isinstance(wait, timedelta) else None,
        seconds=seconds,
        size=size,
    )


def refusal(answer: Answer, url: str, now: datetime) -> WireError:
    """A status that is no success as an error; its fact `wait` is the server's Retry-After."""
    key = _STATUS_KEYS.get(answer.status, "scrapers.server" if answer.status >= 500 else "scrapers.status")
    wait = retry_after(answer.headers, now) if answer.status in {429, 503} else None
    return WireError(key, permanent=answer.status in {404, 410}, url=url, status=answer.status, wait=wait)


def state_of(
    outcome: Outcome, before: str, failures: int = 0, last_ok_at: datetime | None = None, now: datetime | None = None
) -> str:
    """The state after a poll; what an unchanged page was before it still is. `failures` count this one too."""
    if not outcome.ok:
        if outcome.reason_key == "scrapers.blocked":
            return "blocked"
        if outcome.reason_key == "scrapers.gone":
            return "gone"
        long_ago = last_ok_at is None or now is None or now - last_ok_at >= _GONE_AFTER
        lost = outcome.reason_key == "scrapers.not_found" and failures >= _GONE_TIMES and long_ago
        return "gone" if lost else "erring"
    if outcome.moved_to:
        return "moved"
    if outcome.read and not outcome.found:
        return "empty"
    if outcome.seconds >= SLOW_SECONDS:
        return "slow"
    return before if before == "empty" and not outcome.read else "healthy"


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
