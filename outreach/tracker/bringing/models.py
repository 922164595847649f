"""Many inquiries at once: a table that was imported, or the list of an event."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime


class Batch(Base):
    """A table or a list as it was brought in; its inquiries name it. `name` is the office's own: the event's, or what
    the person who brought the table called it, never the file's.
    """

    __tablename__ = "inquiry_batches"
    __table_args__ = (CheckConstraint("kind IN ('table', 'event')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(5))
    name: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date | None] = mapped_column(Date)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))
    taken: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
