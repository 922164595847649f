"""Thousands of sources on hundreds of hosts, two collectors at once: each source once, no host pressed, none in the way."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from sqlalchemy import func, insert, select

from outreach.core.app import App
from outreach.core.clock import SystemClock
from outreach.core.gear import Gear
from outreach.core.http import GuardedHttp
from scrapers import due, loop
from scrapers.collect import Polled, collect
from scrapers.models import Article, Source
from tests.scrapers.gears import GEARS
from tests.support.hosts import Hosts, serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8", "0.0.0.0"])

Start = Callable[..., Gear]
HOSTS = [f"127.{20 + number // 50}.{number % 50}.1" for number in range(200)]
SILENT = "127.99.0.1"
AT_ONCE = 2
# Where nothing ends a round by itself, the test fails instead of hanging.
PATIENCE = 240.0


@pytest.fixture(params=GEARS)
def gear(request: pytest.FixtureRequest) -> Start:
    return GEARS[request.param]


@pytest.fixture
def make(make_app: Callable[..., App]) -> Iterator[Callable[[str], App]]:
    """Collectors with their own names, wires and real clocks, over one store."""
    with ExitStack() as stack:

        def made(name: str) -> App:
            wire = GuardedHttp(user_agent=name, connect_seconds=30, read_seconds=30, total_seconds=30, allow_private=True)
            stack.callback(wire.close)
            app = make_app(wire, workers=40, host_at_once=AT_ONCE)
            return replace(app, clock=SystemClock())

        yield made


def fill(app: App, hosts: Hosts, host_names: list[str], each: int) -> None:
    rows = [
        {"name": f"{host} {number}", "tier": "local", "kind": "feed", "language": "lv", "catalogue": {},
         "settings": {"url": hosts.url(host, f"/{number}")}}
        for number in range(each) for host in host_names
    ]  # fmt: skip
    with app.store.transaction() as session:
        session.execute(insert(Source), rows)


def together(gear: Start, *apps: App) -> list[Polled]:
    """A round of each at once."""
    told: list[Polled] = []
    rounds = [threading.Thread(target=lambda app=app: told.append(collect(app, gear=gear(app, 40)))) for app in apps]

    def give_up() -> None:
        for app in apps:
            app.stopping.set()

    guard = threading.Timer(PATIENCE, give_up)
    guard.start()
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()
    guard.cancel()
    assert not any(app.stopping.is_set() for app in apps)
    return told


def states(app: App) -> Counter[tuple[str, str | None]]:
    with app.store.reading() as session:
        rows = session.execute(select(Source.state, Source.reason_key))
        return Counter((state, key) for state, key in rows)


def test_two_collectors_share_two_thousand_sources(
    make: Callable[[str], App], gear: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A thousand are taken at once: whoever comes a moment later would find nothing left of two thousand.
    monkeypatch.setattr(due, "CHUNK", 50)
    monkeypatch.setattr(loop, "_READY", 50)
    one, two = make("pirmais"), make("otrais")
    with serving() as hosts:
        fill(one, hosts, HOSTS, 10)
        told = together(gear, one, two)
    assert sum(polled.polled for polled in told) == 2_000
    assert [polled.failed for polled in told] == [0, 0]
    assert len(hosts.asked) == 2_000
    assert set(hosts.asked.values()) == {1}
    assert min(hosts.by_agent[name] for name in ("pirmais", "otrais")) > 100
    assert max(hosts.at_once.values()) <= AT_ONCE
    # On a busy machine an answer may take its time; every one of them is there.
    seen = states(one)
    assert set(seen) <= {("healthy", None), ("slow", None)} and seen.total() == 2_000
    with one.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Article)) == 2_000
        assert session.scalar(select(func.count()).where(Source.claimed_until.is_not(None))) == 0
    assert together(gear, one)[0].polled == 0


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_host_with_three_hundred_sources_that_hangs_is_in_nobodys_way(make: Callable[[str], App], gear: Start) -> None:
    app = make("viens")
    with serving(hanging=frozenset({SILENT}), enough=500) as hosts:
        fill(app, hosts, [SILENT], 300)
        fill(app, hosts, HOSTS[:50], 10)
        [polled] = together(gear, app)
    assert (polled.polled, polled.failed, polled.new) == (800, 300, 500)
    asked = sum(times for (host, _), times in hosts.asked.items() if host == SILENT)
    # When the first silence is told, one more may have been sent; after the second none is.
    assert AT_ONCE <= asked <= AT_ONCE + 1
    assert hosts.most_connections[SILENT] <= AT_ONCE
    # It hung up only when all others had been answered: had one of them waited for it, its time would have run out.
    assert states(app) == {
        ("healthy", None): 500,
        ("erring", "http.broken"): asked,
        ("erring", "scrapers.host_silent"): 300 - asked,
    }
    with app.store.reading() as session:
        lost = select(func.count()).where(Source.state == "erring", Source.next_poll_at.is_(None))
        assert session.scalar(lost) == 0
