"""Which addresses may be asked: none of our own network, however written, whenever a name changes."""

import socket
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.dial import is_public
from outreach.core.http import GuardedHttp, Request
from tests.support.hostile import Hostile, Servers, get, page, refused, resolver

# One machine plays several: all of 127.0.0.0/8 is this one.
pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8", "::1"])


SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "localhost",
    "LOCALHOST",
    "0.0.0.0",
    "0",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "127。0。0。1",
]


@pytest.mark.parametrize("host", SPELLINGS)
def test_loopback_is_refused_in_every_spelling(wire: Servers, host: str) -> None:
    server = wire.server(page(b"inside"))
    error = refused(wire.client(allow_private=False), f"http://{host}:{server.port}/")
    # A spelling that is no address at all is as good a refusal.
    assert error.key in ("http.private_address", "http.dns", "http.url")
    assert (error.key == "http.private_address") is error.permanent or error.key == "http.url"
    assert server.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::ffff:127.0.0.1]"])
def test_the_usual_spellings_are_known_for_what_they_are(wire: Servers, host: str) -> None:
    assert refused(wire.client(allow_private=False), f"http://{host}/").key == "http.private_address"


def test_loopback_is_refused_in_ipv6(wire: Servers) -> None:
    server = wire.server(page(b"inside"), address="::1")
    error = refused(wire.client(allow_private=False), server.url())
    assert (error.key, error.facts["address"], server.connections) == ("http.private_address", "::1", 0)


INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1",
    "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "no address",
]  # fmt: skip
OUTSIDE = [
    "8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "193.40.5.1",
    "223.255.255.254",
    "2606:4700:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "64:ff9b::808:808",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_never_public_by_being_wrapped(address: object) -> None:
    assert not is_public(f"::ffff:{address}")
    assert not is_public(f"::{address}")
    assert is_public(f"64:ff9b::{address}") == is_public(str(address))


@pytest.fixture
def never_connects(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    tried: list[tuple[object, ...]] = []

    def connect(_: socket.socket, address: tuple[object, ...]) -> None:
        tried.append(address)
        raise OSError("out of reach")

    def open_for(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> socket.socket:
        tried.append(address)
        raise OSError("out of reach")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr("outreach.core.http_many_transfer.new_socket", open_for)
    return tried


@pytest.mark.parametrize("address", [one for one in INSIDE if one != "no address"])
def test_a_name_that_stands_for_one_of_them_is_refused_before_connecting(
    wire: Servers, never_connects: list[tuple[object, ...]], address: str
) -> None:
    http = wire.client(allow_private=False, resolve=resolver({"news.test": [address]}))
    error = refused(http, Request("http://news.test/", "POST", body=b"a"))
    assert (error.key, error.permanent, error.ambiguous) == ("http.private_address", True, False)
    assert error.facts["host"] == "news.test"
    assert never_connects == []


def test_the_next_address_of_a_name_is_tried_only_if_it_is_allowed(
    wire: Servers, never_connects: list[tuple[object, ...]]
) -> None:
    table = resolver({"news.test": ["10.0.0.1", "8.8.8.8", "127.0.0.1", "2606:4700:4700::1111", "::1"]})
    error = refused(wire.client(allow_private=False, resolve=table), "http://news.test/")
    assert error.key == "http.refused"
    # Which of the two goes first is the gear's choice.
    assert sorted(str(one[0]) for one in never_connects) == ["2606:4700:4700::1111", "8.8.8.8"]


def test_the_next_address_answers_when_the_first_is_dead(wire: Servers) -> None:
    server = wire.server(page(b"second"), address="127.0.0.3")
    http = wire.client(resolve=resolver({"news.test": ["127.0.0.2", "127.0.0.3"]}))
    answer = get(http, server.url(host="news.test"))
    assert answer.body == b"second"
    assert server.seen[0].headers["host"] == f"news.test:{server.port}"


def outside_only(http: GuardedHttp, outside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets one loopback address play the open internet; the rule for all others stays as it is."""
    rules = replace(http._rules, allowed=lambda address: address == outside or is_public(address))
    monkeypatch.setattr(http, "_rules", rules)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "localhost",
        "[::ffff:127.0.0.1]",
        "inside.test",
        "169.254.169.254",
        "[::1]",
    ],
)
def test_a_redirect_inside_is_refused(wire: Servers, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    inside = wire.server(page(b"inside"))
    outside = wire.server(page(b"", 302, location=f"http://{host}:{inside.port}/admin"), address="127.0.0.9")

    def resolve(name: str, port: int, **settings: object) -> object:
        if name == "inside.test":
            name = "127.0.0.1"
        return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)

    http = wire.client(allow_private=False, resolve=resolve)
    outside_only(http, "127.0.0.9", monkeypatch)
    error = refused(http, outside.url())
    assert error.key == "http.private_address"
    assert str(error.facts["url"]).endswith("/admin")
    assert (outside.connections, inside.connections) == (1, 0)


def test_a_name_that_changes_from_outside_to_inside_is_refused(wire: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: Hostile = wire.server(page(b"inside"))
    outside = wire.server(page(b"", 302, location=f"http://news.test:{inside.port}/again"), address="127.0.0.9")
    turns = iter(["127.0.0.9", "127.0.0.1"])

    def resolve(name: str, port: int, **_: object) -> object:
        return resolver({"news.test": [next(turns)]})(name, port)

    http = wire.client(allow_private=False, resolve=resolve)
    outside_only(http, "127.0.0.9", monkeypatch)
    error = refused(http, outside.url(host="news.test"))
    assert (error.key, error.facts["address"]) == ("http.private_address", "127.0.0.1")
    assert (outside.connections, inside.connections) == (1, 0)


@pytest.mark.parametrize("host", ["nowhere.test", "a" * 70 + ".test", "a..b"])
def test_a_name_without_an_address(wire: Servers, host: str) -> None:
    real = socket.getaddrinfo

    def resolve(name: str, port: int, **settings: object) -> object:
        return resolver({})(name, port) if name == "nowhere.test" else real(name, port, type=socket.SOCK_STREAM)

    error = refused(wire.client(resolve=resolve), Request(f"http://{host}/", "POST"))
    assert error.key in ("http.dns", "http.url")
    assert not error.ambiguous


def test_an_empty_look_up_is_a_name_without_an_address(wire: Servers) -> None:
    assert refused(wire.client(resolve=resolver({"news.test": []})), "http://news.test/").key == "http.dns"


def test_nobody_listens(wire: Servers) -> None:
    server = wire.server(page())
    server.close()
    error = refused(wire.client(), Request(server.url(), "POST", body=b"a"))
    assert (error.key, error.permanent, error.ambiguous) == ("http.refused", False, False)
