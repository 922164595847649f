"""The loop of a round: everything is asked, nobody waits for a slow host, and every host's pause is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event

from outreach.core.errors import OutreachError, WireError
from outreach.core.gear import Gear
from outreach.core.http import Answer, Request
from outreach.core.testing import FixedClock
from scrapers.hosts import HostGate
from scrapers.loop import Asking, Loop
from scrapers.steps import Steps
from tests.support.simulated import SimulatedGear, World

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Bench:
    """Askings and what became of them."""

    def __init__(self, world: World, *, pause: float = 5.0, at_once: int = 50, per_host: int = 2) -> None:
        self.stopping = Event()
        self.gear = SimulatedGear(world, FixedClock(NOW), at_once)
        self.gate = HostGate(pause, per_host)
        self.done: list[object] = []
        self.failed: list[str] = []
        self.more: list[Asking] = []
        self.deadline: float | None = None
        self.late: list[Asking] = []
        self.slow: Gear | None = None

    def add(self, *urls: str, began: bool = True) -> Asking:
        asking = Asking(self._steps(urls), self._done, self._failed, lambda: began)
        self.more.append(asking)
        return asking

    def _steps(self, urls: tuple[str, ...]) -> Steps[str]:
        statuses = []
        for url in urls:
            answer = yield Request(url)
            statuses.append(str(answer.status))
        return f"{urls[0]} {' '.join(statuses)}"

    def _done(self, told: object, _seconds: float, _size: int) -> None:
        self.done.append(told)

    def _failed(self, error: OutreachError) -> None:
        self.failed.append(error.key)

    def run(self) -> None:
        def idle(nothing_left: bool) -> None:
            if nothing_left:
                while self.late:
                    loop.put(self.late.pop())

        def more() -> Iterator[Asking]:
            yield from self.more

        slow = self.slow
        loop = Loop(
            self.gear, self.gate, self.stopping, more(), idle,
            slow=(lambda: slow) if slow is not None else None, deadline=self.deadline,
        )  # fmt: skip
        loop.run()


def steady(request: Request, _now: datetime) -> tuple[Answer, float]:
    return Answer(request.url, 200, {}, b"x"), 30.0 if "slow" in request.url else 0.1


def test_everything_is_asked_once_and_the_pause_is_kept() -> None:
    bench = Bench(steady)
    for number in range(60):
        bench.add(f"http://host-{number % 3}.example/{number}")
    bench.run()
    assert len(bench.done) == 60 and bench.failed == []
    assert len({one.url for one in bench.gear.sent}) == len(bench.gear.sent) == 60
    for host in range(3):
        starts = [one.at for one in bench.gear.sent if one.host == f"host-{host}.example"]
        assert all(later - earlier >= timedelta(seconds=5) for earlier, later in pairwise(starts))
        assert starts[-1] - starts[0] <= timedelta(seconds=5 * 19 + 2)


def test_a_slow_host_holds_up_nobody() -> None:
    bench = Bench(steady, at_once=4)
    for number in range(8):
        bench.add(f"http://slow.example/{number}")
    for number in range(40):
        bench.add(f"http://host-{number}.example/")
    bench.run()
    quick = [one.ended for one in bench.gear.sent if one.host != "slow.example"]
    assert len(bench.done) == 48
    assert max(quick) - NOW < timedelta(seconds=10)


def test_at_most_two_at_a_time_to_one_host() -> None:
    bench = Bench(steady, pause=0.0)
    for number in range(10):
        bench.add(f"http://slow.example/{number}")
    bench.run()
    moments = [one.at for one in bench.gear.sent]
    assert all(sum(one.at <= moment < one.ended for one in bench.gear.sent) <= 2 for moment in moments)
    assert len(bench.done) == 10


def test_steps_go_on_with_each_answer_and_every_request_waits_for_its_host() -> None:
    bench = Bench(steady)
    bench.add("http://a.example/1", "http://a.example/2", "http://b.example/3")
    bench.run()
    assert bench.done == ["http://a.example/1 200 200 200"]
    assert [one.url for one in bench.gear.sent] == ["http://a.example/1", "http://a.example/2", "http://b.example/3"]
    assert bench.gear.sent[1].at - bench.gear.sent[0].at >= timedelta(seconds=5)


def test_a_host_that_is_silent_twice_is_not_asked_further() -> None:
    def dead(request: Request, now: datetime) -> tuple[Answer | WireError, float]:
        if "dead" in request.url:
            return WireError("http.timeout", url=request.url, host="dead.example"), 30.0
        return steady(request, now)

    bench = Bench(dead)
    for number in range(30):
        bench.add(f"http://dead.example/{number}")
    bench.add("http://alive.example/")
    bench.run()
    assert sum(one.host == "dead.example" for one in bench.gear.sent) <= 8
    assert len(bench.failed) == 30 and {"http.timeout", "scrapers.host_silent"} == set(bench.failed)
    assert bench.done == ["http://alive.example/ 200"]


def test_a_host_that_asks_to_wait_is_left_alone() -> None:
    def busy(request: Request, now: datetime) -> tuple[Answer | WireError, float]:
        if now == NOW:
            return Answer(request.url, 503, {"retry-after": "120"}, b""), 0.1
        return steady(request, now)

    bench = Bench(busy)
    bench.add("http://a.example/1")
    bench.add("http://a.example/2")
    bench.run()
    assert bench.gear.sent[1].at - bench.gear.sent[0].at >= timedelta(seconds=120)


def test_what_is_called_off_is_not_asked() -> None:
    bench = Bench(steady)
    bench.add("http://a.example/1", began=False)
    bench.add("http://a.example/2")
    bench.run()
    assert [one.url for one in bench.gear.sent] == ["http://a.example/2"]
    assert bench.gear.sent[0].at == NOW


def test_what_is_put_when_nothing_is_left_is_asked_too() -> None:
    bench = Bench(steady)
    bench.add("http://a.example/1")
    bench.late.append(bench.add("http://b.example/late"))
    bench.more.pop()
    bench.run()
    assert [one.url for one in bench.gear.sent] == ["http://a.example/1", "http://b.example/late"]


def test_the_end_leaves_the_rest() -> None:
    bench = Bench(steady)
    for number in range(20):
        bench.add(f"http://a.example/{number}")
    bench.deadline = 12.0
    bench.run()
    assert len(bench.gear.sent) == 3
    stopped = Bench(steady)
    stopped.add("http://a.example/")
    stopped.stopping.set()
    stopped.run()
    assert stopped.gear.sent == [] and stopped.done == []


def test_what_is_no_http_goes_by_another_gear() -> None:
    clock = FixedClock(NOW)
    bench = Bench(steady)
    bench.slow = SimulatedGear(steady, clock)
    bench.add("imaps://mail.example/Alerts")
    bench.add("http://a.example/")
    bench.run()
    assert sorted(map(str, bench.done)) == ["http://a.example/ 200", "imaps://mail.example/Alerts 200"]
    assert [one.url for one in bench.gear.sent] == ["http://a.example/"]
