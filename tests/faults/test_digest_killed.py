"""kill -9 at every point of a mail's way, then a restart: each reader's mail exactly once, or said to be in doubt.

Three readers; the kill hits the second one's mail. What arrived is counted at a real relay.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.testing import FixedClock
from tests.faults.mail_sender import POINTS, smtp
from tests.outreach.digest.mailroom import BEFORE, MORNING, office_of, readers, rows, states, tick, written
from tests.support.cutting import cutting
from tests.support.relay import Relay, relay

ROOT = Path(__file__).resolve().parents[2]

# Where it was killed: what the second mail's row says after a restart, how many copies its reader has.
OURS = {
    "claimed": ("sent", 1),
    "made": ("sent", 1),
    "handing": ("sent", 1),  # the whole mail but its end was with the relay, which throws that away
    "handed": ("unconfirmed", 0),  # noted, and dead before the dot: nobody can tell it from the next one
    "answered": ("unconfirmed", 1),
    "noted": ("sent", 1),
    "recording": ("sent", 1),
    "recorded": ("sent", 1),
}
# The same by where the relay and the mail were; killed from outside.
WIRES = {
    "MAIL": ("sent", 1),
    "MAIL-answer": ("sent", 1),
    "RCPT": ("sent", 1),
    "RCPT-answer": ("sent", 1),
    "DATA": ("sent", 1),
    "DATA-answer": ("sent", 1),
    "dot-answer": ("unconfirmed", 1),
}


def killed(app: App, port: int, point: str = "", nth: int = 2) -> "subprocess.Popen[str]":
    """A sender of its own, which comes to its end at that point."""
    url = app.store.engine.url.render_as_string(hide_password=False)
    words = [url, str(app.settings.base), str(port), MORNING.isoformat(), point, str(nth)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.mail_sender", *words],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def office(store: Store, folder: Path) -> tuple[App, FixedClock]:
    clock = FixedClock(BEFORE)
    app = office_of(store, folder, clock, smtp(1))
    readers(app, 3)
    written(app, 2)
    clock.moment = MORNING
    return app, clock


def restarted(app: App, clock: FixedClock, port: int, taken: Relay) -> tuple[list[str], list[int]]:
    """What the rows say once the program runs again, and how many copies each reader has; the same after a day."""
    app = replace(app, mailer=smtp(port))
    tick(app)
    first = states(app)
    for _ in range(12):
        clock.step(timedelta(minutes=15))
        tick(app)
    assert states(app) == first
    copies = Counter(taken.to)
    assert set(copies.values()) <= {1}
    return first, [copies[f"r{number}@press.test"] for number in range(3)]


BOTH = [("sqlite", point) for point in POINTS] + [("postgresql", point) for point in ("claimed", "handed", "recording")]


@pytest.mark.parametrize(("store", "point"), BOTH, indirect=["store"])
def test_killed_at_a_step_of_ours(store: Store, tmp_path: Path, point: str) -> None:
    app, clock = office(store, tmp_path)
    with relay() as taken:
        child = killed(app, taken.port, point)
        printed, _ = child.communicate(timeout=120)
        assert child.returncode == -signal.SIGKILL, printed
        status, copies = OURS[point]
        assert restarted(app, clock, taken.port, taken) == (["sent", status, "sent"], [1, copies, 1])
        doubtful = [(row.error_key, row.receipt) for row in rows(app) if row.status == "unconfirmed"]
        assert doubtful == [("digest.interrupted", None)] * (status == "unconfirmed")
        assert all(row.edition_id is not None for row in rows(app))


@pytest.mark.parametrize("step", WIRES)
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_killed_at_a_step_of_the_wire(store: Store, tmp_path: Path, step: str) -> None:
    app, clock = office(store, tmp_path)
    with relay() as taken:
        child: list[subprocess.Popen[str]] = []

        def kill() -> None:
            with suppress(ProcessLookupError):
                os.kill(child[0].pid, signal.SIGKILL)

        with cutting(taken.port, step, 2, act=kill) as proxy:
            child.append(killed(app, proxy.port))
            printed, _ = child[0].communicate(timeout=120)
        assert child[0].returncode == -signal.SIGKILL, printed
        status, copies = WIRES[step]
        assert restarted(app, clock, taken.port, taken) == (["sent", status, "sent"], [1, copies, 1])


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_killed_between_the_whole_mail_and_its_answer_it_is_in_doubt_whatever_the_relay_made_of_it(
    store: Store, tmp_path: Path
) -> None:
    app, clock = office(store, tmp_path)
    with relay() as taken:
        child: list[subprocess.Popen[str]] = []
        with cutting(taken.port, "dot", 2, act=lambda: child[0].kill()) as proxy:
            child.append(killed(app, proxy.port))
            child[0].communicate(timeout=120)
        stood, copies = restarted(app, clock, taken.port, taken)
        # The proxy saw its end before the relay did: whether the note was written first is a matter of moments.
        assert (stood[1], copies[1]) in {("unconfirmed", 0), ("sent", 1)}
        assert (stood[0], stood[2], copies[0], copies[2]) == ("sent", "sent", 1, 1)
