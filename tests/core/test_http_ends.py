"""Requests that do not end well: stopped from outside, in doubt, and never with a secret in the words."""

import gc
import logging
import os
import threading
import traceback
from collections.abc import Callable

import pytest

from outreach.core.errors import WireError
from outreach.core.http import Answer, GuardedHttp, Request
from outreach.core.http_url import told
from tests.core.geared import Geared
from tests.support.hostile import (
    Act,
    Papers,
    Servers,
    Talk,
    by_target,
    get,
    head,
    page,
    papers,
    refused,
    resolver,
)


@pytest.fixture(scope="module")
def trust() -> Papers:
    return papers()


class Asking(threading.Thread):
    """Sends one request in a thread of its own."""

    def __init__(self, http: GuardedHttp, request: Request) -> None:
        super().__init__(daemon=True)
        self.http, self.request = http, request
        self.answer: Answer | None = None
        self.error: WireError | None = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self.http.send(self.request)
        except WireError as error:
            self.error = error

    def end(self) -> "Asking":
        self.join(20)
        assert not self.is_alive()
        return self


def announced(reached: threading.Event, act: Act) -> Act:
    def announce(talk: Talk) -> None:
        reached.set()
        act(talk)

    return announce


def half(talk: Talk) -> None:
    talk.send(head(content_length=100), b"half")
    talk.hang()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("act", [Talk.hang, half])
def test_abort_ends_what_only_reads(wire: Servers, method: str, act: Act) -> None:
    if method == "HEAD":
        act = Talk.hang
    reached = threading.Event()
    server = wire.server(announced(reached, act))
    http = wire.client(total_seconds=60, read_seconds=60)
    asking = Asking(http, Request(server.url("/a"), method))
    assert reached.wait(10)
    http.abort()
    error = asking.end().error
    assert error is not None
    assert (error.key, error.permanent, error.ambiguous) == ("http.stopped", False, False)


def test_abort_ends_a_handshake(wire: Servers, trust: Papers) -> None:
    reached = threading.Event()
    server = wire.server(announced(reached, Talk.hang), raw=True, context=trust.server("localhost"))
    http = wire.client(context=trust.client(), total_seconds=60, connect_seconds=60)
    asking = Asking(http, Request(server.url(host="localhost")))
    assert reached.wait(10)
    http.abort()
    error = asking.end().error
    assert error is not None
    assert error.key == "http.stopped"


def test_abort_ends_a_look_up(wire: Servers) -> None:
    reached, over = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        reached.set()
        over.wait(20)
        return []

    http = wire.client(resolve=look_up, total_seconds=60, connect_seconds=60)
    asking = Asking(http, Request("http://slow.test/"))
    assert reached.wait(10)
    http.abort()
    error = asking.end().error
    over.set()
    assert error is not None
    assert error.key == "http.stopped"


def test_abort_ends_many_at_once_and_refuses_more(wire: Servers) -> None:
    server = wire.server(Talk.hang)
    http = wire.client(total_seconds=60, read_seconds=60)
    asking = [Asking(http, Request(server.url())) for _ in range(12)]
    while len(server.seen) < 12:
        assert not server.over.wait(0.01)
    http.abort()
    assert [str(one.end().error) for one in asking] == [f"http.stopped(url='{server.url()}', host='127.0.0.1')"] * 12
    for method in ("GET", "HEAD", "get"):
        assert refused(http, Request(server.url(), method)).key == "http.stopped"
    assert len(server.seen) == 12


def test_abort_leaves_a_post_to_finish_and_lets_new_ones_go(wire: Servers) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def slowly(talk: Talk) -> None:
        reached.set()
        go_on.wait(10)
        talk.send(page(b"published"))

    server = wire.server(slowly)
    http = wire.client()
    asking = Asking(http, Request(server.url(), "POST", body=b"post"))
    assert reached.wait(10)
    http.abort()
    go_on.set()
    answer = asking.end().answer
    assert answer is not None
    assert answer.body == b"published"
    assert http.send(Request(server.url(), "POST", body=b"another")).body == b"published"


def test_nothing_starts_after_close(wire: Servers) -> None:
    server = wire.server(page())
    http = wire.client()
    http.close()
    http.close()
    for method in ("GET", "POST"):
        error = refused(http, Request(server.url(), method, body=None))
        assert (error.key, error.permanent, error.ambiguous) == ("http.stopped", False, False)
    assert server.connections == 0


Doubt = Callable[[Servers, Papers], tuple[GuardedHttp, str]]


def dead(wire: Servers, _: Papers) -> tuple[GuardedHttp, str]:
    server = wire.server(page())
    server.close()
    return wire.client(), server.url()


def untrusted(wire: Servers, trust: Papers) -> tuple[GuardedHttp, str]:
    server = wire.server(page(), context=trust.server("localhost"))
    return wire.client(), server.url(host="localhost")


def other_name(wire: Servers, trust: Papers) -> tuple[GuardedHttp, str]:
    server = wire.server(page(), context=trust.server("elsewhere.test"))
    return wire.client(context=trust.client()), server.url(host="localhost")


def no_tls_at_all(wire: Servers, trust: Papers) -> tuple[GuardedHttp, str]:
    server = wire.server(page(), raw=True, context=trust.server("localhost"))
    return wire.client(context=trust.client()), server.url(host="localhost")


def left_in_the_handshake(wire: Servers, trust: Papers) -> tuple[GuardedHttp, str]:
    server = wire.server(lambda talk: talk.line.close(), raw=True, context=trust.server("localhost"))
    return wire.client(context=trust.client()), server.url(host="localhost")


CLEAR: dict[str, tuple[Doubt, set[str]]] = {
    "refused connection": (dead, {"http.refused"}),
    "unknown name": (lambda wire, _: (wire.client(resolve=resolver({})), "http://no.test/"), {"http.dns"}),
    "own network": (
        lambda wire, _: (wire.client(allow_private=False), "http://127.0.0.1/"),
        {"http.private_address"},
    ),
    "scheme": (lambda wire, _: (wire.client(), "ftp://a.test/"), {"http.scheme"}),
    "userinfo": (lambda wire, _: (wire.client(), "http://a:b@a.test/"), {"http.userinfo"}),
    "no address": (lambda wire, _: (wire.client(), "a.test"), {"http.url"}),
    "unknown authority": (untrusted, {"http.tls"}),
    "certificate of another name": (other_name, {"http.tls"}),
    "not secured": (no_tls_at_all, {"http.tls"}),
    "left in the handshake": (left_in_the_handshake, {"http.tls", "http.refused"}),
}


@pytest.mark.parametrize("case", CLEAR)
def test_a_post_that_never_left_is_not_in_doubt(wire: Servers, trust: Papers, case: str) -> None:
    prepare, keys = CLEAR[case]
    http, url = prepare(wire, trust)
    error = refused(http, Request(url, "POST", body=b"post"))
    assert error.key in keys
    assert error.ambiguous is False


DOUBTFUL: dict[str, tuple[Act, dict[str, object], str]] = {
    "no answer": (lambda talk: talk.line.close(), {}, "http.broken"),
    "silence": (Talk.hang, {"read_seconds": 0.2}, "http.timeout"),
    "time up": (half, {"total_seconds": 0.3}, "http.timeout"),
    "half an answer": (lambda talk: talk.send(head(content_length=9), b"abc"), {}, "http.broken"),
    "no HTTP": (lambda talk: talk.send(b"220 mail ready\r\n"), {}, "http.broken"),
    "too big": (lambda talk: talk.send(page(bytes(100))), {"max_bytes": 10}, "http.too_big"),
    "packed oddly": (lambda talk: talk.send(page(b"a", content_encoding="br")), {}, "http.encoding"),
    "led to nowhere": (lambda talk: talk.send(page(b"", 303, location="ftp://a.test/")), {}, "http.scheme"),
    "led to a hang": (
        by_target(a=page(b"", 303, location="/b"), b=Talk.hang),
        {"read_seconds": 0.2},
        "http.timeout",
    ),
}


# An answer to HEAD has no body that could be half, too big or packed.
BODILESS = {"no answer", "silence", "no HTTP", "led to nowhere", "led to a hang"}
METHODS = ["POST", "PUT", "DELETE", "PATCH", "GET", "HEAD"]


@pytest.mark.parametrize(
    ("case", "method"),
    [(case, method) for case in DOUBTFUL for method in METHODS if method != "HEAD" or case in BODILESS],
)
def test_what_may_have_arrived_is_in_doubt(wire: Servers, case: str, method: str) -> None:
    act, settings, key = DOUBTFUL[case]
    server = wire.server(act)
    error = refused(wire.client(**settings), Request(server.url("/a"), method))
    assert error.key == key
    assert error.ambiguous is (method not in ("GET", "HEAD"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://a.test/x?q=%C4%81&token=abc", "http://a.test/x?q=%C4%81&token=***"),
        ("http://a.test/?access_token=abc&a=b", "http://a.test/?access_token=***&a=b"),
        ("http://a.test/?API_KEY=abc", "http://a.test/?API_KEY=***"),
        ("http://a.test/?key=a%26b=c&password=d", "http://a.test/?key=***&password=***"),
        ("https://me:abc@a.test:8443/x", "https://a.test:8443/x"),
        ("https://api.telegram.test/bot123:abc/sendMessage", "https://api.telegram.test/bot***/sendMessage"),
        ("http://a.test/robot/bottle:x#abc", "http://a.test/robot/bot***"),
        ("http://a.test", "http://a.test"),
        ("http://[::1?token=abc", "http://[::1"),
    ],
)
def test_addresses_are_told_without_their_secrets(url: str, shown: str) -> None:
    assert told(url) == shown
    assert "abc" not in told(url)


def everything_said(error: BaseException, caplog: pytest.LogCaptureFixture) -> str:
    told_in_log = "".join(record.getMessage() + str(record.exc_info) for record in caplog.records)
    return repr(error) + str(error) + "".join(traceback.format_exception(error)) + told_in_log


@pytest.mark.parametrize("case", ["dead", "broken", "redirect", "hang", "private"])
def test_no_secret_in_errors_traces_or_logs(wire: Servers, caplog: pytest.LogCaptureFixture, case: str) -> None:
    caplog.set_level(logging.DEBUG)
    acts: dict[str, Act] = {
        "broken": lambda talk: talk.send(b"rubbish\r\n\r\n"),
        "redirect": lambda talk: talk.send(page(b"", 302, location=f"ftp://u:hidden@a.test{talk.asked.target}")),
        "hang": Talk.hang,
    }
    server = wire.server(acts.get(case, Talk.hang))
    if case == "dead":
        server.close()
    http = wire.client(total_seconds=0.4, allow_private=case != "private")
    request = Request(
        server.url("/bot1:hidden/x?token=hidden"),
        "POST",
        {"Authorization": "Bearer hidden"},
        b"family: hidden",
    )
    error = refused(http, request)
    assert "hidden" not in everything_said(error, caplog)
    assert "hidden" not in repr(request)
    assert error.__cause__ is None
    assert error.__context__ is None


def test_an_answer_tells_nothing_of_its_content(wire: Servers, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    http = wire.client()
    answer = get(http, wire.server(page(b"hidden", x_a="hidden")).url("/?token=hidden"))
    # A head that does not parse is something urllib3 would warn of, with the whole address; curl refuses it.
    odd = wire.server(b"HTTP/1.1 200 OK\r\nno header\r\n\r\nhidden").url("/?token=hidden")
    told_of_odd = str(refused(http, odd)) if isinstance(http, Geared) else repr(get(http, odd))
    assert "hidden" not in repr(answer) + told_of_odd + caplog.text


@pytest.mark.parametrize("wire", ["one"], indirect=True)
def test_a_fault_of_our_own_is_not_called_the_wires(wire: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    def slip(*_: object, **__: object) -> None:
        raise KeyError("slip")

    monkeypatch.setattr("outreach.core.http.exchange", slip)
    with pytest.raises(KeyError):
        get(wire.client(), "http://127.0.0.1/")


def test_no_descriptor_is_left_open(wire: Servers) -> None:
    def count() -> int:
        gc.collect()
        return len(os.listdir("/proc/self/fd"))

    server = wire.server(by_target(good=page(b"a"), long=page(bytes(100)), on=page(b"", 302, location="/good")))
    http = wire.client(max_bytes=10)
    get(http, server.url("/good"))
    server_keeps = len(server._lines)
    before = count() - server_keeps
    for _ in range(10):
        get(http, server.url("/on"))
        refused(http, server.url("/long"))
        refused(http, "http://127.0.0.1:1/")
    server.close()
    assert count() <= before
