"""Having a job look at its rows as soon as a change is there, instead of at its next turn.

On PostgreSQL this is a row in the queue of the workers, written in the transaction of the change itself: rolled back
with it, there with it. It names a job and never says what is due: that stands in the rows that the job looks at. On
SQLite it is nothing, for there one process looks every few seconds.
"""

import json

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from outreach.core import journey

# The workers' task that runs a job once, and what its name begins with in locks.
TASK = "tick"
LOCK = "job:"

# As the engine's own function writes it, but one that already waits is enough: then nothing happens.
DEFER = text(
    "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args) "
    "VALUES (:queue, :task, :lock, :queueing_lock, CAST(:args AS jsonb)) "
    "ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING"
)


def wake(session: Session | Connection, queue: str, job: str) -> None:
    """Has a worker run `job` of `queue` once what is being written is committed; waits nowhere."""
    bind = session.get_bind() if isinstance(session, Session) else session
    if bind.dialect.name != "postgresql":
        return
    lock = f"{LOCK}{job}"
    args = json.dumps({"job": job, "journey": journey.current()} if journey.current() else {"job": job})
    session.execute(DEFER, {"queue": queue, "task": TASK, "lock": lock, "queueing_lock": lock, "args": args})
