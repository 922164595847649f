"""What erasing does to offers: their words go; that there was one, for how many and when, stays."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.tracker.offers.models import Offer

_STEP = 5000  # a store takes only so many values in one question


def of_families(session: Session, now: datetime, household_ids: Collection[int]) -> int:
    """Erases the words of all offers to these families; how many offers."""
    numbers, erased = sorted(set(household_ids)), 0
    for start in range(0, len(numbers), _STEP):
        part = numbers[start : start + _STEP]
        for row in session.scalars(select(Offer).where(Offer.household_id.in_(part), Offer.erased_at.is_(None))):
            row.words_sealed, row.erased_at = None, now
            erased += 1
    session.flush()
    return erased
