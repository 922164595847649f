"""Inquiries and families by number alone: their words are sealed and never searched."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from outreach.tracker.models import Household, Inquiry

# Numbers of the store's rows.
_HIGHEST = 2**31 - 1


@dataclass(frozen=True)
class Numbered:
    """What bears a number: `kind` is inquiry or family."""

    kind: str
    number: int
    at: datetime
    municipality: str | None


def by_number(session: Session, number: int) -> list[Numbered]:
    """The inquiry and the family with this number, those that were erased too."""
    if not 0 < number <= _HIGHEST:
        return []
    inquiry = select(literal("inquiry"), Inquiry.id, Inquiry.received_at, Inquiry.municipality)
    family = select(literal("family"), Household.id, Household.created_at, Household.municipality)
    found = union_all(inquiry.where(Inquiry.id == number), family.where(Household.id == number))
    return [Numbered(*row) for row in session.execute(found)]
