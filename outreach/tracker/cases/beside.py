"""What lies beside a family's record: letters, the last offer that went, and where its case went or came from.

Numbers, days and regions; no word of the family is opened. One query, whatever there is.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import Session

from outreach.tracker import families
from outreach.tracker.handover.models import Handover
from outreach.tracker.letters import seeing
from outreach.tracker.models import Household
from outreach.tracker.offers.models import Offer


@dataclass(frozen=True)
class LastOffer:
    """The offer that went last: `number` as 2026/14, `people` as they were that day."""

    household_id: int
    offer_id: int
    number: str
    sent_on: date
    people: int


@dataclass(frozen=True)
class Beside:
    """`offers`: how many went, the withdrawn ones not counted. `went_to`, `came_from`: regions of hand-overs."""

    letters: int = 0
    offers: int = 0
    last: LastOffer | None = None
    went_to: str | None = None
    came_from: str | None = None


def of_family(session: Session, household_id: int) -> Beside:
    """What lies beside a family, records that are part of it included; nothing beside one that is not there."""
    theirs = Offer.household_id.in_(families.parts(household_id))
    went = and_(theirs, Offer.sent_on.is_not(None), Offer.dropped_at.is_(None))
    last = select(Offer.id).where(went).order_by(Offer.sent_on.desc(), Offer.id.desc()).limit(1).scalar_subquery()
    row = session.execute(
        select(
            seeing.counted(household_id).scalar_subquery().label("letters"),
            select(func.count()).select_from(Offer).where(went).scalar_subquery().label("offers"),
            _region(household_id, "out").label("went_to"), _region(household_id, "in").label("came_from"),
            Offer.household_id, Offer.id, Offer.year, Offer.number, Offer.sent_on, Offer.people,
        )
        .select_from(Household)
        .outerjoin(Offer, Offer.id == last)
        .where(Household.id == household_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        return Beside()
    offer = None
    if row.id is not None:
        offer = LastOffer(row.household_id, row.id, f"{row.year}/{row.number}", row.sent_on, row.people)
    return Beside(row.letters, row.offers, offer, row.went_to, row.came_from)


def _region(household_id: int, direction: str) -> ScalarSelect[str]:
    wanted = select(Handover.region).where(
        Handover.household_id == household_id, Handover.direction == direction, Handover.state.in_(("packed", "taken"))
    )
    return wanted.order_by(Handover.id.desc()).limit(1).scalar_subquery()
