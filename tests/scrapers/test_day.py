"""One day of a hundred outlets, with outages, moves and floods: nothing is lost or doubled, and no host is asked more
often than is polite.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from outreach.core.app import App
from outreach.core.testing import FixedClock
from scrapers.canonical import canonical
from scrapers.collect import collect
from scrapers.models import Article, Source, SourceAnswer
from tests.support.catalogue_day import World, outlets
from tests.support.simulated import Sent, SimulatedGear

# The night in which the clocks are set back lies in it: 25 October 2026, 4:00 becomes 3:00 in Riga.
START = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PAUSE, AT_ONCE, PER_HOUR = 5.0, 2, 60


def live(app: App, world: World, clock: FixedClock, until: datetime) -> list[Sent]:
    """The collector's ticks, but for those with nothing to do."""
    gear = SimulatedGear(world, clock)
    while clock.now() < until:
        collect(app, limit=500, seconds=25.0, gear=gear)
        with app.store.reading() as session:
            due = session.scalar(select(func.min(Source.next_poll_at)).where(Source.enabled))
        assert due is not None
        rest = max((due - clock.now()).total_seconds(), 0.0)
        clock.step(timedelta(seconds=max(60.0, min(rest, 1800.0))))
    return gear.sent


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_day(make_app: Callable[..., App], clock: FixedClock) -> None:
    clock.moment = START
    world = World(outlets(100, START))
    app = make_app(host_seconds=PAUSE, host_at_once=AT_ONCE, host_per_hour=PER_HOUR, workers=40, pages_per_poll=0)
    with app.store.transaction() as session:
        for outlet in world.outlets:
            session.add(
                Source(
                    name=f"Avots {outlet.number}", tier="local", kind="feed", settings={"url": outlet.url}, catalogue={}
                )
            )
    sent = live(app, world, clock, START + DAY)

    # Politeness: no two starts to a host within its pause, never more at once, never more in an hour.
    by_host: dict[str, list[Sent]] = defaultdict(list)
    for one in sent:
        by_host[one.host].append(one)
    for host, asked in by_host.items():
        asked.sort(key=lambda one: one.at)
        starts = [one.at for one in asked]
        assert all((later - earlier).total_seconds() >= PAUSE - 0.001 for earlier, later in pairwise(starts)), host
        assert all(sum(other.at <= one.at < other.ended for other in asked) <= AT_ONCE for one in asked), host
        assert all(later - earlier >= timedelta(hours=1) for earlier, later in zip(starts, starts[PER_HOUR:], strict=False))
    assert world.refused > 20

    # Nothing is doubled, and nothing is lost that stood in a feed long enough to be found.
    with app.store.reading() as session:
        addresses = Counter(session.scalars(select(Article.canonical_url)))
        rows = {row.name: row for row in session.scalars(select(Source))}
        told = {number for (number,) in session.execute(select(SourceAnswer.source_id).where(SourceAnswer.reason_key.is_not(None)))}
    assert set(addresses.values()) == {1}
    end = clock.now()
    for outlet in world.outlets:
        shown = outlet.shown(START)
        owed = [item for item in outlet.items if START - timedelta(days=14) <= item.at <= end - timedelta(hours=7)]
        first = shown[-1].number
        missing = [
            item.number for item in owed if item.number >= first and canonical(outlet.address_of(item)) not in addresses
        ]
        assert missing == [], (outlet.number, outlet.trouble)
        row = rows[f"Avots {outlet.number}"]
        assert row.last_ok_at is not None and end - row.last_ok_at < timedelta(hours=12), outlet.trouble
        if outlet.trouble == "moved":
            assert (row.state, row.moved_to) == ("moved", outlet.moved_url)
        else:
            assert row.state == "healthy", (outlet.trouble, row.reason_key)
        met = any(outlet.since <= one.at < outlet.until for one in by_host[outlet.host] if one.url == outlet.url)
        if met and outlet.trouble in {"timeout", "error", "busy", "challenge", "not a feed", "empty", "cut"}:
            assert row.id in told, outlet.trouble
    # Whoever publishes often is visited often, whoever seldom does seldom.
    visits = Counter(one.url.split("/")[3] for one in sent)
    often = [visits[str(one.number)] for one in world.outlets if len(one.items) > 600]
    seldom = [visits[str(one.number)] for one in world.outlets if len(one.items) < 30]
    assert min(often) > max(seldom)
