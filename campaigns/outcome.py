"""What follows from a channel's answer: a pure decision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.channel import Busy, Denied, Receipt
from outreach.core.errors import OutreachError, WireError

ATTEMPTS = 6
_FIRST = timedelta(minutes=3)
_LONGEST = timedelta(hours=2)
_SHORTEST = timedelta(seconds=15)
# A server that answers unclearly is not asked again at once: each try may end as a question to a person.
_REST = timedelta(minutes=5)


@dataclass(frozen=True)
class Outcome:
    """The status a delivery takes now, and what that means for its channel."""

    status: str  # published, scheduled, failed or unconfirmed
    receipt: Receipt | None = None
    next_try_at: datetime | None = None
    error_key: str | None = None
    error_facts: Mapping[str, object] | None = None
    pause: str | None = None  # the catalogue key of why the channel is paused
    rest_until: datetime | None = None  # until when the channel is left alone
    done_here: bool = False  # whether this round leaves the channel's other deliveries for the next one


def outcome(
    answer: Receipt | OutreachError, attempt: int, now: datetime, chance: Callable[[], float], *, by_hand: bool = False
) -> Outcome:
    """Decides after the try number `attempt` (from 1).

    Published if there is a receipt; unconfirmed if the post may be out; failed if it never will be; else
    scheduled again, at most six tries in all. `chance` gives numbers in [0, 1). What a person posts `by_hand` is
    unconfirmed by its nature: the next one does not wait for it.
    """
    if isinstance(answer, Receipt):
        return Outcome("published", receipt=answer)
    key, facts = answer.key, _plain(answer.facts)
    if isinstance(answer, Denied):
        return Outcome("failed", error_key=key, error_facts=facts, pause=answer.pause, done_here=True)
    if not isinstance(answer, WireError):
        # Nothing was sent: the channel's settings do not make a channel.
        return Outcome(
            "failed", error_key=key, error_facts=facts, pause="campaigns.paused.settings", done_here=True
        )
    if answer.ambiguous and by_hand:
        return Outcome("unconfirmed", error_key=key, error_facts=facts)
    if answer.ambiguous:
        return Outcome(
            "unconfirmed", error_key=key, error_facts=facts, rest_until=now + _REST, done_here=True
        )
    if answer.permanent:
        return Outcome("failed", error_key=key, error_facts=facts)
    asked = answer.wait if isinstance(answer, Busy) else None
    again = now + (backoff(attempt, chance) if asked is None else max(asked, _SHORTEST))
    rest = again if isinstance(answer, Busy) else None
    if attempt >= ATTEMPTS:
        return Outcome("failed", error_key=key, error_facts=facts, rest_until=rest, done_here=True)
    return Outcome(
        "scheduled", next_try_at=again, error_key=key, error_facts=facts, rest_until=rest, done_here=True
    )


def backoff(attempt: int, chance: Callable[[], float]) -> timedelta:
    """How long to wait after the try number `attempt`: anything up to a bound that triples each time.

    The whole span is left to chance, so that what failed together does not come back together.
    """
    bound: timedelta = min(_LONGEST, _FIRST * int(3 ** min(attempt - 1, ATTEMPTS)))
    return max(_SHORTEST, bound * chance())


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    return {
        name: fact if isinstance(fact, str | int | float | None) else str(fact)
        for name, fact in facts.items()
    }
