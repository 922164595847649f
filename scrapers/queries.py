"""What the rest of the program may know of this wing: frozen rows, read in the caller's session."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from scrapers.health import is_silent
from scrapers.models import SENSES, Article, Mention, MentionPlace, Source
from scrapers.models import Story as StoryRow

# What somebody should look at, the worst first; `silent` is worked out when it is read, the others are kept.
TROUBLES = ("gone", "blocked", "erring", "moved", "empty", "silent")
# No source counts as silent sooner.
_QUIET = timedelta(days=1)
_DAY = 86_400


@dataclass(frozen=True)
class MentionRow:
    """One mention as lists and digests show it; `published_at` None means the outlet told no date we
    believe.
    """

    id: int
    title: str
    url: str
    outlet: str
    tier: str
    published_at: datetime | None
    first_seen_at: datetime
    sense: str
    score: float
    relevant: bool
    sentence: str
    matched: tuple[str, ...]  # the watched terms
    forms: tuple[str, ...]  # how they stand in the article
    places: tuple[str, ...]
    story_id: int
    agency: str | None
    lang: str
    owner: str
    canonical_url: str


@dataclass(frozen=True)
class Story:
    """A story with its tellings, at least one, in the order in which outlets picked it up."""

    story_id: int
    title: str
    mentions: tuple[MentionRow, ...]

    @property
    def first(self) -> MentionRow:
        """The outlet that had it first."""
        return self.mentions[0]

    @property
    def places(self) -> tuple[str, ...]:
        """The places that any telling names, each once."""
        return tuple(dict.fromkeys(place for row in self.mentions for place in row.places))

    @property
    def agency(self) -> str | None:
        """The agency that a telling credits."""
        return next((row.agency for row in self.mentions if row.agency), None)


@dataclass(frozen=True)
class SourceState:
    """A source and how it fares; its rhythm as `scrapers.models.Source` has it, in seconds."""

    id: int
    name: str
    tier: str
    language: str
    medium: str
    owner: str
    kind: str
    settings: Mapping[str, Any]
    site: str
    note: str
    enabled: bool
    state: str
    reason_key: str | None
    reason_facts: Mapping[str, Any]
    failures: int
    moved_to: str | None
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime | None
    state_since: datetime | None
    interval_seconds: int | None
    usual_gap_seconds: int | None
    ttl_seconds: int | None
    hub: str | None


@dataclass(frozen=True)
class MentionSeen:
    """A mention as evidence that a municipality was written about."""

    mention_id: int
    title: str
    outlet: str
    published_at: datetime
    canonical_url: str


@dataclass(frozen=True)
class Counts:
    """Numbers of a period; `relevant_*` count relevant mentions alone, by tier, language and owner of the
    outlet.
    """

    articles: int
    mentions: int
    relevant: int
    stories: int
    by_sense: Mapping[str, int]
    relevant_by_tier: Mapping[str, int]
    relevant_by_language: Mapping[str, int]
    relevant_by_owner: Mapping[str, int]


_COLUMNS = (
    Mention.id,
    Article.title,
    Article.url,
    Source.name.label("outlet"),
    Source.tier,
    Article.published_at,
    Article.first_seen_at,
    Mention.sense,
    Mention.score,
    Mention.relevant,
    Mention.sentence,
    Mention.matched,
    Mention.places,
    Mention.story_id,
    Article.agency,
    Mention.lang,
    Source.owner,
    Article.canonical_url,
)

_SOURCES = select(*(getattr(Source, field.name) for field in fields(SourceState))).order_by(Source.name)
_SOURCE = _SOURCES.where(Source.id == bindparam("source_id"))
_TROUBLES = _SOURCES.where(
    Source.enabled,
    Source.state != "new",
    or_(Source.state.in_(TROUBLES), Source.last_new_at < bindparam("quiet")),
)


def mentions(
    session: Session,
    since: datetime,
    until: datetime,
    limit: int,
    senses: Collection[str] | None = None,
    relevant: bool | None = None,
) -> list[MentionRow]:
    """Mentions first seen in `since` <= t < `until`, the latest first.

    First sight, not publication: what an outlet dates back or publishes late is told once, on the day it was
    found.
    """
    query = _chosen(since, until, senses, relevant).order_by(Article.id.desc()).limit(limit)
    return [_row(row) for row in session.execute(query)]


def mention(session: Session, mention_id: int) -> MentionRow | None:
    """One mention, or None."""
    row = session.execute(_mentions().where(Mention.id == mention_id)).one_or_none()
    return None if row is None else _row(row)


def stories(
    session: Session,
    since: datetime,
    until: datetime,
    *,
    senses: Collection[str] | None = None,
    relevant: bool | None = None,
) -> list[Story]:
    """The mentions of a period (as `mentions` chooses them) by story; the story with the latest pick-up
    first.
    """
    at = func.coalesce(Article.published_at, Article.first_seen_at)
    rows: dict[int, list[MentionRow]] = {}
    for row in session.execute(_chosen(since, until, senses, relevant).order_by(at, Mention.id)):
        telling = _row(row)
        rows.setdefault(telling.story_id, []).append(telling)
    named = (
        select(StoryRow.id, StoryRow.title)
        .join(Mention, Mention.story_id == StoryRow.id)
        .join(Article, Article.id == Mention.article_id)
        .where(Article.first_seen_at >= since, Article.first_seen_at < until)
    )
    titles = {row.id: row.title for row in session.execute(named)}
    told = [Story(number, titles[number], tuple(tellings)) for number, tellings in rows.items()]
    return sorted(told, key=lambda story: _at(story.mentions[-1]), reverse=True)


def source_states(session: Session) -> list[SourceState]:
    """All sources by name; one that is switched off shows the state `paused`."""
    return [_state(row) for row in session.execute(_SOURCES)]


def source_state(session: Session, source_id: int) -> SourceState | None:
    """One source."""
    row = session.execute(_SOURCE, {"source_id": source_id}).one_or_none()
    return _state(row) if row is not None else None


def troubles(session: Session, now: datetime) -> list[SourceState]:
    """Enabled sources that somebody should look at, in the order of `TROUBLES`.

    Each as `faring` tells it, with a `reason_key` that says why.
    """
    rows = (faring(_state(row), now) for row in session.execute(_TROUBLES, {"quiet": now - _QUIET}))
    return sorted((row for row in rows if row.state in TROUBLES), key=lambda row: (TROUBLES.index(row.state), row.name))


def faring(row: SourceState, now: datetime) -> SourceState:
    """The source as people see it: `silent` since its last new item where that is longer ago than is usual for it,
    and every trouble with its reason.
    """
    if row.state == "moved":
        return replace(row, reason_key="scrapers.moved", reason_facts={"url": row.moved_to or ""})
    if row.state in {"healthy", "slow"} and is_silent(row.last_new_at, row.usual_gap_seconds, now):
        since = row.last_new_at or now
        key, facts = _silence((now - since).days, row.usual_gap_seconds)
        return replace(row, state="silent", state_since=since, reason_key=key, reason_facts=facts)
    if row.state in TROUBLES and not row.reason_key:
        return replace(row, reason_key="scrapers.unexplained", reason_facts={})
    return row


def _silence(days: int, usual: int | None) -> tuple[str, dict[str, int]]:
    if usual is None:
        return "scrapers.silent", {"count": days}
    gap = round(usual / _DAY)
    if gap <= 1:
        return "scrapers.silent_daily", {"count": days}
    return "scrapers.silent_usual", {"count": days, "gap": gap}


def coverage(session: Session, municipality: str, since: datetime, until: datetime, limit: int) -> list[MentionSeen]:
    """Relevant mentions that name the municipality or a place in it, published (or, without a date, seen) in the
    period, latest first.
    """
    at = func.coalesce(Article.published_at, Article.first_seen_at)
    query = (
        select(Mention.id, Article.title, Source.name, at, Article.canonical_url)
        .join(MentionPlace, MentionPlace.mention_id == Mention.id)
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(MentionPlace.place == municipality, Mention.relevant, at >= since, at < until)
        .order_by(at.desc(), Mention.id.desc())
        .limit(limit)
    )
    return [MentionSeen(*row) for row in session.execute(query)]


def counts(session: Session, since: datetime, until: datetime) -> Counts:
    """Numbers of what was first seen in the period."""
    period = (Article.first_seen_at >= since, Article.first_seen_at < until)
    articles = session.scalar(select(func.count()).select_from(Article).where(*period)) or 0
    by_sense = dict.fromkeys(SENSES, 0)
    tiers: dict[str, int] = {}
    languages: dict[str, int] = {}
    owners: dict[str, int] = {}
    told: set[int] = set()
    rows = session.execute(
        select(Mention.sense, Mention.relevant, Mention.story_id, Mention.lang, Source.tier, Source.owner)
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(*period)
    ).all()
    for sense, relevant, story_id, lang, tier, owner in rows:
        by_sense[sense] += 1
        if relevant:
            told.add(story_id)
            for table, name in ((tiers, tier), (languages, lang), (owners, owner)):
                table[name] = table.get(name, 0) + 1
    return Counts(
        articles,
        len(rows),
        sum(1 for row in rows if row.relevant),
        len(told),
        by_sense,
        tiers,
        languages,
        owners,
    )


def _chosen(since: datetime, until: datetime, senses: Collection[str] | None, relevant: bool | None) -> Select[Any]:
    query = _mentions().where(Article.first_seen_at >= since, Article.first_seen_at < until)
    if senses is not None:
        query = query.where(Mention.sense.in_(sorted(senses)))
    return query if relevant is None else query.where(Mention.relevant == relevant)


def _mentions() -> Select[Any]:
    joined = select(*_COLUMNS).join(Article, Article.id == Mention.article_id)
    return joined.join(Source, Source.id == Article.source_id)


def _at(row: MentionRow) -> datetime:
    return row.published_at or row.first_seen_at


def _row(row: Row[Any]) -> MentionRow:
    told = dict(row._mapping)
    matched = told.pop("matched")
    return MentionRow(
        **told | {"places": tuple(told["places"])},
        matched=tuple(dict.fromkeys(str(one["term"]) for one in matched)),
        forms=tuple(dict.fromkeys(str(one["form"]) for one in matched)),
    )


def _state(row: Row[Any]) -> SourceState:
    return SourceState(**row._mapping) if row.enabled else SourceState(**{**row._mapping, "state": "paused"})
