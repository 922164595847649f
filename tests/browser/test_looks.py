"""Every page before a real browser: nobody is shut out (axe, both themes), nothing runs that should not, nothing is refused.

A new page joins by being in the route table.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from outreach.web.access import STRANGER
from tests.browser import lighthouse
from tests.browser.conftest import CHROMIUM, HOME
from tests.browser.serving import as_role, served, session_of
from tests.outreach.web.conftest import Office
from tests.support.archives import archived, walked
from tests.support.ports import free_port
from tests.support.routes import Route

AXE = HOME / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Not pages a person looks at.
_DATA = ("static", "public.follow", "public.alive", "public.ready", "media.picture", "api.", "doors.oidc_back", "calendar.events",
         "briefs.", "feeds.calendar", "press_feeds.", "press_public.file", "press_public.picture", "press_public.held", "post_looks.words", "plan_table.empty", "plan_table.export", "press_contacts.table", "press_overview.table", "press_contacts.kept", "press_sendings.table", "reports.table", "worked.table", "heard.table", "statements.file", "regions.share", "letters.file", "bringing.refused", "family_papers.file", "offers.file", "audit.table", "sources.table", "work.file", "me.qr",
         # Mails, which `test_letters` looks at.
         "digests.one", "digests.latest", "digests.preview_mail", "reader_links.mail")

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.skipif(not AXE.exists(), reason="the browser tests' packages are not installed (make test does)"),
]


@dataclass(frozen=True)
class Site:
    """An office with a past, listening."""

    office: Office
    base: str

    def pages(self, role: str) -> list[Route]:
        """What somebody of this role is the first to see."""
        found = []
        for route in walked(self.office):
            visitor = STRANGER if STRANGER in route.roles() else route.visitor()
            if route.method == "GET" and visitor == role and not (route.endpoint.startswith(_DATA) and route.endpoint != "api.page"):
                found.append(route)
        return sorted(found, key=lambda route: route.endpoint)

    def addresses(self, role: str) -> list[str]:
        """These pages, and those of them that have another face."""
        found = [route.address for route in self.pages(role)]
        return [*found, *(f"/calendar?view={view}" for view in ("hours", "month", "list") if "/calendar" in found)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port = free_port()
    with archived(tmp_path_factory.mktemp("looks"), web={"port": port, "public_url": f"http://127.0.0.1:{port}"}) as office:
        with served(office.client.application, port) as base:
            yield Site(office, base)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", ["comms", "coordinator", "administrator", "partner", STRANGER])
def test_no_page_shuts_anybody_out(site: Site, chromium: Browser, role: str, theme: str) -> None:
    place = "Daugavpils" if role == "partner" else None
    signed_in = "" if role == STRANGER else role
    context = as_role(chromium, site.office.app, site.base, signed_in, place, color_scheme=theme, reduced_motion="reduce")
    refused: list[str] = []
    context.on("console", lambda said: refused.append(f"{said.page.url if said.page else ''}: {said.text}") if "Security Policy" in said.text else None)
    # A partner sees the same pages as others, fewer rows: the rooms of the rail stand for all.
    addresses = ["/", "/mentions", "/campaigns", "/calendar", "/reports", "/me"] if role == "partner" else site.addresses(role)
    assert addresses
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        if "html" not in answer.headers.get("content-type", ""):
            continue
        # A page with errors opens at them; what then lies half below the head is not out of anybody's reach.
        page.evaluate("scrollTo(0, 0)")
        # Without the one rule that axe itself calls an experiment. Put in from outside the page: its own policy lets no foreign script in, and this one's answer is all we take.
        page.evaluate(AXE.read_text(encoding="utf-8"))
        told = page.evaluate("async rules => (await axe.run({runOnly: {type: 'tag', values: rules}, rules: {'label-content-name-mismatch': {enabled: false}}})).violations", RULES)
        wrong = [f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:200]}" for one in told]
        if wrong:
            found[address] = wrong
    context.close()
    assert json.dumps(found, indent=1, ensure_ascii=False) == "{}"
    assert refused == []


def test_lighthouse_finds_nothing_on_today(site: Site, tmp_path: Path) -> None:
    """Its audits of access and good practice, whole; its clock depends on the machine and is a benchmark's."""
    told = lighthouse.ask(f"{site.base}/", session_of(site.office.app, "comms"), tmp_path, "accessibility,best-practices")
    wanting = {
        name: audit["title"]
        for name, audit in told["audits"].items()
        if audit.get("score") is not None and audit["score"] < 1 and audit["scoreDisplayMode"] == "binary"
        # This very machine is asked without TLS; the port's own answer says nothing of an office behind its proxy.
        and name not in {"is-on-https", "redirects-http"}
    }
    assert wanting == {}
    assert told["categories"]["accessibility"]["score"] == 1
