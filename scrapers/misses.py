"""What a person found and the collector did not: why, as far as the store can tell."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select, Text, cast, or_, select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from scrapers.canonical import canonical
from scrapers.decide import title_key
from scrapers.folding import SAME_AS
from scrapers.models import Article, Mention, Miss
from scrapers.models import Source as SourceRow
from scrapers.queries import SourceState, faring
from scrapers.reading.plain import TITLE_LENGTH, link_of, one_line
from scrapers.sources.paste import Paste

# What an article that is stored, or a source that is there, can be the cause of; the last is neither.
CAUSES = (
    "mention", "outside", "deleted", "pending", "robots", "text_failed", "summary", "judged_none",
    "not_listed", "new", "empty", "silent", "erring", "blocked", "gone", "paused", "no_source",
)  # fmt: skip
# Of several sources at one host the one that is best off tells: had it shown the item, it would be here.
_BEST = ("not_listed", "new", "empty", "silent", "erring", "robots", "blocked", "gone", "paused")
_OF_STATE = {"healthy": "not_listed", "slow": "not_listed", "moved": "not_listed"}
_ROBOTS = "scrapers.robots"
# A headline typed by hand is looked for in what came lately, and misses are tied to articles for as long.
_LATELY = timedelta(days=60)
_AT_ONCE = 500
# A source that read well for so long after a publication was not hindered by what came later.
_TIME_ENOUGH = timedelta(days=1)


@dataclass(frozen=True)
class Stored:
    """The article that lies in the store, and the mention it may be."""

    article_id: int
    title: str
    text_state: str
    first_seen_at: datetime
    reason_key: str | None = None
    reason_facts: Mapping[str, Any] = field(default_factory=dict)
    mention_id: int | None = None
    outside: bool = False


@dataclass(frozen=True)
class Facts:
    """All that is known of an address: its host, what is stored, the sources that read there, each as it fares, and
    when it was published, where that is known.
    """

    host: str
    stored: Stored | None = None
    sources: tuple[SourceState, ...] = ()
    published: datetime | None = None


@dataclass(frozen=True)
class Cause:
    """Why something was missed: one of `CAUSES`, and the facts of its sentence as JSON keeps them."""

    name: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Sought:
    """What is asked about: its address, the article and the moment of publication where those are known already."""

    url: str
    article_id: int | None = None
    published: datetime | None = None


@dataclass(frozen=True)
class Reported:
    """What came of a report: the entry, or the mention that it was all the time."""

    miss_id: int | None
    mention_id: int | None


@dataclass(frozen=True)
class Missed:
    """A reported miss; `mention_id` where it is a mention by now."""

    id: int
    url: str
    title: str
    reported_by: str
    reported_at: datetime
    cause: Cause
    mention_id: int | None


def cause(facts: Facts) -> Cause:
    """Why it was missed. Pure."""
    if facts.stored is not None:
        return _of_stored(facts.stored)
    told = [_of_source(source, facts.published) for source in facts.sources]
    if not told:
        return Cause("no_source", {"host": facts.host})
    return min(told, key=lambda one: _BEST.index(one.name))


def _of_stored(stored: Stored) -> Cause:
    told = {"seen": stored.first_seen_at.isoformat(), "mention_id": stored.mention_id}
    if stored.text_state == "deleted":
        at, actor = stored.reason_facts.get("at"), stored.reason_facts.get("actor")
        return Cause("deleted", {**told, "since": at, "actor": actor})
    if stored.mention_id is not None:
        return Cause("outside" if stored.outside else "mention", told)
    why = {"reason_key": stored.reason_key, "reason": dict(stored.reason_facts)} if stored.reason_key else {}
    if stored.text_state == "pending":
        return Cause("pending", {**told, **why})
    if stored.reason_key == _ROBOTS:
        return Cause("robots", told)
    if stored.text_state == "failed":
        return Cause("text_failed", {**told, **why})
    return Cause("summary" if stored.text_state == "summary" else "judged_none", told)


def _of_source(source: SourceState, published: datetime | None) -> Cause:
    name = "paused" if not source.enabled else _OF_STATE.get(source.state, source.state)
    if published is not None and source.state_since is not None and source.state_since > published + _TIME_ENOUGH:
        # What ails it now did not ail it then.
        name = "not_listed"
    if name in {"erring", "gone"} and source.reason_key == _ROBOTS:
        name = "robots"
    told: dict[str, Any] = {"source": source.name, "source_id": source.id, "since": _iso(source.state_since)}
    if name == "not_listed":
        told |= {"since": None, "asked": _iso(source.last_ok_at), "new": _iso(source.last_new_at)}
    elif source.reason_key:
        told |= {"reason_key": source.reason_key, "reason": dict(source.reason_facts)}
    return Cause(name if name in _BEST else "erring", told)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def report(session: Session, now: datetime, actor: str, url: str, title: str) -> Reported:
    """Writes a miss down with its cause; what is a mention already is none. OutreachError `recall.error.address`."""
    address = address_of(url)
    title = one_line(title, TITLE_LENGTH)
    facts = facts_of(session, [Sought(address)], now)[address]
    if facts.stored is None and title:
        ids = [source.id for source in facts.sources]
        hit = by_title(session, ids, title, now - _LATELY, now)
        if hit is not None:
            facts = facts_of(session, [Sought(address, hit[0])], now)[address]
    why = cause(facts)
    if why.name == "mention":
        return Reported(None, why.facts["mention_id"])
    row = Miss(
        url=address,
        title=title or (facts.stored.title if facts.stored else ""),
        reported_by=actor[:254],
        reported_at=now,
        cause=why.name,
        cause_facts=dict(why.facts),
        article_id=facts.stored.article_id if facts.stored else None,
    )
    session.add(row)
    session.flush()
    return Reported(row.id, None)


def address_of(url: str) -> str:
    """The address as it is stored; "https://" may be left out, as people do. OutreachError `recall.error.address`."""
    told = url.strip()
    if "://" not in told and "." in told.partition("/")[0]:
        told = f"https://{told}"
    address = link_of(told, "")
    if address is None or " " in told:
        raise OutreachError("recall.error.address", url=told[:200])
    return address


def facts_of(session: Session, sought: Sequence[Sought], now: datetime) -> dict[str, Facts]:
    """What is known of each address, in three statements."""
    stored = _stored(session, sought)
    rest = [canonical(one.url) for one in sought if one.url not in stored]
    places = outlets(session, rest)
    told = {}
    for one in sought:
        address = canonical(one.url)
        sources = tuple(faring(source, now) for source in places.get(address, ()))
        told[one.url] = Facts(_host(address), stored.get(one.url), sources, one.published)
    return told


def _stored(session: Session, sought: Sequence[Sought]) -> dict[str, Stored]:
    addresses = [canonical(one.url) for one in sought]
    numbers = [one.article_id for one in sought if one.article_id is not None]
    held: dict[str | int, Stored] = {}
    folded: dict[str, list[str | int]] = {}
    urls = [one.url for one in sought]
    where = or_(Article.canonical_url.in_(addresses), Article.url.in_(urls), Article.id.in_(numbers))
    for one, canonical_url, url in _articles(session, where):
        names: list[str | int] = [one.article_id, canonical_url, url]
        held.update(dict.fromkeys(names, one))
        if one.reason_key == SAME_AS and one.mention_id is None:
            folded.setdefault(str(one.reason_facts.get("url", "")), []).extend(names)
    if folded:
        # What was folded into another article is judged as that one.
        for one, _, url in _articles(session, Article.url.in_(folded)):
            held.update(dict.fromkeys(folded.get(url, ()), one))
    found = {}
    for asked in sought:
        hit = held.get(asked.article_id or 0) or held.get(canonical(asked.url)) or held.get(asked.url)
        if hit is not None:
            found[asked.url] = hit
    return found


def _articles(session: Session, where: Any) -> Iterable[tuple[Stored, str, str]]:
    query = (
        select(
            Article.id,
            Article.title,
            Article.text_state,
            Article.first_seen_at,
            Article.text_reason_key,
            Article.text_reason_facts,
            Mention.id,
            Mention.outside,
            Article.canonical_url,
            Article.url,
        )
        .outerjoin(Mention, Mention.article_id == Article.id)
        .where(where)
        .order_by(Article.id.desc())
    )
    for number, title, state, seen, key, facts, mention_id, outside, address, url in session.execute(query):
        yield Stored(number, title, state, seen, key, facts or {}, mention_id, bool(outside)), address, url


def outlets(session: Session, addresses: Collection[str]) -> dict[str, list[SourceState]]:
    """For each canonical address the sources that read at its host, or else at one that its host lies under."""
    hosts = {address: host for address in addresses if (host := _host(address))}
    if not hosts:
        return {}
    # Read of the table is what may be meant; whether it is, is seen by its own host.
    near = {".".join(host.split(".")[-2:]) for host in hosts.values()}
    known: dict[str, list[SourceState]] = {}
    named = [or_(SourceRow.site.contains(host, autoescape=True),
                 cast(SourceRow.settings, Text).contains(host, autoescape=True)) for host in sorted(near)]  # fmt: skip
    for row in session.execute(_SOURCES.where(SourceRow.kind != Paste.kind, or_(*named))):
        source = SourceState(**row._mapping)
        for host in _hosts(source):
            known.setdefault(host, []).append(source)
    found = {}
    for address, host in hosts.items():
        at = next((name for name in _above(host) if name in known), None)
        if at is not None:
            found[address] = known[at]
    return found


_SOURCES: Select[Any] = select(*(getattr(SourceRow, one.name) for one in fields(SourceState))).order_by(SourceRow.id)


def _hosts(source: SourceState) -> set[str]:
    told = (source.site, source.settings.get("url", ""), source.settings.get("instance", ""))
    return {host for address in told if (host := _host(canonical(str(address))))}


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _above(host: str) -> list[str]:
    """The host, then those it lies under, of two names at least."""
    names = host.split(".")
    return [".".join(names[at:]) for at in range(max(len(names) - 1, 1))]


def by_title(
    session: Session, source_ids: Sequence[int], title: str, since: datetime, until: datetime
) -> tuple[int, datetime] | None:
    """The first article of these sources with this headline that was seen in the period and that nobody brought:
    number and first sight.
    """
    key = title_key(title)
    if not key or not source_ids:
        return None
    rows = session.execute(
        select(Article.id, Article.first_seen_at, Article.title)
        .where(
            Article.source_id.in_(source_ids),
            Article.first_seen_at >= since,
            Article.first_seen_at <= until,
            Article.brought_by.is_(None),
        )
        .order_by(Article.id)
        .execution_options(yield_per=1_000)
    )
    return next(((number, seen) for number, seen, told in rows if title_key(told) == key), None)


def link(session: Session, now: datetime) -> int:
    """Ties the misses of the last weeks to articles that have come since, by address; how many."""
    rows = session.execute(
        select(Miss.id, Miss.url)
        .where(Miss.article_id.is_(None), Miss.reported_at >= now - _LATELY)
        .order_by(Miss.id.desc())
        .limit(_AT_ONCE)
    ).all()
    held = _stored(session, [Sought(url) for _, url in rows]) if rows else {}
    for number, url in rows:
        if url in held:
            tie(session, number, held[url].article_id)
    return sum(1 for _, url in rows if url in held)


def tie(session: Session, miss_id: int, article_id: int) -> None:
    """The missed item is this article."""
    session.execute(update(Miss).where(Miss.id == miss_id).values(article_id=article_id))


def missed(session: Session, *, before: int | None = None, limit: int = 50) -> list[Missed]:
    """Reported misses, the latest first, below the number `before`."""
    query = _MISSES.order_by(Miss.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Miss.id < before)
    return [_missed(row) for row in session.execute(query)]


def one(session: Session, miss_id: int) -> Missed | None:
    """One reported miss."""
    row = session.execute(_MISSES.where(Miss.id == miss_id)).one_or_none()
    return None if row is None else _missed(row)


_MISSES = select(
    Miss.id, Miss.url, Miss.title, Miss.reported_by, Miss.reported_at, Miss.cause, Miss.cause_facts, Mention.id
).outerjoin(Mention, Mention.article_id == Miss.article_id)


def _missed(row: Any) -> Missed:
    number, url, title, by, at, name, facts, mention_id = row
    return Missed(number, url, title, by, at, Cause(name, facts), mention_id)
