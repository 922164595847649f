"""The tables of topics, of what they match, and of the model that learns from people's verdicts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime

COUNTING = ("sense", "always", "never")
MODEL_STATES = ("candidate", "active", "retired", "refused")


class Topic(Base):
    """A named, versioned query. `key` names one that the office came with; `version` is the number of the one in
    force, `evaluated` the number of the one that the archive was last read through with.
    """

    __tablename__ = "topics"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str | None] = mapped_column(String(60), unique=True)
    owner: Mapped[str] = mapped_column(String(254), default="")
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    evaluated: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TopicVersion(Base):
    """What a topic was from `at` on. Empty lists mean any language, tier, place, sense. `off` are forms that a person
    unticked. `counting`: by the mention's sense, always, or never.
    """

    __tablename__ = "topic_versions"
    __table_args__ = (
        CheckConstraint("counting IN ('" + "', '".join(COUNTING) + "')", name="counting"),
        Index(None, "topic_id", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(120))
    query: Mapped[str] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    tiers: Mapped[list[str]] = mapped_column(JSON, default=list)
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    senses: Mapped[list[str]] = mapped_column(JSON, default=list)
    counting: Mapped[str] = mapped_column(String(10), default="sense")
    off: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(254))


class MentionTopic(Base):
    """A mention that a topic's version in force matches; `score` is 1 or less where the spelling was off."""

    __tablename__ = "mention_topics"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    mention_id: Mapped[int] = mapped_column(
        ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    score: Mapped[float] = mapped_column(default=1.0)


class SenseModel(Base):
    """A linear model learnt from people's verdicts. A candidate waits until somebody has seen what would flip."""

    __tablename__ = "sense_models"
    __table_args__ = (CheckConstraint("state IN ('" + "', '".join(MODEL_STATES) + "')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    examples: Mapped[int] = mapped_column()
    scores: Mapped[dict[str, Any]] = mapped_column(JSON)
    weights: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    flips: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(12), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(254))
