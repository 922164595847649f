"""Whose an answer is: the records of one family, or one inquiry, and nothing beside them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, or_, select

from outreach.people.models import AuditEntry
from outreach.tracker import families
from outreach.tracker.cases.models import FamilyConsent, Paper, Task
from outreach.tracker.handover.models import Handover
from outreach.tracker.letters.models import Letter
from outreach.tracker.models import Inquiry
from outreach.tracker.offers.models import Offer

# What hangs on a family, by the word of the trail.
_OF_FAMILY = {"task": Task, "consent": FamilyConsent, "paper": Paper, "offer": Offer, "handover": Handover}


@dataclass(frozen=True)
class Scope:
    """One family with what is part of it (`kind` household), or one inquiry by itself."""

    kind: str
    number: int

    def homes(self) -> Select[int]:
        """Numbers of its records of a family; none of an inquiry's."""
        inside = families.parts(self.number)
        return inside if self.kind == "household" else inside.where(false())

    def asked(self) -> ColumnElement[bool]:
        """Its inquiries."""
        if self.kind == "inquiry":
            return Inquiry.id == self.number
        return Inquiry.household_id.in_(self.homes())

    def letters(self) -> ColumnElement[bool]:
        """Its letters."""
        return Letter.inquiry_id.in_(select(Inquiry.id).where(self.asked())) | Letter.household_id.in_(self.homes())

    def deeds(self) -> ColumnElement[bool]:
        """Lines of the trail about it."""
        kind, number = AuditEntry.subject_kind, AuditEntry.subject_id
        asked = (kind == "inquiry") & number.in_(select(Inquiry.id).where(self.asked()))
        if self.kind == "inquiry":
            return asked
        return or_(
            (kind == "household") & number.in_(self.homes()),
            asked,
            *(
                (kind == word) & number.in_(select(table.id).where(table.household_id.in_(self.homes())))  # type: ignore[attr-defined]
                for word, table in _OF_FAMILY.items()
            ),
        )
