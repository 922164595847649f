"""What erasing does to hand-overs: no word of a family stands in their rows, so they stay, and say why the family is
not counted here any more. One that is under way is called back: there is nothing left to send.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach.tracker.handover.models import Handover


def of_families(session: Session, now: datetime, household_ids: Collection[int]) -> None:
    """Ends the hand-overs of these families that are under way."""
    session.execute(
        update(Handover)
        .where(Handover.household_id.in_(household_ids), Handover.state == "packed")
        .values(state="called_back", answered_at=now)
    )
