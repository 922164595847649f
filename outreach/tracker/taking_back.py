"""An inquiry that was made here by mistake goes altogether, with what the program worked out about it."""

from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.tracker.heard.models import Heard
from outreach.tracker.intake import sealed_place
from outreach.tracker.models import Attribution, Inquiry, Touch
from outreach.tracker.same import marking


@dataclass(frozen=True)
class TakenBack:
    """What it said, for the place it came from."""

    name: str = field(repr=False)
    text: str = field(repr=False)


def take_back(session: Session, seal: Seal, inquiry_id: int) -> TakenBack:
    """Removes an inquiry that nobody has dealt with; figures count it no more.

    Raises OutreachError `tracker.error.inquiry`, or `tracker.error.dealt_with` once it is answered, belongs to a
    family, was erased, or a person has said what it is linked with.
    """
    row = session.get(Inquiry, inquiry_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise OutreachError("tracker.error.inquiry", inquiry_id=inquiry_id)
    corrected = select(Attribution.id).where(Attribution.inquiry_id == inquiry_id, Attribution.by_person.is_(True))
    touched = (row.answered_at, row.household_id, row.erased_at)
    if any(one is not None for one in touched) or session.scalar(corrected.limit(1)) is not None:
        raise OutreachError("tracker.error.dealt_with", inquiry_id=inquiry_id)

    def opened(column: str, sealed: str | None) -> str:
        return seal.open(sealed, sealed_place(column, row.token)) if sealed else ""

    told = TakenBack(opened("name", row.name_sealed), opened("text", row.text_sealed))
    marking.drop_inquiry(session, inquiry_id)
    noted = select(Heard.id).where(Heard.inquiry_id == inquiry_id, Heard.by.is_not(None)).limit(1)
    if session.scalar(noted) is not None:
        raise OutreachError("tracker.error.dealt_with", inquiry_id=inquiry_id)
    for table in (Attribution, Touch, Heard):
        session.execute(
            delete(table).where(table.inquiry_id == inquiry_id).execution_options(synchronize_session=False)
        )
    session.delete(row)
    session.flush()
    return told
