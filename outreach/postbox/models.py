"""What comes back by mail: bounces, complaints, replies of machines; and addresses that get nothing any more."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime

KINDS = ("hard", "soft", "complaint", "automatic", "forged", "other")


class StoppedAddress(Base):
    """An address that takes no mail of ours: it is gone, or its owner complained. `mail` is in small letters.

    A person may set it free again; then the row goes.
    """

    __tablename__ = "stopped_addresses"

    mail: Mapped[str] = mapped_column(String(254), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    reason_key: Mapped[str] = mapped_column(String(80))
    reason_facts: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)


class Returned(Base):
    """One message of the bounce mailbox, as understood: no text of it is kept, and no address in plain.

    `ref` is what the returned mail was (`d12`: a digest's run, `a3`: an alert, `r7`: a release's mail), proven by its
    envelope's signature; empty where there is no proof: then it is `forged`, whoever wrote it, and changes nothing.
    `automatic` are replies of machines, and relays that still try. `code` is the enhanced status (RFC 3463). `mark`
    (SHA-256 of the message) keeps the same one from counting twice.
    """

    __tablename__ = "returned_mails"
    __table_args__ = (
        CheckConstraint("kind IN ('hard','soft','complaint','automatic','forged','other')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    kind: Mapped[str] = mapped_column(String(10))
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    ref: Mapped[str] = mapped_column(String(20), default="", index=True)
    code: Mapped[str] = mapped_column(String(12), default="")
    answer: Mapped[str] = mapped_column(Text, default="")


class MailboxPlace(Base):
    """Up to where a mailbox was read: `uidvalidity:uid`, and when (`looked_at`; None: never yet). `error_key`: why the
    last look after that could not read it.
    """

    __tablename__ = "mailbox_places"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[str] = mapped_column(String(30), default="")
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_key: Mapped[str | None] = mapped_column(String(80))
    error_facts: Mapped[dict[str, object] | None] = mapped_column(JSON)
