"""Outlets and our last releases: who was sent them, who printed them, and who never does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.pressroom.ledger.fingerprints import released_at
from outreach.pressroom.ledger.reading import headlines
from outreach.pressroom.models import Contact, Release, ReleaseMail, ReleasePrint, Sending
from scrapers.models import Mention, Source

RELEASES = 12
MOST = 150  # outlets
_LOOKED_AT = 60  # releases, for what was never out is none


@dataclass(frozen=True)
class Column:
    """A release that is out since `at`."""

    release_id: int
    headline: str
    language: str
    at: datetime


@dataclass(frozen=True)
class Cell:
    """What an outlet did with a release: `sent` to one of its people; `share` (0 to 1) and `hours` if it printed it."""

    sent: bool = False
    print_id: int | None = None
    share: float | None = None
    hours: float | None = None
    kind: str = ""

    @property
    def printed(self) -> bool:
        return self.print_id is not None


@dataclass(frozen=True)
class Row:
    """An outlet with a cell for each release. `people` of it are our contacts."""

    outlet: str
    people: int
    cells: tuple[Cell, ...]

    @property
    def sent(self) -> int:
        return sum(cell.sent for cell in self.cells)

    @property
    def printed(self) -> int:
        return sum(cell.printed for cell in self.cells)

    @property
    def never(self) -> bool:
        """It was sent something, and printed nothing."""
        return self.sent > 0 and not self.printed

    @property
    def hours(self) -> float | None:
        """How long it usually takes: the median."""
        told = sorted(cell.hours for cell in self.cells if cell.hours is not None)
        return told[len(told) // 2] if told else None

    @property
    def share(self) -> float | None:
        """How much of what it prints is word for word ours, on average."""
        told = [cell.share for cell in self.cells if cell.share is not None]
        return sum(told) / len(told) if told else None


@dataclass(frozen=True)
class Matrix:
    """Outlets by our last releases, the latest release first; who never prints comes first."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def matrix(session: Session) -> Matrix:
    """The last twelve releases that are out, and every outlet that was sent or printed one of them. Six queries."""
    columns = _columns(session)
    numbers = [one.release_id for one in columns]
    if not numbers:
        return Matrix((), ())
    sent = _sent(session, numbers)
    printed = _printed(session, numbers)
    people = _people(session)
    names = sorted({outlet for outlet, _ in (*sent, *printed)})
    rows = [
        Row(
            name,
            people.get(name, 0),
            tuple(_cell(printed.get((name, number)), sent=(name, number) in sent) for number in numbers),
        )
        for name in names
    ]
    rows.sort(key=lambda row: (not row.never, row.printed / max(1, row.sent), row.outlet))
    return Matrix(columns, tuple(rows[:MOST]))


def _cell(found: Cell | None, *, sent: bool) -> Cell:
    if found is None:
        return Cell(sent)
    return Cell(sent, found.print_id, found.share, found.hours, found.kind)


def _columns(session: Session) -> tuple[Column, ...]:
    latest = list(session.scalars(select(Release.id).order_by(Release.id.desc()).limit(_LOOKED_AT)))
    at = released_at(session, latest)
    chosen = sorted(at, key=lambda number: (at[number], number), reverse=True)[:RELEASES]
    named = headlines(session, chosen)
    return tuple(Column(number, *named[number], at[number]) for number in chosen if number in named)


def _sent(session: Session, numbers: Sequence[int]) -> set[tuple[str, int]]:
    rows = session.execute(
        select(Contact.outlet, Sending.release_id)
        .join(ReleaseMail, ReleaseMail.contact_id == Contact.id)
        .join(Sending, Sending.id == ReleaseMail.sending_id)
        .where(Sending.release_id.in_(numbers), ReleaseMail.status == "sent", Contact.outlet != "")
        .distinct()
    )
    return {(outlet, release_id) for outlet, release_id in rows}


def _people(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Contact.outlet, func.count(Contact.id))
        .where(Contact.outlet != "", Contact.merged_into.is_(None), Contact.stopped_at.is_(None))
        .group_by(Contact.outlet)
    )
    return {row[0]: row[1] for row in rows}


def _printed(session: Session, numbers: Sequence[int]) -> dict[tuple[str, int], Cell]:
    """Of several prints of one outlet the fullest."""
    rows = session.execute(
        select(
            Source.name, ReleasePrint.release_id, ReleasePrint.id, ReleasePrint.share, ReleasePrint.hours,
            ReleasePrint.kind,
        )
        .join(Mention, Mention.id == ReleasePrint.mention_id)
        .join(Source, Source.id == Mention.source_id)
        .where(ReleasePrint.release_id.in_(numbers), ReleasePrint.verdict.is_not(False))
        .order_by(ReleasePrint.share, ReleasePrint.id)
    )
    return {
        (outlet, release_id): Cell(False, number, share, hours, kind)
        for outlet, release_id, number, share, hours, kind in rows
    }
