"""Figures that were given out: frozen as they were, corrected by a new version."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, Float, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime


class Statement(Base):
    """A report as it was published: its texts by language, its numbers and the records behind each of them. Only ever
    added; a correction is the next `version` and says `why`.
    """

    __tablename__ = "statements"
    __table_args__ = (
        UniqueConstraint("kind", "first", "last", "version"),
        CheckConstraint("first <= last", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)  # of the report
    period: Mapped[str] = mapped_column(String(10))  # year, quarter or dates
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    version: Mapped[int]
    why: Mapped[str] = mapped_column(Text, default="")
    texts: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    numbers: Mapped[dict[str, int]] = mapped_column(JSON)
    records: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    tables: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(String(254))


class Planned(Base):
    """What the office promised of one number of a report in a period."""

    __tablename__ = "planned_figures"
    __table_args__ = (UniqueConstraint("kind", "number", "first", "last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(80))  # its name in the report
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    value: Mapped[float] = mapped_column(Float)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(String(254))
