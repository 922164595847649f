"""Reports on the screen: figures for the office, records for the coordinator, one sheet for a partner."""

import csv
import io
import re
from datetime import date, timedelta

import pytest

from campaigns.models import Post
from outreach.core import registry
from tests.outreach.rooms import publish
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import PLACE, STAFF, Counted, ask, family, silent

KINDS = sorted(registry.kinds("outreach.reports"))
WITHOUT_PLACE = [kind for kind in KINDS if kind != "municipality"]


def live(office: Office) -> None:
    """Six families that returned to one place, two to another, and seven inquiries."""
    for number in range(6):
        family(office, ("contacted", date(2026, 1, 5)), ("returned_supported", date(2026, 6, 1 + number)))
    for number in range(2):
        family(office, ("planning", date(2026, 6, 1 + number)), place="Ludzas novads")
    with office.app.store.transaction() as session:
        publish(session, "aB3dE9x", office.clock.now() - timedelta(days=2))
    for number in range(7):
        ask(office, number, said_source="radio" if number < 4 else None, code="aB3dE9x" if number == 6 else None)


def path(kind: str, **more: str) -> str:
    asked = {"place": PLACE, **more} if kind == "municipality" else more
    return f"/reports/{kind}?" + "&".join(f"{name}={value}" for name, value in asked.items())


@pytest.mark.parametrize("role", ["coordinator", *STAFF])
@pytest.mark.parametrize("kind", KINDS)
def test_every_report_in_every_language_shows_nobody(office: Office, role: str, kind: str) -> None:
    live(office)
    visitor = office.as_role(role)
    for language in ("lv", "en", "ru"):
        page = visitor.text(path(kind, language=language))
        assert silent(page)
        assert f'<div class="report" lang="{language}">' in page
        assert "data-copy=" in page
        table = visitor.get(path(kind, language=language).replace(kind, f"{kind}.csv", 1))
        assert (table.status_code, table.mimetype) == (200, "text/csv")
        assert silent(table.get_data(as_text=True))
    sees = role == "coordinator"
    assert bool(re.search(r"[?&;]of=[a-z0-9_.]*(families|people|link|unknown|said|inquiries)", page)) is sees


@pytest.mark.parametrize("role", ["coordinator", *STAFF])
def test_the_list_of_reports_says_what_each_is_for(office: Office, role: str) -> None:
    page = office.as_role(role).text("/reports")
    for kind in KINDS:
        assert f'href="/reports/{kind}"' in page
        assert office.app.texts.in_language("lv")(f"reports.purpose.{kind}") in page


def test_numbers_open_the_records_behind_them(office: Office) -> None:
    live(office)
    visitor = office.as_role("coordinator")
    page = visitor.text("/reports/results?period=2026")
    assert "of=returned_supported.families" in page
    for name in ("returned_supported.families", "returned_supported.people"):
        records = visitor.text(f"/reports/results?period=2026&of={name}")
        assert re.findall(r'href="/families/(\d+)"', records) == ["1", "2", "3", "4", "5", "6"]
        assert silent(records)
    asked = visitor.text("/reports/outreach?period=2026&of=said")
    assert re.findall(r'href="/inquiries/(\d+)"', asked) == ["1", "2", "3", "4"]
    assert visitor.get("/reports/results?period=2026&of=weather").status_code == 404


@pytest.mark.parametrize("role", STAFF)
def test_others_have_the_figures_without_the_records(office: Office, role: str) -> None:
    live(office)
    visitor = office.as_role(role)
    page = visitor.text("/reports/results?period=2026")
    assert "6 ģimenes (18 cilvēku)" in page
    assert not re.search(r"[?&;]of=|/families/\d|/inquiries/\d", page)
    for kind, name in (("results", "returned_supported.families"), ("outreach", "said"), ("municipality", "inquiries")):
        assert visitor.get(path(kind, period="2026", of=name)).status_code == 404


def test_a_partner_sees_its_own_sheet_and_nothing_else(office: Office) -> None:
    live(office)
    visitor = office.as_role("partner", "Ludzas novads")
    index = visitor.text("/reports")
    assert re.findall(r'href="/reports/(\w+)"', index) == ["municipality"]
    page = visitor.text("/reports/municipality")
    assert "Ludzas novads" in page
    assert PLACE not in page
    assert "netiek rādīts" in page
    assert not re.search(r"/families/\d|/inquiries/\d", page)
    for kind in WITHOUT_PLACE:
        assert visitor.get(f"/reports/{kind}").status_code == 404
        assert visitor.get(f"/reports/{kind}.csv").status_code == 404
    for other in (PLACE, "Rēzekne", "Atlantis"):
        assert visitor.get(f"/reports/municipality?place={other}").status_code == 404
        assert visitor.get(f"/reports/municipality.csv?place={other}").status_code == 404
    for name in ("inquiries", "planning.families", "planning.people"):
        assert visitor.get(f"/reports/municipality?of={name}").status_code == 404


@pytest.mark.parametrize("period", ["2026-Q2", "2026-01-01..2026-06-01"])
def test_a_partner_cannot_tell_families_apart_by_days(office: Office, period: str) -> None:
    visitor = office.as_role("partner", PLACE)
    for address in ("/reports/municipality", "/reports/municipality.csv"):
        answer = visitor.get(f"{address}?period={period}")
        assert answer.status_code == 422
        assert "pa gadiem" in answer.get_data(as_text=True)


def test_a_partner_without_a_place_sees_nothing(office: Office) -> None:
    visitor = office.as_role("partner")
    assert "nav norādīta pašvaldība" in visitor.text("/reports")
    assert visitor.get("/reports/municipality").status_code == 404
    assert visitor.get(f"/reports/municipality?place={PLACE}").status_code == 404


def test_small_figures_stand_nowhere(office: Office) -> None:
    for number in range(3):
        family(office, ("contacted", date(2026, 2, 1 + number)), adults=7, children=6)
        ask(office, number)
    visitor = office.as_role("coordinator")
    page = visitor.text(path("municipality"))
    assert "netiek rādīts" in page
    assert "saņemto ģimeņu jautājumu skaits netiek rādīts" in page
    told = visitor.get(path("municipality").replace("municipality", "municipality.csv", 1)).get_data(as_text=True)
    for text in (page, told):
        assert "39" not in re.sub(r"<head>.*?</head>|href=\"[^\"]*\"|value=\"[^\"]*\"|&#39;", "", text, flags=re.S)
    assert visitor.get(path("municipality", of="contacted.families")).status_code == 404


def test_the_office_chooses_a_place(office: Office) -> None:
    page = office.as_role("reader").text("/reports/municipality")
    assert 'href="/reports/municipality?place=R%C4%93zekne"' in page
    wrong = office.as_role("reader").get("/reports/municipality?place=Atlantis")
    assert wrong.status_code == 422
    assert "“Atlantis” nav biroja pašvaldība" in wrong.get_data(as_text=True)


@pytest.mark.parametrize("wrong", ["period=soon", "period=0001", "language=de", "language=%3Cb%3E", "period=%3Cscript%3E"])
@pytest.mark.parametrize("kind", WITHOUT_PLACE)
def test_what_is_no_period_or_language_is_said(office: Office, kind: str, wrong: str) -> None:
    visitor = office.as_role("reader")
    answer = visitor.get(f"/reports/{kind}?{wrong}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'class="trouble"' in page
    assert "<b>" not in page
    assert "<script>" not in page
    assert visitor.get(f"/reports/{kind}.csv?{wrong}").status_code == 422


def test_a_report_of_another_name(office: Office) -> None:
    for address in ("/reports/weather", "/reports/weather.csv"):
        assert office.as_role("reader").get(address).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_office_has_its_reports_too(office: Office, kind: str) -> None:
    page = office.as_role("reader").text(path(kind))
    assert '<div class="report"' in page


def test_the_table_begins_no_formula(office: Office) -> None:
    with office.app.store.transaction() as session:
        publish(session, "aB3dE9x", office.clock.now() - timedelta(days=2))
        session.get_one(Post, 1).title = '=HYPERLINK("https://example.org";"x")'
    ask(office, code="aB3dE9x")
    answer = office.as_role("reader").get("/reports/outreach.csv?period=2026")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="outreach-2026-lv.csv"'


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_asks_little_however_much_there_is(office: Office, kind: str) -> None:
    live(office)
    visitor = office.as_role("coordinator")
    with Counted(office.app) as counted:
        visitor.text(path(kind, period="2026"))
    assert len(counted.statements) <= 12, counted.statements


