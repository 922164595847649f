"""Who gets the morning mail, when and about what; and a row for each day and each of them."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime

RHYTHMS = ("daily", "working", "weekly")
STATES = ("on", "off")
STATUSES = ("due", "sending", "sent", "failed", "unconfirmed", "skipped")


def _among(column: str, names: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{name}'" for name in names)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Subscription(Base):
    """One reader of the morning mail; `mail` is in small letters. `user_id` None: somebody without an account.

    `at` is the hour on the wall (HH:MM) in `zone`; `weekday` (0 is Monday) holds for a weekly one. Empty lists mean
    any topic, place, tier, sense. `nonce` is part of what its links are signed with: a new one closes all earlier
    ones. Whether its address still takes mail is another matter: `outreach.postbox.models.StoppedAddress`.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (_among("rhythm", RHYTHMS), _among("state", STATES))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    mail: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(3))
    at: Mapped[str] = mapped_column(String(5))
    zone: Mapped[str] = mapped_column(String(64))
    rhythm: Mapped[str] = mapped_column(String(8))
    weekday: Mapped[int] = mapped_column(default=0)
    topics: Mapped[list[int]] = mapped_column(JSON, default=list)
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    tiers: Mapped[list[str]] = mapped_column(JSON, default=list)
    senses: Mapped[list[str]] = mapped_column(JSON, default=list)
    nonce: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(4), default="on")
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))


class DigestRun(Base):
    """One reader's mail of one local day; the row exists before the mail does, so it is never sent twice.

    `day` is the day on the reader's own wall, `due_at` the moment it was owed. `late`: it goes, or went, after noon.
    `edition_id` is what it said (`outreach.digest.models.DigestEdition`). `bounced_at`: it came back later.
    """

    __tablename__ = "digest_runs"
    __table_args__ = (
        UniqueConstraint("day", "subscription_id"),
        CheckConstraint("status IN ('due','sending','sent','failed','unconfirmed','skipped')", name="status"),
        Index(None, "subscription_id", "day"),
        Index(None, "status", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(12))
    covers_from: Mapped[datetime] = mapped_column(UtcDateTime)
    covers_until: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[str] = mapped_column(String(120), index=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("digest_editions.id", ondelete="SET NULL"), index=True)
    late: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    receipt: Mapped[str | None] = mapped_column(Text)
    error_key: Mapped[str | None] = mapped_column(String(80))
    error_facts: Mapped[dict[str, object] | None] = mapped_column(JSON)
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
