"""Who may be the same, on the pages of a family and of an inquiry, and what is said after a record was saved."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from outreach.tracker.casework import FamilySeen
from outreach.tracker.queries import InquirySeen
from outreach.tracker.same import finding
from outreach.tracker.same.finding import Candidate, Place
from outreach.web import notices


def of_family(session: Session, seen: FamilySeen, limit: int) -> list[Candidate]:
    """The surest candidates beside a family; none for a part of another record."""
    if seen.merged_into is not None:
        return []
    return finding.beside_family(session, seen.household_id, Place(seen.municipality, frozenset(seen.countries)), limit)


def of_inquiry(session: Session, seen: InquirySeen, limit: int) -> list[Candidate]:
    """The surest candidates beside an inquiry; none for one that is a family's."""
    if seen.household_id is not None:
        return []
    place = Place(seen.municipality, frozenset([seen.country] if seen.country else ()))
    return finding.beside_inquiry(session, seen.inquiry_id, place, limit)


def tell(candidates: Iterable[Candidate]) -> None:
    """Has the next page name the surest of the candidates; nothing where no sign is strong."""
    strong = next((one for one in candidates if one.shared.strong), None)
    if strong is None:
        return
    if strong.household_id is not None:
        notices.tell("same.told.strong_family", tone="person", other=str(strong.household_id))
    else:
        notices.tell("same.told.strong_inquiry", tone="person", other=str(strong.inquiry_id))
