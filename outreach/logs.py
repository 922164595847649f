"""Log lines for whoever runs the program: when, how bad, which event, and its facts. Never a person's data."""

import logging
import sys
from datetime import UTC, datetime

_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OURS = ("outreach", "scrapers", "campaigns")


class Facts(logging.Formatter):
    """One line a record: the moment in UTC, the level, the event, then every fact as ``name=value``.

    Line breaks in a fact are written out: one record can never look like two.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        facts = [f"{name}={value!r}" for name, value in vars(record).items() if name not in _KNOWN]
        told = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = " ".join([at, record.levelname, told, *facts])
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def to_stderr(level: int) -> None:
    """Our own events from `level` on, and other libraries' warnings, as lines on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Facts())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
