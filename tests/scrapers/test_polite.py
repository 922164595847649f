"""Politeness: hosts, robots.txt, and how long a failing source is left alone."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import WireError
from outreach.core.http import Answer
from outreach.core.testing import RecordedHttp
from scrapers.health import Outcome, failed, refusal, rest, state_of
from scrapers.hosts import HostQueue
from scrapers.robots import RobotsBook, parse

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
EVERY = timedelta(minutes=30)


def run(queue: HostQueue, threads: int) -> None:
    def work() -> None:
        while (taken := queue.take()) is not None:
            taken[1]()
            queue.done(taken[0])

    started = [threading.Thread(target=work) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join(30)
    assert not any(thread.is_alive() for thread in started)


def test_one_request_at_a_time_to_a_host_and_every_task_once() -> None:
    queue = HostQueue(0.0, threading.Event())
    busy: set[str] = set()
    done: list[tuple[str, int]] = []
    wrong: list[str] = []

    def task(host: str, number: int) -> Callable[[], None]:
        def work() -> None:
            if host in busy:
                wrong.append(host)
            busy.add(host)
            time.sleep(0.001)
            busy.discard(host)
            done.append((host, number))

        return work

    for number in range(20):
        for host in "abcde":
            queue.put(host, task(host, number))
    run(queue, 8)
    assert wrong == []
    assert len(done) == len(set(done)) == 100
    assert [number for host, number in done if host == "a"] == list(range(20))


def test_a_pause_lies_between_two_requests_to_a_host_while_others_go_on() -> None:
    queue = HostQueue(0.05, threading.Event())
    ended: dict[str, list[float]] = {"a": [], "b": []}
    began: dict[str, list[float]] = {"a": [], "b": []}

    def task(host: str) -> Callable[[], None]:
        def work() -> None:
            began[host].append(time.monotonic())
            ended[host].append(time.monotonic())

        return work

    for _ in range(4):
        queue.put("a", task("a"))
        queue.put("b", task("b"))
    run(queue, 1)
    for host in "ab":
        assert all(start - end >= 0.05 for end, start in zip(ended[host], began[host][1:], strict=False))
    assert began["b"][0] < began["a"][1]


def test_work_put_by_work_is_done_and_closing_leaves_the_rest() -> None:
    queue = HostQueue(0.0, threading.Event())
    done: list[str] = []
    queue.put("a", lambda: (done.append("first"), queue.put("b", lambda: done.append("second")))[0])  # type: ignore[func-returns-value]
    run(queue, 2)
    assert done == ["first", "second"]
    stopping = threading.Event()
    late = HostQueue(0.0, stopping)
    late.put("a", lambda: done.append("never"))
    stopping.set()
    run(late, 2)
    over = HostQueue(0.0, threading.Event(), deadline=time.monotonic() - 1)
    over.put("a", lambda: done.append("never"))
    run(over, 2)
    assert done == ["first", "second"]


ROBOTS = """User-agent: *
Disallow: /admin
Disallow: /*.pdf$
Allow: /admin/open

User-agent: Outreach
User-agent: other
Disallow: /private/*/deep # a note
Disallow:
"""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("anyone", "/admin/x", False),
        ("anyone", "/admin/open/x", True),
        ("anyone", "/a/b.pdf", False),
        ("anyone", "/a/b.pdf?x=1", True),
        ("anyone", "/private/a/deep", True),
        ("outreach", "/admin/x", True),
        ("outreach", "/private/a/b/deep/er", False),
        ("outreach", "/private/deep", True),
        ("anyone", "/", True),
    ],
)
def test_robots_rules(agent: str, path: str, allowed: bool) -> None:
    assert parse(ROBOTS, agent).allows(f"https://zinas.example{path}") is allowed


@given(
    st.text(st.sampled_from("Disalow:/*$ab\n#-Usergnt"), max_size=200), st.text(st.sampled_from("ab/*$"), max_size=20)
)
def test_any_robots_file_gives_an_answer(text: str, path: str) -> None:
    assert parse(text).allows(f"https://zinas.example/{path}") in {True, False}


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (Answer("", 200, {}, b"User-agent: *\nDisallow: /"), False),
        (Answer("", 404, {}, b"User-agent: *\nDisallow: /"), True),
        (Answer("", 200, {}, b"\xff\xfe\x00"), True),
        (WireError("http.dns", url="", host=""), True),
    ],
)
def test_robots_is_asked_once_a_day(answer: Answer | Exception, allowed: bool) -> None:
    http = RecordedHttp({("GET", "https://zinas.example/robots.txt"): answer})
    book = RobotsBook()
    for hours in (0, 1, 23):
        assert book.allows("https://zinas.example/a", http, NOW + timedelta(hours=hours)) is allowed
    assert len(http.asked) == 1
    book.allows("https://zinas.example/a", http, NOW + timedelta(hours=25))
    assert len(http.asked) == 2


def test_a_site_that_cannot_say_is_not_asked_for_its_pages() -> None:
    http = RecordedHttp({("GET", "https://zinas.example/robots.txt"): Answer("", 503, {}, b"")})
    with pytest.raises(WireError) as caught:
        RobotsBook().allows("https://zinas.example/a", http, NOW)
    assert caught.value.key == "scrapers.robots_silent"


def test_failures_double_the_rest_up_to_a_day_and_never_end_it() -> None:
    bad = Outcome(False)
    rests = [rest(bad, failures, EVERY) for failures in range(1, 30)]
    assert rests[:3] == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)]
    assert rests == sorted(rests)
    assert rests[-1] == timedelta(hours=24)
    assert rest(Outcome(True), 0, EVERY) == EVERY


@pytest.mark.parametrize(
    ("told", "wanted"),
    [("7200", timedelta(hours=2)), ("Mon, 23 Nov 2026 15:00:00 GMT", timedelta(hours=5)), ("9999999", timedelta(hours=24)),
     ("soon", timedelta(hours=1)), ("-5", timedelta(hours=1))],
)  # fmt: skip
def test_a_busy_server_is_left_alone_as_long_as_it_asks(told: str, wanted: timedelta) -> None:
    error = refusal(Answer("", 429, {"Retry-After": told}, b""), "https://zinas.example/", NOW)
    outcome = failed(error)
    assert (error.key, "wait" in outcome.reason_facts) == ("scrapers.busy", False)
    assert rest(outcome, 1, EVERY) == wanted


@pytest.mark.parametrize(
    ("outcome", "before", "state"),
    [
        (Outcome(False), "healthy", "erring"),
        (Outcome(True, read=True, found=3), "erring", "healthy"),
        (Outcome(True, read=True, found=0), "healthy", "empty"),
        (Outcome(True), "healthy", "unchanged"),
        (Outcome(True), "empty", "empty"),
        (Outcome(True), "erring", "unchanged"),
        (Outcome(True, read=True, found=3, moved_to="https://x.example/"), "healthy", "moved"),
        (Outcome(True, moved_to="https://x.example/"), "moved", "moved"),
    ],
)
def test_state_after_a_poll(outcome: Outcome, before: str, state: str) -> None:
    assert state_of(outcome, before) == state
