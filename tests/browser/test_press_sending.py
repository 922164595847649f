"""A release goes out in a browser: chosen, foretold, confirmed, watched until the last mail is gone."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, expect

from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.pressroom.sending import job
from outreach.web.app import make
from tests.browser.serving import as_role, served
from tests.outreach.web import presssendings
from tests.outreach.web.conftest import Office
from tests.support.offices import told_in
from tests.support.ports import free_port

PATIENT = 120_000


def test_choose_confirm_watch(tmp_path: Path, chromium: Browser) -> None:
    port = free_port()
    told = told_in(tmp_path, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    clock = FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    with wiring.open_app(told, create=True, clock=clock) as app, served(made := make(app), port) as base:
        desk = Office(app, clock, made.test_client())
        number, _ = presssendings.release(desk), presssendings.press_list(desk)
        context = as_role(chromium, app, base, "comms")
        context.set_default_timeout(PATIENT)
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        page.goto(f"{base}/press/releases/{number}")
        page.get_by_role("link", name="Izsūtīt medijiem").click()
        page.get_by_label("Latgales mediji").check()
        foreseen = page.locator("#foreseen")
        expect(foreseen).to_contain_text("Ies 3 vēstules", timeout=PATIENT)
        page.locator("#seek").fill("paper")
        expect(page.locator("#found")).to_contain_text("Mary Smith", timeout=PATIENT)
        page.get_by_label("Latgales mediji").uncheck()
        expect(foreseen).to_contain_text("Pagaidām neviens", timeout=PATIENT)
        page.get_by_label("Mary Smith").check()
        expect(foreseen).to_contain_text("Ies 1 vēstule", timeout=PATIENT)
        page.get_by_label("Latgales mediji").check()
        expect(foreseen).to_contain_text("Ies 3 vēstules", timeout=PATIENT)  # Mary is on the list: she gets one
        page.locator("#preview").select_option(label="Mary Smith, The Paper")
        expect(page.locator(".press-sending-copy")).to_have_attribute("lang", "en", timeout=PATIENT)
        page.get_by_role("button", name="Turpināt", exact=True).click()
        page.get_by_role("button", name="Nosūtīt 3 vēstules tūlīt").click()
        expect(page.locator(".page-head .tag")).to_have_text("tiek sūtīta", timeout=PATIENT)
        expect(page.locator("progress")).to_have_attribute("value", "0")
        job.tick(app)
        # The page asks by itself, and is drawn anew once all is out.
        expect(page.locator(".page-head .tag")).to_have_text("pabeigta", timeout=PATIENT)
        expect(page.locator("#recipients tbody tr")).to_have_count(4)
        expect(page.locator("#recipients .tone-done")).to_have_count(3)
        assert refused == []
        context.close()
    assert len([*(tmp_path / "data" / "mail").rglob("*.eml")]) == 3
