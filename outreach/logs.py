"""Log lines for whoever runs the program: when, how bad, which event, and its facts. Never a person's data."""

import logging
import sys
import traceback
from datetime import UTC, datetime

_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Their words hold the value that was wrong: "could not convert string to float: 'Anna'".
_QUOTING = (ValueError, LookupError, AssertionError)
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
        if record.exc_info and record.exc_info[1] is not None:
            line += "\n" + trace(record.exc_info[1])
        return line


def trace(error: BaseException) -> str:
    """Where an error came from, the first one first. What an error says that quotes the value at hand is left out: it
    may be what a family wrote.
    """
    told: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        name = f"{type(one).__module__}.{type(one).__qualname__}\n"
        said = [name] if isinstance(one, _QUOTING) else traceback.format_exception_only(one)
        told.append("".join(["Traceback (most recent call last):\n", *traceback.format_tb(one.__traceback__), *said]))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(reversed(told)).rstrip("\n")


def to_stderr(level: int) -> None:
    """Our own events from `level` on, and other libraries' warnings, as lines on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Facts())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
