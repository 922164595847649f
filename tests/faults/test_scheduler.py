"""Ticks: together, late, twice over, killed, hanging, broken. Nothing is lost, nothing goes out twice."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import update

from campaigns import dispatch
from campaigns.models import Delivery
from outreach import wiring
from outreach.core import presence
from outreach.core.app import App
from outreach.core.clock import SystemClock
from outreach.core.errors import OutreachError
from outreach.core.http import GuardedHttp
from outreach.core.jobs import Job
from outreach.core.mail import SmtpMailer
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.daemon import Ticker
from outreach.demo.fediverse import Fediverse
from outreach.subscribers.models import DigestRun
from scrapers import catalogue
from scrapers.collect import collect
from scrapers.due import LEASE
from scrapers.models import Source
from tests.faults import bureau
from tests.faults.bureau import (
    NOON,
    READER,
    SINCE_MIDNIGHT,
    TOKEN,
    channel,
    delivery,
    office,
    plan,
    posts,
    publish,
    runs,
    start_page,
)
from tests.faults.hung import hung_relay
from tests.scrapers.news import bridge, feed
from tests.support.hanging import Hanging
from tests.support.program import PATIENCE, Program, until
from tests.support.program import running as alive
from tests.support.relay import relay
from tests.support.site import running
from tests.support.visits import signed_in

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "proof-token")


@pytest.fixture
def fediverse() -> Iterator[Fediverse]:
    with Fediverse(now=lambda: datetime.now(UTC), token="proof-token") as server:
        yield server


# Together and late


def test_posts_due_in_the_same_second_all_go_out_in_one_round(tmp_path: Path, fediverse: Fediverse) -> None:
    with office(tmp_path, FixedClock(NOON)) as app:
        account = channel(app, fediverse.url)
        planned = [plan(app, account, NOON, f"Raksts {number}") for number in range(25)]
        assert publish(app) == {"published": 25}
        assert {delivery(app, number).attempts for number in planned} == {1}
    assert len({status.text for status in fediverse.statuses}) == len(fediverse.posted) == 25


@pytest.mark.parametrize("late_hours", [1, 6])
def test_after_three_days_down_what_is_too_late_waits_for_a_person(tmp_path: Path, late_hours: int) -> None:
    clock = FixedClock(NOON)
    with office(tmp_path, clock, publish={"late_hours": late_hours}) as app:
        folder = channel(app)
        back = NOON + timedelta(days=3)
        limit = timedelta(hours=late_hours)
        old = [plan(app, folder, NOON + n * timedelta(hours=7), f"Vecs {n}") for n in range(1, 8)]
        missed = plan(app, folder, back - limit - timedelta(seconds=1), "Tikko par vēlu")
        fresh = [plan(app, folder, back - limit, "Vēl laikā"), plan(app, folder, back, "Tagad")]
        clock.moment = back
        assert publish(app) == {"late": 8, "published": 2}
        assert {delivery(app, number).status for number in fresh} == {"published"}
        waiting = [delivery(app, number) for number in (*old, missed)]
        assert {(seen.status, seen.error_key) for seen in waiting} == {("failed", "campaigns.late")}
        page = start_page(app)
        assert "Tikko par vēlu" in page and "Vecs 3" in page
        for _ in range(3):
            clock.step(timedelta(hours=5))
            assert publish(app) == {}
        with app.store.transaction() as session:
            dispatch.reschedule(session, clock.now(), missed, clock.now())
        assert publish(app) == {"published": 1}
        assert len(list(posts(app).iterdir())) == 3


# Hanging and broken jobs


def test_a_job_that_raises_is_logged_runs_again_and_leaves_the_others_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ran = {"broken": 0, "troubled": 0, "hung": 0, "beat": 0}
    let_go = threading.Event()

    def run(name: str, then: object) -> Job:
        def tick(_: App) -> None:
            ran[name] += 1
            if isinstance(then, Exception):
                raise then
            if isinstance(then, threading.Event):
                then.wait(PATIENCE)

        return Job(name, timedelta(seconds=0.2), tick)

    jobs = (run("broken", ZeroDivisionError("a fault of ours")), run("troubled", OutreachError("core.store.full")))
    with office(tmp_path, SystemClock()) as app, caplog.at_level(logging.ERROR, logger="outreach.daemon"):
        ticker = Ticker(app, (*jobs, run("hung", let_go), run("beat", None)))
        ticker.start()
        try:
            until(lambda: min(ran["broken"], ran["troubled"], ran["beat"]) >= 4)
            assert ran["hung"] == 1
            let_go.set()
            until(lambda: ran["hung"] >= 2)
        finally:
            let_go.set()
            ticker.stop()
    told = {(row.getMessage(), row.job) for row in caplog.records if hasattr(row, "job")}
    assert told == {("job.broke", "broken"), ("job.failed", "troubled")}
    assert any(row.exc_info and "a fault of ours" in str(row.exc_info[1]) for row in caplog.records)


def quick(jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    return tuple(replace(job, every=timedelta(seconds=0.5)) for job in jobs)


def test_what_hangs_is_cut_says_why_and_keeps_nobody_waiting(tmp_path: Path, fediverse: Fediverse) -> None:
    """An outlet, a channel and a relay hang at once; the outlet, the channel and the jobs beside them go on."""
    fediverse.faults.append("hang")
    beats: list[int] = []
    with hung_relay(".") as hung, Hanging() as outlet, running() as site:
        with office(tmp_path, SystemClock(), digest=SINCE_MIDNIGHT) as usual:
            wire = GuardedHttp(user_agent="tests", allow_private=True, total_seconds=10)
            limited = SmtpMailer(host="127.0.0.1", port=hung.port, security="none", user=None, password=None, seconds=10)
            app = replace(usual, http=wire, mailer=limited)
            now = app.clock.now()
            site.put("/rss", feed(site.url(""), bridge(1)))
            with app.store.transaction() as session:
                catalogue.add(session, now, "Lēnais", outlet.url, language="lv")
                catalogue.add(session, now, "Ātrais", site.url("/rss"), language="lv")
            stuck = plan(app, channel(app, fediverse.url), now, "Iestrēdzis")
            free = plan(app, channel(app), now, "Brīvs")
            bureau.expected(app)
            ticker = Ticker(app, (*quick(wiring.jobs()), Job("beat", timedelta(seconds=0.2), lambda _: beats.append(1))))
            ticker.start()
            try:
                # All three hang, and meanwhile the rest is done.
                until(lambda: outlet.waiting == 1 and hung.reached == ["."] and len(fediverse.posted) == 1)
                seen = len(beats)
                until(lambda: len(beats) > seen + 3)
                slow, fast = bureau.sources(app)
                assert [slow.state, delivery(app, stuck).status, runs(app)[0].status] == ["new", "sending", "sending"]
                until(lambda: bureau.sources(app)[1].state == "healthy")
                # Then each is cut at its limit and says why.
                until(lambda: bureau.sources(app)[0].state == "erring")
                until(lambda: delivery(app, stuck).status == "unconfirmed")
                until(lambda: runs(app)[0].status == "unconfirmed")
                until(lambda: delivery(app, free).status == "published")
            finally:
                ticker.stop()
                wire.close()
            slow, fast = bureau.sources(app)
            assert (slow.reason_key, fast.state) == ("http.timeout", "healthy")
            assert delivery(app, stuck).error_key == "http.timeout"
            assert runs(app)[0].error_key == "mail.unconfirmed"
            page = start_page(app, "en")
            assert "Iestrēdzis" in page and "Lēnais" in page
            assert app.texts.in_language("en").fact("mail.unconfirmed", runs(app)[0].error_facts) in page.replace("&#39;", "'")
            # Nothing of it was tried a second time.
            assert (len(hung.reached), len(fediverse.posted), len(list(posts(app).iterdir()))) == (1, 1, 1)


ENDING = """
import sys
from dataclasses import replace
from pathlib import Path
from outreach import daemon, wiring
from outreach.core.mail import SmtpMailer
from outreach.core.settings import read_settings
from outreach.web.app import make
told = read_settings(Path(sys.argv[1]))
with wiring.open_app(told, create=False) as app:
    mailer = SmtpMailer(host="127.0.0.1", port=told.mail.port, security="none", user=None, password=None, seconds=2)
    app = replace(app, mailer=mailer)
    daemon.serve(app, make(app), wiring.jobs(), lambda: print("ready", flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize(
    ("silent_at", "status", "reason"),
    [("", "due", "mail.timeout"), ("DATA", "due", "mail.timeout"), (".", "unconfirmed", "mail.unconfirmed")],
    ids=["before the greeting", "before the mail", "after the mail"],
)
def test_sigterm_while_a_relay_hangs_ends_within_its_limit_and_the_outcome_is_honest(
    tmp_path: Path, silent_at: str, status: str, reason: str
) -> None:
    readers = [f"lasitajs{number}@example.org" for number in range(30)]
    with hung_relay(silent_at) as hung:
        program = Program(
            tmp_path,
            f'[digest]\nat = "00:00"\nrecipients = {readers}\n[mail]\nhost = "127.0.0.1"\nport = {hung.port}\nsecurity = "none"\n',
        )
        with office(tmp_path, SystemClock(), digest={"recipients": tuple(readers), "at": "00:00"}) as app:
            bureau.expected(app)
        with subprocess.Popen(
            [sys.executable, "-c", ENDING, str(program.file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=program._environment(),
        ) as child:
            try:
                until(lambda: hung.reached == [silent_at] or child.poll() is not None)
                child.send_signal(signal.SIGTERM)
                # Thirty hanging conversations, one after the other, would take longer than this.
                printed, _ = child.communicate(timeout=PATIENCE)
            finally:
                child.kill()
        assert child.returncode == 0, printed
        assert printed.endswith("ended\n") and "Traceback" not in printed
        with office(tmp_path, SystemClock(), digest={"recipients": tuple(readers), "at": "00:00"}) as app:
            first, *others = runs(app)
        assert (first.status, first.error_key) == (status, reason)
        assert len(hung.reached) == 1
        # The others were not tried: due at once, or held back like the first where no conversation came about.
        assert {(run.status, run.attempts) for run in others} == {("due", 0 if silent_at else 1)}


# Two programs, and killed ones


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    store = sqlite3.connect(f"file:{folder / 'outreach.db'}?mode=ro", uri=True)
    try:
        return store.execute(query).fetchall()
    finally:
        store.close()


def owed_now(folder: Path, port: int) -> str:
    """Settings for a relay and a mail that is owed since midnight."""
    return f'[digest]\nat = "00:00"\nrecipients = ["{READER}"]\n[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'


def test_of_two_programs_on_one_folder_one_ticks_and_the_other_takes_over(tmp_path: Path, fediverse: Fediverse) -> None:
    with relay() as taken, running() as site:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        first, second = (Program(tmp_path / name, owed_now(tmp_path / name, taken.port)) for name in ("a", "b"))
        data = tmp_path / "a" / "data"
        site.put("/rss", feed(site.url(""), bridge(1)))

        # With the folder's own settings: the programs see what is planned here with their next look.
        with office(tmp_path / "a", SystemClock(), digest=SINCE_MIDNIGHT) as app:
            now = app.clock.now()
            account = channel(app, fediverse.url)
            plan(app, account, now, "Pirmais")
            later = plan(app, account, now + timedelta(days=1), "Otrais")
            bureau.expected(app)
            with app.store.transaction() as session:
                catalogue.add(session, now, "Avots", site.url("/rss"), language="lv")
            with alive(first), alive(second):
                first.start()
                second.start(OUTREACH_STORE__FOLDER=str(data))
                until(lambda: rows(data, "SELECT count(*) FROM deliveries WHERE status = 'published'") == [(1,)])
                until(lambda: rows(data, "SELECT count(*) FROM digest_runs WHERE status = 'sent'") == [(1,)])
                until(lambda: site.times("/rss") == 1)
                until(lambda: rows(data, "SELECT state FROM sources") == [("healthy",)])
                assert requests.get(f"{second.page}/healthz", timeout=20).status_code == 200
                with app.store.transaction() as session:
                    # New work, which nobody sees before the first one is dead.
                    session.execute(update(Delivery).where(Delivery.id == later).values(due_at=app.clock.now()))
                    session.execute(update(Source).values(next_poll_at=None))
                    sent = update(DigestRun).where(DigestRun.status == "sent")
                    session.execute(sent.values(day=(now - timedelta(days=3)).date()))
                    first.kill()
                until(lambda: rows(data, "SELECT count(*) FROM deliveries WHERE status = 'published'") == [(2,)])
                until(lambda: rows(data, "SELECT count(*) FROM digest_runs WHERE status = 'sent'") == [(2,)])
                until(lambda: site.times("/rss") == 2)
                assert second.end()[0] == 0
        assert sorted(status.text.partition(":")[0] for status in fediverse.statuses) == ["Otrais", "Pirmais"]
        assert len(fediverse.posted) == len(taken.kept) == 2
        assert rows(data, "SELECT count(*), max(attempts) FROM deliveries") == [(2, 1)]


def test_two_first_starts_at_once_make_one_store_and_one_key(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = Program(tmp_path / "a", catalogue=True), Program(tmp_path / "b", catalogue=True)
    data = tmp_path / "a" / "data"
    with alive(first), alive(second):
        starts = [
            threading.Thread(target=program.start, kwargs={"OUTREACH_STORE__FOLDER": str(data)})
            for program in (first, second)
        ]
        for start in starts:
            start.start()
        for start in starts:
            start.join(PATIENCE)
        officer = signed_in(first)  # one store, one account, two programs
        for program in (first, second):
            assert officer.get(program.page, timeout=20).status_code == 200
            code, printed = program.end()
            assert (code, "Traceback" in printed) == (0, False), printed
    assert rows(data, "SELECT count(*) - count(DISTINCT name) FROM sources") == [(0,)]
    assert not (tmp_path / "b" / "data").exists()


def test_killed_inside_every_job_at_once_nothing_is_gone_and_nothing_goes_twice(
    tmp_path: Path, fediverse: Fediverse
) -> None:
    """In the middle of a poll, of a post that the server has taken, and of a mail that the relay has heard."""
    fediverse.faults.append("hang_after")
    with hung_relay(".") as hung, Hanging() as outlet:
        program = Program(tmp_path, owed_now(tmp_path, hung.port))
        with office(tmp_path, SystemClock(), digest=SINCE_MIDNIGHT) as app:
            bureau.expected(app)
            number = plan(app, channel(app, fediverse.url), app.clock.now())
            with app.store.transaction() as session:
                catalogue.add(session, app.clock.now(), "Lēnais", outlet.url, language="lv")
        with alive(program):
            program.start()
            until(lambda: outlet.waiting == 1 and hung.reached == ["."] and len(fediverse.statuses) == 1)
            program.kill()
            until(lambda: outlet.waiting == 0)
            program.start()
            data = tmp_path / "data"
            until(lambda: rows(data, "SELECT status FROM deliveries") == [("unconfirmed",)])
            until(lambda: rows(data, "SELECT status FROM digest_runs WHERE status != 'skipped'") == [("unconfirmed",)])
            page = signed_in(program).get(f"{program.page}/?lang=en", timeout=20).text
            assert "Aicinājums" in page and "not confirmed" in page
            assert program.end()[0] == 0
        # What was claimed for polling is due again when the claim has run out, in minutes.
        later = FixedClock(datetime.now(UTC) + LEASE + timedelta(minutes=1))
        with office(tmp_path, later, http={"allow_private": True, "total_seconds": 1}) as app:
            asked = outlet.asked
            assert collect(app).failed == 1
            assert outlet.asked == asked + 1
            assert bureau.sources(app)[0].reason_key == "http.timeout"
            assert publish(app) == {}
            assert delivery(app, number).error_key == "campaigns.delivery.interrupted"
            assert [run.error_key for run in runs(app)] == ["digest.interrupted"]
        assert (len(hung.reached), len(fediverse.posted)) == (1, 1)


def test_a_lock_of_a_living_program_is_never_tidied_away(tmp_path: Path) -> None:
    with office(tmp_path, FixedClock(NOON), MemoryMailer()) as app:
        ticker = Ticker(app, (Job("beat", timedelta(seconds=0.2), lambda _: None),))
        ticker.start()
        lock = app.settings.folder / "run" / "scheduler.lock"
        try:
            until(lock.exists)
            until(lambda: presence.is_alive(app.settings.folder, "scheduler") is True)
            os.utime(lock, (0, 0))
            presence.tidy(app.settings.folder, SystemClock().now())
            assert lock.exists()
        finally:
            ticker.stop()
