"""The tables of this wing: where we look, what was published, what is said about us, which tellings are one
story.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import DDL

from outreach.core.db import Base, UtcDateTime
from scrapers import fulltext

TIERS = ("national", "regional", "local", "diaspora", "social")
OWNERS = ("own", "earned")
STATES = ("new", "healthy", "unchanged", "empty", "erring", "moved", "paused")
TEXT_STATES = ("feed", "page", "pending", "summary", "failed")
VERDICTS = ("relevant", "irrelevant", "wrong_sense")
SENSES = ("return", "expulsion", "russia", "ambiguous", "other")


def _among(column: str, values: tuple[str, ...]) -> CheckConstraint:
    told = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({told})", name=column)


class Source(Base):
    """One address that is polled. `kind` and `settings` make the plug-in; `catalogue` is what the last
    import told.

    `state` is the outcome of the last poll; `reason_key` and `reason_facts` explain it in the reader's
    language, also where a healthy source left something out. `next_poll_at` None means at once.
    """

    __tablename__ = "sources"
    __table_args__ = (
        _among("tier", TIERS),
        _among("owner", OWNERS),
        _among("state", STATES),
        Index(None, "enabled", "next_poll_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    tier: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20), default="")
    region: Mapped[str] = mapped_column(String(100), default="")
    site: Mapped[str] = mapped_column(Text, default="")
    medium: Mapped[str] = mapped_column(String(100), default="")
    owner: Mapped[str] = mapped_column(String(10), default="earned")
    kind: Mapped[str] = mapped_column(String(40))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    catalogue: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    enabled: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(Text, default="")
    etag: Mapped[str | None] = mapped_column(Text)
    modified: Mapped[str | None] = mapped_column(Text)
    body_hash: Mapped[str | None] = mapped_column(String(64))
    last_polled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_ok_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_new_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_poll_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="new")
    reason_key: Mapped[str | None] = mapped_column(String(100))
    reason_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    failures: Mapped[int] = mapped_column(default=0)
    moved_to: Mapped[str | None] = mapped_column(Text)


class Article(Base):
    """Something an outlet published, known by its canonical address.

    `text_state`: the whole text came with the feed or from its page, is still to be fetched (pending), will
    not be (summary), or could not be (failed, with the reason). `text_next_at` is when a pending page may
    be asked again.
    """

    __tablename__ = "articles"
    __table_args__ = (
        _among("text_state", TEXT_STATES),
        Index(None, "source_id", "guid"),
        Index(None, "text_state", "text_next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(Text, index=True)
    canonical_url: Mapped[str] = mapped_column(Text, unique=True)
    guid: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str | None] = mapped_column(Text)
    lang: Mapped[str | None] = mapped_column(String(10))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    date_doubted: Mapped[bool] = mapped_column(default=False)
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    text_state: Mapped[str] = mapped_column(String(20))
    text_tries: Mapped[int] = mapped_column(default=0)
    text_next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    text_reason_key: Mapped[str | None] = mapped_column(String(100))
    text_reason_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    agency: Mapped[str | None] = mapped_column(String(100))


class Story(Base):
    """Articles that tell the same thing, often one agency's text in several outlets; titled by the first."""

    __tablename__ = "stories"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    title: Mapped[str] = mapped_column(Text)


class Mention(Base):
    """The watch's verdict on an article that has a watched word or concept; `sentence` is the one to
    quote.

    `relevant` is what counts: the watch's own word (`judged_relevant`), until a person's `verdict` says otherwise.
    `source_id` is the article's, kept here too, so that a list of millions is filtered in one table.
    """

    __tablename__ = "mentions"
    __table_args__ = (
        _among("sense", SENSES),
        _among("verdict", VERDICTS),
        Index(None, "relevant", "judged_at"),
        Index(None, "sense", "id"),
        Index(None, "lang", "id"),
        Index(None, "source_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    sense: Mapped[str] = mapped_column(String(20))
    relevant: Mapped[bool] = mapped_column()
    judged_relevant: Mapped[bool] = mapped_column()
    verdict: Mapped[str | None] = mapped_column(String(20))
    score: Mapped[float] = mapped_column()
    lang: Mapped[str] = mapped_column(String(10))
    matched: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    cues: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    places: Mapped[list[str]] = mapped_column(JSON)
    sentence: Mapped[str] = mapped_column(Text)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), index=True)
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MentionPlace(Base):
    """A place that a mention names (`Mention.places`), or a municipality that such a place lies in."""

    __tablename__ = "mention_places"

    place: Mapped[str] = mapped_column(String(100), primary_key=True)
    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, index=True)


class MentionVerdict(Base):
    """A person's word on a mention, with what stood before it, so that a whole `batch` can be taken back."""

    __tablename__ = "mention_verdicts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    batch: Mapped[str] = mapped_column(String(32), index=True)
    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[str | None] = mapped_column(String(20))
    before: Mapped[str | None] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


# The index of words lies beside the tables: each store has its own kind.
for _dialect, _statements in fulltext.TABLES.items():
    for _statement in _statements:
        _made = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(Mention.__table__, "after_create", _made)
