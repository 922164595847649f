"""A press release in a browser: written with hints beside it, put right, approved."""

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


def test_write_check_approve(tmp_path: Path, chromium: Browser) -> None:
    port = free_port()
    told = told_in(tmp_path, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    clock = FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    with wiring.open_app(told, create=True, clock=clock) as app, served(make(app), port) as base:
        context = as_role(chromium, app, base, "comms")
        context.set_default_timeout(PATIENT)
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        page.goto(f"{base}/press/releases")
        page.get_by_role("link", name="Jauna relīze").first.click()
        page.locator("#field-headline").fill("Rēzeknē tiekas ģimenes")
        page.locator("#field-lead").fill("Birojs aicina ģimenes uz tikšanos.")
        expect(page.locator(".press-writing-counts")).to_contain_text("8 vārdi", timeout=PATIENT)
        expect(page.locator(".press-checks-found")).to_be_visible(timeout=PATIENT)
        page.locator("details.more summary").click()
        page.locator("#field-contact").fill("")
        expect(page.locator(".press-checks-one.stop")).to_have_count(1, timeout=PATIENT)  # nobody to call
        page.get_by_role("button", name="Saglabāt melnrakstu").click()
        expect(page.locator("h1")).to_have_text("Rēzeknē tiekas ģimenes", timeout=PATIENT)
        expect(page.get_by_role("button", name="Apstiprināt", exact=True)).to_have_count(0)
        page.get_by_role("link", name="Labot tekstu").click()
        page.locator("#field-contact").fill("birojs@example.org")
        page.get_by_role("button", name="Saglabāt", exact=True).click()
        page.get_by_role("button", name="Apstiprināt", exact=True).click()
        expect(page.locator(".page-head .tag").first).to_have_text("apstiprināta", timeout=PATIENT)
        page.locator(".set summary").click()
        page.locator(".set-languages").get_by_role("link", name="angļu").click()
        page.locator("#field-headline").fill("Families meet in Rēzekne")
        expect(page.locator(".press-checks-found")).to_be_visible(timeout=PATIENT)
        expect(page.locator(".press-writing-counts")).to_contain_text("4 vārdi", timeout=PATIENT)
        assert refused == []
        context.close()
