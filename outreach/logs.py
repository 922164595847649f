"""Log lines for whoever runs the program: when, how bad, which event, and its facts. Never a person's data."""

import json
import logging
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Literal

from outreach.core import journey

_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Their words hold the value that was wrong: "could not convert string to float: 'Anna'".
_QUOTING = (ValueError, LookupError, AssertionError)
_OURS = ("outreach", "scrapers", "campaigns")

Form = Literal["console", "json"]


def _facts(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    """What is told beside the event: the journey it belongs to, and the record's own facts."""
    name = journey.current()
    if name:
        yield "journey", name
    for key, value in vars(record).items():
        if key not in _KNOWN:
            yield key, value


class Facts(logging.Formatter):
    """One line a record: the moment in UTC, the level, the event, then every fact as ``name=value``.

    Line breaks in a fact are written out: one record can never look like two.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        told = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = " ".join([at, record.levelname, told, *(f"{name}={value!r}" for name, value in _facts(record))])
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


class Json(logging.Formatter):
    """One JSON object a record, for programs that gather logs; a trace is one more field."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": record.getMessage(),
            "logger": record.name,
            **dict(_facts(record)),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["trace"] = trace(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False, default=repr)


class Counting(logging.Handler):
    """Counts what went wrong, by event: for whoever asks this process how it fares."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        # An event's name, never the sentence of another library: that may hold anything.
        self.counts[record.msg if record.name.startswith(_OURS) else record.name] += 1


_COUNTED = Counting()


def errors() -> Mapping[str, int]:
    """How often which error was logged in this process since it started."""
    return dict(_COUNTED.counts)


def to_stderr(level: int, form: Form = "console") -> None:
    """Our own events from `level` on, and other libraries' warnings, as lines on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Facts())
    root = logging.getLogger()
    root.handlers[:] = [handler, _COUNTED]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
