"""Hundreds of requests from one thread: nobody waits for another, and each is told of once."""

import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.core.gear import Ended
from outreach.core.http import Request
from outreach.core.http_url import checked
from outreach.core.http_values import Headers
from outreach.core.http_walk import is_plain
from tests.core.geared import body_of, gather_all, key_of
from tests.support.hostile import (
    Papers,
    Servers,
    Talk,
    always,
    by_target,
    chunk,
    head,
    page,
    papers,
    resolver,
    servers,
)


@pytest.fixture
def plain() -> Iterator[Servers]:
    with servers() as started:
        yield started


@pytest.fixture(scope="module")
def trust() -> Papers:
    return papers()


def test_who_asks_for_one_page_does_not_load_curl() -> None:
    asked = "import sys, outreach.core.http, outreach.core.gear; print('pycurl' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


@pytest.mark.parametrize("mischief", ["hangs", "drips", "pours", "never takes"])
def test_of_two_hundred_at_once_a_bad_one_delays_nobody(plain: Servers, mischief: str) -> None:
    def pour(talk: Talk) -> None:
        talk.send(head(transfer_encoding="chunked") + b"1;")
        while not talk.over.is_set():
            talk.send(b"a" * 65_536)

    def drip(talk: Talk) -> None:
        talk.send(head(content_length=100_000))
        talk.drip(itertools.repeat(b"a"))

    acts = {"hangs": Talk.hang, "drips": drip, "pours": pour, "never takes": Talk.hang}
    bad, good = plain.server(acts[mischief], raw=mischief == "never takes"), plain.server(page(b"good"))
    http = plain.client(total_seconds=60, read_seconds=60)
    gear = http.many(200)
    gear.start("bad", Request(bad.url()))
    for nth in range(199):
        gear.start(nth, Request(good.url()))
    told: list[Ended] = []
    while len(told) < 199:
        told += gear.wait(5.0)
    assert {body_of(one) for one in told} == {b"good"}
    assert gear.under_way == 1
    http.abort()
    assert key_of(gather_all(gear)["bad"]) == "http.stopped"
    gear.close()


def test_while_its_driver_is_away_nobody_is_called_late(plain: Servers) -> None:
    def slowly(talk: Talk) -> None:
        talk.send(head(content_length=2) + b"a")
        talk.over.wait(3.0)
        talk.send(b"b")

    server = plain.server(slowly)
    http = plain.client(total_seconds=2.0, read_seconds=1.5)
    gear = http.many(2)
    gear.start("one", Request(server.url()))
    assert gear.wait(0.1) == []
    time.sleep(2.4)  # somebody reads what another server has sent
    told: list[Ended] = []
    while not told:
        told = gear.wait(1.0)
    assert told[0].error is None and body_of(told[0]) == b"ab"
    gear.close()


def test_a_name_server_that_hangs_delays_nobody(plain: Servers) -> None:
    over = threading.Event()
    known = resolver({"news.test": ["127.0.0.1"]})

    def look_up(host: str, port: int, **settings: object) -> list[object]:
        if host == "slow.test":
            over.wait(10)
        return known(host, port, **settings)

    server = plain.server(page(b"good"))
    gear = plain.client(resolve=look_up, connect_seconds=0.4).many(20)
    for nth in range(10):
        gear.start(f"slow {nth}", Request(f"http://slow.test:{nth + 1000}/"))
    for nth in range(5):
        gear.start(nth, Request(server.url(host="news.test")))
    told = gather_all(gear)
    over.set()
    assert [body_of(told[nth]) for nth in range(5)] == [b"good"] * 5
    assert {key_of(told[f"slow {nth}"]) for nth in range(10)} == {"http.timeout"}
    assert max(told[nth].seconds for nth in range(5)) < min(told[f"slow {nth}"].seconds for nth in range(10))
    gear.close()


def test_a_name_is_looked_up_once_for_all_who_ask(plain: Servers) -> None:
    asked: list[str] = []
    known = resolver({"news.test": ["127.0.0.1"]})

    def look_up(host: str, port: int, **settings: object) -> list[object]:
        asked.append(host)
        return known(host, port, **settings)

    server = plain.server(page())
    gear = plain.client(resolve=look_up).many(4)
    for nth in range(12):
        gear.start(nth, Request(server.url(host="news.test")))
    assert len(gather_all(gear)) == 12
    assert asked == ["news.test"]
    gear.close()


def test_a_fault_of_the_look_up_itself_is_not_called_the_wires(plain: Servers) -> None:
    def slip(*_: object, **__: object) -> list[object]:
        raise KeyError("slip")

    gear = plain.client(resolve=slip).many(2)
    gear.start(1, Request("http://news.test/"))
    with pytest.raises(KeyError):
        gather_all(gear)
    gear.close()


def keeping(talk: Talk) -> None:
    """Answers every request that comes on the connection, until it is closed."""
    talk.send(page(b"kept"))
    while data := talk.line.recv(65_536):
        if b"/leave" in data:
            return
        talk.send(page(b"kept"))


def test_a_connection_is_kept_between_gets_and_for_nothing_else(plain: Servers) -> None:
    server = plain.server(keeping)
    gear = plain.client().many(1)

    def ask(method: str, target: str = "/") -> Ended:
        gear.start(method, Request(server.url(target), method, body=b"x" if method == "POST" else None))
        return gather_all(gear)[method]

    for _ in range(3):
        assert body_of(ask("GET")) == b"kept"
    assert server.connections == 1
    for method in ("POST", "HEAD", "DELETE"):
        before = server.connections
        ask(method)
        ask("GET")
        assert server.connections == before + 1, method
    gear.close()


def test_a_post_is_never_sent_twice_where_connections_die(plain: Servers) -> None:
    server = plain.server(by_target(a=keeping, post=lambda talk: talk.line.close()))
    gear = plain.client().many(1)
    gear.start("get", Request(server.url("/a")))
    assert body_of(gather_all(gear)["get"]) == b"kept"
    gear.start("post", Request(server.url("/post"), "POST", body=b"once"))
    ended = gather_all(gear)["post"]
    assert key_of(ended) == "http.broken"
    assert ended.error is not None
    assert ended.error.ambiguous
    assert [asked.target for asked in server.seen] == ["/a", "/post"]
    gear.close()


def test_a_get_on_a_connection_that_died_is_asked_anew(plain: Servers) -> None:
    server = plain.server(by_target(a=keeping, leave=page(b"new")))
    gear = plain.client().many(1)
    gear.start(1, Request(server.url("/a")))
    assert body_of(gather_all(gear)[1]) == b"kept"
    gear.start(2, Request(server.url("/leave")))
    assert body_of(gather_all(gear)[2]) == b"new"
    gear.close()


def test_what_one_request_set_does_not_stay_for_the_next(plain: Servers) -> None:
    server = plain.server(page(b"a"))
    gear = plain.client().many(1)
    for nth, request in enumerate(
        (
            Request(server.url(), "POST", {"X-A": "b", "Content-Type": "text/plain"}, b"body"),
            Request(server.url()),
            Request(server.url(), "HEAD"),
            Request(server.url(), "PUT", {"X-Empty": ""}, bytes(2 * 2**20)),
            Request(server.url()),
        )
    ):
        gear.start(nth, request)
        gather_all(gear)
    assert [one.method for one in server.seen] == ["POST", "GET", "HEAD", "PUT", "GET"]
    assert [len(one.body) for one in server.seen] == [4, 0, 0, 2 * 2**20, 0]
    usual = {"host", "user-agent", "accept", "accept-encoding"}
    assert [set(one.headers) - usual for one in server.seen] == [
        {"x-a", "content-type", "content-length", "connection"},
        set(),
        {"connection"},
        {"x-empty", "content-length", "connection"},
        set(),
    ]
    gear.close()


def test_secured_and_over_ipv6(plain: Servers, trust: Papers) -> None:
    secured = plain.server(page(b"secured"), context=trust.server("localhost"))
    over_six = plain.server(page(b"six"), address="::1")
    gear = plain.client(context=trust.client()).many(4)
    for nth in range(6):
        gear.start(nth, Request(secured.url(host="localhost")))
    gear.start("six", Request(over_six.url()))
    told = gather_all(gear)
    assert {body_of(told[nth]) for nth in range(6)} == {b"secured"}
    assert body_of(told["six"]) == b"six"
    gear.close()


def test_a_million_tiny_chunks_cost_little_memory(plain: Servers) -> None:
    server = plain.server(always(head(transfer_encoding="chunked") + chunk(b"a") * 200_000 + chunk(b"")), raw=False)
    gear = plain.client(max_bytes=200_000).many(1)
    gear.start(1, Request(server.url()))
    assert len(body_of(gather_all(gear)[1])) == 200_000
    gear.close()


def test_aborted_from_another_thread_it_wakes_at_once(plain: Servers) -> None:
    http = plain.client(total_seconds=60, read_seconds=60)
    server = plain.server(Talk.hang)
    gear = http.many(2)
    for nth in range(5):
        gear.start(nth, Request(server.url()))
    threading.Timer(0.1, http.abort).start()
    told: list[Ended] = []
    while len(told) < 5:
        told += gear.wait(60.0)
    assert {key_of(one) for one in told} == {"http.stopped"}
    assert len(server.seen) <= 2
    gear.start("later", Request(server.url()))
    assert key_of(gather_all(gear)["later"]) == "http.stopped"
    gear.close()


def test_after_close_of_the_wire_nothing_starts(plain: Servers) -> None:
    http = plain.client()
    gear = http.many(2)
    http.close()
    for method in ("GET", "POST"):
        gear.start(method, Request("http://127.0.0.1:1/", method))
    assert {key_of(one) for one in gather_all(gear).values()} == {"http.stopped"}
    gear.close()


def test_no_descriptor_stays_open_after_close(plain: Servers) -> None:
    server = plain.server(keeping)
    http = plain.client(allow_private=False)
    before = len(os.listdir("/proc/self/fd"))
    gear = http.many(10)
    for nth in range(20):
        gear.start(nth, Request(f"http://127.0.0.1:{server.port}/{nth}"))
    assert {key_of(one) for one in gather_all(gear).values()} == {"http.private_address"}
    gear.close()
    assert len(os.listdir("/proc/self/fd")) <= before
    assert server.connections == 0


LETTERS = st.text("abyzABZ019-_.~/?=&:%#@+[]!\\ āЯ", max_size=12)


@given(host=LETTERS, port=st.sampled_from(["", ":80", ":8080", ":0", ":59999", ":65536"]), rest=LETTERS)
@example("a.test", "", "a/../b")
@example("a.test", "", ".")
@example("a..test", "", "")
def test_a_plain_address_is_one_that_needs_no_change(host: str, port: str, rest: str) -> None:
    for url in (f"http://{host}{port}/{rest}", f"https://a.test{port}/{rest}", f"http://127.0.0.1/{rest}"):
        if is_plain(url):
            assert checked(url) == url
            assert urlsplit(url).username is None


@pytest.mark.parametrize(
    "url",
    ["http://a.test/", "https://www.news.test/feed.xml", "http://127.1.0.2:18899/f/1.xml", "https://a.test/r?a=b&c=d"],
)
def test_usual_addresses_are_plain(url: str) -> None:
    assert is_plain(url)


@pytest.mark.parametrize(
    "target", ["/a/../b", "/%7Ea%2f", "//b//c", "/a|b^c", "/?", "/a?b?c", "/ā?k=ž", "/a;b=c,d'(e)*"]
)
def test_the_target_goes_out_as_the_plain_gear_sends_it(plain: Servers, target: str) -> None:
    server = plain.server(page())
    http = plain.client()
    http.send(Request(server.url(target)))
    gear = http.many(1)
    gear.start(1, Request(server.url(target)))
    gather_all(gear)
    gear.close()
    one, many = server.seen
    assert one.target == many.target


def test_headers_are_read_as_the_plain_gear_reads_them(plain: Servers) -> None:
    lines = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a:2\r\nX-Empty:\r\nX-Latin: \xe4\r\nContent-Length: 0\r\n\r\n"
    server = plain.server(lines)
    http = plain.client()
    gear = http.many(1)
    gear.start(1, Request(server.url()))
    answer = gather_all(gear)[1].answer
    gear.close()
    assert answer is not None
    assert answer.headers == http.send(Request(server.url())).headers
    assert answer.headers["x-A"] == "1, 2"


def test_headers_are_a_mapping_in_any_case() -> None:
    headers = Headers({"ETag": "1"})
    assert (headers["etag"], list(headers), len(headers)) == ("1", ["ETag"], 1)
    assert headers == {"etag": "1"} == Headers(lines=[b"eTag: 1\r\n", b"\r\n"])
    assert headers != {"etag": "2"}
    assert headers != 1
    with pytest.raises(KeyError):
        headers["age"]


def test_close_of_the_wire_lets_a_post_finish(plain: Servers) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def slowly(talk: Talk) -> None:
        reached.set()
        go_on.wait(10)
        talk.send(page(b"published"))

    server = plain.server(slowly)
    http = plain.client()
    gear = http.many(1)
    gear.start("post", Request(server.url(), "POST", body=b"a"))
    gear.start("later", Request(server.url(), "POST", body=b"b"))
    while not reached.is_set():
        assert gear.wait(0.01) == []
    http.close()
    go_on.set()
    told = gather_all(gear)
    assert body_of(told["post"]) == b"published"
    assert key_of(told["later"]) == "http.stopped"
    gear.close()
