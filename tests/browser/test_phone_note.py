"""A call written down with the keyboard alone: one key opens the line, one saves it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import func, select

from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.tracker import queries
from outreach.tracker.models import Inquiry
from outreach.web.app import make
from tests.browser.conftest import CHROMIUM
from tests.browser.serving import as_role, served
from tests.support.offices import told_in
from tests.support.ports import free_port

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[tuple[App, BrowserContext]]:
    folder: Path = tmp_path_factory.mktemp("note")
    with wiring.open_app(told_in(folder), create=True, clock=FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))) as app:
        with served(make(app), free_port()) as base:
            context = as_role(chromium, app, base, "coordinator")
            yield app, context
            context.close()


def test_a_call_is_written_down_with_keys_alone(desk: tuple[App, BrowserContext]) -> None:
    app, context = desk
    page = context.new_page()
    page.goto("/inquiries")
    page.keyboard.press("n")
    page.wait_for_url("**/inquiries/new")
    expect(page.locator("#field-line")).to_be_focused()
    page.keyboard.type("Anna, 3 cilvēki, Īrija -> Balvi, darbs, dzirdēja radio")
    expect(page.locator("#understood")).to_contain_text("Radio")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inquiries")
    with app.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inquiry)) == 1
        (row,) = queries.latest(session)
        assert (row.country, row.municipality, row.people) == ("IE", "Balvu novads", 3)
    page.close()
