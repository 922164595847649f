"""From what the year brings to a campaign with its steps, and to its bar in the calendar, in a browser."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, expect

from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.web.app import make
from tests.browser.serving import as_role, served
from tests.support.offices import told_in
from tests.support.ports import free_port

PATIENT = 120_000


def test_from_a_moment_to_the_calendar(tmp_path: Path, chromium: Browser) -> None:
    port = free_port()
    told = told_in(tmp_path, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    clock = FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    with wiring.open_app(told, create=True, clock=clock) as app, served(make(app), port) as base:
        context = as_role(chromium, app, base, "comms")
        context.set_default_timeout(PATIENT)
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        page.goto(f"{base}/campaigns")
        page.get_by_role("link", name="Ko nes gads").click()
        page.get_by_role("link", name="Plānot: Ziemassvētku vakars").click()
        page.get_by_label("Nosaukums").fill("Ziemassvētku vizītes")
        page.get_by_label("Preses relīze reģiona laikrakstiem").uncheck()
        page.get_by_label("Īrija").check()
        page.get_by_role("button", name="Izveidot kampaņu").click()
        expect(page.locator("h1")).to_have_text("Ziemassvētku vizītes", timeout=PATIENT)
        expect(page.locator("#plan .plan-step")).to_have_count(8, timeout=PATIENT)
        expect(page.locator("#plan")).not_to_contain_text("Preses relīze reģiona")
        page.get_by_role("button", name="Paveikts: Izvēlēties divu ģimeņu stāstus").click()
        expect(page.locator("#plan-title")).to_contain_text("paveikts 1 no 8", timeout=PATIENT)
        page.goto(f"{base}/calendar?day=2026-12-21")
        expect(page.locator(".stretch").first).to_contain_text("Ziemassvētku vizītes", timeout=PATIENT)
        assert refused == []
        context.close()
