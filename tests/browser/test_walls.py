"""Role walls before a real browser: what each role can reach by pressing, and what no address opens for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.tracker import families, intake
from outreach.tracker.families import Family
from outreach.tracker.intake import Incoming
from outreach.web.app import make
from tests.browser.serving import as_role, served
from tests.support.offices import told_in
from tests.support.ports import free_port

CANARY = "Zeltkanārijs"
PLACE = "Balvu novads"
CLOSED = {
    "administrator": ("/inquiries/1", "/inquiries/new", "/families", "/families/1", "/families/new"),
    "comms": ("/inquiries/1", "/inquiries/new", "/families", "/families/1", "/settings/users", "/settings/audit"),
    "reader": ("/inquiries/1", "/families", "/families/1", "/settings/users", "/campaigns/new", "/attention"),
    "partner": ("/inquiries", "/inquiries/1", "/families/1", "/settings", "/settings/users", "/deliveries"),
    "coordinator": ("/settings/users", "/settings/audit", "/campaigns/new"),
}


@dataclass(frozen=True)
class Walls:
    """An office that listens, and a browser before it."""

    app: App
    page: str
    browser: Browser

    def as_role(self, role: str, place: str | None = None) -> Page:
        """A window that is signed in with this role."""
        return as_role(self.browser, self.app, self.page, role, place, locale="lv").new_page()


@pytest.fixture(scope="module")
def walls(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Walls]:
    folder, port = tmp_path_factory.mktemp("walls"), free_port()
    told = told_in(folder, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    with wiring.open_app(told, create=True, clock=FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))) as app:
        now = app.clock.now()
        with app.store.transaction() as session:
            intake.receive(session, now, app.seal, Incoming("form", name=CANARY, contact=CANARY, text=CANARY, country="IE"))
            number = families.add(session, now, app.seal, Family(2, 1, PLACE, ("IE",), name=CANARY, note=CANARY))
            families.enter(session, now, number, "contacted", date(2026, 9, 1))
        with served(make(app), port) as page:
            yield Walls(app, page, chromium)


@pytest.mark.parametrize("role", CLOSED)
def test_no_address_opens_what_is_not_the_roles(walls: Walls, role: str) -> None:
    page = walls.as_role(role, PLACE if role == "partner" else None)
    for address in CLOSED[role]:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403, address
        expect(page.locator("body")).not_to_contain_text(CANARY)
    page.context.close()


@pytest.mark.parametrize("role", ["administrator", "comms", "reader", "partner"])
def test_no_link_leads_to_a_family(walls: Walls, role: str) -> None:
    page = walls.as_role(role, PLACE if role == "partner" else None)
    seen: set[str] = set()
    found = {"/", "/reports", *(() if role == "partner" else ("/inquiries",))}
    while found - seen and len(seen) < 40:
        address = sorted(found - seen)[0]
        seen.add(address)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status < 400, address
        assert CANARY not in page.content(), address
        links = page.locator("main a[href^='/'], .rail a[href^='/']").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        assert not [link for link in links if link.startswith(("/families", "/inquiries/"))], address
        found |= {link for link in links if ".csv" not in link and "#" not in link and link.startswith(("/reports", "/inquiries"))}
    assert len(seen) > 2
    page.context.close()


def test_the_coordinator_notes_a_call_and_opens_it(walls: Walls) -> None:
    page = walls.as_role("coordinator")
    page.goto("/inquiries")
    expect(page.locator("main")).not_to_contain_text(CANARY)
    page.get_by_role("link", name="Pierakstīt zvanu").click()
    page.get_by_label("Zvans vienā rindā").press_sequentially("Anna, 3 cilvēki, Īrija -> Preiļi, darbs, dzirdēja radio")
    understood = page.locator("#understood")
    expect(understood).to_contain_text("Preiļu novads")
    expect(understood).to_contain_text("Radio")
    assert "Anna" not in page.url
    understood.get_by_role("button", name="Saglabāt").click()
    expect(page.locator("#toasts")).to_contain_text("ir pierakstīts")
    page.get_by_role("link", name="Nr. 1", exact=True).click()
    expect(page.locator("main")).to_contain_text(CANARY)
    page.get_by_role("button", name="Atzīmēt kā atbildētu").click()
    expect(page.locator("#toasts")).to_contain_text("Jautājums Nr. 1 ir atbildēts.")
    page.locator("#toasts").get_by_role("button", name="Atsaukt").click()
    expect(page.locator("#toasts")).to_contain_text("atkal gaida atbildi")
    page.context.close()
