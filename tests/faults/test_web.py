"""The pages under strangers' hands: every route with its manners, no foreign form, no 500, one log line, readable for all."""

import logging
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
import requests
from lxml import html
from sqlalchemy import func, select

from outreach import logs, wiring
from outreach.core.errors import OutreachError
from outreach.core.testing import FixedClock
from outreach.tracker import intake
from outreach.tracker.models import Inquiry
from outreach.web.app import make
from tests.faults.bureau import MORNING, channel, plan
from tests.outreach.web.conftest import PAGE, Office
from tests.support.offices import told_in
from tests.support.program import Program, running, until

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = FixedClock(MORNING)
    with wiring.open_app(told_in(tmp_path), create=True, clock=clock) as app:
        yield Office(app, clock, make(app).test_client())


def token(office: Office) -> str:
    page = office.client.get("/jautajums", base_url=PAGE).get_data(as_text=True)
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def asked(office: Office) -> int:
    with office.app.store.reading() as session:
        return session.scalar(select(func.count(Inquiry.id))) or 0


def addresses(office: Office) -> list[str]:
    """Every route there is, with something in its places; found by walking, so that a new page is tested too."""
    filled = {"filename": "mark.svg", "code": "abcdefg", "mail": "a@example.org", "shape": "txt"}
    rules = list(office.client.application.url_map.iter_rules())
    assert len(rules) >= 7
    return sorted({re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda place: filled.get(place.group(1), "1"), rule.rule) for rule in rules})


def mannered(answer: object) -> None:
    headers = answer.headers  # type: ignore[attr-defined]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    for cookie in headers.getlist("Set-Cookie") if hasattr(headers, "getlist") else ():
        # A door before the sign-in binds its form to this browser; nothing else is left with a stranger.
        assert cookie.startswith("outreach-door=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    if answer.status_code >= 400:  # type: ignore[attr-defined]
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_every_route_answers_every_method_with_its_manners_and_never_500(office: Office, method: str) -> None:
    for address in [*addresses(office), "/nowhere", "/static/nowhere.css", "/static/../mark.svg", "//evil.example/"]:
        answer = office.client.open(address, method=method, base_url=PAGE)
        assert answer.status_code < 500 or address == "/readyz", (method, address)  # nothing ticks here: not ready
        mannered(answer)
        if method == "HEAD":
            assert answer.get_data() == b""
        answer.close()


@pytest.mark.parametrize("https", [True, False])
def test_an_office_reached_by_https_says_that_it_stays_so(tmp_path: Path, https: bool) -> None:
    public = f"http{'s' if https else ''}://birojs.example.org"
    with wiring.open_app(told_in(tmp_path, web={"public_url": public}), create=True) as app:
        answer = make(app).test_client().get("/jautajums", base_url=public)
    assert ("Strict-Transport-Security" in answer.headers) is https


def test_errors_have_their_manners_and_tell_a_stranger_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(error: Exception) -> object:
        def raised(*_: object, **__: object) -> None:
            raise error

        return raised

    secret = OutreachError("core.store.full", where="/srv/office/outreach.db")
    for error, status in ((secret, 503), (RuntimeError("/srv/office secret"), 500)):
        monkeypatch.setattr(intake, "receive", fail(error))
        answer = office.client.post("/jautajums", base_url=PAGE, data={"token": token(office), "contact": "a@example.org"})
        assert answer.status_code == status
        assert "/srv/office" not in answer.get_data(as_text=True)
        mannered(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://["}, {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://127.0.0.1:8000.evil.example"}, {"Origin": "http://evil.example/?127.0.0.1:8000"}, {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_no_form_of_another_site_is_taken_on_any_route(office: Office, headers: dict[str, str]) -> None:
    given = token(office)
    for address in addresses(office):
        for method in ("POST", "PUT", "DELETE"):
            answer = office.client.open(address, method=method, base_url=PAGE, data={"token": given, "contact": "a@example.org"}, headers=headers)
            assert answer.status_code in (403, 405), (method, address)
            mannered(answer)
    assert asked(office) == 0
    # The same form from our own page is taken, so it was the origin that was refused.
    own = {"Origin": PAGE, "Sec-Fetch-Site": "same-origin"}
    assert office.client.post("/jautajums", base_url=PAGE, data={"token": given, "contact": "a@example.org"}, headers=own).status_code == 303


@pytest.mark.parametrize("extra", ["next=//evil.example", "url=https://evil.example", "k=https://evil.example", "endpoint=x", "_external=1&_scheme=javascript", "_method=DELETE", "_anchor=x", "code=zz", "lang=//evil.example", "filename=x"])
def test_nothing_in_an_address_steers_a_link_or_a_redirect(office: Office, extra: str) -> None:
    plan(office.app, channel(office.app), office.clock.now())
    with office.app.store.reading() as session:
        from campaigns.models import Link

        code = session.scalars(select(Link.code)).one()
    led = office.client.get(f"/k/{code}?{extra}", base_url=PAGE).location
    assert led == office.client.get(f"/k/{code}", base_url=PAGE).location
    assert led is not None and led.startswith("https://majas.example/?utm_source=")
    for page in (*addresses(office), "/nowhere", "//evil.example/", "/k//evil.example"):
        answer = office.client.get(f"{page}?{extra}", base_url=PAGE)
        assert answer.status_code < 500 or page == "/readyz", page
        assert answer.location is None or answer.location.startswith((PAGE, "/"))
        if answer.mimetype == "text/html":
            links = html.fromstring(answer.get_data(as_text=True)).xpath("//@href | //@action | //@src")
            assert [link for link in links if re.match(r"(?i)//|[a-z]+:", link) and not link.startswith(f"{PAGE}/")] == [], page
        answer.close()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "127.0.0.1@evil.example", "[::1", "[", "a b", "", "127.0.0.1:x", "\xff"])
def test_a_forged_host_gets_nothing(office: Office, host: str) -> None:
    for page in ("/", "/jautajums", "/nowhere", "/k/abcdefg"):
        answer = office.client.get(page, base_url=PAGE, headers={"Host": host})
        assert answer.status_code in (400, 404), page
        assert "evil" not in answer.get_data(as_text=True)
        mannered(answer)


def test_forwarded_headers_change_no_address_and_open_no_page(office: Office) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript", "X-Forwarded-For": "127.0.0.1", "X-Original-URL": "/", "X-Forwarded-Prefix": "//evil.example", "Forwarded": "host=evil.example"}
    for page in ("/jautajums", "/paldies", "/nowhere"):
        assert "evil" not in office.client.get(page, base_url=PAGE, headers=forged).get_data(as_text=True)
    door = office.client.get("/", base_url=PAGE, headers=forged)
    assert (door.status_code, door.location) == (303, "/sign-in")


def test_what_is_too_large_is_a_page_and_what_is_long_is_cut(office: Office) -> None:
    answer = office.client.post("/jautajums?lang=en", base_url=PAGE, data={"token": token(office), "contact": "a@example.org", "text": "x" * 9_000_000})
    assert answer.status_code == 413
    assert "too large" in answer.get_data(as_text=True)
    mannered(answer)
    assert office.client.post("/jautajums", base_url=PAGE, data={"token": token(office), "contact": "a@example.org", "text": "x" * 200_000}).status_code == 303
    with office.app.store.reading() as session:
        assert len(session.scalars(select(Inquiry.text_sealed)).one() or "") < 6_000
    many = "&".join(f"f{number}=" for number in range(20_000))
    assert office.client.post("/jautajums", base_url=PAGE, data=many, content_type="application/x-www-form-urlencoded").status_code < 500


ODD = [b"\xff\xfe\xc3", b"%ff%c3%28", b"%00a%00", b"%ed%a0%80", b"\xf0\x9f\x99\x82", b"%0d%0aSet-Cookie:%20a=b", b"{{7*7}}%7b%25", b"'--%22<script>", b"%e2%80%ae"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_bytes_anywhere_never_break_a_page(office: Office, odd: bytes) -> None:
    given = token(office).encode()
    for name in (b"contact", b"name", b"country", b"topic", b"text", b"code", b"said", b"token"):
        fields = {b"token": given, b"contact": b"%s@example.org" % name, b"text": b"x%d" % ODD.index(odd)} | {name: odd}
        answer = office.client.post("/jautajums", base_url=PAGE, data=b"&".join(k + b"=" + v for k, v in fields.items()), content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (303, 400), name
        assert b"<script>" not in answer.get_data()
        mannered(answer)
    path = odd.decode("latin-1")
    for page in (f"/k/{path}", f"/{path}", f"/static/{path}", f"/jautajums?k={path}&lang={path}"):
        answer = office.client.get(page, base_url=PAGE)
        assert answer.status_code < 500, page
        assert b"<script>" not in answer.get_data()
        answer.close()
    broken = b'--b\r\nContent-Disposition: form-data; name="contact"; filename="../../x"\r\n\r\n' + odd + b"\r\n--b--\r\n"
    for kind in ("multipart/form-data; boundary=b", "multipart/form-data", "application/json", "text/plain; charset=utf-7", "x"):
        assert office.client.post("/jautajums", base_url=PAGE, data=broken, content_type=kind).status_code < 500


def test_a_code_with_odd_letters_is_unknown_on_both_stores(store: object, tmp_path: Path) -> None:
    from dataclasses import replace

    with wiring.open_app(told_in(tmp_path), create=True) as app:
        client = make(replace(app, store=store)).test_client()  # type: ignore[arg-type]
        for code in ("%00%00%00%00%00%00%00", "abc%00def", "%ed%a0%80abcd"):
            for method in ("GET", "HEAD"):
                assert client.open(f"/k/{code}", method=method, base_url=PAGE).status_code == 404


def test_a_line_break_in_an_address_is_no_second_log_line(office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OutreachError("core.store.locked", where="x\nERROR forged")

    monkeypatch.setattr("campaigns.links.follow", fail)
    with caplog.at_level(logging.INFO):
        assert office.client.get("/k/a%0d%0aERROR%20forged", base_url=PAGE).status_code == 503
    monkeypatch.setattr("campaigns.links.follow", lambda *_: 1 / 0)
    with caplog.at_level(logging.INFO):
        page = office.client.get("/k/a%0aERROR%20forged", base_url=PAGE).get_data(as_text=True)
    assert len(caplog.records) == 2
    for record in caplog.records:
        record.exc_info = None  # a trace has lines of its own
        assert len(logs.Facts().format(record).splitlines()) == 1
    reference = re.search(r"\b[0-9a-f]{8}\b", page)
    assert reference is not None
    assert reference.group() in logs.Facts().format(caplog.records[-1])  # what the reader quotes is found again


def test_a_link_that_opens_a_door_is_in_no_log_line(office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("outreach.people.keys.opening", lambda *_: 1 / 0)
    with caplog.at_level(logging.INFO):
        assert office.client.get("/reset/Kanarijs-3f0c", base_url=PAGE).status_code == 500
    assert caplog.records and "Kanarijs" not in "".join(logs.Facts().format(record) for record in caplog.records)


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        answer = b""
        with suppress(OSError):  # it may answer and hang up before it has heard all
            line.sendall(request)
        while piece := line.recv(65_536):
            answer += piece
        return answer


def test_the_real_server_answers_fifty_at_once_and_odd_requests_while_it_ticks(tmp_path: Path) -> None:
    with running(Program(tmp_path, "[collect]\nhost_seconds = 0\n", catalogue=True)) as program:
        program.start()
        until(lambda: requests.get(f"{program.page}/readyz", timeout=60).status_code == 200)  # it serves a moment before it ticks
        pages = ["/", "/jautajums", "/healthz", "/readyz", "/nowhere", "/static/mark.svg", "/k/abcdefg"]
        want = {"/nowhere": 404, "/k/abcdefg": 404}
        with ThreadPoolExecutor(50) as crowd:
            answers = list(crowd.map(lambda number: requests.get(program.page + pages[number % 7], timeout=60), range(50)))
        assert [answer.status_code for answer in answers] == [want.get(pages[number % 7], 200) for number in range(50)]
        for answer in answers:
            mannered(answer)
        head = f"Host: 127.0.0.1:{program.port}\r\nConnection: close\r\n".encode()
        form = b"Content-Type: application/x-www-form-urlencoded\r\n"
        large = b"contact=" + b"x" * 9_000_000
        for request, status in (
            (b"GET /k/\xff\xfe HTTP/1.1\r\n" + head + b"\r\n", (400, 404)),
            (b"GET /k/%0d%0aX:%20y HTTP/1.1\r\n" + head + b"\r\n", (404,)),
            (b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", (400, 404)),
            (b"HEAD / HTTP/1.1\r\n" + head + b"\r\n", (303,)),
            (b"OPTIONS /jautajums HTTP/1.1\r\n" + head + b"\r\n", (200,)),
            (b"POST /jautajums HTTP/1.1\r\n" + head + form + b"Content-Length: %d\r\n\r\n" % len(large) + large, (413,)),
            (b"POST /jautajums HTTP/1.1\r\n" + head + form + b"Transfer-Encoding: chunked\r\n\r\n5\r\na=\xff\x00b\r\n0\r\n\r\n", (400,)),
        ):
            answer = raw(program.port, request)
            assert answer.split(b" ", 2)[1:2] and int(answer.split(b" ", 2)[1]) in status, (request[:60], answer[:200])
        until(lambda: requests.get(f"{program.page}/readyz", timeout=20).status_code == 200)
        code, printed = program.end()
    assert code == 0
    assert "Traceback" not in printed
    assert "page.broke" not in printed


@pytest.mark.parametrize("language", ["lv", "en"])
def test_every_page_can_be_read_by_everybody(office: Office, language: str) -> None:
    plan(office.app, channel(office.app), office.clock.now())
    pages = {address: office.client.get(f"{address}?lang={language}", base_url=PAGE) for address in (*addresses(office), "/nowhere")}
    pages["stale"] = office.client.post(f"/jautajums?lang={language}", base_url=PAGE, data={"contact": ""})
    seen = 0
    for address, answer in pages.items():
        if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303):
            seen += 1
            tree = html.fromstring(answer.get_data(as_text=True))
            assert tree.get("lang") == language, address
            assert len(tree.xpath("//h1")) == 1, address
            assert tree.xpath("//h1")[0].text_content().strip()
            assert tree.findtext(".//title")
            assert len(tree.xpath("//main")) == 1
            assert [place for place in tree.xpath("//@tabindex") if int(place) > 0] == []
            names = tree.xpath("//@id")
            assert len(names) == len(set(names)), address
            labelled = set(tree.xpath("//label/@for"))
            for entry in tree.xpath("//input[@type!='hidden' or not(@type)] | //select | //textarea"):
                assert entry.get("id") in labelled, address
            for referring in (*tree.xpath("//@aria-describedby"), *tree.xpath("//@aria-labelledby")):
                assert set(referring.split()) <= set(names), address
            levels = [int(node.tag[1]) for node in tree.xpath("//h1 | //h2 | //h3 | //h4")]
            assert all(after - before <= 1 for before, after in pairwise(levels)), (address, levels)
            for link in tree.xpath("//a | //button"):
                assert (link.text_content().strip() or link.get("aria-label")), address
            for picture in tree.xpath("//img[not(@alt)] | //*[local-name()='svg'][not(@aria-label)][not(@aria-hidden)]"):
                pytest.fail(f"{address}: {html.tostring(picture)[:80]!r} has no words")
        answer.close()
    assert seen >= 6


TOKENS = Path(__file__).resolve().parents[2] / "outreach" / "assets" / "src" / "tokens.css"
TEXTS = ("ink", "quiet", "blue", "blue-strong", "carmine", "carmine-strong", "ochre", "green", "violet", "teal", "umber", "slate")
WASHES = {"blue": "blue-wash", "carmine": "carmine-wash", "ochre": "ochre-wash", "green": "green-wash"}


def light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_of_text_stands_out(scheme: int) -> None:
    told = re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS.read_text(encoding="utf-8"))
    colours = {name: pair[scheme] for name, *pair in told}
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    pairs = {(text, ground) for text in TEXTS for ground in ("paper", "raised")} | {*WASHES.items()}
    pairs |= {("ink", "mark"), ("ink", "sunk"), ("on-blue", "blue"), ("on-carmine", "carmine"), *(("ink", wash) for wash in WASHES.values())}
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: found for pair, found in weak.items() if found < 4.5} == {}
