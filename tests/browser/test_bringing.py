"""A table of inquiries in the browser, from its file to its result, and an event written down with keys alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select

from outreach import wiring, work
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.tracker.models import Inquiry
from outreach.web.app import make
from tests.browser.conftest import CHROMIUM
from tests.browser.serving import as_role, served
from tests.browser.test_looks import AXE
from tests.outreach.web.bringing_deeds import TABLE
from tests.support.offices import told_in
from tests.support.ports import free_port

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.skipif(not AXE.exists(), reason="the browser tests' packages are not installed (make test does)"),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[tuple[App, BrowserContext]]:
    folder: Path = tmp_path_factory.mktemp("bringing")
    with wiring.open_app(told_in(folder), create=True, clock=FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))) as app:
        with served(make(app), free_port()) as base:
            context = as_role(chromium, app, base, "coordinator", bypass_csp=True)
            context.add_init_script(path=AXE)
            yield app, context
            context.close()


def clean(page: Page) -> None:
    """The page as it stands is readable for all, and as wide as its window."""
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}).then(told => told.violations.map(one => [one.id, one.nodes.map(node => node.html)]))")
    assert found == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1440, "height": 900})


def count(app: App) -> int:
    with app.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Inquiry)) or 0


def test_a_table_from_its_file_to_its_result(desk: tuple[App, BrowserContext], tmp_path: Path) -> None:
    app, context = desk
    before = count(app)
    file = tmp_path / "saraksts.csv"
    file.write_text(TABLE.replace("Kurp", "Kur īsti"), encoding="utf-8")
    page = context.new_page()
    page.goto("/inquiries")
    page.get_by_role("link", name="Pievienot no tabulas").click()
    clean(page)
    page.get_by_label("Kā jūs šo tabulu saucat").fill("Vēstniecības saraksts")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Apskatīt tabulu").click()
    page.wait_for_url("**/inquiries/import/*")
    page.locator(".bringing-columns summary").click()
    page.get_by_label("Kur īsti").select_option("text")
    page.get_by_role("button", name="Apskatīt ar šīm kolonnām").click()
    expect(page.locator("#problems")).to_contain_text("Datumu nevar saprast")
    clean(page)
    page.locator("select[name=g3]").select_option("all")
    page.get_by_role("button", name="Pievienot jautājumus").click()
    expect(page.locator("#bringing")).to_contain_text("Pievieno rindas")
    work.jobs()[0].run(app)
    expect(page.locator("#bringing .facts")).to_contain_text("4")
    clean(page)
    with page.expect_download() as loaded:
        page.get_by_role("link", name="Lejupielādēt nepievienotās rindas").click()
    assert loaded.value.suggested_filename == "nepievienotas-rindas.xlsx"
    assert count(app) == before + 3
    page.close()


def test_an_event_is_written_down_with_keys_alone(desk: tuple[App, BrowserContext]) -> None:
    app, context = desk
    before = count(app)
    page = context.new_page()
    page.goto("/inquiries/event")
    clean(page)
    page.get_by_label("Pasākums").fill("Dublinas diena")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inquiries/event/*")
    expect(page.locator("#field-name")).to_be_focused()
    for number, name in enumerate(("Ance Zīle", "Uldis Lācis"), 1):
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(f"2677788{number}")  # not one of the table's
        page.keyboard.press("Enter")
        expect(page.locator("#event-lines li")).to_have_count(number)
        expect(page.locator("#field-name")).to_be_focused()
        expect(page.locator("#field-name")).to_have_value("")
    clean(page)
    # Without a connection what is typed stays, and goes out when there is one again.
    context.set_offline(True)
    page.locator("#field-name").press_sequentially("Līga")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Serveris neatbild")
    expect(page.locator("#field-name")).to_have_value("Līga")
    context.set_offline(False)
    page.locator("#field-name").press("Enter")
    expect(page.locator("#event-lines li")).to_have_count(3)
    assert count(app) == before + 3
    page.close()
