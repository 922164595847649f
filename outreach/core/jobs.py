"""What the daemon or a worker calls again and again."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from outreach.core.errors import OutreachError
from outreach.core.journey import begun

if TYPE_CHECKING:
    from outreach.core.app import App

# The workers' queues, each with a number of hands of its own, so that thousands of polls hold up no post and no mail.
QUEUES = ("collect", "understand", "publish", "mail", "upkeep")


@dataclass(frozen=True)
class Job:
    """A named piece of work that looks for due rows and does them.

    `every` is how often it looks, never what is due: that is computed from rows, so a tick too many or too few
    changes nothing. `run` must be safe to call from any number of processes at once. `queue` is whose hands do it where
    several processes work (one of `QUEUES`).
    """

    name: str
    every: timedelta
    run: Callable[["App"], object]
    queue: str = "upkeep"


def guarded(log: logging.Logger, name: str, work: Callable[[], object], journey: str = "") -> None:
    """Does the work of a job as a journey of its own, or as part of `journey`; what goes wrong is told to `log`."""
    with begun(journey):
        try:
            work()
        except OutreachError as error:
            log.error("job.failed", extra={"job": name, "error": str(error)})
        except Exception:
            # One job's fault must not end the others; the trace is the log's, the rows still say what is due.
            log.exception("job.broke", extra={"job": name})
