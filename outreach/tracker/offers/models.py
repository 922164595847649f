"""Individual offers to families: what was prepared for whom, when it was sent, and to how many people."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime

SENT_BY = ("mail", "post", "hand", "message")


class Offer(Base):
    """One offer, the `number`th of its `year`. Its words are sealed, bound to `token`, and go with the person's data;
    municipality, day and people stay, because they are counted. Sent, nothing of it changes any more; `people` is
    the count of the day it was sent. `stage_id` is the entry of the stage that came with it.
    """

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        CheckConstraint("sent_by IS NULL OR sent_by IN ('mail', 'post', 'hand', 'message')", name="sent_by_known"),
        CheckConstraint("(sent_on IS NULL) = (people IS NULL)", name="sent_whole"),
        CheckConstraint("people IS NULL OR people >= 0", name="people_real"),
        Index(None, "sent_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(3))
    municipality: Mapped[str | None] = mapped_column(String(80))
    words_sealed: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))
    sent_on: Mapped[date | None] = mapped_column(Date)
    sent_by: Mapped[str | None] = mapped_column(String(8))
    people: Mapped[int | None] = mapped_column(Integer)
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stages.id"))
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
