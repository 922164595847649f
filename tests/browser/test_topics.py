"""The editor of a topic in a browser: a fault that is pointed at while one types, forms that open, a trial in place."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from outreach import wiring
from outreach.core.app import App
from outreach.core.clock import SystemClock
from outreach.web.app import make
from scrapers.topics import editing, reading
from scrapers.topics.draft import Draft
from tests.browser.serving import LIMIT
from tests.support import mentions
from tests.support.offices import told_in
from tests.support.people import COOKIE, Visitor
from tests.support.ports import free_port


class Desk:
    """An office with one topic, served, and an officer's browser on it."""

    def __init__(self, app: App, page: Page, base: str, topic: int, errors: list[str]) -> None:
        self.app, self.page, self.base, self.topic, self.errors = app, page, base, topic, errors

    def saved(self) -> Draft:
        with self.app.store.reading() as session:
            topic = reading.one(session, self.topic)
        assert topic is not None
        return topic.version.draft


@pytest.fixture
def desk(tmp_path: Path, chromium: Browser) -> Iterator[Desk]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with wiring.open_app(told_in(tmp_path, web={"port": port, "public_url": base}), create=True, clock=SystemClock()) as app:
        now = app.clock.now()
        with app.store.transaction() as session:
            for number, title in enumerate(("Ezera krastā", "Upes krastā")):
                mentions.mention(session, now - timedelta(hours=9 - number), title)
            topic = editing.create(session, now, "anna@example.org", Draft("Ūdeņi", "~ezers"), app.office).topic_id
        site = make(app)
        visitor = Visitor(app, site.test_client(), "comms")
        server = make_server("127.0.0.1", port, site, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="lv-LV")
        context.add_cookies([{"name": COOKIE, "value": visitor.token, "url": base}])
        page = context.new_page()
        page.set_default_timeout(LIMIT)
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield Desk(app, page, base, topic, errors)
        context.close()
        server.shutdown()
        thread.join()


def test_a_topic_is_written_tried_and_saved(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/topics/{desk.topic}")
    query = page.locator("#field-query")
    query.fill("~ezers AND (upe OR")
    place = page.locator(".query-place")
    expect(place).to_contain_text("~ezers AND (upe OR")
    page.get_by_role("button", name="Rādīt vietu").click()
    assert page.evaluate("document.activeElement.id") == "field-query"

    query.fill("")
    page.locator(".query-help summary").click()
    page.locator('[data-query-add="remig*"]').click()
    assert query.input_value() == "remig*"
    query.fill("~ezers OR ~upe")
    expect(page.locator('.word-head[value="~upe"]')).to_be_visible()
    page.locator('.word-head[value="~upe"]').click()
    upes = page.locator('input[name="on"][value="upes"]')
    expect(upes).to_be_checked()
    expect(page.locator('.word-head[value="~upe"]')).to_have_attribute("aria-expanded", "true")
    upes.uncheck()

    page.get_by_role("button", name="Izmēģināt uz 30 dienām").click()
    expect(page.locator("#trial-title")).to_be_visible()
    expect(page.locator("#trial")).to_contain_text("Nāktu klāt 0")
    # What is unticked is not looked for; the page is still the one that was typed in.
    assert query.input_value() == "~ezers OR ~upe"
    page.get_by_role("button", name="Saglabāt jaunu versiju").click()
    expect(page.locator("#toasts")).to_contain_text("Saglabāta 2. versija")
    saved = desk.saved()
    assert (saved.query, "upes" in saved.off) == ("~ezers OR ~upe", True)
    assert desk.errors == []


def test_enter_in_the_name_saves_and_archiving_can_be_undone(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/topics/{desk.topic}")
    page.locator("#field-name").fill("Visi ūdeņi")
    page.locator("#field-name").press("Enter")
    expect(page.locator("h1")).to_have_text("Visi ūdeņi")
    assert desk.saved().name == "Visi ūdeņi"
    page.get_by_role("button", name="Arhivēt").click()
    expect(page.locator("#toasts")).to_contain_text("arhivēta")
    page.locator("#toasts button:not([aria-label])").first.click()
    expect(page.locator("h1")).to_have_text("Visi ūdeņi")
    assert desk.errors == []
