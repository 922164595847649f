"""Families, their inquiries and what was seen before an inquiry came.

Personal words (names, addresses, what was written) stand only in the `*_sealed` columns, bound to the row's
random `token`. Everything else is counts, dates and closed lists, so that figures outlive the person's data.
"""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    String,
    Text,
    event,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from outreach.core.db import Base, UtcDateTime

STAGES = ("contacted", "offer_sent", "planning", "returned_supported", "returned_alone", "postponed")
OPEN_STAGES = ("contacted", "offer_sent", "planning")
RETURNED_STAGES = ("returned_supported", "returned_alone")
ARRIVALS = ("form", "phone", "mail", "walk_in", "event", "import", "portal", "comment")
TOUCHES = ("link", "coverage", "said")
RULES = ("link", "said", "coverage", "unknown")


def _among(column: str, names: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{name}'" for name in names)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Household(Base):
    """A family as the office counts it; children are a number and nothing else."""

    __tablename__ = "households"
    __table_args__ = (CheckConstraint("adults >= 0 AND children >= 0", name="counts_real"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    municipality: Mapped[str | None] = mapped_column(String(80))
    countries: Mapped[list[str]] = mapped_column(JSON)  # ISO codes, the last one they lived in first
    adults: Mapped[int]
    children: Mapped[int]
    name_sealed: Mapped[str | None] = mapped_column(Text)
    note_sealed: Mapped[str | None] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    topics: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # of the closed list
    # Not the same as being counted: a grant asks how long the foreign address was registered.
    eligible_for_grant: Mapped[bool | None]
    # Another record of the same family, as a person said; then this one counts no more.
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)
    # Must not be forgotten before that day, whatever the rules say; the reason is sealed.
    held_until: Mapped[date | None]
    hold_sealed: Mapped[str | None] = mapped_column(Text)
    # Another region's coordinator has the case: it waits for nobody here any more.
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What is left is a figure: size, country, quarter, and a municipality that others share.
    anonymous_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Stage(Base):
    """A family reached a stage on a day; the number of people is the one of that day. Append-only."""

    __tablename__ = "stages"
    __table_args__ = (
        _among("stage", STAGES),
        CheckConstraint("people >= 0", name="people_real"),
        Index("ix_stages_of_household", "household_id", "entered_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    stage: Mapped[str] = mapped_column(String(20))
    entered_on: Mapped[date] = mapped_column(index=True)
    people: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Inquiry(Base):
    """One time somebody asked; "source unknown" is a legal answer."""

    __tablename__ = "inquiries"
    __table_args__ = (_among("arrived_by", ARRIVALS), Index(None, "answered_at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    arrived_by: Mapped[str] = mapped_column(String(10))
    dedup_key: Mapped[str] = mapped_column(String(64), unique=True)  # keyed hash: says nothing of what it is made of
    language: Mapped[str | None] = mapped_column(String(3))
    country: Mapped[str | None] = mapped_column(String(2))
    municipality: Mapped[str | None] = mapped_column(String(80))
    topic: Mapped[str | None] = mapped_column(String(20))
    people: Mapped[int | None]
    said_source: Mapped[str | None] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(16))  # of the tracked link that led here
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("inquiry_batches.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    linked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the linking job took it
    contact_sealed: Mapped[str | None] = mapped_column(Text)
    name_sealed: Mapped[str | None] = mapped_column(Text)
    text_sealed: Mapped[str | None] = mapped_column(Text)
    held_until: Mapped[date | None]
    anonymous_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Touch(Base):
    """Something of ours, or about us, before an inquiry; `label` is what could be said of it then."""

    __tablename__ = "touches"
    __table_args__ = (_among("kind", TOUCHES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiries.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The other wings' tables, by name alone: nothing of theirs is imported here.
    click_link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id", ondelete="SET NULL"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"), index=True)
    mention_id: Mapped[int | None] = mapped_column(ForeignKey("mentions.id", ondelete="SET NULL"))
    label: Mapped[dict[str, str | int | None]] = mapped_column(JSON)


class Attribution(Base):
    """With what an inquiry is linked, by which rule, on what evidence. Append-only: a correction is a new
    row.
    """

    __tablename__ = "attributions"
    __table_args__ = (_among("rule", RULES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiries.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rule: Mapped[str] = mapped_column(String(10))
    touch_id: Mapped[int | None] = mapped_column(ForeignKey("touches.id"))
    by_person: Mapped[bool]
    evidence: Mapped[dict[str, str | int | None]] = mapped_column(JSON)


def _refuse(_mapper: Mapper[Base], _connection: Connection, row: Base) -> None:
    raise TypeError(f"rows of {row.__tablename__} are only ever added")


for _table in (Stage, Attribution):
    event.listen(_table, "before_update", _refuse)
    event.listen(_table, "before_delete", _refuse)
