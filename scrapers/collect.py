"""Polls the sources that are due and fetches the pages they leave open.

Which sources are due are rows; a claim is a changed row. A crash loses nothing: what was claimed is due again some
minutes later, and what was stored is known by its address. Any number of collectors may run.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Lock
from weakref import WeakKeyDictionary

from outreach.core.app import App
from outreach.core.gear import Gear, ThreadGear, gear_for
from outreach.core.settings import CollectSettings
from scrapers import due as rows
from scrapers import evidence, pagequeue
from scrapers.harvest import Harvest, Polled, Progress
from scrapers.hostrows import RowGate
from scrapers.hosts import HostGate
from scrapers.judge import judge_of
from scrapers.judging import Judge
from scrapers.loop import Asking, Loop
from scrapers.robots import RobotsBook

__all__ = ["Manners", "Polled", "Progress", "collect", "collect_pages", "judge_of", "manners_of"]

_IMAP_THREADS = 4


@dataclass(frozen=True)
class Manners:
    """What is remembered of hosts from round to round: their pauses, and what their robots.txt asks."""

    gate: HostGate
    robots: RobotsBook


# One for each run of the program, whose rounds may be side by side: it lives as long as the event that ends the run.
_KNOWN: "WeakKeyDictionary[Event, Manners]" = WeakKeyDictionary()
_MAKING = Lock()


def manners_of(app: App) -> Manners:
    """What this program knows of hosts; nothing at first."""
    told = app.settings.collect
    with _MAKING:
        known = _KNOWN.get(app.stopping)
        if known is None:
            gate = _gate(app, told)
            known = _KNOWN[app.stopping] = Manners(gate, RobotsBook())
        return known


def _gate(app: App, told: CollectSettings) -> HostGate:
    if app.store.engine.dialect.name == "postgresql":
        # Others may collect as well: what a host is owed must be known to all of them.
        return RowGate(app.store, told.host_seconds, told.host_at_once, told.host_per_hour)
    return HostGate(told.host_seconds, told.host_at_once, told.host_per_hour)


def collect(
    app: App,
    *,
    all_sources: bool = False,
    ignore_schedule: bool = False,
    only: str | None = None,
    among: Sequence[int] | None = None,
    progress: Progress | None = None,
    limit: int | None = None,
    seconds: float | None = None,
    manners: Manners | None = None,
    judge: Judge | None = None,
    gear: Gear | None = None,
    share: tuple[int, int] = (0, 1),
    if_due: bool = False,
) -> Polled:
    """Polls enabled sources that are due; ends when all are done, after `seconds`, or when `app.stopping`
    is set.

    `all_sources`: also those at rest, but not those that wait after a failure; `ignore_schedule`: those too. `only`
    polls the one source of that name, `among` those of these numbers, whether they are due or enabled or not
    (`if_due`: only if they are); OutreachError `scrapers.source_missing` if `only` is none. `limit` bounds how many are
    polled. `share` (its number, of how many) polls a part of the hosts, for processes side by side. Raises
    OutreachError only for trouble with the store; a source's failure is its row's state.
    """
    now = app.clock.now()
    with app.store.asking() as connection:
        ids = rows.due_ids(
            connection, now, all_sources=all_sources, ignore_schedule=ignore_schedule, only=only,
            among=among, limit=limit, if_due=if_due,
        )  # fmt: skip
    if progress is not None:
        progress(0, len(ids))
    manners = manners or manners_of(app)
    harvest = Harvest(app, judge or judge_of(app), manners.robots, len(ids), progress, now)
    return _run(app, harvest, harvest.askings(ids, share), manners, len(ids), seconds, gear)


def collect_pages(
    app: App,
    *,
    limit: int = 200,
    seconds: float | None = None,
    manners: Manners | None = None,
    judge: Judge | None = None,
    gear: Gear | None = None,
) -> Polled:
    """Fetches the pages of pending articles that are due, the newest first, and those that are kept as evidence."""
    now = app.clock.now()
    max_age = timedelta(days=app.settings.collect.max_age_days)
    with app.store.reading() as session:
        tasks = pagequeue.due_pages(session, now, max_age, limit)
        if app.settings.collect.evidence_days:
            tasks += evidence.due(session, now, limit)
        old = pagequeue.has_old(session, now, max_age)
    if old:
        with app.store.transaction() as session:
            pagequeue.give_up_old(session, now, max_age)
    manners = manners or manners_of(app)
    harvest = Harvest(app, judge or judge_of(app), manners.robots, 0)
    return _run(app, harvest, harvest.page_askings(tasks), manners, len(tasks), seconds, gear)


def _run(
    app: App,
    harvest: Harvest,
    askings: Iterator[Asking],
    manners: Manners,
    expected: int,
    seconds: float | None,
    gear: Gear | None,
) -> Polled:
    told = app.settings.collect
    gear = gear or gear_for(app.http, expected, told.workers)
    began = gear.clock()
    loop = Loop(
        gear,
        manners.gate,
        app.stopping,
        askings,
        idle=harvest.settle,
        slow=_imap_of(app),
        deadline=None if seconds is None else began + seconds,
        delay=manners.robots.delay,
    )
    harvest.put, harvest.clock = loop.put, gear.clock
    try:
        loop.run()
        harvest.settle(True)
    finally:
        harvest.give_back()
    return harvest.polled(gear.clock() - began)


def _imap_of(app: App) -> Callable[[], Gear]:
    def make() -> Gear:
        from outreach.core.imap import ImapWire

        wire = ImapWire.from_settings(app.settings.http, app.clock)
        return ThreadGear(wire.send, _IMAP_THREADS, wire.close)

    return make
