"""What becomes a figure in the days to come, told by numbers and days: the same rule as the nightly run's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from outreach.tracker.retention import standing
from outreach.tracker.retention.rule import Coming, coming

NEAR = 30  # days that are told one by one
FAR = 365


class Day(NamedTuple):
    """One day and whose records lose their words on it."""

    on: date
    households: tuple[int, ...]
    inquiries: tuple[int, ...]


class Month(NamedTuple):
    """A month's first day, and how many families and inquiries."""

    first: date
    households: int
    inquiries: int


@dataclass(frozen=True)
class Preview:
    """The days until `NEAR`, and the months of a year from now; days and months without anything are left out of the
    first and nought in the second.
    """

    households: int
    inquiries: int
    days: tuple[Day, ...]
    months: tuple[Month, ...]


def preview(session: Session, now: datetime, months: int) -> Preview:
    """What would be forgotten if nothing happened any more; three questions."""
    worded = [one for one in standing.kept(session) if one.has_words]
    found = coming(worded, now, months, FAR)
    near = [one for one in found if (one.on - now.date()).days <= NEAR]
    return Preview(
        _count(near, "household"), _count(near, "inquiry"), _days(near), tuple(_months(found, now.date()))
    )


def _count(found: Sequence[Coming], kind: str) -> int:
    return sum(one.kept.kind == kind for one in found)


def _days(found: Sequence[Coming]) -> tuple[Day, ...]:
    days: dict[date, tuple[list[int], list[int]]] = {}
    for one in found:
        homes, asked = days.setdefault(one.on, ([], []))
        (homes if one.kept.kind == "household" else asked).append(one.kept.number)
    return tuple(Day(on, tuple(homes), tuple(asked)) for on, (homes, asked) in sorted(days.items()))


def _months(found: Sequence[Coming], today: date) -> list[Month]:
    first = today.replace(day=1)
    told = []
    for step in range(12):
        year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
        inside = [one for one in found if (one.on.year, one.on.month) == (year, month + 1)]
        told.append(Month(date(year, month + 1, 1), _count(inside, "household"), _count(inside, "inquiry")))
    return told
