"""What a poll's outcome means: the source's state, and how long a failing one is left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach.core.errors import WireError
from outreach.core.http import Answer
from scrapers import pace
from scrapers.health import LONGEST_REST, SLOW_SECONDS, Outcome, failed, refusal, state_of

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def bad(key: str) -> Outcome:
    return Outcome(False, reason_key=key)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [("7200", timedelta(hours=2)), ("Mon, 23 Nov 2026 15:00:00 GMT", timedelta(hours=5)), ("9999999", timedelta(hours=24)),
     ("soon", None), ("-5", None)],
)  # fmt: skip
def test_a_busy_server_is_left_alone_as_long_as_it_asks(told: str, wanted: timedelta | None) -> None:
    error = refusal(Answer("", 429, {"Retry-After": told}, b""), "https://zinas.example/", NOW)
    outcome = failed(error)
    assert (error.key, "wait" in outcome.reason_facts) == ("scrapers.busy", False)
    assert outcome.wait == wanted


def test_a_source_that_never_answers_is_still_asked_once_a_day() -> None:
    for hard in (False, True):
        rests = [pace.backoff(timedelta(minutes=30), failures, hard=hard, most=LONGEST_REST) for failures in range(1, 500)]
        assert rests == sorted(rests)
        assert rests[-1] == LONGEST_REST


@pytest.mark.parametrize(
    ("outcome", "hard"),
    [
        (bad("http.timeout"), False),
        (bad("scrapers.server"), False),
        (bad("scrapers.busy"), False),
        (bad("http.dns"), False),
        (bad("scrapers.gone"), True),
        (bad("scrapers.not_a_feed"), True),
        (bad("registry.kind"), True),
        (bad("mailbox.login"), True),
        (bad("scrapers.x_token"), True),
        (bad("scrapers.facebook_permission"), True),
        (Outcome(True, reason_key="scrapers.empty"), False),
    ],
)
def test_what_mends_itself_and_what_does_not(outcome: Outcome, hard: bool) -> None:
    assert outcome.hard is hard


@pytest.mark.parametrize(
    ("outcome", "before", "state"),
    [
        (bad("http.timeout"), "healthy", "erring"),
        (bad("scrapers.blocked"), "healthy", "blocked"),
        (bad("scrapers.gone"), "healthy", "gone"),
        (Outcome(True, read=True, found=3), "erring", "healthy"),
        (Outcome(True, read=True, found=3, seconds=SLOW_SECONDS), "healthy", "slow"),
        (Outcome(True, read=True, found=0), "healthy", "empty"),
        (Outcome(True), "healthy", "healthy"),
        (Outcome(True), "slow", "healthy"),
        (Outcome(True), "empty", "empty"),
        (Outcome(True), "erring", "healthy"),
        (Outcome(True, read=True, found=3, moved_to="https://x.example/"), "healthy", "moved"),
        (Outcome(True, moved_to="https://x.example/"), "moved", "moved"),
    ],
)
def test_state_after_a_poll(outcome: Outcome, before: str, state: str) -> None:
    assert state_of(outcome, before) == state


@pytest.mark.parametrize(
    ("failures", "last_ok_at", "state"),
    [
        (1, NOW - 9 * DAY, "erring"),
        (5, NOW - DAY, "erring"),
        (5, NOW - 4 * DAY, "gone"),
        (5, None, "gone"),
    ],
)
def test_a_page_that_is_not_found_for_days_is_gone(failures: int, last_ok_at: datetime | None, state: str) -> None:
    assert state_of(bad("scrapers.not_found"), "erring", failures, last_ok_at, NOW) == state


def test_what_a_refused_question_held_is_not_told() -> None:
    told = failed(WireError("scrapers.blocked", url="https://graph.example/v1/me?limit=5&appsecret_proof=0123abcd", what="x"))
    assert "0123abcd" not in str(told.reason_facts)
    assert "limit=5" in str(told.reason_facts["url"])
