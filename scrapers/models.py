"""The tables of this wing: where we look, what was published, what is said about us, which tellings are one
story.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import DDL

from outreach.core.db import Base, UtcDateTime
from scrapers import fulltext
from scrapers.values import OWNERS as OWNERS
from scrapers.values import SENSES as SENSES
from scrapers.values import TIERS as TIERS
from scrapers.values import TONES as TONES
from scrapers.values import VERDICTS as VERDICTS

STATES = ("new", "healthy", "slow", "empty", "erring", "blocked", "gone", "moved", "paused")
TEXT_STATES = ("feed", "page", "pending", "summary", "failed", "typed", "deleted")


def _sense_at_first(context: Any) -> str:
    """Before anybody has said another, a mention's sense is the judged one."""
    return str(context.get_current_parameters()["sense"])


def _among(column: str, values: tuple[str, ...]) -> CheckConstraint:
    told = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({told})", name=column)


class Source(Base):
    """One address that is polled. `kind` and `settings` make the plug-in; `catalogue` is what the last
    import told.

    `state` is the outcome of the last poll, since `state_since`; `reason_key` and `reason_facts` explain it in
    the reader's language, also where a healthy source left something out. `next_poll_at` None means at once; a
    collector that is at work on the source holds it until `claimed_until`.

    Its rhythm: it rests `interval_seconds`, not less than it asked for itself (`ttl_seconds`); between two new
    items it usually takes `usual_gap_seconds`. `marks` are the hashes of the items it showed last, eight bytes
    each; `full_at` is when it was last asked without validators; `bookmark` is what its kind keeps between two
    polls; `quiet` counts the answers without anything new since the last row of `source_answers`.
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
    state_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    interval_seconds: Mapped[int | None] = mapped_column()
    usual_gap_seconds: Mapped[int | None] = mapped_column()
    ttl_seconds: Mapped[int | None] = mapped_column()
    hub: Mapped[str | None] = mapped_column(Text)
    full_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    marks: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    bookmark: Mapped[str | None] = mapped_column(Text)
    quiet: Mapped[int] = mapped_column(default=0)


class SourceAnswer(Base):
    """One answer of a source that told something: new items, or trouble. `times` of the same in a row are one row,
    from `at` to `until`.
    """

    __tablename__ = "source_answers"
    __table_args__ = (Index(None, "source_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    times: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))
    reason_key: Mapped[str | None] = mapped_column(String(100))
    reason_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    found: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    mentions: Mapped[int] = mapped_column(default=0)
    millis: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)


class SourceDay(Base):
    """How much a source brought on a day of the office's calendar: the strip of its last 90 days."""

    __tablename__ = "source_days"

    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True, index=True)
    items: Mapped[int] = mapped_column(default=0)
    mentions: Mapped[int] = mapped_column(default=0)


class SourceCost(Base):
    """What a source that charges has cost in a month (`2026-11`), in thousandths of its currency; what is reserved
    for a question counts before it is asked.
    """

    __tablename__ = "source_costs"

    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    spent: Mapped[int] = mapped_column(default=0)


class Article(Base):
    """Something an outlet published, known by its canonical address.

    `text_state`: the whole text came with the feed or from its page, is still to be fetched (pending), will
    not be (summary), or could not be (failed, with the reason); a person typed it (typed) or took the article away
    (deleted: what is left of the row keeps it from coming back). `text_next_at` is when a pending page may be asked
    again. `lang_sure` is how sure the language is, 0 to 1. `revision` counts the changes seen since the first sight.
    `brought_by` pasted it, from where `brought_from` says (a group, a printed page, a broadcast).
    """

    __tablename__ = "articles"
    __table_args__ = (
        _among("text_state", TEXT_STATES),
        Index(None, "source_id", "guid"),
        Index(None, "source_id", "first_seen_at"),
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
    lang_sure: Mapped[float | None] = mapped_column()
    revision: Mapped[int] = mapped_column(default=0)
    brought_by: Mapped[str | None] = mapped_column(String(254))
    brought_from: Mapped[str | None] = mapped_column(String(200))


class ArticleRevision(Base):
    """What an article said before it was changed; `number` counts from 0, `at` is when the change was seen."""

    __tablename__ = "article_revisions"
    __table_args__ = (Index(None, "article_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


class Evidence(Base):
    """A page or post as it was when we read it: a compressed WARC file in the data folder, known by the hash of what
    came (SHA-256, hex).
    """

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    url: Mapped[str] = mapped_column(Text)
    file: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column()


class ShortLink(Base):
    """Where a short link leads, asked once; None where it led nowhere."""

    __tablename__ = "short_links"

    url: Mapped[str] = mapped_column(Text, primary_key=True)
    leads_to: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Canary(Base):
    """A publication that we know of for sure: what share of them was found, and how late, measures the collector."""

    __tablename__ = "canaries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    url: Mapped[str] = mapped_column(Text)
    canonical_url: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    added_by: Mapped[str] = mapped_column(String(254))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id", ondelete="SET NULL"), index=True)
    found_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Miss(Base):
    """Something a person found and the collector did not, with its cause."""

    __tablename__ = "misses"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, default="")
    reported_by: Mapped[str] = mapped_column(String(254))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    cause: Mapped[str] = mapped_column(String(30))
    cause_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id", ondelete="SET NULL"), index=True)


class Story(Base):
    """Articles that tell the same thing, often one agency's text in several outlets; titled by the first."""

    __tablename__ = "stories"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    title: Mapped[str] = mapped_column(Text)
    # A story that a person put into another keeps its row, so that its old address leads on.
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("stories.id", ondelete="SET NULL"), index=True)


class StoryMark(Base):
    """By which words of its text a mention is found when another may tell the same: `scrapers.stories.marks`.

    `at` is the hour of its publication, counted from 1970. They are needed for some weeks only.
    """

    __tablename__ = "story_marks"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    mark: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # No foreign key: without an index of its own it would make deleting slow, with one storing.
    mention_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Mention(Base):
    """The watch's verdict on an article that has a watched word or concept; `sentence` is the one to
    quote.

    `relevant` is what counts: the watch's own word (`judged_relevant`), until a person's `verdict` says otherwise;
    `sense` likewise is `judged_sense` until a person says another. `has_word`: a watched word itself stands in it, not
    the concept alone. `tone` towards the office's work is a suggestion, None where the office or the topic is not its
    object; `tone_sentence` decided it. `assigned_to` is an account's number. A person chose the story of one that is
    `story_pinned`.
    `source_id` is the article's, kept here too, so that a list of millions is filtered in one table. `outside`:
    the word stands on the page, but not in the article.
    """

    __tablename__ = "mentions"
    __table_args__ = (
        _among("sense", SENSES),
        _among("verdict", VERDICTS),
        _among("judged_sense", SENSES),
        _among("tone", TONES),
        Index(None, "relevant", "judged_at"),
        Index(None, "sense", "id"),
        Index(None, "tone", "id"),
        Index(None, "assigned_to", "id"),
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
    outside: Mapped[bool] = mapped_column(default=False)
    judged_sense: Mapped[str] = mapped_column(String(20), default=_sense_at_first)
    has_word: Mapped[bool] = mapped_column(default=False)
    tone: Mapped[str | None] = mapped_column(String(12))
    tone_sentence: Mapped[str] = mapped_column(Text, default="")
    assigned_to: Mapped[int | None] = mapped_column()
    story_pinned: Mapped[bool] = mapped_column(default=False)


class HostRow(Base):
    """When a host may be asked next, and how often it was asked of late, by pieces of an hour: for collectors in
    several processes (`scrapers.hostrows`). With one process this stands in its memory.
    """

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(Text, primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)


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
    # The sense that stood before, and the one that the person gave with "wrong sense".
    sense: Mapped[str | None] = mapped_column(String(20))
    sense_before: Mapped[str | None] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


# The index of words lies beside the tables: each store has its own kind.
for _dialect, _statements in fulltext.TABLES.items():
    for _statement in _statements:
        _made = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(Mention.__table__, "after_create", _made)
