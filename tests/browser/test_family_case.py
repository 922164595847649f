"""A family's next step with the keyboard alone: noted, done, seen in the line; and a case's pages shut nobody out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.tracker import families
from outreach.tracker.cases import tasks
from outreach.web.app import make
from tests.browser import casework
from tests.browser.conftest import CHROMIUM, HOME
from tests.browser.serving import as_role, served
from tests.support.offices import told_in
from tests.support.ports import free_port

AXE = HOME / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[tuple[App, BrowserContext]]:
    folder: Path = tmp_path_factory.mktemp("case")
    with wiring.open_app(told_in(folder), create=True, clock=FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))) as app:
        with served(make(app), free_port()) as base:
            context = as_role(chromium, app, base, "coordinator", reduced_motion="reduce")
            yield app, context
            context.close()


def tab_to(page: Page, name: str) -> None:
    """Goes on with the Tab key to what is called so."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(name)


def test_a_step_is_noted_done_and_seen_with_keys_alone(desk: tuple[App, BrowserContext]) -> None:
    app, context = desk
    with app.store.transaction() as session:
        number = families.add(session, app.clock.now(), app.seal, families.Family(2, 1, "Balvu novads", ("IE",)))
        families.enter(session, app.clock.now(), number, "contacted", date(2026, 11, 20))
    page = context.new_page()
    page.goto(f"/families/{number}")
    expect(page.locator(".case-steps")).to_contain_text("nav nākamā soļa")
    page.locator("#step-step").focus()
    page.keyboard.type("Piezvanīt par skolu")
    tab_to(page, "rīt")
    page.keyboard.press("Enter")
    expect(page.locator(".case-step")).to_contain_text("Piezvanīt par skolu")
    with app.store.reading() as session:
        (step,) = tasks.of_family(session, app.clock.now(), app.seal, number)
    assert step.due_on == date(2026, 11, 24)
    page.locator("#main").focus()
    tab_to(page, "Atzīmēt kā paveiktu")
    page.keyboard.press("Enter")
    expect(page.locator(".case-step")).to_have_count(0)
    page.locator("#main").focus()
    tab_to(page, "Laika līnija")
    page.keyboard.press("Enter")
    page.wait_for_url("**/line")
    expect(page.locator(".case-line li").first).to_contain_text("Paveikts: Piezvanīt par skolu")
    page.close()


@pytest.mark.skipif(not AXE.exists(), reason="the browser tests' packages are not installed (make test does)")
@pytest.mark.parametrize("width", [1440, 390])
def test_a_cases_pages_shut_nobody_out(desk: tuple[App, BrowserContext], width: int) -> None:
    app, context = desk
    put = casework.put(app, "coordinator@example.org")
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    case = f"/families/{put['case']}"
    found = {}
    for path in ("/families", "/families/list", "/families/list?waits=consent", case, f"{case}/facts", f"{case}/line", f"{case}/consents", f"{case}/papers", f"{case}/steps/{put['case_step']}"):
        page.goto(path)
        for one in page.locator("main details, aside details").all():
            one.evaluate("one => { one.open = true }")
        page.evaluate("scrollTo(0, 0)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.evaluate(AXE.read_text(encoding="utf-8"))
        told = page.evaluate("async rules => (await axe.run({runOnly: {type: 'tag', values: rules}, rules: {'label-content-name-mismatch': {enabled: false}}})).violations", RULES)
        if told:
            found[path] = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in told]
    assert found == {}
    page.close()
