"""What a round brings home: the polls and pages that have been answered, judged and written down together.

Many small transactions would cost more than the polls: what has come is settled when there is enough of it, or a
moment after the first of it came.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from scrapers import bookkeeping, costs
from scrapers import due as rows
from scrapers.bookkeeping import Ledger, is_quiet
from scrapers.canonical import canonical
from scrapers.health import Outcome, failed
from scrapers.judging import Judge
from scrapers.loop import Asking
from scrapers.pace import Bounds
from scrapers.pagequeue import PageTask, claim_pages, claim_stored, release_pages
from scrapers.pagereading import PageRead, page_steps
from scrapers.pages import PageJudged, PageLost, judge_page, keep_evidence, record_pages
from scrapers.polling import Answered, DueSource, Veil, judge_changed, judge_fresh, mark_of, poll_steps, unseen
from scrapers.pseudonym import veil_of
from scrapers.recording import Batch, Offer, Sifted, Stored, sift, store
from scrapers.robots import RobotsBook
from scrapers.shortlinks import resolved
from scrapers.source import Found

log = logging.getLogger("scrapers.collect")

Progress = Callable[[int, int], None]  # sources done, sources in all

# Settled together: so many polls or items, or what has come within a moment.
_POLLS = 1_000
_ITEMS = 600
_MOMENT = 1.0


@dataclass(frozen=True)
class Polled:
    """What a round did: sources asked, of them unchanged and failed; articles and mentions that are new, articles that
    were changed.
    """

    polled: int
    unchanged: int
    new: int
    failed: int
    mentions: int
    seconds: float
    changed: int = 0


@dataclass(frozen=True)
class _Poll:
    due: DueSource
    outcome: Outcome
    told: Answered


@dataclass(frozen=True)
class _Seen:
    """What one poll showed: all its items with their marks, and those of them that are not as they were."""

    items: tuple[tuple[Found, bytes], ...]
    fresh: tuple[Found, ...]
    turned_over: bool


class Harvest:
    """One round's askings and what they bring; `put` takes what a settling adds, pages that are to be fetched, and
    `clock` is the gear's. `listed` is when its sources were seen to be due.
    """

    put: Callable[[Asking], None]
    clock: Callable[[], float]

    def __init__(
        self,
        app: App,
        judge: Judge,
        robots: RobotsBook,
        total: int,
        progress: Progress | None = None,
        listed: datetime | None = None,
    ) -> None:
        told = app.settings.collect
        self._app = app
        self._judge = judge
        self._robots = robots
        self._total = total
        self._listed = listed or app.clock.now()
        self._progress = progress
        self._max_age = timedelta(days=told.max_age_days)
        self._bounds = Bounds(
            timedelta(minutes=told.every_minutes),
            timedelta(minutes=told.least_minutes),
            max(timedelta(hours=told.most_hours), timedelta(minutes=told.least_minutes)),
        )
        self._claimed: dict[int, datetime] = {}
        self._polls: list[_Poll] = []
        self._pages: list[PageJudged | PageLost] = []
        self._open_pages: dict[int, PageTask] = {}
        self._items = 0
        self._since = 0.0
        self._told = Polled(0, 0, 0, 0, 0, 0.0)
        self._cover: Veil | None = None

    # What is asked.

    def askings(self, ids: Sequence[int], share: tuple[int, int] = (0, 1)) -> Iterator[Asking]:
        """The polls of these sources, claimed some hundreds at a time; those that another has are left out."""
        store_ = self._app.store
        for at in range(0, len(ids), rows.CHUNK):
            some = ids[at : at + rows.CHUNK]
            if share[1] > 1:
                with store_.asking() as connection:
                    some = [one.id for one in rows.share_of(rows.load(connection, some), *share)]
            now = self._app.clock.now()
            with store_.transaction() as session:
                # As they are now: a poll may have ended elsewhere, or a person changed one, since the list was made.
                won = rows.claim(session, some, self._listed, now)
            self._claimed.update(dict.fromkeys((one.id for one in won), now + rows.LEASE))
            self._total -= len(ids[at : at + rows.CHUNK]) - len(won)
            for one in won:
                yield self._asking(one)

    def _asking(self, due: DueSource) -> Asking:
        now = self._app.clock.now()
        return Asking(
            poll_steps(due, self._robots, now, costs.Account(self._app, due.id), self._veil),
            partial(self._answered, due),
            partial(self._refused, due),
            partial(self._still_ours, due.id),
        )

    def page_askings(self, tasks: Sequence[PageTask]) -> Iterator[Asking]:
        """The pages among these that nobody else fetches."""
        for at in range(0, len(tasks), rows.CHUNK):
            with self._app.store.transaction() as session:
                won = claim_pages(session, tasks[at : at + rows.CHUNK], self._app.clock.now())
            for task in won:
                yield self._page_asking(task)

    def _page_asking(self, task: PageTask) -> Asking:
        self._open_pages[task.id] = task
        steps = page_steps(task, self._robots, self._app.clock.now(), self._app.settings.office.zone)
        return Asking(steps, partial(self._page_read, task), partial(self._page_refused, task))

    def _still_ours(self, source_id: int) -> bool:
        """Whether the claim is good for another poll: one that has waited long is claimed on."""
        now = self._app.clock.now()
        until = self._claimed[source_id]
        if until - now > rows.LEASE / 2:
            return True
        with self._app.store.transaction() as session:
            ours = rows.renew(session, source_id, until, now + rows.LEASE)
        if ours:
            self._claimed[source_id] = now + rows.LEASE
        else:
            del self._claimed[source_id]
            self._total -= 1
        return ours

    def _veil(self, found: Found) -> Found:
        self._cover = self._cover or veil_of(self._app)
        return self._cover(found)

    # What has come.

    def _answered(self, due: DueSource, told: Answered, seconds: float, size: int) -> None:
        outcome = told.outcome
        if outcome.read or outcome.full:
            outcome = replace(outcome, seconds=seconds, size=size)
        self._keep(_Poll(due, outcome, told), len(told.found))

    def _refused(self, due: DueSource, error: OutreachError) -> None:
        if error.key == "http.stopped" or self._app.stopping.is_set():
            return  # the claim is given back
        self._keep(_Poll(due, failed(error), Answered(failed(error))), 0)

    def _keep(self, poll: _Poll, items: int) -> None:
        if not self._polls and not self._pages:
            self._since = self.clock()
        self._polls.append(poll)
        self._items += items

    def _page_read(self, task: PageTask, read: PageRead, _seconds: float, _size: int) -> None:
        try:
            page: PageJudged | PageLost = judge_page(task, read, self._judge, self._veil)
        except Exception as error:
            page = _lost(task, error)
        self._keep_page(page)

    def _page_refused(self, task: PageTask, error: OutreachError) -> None:
        if error.key in {"http.stopped", "scrapers.host_silent"} or self._app.stopping.is_set():
            return  # a host's silence is no try of this page: the claim is given back
        self._keep_page(PageLost(task, error))

    def _keep_page(self, page: PageJudged | PageLost) -> None:
        if not self._polls and not self._pages:
            self._since = self.clock()
        self._pages.append(page)
        self._items += 1

    # What becomes of it.

    def settle(self, everything: bool) -> None:
        """Writes down what has come, if it is enough or `everything` is asked."""
        if not self._polls and not self._pages:
            return
        enough = len(self._polls) >= _POLLS or self._items >= _ITEMS or self.clock() - self._since >= _MOMENT
        if not everything and not enough:
            return
        polls, read, self._polls, self._pages = self._polls, self._pages, [], []
        self._items = 0
        now = self._app.clock.now()
        if read:
            self._settle_pages(read, now)
        if polls:
            self._settle_polls(polls, now)

    def _settle_polls(self, polls: Sequence[_Poll], now: datetime) -> None:
        try:
            ledger, tasks = self._written(polls, now)
        except OutreachError:
            raise
        except Exception as error:
            # What cannot be judged or stored must not take the other sources' news along.
            if len(polls) > 1:
                half = len(polls) // 2
                self._settle_polls(polls[:half], now)
                return self._settle_polls(polls[half:], now)
            if not polls[0].outcome.ok:
                raise
            log.exception("source.unreadable", extra={"source": polls[0].due.id})
            outcome = failed(_unreadable(polls[0].due.host, error))
            ledger, tasks = self._written([_Poll(polls[0].due, outcome, Answered(outcome))], now)
        for one in ledger:
            self._claimed.pop(one.due.id, None)
        self._count(ledger)
        for task in tasks:
            self.put(self._page_asking(task))

    def _written(self, polls: Sequence[_Poll], now: datetime) -> tuple[list[Ledger], list[PageTask]]:
        app, most = self._app, self._app.settings.collect.pages_per_poll
        fetching = most > 0
        seen, sifted = self._compared([one for one in polls if one.told.found], now)
        batches = {
            one.due.id: Batch(
                one.due.id,
                [judge_fresh(fresh, one.due, self._judge, now, self._max_age, fetching) for fresh in news.fresh],
                [judge_changed(changed, one.due, self._judge, fetching) for changed in news.changed],
            )
            for one in polls
            if (news := sifted.get(one.due.id)) is not None and (news.fresh or news.changed)
        }
        with app.store.transaction() as session:
            held = bookkeeping.claims(session, [one.due.id for one in polls if not is_quiet(one.due, one.outcome)])
            # A source that was deleted meanwhile has no place for what it brought.
            batches = {number: batch for number, batch in batches.items() if number in held}
            stored = dict(zip(batches, store(session, [*batches.values()], now), strict=True)) if batches else {}
            ledger = [self._ledger(one, self._claimed.get(one.due.id), seen, batches, stored) for one in polls]
            bookkeeping.write(session, ledger, held, now, self._bounds, app.settings.office.zone)
            tasks = [] if not most or app.stopping.is_set() else claim_stored(
                session, [number for told in stored.values() for number, _ in told.pending[:most]], now
            )
        return ledger, tasks

    def _compared(self, polls: Sequence[_Poll], now: datetime) -> tuple[dict[int, _Seen], dict[int, Sifted]]:
        """What the pages showed that is not as it was: their items, and what of them is new to the store."""
        if not polls:
            return {}, {}
        with self._app.store.reading() as session:
            marks = bookkeeping.marks_of(session, [one.due.id for one in polls])
            seen = {one.due.id: _seen(one.told.found, marks.get(one.due.id)) for one in polls}
            # Short links that were followed before are taken for where they lead.
            seen = {number: replace(told, fresh=tuple(resolved(session, told.fresh))) for number, told in seen.items()}
            offers = [
                Offer(number, told.fresh, frozenset(canonical(item.url) for item, _ in told.items))
                for number, told in seen.items()
                if told.fresh
            ]
            news = sift(session, offers, now) if offers else []
        return seen, {offer.source_id: one for offer, one in zip(offers, news, strict=True)}

    @staticmethod
    def _ledger(
        poll: _Poll,
        until: datetime | None,
        seen: dict[int, _Seen],
        batches: dict[int, Batch],
        stored: dict[int, Stored],
    ) -> Ledger:
        number = poll.due.id
        shown, told = seen.get(number), stored.get(number)
        outcome = poll.outcome
        # Nothing of what stood there is left: something in between may have come and gone.
        turned = shown is not None and shown.turned_over and told is not None and told.new == len(shown.items)
        if shown is not None and turned and outcome.reason_key is None:
            outcome = replace(
                outcome, reason_key="scrapers.turned_over", reason_facts={"count": len(shown.items)}
            )
        batch = batches.get(number)
        return Ledger(
            poll.due,
            outcome,
            until,
            poll.told.found,
            poll.told.hints,
            poll.told.bookmark,
            b"".join(mark for _, mark in shown.items) if shown is not None else None,
            told.new if told else 0,
            told.changed if told else 0,
            told.mentions if told else 0,
            [(one.fresh.found, one.judgement.found) for one in batch.judged] if batch and told and told.new else (),
            turned,
        )

    def _settle_pages(self, read: Sequence[PageJudged | PageLost], now: datetime) -> None:
        kept = [keep_evidence(self._app, one, now) if isinstance(one, PageJudged) else None for one in read]
        try:
            with self._app.store.transaction() as session:
                became = record_pages(session, read, kept, now)
                bookkeeping.count_mentions(session, became, now, self._app.settings.office.zone)
        except OutreachError:
            raise
        except Exception as error:
            if len(read) > 1:
                half = len(read) // 2
                self._settle_pages(read[:half], now)
                return self._settle_pages(read[half:], now)
            if isinstance(read[0], PageLost):
                raise
            return self._settle_pages([_lost(read[0].task, error)], now)
        for one in read:
            self._open_pages.pop(one.task.id, None)
        self._told = replace(self._told, mentions=self._told.mentions + len(became))

    def _count(self, ledger: Sequence[Ledger]) -> None:
        was = self._told
        self._told = Polled(
            was.polled + len(ledger),
            was.unchanged + sum(one.outcome.ok and not one.outcome.read for one in ledger),
            was.new + sum(one.new for one in ledger),
            was.failed + sum(not one.outcome.ok for one in ledger),
            was.mentions + sum(one.mentions for one in ledger),
            0.0,
            was.changed + sum(one.changed for one in ledger),
        )
        for one in ledger:
            if one.new or one.changed or one.mentions or not one.outcome.ok or one.outcome.reason_key:
                log.info(
                    "source.polled",
                    extra={
                        "source": one.due.id,
                        "good": one.outcome.ok,
                        "reason": one.outcome.reason_key,
                        "new": one.new,
                        "mentions": one.mentions,
                    },
                )
        if self._progress is not None:
            self._progress(self._told.polled, max(self._total, self._told.polled))

    def give_back(self) -> None:
        """Gives back what was claimed and not asked, or cut off."""
        if not self._claimed and not self._open_pages:
            return
        with self._app.store.transaction() as session:
            for until in {*self._claimed.values()}:
                ids = [number for number, held in self._claimed.items() if held == until]
                rows.release(session, ids, until)
            release_pages(session, [*self._open_pages.values()])
        self._claimed.clear()
        self._open_pages.clear()

    def polled(self, seconds: float) -> Polled:
        """The round in numbers; it took so many seconds."""
        return replace(self._told, seconds=seconds)


def _seen(found: Sequence[Found], marks: bytes | None) -> _Seen:
    items = tuple((one, mark_of(one)) for one in found)
    fresh = unseen(items, marks)
    return _Seen(items, tuple(fresh), bool(marks) and len(items) > 2 and len(fresh) == len(items))


def _unreadable(url: str, error: Exception) -> WireError:
    return WireError("scrapers.unreadable", url=url, reason=type(error).__name__)


def _lost(task: PageTask, error: Exception) -> PageLost:
    log.exception("page.unreadable", extra={"article": task.id})
    return PageLost(task, _unreadable(task.url, error))
