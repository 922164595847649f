"""The wing's tables: what is said, where, when, with which outcome, and who followed the link."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime

STATUSES = ("scheduled", "sending", "published", "failed", "unconfirmed", "cancelled")
# What a campaign is measured by: people who followed its links, who asked, who applied, who came back.
GOALS = ("visits", "inquiries", "applications", "returns")
FAMILIES = ("children", "couple", "single", "retired", "business", "specialist")
STEPS = ("task", "post", "release", "event")
REPLY_STATES = ("new", "inquiry", "answered", "dismissed")


class Campaign(Base):
    """A piece of outreach with a name: an event, a contest, a visit abroad.

    `note` is HTML that has been through `outreach.core.markup.cleaned`; `municipalities` are whom it is done for or
    with: their partners see it. `goal` says in words what should happen, `goal_kind` (one of `GOALS`) what of it is
    counted, up to `goal_target`. For whom: `countries` (ISO codes), `language`, `families` (of `FAMILIES`). `owner`
    is the account that answers for it (`Person.actor`), `topics` are numbers of the listening wing's topics.
    `moment` is the yearly moment (a key of the calendar's table) it was made from, `anchor_on` the day that its steps
    are counted from. A template (`is_template`) is a pattern for others: it is in no list of what runs, and nothing
    of it goes out.
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
    goal_kind: Mapped[str | None] = mapped_column(Text)
    goal_target: Mapped[int | None]
    countries: Mapped[list[str]] = mapped_column(JSON, default=list)
    families: Mapped[list[str]] = mapped_column(JSON, default=list)
    owner: Mapped[str | None] = mapped_column(Text)
    partners: Mapped[list[str]] = mapped_column(JSON, default=list)
    budget_cents: Mapped[int | None]  # of euro
    topics: Mapped[list[int]] = mapped_column(JSON, default=list)
    moment: Mapped[str | None] = mapped_column(Text)
    anchor_on: Mapped[date | None] = mapped_column(Date)
    is_template: Mapped[bool] = mapped_column(default=False)
    copied_from: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id", ondelete="SET NULL"))


class CampaignStep(Base):
    """Something that has to be done for a campaign by a day: one of `STEPS`.

    `days` is how far from the campaign's `anchor_on` the day lies, negative before it; None: the day was set by hand.
    `post_id` is the post that the step asks for, once there is one.
    """

    __tablename__ = "campaign_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(Date, index=True)
    days: Mapped[int | None]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"), index=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(Text)


class CampaignCost(Base):
    """Money and time that a campaign has taken; taken back by a line of the opposite sign, never deleted."""

    __tablename__ = "campaign_costs"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), index=True)
    spent_on: Mapped[date] = mapped_column(Date)
    cents: Mapped[int] = mapped_column(default=0)  # of euro
    minutes: Mapped[int] = mapped_column(default=0)
    what: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


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
    focus_x: Mapped[int] = mapped_column(default=50, server_default="50")  # what a crop keeps, in per cent of the width
    focus_y: Mapped[int] = mapped_column(default=50, server_default="50")


class FamilyStory(Base):
    """A family's story that posts may tell while they agree; no name and no text of it stands here.

    `title` is how the office calls it, `source` where the agreement lies. It holds as a picture's consent does.
    """

    __tablename__ = "family_stories"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="")
    consent_from: Mapped[date | None] = mapped_column(Date)
    consent_until: Mapped[date | None] = mapped_column(Date)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(Text)


class Post(Base):
    """One text in one language. Only an approved text goes out; editing takes the approval away.

    Posts that say the same in several languages are a set: the others name the first as `original_id`. `revision`
    counts the wordings; `follows` is the original's wording that a translation was made after: one that lags behind
    has less. Nothing of a post goes out before `embargo_until`. `asked_at`, `asked_by`: somebody asks for approval.
    """

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
    original_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"), index=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    follows: Mapped[int | None]
    story_id: Mapped[int | None] = mapped_column(ForeignKey("family_stories.id"), index=True)
    embargo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    asked_by: Mapped[str | None] = mapped_column(Text)


class Series(Base):
    """A post that comes again by a rule (RFC 5545's RRULE, without its start): `post_id` is the pattern.

    `hour` ("HH:MM") is one of `zone`'s wall, of the office's where that is None. `channels` are channels' numbers.
    `made_until`: posts were made up to and including that day.
    """

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    rule: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date] = mapped_column(Date)
    hour: Mapped[str] = mapped_column(Text)
    zone: Mapped[str | None] = mapped_column(Text)
    channels: Mapped[list[int]] = mapped_column(JSON)
    made_until: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SeriesPost(Base):
    """The post that a series made for one day: never a second one."""

    __tablename__ = "series_posts"

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), unique=True)


class PostVariant(Base):
    """What a post says in one channel instead of its own text; an empty `title` is the post's."""

    __tablename__ = "post_variants"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    channel_id: Mapped[int] = mapped_column(
        ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)


class PostRevision(Base):
    """A wording that a post had; `variants` is what its channels had instead: channel's number -> [title, text]."""

    __tablename__ = "post_revisions"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    target_url: Mapped[str] = mapped_column(Text)
    variants: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)


class PostComment(Base):
    """What colleagues say to each other about a post; `done_at`: it has been dealt with."""

    __tablename__ = "post_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(Text)


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

    `countries` (ISO codes) are where those live whom it reaches; empty: the post's language says it. `account` and
    `ends_at` are what the platform said of the account when it was asked at `checked_at`; `check_key`
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
    countries: Mapped[list[str]] = mapped_column(JSON, default=list)


class QueueSlot(Base):
    """An hour of the week at which a channel takes the next post of its queue: "HH:MM" on the wall of `zone`, of the
    office's where that is None; `weekday` is 1 for Monday to 7 for Sunday.
    """

    __tablename__ = "queue_slots"
    __table_args__ = (UniqueConstraint("channel_id", "weekday", "hour"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    weekday: Mapped[int]
    hour: Mapped[str] = mapped_column(Text)
    zone: Mapped[str | None] = mapped_column(Text)


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
    `wall` ("YYYY-MM-DDTHH:MM") on the clocks of `wall_zone` is what was meant, where it was meant for an audience's own
    hour: `due_at` follows from it. `revision` is the wording that went out, `slot_id` the queue's hour that it took.
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
    wall: Mapped[str | None] = mapped_column(Text)
    wall_zone: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int | None]
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("queue_slots.id", ondelete="SET NULL"), index=True)


class DeliveryReply(Base):
    """What somebody wrote under a published post, sealed: it is gone after a month unless it became an inquiry.

    `asks`: it reads like a question. `state` is one of `REPLY_STATES`; `inquiry_id` is the tracker's number.
    """

    __tablename__ = "delivery_replies"
    __table_args__ = (
        UniqueConstraint("delivery_id", "remote_id"),
        Index("ix_delivery_replies_state_asks", "state", "asks"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    remote_id: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    author_sealed: Mapped[str | None] = mapped_column(Text)
    text_sealed: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(Text)
    asks: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(Text, default="new")
    state_by: Mapped[str | None] = mapped_column(Text)
    state_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    inquiry_id: Mapped[int | None]


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
    """A tracked link: of one delivery, or of a campaign (a poster, a radio spot: `label` says where it stands).

    `spoken` is a word to say aloud in the code's place, `heard` that word as people type it. A link that is withdrawn,
    or past its last day `ends_on`, leads to the inquiry form.
    """

    __tablename__ = "links"
    __table_args__ = (CheckConstraint("(delivery_id IS NULL) <> (campaign_id IS NULL)", name="of_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"), unique=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"), index=True)
    label: Mapped[str] = mapped_column(Text, default="", server_default="")
    ends_on: Mapped[date | None] = mapped_column(Date)
    target_url: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spoken: Mapped[str | None] = mapped_column(Text)
    heard: Mapped[str | None] = mapped_column(Text, unique=True, index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Click(Base):
    """Somebody followed a link; nothing is kept of who it was.

    `kind`: person, scan (a person who scanned the square), preview or bot (`campaigns.clicks`). `mark` tells people of
    one day apart; without the day's salt, which is gone when the day is over, it says nothing.
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
