"""What changed between two versions of figures, or between what was given out and what the records say today."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.core.office import Office
from outreach.core.text import Texts
from outreach.statements.freezing import standing
from outreach.statements.frozen import Figures
from outreach.statements.reading import StatementSeen


@dataclass(frozen=True)
class Changed:
    """A number that is another, or stands on other records; None where one side does not state it."""

    name: str
    was: int | None
    now: int | None
    came: tuple[int, ...]
    went: tuple[int, ...]


@dataclass(frozen=True)
class Difference:
    """What is not as it was; `worded`: sentences read otherwise."""

    numbers: tuple[Changed, ...]
    worded: bool

    @property
    def any(self) -> bool:
        return bool(self.numbers) or self.worded


def compare(was: Figures, now: Figures) -> Difference:
    """What changed from one to the other, in the order in which the newer states it."""
    names = [*now.numbers, *(name for name in was.numbers if name not in now.numbers)]
    changed = []
    for name in names:
        before, after = was.records.get(name, ()), now.records.get(name, ())
        if was.numbers.get(name) != now.numbers.get(name) or set(before) != set(after):
            came, went = sorted(set(after) - set(before)), sorted(set(before) - set(after))
            changed.append(Changed(name, was.numbers.get(name), now.numbers.get(name), tuple(came), tuple(went)))
    return Difference(tuple(changed), was.texts != now.texts)


def with_today(session: Session, texts: Texts, given: StatementSeen, office: Office, zone: ZoneInfo) -> Difference:
    """What the records say otherwise today. OutreachError as the report."""
    return compare(given.figures, standing(session, texts, given.line.kind, given.line.span(zone), office))


def courses(versions: Sequence[StatementSeen]) -> dict[int, Difference]:
    """Of versions, the last first: what each changed of the one before it, by its number; the first changed nothing."""
    return {
        newer.line.version: compare(older.figures, newer.figures)
        for newer, older in pairwise(versions)
    }
