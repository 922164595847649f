"""What every gear promises, the one with threads and the one for hundreds of requests."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from outreach.core.gear import Gear, ThreadGear, gear_for
from outreach.core.http import GuardedHttp, Request
from outreach.core.http_many import ManyGear
from tests.core.geared import body_of, gather_all, key_of
from tests.support.hostile import Servers, Talk, by_target, page, servers

Make = Callable[[GuardedHttp, int], Gear]
MAKES: dict[str, Make] = {
    "threads": lambda http, at_once: ThreadGear(http.send, at_once),
    "many": lambda http, at_once: http.many(at_once),
}


@pytest.fixture
def plain() -> Iterator[Servers]:
    with servers() as started:
        yield started


@pytest.fixture(params=MAKES)
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    made: list[Gear] = []

    def remembered(http: GuardedHttp, at_once: int) -> Gear:
        made.append(MAKES[request.param](http, at_once))
        return made[-1]

    yield remembered
    for gear in made:
        gear.close()


def test_each_key_comes_back_once_with_its_own_answer(plain: Servers, make: Make) -> None:
    server = plain.server(lambda talk: talk.send(page(talk.asked.target.encode())))
    gear = make(plain.client(), 8)
    for nth in range(60):
        gear.start(nth, Request(server.url(f"/{nth}")))
    assert gear.under_way == 60
    told = gather_all(gear)
    assert {key: body_of(ended) for key, ended in told.items()} == {nth: b"/%d" % nth for nth in range(60)}
    assert all(ended.seconds >= 0 for ended in told.values())
    assert gear.under_way == 0


def test_errors_and_answers_come_side_by_side(plain: Servers, make: Make) -> None:
    server = plain.server(by_target(good=page(b"a"), bad=b"rubbish\r\n", on=page(b"", 301, location="/good")))
    gear = make(plain.client(), 4)
    for target in ("good", "bad", "on", "none"):
        gear.start(target, Request(server.url(f"/{target}")))
    gear.start("scheme", Request("ftp://a.test/"))
    gear.start("header", Request(server.url(), headers={"Host": "a.test"}))
    gear.start("post", Request(server.url("/good"), "POST", body=b"b"))
    told = gather_all(gear)
    assert {key: key_of(told[key]) for key in ("bad", "scheme", "header")} == {
        "bad": "http.broken",
        "scheme": "http.scheme",
        "header": "http.header",
    }
    assert [body_of(told[key]) for key in ("good", "on", "post")] == [b"a"] * 3
    moved = told["on"].answer
    assert moved is not None
    assert (moved.moved_to, moved.hops) == (server.url("/good"), (server.url("/on"),))
    missing = told["none"].answer
    assert missing is not None
    assert missing.status == 404


def test_no_more_than_so_many_are_under_way_at_the_other_side(plain: Servers, make: Make) -> None:
    now, most, lock = [0], [0], threading.Lock()

    def count(talk: Talk) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        talk.over.wait(0.02)
        with lock:
            now[0] -= 1
        talk.send(page())

    server = plain.server(count)
    gear = make(plain.client(), 3)
    for nth in range(20):
        gear.start(nth, Request(server.url()))
    assert len(gather_all(gear)) == 20
    assert 1 < most[0] <= 3


def test_waiting_with_nothing_under_way_takes_the_whole_time(plain: Servers, make: Make) -> None:
    gear = make(plain.client(), 2)
    began = gear.clock()
    assert gear.wait(0.05) == []
    assert gear.clock() - began >= 0.05
    assert gear.wait(0.0) == []
    assert gear.wait(-1.0) == []


def test_waiting_comes_back_in_time_while_a_request_hangs(plain: Servers, make: Make) -> None:
    http = plain.client()
    gear = make(http, 2)
    gear.start("hangs", Request(plain.server(Talk.hang).url()))
    assert gear.wait(0.05) == []
    assert gear.under_way == 1
    http.abort()
    assert key_of(gather_all(gear)["hangs"]) == "http.stopped"


def test_closing_in_the_middle_tells_nothing_more(plain: Servers, make: Make) -> None:
    started = threading.Event()

    def hang(talk: Talk) -> None:
        started.set()
        talk.hang()

    server = plain.server(hang)
    http = plain.client()
    gear = make(http, 2)
    for nth in range(10):
        gear.start(nth, Request(server.url()))
    while not started.is_set():
        gear.wait(0.02)
    http.abort()  # threads can only be waited for
    gear.close()
    assert gear.under_way == 0
    assert len(server.seen) <= 2


def test_the_gear_may_be_closed_twice_and_without_a_request(plain: Servers, make: Make) -> None:
    gear = make(plain.client(), 2)
    gear.close()
    gear.close()


def test_few_requests_need_no_gear_for_many(plain: Servers) -> None:
    http = plain.client()
    few, many = gear_for(http, 3, 100), gear_for(http, 300, 100)
    assert isinstance(few, ThreadGear)
    assert isinstance(many, ManyGear)
    few.close()
    many.close()


def test_time_goes_forward(plain: Servers, make: Make) -> None:
    gear = make(plain.client(), 1)
    first = gear.clock()
    time.sleep(0.01)
    assert gear.clock() > first
