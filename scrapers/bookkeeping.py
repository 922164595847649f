"""What polls did to their sources: state, rhythm, answers and days. Every function here is for one transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    Boolean,
    Column,
    Integer,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from outreach.core.db import upserting
from scrapers import pace
from scrapers.health import LONGEST_REST, Outcome, state_of
from scrapers.models import Article, Source, SourceAnswer, SourceDay
from scrapers.pace import Bounds
from scrapers.polling import DueSource
from scrapers.source import Found, Hints

STRIP_DAYS = 90
# A source that errs must not fill the store: the newest answers tell enough.
_ANSWERS_KEPT = timedelta(days=90)
_DAYS_KEPT = timedelta(days=800)
_CHUNK = 500


@dataclass(frozen=True)
class Ledger:
    """One poll as it is written down. `until` is the claim it was made with. `found` is all that the source showed,
    `fresh` what was new, each with whether it is a mention; `marks` are the marks of all, joined. `turned_over`:
    nothing of the last time was still shown.
    """

    due: DueSource
    outcome: Outcome
    until: datetime | None
    found: Sequence[Found] = ()
    hints: Hints | None = None
    bookmark: str | None = None
    marks: bytes | None = None
    new: int = 0
    changed: int = 0
    mentions: int = 0
    fresh: Sequence[tuple[Found, bool]] = ()
    turned_over: bool = False


def claims(session: Session, ids: Sequence[int]) -> dict[int, datetime | None]:
    """Until when each of these sources is claimed by now; those that are deleted are left out, and the others stay
    until the transaction ends.
    """
    told: dict[int, datetime | None] = {}
    for at in range(0, len(ids), _CHUNK):
        asked = select(Source.id, Source.claimed_until).where(Source.id.in_(ids[at : at + _CHUNK]))
        rows = session.execute(asked.order_by(Source.id).with_for_update(read=True, key_share=True))
        told.update((number, until) for number, until in rows)
    return told


def write(
    session: Session,
    polls: Sequence[Ledger],
    held: Mapping[int, datetime | None],
    now: datetime,
    bounds: Bounds,
    zone: str,
) -> None:
    """Writes the polls of a batch into their sources' rows; `held` are the `claims` of those that are not quiet.

    A source that somebody else has taken, or a person has changed, since it was claimed keeps what they left: marks of
    other settings would be believed. What it brought counts.
    """
    quiet, loud = [], []
    for one in polls:
        if is_quiet(one.due, one.outcome):
            quiet.append(one)
        elif one.due.id in held:
            loud.append(one)
    _write_quiet(session, quiet, now)
    ours = [one for one in loud if one.until is not None and held[one.due.id] == one.until]
    if ours:
        values = [_columns(one, now, bounds) for one in ours]
        session.connection().execute(_LOUD, values)
        _write_answers(session, ours, values, now)
    if loud:
        _write_days(session, loud, now, zone)


def is_quiet(due: DueSource, outcome: Outcome) -> bool:
    """Whether nothing but the time of the poll is to be written: that goes for most polls."""
    return (
        outcome.ok
        and not outcome.read
        and not outcome.full
        and due.failures == 0
        and due.state in {"healthy", "empty"}
        and outcome.moved_to is None
        and due.usual_gap_seconds is not None
        and due.interval_seconds is not None
        and (outcome.etag, outcome.modified, outcome.body_hash) == (due.etag, due.modified, due.body_hash)
        and state_of(outcome, due.state) == due.state
    )


def _write_quiet(session: Session, polls: Sequence[Ledger], now: datetime) -> None:
    # Rows that get the same moment are written by one statement.
    together: dict[tuple[datetime, datetime | None], list[int]] = defaultdict(list)
    for one in polls:
        due = one.due
        rest = timedelta(seconds=due.interval_seconds or 0)
        together[pace.next_at(now, rest, due.id), one.until].append(due.id)
    for (moment, until), ids in together.items():
        for at in range(0, len(ids), _CHUNK):
            session.execute(_QUIET, {"ids": ids[at : at + _CHUNK], "until": until, "now": now, "next": moment})


def _columns(poll: Ledger, now: datetime, bounds: Bounds) -> dict[str, Any]:
    """All that a poll changes in its source's row; what it leaves is given as it was."""
    due, outcome = poll.due, poll.outcome
    failures = 0 if outcome.ok else due.failures + 1
    state = state_of(outcome, due.state, failures, due.last_ok_at, now)
    gap, ttl, rest = due.usual_gap_seconds, due.ttl_seconds, timedelta(seconds=due.interval_seconds or 0)
    if outcome.ok:
        told = pace.rhythm((one.published for one in poll.found if one.published), now) if outcome.read else None
        if outcome.read:
            ttl = int(poll.hints.ttl.total_seconds()) if poll.hints and poll.hints.ttl else None
        if told is not None:
            gap = int(told.gap.total_seconds())
        if told is not None or gap is None or not rest:
            rest = pace.interval(
                rest or None,
                told.beat if told else None,
                brought=bool(poll.new),
                ttl=timedelta(seconds=ttl) if ttl is not None else None,
                bounds=bounds,
            )
        if poll.turned_over:
            rest = max(rest / 2, bounds.least)
        moment = pace.next_at(now, rest, due.id)
    else:
        wait = pace.backoff(rest or bounds.first, failures, hard=outcome.hard, most=LONGEST_REST)
        wait = max(wait, min(outcome.wait or timedelta(0), LONGEST_REST))
        moment = pace.next_at(now, wait, due.id)
    # What was left out of a page still is while the page has not changed.
    told_anew = outcome.read or not outcome.ok or due.state in {"new", "erring", "blocked", "gone"}
    return {
        "one": due.id,
        "until": poll.until,
        "polled": now,
        "ok": now if outcome.ok else due.last_ok_at,
        "brought": now if poll.new else None,
        "next": moment,
        "state_now": state,
        "failed": failures,
        "told_anew": told_anew,
        "why": outcome.reason_key,
        "facts": dict(outcome.reason_facts),
        "tag": outcome.etag if outcome.ok else due.etag,
        "changed_at": outcome.modified if outcome.ok else due.modified,
        "hash": outcome.body_hash if outcome.ok else due.body_hash,
        "moved": outcome.moved_to if outcome.ok else None,
        "good": outcome.ok,
        "rest": int(rest.total_seconds()) or None,
        "gap": gap,
        "live": ttl,
        "full": now if outcome.full else due.full_at,
        "hub_now": poll.hints.hub if poll.hints else None,
        "marks_now": poll.marks,
        "place": _place(poll),
        "still": 0 if poll.new or poll.changed or not outcome.ok else 1,
    }


def _place(poll: Ledger) -> str | None:
    """The bookmark that is kept: the new one, or none where the platform does not know the old one any more."""
    if poll.outcome.reason_facts.get("start_over"):
        return None
    return poll.bookmark if poll.bookmark is not None else poll.due.bookmark


def _write_answers(
    session: Session, polls: Sequence[Ledger], values: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """An answer that told something is a row; the same trouble again only lengthens the last one."""
    telling = [
        (one, told)
        for one, told in zip(polls, values, strict=True)
        if one.new or one.changed or not one.outcome.ok or one.outcome.reason_key or told["state_now"] != one.due.state
    ]
    last: dict[int, Any] = {}
    ids = [one.due.id for one, _ in telling if not one.new and not one.changed]
    for at in range(0, len(ids), _CHUNK):
        newest = (
            select(func.max(SourceAnswer.id))
            .where(SourceAnswer.source_id.in_(ids[at : at + _CHUNK]))
            .group_by(SourceAnswer.source_id)
        )
        rows = session.execute(
            select(
                SourceAnswer.source_id, SourceAnswer.id, SourceAnswer.state, SourceAnswer.reason_key,
                SourceAnswer.new, SourceAnswer.found,
            ).where(SourceAnswer.id.in_(newest))
        )
        last.update({row.source_id: row for row in rows})
    longer, fresh = [], []
    for one, told in telling:
        row = last.get(one.due.id)
        again = row is not None and (row.state, row.reason_key) == (told["state_now"], one.outcome.reason_key)
        if row is not None and again and not row.new and not one.new and not one.changed:
            longer.append({"one": row.id, "now": now})
            continue
        fresh.append({
            "source_id": one.due.id, "at": now, "until": now, "times": 1, "state": told["state_now"],
            "reason_key": one.outcome.reason_key, "reason_facts": dict(one.outcome.reason_facts),
            "found": one.outcome.found, "new": one.new, "mentions": one.mentions,
            "millis": min(round(one.outcome.seconds * 1000), 2**31 - 1), "size": one.outcome.size,
        })  # fmt: skip
    if longer:
        session.connection().execute(_LONGER, longer)
    if fresh:
        session.connection().execute(insert(SourceAnswer.__table__), fresh)  # type: ignore[arg-type]


def _write_days(session: Session, polls: Iterable[Ledger], now: datetime, zone: str) -> None:
    """How many items each day brought: by their own day where it is a believable one of the strip, else today."""
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    oldest = today - timedelta(days=STRIP_DAYS)
    counted: Counter[tuple[int, date]] = Counter()
    mentioned: Counter[tuple[int, date]] = Counter()
    for one in polls:
        for item, mention in one.fresh:
            day = item.published.astimezone(local).date() if item.published else today
            if oldest <= day:
                counted[one.due.id, min(day, today)] += 1
                mentioned[one.due.id, min(day, today)] += mention
    count_days(session, counted, mentioned)


def count_mentions(session: Session, articles: Sequence[int], now: datetime, zone: str) -> None:
    """Adds articles that became mentions by their page to the days that they were counted on."""
    if not articles:
        return
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    counted: Counter[tuple[int, date]] = Counter()
    for source_id, published in session.execute(
        select(Article.source_id, Article.published_at).where(Article.id.in_(articles))
    ):
        day = min(published.astimezone(local).date(), today) if published else today
        if day >= today - timedelta(days=STRIP_DAYS):
            counted[source_id, day] += 1
    count_days(session, {}, counted)


def count_days(
    session: Session, items: Mapping[tuple[int, date], int], mentions: Mapping[tuple[int, date], int]
) -> None:
    """Adds to what sources brought on days: keys are a source and a day of the office's calendar."""
    keys = sorted({*items, *mentions})
    if not keys:
        return
    table = SourceDay.__table__
    assert isinstance(table, Table)
    inserting = upserting(session, table)
    session.connection().execute(
        inserting.on_conflict_do_update(
            index_elements=["source_id", "day"],
            set_={
                "items": table.c["items"] + inserting.excluded["items"],
                "mentions": table.c.mentions + inserting.excluded.mentions,
            },
        ),
        [
            {"source_id": number, "day": day, "items": items.get((number, day), 0),
             "mentions": mentions.get((number, day), 0)}
            for number, day in keys
        ],
    )  # fmt: skip


def marks_of(session: Session, ids: Sequence[int]) -> dict[int, bytes]:
    """The marks that these sources' items had at the last sight."""
    rows: dict[int, bytes] = {}
    for at in range(0, len(ids), _CHUNK):
        found = session.execute(
            select(Source.id, Source.marks).where(Source.id.in_(ids[at : at + _CHUNK]), Source.marks.is_not(None))
        )
        rows.update((number, marks) for number, marks in found if marks)
    return rows


def tidy(session: Session, now: datetime) -> int:
    """Drops answers and days that nobody looks at any more; how many rows."""
    answers = session.execute(delete(SourceAnswer).where(SourceAnswer.until < now - _ANSWERS_KEPT))
    days = session.execute(delete(SourceDay).where(SourceDay.day < (now - _DAYS_KEPT).date()))
    return int(getattr(answers, "rowcount", 0)) + int(getattr(days, "rowcount", 0))


_TABLE = Source.__table__
assert isinstance(_TABLE, Table)
_C = _TABLE.c


def _told(name: str, column: Column[Any]) -> BindParameter[Any]:
    """A value to come, of the column's type: where it may be NULL a store must know of which type."""
    return bindparam(name, type_=column.type)


_QUIET = (
    update(Source)
    .where(Source.id.in_(bindparam("ids", expanding=True)), Source.claimed_until == bindparam("until"))
    .values(
        last_polled_at=bindparam("now"), last_ok_at=bindparam("now"), next_poll_at=bindparam("next"),
        claimed_until=None, quiet=Source.quiet + 1,
    )
    .execution_options(synchronize_session=False)
)  # fmt: skip
_LONGER = (
    update(SourceAnswer.__table__)  # type: ignore[arg-type]
    .where(SourceAnswer.__table__.c.id == bindparam("one"))
    .values(until=bindparam("now"), times=SourceAnswer.__table__.c.times + 1)
)
_LOUD = (
    update(_TABLE)
    .where(_C.id == bindparam("one"), _C.claimed_until == _told("until", _C.claimed_until))
    .values(
        last_polled_at=_told("polled", _C.last_polled_at),
        last_ok_at=_told("ok", _C.last_ok_at),
        last_new_at=func.coalesce(_told("brought", _C.last_new_at), _C.last_new_at),
        next_poll_at=_told("next", _C.next_poll_at),
        state=bindparam("state_now"),
        state_since=case(
            (_C.state != bindparam("state_now"), _told("polled", _C.last_polled_at)), else_=_C.state_since
        ),
        reason_key=case((bindparam("told_anew", type_=Boolean()), _told("why", _C.reason_key)), else_=_C.reason_key),
        reason_facts=case(
            (bindparam("told_anew", type_=Boolean()), _told("facts", _C.reason_facts)),
            else_=_C.reason_facts,
        ),
        moved_to=case((bindparam("good", type_=Boolean()), _told("moved", _C.moved_to)), else_=_C.moved_to),
        quiet=case((bindparam("still", type_=Integer()) > 0, _C.quiet + 1), else_=0),
        claimed_until=None,
        failures=bindparam("failed"),
        etag=_told("tag", _C.etag),
        modified=_told("changed_at", _C.modified),
        body_hash=_told("hash", _C.body_hash),
        interval_seconds=_told("rest", _C.interval_seconds),
        usual_gap_seconds=_told("gap", _C.usual_gap_seconds),
        ttl_seconds=_told("live", _C.ttl_seconds),
        full_at=_told("full", _C.full_at),
        bookmark=_told("place", _C.bookmark),
        marks=func.coalesce(_told("marks_now", _C.marks), _C.marks),
        hub=func.coalesce(_told("hub_now", _C.hub), _C.hub),
    )
)
