"""Workers killed with -9 while they poll, again and again: every source is polled, nothing is stored twice, and no host
is asked sooner than its pause allows, whoever asks.
"""

import multiprocessing
import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from multiprocessing.context import ForkProcess
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select, text

from outreach import wiring
from outreach.core.app import App
from outreach.core.clock import SystemClock
from outreach.core.db import open_store
from outreach.core.jobs import Job
from outreach.engine import planner, worker
from scrapers import catalogue, due
from scrapers.judge import judge_of
from scrapers.models import Article, Source
from tests.support import postgres
from tests.support.hosts import Hosts, serving
from tests.support.offices import told_in
from tests.support.program import until

pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8", "0.0.0.0"])

PAUSE = 0.2
HOSTS = [f"127.1.0.{number}" for number in range(1, 7)]
EACH = 5


class Timed(Hosts):
    """Hosts that keep when each was asked."""

    def __init__(self, port: int, hanging: frozenset[str] = frozenset(), enough: int = 0) -> None:
        super().__init__(port, hanging, enough)
        self.when: dict[str, list[float]] = defaultdict(list)

    def body(self, host: str, path: str) -> bytes:
        self.when[host].append(time.monotonic())
        return super().body(host, path)


@pytest.fixture
def app(tmp_path: Path, postgres_lender: postgres.Lender) -> Iterator[App]:
    with postgres_lender.database() as url:
        told = told_in(
            tmp_path, store={"url": url, "folder": "data"}, http={"allow_private": True},
            collect={"host_seconds": PAUSE, "host_at_once": 2},
        )  # fmt: skip
        with wiring.open_app(told, clock=SystemClock()) as opened:
            yield opened


def _work(app: App) -> None:
    # What was open before the fork is the parent's. Times are short here: nothing else about them is.
    url = app.store.engine.url.render_as_string(hide_password=False)
    app = replace(app, store=open_store(url, create=False), http=wiring.wire_of(app.settings, app.office), stopping=Event())
    due.LEASE = timedelta(seconds=10)
    planner.SILENT, planner.SWEEP, planner.FETCHES, planner.LOOK, worker.BEAT = 10, 1.0, 0.5, 0.2, 0.5
    idle = [Job("never", timedelta(hours=1), lambda _: None)]
    worker.run(app, idle, {"collect": 3}, Event(), plans=True, ready=lambda: None)


def started(app: App) -> ForkProcess:
    process = multiprocessing.get_context("fork").Process(target=_work, args=(app,), daemon=True)
    process.start()
    return process


def polled(app: App) -> int:
    with app.store.reading() as session:
        return session.scalar(select(func.count()).where(Source.last_polled_at.is_not(None))) or 0


def test_every_source_is_polled_nothing_twice_and_every_pause_is_kept(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.hosts.Hosts", Timed)
    with serving() as hosts:
        assert isinstance(hosts, Timed)
        for host in HOSTS:
            for number in range(EACH):
                with app.store.transaction() as session:
                    url = hosts.url(host, f"/{number}")
                    catalogue.add(session, app.clock.now(), f"{host} {number}", url, language="lv")
        judge_of(app)  # much to load: a fork has it
        workers = [started(app), started(app)]
        try:
            for killed, wanted in enumerate((3, 9, 15, 21)):
                until(lambda wanted=wanted: polled(app) >= wanted)
                victim = workers[killed % 2]
                assert victim.pid is not None
                os.kill(victim.pid, signal.SIGKILL)
                victim.join()
                workers[killed % 2] = started(app)
            until(lambda: polled(app) == len(HOSTS) * EACH)
        finally:
            for one in workers:
                one.terminate()
                one.join(60)
        pauses = [
            after - before
            for times in hosts.when.values()
            for before, after in zip(sorted(times), sorted(times)[1:], strict=False)
        ]
        # The server writes down when it answers, a little after it was asked.
        assert min(pauses) > PAUSE * 0.6
    with app.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Article)) == len(HOSTS) * EACH
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")) == 0
