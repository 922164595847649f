"""A process that works: takes jobs of the queues it was given, each queue with hands of its own.

The engine (Procrastinate) hands a job to one worker; what it is about is a row's number, and the row decides whether
there is anything to do. A job that fails is not tried again by the engine: the row says when.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

from procrastinate import App as Engine
from procrastinate import PsycopgConnector
from sqlalchemy.engine import make_url

from outreach.core import wake
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.jobs import Job, guarded
from outreach.engine import fetching
from outreach.engine.planner import Planner

log = logging.getLogger("outreach.engine")

# How long what is under way may take to end once the program is asked to.
_GRACE = 60.0
# How often a worker says that it lives, in seconds.
BEAT = 10.0
_LOOK = 0.2


def engine_of(app: App, jobs: Sequence[Job], hands: Mapping[str, int]) -> Engine:
    """The engine on the office's PostgreSQL with its two tasks: run a job once, poll a source once.

    OutreachError `engine.postgresql` where the store is a file.
    """
    url = app.store.engine.url
    if url.get_backend_name() != "postgresql":
        raise OutreachError("engine.postgresql")
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    # A connection to listen on for each queue, and some to take and give back jobs.
    engine = Engine(connector=PsycopgConnector(conninfo=plain, min_size=1, max_size=2 * len(hands) + 2))
    known = {job.name: job for job in jobs}

    @engine.task(name=wake.TASK)
    def tick(job: str, journey: str = "") -> None:
        if job in known:
            done(job, lambda: known[job].run(app), journey)

    @engine.task(name=fetching.TASK)
    def fetch(source: int) -> None:
        done(fetching.TASK, lambda: fetching.fetch(app, source))

    def done(name: str, work: Callable[[], object], journey: str = "") -> None:
        if app.stopping.is_set():
            return
        guarded(log, name, work, journey)

    return engine


def run(
    app: App, jobs: Sequence[Job], hands: Mapping[str, int], end: Event, *, plans: bool, ready: Callable[[], None]
) -> None:
    """Works until `end` is set, and lets what is under way come to its next stopping place.

    `plans`: it also stands for the one that plans. `ready` is called once it takes jobs.
    """
    engine = engine_of(app, jobs, hands)
    planner = Planner(app, jobs)
    planning = Thread(target=planner.run, args=[end], name="planner", daemon=True)
    if plans:
        planning.start()
    try:
        asyncio.run(_work(app, engine, hands, end, ready))
    finally:
        end.set()
        app.stopping.set()
        if plans:
            planning.join()


async def _work(app: App, engine: Engine, hands: Mapping[str, int], end: Event, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(sum(hands.values()) + 2, thread_name_prefix="hand"))
    async with engine.open_async():
        workers = [
            asyncio.create_task(
                engine.run_worker_async(
                    queues=[queue],
                    name=queue,
                    concurrency=count,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    shutdown_graceful_timeout=_GRACE,
                    update_heartbeat_interval=BEAT,
                )
            )
            for queue, count in hands.items()
        ]
        ready()
        while not end.is_set() and not any(worker.done() for worker in workers):
            await asyncio.sleep(_LOOK)
        app.stopping.set()
        abort = getattr(app.http, "abort", None)
        if abort is not None:
            abort()
        for worker in workers:
            worker.cancel()
        for ended in await asyncio.gather(*workers, return_exceptions=True):
            if isinstance(ended, Exception):
                raise OutreachError("engine.stopped", reason=type(ended).__name__) from ended
