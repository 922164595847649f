"""A page that is kept as evidence, before a real browser: it is shown, and nothing in it does anything."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.web.app import make
from scrapers import evidence, warc
from scrapers.models import Article, Mention
from tests.browser.serving import as_role, served
from tests.outreach.web import newsdesk
from tests.outreach.web.conftest import Office
from tests.support.offices import told_in
from tests.support.ports import free_port

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
# What a page has that would do something; {port} is where somebody else listens.
PARTS = {
    "script": "<script>document.title='ran';alert(1)</script>",
    "handler": "<img src=x onerror=\"document.title='ran';alert(1)\"><svg onload=\"document.title='ran'\"></svg><details open ontoggle=\"document.title='ran'\">x</details>",
    "script elsewhere": "<script src=//127.0.0.1:{port}/x.js></script><script type=module src=//127.0.0.1:{port}/y.js></script>",
    "picture": "<img src=//127.0.0.1:{port}/x.png><img srcset='//127.0.0.1:{port}/x.png 2x'><picture><source srcset=//127.0.0.1:{port}/y></picture><video poster=//127.0.0.1:{port}/z></video>",
    "own picture": "<img src=/static/mark.svg><img src=/mentions>",
    "style": "<style>@import '//127.0.0.1:{port}/a.css'; body {{ background: url(//127.0.0.1:{port}/b.png) }} @font-face {{ font-family: x; src: url(//127.0.0.1:{port}/f) }} p {{ font-family: x }}</style>",
    "link": "<link rel=stylesheet href=//127.0.0.1:{port}/a.css><link rel=preload as=image href=//127.0.0.1:{port}/p><LINK rel=icon href=//127.0.0.1:{port}/i>",
    "connection": "<link rel=preconnect href=//127.0.0.1:{port}><link rel=dns-prefetch href=//127.0.0.1:{port}><li<link >nk rel=preconnect href=//127.0.0.1:{port}>",
    "frame": "<iframe src=//127.0.0.1:{port}/></iframe><iframe srcdoc='<script>top.document.title=1</script>'></iframe><ifr<iframe >ame src=//127.0.0.1:{port}/></iframe><object data=//127.0.0.1:{port}/></object><embed src=//127.0.0.1:{port}/>",
    "frames": "<frameset><frame src=//127.0.0.1:{port}/></frameset>",
    "refresh": "<meta http-equiv=refresh content='0;url=//127.0.0.1:{port}/'>",
    "base": "<base href=//127.0.0.1:{port}/><img src=x.png>",
    "own policy": "<meta http-equiv=Content-Security-Policy content=\"default-src * 'unsafe-inline'; img-src *\"><img src=//127.0.0.1:{port}/c.png>",
    "sound": "<audio autoplay src=//127.0.0.1:{port}/a.ogg></audio><video autoplay src=//127.0.0.1:{port}/v.webm></video>",
    "rules": "<script type=speculationrules>{{\"prefetch\": [{{\"urls\": [\"//127.0.0.1:{port}/s\"]}}]}}</script>",
}  # fmt: skip
FORM = "<form action=//127.0.0.1:{port}/sent method=post><input name=a value=b autofocus><button id=send>Sūtīt</button></form>"
OWN_FORM = "<form action=/mentions/1/delete method=post><button id=send>Dzēst</button></form>"


@dataclass
class Elsewhere:
    """Somebody else's machine: every connection to it is noted."""

    port: int
    came: list[bytes] = field(default_factory=list)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        made = Elsewhere(listening.getsockname()[1])

        def take() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                made.came.append(b"?")
                caller.close()

        threading.Thread(target=take, daemon=True).start()
        yield made


@dataclass(frozen=True)
class Kept:
    """An office that keeps pages, and a browser before it."""

    app: App
    base: str
    browser: Browser
    mention: int
    article: int

    def open(self, body: str) -> tuple[Page, list[str]]:
        """Keeps a page and opens it; what was asked of whom stands in the list."""
        url = f"https://avize.example/{hash(body)}"
        kept = warc.keep(self.app.settings.folder, url, 200, {"Content-Type": "text/html; charset=utf-8"}, body.encode(), NOW)
        with self.app.store.transaction() as session:
            evidence.record(session, self.article, kept)
            number = evidence.evidence_of(session, self.article)[0].id
        page = as_role(self.browser, self.app, self.base, "comms").new_page()
        asked: list[str] = []

        def note(request: Request) -> None:
            asked.append(request.url)

        page.on("request", note)
        page.on("dialog", lambda shown: (asked.append("dialog"), shown.dismiss()))
        page.goto(f"/mentions/{self.mention}/kept/{number}", wait_until="load")
        return page, asked


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Kept]:
    folder, port = tmp_path_factory.mktemp("kept"), free_port()
    told = told_in(folder, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        pages = make(app)
        office = Office(app, FixedClock(NOW), pages.test_client())
        mention = newsdesk.mention(office, newsdesk.source(office, "Avīze"), "Ozoli")
        with app.store.reading() as session:
            article = session.get_one(Article, session.get_one(Mention, mention).article_id).id
        with served(pages, port) as base:
            yield Kept(app, base, chromium, mention, article)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_in_a_kept_page_does_anything(kept: Kept, elsewhere: Elsewhere, part: str) -> None:
    before = len(elsewhere.came)
    page, asked = kept.open(f"<title>Ozoli</title><p>Teksts</p>{PARTS[part].format(port=elsewhere.port)}<p>Beigas</p>")
    address = page.url
    page.wait_for_timeout(600)
    expect(page.locator("p").first).to_have_text("Teksts")
    assert page.title() == "Ozoli"
    assert page.url == address
    # Chromium names a request that it then refuses; those that reached anybody are counted by whom they reached.
    assert "dialog" not in asked
    assert len(elsewhere.came) == before
    page.context.close()


@pytest.mark.parametrize("form", [FORM, OWN_FORM], ids=["elsewhere", "own"])
def test_no_form_is_sent(kept: Kept, elsewhere: Elsewhere, form: str) -> None:
    before = len(elsewhere.came)
    page, asked = kept.open(f"<p>Teksts</p>{form.format(port=elsewhere.port)}")
    address = page.url
    page.locator("#send").click()
    page.wait_for_timeout(300)
    assert page.url == address
    assert len(elsewhere.came) == before
    assert not [one for one in asked if one.endswith(("/sent", "/delete"))]
    page.context.close()


def test_its_own_style_and_pictures_inside_it_are_kept(kept: Kept) -> None:
    dot = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    page, _ = kept.open(f"<style>p {{ color: rgb(1, 2, 3) }}</style><p style='margin: 7px'>Teksts</p><img src='{dot}'>")
    look = "one => [getComputedStyle(one).color, getComputedStyle(one).marginTop]"
    assert page.locator("p").evaluate(look) == ["rgb(1, 2, 3)", "7px"]
    assert page.locator("img").evaluate("one => one.naturalWidth") == 1
    page.context.close()


def test_a_link_tells_nobody_where_it_was_read(kept: Kept, elsewhere: Elsewhere) -> None:
    page, asked = kept.open("<meta name=referrer content=unsafe-url><p>Teksts</p><a id=on href='/healthz'>tālāk</a>")
    with page.expect_request("**/healthz") as told:
        page.locator("#on").click()
    assert "referer" not in told.value.all_headers()
    assert asked
    page.context.close()


def test_the_watch_sees_who_is_reached(kept: Kept, elsewhere: Elsewhere) -> None:
    """A page without the envelope does reach somebody: else the tests above would say nothing."""
    before = len(elsewhere.came)
    page = as_role(kept.browser, kept.app, kept.base, "comms").new_page()
    body = PARTS["picture"].format(port=elsewhere.port)
    page.route("**/open", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("/open")
    page.wait_for_timeout(600)
    assert len(elsewhere.came) > before
    page.context.close()
