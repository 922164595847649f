"""The one that plans: puts jobs into the queue when their time has come, and back when a worker was killed over one.

Of all processes that stand for it the server elects one; when it is gone, another takes over within seconds. A job
that is put twice, or too late, changes nothing: what is due stands in rows.
"""

import logging
import time
from collections.abc import Sequence
from threading import Event

from sqlalchemy import text
from sqlalchemy.orm import Session

from outreach.core import presence
from outreach.core.app import App
from outreach.core.election import Election
from outreach.core.errors import OutreachError
from outreach.core.jobs import Job
from outreach.core.wake import DEFER, wake
from outreach.engine import fetching

log = logging.getLogger("outreach.engine")

# How often it looks; a standby looks as often whether it is the one now.
LOOK = 1.0
FETCHES = 3.0
SWEEP = 30.0
# A worker says every ten seconds that it lives: after so many of silence it is gone.
SILENT = 30
# What is not ticked: its rows are jobs of their own.
_OWN = frozenset({"collect"})

_STALLED = text(
    "SELECT jobs.id, jobs.queueing_lock FROM procrastinate_jobs AS jobs "
    "LEFT JOIN procrastinate_workers AS workers ON workers.id = jobs.worker_id "
    "WHERE jobs.status = 'doing' "
    "AND (workers.id IS NULL OR workers.last_heartbeat < now() - :silent * interval '1 second') "
    "ORDER BY jobs.id FOR UPDATE OF jobs SKIP LOCKED"
)
_TWIN = text("SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = :lock")
_DROP = text("SELECT procrastinate_finish_job_v1(:id, 'failed', true)")
_AGAIN = text("SELECT procrastinate_retry_job_v2(:id, NULL, NULL, NULL, NULL)")
_SILENT_WORKERS = text("SELECT procrastinate_prune_stalled_workers_v1(:silent)")


def put(session: Session, job: str, queue: str) -> None:
    """Has a worker run the job once."""
    wake(session, queue, job)


def put_fetches(session: Session, sources: Sequence[tuple[int, str]]) -> None:
    """Has workers poll these sources (number, host); one that waits already is not put twice."""
    if not sources:
        return
    session.execute(
        DEFER,
        [
            {
                "queue": "collect",
                "task": fetching.TASK,
                "lock": f"host:{host}",
                "queueing_lock": f"source:{number}",
                "args": f'{{"source": {number}}}',
            }
            for number, host in sources
        ],
    )


def sweep(session: Session) -> int:
    """Puts back what a worker that is gone was at; how many. Where the same already waits, nothing is lost by dropping
    it: to put it back then would break on its twin.
    """
    found = session.execute(_STALLED, {"silent": SILENT}).all()
    for number, lock in found:
        twin = lock is not None and session.execute(_TWIN, {"lock": lock}).first() is not None
        session.execute(_DROP if twin else _AGAIN, {"id": number})
    session.execute(_SILENT_WORKERS, {"silent": SILENT})
    return len(found)


class Planner:
    """Plans while it is the elected one."""

    def __init__(self, app: App, jobs: Sequence[Job]) -> None:
        self._app = app
        self._jobs = [job for job in jobs if job.name not in _OWN]
        self._election = Election(app.store)
        self._next: dict[str, float] = {}
        self._leads = False

    @property
    def leads(self) -> bool:
        """Whether it was the one when it last looked."""
        return self._leads

    def run(self, end: Event) -> None:
        """Until `end` is set."""
        try:
            while True:
                self.look()
                if end.wait(LOOK):
                    return
        finally:
            self._election.give_up()

    def look(self) -> None:
        """Plans what has come due, if this is the one; trouble with the store is the next look's."""
        try:
            leads = self._election.won()
            if leads and not self._leads:
                log.info("planner.elected")
                self._next.clear()  # whoever was it before may have missed anything
            self._leads = leads
            if leads:
                self._plan(time.monotonic())
        except OutreachError as error:
            log.error("planner.failed", extra={"error": str(error)})
        except Exception:
            log.exception("planner.broke")

    def _plan(self, at: float) -> None:
        ready = [job for job in self._jobs if self._is_time(job.name, job.every.total_seconds(), at)]
        fetches = self._is_time("fetches", FETCHES, at)
        swept = 0
        with self._app.store.transaction() as session:
            for job in ready:
                put(session, job.name, job.queue)
            if fetches:
                put_fetches(session, fetching.plan(session, self._app.clock.now()))
            if self._is_time("sweep", SWEEP, at):
                swept = sweep(session)
        presence.beat(self._app.settings.folder, self._app.clock.now())
        if swept:
            log.warning("planner.rescued", extra={"jobs": swept})

    def _is_time(self, name: str, every: float, at: float) -> bool:
        if at < self._next.get(name, 0.0):
            return False
        self._next[name] = at + every
        return True
