"""Which sources are due, and who has taken them. Every function here is for one transaction."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from zlib import crc32

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.orm import Session

from outreach.core import registry
from outreach.core.errors import OutreachError
from scrapers import sources
from scrapers.health import LONGEST_REST
from scrapers.models import Source
from scrapers.polling import DueSource, host_of
from scrapers.source import address_of

# A claim outlives a request and its reading; one that is older was left by a collector that has died. Whoever waits
# longer for its host takes it anew before it asks.
LEASE = timedelta(minutes=2)
CHUNK = 1_000
_AT_REST = frozenset({"new", "healthy", "slow", "empty", "moved"})

_LOADED = select(*(getattr(Source, name) for name in DueSource.__dataclass_fields__)).where(
    Source.id.in_(bindparam("ids", expanding=True))
)
_CLAIM = (
    update(Source)
    .where(
        Source.id.in_(bindparam("ids", expanding=True)),
        or_(Source.claimed_until.is_(None), Source.claimed_until <= bindparam("now")),
        # A moment to come was written by a clock that ran ahead.
        or_(
            Source.last_polled_at.is_(None),
            Source.last_polled_at <= bindparam("listed"),
            Source.last_polled_at > bindparam("now"),
        ),
    )
    .values(claimed_until=bindparam("until"))
    .returning(Source.id)
)
_RELEASE = (
    update(Source)
    .where(Source.id.in_(bindparam("ids", expanding=True)), Source.claimed_until == bindparam("until"))
    .values(claimed_until=None)
)
_RENEW = (
    update(Source)
    .where(Source.id == bindparam("one"), Source.claimed_until == bindparam("before"))
    .values(claimed_until=bindparam("until"))
    .returning(Source.id)
)


def due_ids(
    session: Session | Connection,
    now: datetime,
    *,
    all_sources: bool = False,
    ignore_schedule: bool = False,
    only: str | None = None,
    among: Sequence[int] | None = None,
    limit: int | None = None,
    if_due: bool = False,
) -> list[int]:
    """The sources to poll, the longest waiting first; without those that a collector is at work on.

    `all_sources`: also those at rest, but not those that wait after a failure; `ignore_schedule`: those too. `only`
    and `among` name sources that are polled whether they are due or enabled or not; OutreachError
    `scrapers.source_missing` if `only` is none. `if_due`: of those of `among` only what is due.
    """
    query = select(Source.id).order_by(Source.next_poll_at.is_not(None), Source.next_poll_at, Source.id)
    if only is not None:
        query = query.where(Source.name == only)
    elif among is not None:
        query = query.where(Source.id.in_(among))
    if only is None and (among is None or if_due):
        free = or_(Source.claimed_until.is_(None), Source.claimed_until <= now)
        query = query.where(Source.enabled, free)
        # A rest longer than any we give was written by a clock that ran ahead: nobody would ever wake such a source.
        astray = Source.next_poll_at > now + LONGEST_REST * 1.1 + LEASE
        at_rest = or_(Source.next_poll_at.is_(None), Source.next_poll_at <= now, astray)
        if all_sources:
            at_rest = or_(at_rest, Source.state.in_(_AT_REST))
        if not ignore_schedule:
            query = query.where(at_rest)
    found = [number for (number,) in session.execute(query.limit(limit))]
    if only is not None and not found:
        raise OutreachError("scrapers.source_missing", name=only)
    return found


def load(connection: Session | Connection, ids: Sequence[int]) -> list[DueSource]:
    """What their polls need, in this order; those that are gone, or that nobody polls, are left out."""
    rows = {row[0]: DueSource(*row) for row in connection.execute(_LOADED, {"ids": ids})}
    return [rows[number] for number in ids if number in rows and _is_polled(rows[number].kind)]


@cache
def _is_polled(kind: str) -> bool:
    return bool(getattr(registry.kind_of(sources.__name__, kind), "polled", True))


def share_of(due: Sequence[DueSource], number: int, of: int) -> Iterator[DueSource]:
    """One of several equal shares: all sources of a host fall into the same one."""
    return (one for one in due if of < 2 or crc32(host_of(address_of(one.kind, one.settings)).encode()) % of == number)


def claim(session: Session, ids: Sequence[int], listed: datetime, now: datetime) -> list[DueSource]:
    """Takes the sources for ourselves until `now` + LEASE: those that were won, as they are now, in this order.

    `listed` is when they were seen to be due: what somebody else has polled since is not taken.
    """
    until = now + LEASE
    won = set(session.scalars(_CLAIM, {"ids": list(ids), "now": now, "listed": listed, "until": until}))
    loaded = load(session, [number for number in ids if number in won])
    left = won - {one.id for one in loaded}
    if left:
        release(session, [*left], until)
    return loaded


def renew(session: Session, source_id: int, before: datetime, until: datetime) -> bool:
    """Takes a source on that we claimed until `before`; False if somebody else has it by now."""
    told = session.scalar(_RENEW, {"one": source_id, "before": before, "until": until})
    return told is not None


def release(session: Session, ids: Sequence[int], until: datetime) -> None:
    """Gives sources back, unasked, that we claimed until then."""
    session.execute(_RELEASE, {"ids": list(ids), "until": until})
