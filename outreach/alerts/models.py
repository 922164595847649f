"""What cannot wait for the morning: events, who wants to hear of which, and the letters that tell them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime

KINDS = ("critical", "spike", "source_down", "unconfirmed", "unanswered")
HOOK_KINDS = ("slack", "teams", "json")
STATUSES = ("due", "sending", "sent", "failed", "unconfirmed")


def _among(column: str, names: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{name}'" for name in names)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class AlertHook(Base):
    """A place of another program that is told: Slack, Teams, or any that takes signed JSON.

    `secret_name` names the environment variable that holds its address (`NAME`) and, for JSON, the key it is signed
    with (`NAME_KEY`): both are secrets, and none is kept here.
    """

    __tablename__ = "alert_hooks"
    __table_args__ = (_among("kind", HOOK_KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    secret_name: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(3))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))


class AlertRule(Base):
    """What one person, or one hook, is told between two mornings, and when not.

    `quiet_from` and `quiet_until` are hours on the wall (HH:MM) in the office's zone: between them nothing goes out,
    it is told afterwards; both the same: never quiet. `working_days`: on days off it is quiet all day.
    """

    __tablename__ = "alert_rules"
    __table_args__ = (CheckConstraint("(user_id IS NULL) <> (hook_id IS NULL)", name="one_target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    hook_id: Mapped[int | None] = mapped_column(ForeignKey("alert_hooks.id", ondelete="CASCADE"), unique=True)
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    quiet_from: Mapped[str] = mapped_column(String(5), default="20:00")
    quiet_until: Mapped[str] = mapped_column(String(5), default="07:00")
    working_days: Mapped[bool] = mapped_column(default=False)
    is_on: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Alert(Base):
    """One event that somebody may want to hear of, once. `subject` tells events of a kind apart (`mention:12`).

    `facts` are what its sentence needs; never anything of a family. `over_at`: it has ended by itself or been dealt
    with; one that is over before it was told is not told any more. `place` is a municipality where it has one.
    """

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("kind", "subject"), _among("kind", KINDS))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class AlertLetter(Base):
    """One mail, or one message to a hook, that tells some alerts; its row is there before it goes."""

    __tablename__ = "alert_letters"
    __table_args__ = (
        _among("status", STATUSES),
        Index(None, "rule_id", "made_at"),
        Index(None, "status", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("alert_rules.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(12))
    message_id: Mapped[str] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    receipt: Mapped[str | None] = mapped_column(Text)
    error_key: Mapped[str | None] = mapped_column(String(80))
    error_facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class AlertItem(Base):
    """An alert that a rule asks for; `letter_id` None: not told yet. `dropped`: it was over before it could be."""

    __tablename__ = "alert_items"

    rule_id: Mapped[int] = mapped_column(
        ForeignKey("alert_rules.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    alert_id: Mapped[int] = mapped_column(
        ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("alert_letters.id", ondelete="SET NULL"), index=True)
    dropped: Mapped[bool] = mapped_column(default=False)
