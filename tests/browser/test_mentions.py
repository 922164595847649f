"""The room of mentions by keys alone: reading beside the list, verdicts, ticks, taking back."""

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
from scrapers import verdicts
from tests.support import mentions
from tests.support.offices import told_in
from tests.support.people import COOKIE, Visitor
from tests.support.ports import free_port


class Desk:
    """An office that is served, an officer's browser on it, and how its mentions stand."""

    def __init__(self, app: App, page: Page, base: str, ids: list[int], errors: list[str]) -> None:
        self.app, self.page, self.base, self.ids, self.errors = app, page, base, ids, errors

    def stands(self) -> list[str | None]:
        """The verdicts, the newest mention first."""
        with self.app.store.reading() as session:
            return [one.verdict for one in verdicts.states(session, self.ids)]

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)


@pytest.fixture
def desk(tmp_path: Path, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Desk]:
    width, height = getattr(request, "param", (1440, 900))
    port = free_port()
    told = told_in(tmp_path, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    with wiring.open_app(told, create=True, clock=SystemClock()) as app:
        now = app.clock.now()
        with app.store.transaction() as session:
            ids = [mentions.mention(session, now - timedelta(hours=9 - n), f"Ziņa numur {n}") for n in range(6)]
        site = make(app)
        visitor = Visitor(app, site.test_client(), "comms")
        server = make_server("127.0.0.1", port, site, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        base = f"http://127.0.0.1:{port}"
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="lv-LV")
        context.add_cookies([{"name": COOKIE, "value": visitor.token, "url": base}])
        page = context.new_page()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield Desk(app, page, base, ids, errors)
        context.close()
        server.shutdown()
        thread.join()


def test_keys_alone_read_judge_tick_and_take_back(desk: Desk) -> None:
    page, toast = desk.page, desk.page.locator(".toast")
    page.goto(f"{desk.base}/mentions")
    reading = page.locator("#reading article")
    expect(reading).to_contain_text("Ziņa numur 5")  # the newest is opened beside the list
    desk.keys("j", "j", "Enter")
    expect(reading).to_contain_text("Ziņa numur 3")
    assert page.url == f"{desk.base}/mentions"
    desk.keys("n")
    expect(toast).to_have_count(1)
    assert desk.stands() == [None, None, "irrelevant", None, None, None]
    expect(page.locator("tr.at .standing")).not_to_be_empty()
    expect(page.locator("#reading .standing")).not_to_be_empty()
    desk.keys("z")
    expect(page.locator("tr.at .standing")).to_be_empty()
    assert desk.stands() == [None] * 6
    desk.keys("x", "j", "x")
    expect(page.locator("[data-count]")).to_have_text("2")
    desk.keys("w")
    expect(page.locator(".pick input:checked")).to_have_count(0)
    assert desk.stands() == [None, None, "wrong_sense", "wrong_sense", None, None]
    assert desk.errors == []


def test_enter_on_a_tick_judges_nothing(desk: Desk) -> None:
    desk.page.goto(f"{desk.base}/mentions")
    desk.page.locator("tbody .pick input").first.focus()
    desk.keys("Space", "Enter")
    expect(desk.page.locator(".toast.tone-person")).to_have_count(1)
    assert desk.stands() == [None] * 6


def test_a_filter_changes_list_chips_and_address_without_leaving(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/mentions")
    page.evaluate("document.body.dataset.same = 'yes'")
    page.get_by_label("Vārdi tekstā").fill("numur 4")
    desk.keys("Enter")
    expect(page.locator("tr[data-item]")).to_have_count(1)
    expect(page.locator(".chip")).to_contain_text(["“numur 4”"])
    assert "q=numur%204" in page.url
    assert page.evaluate("document.body.dataset.same") == "yes"
    page.go_back()
    expect(page.locator("tr[data-item]")).to_have_count(6)
    assert desk.errors == []


@pytest.mark.parametrize("desk", [(390, 844)], indirect=True)
def test_on_a_telephone_a_mention_is_a_page_of_its_own(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/mentions")
    page.locator("a.headline").nth(1).click()
    page.wait_for_url(f"**/mentions/{desk.ids[4]}")
    page.locator("button[value$=':relevant']").click()
    expect(page.locator(".toast")).to_have_count(1)
    assert desk.stands()[1] == "relevant"
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_search_page_answers_while_one_writes(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/search")
    desk.keys("/")
    page.keyboard.type("numur 2")
    expect(page.locator("#found .story")).to_have_count(1)
    assert page.url.endswith("/search?q=numur+2")
    assert desk.errors == []
