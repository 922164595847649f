"""Polls the sources that are due and fetches the pages they leave open.

Which sources are due are rows; a claim is a changed row. A crash loses nothing: what was claimed is due
again a few minutes later, and what was stored is known by its address. Any number of collectors may run.
"""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from sqlalchemy import or_, select, update

from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from scrapers import pages
from scrapers.health import LONGEST_REST, Outcome, failed, rest, state_of
from scrapers.hosts import HostQueue
from scrapers.judging import Judge
from scrapers.models import Source as SourceRow
from scrapers.polling import DueSource, ask, judge_fresh
from scrapers.recording import Judged, Stored, fresh_of, store_new
from scrapers.robots import RobotsBook
from scrapers.watch.match import match
from scrapers.watching import watch_of

log = logging.getLogger("scrapers.collect")

# Longer than one request and its reading can take: after that the claimer has died.
_LEASE = timedelta(minutes=5)
# After so many silences in a row a host's other sources are not asked in this round.
_SILENCES = 2
_SILENT = frozenset({"http.timeout", "http.dns", "http.refused", "http.tls", "http.broken"})

Progress = Callable[[int, int], None]  # sources done, sources in all


@dataclass(frozen=True)
class Polled:
    """What a round did: sources asked, of them unchanged and failed; articles and mentions that are new."""

    polled: int
    unchanged: int
    new: int
    failed: int
    mentions: int
    seconds: float


@dataclass
class _Round:
    """The state that the threads of one round share; `lock` guards the counts and orders the writing."""

    app: App
    judge: Judge
    queue: HostQueue
    robots: RobotsBook
    pages_per_poll: int
    total: int = 0
    progress: Progress | None = None
    lock: Lock = field(default_factory=Lock)
    silences: dict[str, int] = field(default_factory=dict)
    polled: int = 0
    unchanged: int = 0
    new: int = 0
    failed: int = 0
    mentions: int = 0
    broken: BaseException | None = None


def collect(
    app: App,
    *,
    all_sources: bool = False,
    ignore_schedule: bool = False,
    only: str | None = None,
    progress: Progress | None = None,
    limit: int | None = None,
    seconds: float | None = None,
    robots: RobotsBook | None = None,
    judge: Judge | None = None,
) -> Polled:
    """Polls enabled sources that are due; ends when all are done, after `seconds`, or when `app.stopping`
    is set.

    `all_sources`: also those at rest, but not those that wait after a failure; `ignore_schedule`: those
    too. `only` polls the one source of that name, whether it is due or enabled or not; OutreachError
    `scrapers.source_missing` if there is none. `limit` bounds how many are polled. Raises OutreachError
    only for trouble with the store; a source's failure is its row's state.
    """
    started = time.monotonic()
    now = app.clock.now()
    due = due_sources(app, now, all_sources=all_sources, ignore_schedule=ignore_schedule, only=only, limit=limit)
    queue = HostQueue(app.settings.collect.host_seconds, app.stopping, None if seconds is None else started + seconds)
    round_ = _Round(
        app,
        judge or _judge(app),
        queue,
        robots or RobotsBook(),
        app.settings.collect.pages_per_poll,
        len(due),
        progress,
    )
    for one in due:
        queue.put(one.host, partial(_poll, round_, one))
    return _run(round_, started)


def collect_pages(
    app: App,
    *,
    limit: int = 200,
    seconds: float | None = None,
    robots: RobotsBook | None = None,
    judge: Judge | None = None,
) -> Polled:
    """Fetches the pages of pending articles that are due, the newest first."""
    started = time.monotonic()
    now = app.clock.now()
    max_age = timedelta(days=app.settings.collect.max_age_days)
    with app.store.reading() as session:
        tasks = pages.due_pages(session, now, max_age, limit)
        old = pages.has_old(session, now, max_age)
    if old:
        with app.store.transaction() as session:
            pages.give_up_old(session, now, max_age)
    queue = HostQueue(app.settings.collect.host_seconds, app.stopping, None if seconds is None else started + seconds)
    round_ = _Round(app, judge or _judge(app), queue, robots or RobotsBook(), 0)
    for task in tasks:
        queue.put(task.host, partial(_fetch, round_, task))
    return _run(round_, started)


def _judge(app: App) -> Judge:
    watch = watch_of(app.office)
    return lambda document: match(document, watch)


def due_sources(
    app: App, now: datetime, *, all_sources: bool, ignore_schedule: bool, only: str | None, limit: int | None
) -> list[DueSource]:
    """The sources to poll, the longest waiting first."""
    query = select(
        SourceRow.id,
        SourceRow.name,
        SourceRow.kind,
        SourceRow.settings,
        SourceRow.language,
        SourceRow.next_poll_at,
        SourceRow.etag,
        SourceRow.modified,
        SourceRow.body_hash,
        SourceRow.last_ok_at,
    ).order_by(SourceRow.next_poll_at.is_not(None), SourceRow.next_poll_at, SourceRow.id)
    if only is not None:
        query = query.where(SourceRow.name == only)
    else:
        query = query.where(SourceRow.enabled)
        # A rest longer than any we give was written by a clock that ran ahead: nobody would ever wake such a source.
        astray = SourceRow.next_poll_at > now + LONGEST_REST + _LEASE
        at_rest = or_(SourceRow.next_poll_at.is_(None), SourceRow.next_poll_at <= now, astray)
        if all_sources:
            at_rest = or_(at_rest, SourceRow.state != "erring")
        if not ignore_schedule:
            query = query.where(at_rest)
    with app.store.reading() as session:
        rows = session.execute(query.limit(limit)).all()
    if only is not None and not rows:
        raise OutreachError("scrapers.source_missing", name=only)
    return [DueSource(*row) for row in rows]


def _run(round_: _Round, started: float) -> Polled:
    workers = round_.app.settings.collect.workers
    with ThreadPoolExecutor(workers, thread_name_prefix="collect") as pool:
        for _ in range(workers):
            pool.submit(_work, round_)
    if round_.broken is not None:
        raise round_.broken
    return Polled(
        round_.polled,
        round_.unchanged,
        round_.new,
        round_.failed,
        round_.mentions,
        time.monotonic() - started,
    )


def _work(round_: _Round) -> None:
    while (taken := round_.queue.take()) is not None:
        host, work = taken
        try:
            work()
        except BaseException as error:
            round_.broken = round_.broken or error
            round_.queue.close()
        finally:
            round_.queue.done(host)


def _poll(round_: _Round, due: DueSource) -> None:
    app = round_.app
    now = app.clock.now()
    if not _claim(round_, due, now):
        return
    try:
        if round_.silences.get(due.host, 0) >= _SILENCES:
            raise WireError("scrapers.host_silent", host=due.host)
        outcome, found = ask(
            due, app.http, round_.robots, now, partial(app.stopping.wait, app.settings.collect.host_seconds)
        )
    except OutreachError as error:
        if error.key == "http.stopped" or app.stopping.is_set():
            _give_back(round_, due)
            return
        if error.key in _SILENT:
            round_.silences[due.host] = round_.silences.get(due.host, 0) + 1
        _record(round_, due, failed(error), [], now)
        return
    round_.silences[due.host] = 0
    fresh = []
    if found:
        with app.store.reading() as session:
            fresh = fresh_of(session, due.id, found, now)
    max_age = timedelta(days=app.settings.collect.max_age_days)
    fetching = round_.pages_per_poll > 0
    judged = [judge_fresh(one, due, round_.judge, now, max_age, fetching) for one in fresh]
    stored = _record(round_, due, outcome, judged, now)
    _queue_pages(round_, stored, now)


def _claim(round_: _Round, due: DueSource, now: datetime) -> bool:
    held = SourceRow.next_poll_at
    unclaimed = held.is_(None) if due.next_poll_at is None else held == due.next_poll_at
    with round_.lock, round_.app.store.transaction() as session:
        won = session.scalar(
            update(SourceRow)
            .where(SourceRow.id == due.id, unclaimed)
            .values(next_poll_at=now + _LEASE)
            .returning(SourceRow.id)
        )
    return won is not None


def _give_back(round_: _Round, due: DueSource) -> None:
    with round_.lock, round_.app.store.transaction() as session:
        session.execute(update(SourceRow).where(SourceRow.id == due.id).values(next_poll_at=due.next_poll_at))


def _record(round_: _Round, due: DueSource, outcome: Outcome, judged: Sequence[Judged], now: datetime) -> Stored:
    """One short transaction: the new articles and mentions, and the source's state with the validators of
    this poll.
    """
    stored = Stored(0, 0, ())
    state = "erring"
    with round_.lock:
        with round_.app.store.transaction() as session:
            row = session.get(SourceRow, due.id)
            if row is not None:
                if judged:
                    stored = store_new(session, due.id, judged, now)
                state = _mark(
                    row,
                    outcome,
                    stored.new,
                    now,
                    timedelta(minutes=round_.app.settings.collect.every_minutes),
                )
        round_.polled += 1
        round_.unchanged += outcome.ok and not outcome.read
        round_.failed += not outcome.ok
        round_.new += stored.new
        round_.mentions += stored.mentions
        if round_.progress is not None:
            round_.progress(round_.polled, round_.total)
    log.info(
        "source.polled",
        extra={
            "source": due.id,
            "state": state,
            "reason": outcome.reason_key,
            "new": stored.new,
            "mentions": stored.mentions,
        },
    )
    return stored


def _mark(row: SourceRow, outcome: Outcome, new: int, now: datetime, every: timedelta) -> str:
    row.last_polled_at = now
    row.failures = 0 if outcome.ok else row.failures + 1
    row.next_poll_at = now + rest(outcome, row.failures, every)
    if outcome.ok:
        row.last_ok_at = now
        row.etag, row.modified, row.body_hash = outcome.etag, outcome.modified, outcome.body_hash
        row.moved_to = outcome.moved_to
        if new:
            row.last_new_at = now
    # What was left out of a page still is while the page has not changed.
    if outcome.read or not outcome.ok or row.state == "erring":
        row.reason_key, row.reason_facts = outcome.reason_key, dict(outcome.reason_facts)
    row.state = state_of(outcome, row.state)
    return row.state


def _queue_pages(round_: _Round, stored: Stored, now: datetime) -> None:
    if not stored.pending or round_.pages_per_poll <= 0:
        return
    ids = [number for number, _ in stored.pending[: round_.pages_per_poll]]
    with round_.app.store.reading() as session:
        for task in pages.pages_of(session, ids, now):
            round_.queue.put(task.host, partial(_fetch, round_, task))


def _fetch(round_: _Round, task: pages.PageTask) -> None:
    app = round_.app
    now = app.clock.now()
    with round_.lock, app.store.transaction() as session:
        if not pages.claim_page(session, task, now):
            return
    if round_.silences.get(task.host, 0) >= _SILENCES:
        # The claim's few minutes pass, then it is asked again: a host's silence is no try of this page.
        return
    try:
        page = pages.fetch(task, app.http, round_.robots, now, app.settings.office.zone)
    except OutreachError as error:
        with round_.lock, app.store.transaction() as session:
            if error.key == "http.stopped" or app.stopping.is_set():
                pages.release_page(session, task)
            else:
                pages.record_failure(session, task, error, now)
        if error.key in _SILENT:
            round_.silences[task.host] = round_.silences.get(task.host, 0) + 1
        return
    round_.silences[task.host] = 0
    with round_.lock:
        with app.store.transaction() as session:
            became = pages.record_page(session, task, page, round_.judge, now)
        round_.mentions += became
