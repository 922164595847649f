"""A case goes from one region's office to another's, both served: keys exchanged, packed, taken, answered."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from outreach import wiring
from outreach.core.app import App
from outreach.core.office import shipped_folder
from outreach.core.testing import FixedClock
from outreach.tracker import families, privacy
from outreach.tracker.cases import consents
from outreach.tracker.models import Household
from outreach.web.app import make
from tests.browser.conftest import CHROMIUM, HOME
from tests.browser.serving import as_role, served
from tests.support.offices import told_in
from tests.support.ports import free_port

AXE = HOME / "node_modules" / "axe-core" / "axe.min.js"
NAME = "Ozolu ģimene"

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


@dataclass(frozen=True)
class Side:
    """One office, its pages and its coordinator's browser."""

    app: App
    page: Page


def vidzeme(folder: Path) -> str:
    """Another office's profile: the one that ships, under another region's name."""
    made = folder / "profile"
    shutil.copytree(shipped_folder() / "latgale", made)
    file = made / "office.toml"
    told = file.read_text(encoding="utf-8")
    assert '[region]\nlv = "Latgale"' in told
    file.write_text(told.replace('[region]\nlv = "Latgale"', '[region]\nlv = "Vidzeme"'), encoding="utf-8")
    return str(made)


@pytest.fixture
def sides(tmp_path: Path, chromium: Browser) -> Iterator[tuple[Side, Side]]:
    clock = FixedClock(datetime(2026, 11, 27, 8, 0, tzinfo=UTC))
    with ExitStack() as stack:
        made = []
        for name in ("latgale", "vidzeme"):
            (tmp_path / name).mkdir()
            profile = vidzeme(tmp_path) if name == "vidzeme" else name
            told = told_in(tmp_path / name, office={"profile": profile})
            app = stack.enter_context(wiring.open_app(told, create=True, clock=clock))
            base = stack.enter_context(served(make(app), free_port()))
            context = as_role(chromium, app, base, "coordinator", accept_downloads=True)
            stack.callback(context.close)
            made.append(Side(app, context.new_page()))
        yield made[0], made[1]


def line_of(side: Side) -> str:
    side.page.goto("/families/handover")
    return side.page.locator(".handover-line code").inner_text()


def take_up(side: Side, line: str) -> str:
    """Adds the other's line; the figures that were shown to compare."""
    side.page.goto("/families/handover")
    side.page.fill("#field-line", line)
    side.page.get_by_role("button", name="Salīdzināt").click()
    shown = side.page.locator(".handover-ask .handover-figures").inner_text()
    side.page.check("#compared")
    side.page.get_by_role("button", name="Pievienot biroju").click()
    expect(side.page.get_by_text("Birojs pievienots").first).to_be_visible()
    return shown


def clean(page: Page) -> None:
    """Nobody is shut out."""
    if not AXE.exists():
        return
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


def test_a_case_goes_from_one_office_to_the_other(sides: tuple[Side, Side], tmp_path: Path) -> None:
    here, there = sides
    with here.app.store.transaction() as session:
        now = here.app.clock.now()
        number = families.add(session, now, here.app.seal, families.Family(2, 1, "Madonas novads", ("IE",), None, NAME, "Meklē skolu."))
        families.enter(session, now, number, "planning", date(2026, 9, 1))
        consents.give(session, now, "x", number, consents.Given("handover", "told", date(2026, 11, 1), None, "Vidzeme"))
    figures = take_up(here, line_of(there)), take_up(there, line_of(here))
    for side, shown in zip((there, here), figures, strict=True):
        side.page.goto("/families/handover")
        expect(side.page.locator(".handover-line + p .handover-figures")).to_have_text(shown)
    clean(here.page)

    here.page.goto(f"/families/{number}/handover")
    clean(here.page)
    here.page.get_by_role("button", name="Sagatavot sūtījumu").click()
    with here.page.expect_download() as fetched:
        here.page.get_by_role("button", name="Lejupielādēt sūtījumu").click()
    file = tmp_path / "sent.case"
    fetched.value.save_as(file)
    assert NAME.encode() not in file.read_bytes()
    clean(here.page)

    there.page.goto("/families/receive")
    there.page.set_input_files("#file", file)
    there.page.get_by_role("button", name="Atvērt").click()
    expect(there.page.locator("h1")).to_have_text("Sūtījums no: Latgale")
    expect(there.page.get_by_text(NAME)).to_have_count(0)
    clean(there.page)
    there.page.get_by_role("button", name="Pārņemt lietu").click()
    code = there.page.locator(".handover-code code").inner_text()
    clean(there.page)
    there.page.goto("/families/1")
    expect(there.page.get_by_text(NAME).first).to_be_visible()
    with there.app.store.transaction() as session:
        assert privacy.reveal_family(session, there.app.clock.now(), "x", there.app.seal, 1).name == NAME

    here.page.goto(f"/families/{number}/handover")
    here.page.fill("#field-code", code)
    here.page.get_by_role("button", name="Ierakstīt apliecinājumu").click()
    expect(here.page.locator("p.lead")).to_contain_text("Lieta nodota: Vidzeme")
    with here.app.store.reading() as session:
        assert session.scalars(select(Household.handed_over_at)).one() is not None
    # The same file once more is the same family.
    there.page.goto("/families/receive")
    there.page.set_input_files("#file", file)
    there.page.get_by_role("button", name="Atvērt").click()
    there.page.wait_for_url("**/families/1/handover")
