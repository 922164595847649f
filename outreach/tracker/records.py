"""A record by its number, or one sentence that there is none."""

from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.tracker.models import Household, Inquiry


def household(session: Session, number: int) -> Household:
    """A family's record; OutreachError `tracker.error.household`."""
    row = session.get(Household, number)
    if row is None:
        raise OutreachError("tracker.error.household", household_id=number)
    return row


def inquiry(session: Session, number: int) -> Inquiry:
    """An inquiry; OutreachError `tracker.error.inquiry`."""
    row = session.get(Inquiry, number)
    if row is None:
        raise OutreachError("tracker.error.inquiry", inquiry_id=number)
    return row
