"""Redirects are followed as browsers do, up to a limit, and without carrying secrets to another house."""

import pytest

from outreach.core.http import Request
from tests.support.hostile import Papers, Servers, Talk, by_target, get, page, papers, refused

SECRETS = {
    "Authorization": "Bearer secret",
    "Cookie": "sid=secret",
    "X-Api-Key": "secret",
    "Proxy-Authorization": "Basic secret",
    "Referer": "http://office.test/secret",
}
HARMLESS = {
    "Accept": "text/html",
    "Accept-Language": "lv",
    "If-None-Match": '"1"',
    "User-Agent": "Outreach/1.0",
}


@pytest.fixture(scope="module")
def trust() -> Papers:
    return papers()


def to(place: str, status: int = 302) -> bytes:
    return page(b"moved", status, location=place)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_get_is_led_on(wire: Servers, status: int) -> None:
    server = wire.server(by_target(a=to("/b?c=d#e", status), b=page(b"here")))
    answer = get(wire.client(), server.url("/a"))
    assert (answer.status, answer.body) == (200, b"here")
    assert answer.url == server.url("/b?c=d")
    assert answer.hops == (server.url("/a"),)
    assert answer.moved_to == (answer.url if status in (301, 308) else None)


def test_moved_only_if_every_step_is_for_good(wire: Servers) -> None:
    server = wire.server(
        by_target(a=to("/b", 301), b=to("/c", 308), c=page(), d=to("/e", 301), e=to("/f", 302), f=page())
    )
    http = wire.client()
    assert get(http, server.url("/a")).moved_to == server.url("/c")
    assert get(http, server.url("/a")).hops == (server.url("/a"), server.url("/b"))
    assert get(http, server.url("/d")).moved_to is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_who_does_not_want_to_be_led_on_gets_the_redirect(wire: Servers, status: int) -> None:
    server = wire.server(by_target(a=to("/b", status)))
    answer = wire.client().send(Request(server.url("/a"), "POST", body=b"post", follow=False))
    assert (answer.status, answer.headers["Location"], answer.body) == (status, "/b", b"moved")
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("method", "status", "then"),
    [
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("POST", 307, "POST"),
        ("POST", 308, "POST"),
        ("PUT", 302, "PUT"),
        ("PUT", 303, "GET"),
        ("HEAD", 303, "HEAD"),
        ("HEAD", 302, "HEAD"),
        ("DELETE", 303, "GET"),
    ],
)
def test_which_method_goes_on(wire: Servers, method: str, status: int, then: str) -> None:
    server = wire.server(by_target(a=to("/b", status), b=page()))
    body = None if method == "HEAD" else b"post"
    wire.client().send(Request(server.url("/a"), method, {"Content-Type": "text/plain"}, body))
    last = server.seen[-1]
    assert (last.method, last.target) == (then, "/b")
    assert last.body == (body if then == method and body else b"")
    assert ("content-type" in last.headers) is (then == method)
    assert then != "GET" or "content-length" not in last.headers


def test_the_same_house_keeps_the_headers(wire: Servers) -> None:
    server = wire.server(by_target(a=to("/b"), b=page()))
    wire.client().send(Request(server.url("/a"), headers=SECRETS | HARMLESS))
    told = server.seen[-1].headers
    assert all(told[name.lower()] == value for name, value in (SECRETS | HARMLESS).items())


@pytest.mark.allow_hosts(["127.0.0.0/8"])
@pytest.mark.parametrize("elsewhere", ["127.0.0.2", "localhost", "127.0.0.1"])
def test_another_house_gets_no_secrets(wire: Servers, elsewhere: str) -> None:
    # The last case is another port of the same machine.
    other = wire.server(page(b"other"), address="127.0.0.2" if elsewhere == "127.0.0.2" else "127.0.0.1")
    server = wire.server(to(other.url("/x", host=elsewhere)))
    answer = wire.client().send(Request(server.url(), headers=SECRETS | HARMLESS))
    told = other.seen[0].headers
    assert answer.body == b"other"
    assert all(told[name.lower()] == value for name, value in HARMLESS.items())
    assert set(told) - {"connection"} == {"host", "accept-encoding", *map(str.lower, HARMLESS)}
    assert "secret" not in str(told)


def test_secrets_do_not_come_back_on_the_way_home(wire: Servers) -> None:
    places: list[str] = []
    home = wire.server(lambda talk: talk.send(to(places[0]) if talk.asked.target == "/out" else page(b"home")))
    away = wire.server(lambda talk: talk.send(to(home.url("/in"))))
    places.append(away.url("/x"))
    wire.client().send(Request(home.url("/out"), headers=SECRETS))
    assert "authorization" in home.seen[0].headers
    assert "secret" not in str(away.seen[0].headers) + str(home.seen[1].headers)


@pytest.mark.parametrize("status", [307, 308])
def test_a_body_is_not_carried_to_another_house(wire: Servers, status: int) -> None:
    other = wire.server(page())
    server = wire.server(to(other.url(), status))
    error = refused(wire.client(), Request(server.url(), "POST", body=b"private"))
    assert (error.key, error.permanent, error.ambiguous) == ("http.redirect_body", True, True)
    assert other.connections == 0


def counting(talk: Talk) -> None:
    talk.send(to(f"/{int(talk.asked.target.strip('/') or 0) + 1}"))


def test_redirects_have_a_limit(wire: Servers) -> None:
    server = wire.server(counting)
    error = refused(wire.client(), server.url("/0"))
    assert (error.key, error.facts["limit"], error.permanent) == ("http.redirect", 5, True)
    assert len(server.seen) == 6


def test_five_redirects_are_followed(wire: Servers) -> None:
    server = wire.server(lambda talk: talk.send(page(b"end")) if talk.asked.target == "/5" else counting(talk))
    answer = get(wire.client(), server.url("/0"))
    assert (answer.body, len(answer.hops)) == (b"end", 5)


@pytest.mark.parametrize("start", ["a", "c"])
def test_a_loop_is_seen_at_once(wire: Servers, start: str) -> None:
    server = wire.server(by_target(a=to("/b"), b=to("/a#again"), c=to("/c")))
    error = refused(wire.client(max_hops=50), server.url(f"/{start}"))
    assert (error.key, error.permanent) == ("http.redirect_loop", True)
    assert len(server.seen) == (2 if start == "a" else 1)


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("file:///etc/passwd", "http.scheme"),
        ("ftp://files.test/", "http.scheme"),
        ("javascript:alert(1)", "http.scheme"),
        ("data:text/html,x", "http.scheme"),
        ("http://user:password@127.0.0.1/", "http.userinfo"),
        ("//user@127.0.0.1/", "http.userinfo"),
        ("http://a b/", "http.url"),
        ("http://h:99999/", "http.url"),
    ],
)
def test_places_nobody_should_be_led_to(wire: Servers, place: str, key: str) -> None:
    error = refused(wire.client(), wire.server(to(place)).url())
    assert (error.key, error.permanent, error.ambiguous) == (key, True, False)
    assert "password" not in str(error.facts["url"])


def test_places_are_read_as_browsers_read_them(wire: Servers) -> None:
    server = wire.server(
        lambda talk: (
            talk.send(to("b/../zi\u0146as?k=\u0101".encode().decode("latin-1")))
            if talk.asked.target == "/a/start"
            else talk.send(page(talk.asked.target.encode()))
        )
    )
    assert get(wire.client(), server.url("/a/start")).body == b"/a/zi%C5%86as?k=%C4%81"


def test_from_secured_to_open_is_refused(wire: Servers, trust: Papers) -> None:
    plain = wire.server(page(b"open"))
    secured = wire.server(to(plain.url()), context=trust.server("localhost"))
    error = refused(wire.client(context=trust.client()), secured.url(host="localhost"))
    assert (error.key, error.permanent) == ("http.redirect_insecure", True)
    assert plain.connections == 0


def test_from_open_to_secured_is_followed(wire: Servers, trust: Papers) -> None:
    secured = wire.server(page(b"secured"), context=trust.server("localhost"))
    plain = wire.server(to(secured.url(host="localhost"), 301))
    assert get(wire.client(context=trust.client()), plain.url()).moved_to == secured.url(host="localhost")


def test_the_body_of_a_redirect_is_not_read(wire: Servers) -> None:
    def pour(talk: Talk) -> None:
        if talk.asked.target == "/b":
            talk.send(page(b"here"))
            return
        talk.send(b"HTTP/1.1 302 Said\r\nLocation: /b\r\n\r\n")
        while not talk.over.is_set():
            talk.send(bytes(65_536))

    assert get(wire.client(max_bytes=100), wire.server(pour).url()).body == b"here"
