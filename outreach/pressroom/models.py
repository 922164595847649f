"""The press room's tables: whom we write to, what we write, each mail on its way, and who printed it.

Other rooms' tables are named by their names alone: campaigns, pictures and stories of families, mentions.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, UtcDateTime

REACHED_BY = ("mail", "phone", "social")
RELEASE_KINDS = ("release", "correction", "withdrawal")
SENDING_STATES = ("draft", "ready", "going", "paused", "done", "cancelled")
MAIL_STATUSES = ("due", "sending", "sent", "failed", "unconfirmed", "skipped")
REPLY_KINDS = ("away", "moved", "reply", "left")
FACT_KINDS = ("phone", "mail", "person", "sum", "number", "page")
SUBSCRIBER_STATES = ("asked", "confirmed", "left")
PRINT_KINDS = ("verbatim", "shortened", "rewritten", "translated")


def _among(column: str, names: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{name}'" for name in names)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Contact(Base):
    """A person of the press. `mail` is in small letters; `outlet` is the outlet's name, as the catalogue of sources
    has it where it is there. `bylines` are other ways in which they sign what they write.

    `origin`: where the address came from; `confirmed_on`: when it was last known to be right. Who is not to be
    written to (`stopped_at`, with `stopped_why`) gets nothing, whatever list they are on. `away_until` and `moved_to`
    are what their own mailbox told. A contact that was merged into another (`merged_into`) is kept for what it got.
    """

    __tablename__ = "press_contacts"
    __table_args__ = (_among("reached_by", REACHED_BY),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    mail: Mapped[str | None] = mapped_column(String(254), unique=True)
    phone: Mapped[str] = mapped_column(Text, default="")
    outlet: Mapped[str] = mapped_column(Text, default="", index=True)
    role: Mapped[str] = mapped_column(Text, default="")
    beats: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    tier: Mapped[str | None] = mapped_column(Text)
    reached_by: Mapped[str] = mapped_column(String(8), default="mail")
    bylines: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(Text, default="")
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_why: Mapped[str] = mapped_column(Text, default="")
    away_until: Mapped[date | None] = mapped_column(Date)
    moved_to: Mapped[str | None] = mapped_column(String(254))
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("press_contacts.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContactsApart(Base):
    """A person said that two contacts are not the same one: they are not proposed again. The smaller number first."""

    __tablename__ = "press_contacts_apart"

    one_id: Mapped[int] = mapped_column(ForeignKey("press_contacts.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("press_contacts.id", ondelete="CASCADE"), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_by: Mapped[str] = mapped_column(String(254))


class ContactList(Base):
    """A list of contacts: those who were put on it, or, where there is a `rule`, all whom it fits at the moment.

    A rule is {"tiers": [...], "languages": [...], "beats": [...], "places": [...], "outlets": [...]}: any of each,
    all that are named.
    """

    __tablename__ = "press_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    rule: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))


class ListMember(Base):
    """A contact on a list; also on one by rule, where they have left it (`left_at`): then the rule does not count."""

    __tablename__ = "press_list_members"

    list_id: Mapped[int] = mapped_column(
        ForeignKey("press_lists.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("press_contacts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Release(Base):
    """Something the office tells the press, in one or several languages (`ReleaseText`).

    A `correction` or `withdrawal` is about another one (`about_id`). Nobody outside sees it before `embargo_until`;
    `published_at`: since then it stands in the press room, under `slug`. A change after the approval takes it away.
    """

    __tablename__ = "releases"
    __table_args__ = (_among("kind", RELEASE_KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), default="release")
    about_id: Mapped[int | None] = mapped_column(ForeignKey("releases.id", ondelete="SET NULL"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id", ondelete="SET NULL"), index=True)
    slug: Mapped[str | None] = mapped_column(String(80), unique=True)
    embargo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_by: Mapped[str | None] = mapped_column(String(254))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[str | None] = mapped_column(String(254))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReleaseText(Base):
    """A release in one language. `body` is plain text: paragraphs by an empty line, `## ` before a heading between
    them, `- ` before a point of a list. `facts` are lines, `contact` is whom to ask. The one with the lowest number is
    the original; of the others `follows` is the `revision` of it that they say.
    """

    __tablename__ = "release_texts"
    __table_args__ = (UniqueConstraint("release_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(3))
    headline: Mapped[str] = mapped_column(Text)
    lead: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[list[str]] = mapped_column(JSON, default=list)
    boilerplate: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    follows: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(254))


class ReleaseQuote(Base):
    """What somebody says in a release, in one of its languages; who, and that they agreed (`agreed_on`, `agreed_how`).

    A member of a family speaks under that family's story: while it holds, and no longer.
    """

    __tablename__ = "release_quotes"

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("release_texts.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(Text)
    speaker: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text, default="")
    agreed_on: Mapped[date | None] = mapped_column(Date)
    agreed_how: Mapped[str] = mapped_column(Text, default="")
    story_id: Mapped[int | None] = mapped_column(ForeignKey("family_stories.id"), index=True)


class ReleaseRevision(Base):
    """A wording that a release had in one language: all its fields and quotes as they were."""

    __tablename__ = "release_revisions"
    __table_args__ = (UniqueConstraint("text_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("release_texts.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(254))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReleasePicture(Base):
    """A picture that goes with a release; `caption` by language."""

    __tablename__ = "release_pictures"

    release_id: Mapped[int] = mapped_column(
        ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    picture_id: Mapped[int] = mapped_column(
        ForeignKey("pictures.id"), primary_key=True, autoincrement=False, index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    captions: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class Sending(Base):
    """A release on its way to lists and single contacts. Its mails are made when it is started, one a recipient.

    `hello` is the greeting by language, with merge fields; `attach` names what goes with the mail ("pdf", "docx").
    `due_at`: not before. `per_minute` and `per_domain` (a minute) bound how fast, 0: as the relay takes them.
    """

    __tablename__ = "release_sendings"
    __table_args__ = (_among("state", SENDING_STATES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    lists: Mapped[list[int]] = mapped_column(JSON, default=list)
    contacts: Mapped[list[int]] = mapped_column(JSON, default=list)
    hello: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    attach: Mapped[list[str]] = mapped_column(JSON, default=list)
    sender_name: Mapped[str] = mapped_column(Text, default="")
    sender_mail: Mapped[str] = mapped_column(String(254), default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    per_minute: Mapped[int] = mapped_column(default=0)
    per_domain: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))


class ReleaseEdition(Base):
    """What a sending says in one language, as it was when it began: every mail of it is made from this, also tomorrow.

    `html` and `text` have slots for the merge fields; `files` are names of files in the data folder by their hash.
    """

    __tablename__ = "release_editions"
    __table_args__ = (UniqueConstraint("sending_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sending_id: Mapped[int] = mapped_column(ForeignKey("release_sendings.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(3))
    text_id: Mapped[int | None] = mapped_column(ForeignKey("release_texts.id", ondelete="SET NULL"))
    revision: Mapped[int]
    subject: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    files: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReleaseMail(Base):
    """One mail to one recipient: `message_id` is made before the first try and stays.

    `skipped` ones have a reason (`error_key`): stopped, away, no address, left the list. `returned_at` and
    `returned_key`: it came back after all. `merge` holds the recipient's fields as they were.
    """

    __tablename__ = "release_mails"
    __table_args__ = (
        UniqueConstraint("sending_id", "mail"),
        _among("status", MAIL_STATUSES),
        Index("ix_release_mails_status_next_try_at", "status", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sending_id: Mapped[int] = mapped_column(ForeignKey("release_sendings.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("press_contacts.id", ondelete="SET NULL"), index=True)
    list_id: Mapped[int | None] = mapped_column(ForeignKey("press_lists.id", ondelete="SET NULL"))
    mail: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(3))
    merge: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    message_id: Mapped[str] = mapped_column(Text, unique=True)
    status: Mapped[str] = mapped_column(String(12), default="due")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    receipt: Mapped[str | None] = mapped_column(Text)
    error_key: Mapped[str | None] = mapped_column(Text)
    error_facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_key: Mapped[str | None] = mapped_column(Text)


class ReleaseReply(Base):
    """What came back to a mail and is no bounce: an absence (`until`), a new address, or somebody's answer.

    Words of people are sealed; of an automatic answer only what it means is kept.
    """

    __tablename__ = "release_replies"
    __table_args__ = (_among("kind", REPLY_KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("release_mails.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[date | None] = mapped_column(Date)
    moved_to: Mapped[str | None] = mapped_column(String(254))
    subject_sealed: Mapped[str | None] = mapped_column(Text)
    text_sealed: Mapped[str | None] = mapped_column(Text)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    seen_by: Mapped[str | None] = mapped_column(String(254))


class PressSubscriber(Base):
    """Somebody outside who wants releases by mail; only a confirmed one gets any. `token_hash`: of the link in the mail
    that asks whether it was they.
    """

    __tablename__ = "press_subscribers"
    __table_args__ = (_among("state", SUBSCRIBER_STATES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[str] = mapped_column(String(254), unique=True)
    language: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(10), default="asked", index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mail_state: Mapped[str] = mapped_column(String(12), default="due")  # of the question itself
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReleaseFingerprint(Base):
    """What makes a release's text recognisable, made anew with each of its wordings."""

    __tablename__ = "release_fingerprints"

    text_id: Mapped[int] = mapped_column(
        ForeignKey("release_texts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    revision: Mapped[int]
    sketch: Mapped[bytes] = mapped_column(LargeBinary)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReleasePrint(Base):
    """A mention that prints a release: how much of it word for word (`share`, 0 to 1), and what became of the rest.

    `findings` are [key, facts] of what is missing, changed or wrong; `hours` from the sending (or the press room) to
    the print; `agency` is whom the outlet credits. A person's `verdict` wins over what was found.
    """

    __tablename__ = "release_prints"
    __table_args__ = (UniqueConstraint("release_id", "mention_id"), _among("kind", PRINT_KINDS))

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id", ondelete="CASCADE"))
    text_id: Mapped[int | None] = mapped_column(ForeignKey("release_texts.id", ondelete="SET NULL"))
    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    share: Mapped[float]
    likeness: Mapped[float]
    headline_changed: Mapped[bool]
    findings: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    hours: Mapped[float | None]
    agency: Mapped[str | None] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verdict: Mapped[bool | None]
    verdict_by: Mapped[str | None] = mapped_column(String(254))
    verdict_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OfficeFact(Base):
    """Something that is true of the office for a time: a telephone number, who the coordinator is, a sum.

    What is past its `holds_until` is wrong from then on, in our own releases and in print; `next_id` is what holds in
    its place. `label` says what it is, `value` is as people write it.
    """

    __tablename__ = "office_facts"
    __table_args__ = (_among("kind", FACT_KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    holds_from: Mapped[date | None] = mapped_column(Date)
    holds_until: Mapped[date | None] = mapped_column(Date)
    next_id: Mapped[int | None] = mapped_column(ForeignKey("office_facts.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(254))


class PressProgress(Base):
    """How far something of the press room has read: the last number that it has seen."""

    __tablename__ = "press_progress"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_id: Mapped[int] = mapped_column(default=0)
