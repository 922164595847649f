"""Sources as the settings' pages show and handle them: how each fares, its last items, pauses of many at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from scrapers import catalogue
from scrapers.canonical import canonical
from scrapers.fulltext import folded
from scrapers.models import OWNERS, TIERS, Article, Mention, Source
from scrapers.queries import TROUBLES, SourceState, faring, source_state, source_states
from scrapers.source import address_of, source_of

# How far back a source's page looks for its last items: a list of the newest must not read the archive.
_WINDOW = 5_000
# The worst first: what a person should look at stands on top.
STATES = (*TROUBLES, "slow", "new", "healthy", "paused")


@dataclass(frozen=True)
class Item:
    """Something a source published; `mention_id` where it speaks of us, `revision` counts its changes since."""

    title: str
    url: str
    lang: str | None
    at: datetime
    text_state: str
    mention_id: int | None
    sense: str | None
    revision: int = 0


def fares(session: Session, now: datetime) -> list[SourceState]:
    """All sources by name; `state` may also be `silent`, and every trouble has its `reason_key`."""
    return [faring(row, now) for row in source_states(session)]


def worst_first(row: SourceState) -> tuple[int, str]:
    """The order of a list that shows trouble on top."""
    return STATES.index(row.state), folded(row.name)


def one(session: Session, now: datetime, source_id: int) -> SourceState | None:
    """One source."""
    row = source_state(session, source_id)
    return faring(row, now) if row is not None else None


def answered(session: Session, since: datetime, until: datetime) -> tuple[int, int]:
    """Of the sources that are switched on, how many answered in the span, and how many there are."""
    told, asked = session.execute(
        select(func.count(case((and_(Source.last_ok_at >= since, Source.last_ok_at <= until), 1))), func.count())
        .select_from(Source)
        .where(Source.enabled)
    ).one()
    return int(told), int(asked)


def last_items(session: Session, source_id: int, limit: int = 20) -> list[Item]:
    """What the source published last, the latest found first, among the newest thousands of all sources."""
    newest = (
        select(Article.id, Article.source_id).order_by(Article.id.desc()).limit(_WINDOW).subquery()
    )
    own = select(newest.c.id).where(newest.c.source_id == source_id).order_by(newest.c.id.desc()).limit(limit)
    rows = session.execute(
        select(
            Article.title, Article.url, Article.lang, Article.published_at, Article.first_seen_at, Article.text_state,
            Mention.id, Mention.sense, Article.revision,
        )
        .outerjoin(Mention, Mention.article_id == Article.id)
        .where(Article.id.in_(own))
        .order_by(Article.id.desc())
    )
    return [Item(row[0], row[1], row[2], row[3] or row[4], row[5], row[6], row[7], row[8]) for row in rows]


def switch(session: Session, now: datetime, ids: Collection[int], enabled: bool) -> list[int]:
    """Pauses these sources or lets them be polled again, at once; the numbers of those that this changed."""
    rows = session.scalars(select(Source).where(Source.id.in_(sorted(ids)), Source.enabled != enabled)).all()
    for row in rows:
        catalogue.switch(session, now, row.name, enabled)
    return [row.id for row in rows]


def names(session: Session, ids: Collection[int]) -> list[str]:
    """The names of these sources that are there."""
    return list(session.scalars(select(Source.name).where(Source.id.in_(sorted(ids))).order_by(Source.name)))


def change(
    session: Session,
    now: datetime,
    source_id: int,
    *,
    name: str,
    tier: str,
    language: str,
    owner: str,
    note: str,
    settings: Mapping[str, object],
) -> bool:
    """What a person says a source is; other settings have it asked anew. False if nothing differs.

    OutreachError `scrapers.source_missing`, `scrapers.name`, `scrapers.choice`, `scrapers.same_name`,
    `scrapers.same_address`, `registry.*`, or the kind's own.
    """
    row = session.get(Source, source_id)
    if row is None:
        raise OutreachError("scrapers.source_missing", name=source_id)
    _check(session, row, name, tier, owner)
    facts = {"name": name, "tier": tier, "language": language, "owner": owner, "note": note}
    differs = any(getattr(row, field) != value for field, value in facts.items())
    for field, value in facts.items():
        setattr(row, field, value)
    # What is left out of the kept settings means the same as its default told again.
    if source_of(row.kind, row.settings) != source_of(row.kind, settings):
        catalogue.change(session, now, source_id, row.kind, settings)
        differs = True
    session.flush()
    return differs


def adopt(session: Session, now: datetime, source_id: int) -> str:
    """Saves the address a source has moved to; it is asked there at once. The new address.

    OutreachError `scrapers.not_moved` where it has not, `scrapers.source_missing`, `scrapers.same_address`,
    `registry.*`.
    """
    row = session.get(Source, source_id)
    if row is None:
        raise OutreachError("scrapers.source_missing", name=source_id)
    url = row.moved_to
    if not url or "url" not in row.settings:
        raise OutreachError("scrapers.not_moved", name=row.name)
    for other in session.scalars(select(Source).where(Source.id != row.id, Source.kind == row.kind)):
        if canonical(address_of(other.kind, other.settings)) == canonical(url):
            raise OutreachError("scrapers.same_address", other=other.name)
    catalogue.change(session, now, source_id, row.kind, {**row.settings, "url": url})
    return url


def _check(session: Session, row: Source, name: str, tier: str, owner: str) -> None:
    if not name or len(name) > 200:
        raise OutreachError("scrapers.name")
    for column, value, known in (("tier", tier, TIERS), ("owner", owner, OWNERS)):
        if value not in known:
            raise OutreachError("scrapers.choice", column=column, value=value[:50], known=", ".join(known))
    if session.scalar(select(Source.id).where(Source.name == name, Source.id != row.id)) is not None:
        raise OutreachError("scrapers.same_name", name=name)


def last_round(session: Session) -> datetime | None:
    """When any source was last asked; None before the first time."""
    return session.scalar(select(func.max(Source.last_polled_at)))
