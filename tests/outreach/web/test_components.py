"""The settings' own page, and the page that shows every component."""

import re
from pathlib import Path

import pytest
from lxml import html

from outreach.people.models import ROLES
from outreach.web import app as pages
from tests.benchmarks.replay import listening
from tests.outreach.web.conftest import Office

COMPONENTS = Path(pages.__file__).resolve().parents[1] / "templates" / "components"


@pytest.mark.parametrize("role", ROLES)
def test_settings_lead_where_the_role_may_go(office: Office, role: str) -> None:
    visitor = office.as_role(role)
    answer = visitor.get("/settings")
    assert answer.status_code == (403 if role == "partner" else 200)
    if role == "partner":
        return
    text = answer.get_data(as_text=True)
    links = html.fromstring(text).xpath("//main//a/@href")
    assert {"/settings/sources", "/settings/channels", "/work"} <= {*links}
    assert ("/settings/users" in links) is ("/settings/components" in links) is (role == "administrator")
    for link in links:
        assert visitor.get(link).status_code == 200, link
    # Where files lie is for those who look after the program.
    assert (str(office.app.settings.folder) in text) is (role in {"administrator", "comms"})
    assert "http://127.0.0.1:8000/jautajums" in text


@pytest.mark.parametrize("language", ["lv", "en"])
def test_every_component_stands_on_its_page(office: Office, language: str) -> None:
    admin = office.as_role("administrator")
    with listening(office.app.store.engine) as heard:
        text = admin.text(f"/settings/components?lang={language}")
    assert len(heard.statements) <= 12
    used = set(re.findall(r'from "components/(\w+)\.html"', (COMPONENTS.parent / "pages" / "components" / "index.html").read_text(encoding="utf-8")))
    parts = {path.stem for path in COMPONENTS.glob("*.html")}
    # These stand in the shell, are what others are made of, are the tabs of one room, or weigh so much that they keep to
    # their own page.
    assert parts - used == {"address", "rail", "shortcuts", "press", "calendar"}
    tree = html.fromstring(text)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert len(tree.xpath("//svg")) == 2
    assert len(tree.xpath("//p[@class='field-error']")) >= 3
    assert not re.findall(r" style=| on\w+=\"", text)


def test_the_sample_table_sorts_and_hides_columns(office: Office) -> None:
    admin = office.as_role("administrator")
    up, down = (admin.text(f"/settings/components?sort={sort}") for sort in ("count", "-count"))
    assert [[cell.text_content() for cell in html.fromstring(page).xpath("//div[@id='sample-table']//tbody//td[@class='number'][1]")] for page in (up, down)] == [
        ["2", "3", "6", "7", "10"], ["10", "7", "6", "3", "2"]
    ]
    assert len(html.fromstring(admin.text("/settings/components?cols=title&cols=count")).xpath("//div[@id='sample-table']//thead//th")) == 3


def test_a_toast_can_be_shown(office: Office) -> None:
    admin = office.as_role("administrator")
    assert html.fromstring(admin.text("/settings/components?toast=trouble")).xpath("//div[@id='toasts']//div[contains(@class, 'tone-trouble')]")
