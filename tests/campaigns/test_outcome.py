"""What follows from a channel's answer."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channel import Busy, Denied, Receipt
from campaigns.outcome import ATTEMPTS, backoff, outcome
from outreach.core.errors import OutreachError, WireError
from tests.campaigns.desk import NOW

CLEAR = WireError("http.refused", host="a.example")
PERMANENT = WireError("x.refused", permanent=True, words="no")
AMBIGUOUS = WireError("http.timeout", ambiguous=True)
BOTH = WireError("http.too_big", permanent=True, ambiguous=True)


@pytest.mark.parametrize(
    ("answer", "attempt", "status", "pauses", "rests", "done_here"),
    [
        (Receipt("https://a.example/1", "1"), 1, "published", False, False, False),
        (CLEAR, 1, "scheduled", False, False, True),
        (CLEAR, ATTEMPTS - 1, "scheduled", False, False, True),
        (CLEAR, ATTEMPTS, "failed", False, False, True),
        (PERMANENT, 1, "failed", False, False, False),
        (AMBIGUOUS, 1, "unconfirmed", False, True, True),
        (AMBIGUOUS, ATTEMPTS, "unconfirmed", False, True, True),
        (BOTH, 1, "unconfirmed", False, True, True),
        (Busy("x.busy", wait=timedelta(minutes=9)), 1, "scheduled", False, True, True),
        (Busy("x.busy"), ATTEMPTS, "failed", False, True, True),
        (Denied("x.denied"), 1, "failed", True, False, True),
        (OutreachError("registry.kind", kind="x"), 1, "failed", True, False, True),
    ],
)
def test_every_answer_has_one_outcome(
    answer: Receipt | OutreachError, attempt: int, status: str, pauses: bool, rests: bool, done_here: bool
) -> None:
    result = outcome(answer, attempt, NOW, lambda: 0.5)
    assert result.status == status
    assert (result.pause is not None, result.rest_until is not None, result.done_here) == (
        pauses,
        rests,
        done_here,
    )
    assert (result.next_try_at is not None) == (status == "scheduled")
    assert (result.error_key is None) == (status == "published")


def test_what_the_server_asks_wins_over_our_own_guess() -> None:
    result = outcome(Busy("x.busy", wait=timedelta(minutes=47)), 1, NOW, lambda: 0.0)
    assert result.next_try_at == result.rest_until == NOW + timedelta(minutes=47)


def test_facts_are_kept_as_plain_values() -> None:
    error = WireError("x", permanent=True, when=NOW, count=3, name="ā", nothing=None, yes=True)
    facts = outcome(error, 1, NOW, lambda: 0.5).error_facts
    assert facts == {"when": str(NOW), "count": 3, "name": "ā", "nothing": None, "yes": True}


@given(st.integers(1, 50), st.floats(0, 1, exclude_max=True))
def test_waiting_grows_to_a_bound_and_leaves_the_whole_span_to_chance(attempt: int, chance: float) -> None:
    waited = backoff(attempt, lambda: chance)
    assert timedelta(seconds=15) <= waited <= timedelta(hours=2)
    assert backoff(attempt, lambda: 0.0) <= waited <= backoff(attempt + 1, lambda: chance)


def test_six_tries_span_a_night_s_short_outage() -> None:
    most = sum((backoff(attempt, lambda: 0.999) for attempt in range(1, ATTEMPTS)), timedelta())
    assert timedelta(hours=3) < most < timedelta(hours=6)
