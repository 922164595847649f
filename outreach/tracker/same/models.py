"""One family once: what two records have in common without saying what it is, and who joined them."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime

KINDS = ("phone", "mail", "name")


class Mark(Base):
    """A keyed hash of a telephone number, an address or a part of a name, as it is compared: equal marks tell that two
    records may be of one family, and nothing more. Gone with the person's data.
    """

    __tablename__ = "family_marks"
    __table_args__ = (
        CheckConstraint("kind IN ('phone', 'mail', 'name')", name="kind_known"),
        CheckConstraint("(inquiry_id IS NULL) <> (household_id IS NULL)", name="of_one"),
        Index(None, "mark", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("inquiries.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)
    kind: Mapped[str] = mapped_column(String(5))
    mark: Mapped[str] = mapped_column(String(64))


class Merge(Base):
    """A person said that `gone_id` is the family `kept_id`: its inquiries moved, its stages count no more. All of it is
    taken back by the same row.
    """

    __tablename__ = "household_merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))
    inquiries: Mapped[list[int]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(254))


class Apart(Base):
    """A person said that two families are not the same: they are not proposed again. The smaller number first."""

    __tablename__ = "households_apart"
    __table_args__ = (CheckConstraint("one_id < other_id", name="in_order"),)

    one_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_by: Mapped[str] = mapped_column(String(254))
