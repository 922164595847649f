"""The calendar by mouse and by keys: dragging in weeks and hours, copies, drafts, taking back, what may not be moved."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.models import Delivery
from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.web.app import make
from tests.browser.serving import as_role, served
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office
from tests.support.offices import told_in
from tests.support.ports import free_port

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday
DUE = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # Wednesday, 10:00 in Riga


class Desk:
    """A served office with two deliveries, one of them out, a draft, and an officer's browser."""

    def __init__(self, app: App, page: Page, base: str, errors: list[str]) -> None:
        self.app, self.page, self.base, self.errors = app, page, base, errors

    def open(self, more: str = "") -> None:
        self.page.goto(f"{self.base}/calendar?day=2026-11-25{more}")

    def due(self, number: int = 1) -> datetime:
        with self.app.store.reading() as session:
            return session.get_one(Delivery, number).due_at

    def count(self) -> int:
        with self.app.store.reading() as session:
            return session.query(Delivery).filter(Delivery.status != "cancelled").count()

    def day(self, day: str) -> str:
        return f"#calendar [data-day='{day}']"

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)


@pytest.fixture
def desk(tmp_path: Path, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Desk]:
    width, height = getattr(request, "param", (1440, 1100))
    port = free_port()
    told = told_in(tmp_path, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        site = make(app)
        office = Office(app, app.clock, site.test_client())  # type: ignore[arg-type]
        campaign, channel = planning.campaign(office), planning.channel(office, tmp_path)
        planning.delivery(office, planning.post(office, campaign, "Pārceļamais"), channel, DUE)
        planning.delivery(office, planning.post(office, campaign, "Publicētais"), channel, DUE - timedelta(days=1), "published")
        planning.post(office, campaign, "Melnais")
        with served(site, port) as base:
            context = as_role(chromium, app, base, "comms", viewport={"width": width, "height": height})
            page = context.new_page()
            errors: list[str] = []
            page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: errors.append(str(error)))
            yield Desk(app, page, base, errors)
            context.close()


@pytest.mark.parametrize("view", ["week", "month", "audience"])
def test_dragged_to_another_day_it_keeps_its_hour_and_comes_back(desk: Desk, view: str) -> None:
    page = desk.page
    desk.open(f"&view={view}")
    item = page.locator("[data-delivery='1']")
    friday = page.locator(desk.day("2026-11-27"))
    target = friday.nth(3) if view == "audience" else friday
    item.drag_to(target)
    expect(page.locator(".toast-text")).to_have_text("Pārcelts uz 27.11. 10:00.")
    expect(friday.locator("[data-delivery='1']")).to_be_visible()
    assert desk.due() == DUE + timedelta(days=2)
    page.locator(".toast form button").click()
    expect(page.locator(desk.day("2026-11-25")).locator("[data-delivery='1']")).to_be_visible()
    assert desk.due() == DUE
    assert desk.errors == []


def test_with_control_held_it_is_copied(desk: Desk) -> None:
    page = desk.page
    desk.open()
    page.locator("[data-delivery='1'] .slot-when").hover()
    page.keyboard.down("Control")
    page.mouse.down()
    page.locator(desk.day("2026-11-26")).hover(position={"x": 40, "y": 200})
    page.locator(desk.day("2026-11-26")).hover(position={"x": 50, "y": 210})
    page.mouse.up()
    page.keyboard.up("Control")
    expect(page.locator(".toast-text")).to_contain_text("Nokopēts uz 26.11. 10:00")
    expect(page.locator(desk.day("2026-11-26")).locator(".slot")).to_contain_text("nav apstiprināts")
    expect(page.locator(desk.day("2026-11-25")).locator(".slot")).to_have_count(1)
    assert (desk.due(), desk.count()) == (DUE, 3)
    assert desk.errors == []


def test_what_is_out_stays_and_what_may_not_be_goes_back(desk: Desk) -> None:
    page = desk.page
    desk.open()
    page.locator("[data-delivery='2']").drag_to(page.locator(desk.day("2026-11-27")))
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator(desk.day("2026-11-24")).locator("[data-delivery='2']")).to_be_visible()
    with desk.app.store.transaction() as session:  # somebody was quicker
        session.get_one(Delivery, 1).due_at = DUE + timedelta(hours=3)
    page.locator("[data-delivery='1']").drag_to(page.locator(desk.day("2026-11-27")))
    expect(page.locator(".toast-text")).to_contain_text("Kāds to tikmēr pārcēla uz 25.11. 13:00")
    expect(page.locator(desk.day("2026-11-25")).locator("[data-delivery='1']")).to_contain_text("13:00")
    assert desk.due() == DUE + timedelta(hours=3)


def test_a_draft_is_dragged_onto_a_day(desk: Desk) -> None:
    page = desk.page
    desk.open("&drafts=1")
    page.locator("[data-draft='3']").drag_to(page.locator(desk.day("2026-11-26")))
    dialog = page.locator("#drop")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Melnais")
    expect(page.locator("#drop-day")).to_have_value("2026-11-26")
    page.locator("#drop-hour").fill("15:30")
    dialog.get_by_role("button", name="Ieplānot").click()
    expect(dialog).not_to_be_visible()
    expect(page.locator(".toast-text")).to_have_text("Ieplānots: 26.11. 15:30.")
    expect(page.locator(desk.day("2026-11-26"))).to_contain_text("Melnais")
    expect(page.locator("[data-draft]")).to_have_count(0)
    assert desk.errors == []


def test_a_draft_that_may_not_go_out_is_told_in_the_dialog(desk: Desk) -> None:
    page = desk.page
    desk.open("&drafts=1")
    page.get_by_role("button", name="Ieplānot").click()
    page.locator("#drop-day").fill("2026-11-20")
    page.locator("#drop").get_by_role("button", name="Ieplānot").click()
    expect(page.locator("#drop-trouble")).to_contain_text("jau ir pagājis")
    expect(page.locator("#drop")).to_be_visible()
    assert desk.count() == 2


def test_in_the_hours_it_is_dragged_to_another_hour(desk: Desk) -> None:
    page = desk.page
    desk.open("&view=hours")
    event = page.get_by_text("Pārceļamais", exact=False).first
    expect(event).to_be_visible()
    box = event.bounding_box()
    assert box is not None
    x, y = box["x"] + 20, box["y"] + 4
    hour = page.locator("text='11:00'").first.bounding_box()
    ten = page.locator("text='10:00'").first.bounding_box()
    assert hour is not None and ten is not None
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=4)
    page.mouse.move(x, y + 2 * (hour["y"] - ten["y"]), steps=8)
    page.mouse.up()
    expect(page.locator(".toast-text")).to_contain_text("Pārcelts uz 25.11. 12:00")
    assert desk.due() == DUE + timedelta(hours=2)
    assert desk.errors == []


def test_by_keys_alone_it_is_lifted_carried_and_dropped(desk: Desk) -> None:
    page, said = desk.page, desk.page.locator("#calendar-said")
    desk.open()
    page.locator("[data-delivery='2'] a").focus()
    desk.keys("ArrowRight")
    expect(page.locator("[data-delivery='1'] a")).to_be_focused()
    desk.keys("ArrowLeft", "m")
    expect(said).to_contain_text("“Publicētais” vairs nevar pārcelt")
    desk.keys("ArrowRight", "m")
    expect(said).to_contain_text("Pacelts: “Pārceļamais”")
    desk.keys("ArrowRight", "ArrowDown")
    expect(said).to_contain_text("Ceturtd. 26.11.")
    expect(said).to_contain_text("10:30")
    desk.keys("Escape")
    expect(said).to_contain_text("palika, kur bija")
    assert desk.due() == DUE
    desk.keys("m", "ArrowRight", "Enter")
    expect(page.locator(".toast-text")).to_have_text("Pārcelts uz 26.11. 10:00.")
    expect(page.locator("[data-delivery='1'] a")).to_be_focused()  # where one was, there one is
    desk.keys("c", "ArrowRight", "Enter")
    expect(page.locator(desk.day("2026-11-27")).locator(".slot")).to_have_count(1)
    assert (desk.due(), desk.count()) == (DUE + timedelta(days=1), 3)
    desk.keys("?")
    expect(page.locator("[data-keys-here]")).to_contain_text("Pārcelt")
    assert desk.errors == []


@pytest.mark.parametrize("desk", [(390, 844)], indirect=True)
@pytest.mark.parametrize("view", ["month", "week", "audience", "list"])
def test_on_a_telephone_it_is_a_list(desk: Desk, view: str) -> None:
    page = desk.page
    desk.open(f"&view={view}")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("[data-delivery='1'] a").click()
    page.wait_for_url("**/deliveries/1")
