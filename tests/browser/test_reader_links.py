"""The links of a morning mail before a real browser: from the mail to a verdict and to the way out, nothing in the mail runs,
and nobody is shut out of what they open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.digest.models import DigestEdition
from outreach.web.app import make
from tests.browser.conftest import CHROMIUM, HOME
from tests.browser.serving import as_role, served
from tests.outreach.web import mailroom, newsdesk
from tests.outreach.web.conftest import Office
from tests.support.offices import told_in
from tests.support.people import account
from tests.support.ports import free_port

AXE = HOME / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


@dataclass(frozen=True)
class Mailed:
    """An office that listens, a comms officer's mail, and a browser."""

    office: Office
    sent: mailroom.Sent
    base: str
    browser: Browser

    def window(self, role: str = "", **more: object) -> Page:
        return as_role(self.browser, self.office.app, self.base, role, **more).new_page()  # type: ignore[arg-type]


@pytest.fixture
def mailed(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Mailed]:
    folder, port = tmp_path_factory.mktemp("mailed"), free_port()
    told = told_in(folder, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    clock = FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    with wiring.open_app(told, create=True, clock=clock) as app:
        office = Office(app, clock, make(app).test_client())
        number = newsdesk.mention(office, newsdesk.source(office, "Rīta Ziņas"), "Atkal mājās", sense="ambiguous")
        sent = mailroom.sent(
            office, mailroom.reader(office, user_id=account(app, "comms")), mentions=(number,),
            said='<script>document.title = "ran"</script><img src="x" onerror="document.title = \'ran\'">',
        )  # fmt: skip
        with app.store.transaction() as session:
            html = session.get_one(DigestEdition, sent.edition_id).html.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{port}")
            session.execute(update(DigestEdition).values(html=html))
        with served(office.client.application, port) as base:
            yield Mailed(office, sent, base, chromium)


def test_from_the_mail_to_a_verdict_and_back(mailed: Mailed) -> None:
    page = mailed.window()
    page.goto(f"/d/{mailed.sent.mail}")
    expect(page).to_have_title("Rīta ziņas")
    assert page.locator("img[alt='Nedēļa']").evaluate("image => image.naturalWidth") == 1
    page.get_by_role("link", name="Jā", exact=True).click()
    expect(page.locator("main")).to_contain_text("Atkal mājās")
    page.get_by_role("button", name="Jā, ir par mums").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paldies, atzīmēts")
    page.get_by_role("button", name="Atsaukt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Atzīme ir atsaukta")
    assert page.context.cookies() == []
    page.context.close()


def test_from_the_mail_to_ones_own_choice_and_the_way_out(mailed: Mailed) -> None:
    page = mailed.window()
    page.goto(f"/d/{mailed.sent.mail}")
    page.get_by_role("link", name="Mainīt").click()
    page.get_by_label("Reizi nedēļā").check()
    page.locator("summary", has_text="Mediju loki").click()
    page.get_by_label("reģiona").check()
    page.get_by_role("button", name="Saglabāt").click()
    expect(page.get_by_role("status")).to_contain_text("Izvēle ir saglabāta")
    seen = mailroom.seen(mailed.office, mailed.sent.reader_id)
    assert (seen.rhythm, seen.tiers) == ("weekly", ("regional",))
    page.get_by_role("button", name="Izslēgt vēstuli").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rīta vēstule ir izslēgta")
    assert mailroom.seen(mailed.office, mailed.sent.reader_id).state == "off"
    page.context.close()


@pytest.mark.parametrize("role", ["", "comms"])
def test_nothing_in_a_mail_runs(mailed: Mailed, role: str) -> None:
    page = mailed.window(role)
    page.goto(f"/digests/{mailed.sent.edition_id}" if role else f"/d/{mailed.sent.mail}")
    page.wait_for_load_state("networkidle")
    expect(page).to_have_title("Rīta ziņas")
    page.context.close()


@pytest.mark.skipif(not AXE.exists(), reason="the browser tests' packages are not installed (make test does)")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_of_a_mail_shuts_anybody_out(mailed: Mailed, theme: str, width: int) -> None:
    mailroom.run(mailed.office, mailroom.reader(mailed.office), status="unconfirmed", error_key="digest.interrupted", error_facts={})
    sent, found = mailed.sent, dict[str, object]()
    pages = {
        "": (f"/d/{sent.mail}/judge/1?verdict=wrong_sense", f"/subscription/{sent.reader}", f"/subscription/{sent.reader}/off", "/d/preview"),
        "comms": ("/digests", "/digests/mine", "/digests/preview", "/settings/readers", "/settings/readers/1", "/settings/readers/new", "/alerts"),
        "administrator": ("/alerts/hooks", "/alerts/hooks/new"),
    }
    for role, addresses in pages.items():
        page = mailed.window(role, viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce")
        for address in addresses:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            page.evaluate(AXE.read_text(encoding="utf-8"))
            told = page.evaluate("async rules => (await axe.run({runOnly: {type: 'tag', values: rules}, rules: {'label-content-name-mismatch': {enabled: false}}})).violations", RULES)
            if told:
                found[address] = [(one["id"], one["nodes"][0]["html"][:160]) for one in told]
        page.context.close()
    assert found == {}
