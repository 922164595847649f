"""What goes out and what comes back on the HTTP wire when nobody means harm."""

import gzip
import itertools
import json
import threading
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import WireError
from outreach.core.http import Answer, Request, conditional, retry_after
from outreach.core.http_body import Damaged, unpack
from tests.core.geared import Geared
from tests.support.hostile import Servers, Talk, get, page, refused

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [200, 201, 206, 300, 304, 400, 401, 404, 410, 429, 500, 503])
def test_every_status_is_an_answer(wire: Servers, status: int) -> None:
    answer = get(wire.client(), wire.server(page(b"", status)).url("/a"))
    assert answer.status == status
    assert answer.hops == ()
    assert answer.moved_to is None


def test_a_redirect_without_a_place_is_an_answer(wire: Servers) -> None:
    assert get(wire.client(), wire.server(page(b"lost", 302)).url()).body == b"lost"


def test_what_a_plain_request_says_of_us(wire: Servers) -> None:
    server = wire.server(page())
    get(wire.client(user_agent="Outreach/1.0"), server.url("/feed?a=1#top"))
    (asked,) = server.seen
    assert (asked.method, asked.target, asked.body) == ("GET", "/feed?a=1", b"")
    kept = asked.headers.pop("connection", "kept")
    assert kept == ("kept" if isinstance(wire.client(), Geared) else "close")
    assert asked.headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "Outreach/1.0",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
    }


def test_a_post_carries_its_body_and_headers(wire: Servers) -> None:
    server = wire.server(page(b"{}", 201))
    body = "Mājās!".encode()
    wire.client().send(Request(server.url(), "post", {"Content-Type": "text/plain", "Authorization": "Bearer x"}, body))
    (asked,) = server.seen
    assert (asked.method, asked.body) == ("POST", body)
    assert asked.headers["authorization"] == "Bearer x"
    assert asked.headers["content-length"] == str(len(body))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "b\r\nX-C: d"),
        ("X-A", "b\nc"),
        ("X-A", "\0"),
        ("X A", "b"),
        ("X-A\r\nB", "c"),
        ("", "c"),
        ("X-A", "ā"),
        ("Host", "elsewhere.test"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Accept-Encoding", "br"),
    ],
)
def test_headers_that_would_break_the_request_are_refused(wire: Servers, name: str, value: str) -> None:
    server = wire.server(page())
    error = refused(wire.client(), Request(server.url(), "POST", {name: value}))
    assert (error.key, error.permanent, error.ambiguous) == ("http.header", True, False)
    assert server.connections == 0


def test_headers_of_the_answer_are_found_in_any_case_and_cannot_be_changed(wire: Servers) -> None:
    answer = get(wire.client(), wire.server(page(b"", etag='"1"')).url())
    assert answer.headers["ETag"] == answer.headers.get("etag") == '"1"'
    assert "ETAG" in answer.headers
    with pytest.raises(TypeError):
        answer.headers["etag"] = "2"  # type: ignore[index]
    assert Answer("http://a.test/", 200, {"x-a": "b"}, b"").headers["X-A"] == "b"


def test_nothing_is_taken_from_the_environment(wire: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server, proxy = wire.server(page(b"direct")), wire.server(page(b"proxy"))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login office password secret\n")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url())
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert get(wire.client(), server.url()).body == b"direct"
    assert proxy.connections == 0
    assert "authorization" not in server.seen[0].headers


def test_cookies_and_connections_are_not_kept(wire: Servers) -> None:
    server = wire.server(page(b"", set_cookie="sid=1; Path=/"))
    http = wire.client()
    for _ in range(3):
        get(http, server.url())
    assert server.connections == 3
    assert all("cookie" not in asked.headers for asked in server.seen)


def test_nothing_is_tried_twice(wire: Servers) -> None:
    def leave(talk: Talk) -> None:
        talk.line.close()

    server = wire.server(leave)
    assert refused(wire.client(), server.url()).key == "http.broken"
    assert len(server.seen) == 1


def test_threads_get_their_own_answers(wire: Servers) -> None:
    server = wire.server(lambda talk: talk.send(page(talk.asked.target.encode())))
    http = wire.client()
    wrong: list[object] = []

    def ask(mine: int) -> None:
        for nth in range(15):
            target = f"/{mine}/{nth}"
            answer = get(http, server.url(target))
            if answer.body != target.encode():
                wrong.append(answer)

    threads = [threading.Thread(target=ask, args=(mine,)) for mine in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(server.seen) == 120


TEXT = "Ģimene atgriežas mājās. Семья вернулась. " * 50


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "identity": bytes,
    "gzip, identity": gzip.compress,
}


@pytest.mark.parametrize("encoding", PACKED)
def test_packed_bodies_are_unpacked(wire: Servers, encoding: str) -> None:
    body = PACKED[encoding](TEXT.encode())
    assert get(wire.client(), wire.server(page(body, content_encoding=encoding)).url()).text() == TEXT


def test_deflate_without_its_frame_is_unpacked(wire: Servers) -> None:
    body = _raw_deflate(TEXT.encode())
    assert get(wire.client(), wire.server(page(body, content_encoding="deflate")).url()).text() == TEXT


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "gzip, br", "none"])
def test_other_packings_are_refused(wire: Servers, encoding: str) -> None:
    error = refused(wire.client(), wire.server(page(b"?", content_encoding=encoding)).url())
    assert (error.key, error.permanent, error.facts["encoding"]) == ("http.encoding", True, encoding)


@pytest.mark.parametrize(
    "body", [b"not gzip at all", gzip.compress(TEXT.encode())[:-20], b"\x1f"], ids=["none", "cut", "begun"]
)
def test_damaged_packing_is_a_broken_answer(wire: Servers, body: bytes) -> None:
    assert refused(wire.client(), wire.server(page(body, content_encoding="gzip")).url()).key == "http.broken"


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 304), ("GET", 204)])
def test_an_answer_without_a_body_may_name_a_packing(wire: Servers, method: str, status: int) -> None:
    answer = get(wire.client(), wire.server(page(b"", status, content_encoding="gzip")).url(), method=method)
    assert (answer.status, answer.body) == (status, b"")


@given(
    data=st.binary(max_size=3000),
    kind=st.sampled_from(["gzip", "deflate", "raw", "two", "rubbish"]),
    cuts=st.lists(st.integers(0, 3200), max_size=6),
)
def test_packed_streams_survive_any_splitting(data: bytes, kind: str, cuts: list[int]) -> None:
    half = len(data) // 2
    packed = {
        "gzip": lambda: gzip.compress(data),
        "deflate": lambda: zlib.compress(data),
        "raw": lambda: _raw_deflate(data),
        "two": lambda: gzip.compress(data[:half]) + gzip.compress(data[half:]),
        "rubbish": lambda: gzip.compress(data) + b"\0\0\0",
    }[kind]()
    marks = sorted({0, len(packed), *(cut for cut in cuts if cut < len(packed))})
    pieces = [packed[start:end] for start, end in itertools.pairwise(marks)]
    encoding = "gzip" if kind in ("gzip", "two", "rubbish") else "deflate"
    assert b"".join(unpack(pieces, encoding)) == data


@given(data=st.binary(min_size=1, max_size=500), lost=st.integers(1, 30))
def test_a_stream_that_ends_too_early_never_passes_for_whole(data: bytes, lost: int) -> None:
    packed = gzip.compress(data)
    with pytest.raises(Damaged):
        list(unpack([packed[: max(len(packed) - lost, 1)]], "gzip"))


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=windows-1257", "Ģimene".encode("cp1257"), "Ģimene"),
        ('text/html; charset="koi8-r"', "Семья".encode("koi8-r"), "Семья"),
        (
            "text/html",
            b'<meta charset="windows-1257">' + "ā".encode("cp1257"),
            '<meta charset="windows-1257">ā',
        ),
        (
            "text/xml",
            '<?xml version="1.0" encoding="utf-8"?>ā'.encode(),
            '<?xml version="1.0" encoding="utf-8"?>ā',
        ),
        ("text/html; charset=iso-8859-1", b"\x93a\x94", "“a”"),
        ("text/html; charset=utf-8", b"\xef\xbb\xbfa", "a"),
        ("text/html; charset=iso-8859-1", "ā".encode("utf-16"), "ā"),
        ("text/plain", "ā".encode(), "ā"),
        ("text/plain", b"a\xffb", "a\ufffdb"),
        ("text/plain; charset=zip", b"ab", "ab"),
        ("text/plain; charset=unicode_escape", rb"\q", r"\q"),
        ("text/plain; charset=iso-8859-99", b"ab", "ab"),
        ("", b"", ""),
    ],
)
def test_text_is_read_in_its_own_letters(content_type: str, body: bytes, text: str) -> None:
    assert Answer("http://a.test/", 200, {"Content-Type": content_type}, body).text() == text


@given(st.binary(max_size=200), st.text(max_size=40))
def test_text_never_fails(body: bytes, charset: str) -> None:
    assert isinstance(
        Answer("http://a.test/", 200, {"Content-Type": f"text/html; charset={charset}"}, body).text(), str
    )


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json_is_read_with_or_without_a_mark(mark: bytes) -> None:
    said = {"vārds": ["ā", 1, None]}
    assert Answer("http://a.test/", 200, {}, mark + json.dumps(said).encode()).json() == said


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\xff", b"[" * 100_000, b"1" * 5000 + b"x"])
def test_what_is_no_json_is_a_wire_error(body: bytes) -> None:
    with pytest.raises(WireError) as caught:
        Answer("http://a.test/x?token=secret", 200, {}, body).json()
    assert (caught.value.key, caught.value.permanent) == ("http.json", False)
    assert caught.value.facts == {"url": "http://a.test/x?token=***", "host": "a.test"}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("1.5", 1.5),
        ("86401", 86_400),
        ("9" * 5000, 86_400),
        ("Mon, 23 Nov 2026 07:01:00 GMT", 60),
        ("Mon, 23 Nov 2026 09:01:00 +0200", 60),
        ("Mon, 23 Nov 2026 07:01:00 -0000", 60),
        ("Mon, 23 Nov 2026 06:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("١٢", None),
        ("Mon, 99 Nov 2026 07:01:00 GMT", None),
    ],
)
def test_how_long_a_server_asks_us_to_wait(value: str, seconds: float | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after({"RETRY-after": value}, NOW) == expected


@given(st.text(max_size=60))
def test_a_wait_is_never_negative_and_at_most_a_day(value: str) -> None:
    wait = retry_after({"Retry-After": value}, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(hours=24)


def test_no_wait_without_the_header() -> None:
    assert retry_after({"Date": "Mon, 23 Nov 2026 07:01:00 GMT"}, NOW) is None


def test_conditional_headers() -> None:
    assert conditional('"a"', "Mon, 23 Nov 2026 07:01:00 GMT") == {
        "If-None-Match": '"a"',
        "If-Modified-Since": "Mon, 23 Nov 2026 07:01:00 GMT",
    }
    assert conditional(None, "") == {}
    assert conditional('"a\r\nX: y"', "ā") == {}
