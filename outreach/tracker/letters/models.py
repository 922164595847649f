"""What was written between a family and the office: letters from the mailbox and answers to them, sealed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime


class Letter(Base):
    """One letter; `message_id` makes it one however often the mailbox shows it. `kind`: a person's letter, or one a
    machine wrote (`automatic`), which makes no inquiry. Words and addresses are sealed, bound to `token`, and go with
    the person's data (`erased_at`); `thread`: the message that began the talk. `state` is that of an
    answer of ours: under way to the relay, in doubt, or sent, as every letter that came is.
    """

    __tablename__ = "family_letters"
    __table_args__ = (
        CheckConstraint("direction IN ('in', 'out')", name="direction_known"),
        CheckConstraint("kind IN ('letter', 'automatic')", name="kind_known"),
        CheckConstraint("state IN ('sent', 'going', 'doubtful')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    message_id: Mapped[str] = mapped_column(Text, unique=True)
    thread: Mapped[str] = mapped_column(Text, index=True)
    direction: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(9))
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("inquiries.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="sent")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address_sealed: Mapped[str | None] = mapped_column(Text)
    subject_sealed: Mapped[str | None] = mapped_column(Text)
    text_sealed: Mapped[str | None] = mapped_column(Text)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LetterFile(Base):
    """What was attached to a letter: kept sealed in the data folder under `token`, or not, and why (`refused_key`)."""

    __tablename__ = "letter_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("family_letters.id"), index=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    name_sealed: Mapped[str | None] = mapped_column(Text)
    refused_key: Mapped[str | None] = mapped_column(Text)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
