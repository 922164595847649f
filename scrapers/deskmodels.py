"""The tables of the desk: what people do with mentions beside judging them. `reader` is an account's number."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime


class MentionMark(Base):
    """How a mention stands with one reader: opened, done with, starred. Without a row it is unread."""

    __tablename__ = "mention_marks"
    __table_args__ = (
        # Stars are few among what somebody has read.
        Index(
            "ix_mention_marks_starred", "reader", "mention_id",
            sqlite_where=text("starred"), postgresql_where=text("starred"),
        ),
    )  # fmt: skip

    reader: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mention_id: Mapped[int] = mapped_column(
        ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starred: Mapped[bool] = mapped_column(default=False)


class MentionTag(Base):
    """A word that people put on a mention."""

    __tablename__ = "mention_tags"

    tag: Mapped[str] = mapped_column(String(60), primary_key=True)
    mention_id: Mapped[int] = mapped_column(
        ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MentionNote(Base):
    """What somebody wrote beside a mention."""

    __tablename__ = "mention_notes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(254))
    text: Mapped[str] = mapped_column(Text)


class MentionCampaign(Base):
    """A mention that a person counts to a campaign; the campaign's number is the other wing's."""

    __tablename__ = "mention_campaigns"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mention_id: Mapped[int] = mapped_column(
        ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MentionView(Base):
    """A filter that somebody keeps under a name; `asked` is the address's question. A shared one is everybody's."""

    __tablename__ = "mention_views"
    __table_args__ = (Index(None, "reader", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    reader: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(80))
    asked: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
