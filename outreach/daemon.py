"""One process that ticks and serves: APScheduler looks for due rows, granian shows the pages.

APScheduler only ticks, from memory and at intervals: what is due, and whether it is still free, is decided by rows. Of
several daemons on one data folder one ticks; the others stand by and take over when its lock is free.
"""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from a2wsgi import WSGIMiddleware
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from filelock import FileLock, Timeout
from flask import Flask
from granian.constants import Interfaces
from granian.server.embed import Server

from outreach.core import presence
from outreach.core.app import App
from outreach.core.clock import SystemClock
from outreach.core.election import Election
from outreach.core.errors import OutreachError
from outreach.core.jobs import Job, guarded

log = logging.getLogger("outreach.daemon")

# How often the ticker looks whether the clock was set or the lock has become free, and what counts as set.
_LOOK = 1.0
_STEP = 2.0


class Every(BaseTrigger):  # type: ignore[misc]  # it comes without types
    """The next tick is `every` after this one began.

    The scheduler's own interval counts every tick since the last: after a clock that began in 1970, millions.
    """

    def __init__(self, every: timedelta) -> None:
        self._every = every

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self._every


class Ticker:
    """Runs each job again and again while this process holds the scheduler's lock."""

    def __init__(self, app: App, jobs: tuple[Job, ...]) -> None:
        self._app = app
        self._lock = _lock(app.settings.folder)
        # On a server, data folders of several machines have one store: then the server says whose turn it is.
        self._election = Election(app.store) if app.store.path is None else None
        self._asking = Lock()
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(max(len(jobs), 1))},
            # No grace: with the default of one second, ticks that are due together are dropped without a word.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        self._clock = SystemClock()  # the scheduler's own: the app's may stand still
        for job in jobs:
            self._scheduler.add_job(
                self._tick, Every(job.every), args=[job], id=job.name, next_run_time=self._clock.now()
            )
        self._keeper = Thread(target=self._keep, name="ticker", daemon=True)

    def start(self) -> None:
        # Whoever asks right after the start must hear that it ticks, however long the first tick loads its room.
        self._beat()
        self._scheduler.start()
        self._keeper.start()

    def stop(self) -> None:
        """Lets the ticks under way come to their next stopping place, then ends."""
        self._app.stopping.set()
        abort = getattr(self._app.http, "abort", None)
        if abort is not None:
            abort()
        if self._keeper.is_alive():
            self._keeper.join()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        if self._election is not None:
            self._election.give_up()
        self._lock.release(force=True)

    def _tick(self, job: Job) -> None:
        if self._app.stopping.is_set() or not self._mine():
            return
        guarded(log, job.name, lambda: job.run(self._app))

    def _keep(self) -> None:
        """Has everything looked at once when the clock was set, or when another daemon's lock has become free.

        The scheduler waits for a time of day: set back by an hour, the clock would silence it for that hour.
        """
        offset, ours = self._offset(), self._beat()
        while not self._app.stopping.wait(_LOOK):
            before, was_ours = offset, ours
            offset, ours = self._offset(), self._beat()
            if abs(offset - before) > _STEP or ours > was_ours:
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=self._clock.now())

    def _beat(self) -> bool:
        """Says that this daemon ticks, if it does; a folder that takes no lock is each tick's own trouble."""
        with suppress(OSError):
            if self._mine():
                presence.beat(self._app.settings.folder, self._app.clock.now())
                return True
        return False

    def _offset(self) -> float:
        """How far the clock on the wall is from the one that nobody can set, in seconds."""
        return self._clock.now().timestamp() - time.monotonic()

    def _mine(self) -> bool:
        with self._asking:
            if not self._lock.is_locked:
                try:
                    self._lock.acquire(timeout=0)
                except Timeout:
                    return False
            return self._election is None or self._election.won()


def _lock(folder: Path) -> FileLock:
    (folder / "run").mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "run" / "scheduler.lock", thread_local=False)


def is_running(folder: Path) -> bool:
    """Whether some daemon ticks on this data folder."""
    if not (folder / "run" / "scheduler.lock").exists():
        return False
    lock = _lock(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def check_port(host: str, port: int) -> None:
    """OutreachError `daemon.port` if something else listens there: better said before anything has started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OutreachError("daemon.port", host=host, port=str(port)) from error


def _asgi(pages: Flask) -> Callable[..., Awaitable[None]]:
    """The pages as granian's embedded server takes them.

    Its `receive` and `send` give plain awaitables; the bridge hands them to another thread, which takes coroutines.
    """
    bridge = WSGIMiddleware(pages, workers=8)  # type: ignore[arg-type]  # it narrows what WSGI leaves open

    async def app(
        scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        async def received() -> Any:
            return await receive()

        async def sent(message: Any) -> None:
            await send(message)

        await bridge(scope, received, sent)

    return app


# Whether pages were served in this process: see `leave`.
_served = Event()


def leave(code: int) -> None:
    """Ends the process with `code`, at once if pages were served in it; else returns.

    granian leaves threads behind that may want the interpreter back while it is being taken down, and then abort the
    process (measured: 7 of 66 ends on a busy machine). By now everything is stopped, committed and closed.
    """
    if _served.is_set():
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class PageServer:
    """The pages behind granian, in a thread of their own."""

    def __init__(self, pages: Flask, host: str, port: int) -> None:
        check_port(host, port)
        self._where = (host, port)
        self._server = Server(
            _asgi(pages),
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            websockets=False,
            log_enabled=False,
        )
        self._ready = Event()
        self._thread = Thread(target=self._run, name="pages", daemon=True)

    def start(self) -> None:
        """Returns once the page answers; OutreachError `daemon.port` if it never will."""
        _served.set()
        self._thread.start()
        self._ready.wait()
        if not self._thread.is_alive():
            raise OutreachError("daemon.port", host=self._where[0], port=str(self._where[1]))

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._server.stop)
            self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        serving = asyncio.create_task(self._server.serve())
        while not serving.done():
            try:
                _, writer = await asyncio.open_connection(*self._where)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            self._ready.set()
            break
        await serving


def set_aside() -> None:
    """Has the collector of garbage leave alone what is there by now: modules, texts, statements, templates.

    They live as long as the process. Looking through them again and again took a page a tenth of a second now and then
    (measured: 95 ms, five times in 200 pages; afterwards 1 ms).
    """
    gc.collect()
    gc.freeze()


def asked_to_end() -> Event:
    """An event that SIGINT and SIGTERM set from now on, instead of ending the process where it stands."""
    end = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: end.set())
    return end


def wait(end: Event) -> None:
    """Returns when `end` is set; the wait is cut in pieces, for not every system wakes a whole one for a signal."""
    while not end.wait(timeout=0.5):
        pass


def serve(app: App, pages: Flask, jobs: tuple[Job, ...], ready: Callable[[], None], *, ticks: bool = True) -> None:
    """Ticks and serves until SIGINT or SIGTERM; returns when all is stopped.

    `ready` is called once the page answers. Without `ticks` it serves alone: others work.
    """
    end = asked_to_end()
    server = PageServer(pages, app.settings.web.host, app.settings.web.port)
    ticker = Ticker(app, jobs) if ticks else None
    server.start()
    try:
        if ticker is not None:
            ticker.start()
        ready()
        set_aside()
        wait(end)
    finally:
        if ticker is not None:
            ticker.stop()
        server.stop()
