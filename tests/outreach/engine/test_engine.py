"""The queue of several processes: what is put into it, who plans, what becomes of a job whose worker was killed."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from outreach import wiring
from outreach.core.app import App
from outreach.core.clock import SystemClock
from outreach.core.db import Store, open_store
from outreach.core.election import Election
from outreach.core.errors import OutreachError
from outreach.core.jobs import QUEUES, Job
from outreach.core.wake import wake
from outreach.engine import fetching, hands, planner, worker
from scrapers import catalogue
from scrapers.models import Article, HostRow, Source
from tests.scrapers.news import bridge, family, feed
from tests.support import postgres
from tests.support.offices import told_in
from tests.support.site import Site, running


@pytest.fixture
def url(postgres_lender: postgres.Lender) -> Iterator[str]:
    with postgres_lender.database() as address:
        yield address


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url, create=False)
    yield opened
    opened.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as site:
        yield site


def waiting(store: Store) -> list[tuple[str, str, str, str]]:
    with store.reading() as session:
        rows = session.execute(
            text("SELECT queue_name, task_name, lock, args::text FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        )
        return [tuple(row) for row in rows]


def test_a_job_waits_once_and_only_if_what_it_is_about_is_there(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction() as session:
        wake(session, "publish", "publish")
        raise RuntimeError
    assert waiting(store) == []
    for _ in range(3):
        with store.transaction() as session:
            wake(session, "publish", "publish")
            wake(session, "mail", "digest")
    assert waiting(store) == [
        ("publish", "tick", "job:publish", '{"job": "publish"}'),
        ("mail", "tick", "job:digest", '{"job": "digest"}'),
    ]


def test_every_job_has_a_queue_that_workers_have_hands_for() -> None:
    assert {job.queue for job in wiring.jobs()} == set(QUEUES) == set(hands.USUAL)


@pytest.mark.parametrize(
    ("told", "found"),
    [((), dict(hands.USUAL)), (("collect",), {"collect": 8}), (("mail=3", "collect=1"), {"mail": 3, "collect": 1})],
)
def test_hands_are_as_told(told: tuple[str, ...], found: dict[str, int]) -> None:
    assert hands.chosen(told) == found


@pytest.mark.parametrize("told", ["post", "mail=", "mail=0", "mail=x", "mail=65", "mail=-1"])
def test_hands_that_make_no_sense_are_refused(told: str) -> None:
    if told == "mail=":
        assert hands.chosen([told]) == {"mail": 2}
        return
    with pytest.raises(OutreachError, match=r"engine\."):
        hands.chosen([told])


def test_of_several_one_is_elected_and_another_when_it_is_gone(url: str) -> None:
    stores = [open_store(url, create=False) for _ in range(3)]
    one, two, three = (Election(store) for store in stores)
    assert [one.won(), two.won(), three.won(), one.won()] == [True, False, False, True]
    # Its process is killed: the server sees the connection end.
    with stores[2].transaction() as session:
        session.execute(
            text("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        )
    assert two.won()
    assert not one.won()
    assert not three.won()
    two.give_up()
    assert three.won()
    for election, store in zip((one, two, three), stores, strict=True):
        election.give_up()
        store.close()


def put_job(store: Store, lock: str, *, status: str, silent: int | None) -> int:
    """A job as the engine keeps it; `silent`: how many seconds ago its worker was heard of, None for no worker."""
    with store.transaction() as session:
        number = None
        if silent is not None:
            number = session.scalar(
                text(
                    "INSERT INTO procrastinate_workers (last_heartbeat) "
                    "VALUES (now() - :silent * interval '1 second') RETURNING id"
                ),
                {"silent": silent},
            )
        return int(
            session.scalar(
                text(
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id) "
                    "VALUES ('collect', 'fetch', 'host:x', :lock, CAST(:status AS procrastinate_job_status), :worker) "
                    "RETURNING id"
                ),
                {"lock": lock, "status": status, "worker": number},
            )
        )


def states(store: Store) -> dict[int, str]:
    with store.reading() as session:
        return {row.id: row.status for row in session.execute(text("SELECT id, status::text FROM procrastinate_jobs"))}


@pytest.mark.parametrize("silent", [31, 4000, None])
def test_a_job_whose_worker_is_gone_is_put_back(store: Store, silent: int | None) -> None:
    number = put_job(store, "source:1", status="doing", silent=silent)
    with store.transaction() as session:
        assert planner.sweep(session) == 1
    assert states(store) == {number: "todo"}


def test_a_job_whose_worker_lives_is_left_alone(store: Store) -> None:
    number = put_job(store, "source:1", status="doing", silent=5)
    with store.transaction() as session:
        assert planner.sweep(session) == 0
    assert states(store) == {number: "doing"}


def test_a_job_that_waits_already_is_not_put_back_beside_its_twin(store: Store) -> None:
    put_job(store, "source:1", status="doing", silent=90)
    twin = put_job(store, "source:1", status="todo", silent=None)
    with store.transaction() as session:
        assert planner.sweep(session) == 1
    assert states(store) == {twin: "todo"}


@pytest.fixture
def make_app(tmp_path: Path, url: str) -> Iterator[Callable[..., App]]:
    from contextlib import ExitStack

    with ExitStack() as stack:

        def make(name: str = "eins", **collect: object) -> App:
            told = told_in(
                tmp_path / name,
                store={"url": url, "folder": "data"},
                http={"allow_private": True},
                collect={"host_seconds": 0.05, **collect},
            )
            return stack.enter_context(wiring.open_app(told, clock=SystemClock()))

        yield make


def add_sources(app: App, site: Site, count: int) -> None:
    for number in range(count):
        site.put(f"/{number}", feed(site.url(f"/{number}"), family(number * 10), bridge(number * 10 + 1)))
        with app.store.transaction() as session:
            catalogue.add(session, app.clock.now(), f"Avots {number}", site.url(f"/{number}"), language="lv")


def test_only_so_many_of_a_host_are_put_and_none_while_it_rests(make_app: Callable[..., App], site: Site) -> None:
    app = make_app()
    add_sources(app, site, 9)
    with app.store.reading() as session:
        planned = fetching.plan(session, app.clock.now())
    assert [host for _, host in planned] == [f"127.0.0.1:{site.port}"] * 4 or len({host for _, host in planned}) == 1
    assert len(planned) == 4
    with app.store.transaction() as session:
        planner.put_fetches(session, planned)
        planner.put_fetches(session, planned)
    assert len(waiting(app.store)) == 4
    with app.store.transaction() as session:
        session.add(HostRow(host=planned[0][1], next_at=app.clock.now() + timedelta(minutes=5), counts={}))
    with app.store.reading() as session:
        assert fetching.plan(session, app.clock.now()) == []


def test_workers_side_by_side_poll_each_source_once_and_one_at_a_time(
    make_app: Callable[..., App], site: Site
) -> None:
    apps = [make_app(name) for name in ("eins", "divi")]
    add_sources(apps[0], site, 12)
    end = threading.Event()
    told: list[str] = []
    chosen = {"collect": 4, "upkeep": 1}

    def work(app: App) -> None:
        worker.run(app, [Job("never", timedelta(hours=1), told.append)], chosen, end, plans=True, ready=lambda: None)

    threads = [threading.Thread(target=work, args=[app]) for app in apps]
    for thread in threads:
        thread.start()

    def polled() -> int:
        with apps[0].store.reading() as session:
            return session.query(Source).filter(Source.last_polled_at.is_not(None)).count()

    waits = threading.Event()
    for _ in range(600):
        if polled() == 12:
            break
        waits.wait(0.1)
    end.set()
    for thread in threads:
        thread.join()
    assert polled() == 12
    assert sorted(path for path, _ in site.asked if path != "/robots.txt") == sorted(f"/{number}" for number in range(12))
    assert site.most_at_once == 1
    with apps[0].store.reading() as session:
        assert session.query(Article).count() == 24
    assert waiting(apps[0].store) == []
