"""When a record has lain long enough: a rule of dates alone. The nightly run and its preview read the same one."""

import calendar
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Kind = Literal["household", "inquiry"]


@dataclass(frozen=True)
class Kept:
    """A record that is not a mere figure yet.

    `family`: whose it is, None for an inquiry of nobody we know. `at`: its last moment (arrival, last letter); `day`:
    when its family entered its last stage. `is_open`: the case goes on. `has_words`: something in it is left to erase.
    """

    kind: Kind
    number: int
    family: int | None
    at: datetime
    day: date | None = None
    is_open: bool = False
    held_until: date | None = None
    has_words: bool = True


@dataclass(frozen=True)
class Coming:
    """A record and the day on which it becomes a figure, if nothing happens until then."""

    on: date
    kept: Kept


def months_before(now: datetime, months: int) -> datetime:
    """The same moment so many calendar months ago; the 31st becomes the last day a month has."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    day = date(year, month + 1, min(now.day, last))
    return datetime.combine(day, now.timetz())


def is_held(kept: Kept, today: date) -> bool:
    """Whether a hold keeps the record; on the hold's own day it does no more."""
    return kept.held_until is not None and today < kept.held_until


def is_due(kept: Kept, now: datetime, months: int) -> bool:
    """Whether the record is older than `months`, closed and free of holds."""
    limit = months_before(now, months)
    old = kept.at < limit and (kept.day is None or kept.day < limit.date())
    return old and not kept.is_open and not is_held(kept, now.date())


def coming(records: Iterable[Kept], now: datetime, months: int, days: int) -> list[Coming]:
    """Which of the records are due within `days` days at this hour, each with the first such day, in its order."""
    moments = [now + timedelta(days=step) for step in range(days + 1)]
    limits = [months_before(moment, months) for moment in moments]
    past = [limit.date() for limit in limits]
    found = []
    for kept in records:
        if kept.is_open:
            continue
        first = bisect_right(limits, kept.at)
        if kept.day is not None:
            first = max(first, bisect_right(past, kept.day))
        if kept.held_until is not None:
            first = max(first, (kept.held_until - now.date()).days)
        if first <= days:
            found.append(Coming(moments[first].date(), kept))
    return sorted(found, key=lambda one: (one.on, one.kept.kind, one.kept.number))


def whole(records: Iterable[Kept], due: Iterable[Kept]) -> list[int]:
    """The families of which every record is due: they can become anonymous, for nothing of them is told by its day."""
    ripe = {(one.kind, one.number): one.family for one in due}
    lacking = {one.family for one in records if (one.kind, one.number) not in ripe}
    return sorted({family for family in ripe.values() if family is not None} - lacking)
