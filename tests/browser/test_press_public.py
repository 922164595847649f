"""The public press room before a real browser: nobody is shut out, nothing runs, nothing sticks out, little is loaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.pressroom.public import tokens
from outreach.web.app import make
from tests.browser.conftest import CHROMIUM, HOME
from tests.browser.serving import as_role, served
from tests.outreach.web import test_press_public as room
from tests.outreach.web.conftest import Office
from tests.outreach.web.subscriber_deeds import TOKEN, leaving, subscriber
from tests.support.offices import told_in
from tests.support.ports import free_port

AXE = HOME / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIGHT = 300_000  # bytes of a first visit without pictures

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.skipif(not AXE.exists(), reason="the browser tests' packages are not installed (make test does)"),
]


@dataclass(frozen=True)
class Site:
    """A press room that listens, and the addresses of its pages."""

    office: Office
    base: str
    paths: tuple[str, ...]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port, clock = free_port(), FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    told = told_in(tmp_path_factory.mktemp("press"), web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    with wiring.open_app(told, create=True, clock=clock) as app, served(make(app), port) as base:
        office, now = Office(app, clock, make(app).test_client()), clock.now()
        room.put(office, english=True)
        room.picture(office)
        room.put(office, kind="correction", about_id=1)
        room.put(office, withdrawn_at=now, published_at=now - timedelta(days=400))
        ends = now + timedelta(hours=9)
        held = room.put(office, embargo_until=ends, approved_at=now)
        token = tokens.make(tokens.key_of(app.seal), held, now, ends)
        left = leaving(office, subscriber(office))
        yield Site(office, base, (
            "/prese", "/prese?lang=ru&q=gimenes", "/prese/r-1", "/prese/r-2?lang=en", "/prese/r-3", f"/prese/t/{token}", "/prese/subscription/new",
            "/prese/subscription/new/asked", f"/prese/subscription/ask/{TOKEN}", f"/prese/subscription/{left}",
        ))  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1440, "light")])
def test_nobody_is_shut_out_and_nothing_sticks_out(site: Site, chromium: Browser, width: int, scheme: str) -> None:
    context = as_role(chromium, site.office.app, site.base, "", color_scheme=scheme, viewport={"width": width, "height": 844})
    page, wrong, loud = context.new_page(), {}, []
    page.on("console", lambda said: loud.append(said.text) if said.type in {"error", "warning"} else None)
    for path in site.paths:
        page.goto(path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run({runOnly: rules}).then(told => told.violations.map(one => one.id))", RULES)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("sticks out")
        if found:
            wrong[path] = found
    context.close()
    assert wrong == {}
    assert loud == []  # a block of data is nothing that the policy refuses


def test_all_of_it_works_without_script_and_weighs_little(site: Site, chromium: Browser) -> None:
    context = as_role(chromium, site.office.app, site.base, "", java_script_enabled=False)
    page, weights = context.new_page(), []
    page.on("response", lambda answer: weights.append(len(answer.body())) if answer.status == 200 and "-small.webp" not in answer.url else None)
    page.goto("/prese/r-1")
    assert 0 < sum(weights) < LIGHT
    page.get_by_role("link", name="Preses telpa").first.click()
    page.get_by_label("Vārdi preses relīzēs").fill("rezekne")
    page.get_by_role("button", name="Meklēt").click()
    expect(page.locator(".press-public-list li")).to_have_count(3)
    page.get_by_role("link", name="Saņemt relīzes e-pastā").click()
    page.get_by_label("E-pasta adrese").fill("jauna@example.org")
    page.get_by_role("button", name="Pieteikties").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pārbaudiet savu e-pastu")
    assert [one.mail for one in room.subscribers(site.office)][-1] == "jauna@example.org"
    assert context.cookies() == []
    context.close()
