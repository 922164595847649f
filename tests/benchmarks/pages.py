"""How quick every page is, and whether it stays so when the archive grows.

    python -m tests.benchmarks.archive /tmp/small --mentions 10000
    python -m tests.benchmarks.archive /tmp/large --mentions 1000000
    python -m tests.benchmarks.pages /tmp/small /tmp/large [--requests 100] [--only mentions] [--granian]
        [--small-store postgresql://... --large-store postgresql://...]

Pages are found by walking the routes; those with filters are asked with some, too. For each: p95 in both archives and
their ratio (aim 1.5 or less), requests a second against a bare Flask route that asks the same and draws the same template
(aim half or more; see `replay`), queries (aim 12 or less), and what it weighs (aim 200 kB, then 30 kB; a file to keep is no page and weighs what it weighs). Both archives are asked
in turns, so that a busy machine weighs on both alike. A row that misses an aim ends with what it misses.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.daemon import set_aside
from outreach.web.api.calling import Allowance
from outreach.web.app import make
from tests.benchmarks import granian, replay
from tests.benchmarks.archive_plan import NOW
from tests.benchmarks.weight import weigh
from tests.support.offices import told_in
from tests.support.people import PAGE, Visitor
from tests.support.routes import Route, routes, samples

RATIO, SHARE, QUERIES, FIRST, LATER = 1.5, 0.5, 12, 200_000, 30_000

# What people ask of the pages that have filters; a page that is not here is asked as it is.
VARIANTS = {
    "mentions.index": ("?period=all", "?sense=russia", "?lang=ltg", "?place=Daugavpils", "?tier=local", "?q=remigracija", "?source=40"),
    "trends.index": ("?period=365", "?sense=expulsion", "?language=ru", "?tier=local", "?topic=1"),
    "trends.voice": ("?period=365",),
    "search.show": ("?q=remigracija", "?q=re"),
    "deliveries.index": ("?status=unconfirmed",),
    "api.mentions": ("?relevant=true", "?sense=russia", "?place=Daugavpils&language=ltg", "?until=2026-11-12T00:00:00Z"),
    "api.stories": ("?until=2026-11-10T00:00:00Z",),
}
# Not pages: they lead on, or are asked by machines that wait for one number.
LEFT_OUT = frozenset({"static", "public.follow", "api.nothing", "doors.oidc_back", "doors.key"})


@dataclass(frozen=True)
class Measured:
    """One page in both archives; times in milliseconds, sizes in bytes.

    `grown` is the ratio of the medians: on a busy machine it says more than that of the p95.
    """

    page: str
    role: str
    small: float
    large: float
    grown: float
    middle: float
    share: float
    queries: int
    first: int
    later: int
    slowest: str

    @property
    def ratio(self) -> float:
        return self.large / self.small

    def misses(self) -> list[str]:
        """What it falls short of."""
        is_page = not self.page.partition("?")[0].endswith(".csv")
        found = (
            ("p95", self.ratio > RATIO), ("requests", self.share < SHARE), ("queries", self.queries > QUERIES),
            ("first load", self.first > FIRST), ("later load", is_page and self.later > LATER),
        )
        return [name for name, is_so in found if is_so]


class Office:
    """One archive with its pages and somebody of each role."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.pages = make(app)
        # The clock stands still: its minute would never end.
        self.pages.extensions["outreach.api"] = Allowance(most=10**9)
        self._visitors: dict[str, Visitor] = {}

    def visitor(self, role: str) -> Visitor:
        if role not in self._visitors:
            self._visitors[role] = Visitor(self.app, self.pages.test_client(), role)
        return self._visitors[role]

    def routes(self) -> list[Route]:
        """Every page that can be read."""
        with self.app.store.reading() as session:
            filled = samples(session)
        found = [route for route in routes(self.pages, filled) if route.method == "GET" and route.endpoint not in LEFT_OUT]
        return sorted(found, key=lambda route: (route.endpoint, route.address))


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("small", type=Path)
    wanted.add_argument("large", type=Path)
    wanted.add_argument("--small-store", default="")
    wanted.add_argument("--large-store", default="")
    wanted.add_argument("--requests", type=int, default=100)
    wanted.add_argument("--only", default="", help="pages whose endpoint begins so")
    wanted.add_argument("--granian", action="store_true", help="also over HTTP, with four connections")
    asked = wanted.parse_args()
    with ExitStack() as stack:
        small, large = (
            Office(stack.enter_context(wiring.open_app(told_in(folder, store={"folder": folder / "data", "url": store}), clock=FixedClock(NOW))))
            for folder, store in ((asked.small, asked.small_store), (asked.large, asked.large_store))
        )
        found = print_table(measure(small, large, asked.only, asked.requests))
        if asked.granian:
            granian.compare(large, [(one.page, one.role) for one in found])


def measure(small: Office, large: Office, only: str, requests: int) -> Iterator[Measured]:
    """Every page whose endpoint begins with `only`."""
    before = {(route.endpoint, route.rule): route for route in small.routes()}
    for route in large.routes():
        role = route.visitor()
        if not route.endpoint.startswith(only) or role is None:
            continue
        for more in ("", *VARIANTS.get(route.endpoint, ())):
            addresses = before[route.endpoint, route.rule].address + more, route.address + more
            status = [office.visitor(role).get(address).status_code for office, address in zip((small, large), addresses, strict=True)]
            if status != [200, 200]:
                print(f"{route.endpoint:24} {addresses[1]} answers {status}")
                continue
            yield _measured(small, large, role, addresses, requests)


def _measured(small: Office, large: Office, role: str, addresses: tuple[str, str], requests: int) -> Measured:
    asking = [office.visitor(role) for office in (small, large)]
    engine = large.app.store.engine
    with replay.listening(engine) as heard:
        page = replay.kept(large.pages, engine, lambda: asking[1].get(addresses[1]).get_data())
    plain = replay.bare(large.pages, engine, {addresses[1]: page}).test_client()
    calls: list[Callable[[], object]] = [
        lambda: asking[0].get(addresses[0]).get_data(),
        lambda: asking[1].get(addresses[1]).get_data(),
        lambda: plain.get(addresses[1], base_url=PAGE).get_data(),
    ]
    set_aside()  # as the server does: what was made so far stays
    times = _in_turns(calls, requests)
    first, later = weigh(asking[1], addresses[1])
    return Measured(
        page=addresses[1],
        role=role,
        small=_p95(times[0]),
        large=_p95(times[1]),
        grown=median(times[1]) / median(times[0]),
        middle=median(times[1]),
        share=median(times[2]) / median(times[1]),
        queries=len(heard.statements),
        first=first,
        later=later,
        slowest=_slowest(large, page.statements),
    )


def _in_turns(calls: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in calls]
    for turn in range(rounds + 3):
        for at, call in enumerate(calls):
            began = time.perf_counter()
            call()
            if turn >= 3:
                times[at].append((time.perf_counter() - began) * 1000)
    return times


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _slowest(office: Office, statements: list[tuple[str, object]]) -> str:
    """The statement that takes longest by itself, on one line."""
    found: list[tuple[float, str]] = []
    with office.app.store.engine.connect() as connection:
        for statement, given in statements:
            began = time.perf_counter()
            replay.rows_of(connection.exec_driver_sql(statement, given))  # type: ignore[arg-type]
            found.append(((time.perf_counter() - began) * 1000, " ".join(statement.split())))
        connection.rollback()
    took, statement = max(found, default=(0.0, ""))
    return f"{took:.1f} ms: {statement[:400]}"


def print_table(measured: Iterable[Measured]) -> list[Measured]:
    """The table, line by line as it is measured, and then the statement to look at of each page that grows."""
    print(f"{'page':58} {'role':13} {'p95 small':>9} {'large':>7} {'ratio':>5} {'p50':>7} {'ratio':>5} {'bare':>5} {'asks':>4} {'first kB':>8} {'later':>6}")
    found = []
    for one in measured:
        found.append(one)
        print(
            f"{one.page[:58]:58} {one.role:13} {one.small:9.1f} {one.large:7.1f} {one.ratio:5.2f} {one.middle:7.1f} {one.grown:5.2f} {one.share:5.2f} {one.queries:4} "
            f"{one.first / 1000:8.1f} {one.later / 1000:6.1f}  {', '.join(one.misses())}",
            flush=True,
        )
    for one in found:
        if one.misses():
            print(f"\n{one.page}: {one.slowest}")
    return found



if __name__ == "__main__":
    main()
