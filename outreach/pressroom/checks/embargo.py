"""What a text says of its embargo, against the embargo that is set."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from outreach.pressroom.checks import dates
from outreach.pressroom.checks.data import cues
from outreach.pressroom.checks.finding import Finding, Piece
from outreach.pressroom.checks.sentences import around

_CLOCK = re.compile(r"(?<![\d.:,])([01]?\d|2[0-3])[:.]([0-5]\d)(?![\d:])(?!\.\d)\s*(am|pm)?", re.IGNORECASE)


def check(piece: Piece, embargo_until: datetime | None, today: date, zone: ZoneInfo) -> Iterator[Finding]:
    """A sentence about an embargo whose day or hour is another (`presscheck.embargo.differs`), or none is set though
    the text names one (`presscheck.embargo.none`).
    """
    seen: set[int] = set()
    for cue in cues("embargo").finditer(piece.text):
        sentence = around(piece.text, cue.start())
        if sentence.start in seen:
            continue
        seen.add(sentence.start)
        told = piece.text[sentence.start : sentence.end]
        days = dates.days(told, today)
        clocks = [_time(match) for match in _CLOCK.finditer(_without(told, days))]
        if not days and not clocks:
            continue
        if embargo_until is None:
            yield Finding("stop", "presscheck.embargo.none", {}, piece.field, cue.start(), cue.end())
            continue
        local = embargo_until.astimezone(zone)
        if (days and local.date() not in {one.day for one in days}) or (clocks and local.time() not in clocks):
            facts = {"day": local.date(), "clock": f"{local:%H:%M}"}
            yield Finding("stop", "presscheck.embargo.differs", facts, piece.field, sentence.start, sentence.end)


def _without(told: str, days: Sequence[dates.Told]) -> str:
    """The sentence without its days: "03.12.2026" has no hour in it."""
    for one in days:
        told = told[: one.start] + " " * (one.end - one.start) + told[one.end :]
    return told


def _time(match: re.Match[str]) -> time:
    hour = int(match[1])
    if match[3]:
        hour = hour % 12 + (12 if match[3].lower() == "pm" else 0)
    return time(hour, int(match[2]))
