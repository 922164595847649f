"""The wing's tables: what is said, where, when, with which outcome, and who followed the link."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime

STATUSES = ("scheduled", "sending", "published", "failed", "unconfirmed", "cancelled")


class Campaign(Base):
    """A piece of outreach with a name: an event, a contest, a visit abroad.

    `note` is HTML that has been through `outreach.core.markup.cleaned`; `municipalities` are whom it is done for or
    with: their partners see it.
    """

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    goal: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    municipalities: Mapped[list[str]] = mapped_column(JSON, default=list)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id"))
    paused: Mapped[bool] = mapped_column(default=False)  # nothing of it goes out


class Picture(Base):
    """A picture that somebody gave us, made anew by us: what lies under its name is always a WebP of our making.

    `rights`: whose it is and how it may be used. `of_people`: somebody can be recognised in it, so it goes out only
    with a consent that holds that day: from `consent_from` until `consent_until` (None: without an end), not withdrawn.
    """

    __tablename__ = "pictures"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)  # the hash of its bytes, and .webp
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]  # bytes
    alt: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(Text)
    rights: Mapped[str] = mapped_column(Text, default="")
    of_people: Mapped[bool] = mapped_column(default=False)
    consent_from: Mapped[date | None] = mapped_column(Date)
    consent_until: Mapped[date | None] = mapped_column(Date)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Post(Base):
    """One text in one language. Only an approved text goes out; editing takes the approval away."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    language: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)  # the short name in lists
    text: Mapped[str] = mapped_column(Text)
    target_url: Mapped[str] = mapped_column(Text)  # where the tracked link leads
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    written_by: Mapped[str | None] = mapped_column(Text)
    approved_by: Mapped[str | None] = mapped_column(Text)


class PostPicture(Base):
    """A picture that goes out with a post; `alt` in the post's language, empty: the picture's own words."""

    __tablename__ = "post_pictures"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    picture_id: Mapped[int] = mapped_column(
        ForeignKey("pictures.id"), primary_key=True, autoincrement=False, index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    alt: Mapped[str] = mapped_column(Text, default="")


class ChannelRow(Base):
    """A place we publish in; `settings` fill the fields of its kind and never hold a secret.

    `account` and `ends_at` are what the platform said of the account when it was asked at `checked_at`; `check_key`
    (with its facts) is the trouble it had then.
    """

    __tablename__ = "channels"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    paused: Mapped[bool] = mapped_column(default=False)
    pause_reason: Mapped[str | None] = mapped_column(Text)  # a catalogue key: campaigns.paused.*
    rest_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the channel asked us to wait
    account: Mapped[str] = mapped_column(Text, default="")
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_key: Mapped[str | None] = mapped_column(Text)
    check_facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class ChannelToken(Base):
    """A secret of a channel that the platform made anew: sealed with the office's key, it stands before the variable's.

    `renewing_by` holds it while it is made anew, so that no two processes burn the old one.
    """

    __tablename__ = "channel_tokens"

    channel_id: Mapped[int] = mapped_column(
        ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    sealed: Mapped[str | None] = mapped_column(Text)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    renewing_by: Mapped[str | None] = mapped_column(Text)
    renewing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Pause(Base):
    """Nothing goes out at all since then: a tragedy, a mistake. The row that has no `ended_at` holds."""

    __tablename__ = "pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)


class Delivery(Base):
    """One post on its way to one channel; `key` is made before the first try and stays.

    `not_after`: past it nothing is sent any more (None: `publish.late_hours` after `due_at`). `kept` is what earlier
    tries have on the platform already, a picture's number there. An unconfirmed one is looked for on the channel:
    `looks` times so far, next at `look_at`. `approved_at` of its post may be withdrawn at any time before the claim.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("post_id", "channel_id"),
        CheckConstraint("status IN ('" + "', '".join(STATUSES) + "')", name="status"),
        Index("ix_deliveries_status_due_at", "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), index=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(Text, default="scheduled")
    key: Mapped[str] = mapped_column(Text, unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    receipt_url: Mapped[str | None] = mapped_column(Text)
    receipt_id: Mapped[str | None] = mapped_column(Text)
    error_key: Mapped[str | None] = mapped_column(Text)
    error_facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    not_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    looks: Mapped[int] = mapped_column(default=0)
    look_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class DeliveryNumbers(Base):
    """What became of a published post, as the platform told last; None where it does not tell."""

    __tablename__ = "delivery_numbers"

    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ask_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # None: not asked any more
    likes: Mapped[int | None]
    replies: Mapped[int | None]
    shares: Mapped[int | None]
    reach: Mapped[int | None]


class DeliveryEvent(Base):
    """Every change of a delivery's status, written once and never altered."""

    __tablename__ = "delivery_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    from_status: Mapped[str | None] = mapped_column(Text)
    to_status: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text, default="")  # a catalogue key or an address


class Link(Base):
    """The tracked link of one delivery.

    `spoken` is a word to say aloud in the code's place, `heard` that word as people type it. A withdrawn link leads
    to the inquiry form.
    """

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), unique=True)
    target_url: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spoken: Mapped[str | None] = mapped_column(Text)
    heard: Mapped[str | None] = mapped_column(Text, unique=True, index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Click(Base):
    """Somebody followed a link; nothing is kept of who it was.

    `kind`: person, preview or bot (`campaigns.clicks`). `mark` tells people of one day apart; without the day's salt,
    which is gone when the day is over, it says nothing.
    """

    __tablename__ = "clicks"
    __table_args__ = (Index("ix_clicks_link_id_kind_clicked_at", "link_id", "kind", "clicked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"))
    clicked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(Text, default="person", server_default="person")
    mark: Mapped[str | None] = mapped_column(Text)


class ClickSalt(Base):
    """What a day's marks are made with: random, in hex, and deleted when the day is over."""

    __tablename__ = "click_salts"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    salt: Mapped[str] = mapped_column(Text)
