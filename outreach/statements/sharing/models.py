"""Figures that other regions' offices gave us, as they gave them."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime


class SharedFigures(Base):
    """One version of one report of one office: numbers by name, small ones left out (None) by whoever gave them."""

    __tablename__ = "shared_figures"
    __table_args__ = (
        UniqueConstraint("office", "kind", "first", "last", "version"),
        CheckConstraint("first <= last", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office: Mapped[str] = mapped_column(String(80), index=True)
    name: Mapped[dict[str, str]] = mapped_column(JSON)  # of the region, by language
    kind: Mapped[str] = mapped_column(String(40))
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    version: Mapped[int]
    numbers: Mapped[dict[str, int | None]] = mapped_column(JSON)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_by: Mapped[str] = mapped_column(String(254))
