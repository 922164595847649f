"""Real processes: several at once, and one that is killed between claim and record."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.publish import publish_due
from outreach.core.http import GuardedHttp
from outreach.demo.fediverse import Fediverse
from tests.campaigns.desk import TOKEN, TOKEN_ENV, Desk

ROOT = Path(__file__).parents[2]
WORKER = """
import os, sys, time
from datetime import datetime
from pathlib import Path
from campaigns import claiming
from campaigns.publish import publish_due
from outreach.core.db import open_store
from outreach.core.http import GuardedHttp
from outreach.core.journal import Journal
from outreach.core.settings import secret
from outreach.core.testing import FixedClock
from tests.campaigns.desk import NOW, Desk

url, folder, kill = sys.argv[1:]
wire = GuardedHttp(user_agent="worker", allow_private=True, read_seconds=60, total_seconds=60)

def end():
    os.kill(os.getpid(), 9)

write, claim, claims, sent = Journal.write, claiming.claim, [], []

def writing(self, what, key, said=""):
    write(self, what, key, said)
    if kill == what:
        end()

def claiming_(*args, **named):
    claims.append(1)
    if kill == "recorded" and len(claims) == 2:
        end()
    return claim(*args, **named)

Journal.write, claiming.claim = writing, claiming_

class Dying:
    def send(self, request):
        sent.append(1)
        if kill == "second" and len(sent) == 2:
            end()
        if kill == "before_send":
            os.kill(os.getpid(), 9)
        answer = wire.send(request)
        if kill == "after_answer":
            os.kill(os.getpid(), 9)
        return answer

desk = Desk(open_store(url, create=False), FixedClock(NOW), Path(folder))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    publish_due(desk.press(Dying()))
"""


def worker(desk: Desk, kill: str = "") -> "subprocess.Popen[str]":
    url = desk.store.engine.url.render_as_string(hide_password=False)
    environment = os.environ | {TOKEN_ENV: TOKEN, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, url, str(desk.folder), kill],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    )


def release(child: "subprocess.Popen[str]") -> None:
    assert child.stdin is not None
    child.stdin.write("go\n")
    child.stdin.flush()


def until(done: Callable[[], bool]) -> None:
    """Waits for another process; a minute is far beyond what it needs."""
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end, "the other process did not come so far"
        time.sleep(0.01)


def test_two_processes_at_once_send_each_post_once(desk: Desk, fediverse: Fediverse) -> None:
    channel = desk.mastodon(fediverse.url)
    planned = [desk.plan(channel) for _ in range(30)]
    with ExitStack() as stack:
        children = [stack.enter_context(worker(desk)) for _ in range(2)]
        for child in children:
            assert child.stdout is not None and child.stdout.readline() == "ready\n"
        for child in children:
            release(child)
        assert [child.wait(120) for child in children] == [0, 0]
    # The server would forgive a second try with the same key: so the tries are counted, not the statuses.
    keys = Counter(asked.headers["Idempotency-Key"] for asked in fediverse.asked)
    assert set(keys.values()) == {1} and len(keys) == len(planned) == len(fediverse.statuses)
    assert {desk.status(delivery) for delivery in planned} == {"published"}


@pytest.mark.parametrize(
    ("kill", "fault", "kept"),
    [
        ("before_send", None, 0),  # claimed, nothing sent
        ("", "hang", 0),  # sent, not taken
        ("", "hang_after", 1),  # sent and taken, no answer yet
        ("after_answer", None, 1),  # answered, not written down
    ],
)
def test_killed_between_claim_and_record_nothing_goes_twice(
    desk: Desk, fediverse: Fediverse, wire: GuardedHttp, kill: str, fault: str | None, kept: int
) -> None:
    channel = desk.mastodon(fediverse.url)
    delivery, other = desk.plan(channel), desk.plan(channel)
    if fault:
        fediverse.faults.append(fault)
    with worker(desk, kill) as child:
        release(child)
        if fault:
            until(lambda: len(fediverse.asked) == 1 and len(fediverse.statuses) == kept)
            assert desk.sweep() == 0  # it is at work: nobody takes that away from it
            os.kill(child.pid, signal.SIGKILL)
        assert child.wait(60) == -signal.SIGKILL
    assert (desk.status(delivery), desk.status(other)) == ("sending", "scheduled")
    asked = len(fediverse.asked)

    # The next start, at once: the question is asked, and nothing is sent again.
    assert desk.sweep() == 1
    assert (desk.status(delivery), desk.see(delivery).error_key) == (
        "unconfirmed",
        "campaigns.delivery.interrupted",
    )
    assert publish_due(desk.press(wire)) == {"published": 1}  # the other one
    for _ in range(3):
        desk.clock.step(timedelta(hours=5))
        assert publish_due(desk.press(wire)) == {} and desk.sweep() == 0
    assert (len(fediverse.asked), len(fediverse.statuses)) == (asked + 1, kept + 1)

    # A person looks and says what is there.
    desk.settle(delivery, kept == 1, fediverse.account_url if kept else None)
    publish_due(desk.press(wire))
    assert (desk.status(delivery), len(fediverse.statuses)) == ("published", 2)
    assert len({status.text for status in fediverse.statuses}) == 2


@pytest.mark.parametrize(
    ("kill", "kept", "statuses"),
    [
        ("boot", 0, ["scheduled", "scheduled", "scheduled"]),  # before the first claim
        ("handing", 0, ["unconfirmed", "scheduled", "scheduled"]),  # right before the send
        ("taken", 1, ["published", "scheduled", "scheduled"]),  # answered and noted, not written down
        ("recorded", 1, ["published", "scheduled", "scheduled"]),  # written down
        ("second", 1, ["published", "unconfirmed", "scheduled"]),  # the first of two that were claimed together
    ],
)
def test_killed_at_each_step_nothing_is_lost_and_nothing_doubled(
    desk: Desk, fediverse: Fediverse, wire: GuardedHttp, kill: str, kept: int, statuses: list[str]
) -> None:
    channel = desk.mastodon(fediverse.url)
    planned = [desk.plan(channel) for _ in range(3)]
    with worker(desk, kill) as child:
        release(child)
        assert child.wait(60) == -signal.SIGKILL
    desk.sweep()
    assert ([desk.status(delivery) for delivery in planned], len(fediverse.statuses)) == (statuses, kept)
    for delivery, status in zip(planned, statuses, strict=True):
        if status == "unconfirmed":
            desk.settle(delivery, False)
    publish_due(desk.press(wire))
    assert {desk.status(delivery) for delivery in planned} == {"published"}
    assert len({status.text for status in fediverse.statuses}) == len(fediverse.statuses) == 3
