"""kill -9 at every point of a release's way, then a restart: each recipient's mail once, or said to be in doubt.

Three recipients; the kill hits the second one's mail. What arrived is counted at a real relay.
"""

import os
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.testing import FixedClock
from outreach.pressroom.sending import job, starting
from tests.faults.mail_sender import smtp
from tests.faults.press_sender import POINTS, child
from tests.outreach.pressroom.sending.mailing import (
    NOW,
    contacts,
    desk,
    planned,
    release,
    rows,
    started,
    state,
    states,
    wanted,
)
from tests.outreach.pressroom.writing.desk import ANNA
from tests.support.cutting import cutting
from tests.support.relay import Relay, relay

# Where it was killed: what the second mail's row says after a restart, how many copies its recipient has.
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
    "RCPT-answer": ("sent", 1),
    "DATA": ("sent", 1),
    "DATA-answer": ("sent", 1),
    "dot-answer": ("unconfirmed", 1),
}
ON_A_FILE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
BOTH = [("sqlite", point) for point in POINTS] + [("postgresql", point) for point in ("claimed", "handed", "recording")]


def office(store: Store, folder: Path) -> tuple[App, FixedClock, int]:
    clock = FixedClock(NOW)
    app = desk(store, folder, clock, smtp(1))
    return app, clock, contacts(app, [f"r{number}@press.test" for number in range(3)])


def ended(process: ForkProcess) -> None:
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def restarted(app: App, clock: FixedClock, port: int, taken: Relay) -> tuple[list[str], list[int]]:
    """What the rows say once the program runs again, and how many copies each has; the same an hour later."""
    app = replace(app, mailer=smtp(port))
    job.tick(app)
    first = states(app)
    for _ in range(3):
        clock.step(timedelta(minutes=20))
        job.tick(app)
    assert (states(app), state(app, 1)) == (first, "done")
    copies = Counter(taken.to)
    assert set(copies.values()) <= {1}
    return first, [copies[row.mail] for row in rows(app)]


@pytest.mark.parametrize(("store", "point"), BOTH, indirect=["store"])
def test_killed_at_a_step_of_ours(store: Store, tmp_path: Path, point: str) -> None:
    app, clock, here = office(store, tmp_path)
    started(app, release(app), wanted(here))
    with relay() as taken:
        ended(child(app, taken.port, point))
        status, copies = OURS[point]
        assert restarted(app, clock, taken.port, taken) == (["sent", status, "sent"], [1, copies, 1])
        doubtful = [(row.error_key, row.receipt) for row in rows(app) if row.status == "unconfirmed"]
        assert doubtful == [("pressmail.interrupted", None)] * (status == "unconfirmed")


@pytest.mark.parametrize("step", WIRES)
@ON_A_FILE
def test_killed_at_a_step_of_the_wire(store: Store, tmp_path: Path, step: str) -> None:
    app, clock, here = office(store, tmp_path)
    started(app, release(app), wanted(here))
    with relay() as taken:
        sender: list[ForkProcess] = []

        def kill() -> None:
            with suppress(ProcessLookupError):
                os.kill(sender[0].pid or 0, signal.SIGKILL)

        with cutting(taken.port, step, 2, act=kill) as proxy:
            sender.append(child(app, proxy.port))
            ended(sender[0])
        status, copies = WIRES[step]
        assert restarted(app, clock, taken.port, taken) == (["sent", status, "sent"], [1, copies, 1])


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
def test_killed_while_it_begins_it_has_not_begun(store: Store, tmp_path: Path) -> None:
    app, clock, here = office(store, tmp_path)
    sending = planned(app, release(app), wanted(here, attach=("docx",)))
    with relay() as taken:
        ended(child(app, taken.port, "beginning", sending_id=sending))
        assert (state(app, sending), rows(app)) == ("draft", [])
        starting.start(app, sending, ANNA)
        assert restarted(app, clock, taken.port, taken) == (["sent"] * 3, [1, 1, 1])


@ON_A_FILE
def test_a_machine_that_fell_leaves_doubts_and_sends_nothing_twice(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the journal does not say is not believed any more once the whole machine was down."""
    app, clock, here = office(store, tmp_path)
    started(app, release(app), wanted(here))
    with relay() as taken:
        ended(child(app, taken.port, "noted"))
        monkeypatch.setattr("outreach.core.journal._boot", lambda: "another")
        found, copies = restarted(app, clock, taken.port, taken)
        assert found == ["sent", "sent", "unconfirmed"] and copies == [1, 1, 0]


@ON_A_FILE
def test_another_machines_claim_is_waited_for(store: Store, tmp_path: Path) -> None:
    app, clock, here = office(store, tmp_path)
    started(app, release(app), wanted(here))
    with relay() as taken:
        ended(child(app, taken.port, "noted"))
        elsewhere = desk(store, tmp_path / "other", clock, smtp(taken.port))
        job.tick(elsewhere)
        assert {*states(app)} == {"sending"}  # ten minutes: its holder may be at work
        clock.step(timedelta(minutes=11))
        job.tick(elsewhere)
        assert {*states(app)} == {"unconfirmed"}  # here nobody knows how far it came
