"""The work on a family's case: what is to be done by when, what they agreed to, papers they gave."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime

PURPOSES = ("casework", "handover", "story", "photo", "newsletter")
GIVEN_BY = ("told", "written", "mail", "form")


class Task(Base):
    """A next step: what the office owes a family, and by which day of the office. `words_sealed` goes with the person's
    data; who did it and when stays. Of one family the open task that is due first is its next step.
    """

    __tablename__ = "family_tasks"
    __table_args__ = (
        CheckConstraint("done_at IS NULL OR dropped_at IS NULL", name="one_end"),
        Index("ix_family_tasks_of_household", "household_id", "due_on", "id"),
        Index(None, "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    words_sealed: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(Date)
    assigned_to: Mapped[str | None] = mapped_column(String(254))  # an account's address, as in the trail of deeds
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(String(254))
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_by: Mapped[str | None] = mapped_column(String(254))


class FamilyConsent(Base):
    """What a family agreed to, for one purpose: from, until, withdrawn. A new agreement is a new row. `region` names to
    whom a case may be handed over.
    """

    __tablename__ = "family_consents"
    __table_args__ = (
        CheckConstraint("purpose IN ('casework', 'handover', 'story', 'photo', 'newsletter')", name="purpose_known"),
        CheckConstraint("given_by IN ('told', 'written', 'mail', 'form')", name="given_by_known"),
        CheckConstraint("until IS NULL OR given_on <= until", name="in_order"),
        CheckConstraint("withdrawn_on IS NULL OR given_on <= withdrawn_on", name="withdrawn_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    region: Mapped[str | None] = mapped_column(String(80))
    given_by: Mapped[str] = mapped_column(String(8))
    given_on: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by: Mapped[str] = mapped_column(String(254))
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_by: Mapped[str | None] = mapped_column(String(254))


class Paper(Base):
    """A document of a family, kept sealed in the data folder under `token`; `letter_file_id` tells from which letter's
    file it was taken, if from any.
    """

    __tablename__ = "family_papers"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    kind: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    name_sealed: Mapped[str | None] = mapped_column(Text)
    letter_file_id: Mapped[int | None] = mapped_column(ForeignKey("letter_files.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(String(254))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
