"""Figures given out on the screen: who gives them out, who opens the records, what a correction shows."""

import re
from datetime import date

import pytest

from outreach.people.models import AuditEntry
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import STAFF, Counted, family, silent

PUBLISH, PLAN = "/reports/results/publish", "/reports/results/plan"


def live(office: Office, count: int = 6) -> None:
    for number in range(count):
        family(office, ("contacted", date(2026, 1, 5)), ("returned_supported", date(2026, 6, 1 + number)))


def given(office: Office) -> None:
    live(office)
    assert office.as_role("coordinator").post(PUBLISH, {"period": "2026"}).status_code == 303


def test_a_report_is_given_out_and_corrected(office: Office) -> None:
    live(office)
    visitor = office.as_role("coordinator")
    assert f"{PUBLISH}?period=2026" in visitor.text("/reports/results?period=2026")
    asked = visitor.text(f"{PUBLISH}?period=2026")
    assert "6 ģimenes (18 cilvēku)" in asked
    assert 'name="why"' not in asked
    answer = visitor.post(PUBLISH, {"period": "2026"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reports/statements/1")
    page = visitor.text("/reports/statements/1")
    assert "1. versija" in page and "saka ko citu" not in page
    for language in ("lv", "en", "ru"):
        assert f'<section class="statement-text" lang="{language}"' in page

    family(office, ("returned_supported", date(2026, 7, 1)))
    page = visitor.text("/reports/statements/1")
    assert "saka ko citu" in page and re.search(r'klāt 1 ieraksts: <a href="/families/7"', page)
    assert "6 ģimenes (18 cilvēku)" in re.sub(r"<[^>]+>", "", page)
    again = visitor.post(PUBLISH, {"period": "2026"})
    assert again.status_code == 422
    assert 'name="why"' in again.get_data(as_text=True)
    assert visitor.post(PUBLISH, {"period": "2026", "why": "Aizmirsta ģimene"}).headers["Location"] == "/reports/statements/2"
    first, second = visitor.text("/reports/statements/1"), visitor.text("/reports/statements/2")
    assert "Spēkā ir 2. versija" in first and "6 ģimenes (18 cilvēku)" in re.sub(r"<[^>]+>", "", first)
    assert "Aizmirsta ģimene" in second and "bija 6, ir 7" in second and "saka ko citu" not in second
    assert "Aizmirsta ģimene" in office.as_role("comms").text("/reports/statements")
    with office.app.store.reading() as session:
        deeds = [row.facts for row in session.query(AuditEntry).where(AuditEntry.subject_kind == "statement")]
    assert [deed["version"] for deed in deeds] == [1, 2]
    nothing = visitor.text(f"{PUBLISH}?period=2026")
    assert "Nekas nav mainījies" in nothing and "<textarea" not in nothing


def test_numbers_open_the_records_of_that_moment(office: Office) -> None:
    given(office)
    family(office, ("returned_supported", date(2026, 7, 1)))
    visitor = office.as_role("coordinator")
    page = visitor.text("/reports/statements/1")
    assert 'href="/reports/statements/1?of=returned_supported.families"' in page
    for name in ("returned_supported.families", "returned_supported.people"):
        records = visitor.text(f"/reports/statements/1?of={name}")
        assert re.findall(r'href="/families/(\d+)"', records) == ["1", "2", "3", "4", "5", "6"]
        assert silent(records)
    assert visitor.get("/reports/statements/1?of=weather").status_code == 404
    assert visitor.get("/reports/statements/9").status_code == 404


@pytest.mark.parametrize("role", STAFF)
def test_others_see_the_figures_without_the_records(office: Office, role: str) -> None:
    given(office)
    family(office, ("returned_supported", date(2026, 7, 1)))
    visitor = office.as_role(role)
    page = visitor.text("/reports/statements/1")
    assert "6 ģimenes (18 cilvēku)" in page and "klāt 1 ieraksts" in page
    assert not re.search(r"[?&;]of=|/families/\d", page)
    assert visitor.get("/reports/statements/1?of=returned_supported.families").status_code == 404
    assert b"Ieraksti" not in visitor.get("/reports/statements/1.xlsx").data
    may = role == "administrator"
    assert (visitor.get(f"{PUBLISH}?period=2026").status_code, visitor.post(PLAN, {"period": "2026"}).status_code) == (
        (200, 303) if may else (403, 403)
    )


def test_a_partner_sees_none(office: Office) -> None:
    given(office)
    visitor = office.as_role("partner", "Ludzas novads")
    for address in ("/reports/statements", "/reports/statements/1", "/reports/statements/1.pdf", PLAN):
        assert visitor.get(address).status_code in {403, 404}


@pytest.mark.parametrize("shape", ["txt", "xlsx", "pdf", "docx"])
def test_files(office: Office, shape: str) -> None:
    given(office)
    answer = office.as_role("coordinator").get(f"/reports/statements/1.{shape}?language=ru")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="results-2026-v1.{shape}"'
    if shape == "txt":
        assert "6 семей (18 человек)" in answer.get_data(as_text=True)


def test_a_plan_stands_beside_what_is(office: Office) -> None:
    live(office)
    visitor = office.as_role("coordinator")
    sent: dict[str, object] = {"period": "2026", "plan-returned_supported.families": "8", "plan-planning.families": "2,5"}
    assert visitor.post(PLAN, sent).status_code == 303
    page = visitor.text(f"{PLAN}?period=2026")
    assert 'name="plan-returned_supported.families" value="8"' in page and 'value="2.5"' in page
    row = re.search(r"value=\"8\".*?</tr>", page, re.S)
    assert row is not None and re.findall(r">(-?\d+)<", row[0].replace("\N{MINUS SIGN}", "-"))[:2] == ["6", "-2"]
    wrong = visitor.post(PLAN, {**sent, "plan-planning.families": "daudz"})
    assert wrong.status_code == 422
    assert 'value="daudz"' in wrong.get_data(as_text=True) and 'value="8"' in wrong.get_data(as_text=True)
    assert "<input class" not in office.as_role("reader").text(f"{PLAN}?period=2026")


@pytest.mark.parametrize("kind", ["cumulative", "outreach", "publicity", "quarterly", "results", "stages", "yearly"])
def test_its_pages_ask_little(office: Office, kind: str) -> None:
    given(office)
    visitor = office.as_role("coordinator")
    if kind != "results":
        assert visitor.post(f"/reports/{kind}/publish", {"period": "2026"}).status_code == 303
    number = 1 if kind == "results" else 2
    for address in (f"/reports/statements/{number}", f"/reports/{kind}/plan?period=2026", f"/reports/{kind}/publish?period=2026"):
        office.client.application.extensions["outreach.attention"].forget()
        with Counted(office.app) as counted:
            visitor.text(address)
        assert len(counted.statements) <= 12, (address, counted.statements)


def test_a_municipalitys_sheet_is_given_out_by_itself(office: Office) -> None:
    live(office)
    for number in range(2):
        family(office, ("planning", date(2026, 3, 1 + number)), place="Ludzas novads")
    visitor, place = office.as_role("coordinator"), "?place=Balvu+novads"
    assert "/reports/municipality/publish?place=Balvu+novads" in visitor.text("/reports/municipality?place=Balvu+novads&period=2026").replace("%20", "+")
    assert "/publish" not in visitor.text("/reports/municipality")
    assert "Balvu novads" in visitor.text(f"/reports/municipality/publish{place}&period=2026")
    assert visitor.post(f"/reports/municipality/publish{place}", {"period": "2026"}).headers["Location"] == "/reports/statements/1"
    assert visitor.post("/reports/municipality/publish?place=Ludzas+novads", {"period": "2026"}).headers["Location"] == "/reports/statements/2"
    page = visitor.text("/reports/statements/1")
    assert "Pašvaldības lapa: Balvu novads" in page and "1. versija" in page
    assert "Pašvaldības lapa: Ludzas novads" in visitor.text("/reports/statements")
    told = visitor.get("/reports/statements/1.pdf").headers["Content-Disposition"]
    assert told == 'attachment; filename="municipality-balvu-novads-2026-v1.pdf"'
    family(office, ("returned_supported", date(2026, 7, 1)))
    assert "place=Balvu" in visitor.text("/reports/statements/1")
    assert visitor.post(f"/reports/municipality/publish{place}", {"period": "2026", "why": "Aizmirsta"}).headers["Location"] == "/reports/statements/3"
    saved = visitor.post(f"/reports/municipality/plan{place}", {"period": "2026", "plan-mentions.local": "5"})
    assert saved.headers["Location"].replace("%20", "+") == "/reports/municipality/plan?place=Balvu+novads&period=2026"
    assert 'value="5"' in visitor.text(f"/reports/municipality/plan{place}&period=2026")
    assert 'value="5"' not in visitor.text("/reports/municipality/plan?place=Ludzas+novads&period=2026")


@pytest.mark.parametrize("address", ["/reports/weather/publish", "/reports/municipality/plan", "/reports/municipality/plan?place=R%C4%ABga", "/reports/results/plan?place=Balvu+novads", "/reports/results/publish?period=rit"])
def test_what_is_not_there(office: Office, address: str) -> None:
    assert office.as_role("coordinator").get(address).status_code == 404
