"""A post in a browser: seen as its channels will show it while it is written, planned at its readers' hour, approved."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, expect

from campaigns import dispatch, editing
from campaigns.models import Campaign
from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.web.app import make
from tests.browser.serving import as_role, served
from tests.support.offices import told_in
from tests.support.ports import free_port

PATIENT = 120_000
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_write_look_plan_approve(tmp_path: Path, chromium: Browser) -> None:
    port = free_port()
    told = told_in(tmp_path, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app, served(make(app), port) as base:
        with app.store.transaction() as session:
            campaign = editing.start(session, NOW, "MĀJAS", NOW.date()).id
            dispatch.add_channel(session, "Latvieši Īrijā", "manual", {"place": "Facebook grupa"}).countries = ["IE"]
            dispatch.add_channel(session, "Birojs X", "x", {"client_id": "birojs", "token_env": "X_TOKEN", "a_month": 100})
            assert session.get(Campaign, campaign) is not None
        context = as_role(chromium, app, base, "comms")
        context.set_default_timeout(PATIENT)
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        page.goto(f"{base}/campaigns/{campaign}/posts/new")
        page.locator("#field-title").fill("Mājupceļš")
        page.locator("#field-text").fill("Sestdien tiešraidē: #mājas " + "ā" * 300)
        # Written for two channels at once: one has a limit, and says by how much the text is over it.
        expect(page.get_by_role("article", name="Birojs X")).to_contain_text("280", timeout=PATIENT)
        page.locator("#field-text").fill("Sestdien tiešraidē par mājupceļu: {link} #mājas")
        expect(page.get_by_role("article", name="Birojs X")).to_contain_text("/k/", timeout=PATIENT)
        page.get_by_role("button", name="Saglabāt ierakstu", exact=True).click()
        expect(page.locator("h1")).to_contain_text("Mājupceļš", timeout=PATIENT)
        expect(page.locator("#ready")).to_contain_text("Nav apstiprināts", timeout=PATIENT)
        when = page.locator("#when")
        when.get_by_label("Latvieši Īrijā").check()
        when.get_by_label("Birojs X").uncheck()
        when.get_by_label("Diena").fill("2026-11-28")
        when.get_by_label("Stunda").fill("18:30")
        when.get_by_label("Tur, kur lasa").check()
        # Before anything is kept: half past six there is half past eight here.
        expect(page.locator("#when-preview")).to_contain_text("20:30", timeout=PATIENT)
        when.get_by_role("button", name="Ieplānot", exact=True).click()
        expect(page.locator("#planned")).to_contain_text("18:30", timeout=PATIENT)
        page.get_by_role("button", name="Apstiprināt", exact=True).click()
        expect(page.locator("#ready")).not_to_contain_text("Nav apstiprināts", timeout=PATIENT)
        expect(page.locator("#looks")).to_contain_text("Latvieši Īrijā", timeout=PATIENT)
        assert refused == []
        context.close()
