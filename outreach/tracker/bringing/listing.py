"""An event's list with its names, opened for whoever keeps it: the look is written down."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker.bringing.taking import KIND
from outreach.tracker.intake import sealed_place
from outreach.tracker.models import Inquiry


@dataclass(frozen=True)
class LineSeen:
    """One line of a list; the words never in a repr, and empty where they were erased."""

    inquiry_id: int
    country: str | None
    people: int | None
    name: str = field(repr=False)
    contact: str = field(repr=False)


@dataclass(frozen=True)
class Page:
    """Lines, the newest first; `older` is where the next page begins, None on the last."""

    lines: tuple[LineSeen, ...]
    older: int | None


def page(
    session: Session, now: datetime, actor: str, seal: Seal, batch_id: int, before: int | None = None, limit: int = 50
) -> Page:
    """The lines of a batch below the inquiry `before`, opened for `actor`: one line in the trail, none for none."""
    query = select(Inquiry).where(Inquiry.batch_id == batch_id).order_by(Inquiry.id.desc()).limit(limit + 1)
    rows = list(session.scalars(query if before is None else query.where(Inquiry.id < before)))
    if rows:
        audit.write(session, now, actor, "reveal", KIND, batch_id)
    older = rows[limit - 1].id if len(rows) > limit else None
    return Page(tuple(_seen(seal, row) for row in rows[:limit]), older)


def _seen(seal: Seal, row: Inquiry) -> LineSeen:
    def opened(column: str, sealed: str | None) -> str:
        return seal.open(sealed, sealed_place(column, row.token)) if sealed else ""

    return LineSeen(
        row.id,
        row.country,
        row.people,
        opened("name", row.name_sealed),
        opened("contact", row.contact_sealed),
    )
