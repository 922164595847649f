"""What the morning mails said: one edition for all readers who asked for the same."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime


class DigestEdition(Base):
    """One mail in words and pictures, for every reader whose choice, language and span are the same.

    `key` is a hash of all that decides what it says. In `text` and `html` stand `slot_mail` and `slot_reader` where
    each reader's own tokens go (`outreach.subscribers.links`): one is bound to this mail of theirs, the other to their
    subscription. `mentions` are the numbers that may be judged by its links. `folded` is what a search looks in.
    """

    __tablename__ = "digest_editions"
    __table_args__ = (UniqueConstraint("day", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    key: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(3))
    office: Mapped[bool]  # tells what is only the office's business: deliveries, inquiries, sources
    choice: Mapped[dict[str, Any]] = mapped_column(JSON)
    covers_from: Mapped[datetime] = mapped_column(UtcDateTime)
    covers_until: Mapped[datetime] = mapped_column(UtcDateTime)
    late: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    subject: Mapped[str] = mapped_column(Text)
    sentence: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, deferred=True)
    html: Mapped[str] = mapped_column(Text, deferred=True)
    slot_mail: Mapped[str] = mapped_column(String(40))
    slot_reader: Mapped[str] = mapped_column(String(40))
    figures: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    mentions: Mapped[list[int]] = mapped_column(JSON, default=list)
    folded: Mapped[str] = mapped_column(Text, deferred=True, default="")


class DigestPicture(Base):
    """A picture of an edition: PNG, named by its Content-ID without the domain."""

    __tablename__ = "digest_pictures"

    edition_id: Mapped[int] = mapped_column(
        ForeignKey("digest_editions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    alt: Mapped[str] = mapped_column(Text)
    png: Mapped[bytes] = mapped_column(LargeBinary)
