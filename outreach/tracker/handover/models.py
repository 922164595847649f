"""Cases that went to another region's coordinator, or came from one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime


class Handover(Base):
    """A case on its way: packed for one office alone (`out`), or taken in (`in`). `parcel` makes it one however often
    its file is brought. `answered_at` is when the other office said that it has it, or that it does not take it.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        CheckConstraint("direction IN ('out', 'in')", name="direction_known"),
        CheckConstraint("state IN ('packed', 'taken', 'refused', 'called_back')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel: Mapped[str] = mapped_column(String(32), unique=True)
    direction: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(11))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("family_consents.id"))
    region: Mapped[str] = mapped_column(String(80))
    # Which key of the other office it was closed for, or which of ours it opened with: not the key.
    key_name: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
