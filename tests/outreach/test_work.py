"""Long work: asked, taken once, told, called off, left by a dead runner, swept."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach import wiring, work
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.jobs import Job
from outreach.core.testing import FixedClock
from outreach.people.models import AuditEntry
from outreach.work import WorkRow, WorkSeen
from outreach.works.bring_sources import BringSources
from outreach.works.poll import Poll
from scrapers import catalogue
from scrapers.models import Article, Source
from tests.support.hanging import Hanging
from tests.support.offices import told_in
from tests.support.program import until
from tests.support.site import Site, running

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FEED = """<rss version="2.0"><channel><title>x</title>
<item><title>Ģimene atgriežas Latgalē</title><link>{base}/raksts-1</link><description>Remigrācijas koordinatore.</description></item>
<item><title>Cits raksts</title><link>{base}/raksts-2</link><description>Par laikapstākļiem.</description></item>
</channel></rss>"""
TABLE = "name,tier,kind,feed\nJauna plūsma,local,feed,https://jauna.example/rss\nSlikta,local,feed,nav adrese\nBez adreses,local,,\n"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def app(tmp_path: Path, clock: FixedClock) -> Iterator[App]:
    told = told_in(tmp_path, collect={"host_seconds": 0, "pages_per_poll": 0})
    with wiring.open_app(told, create=True, clock=clock) as made:
        yield made


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as site:
        site.put("/rss", FEED.format(base=site.url("")), content_type="application/rss+xml")
        yield site


def ask(app: App, kind: work.Work) -> int:
    with app.store.transaction() as session:
        return work.ask(session, app.clock.now(), None, "ilze@example.org", "lv", kind)


def seen(app: App, number: int) -> WorkSeen:
    with app.store.reading() as session:
        row = work.seen(session, number)
    assert row is not None
    return row


def source(app: App, name: str, url: str) -> int:
    with app.store.transaction() as session:
        return catalogue.add(session, app.clock.now(), name, url)


def lane(app: App) -> None:
    """One tick of one lane."""
    work.jobs()[0].run(app)


def count(app: App, table: type) -> int:
    with app.store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_poll_of_one_source_says_what_is_new_and_stores_nothing_twice(app: App, site: Site) -> None:
    number = source(app, "Vēstis", site.url("/rss"))
    first, second = ask(app, Poll(str(number))), ask(app, Poll(str(number)))
    lane(app)
    row = seen(app, first)
    assert (row.state, row.done, row.total) == ("done", 1, 1)
    assert (row.told_key, row.told_facts["name"], row.told_facts["new"]) == ("work.poll.one", "Vēstis", 2)
    assert seen(app, second).told_facts["new"] == 0
    assert count(app, Article) == 2
    assert app.texts.in_language("lv").fact(row.told_key or "", row.told_facts).startswith("“Vēstis” atbildēja")


def test_a_poll_of_all_leaves_out_what_is_paused_and_counts_failures(app: App, site: Site) -> None:
    source(app, "Vēstis", site.url("/rss"))
    source(app, "Nav", site.url("/nav"))
    paused = source(app, "Apturēts", site.url("/apturets"))
    with app.store.transaction() as session:
        catalogue.switch(session, NOW, "Apturēts", False)
    number = ask(app, Poll())
    lane(app)
    row = seen(app, number)
    assert row.told_facts | {"mentions": 0} == {"count": 2, "new": 2, "mentions": 0, "failed": 1}
    assert site.times("/apturets") == 0
    number = ask(app, Poll(str(paused)))
    lane(app)
    assert seen(app, number).told_key == "work.poll.failed"


def test_a_poll_of_what_is_gone_fails_in_words(app: App) -> None:
    number = ask(app, Poll("77"))
    lane(app)
    assert (seen(app, number).state, seen(app, number).told_key) == ("failed", "work.poll.gone")


def test_a_list_is_looked_at_before_it_is_taken_in(app: App) -> None:
    file = work.keep_upload(app, TABLE.encode())
    number = ask(app, BringSources(file, "saraksts.csv"))
    lane(app)
    row = seen(app, number)
    told = {"file": "saraksts.csv", "added": 1, "changed": 0, "kept": 0, "unpolled": 1, "refused": 1}
    assert (row.state, row.told_key, row.told_facts) == ("done", "work.bring.looked", told)
    assert row.file_name == "saraksts.txt"
    assert "Slikta" in (work.folder(app) / (row.file or "")).read_text(encoding="utf-8")
    assert count(app, Source) == 0
    first, second = ask(app, BringSources(file, "saraksts.csv", take=True)), ask(app, BringSources(file, "saraksts.csv", take=True))
    lane(app)
    assert seen(app, first).told_facts["added"] == 1
    assert (seen(app, second).state, seen(app, second).told_key) == ("failed", "work.upload_gone")
    assert count(app, Source) == 1
    assert count(app, AuditEntry) == 1


@pytest.mark.parametrize("data", [b"\x00\xff\x00", b"<opml>", b"a,b\n1,2\n", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><opml/>'])
def test_a_list_that_is_none_says_why_and_leaves_nothing(app: App, data: bytes) -> None:
    number = ask(app, BringSources(work.keep_upload(app, data), "x.csv"))
    lane(app)
    row = seen(app, number)
    assert row.state == "failed" and (row.told_key or "").startswith("scrapers.")
    assert row.file is None
    assert count(app, Source) == 0


@pytest.mark.parametrize("name", ["../outreach.db", "/etc/passwd", "upload-zz", "1", "upload-0123456789abcdef/../1"])
def test_only_uploads_are_read(app: App, name: str) -> None:
    with pytest.raises(OutreachError, match=r"work\.upload_gone"):
        work.upload(app, name)


def test_work_that_was_called_off_before_its_turn_never_runs(app: App, site: Site) -> None:
    number = ask(app, Poll(str(source(app, "Vēstis", site.url("/rss")))))
    with app.store.transaction() as session:
        assert work.cancel(session, NOW, number)
        assert not work.cancel(session, NOW, number)
    lane(app)
    assert (seen(app, number).state, site.asked) == ("cancelled", [])


def test_work_that_is_called_off_half_way_stops_at_its_next_step(app: App, site: Site) -> None:
    # What has come is written down within a second, and then it is seen: the host's pause is longer.
    told = app.settings.model_copy(update={"collect": app.settings.collect.model_copy(update={"host_seconds": 3.0})})
    app = replace(app, settings=told)
    numbers = [source(app, f"Vēstis {n}", site.url(f"/{n}")) for n in range(3)]
    number = ask(app, Poll(",".join(map(str, numbers))))

    def call_off() -> None:
        with app.store.transaction() as session:
            work.cancel(session, NOW, number)

    site.put("/0", FEED.format(base=site.url(""))).act = call_off
    lane(app)
    row = seen(app, number)
    assert (row.state, row.done, row.total, row.told_key) == ("cancelled", 0, 3, None)
    assert [path for path, _ in site.asked if path in {"/1", "/2"}] == []
    assert count(app, Article) == 2  # what was done stays


def test_the_end_of_the_program_leaves_work_interrupted(app: App, site: Site) -> None:
    numbers = [source(app, f"Vēstis {n}", site.url(f"/{n}")) for n in range(2)]
    site.put("/0", FEED.format(base=site.url(""))).act = app.stopping.set
    number = ask(app, Poll(",".join(map(str, numbers))))
    lane(app)
    assert (seen(app, number).state, seen(app, number).told_key) == ("interrupted", "work.interrupted")
    waiting = ask(app, Poll())
    lane(app)
    assert seen(app, waiting).state == "waiting"


def test_a_fault_of_our_own_is_told_without_its_details(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("kanarija")

    monkeypatch.setattr("outreach.works.poll.collect", broken)
    number = ask(app, Poll())
    lane(app)
    row = seen(app, number)
    assert (row.state, row.told_key, row.told_facts) == ("failed", "work.broken", {})


def test_one_kind_never_fills_every_lane(app: App, site: Site) -> None:
    first, second, third = (ask(app, Poll()) for _ in range(3))
    with app.store.transaction() as session:
        for number in (first, second):
            session.get_one(WorkRow, number).state = "running"
    other = ask(app, BringSources(work.keep_upload(app, TABLE.encode()), "x.csv"))
    lane(app)
    assert (seen(app, third).state, seen(app, other).state) == ("waiting", "done")


def test_results_are_thrown_away_after_a_week(app: App, clock: FixedClock) -> None:
    upload = work.keep_upload(app, TABLE.encode())
    number = ask(app, BringSources(upload, "x.csv"))
    lane(app)
    file = work.folder(app) / (seen(app, number).file or "")
    old = (NOW - timedelta(days=1)).timestamp()
    os.utime(work.folder(app) / upload, (old, old))
    work.sweep(app)
    assert file.exists() and (work.folder(app) / upload).exists()
    clock.step(timedelta(days=8))
    work.sweep(app)
    assert not file.exists() and not (work.folder(app) / upload).exists()
    with app.store.reading() as session:
        assert work.seen(session, number) is None


def test_the_lanes_and_the_sweep_are_jobs() -> None:
    jobs = work.jobs()
    assert all(isinstance(job, Job) for job in jobs)
    assert len({job.name for job in jobs}) == len(jobs) == 4


RUNNER = """
import sys
from pathlib import Path
from outreach import wiring, work
from tests.support.offices import told_in
with wiring.open_app(told_in(Path(sys.argv[1]), collect={"host_seconds": 0, "pages_per_poll": 0})) as app:
    work.jobs()[0].run(app)
"""


def test_a_runner_that_is_killed_leaves_its_work_interrupted_and_nothing_doubled(tmp_path: Path, site: Site) -> None:
    told = told_in(tmp_path, collect={"host_seconds": 0, "pages_per_poll": 0})
    with Hanging() as hanging, wiring.open_app(told, create=True) as app:
        numbers = [source(app, "1 Vēstis", site.url("/rss")), source(app, "2 Klusē", hanging.url)]
        number = ask(app, Poll(",".join(map(str, numbers))))
        runner = subprocess.Popen(
            [sys.executable, "-c", RUNNER, str(tmp_path)], cwd=Path(__file__).resolve().parents[2], env={**os.environ}
        )
        try:
            until(lambda: hanging.waiting == 1)
            until(lambda: seen(app, number).done == 1)
            work.sweep(app)
            assert (seen(app, number).state, seen(app, number).done) == ("running", 1)
        finally:
            runner.send_signal(signal.SIGKILL)
            runner.wait()
        assert seen(app, number).state == "running"  # nobody has looked yet
        work.sweep(app)
        assert (seen(app, number).state, seen(app, number).told_key) == ("interrupted", "work.interrupted")
        again = ask(app, Poll(str(numbers[0])))
        lane(app)
        assert seen(app, again).told_facts["new"] == 0
        assert count(app, Article) == 2


def test_what_was_asked_is_plain(app: App) -> None:
    number = ask(app, BringSources("upload-0123456789abcdef", "saraksts.csv"))
    assert json.loads(json.dumps(seen(app, number).asked)) == {"file": "upload-0123456789abcdef", "name": "saraksts.csv", "take": False}
