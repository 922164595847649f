"""The privacy desk: who looked, the answer to a request, holds, erasing, what comes, what the office does with data."""

import io
import json
import shutil
import subprocess
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.core.clock import local_day
from outreach.tracker import families
from outreach.tracker.models import Household, Inquiry
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, NUMBER, PLACE, Counted, ask, family, silent, trail


def archive(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_answer_holds_all_of_one_family(office: Office) -> None:
    visitor = office.as_role("coordinator")
    home = family(office, ("contacted", local_day(office.clock.now(), office.app.settings.zone)))
    number = ask(office)
    visitor.post(f"/inquiries/{number}/family", {"household": str(home)})
    page = f"/families/{home}/privacy"
    refused = visitor.post(f"{page}/export", {"paper": "lv"})
    assert refused.status_code == 422
    assert "export-checked-error" in refused.get_data(as_text=True)
    answer = visitor.post(f"{page}/export", {"paper": "ru", "checked": "on"})
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "application/zip", "no-store")
    assert CANARY not in str(answer.headers)
    with archive(answer.get_data()) as found:
        told = json.loads(found.read("data.json"))
        pdf = found.read("data.pdf")
    assert pdf.startswith(b"%PDF-")
    assert told["family"][0]["name"] == CANARY
    assert told["inquiries"][0]["contact"].endswith(NUMBER)
    assert told["stages"][0]["stage"] == "contacted"
    assert [one["who"] for one in told["looks"]] and "@" not in json.dumps(told["looks"])
    if shutil.which("pdftotext"):
        paper = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
        assert "Ваши данные" in paper and CANARY in paper and "контакты" in paper.casefold()
        assert "privacy." not in paper
    assert ("coordinator@example.org", "export", "household", home) in trail(office.app)


def test_a_hold_is_set_told_and_lifted(office: Office) -> None:
    visitor, home = office.as_role("coordinator"), family(office)
    page, day = f"/families/{home}/privacy", (office.clock.now() + timedelta(days=40)).date()
    assert visitor.post(f"{page}/hold", {"until": "2020-01-01", "why": "strīds"}).status_code == 422
    assert visitor.post(f"{page}/hold", {"until": day.isoformat(), "why": ""}).status_code == 422
    assert visitor.post(f"{page}/hold", {"until": day.isoformat(), "why": f"{CANARY} sūdzas"}).status_code == 303
    assert f"{CANARY} sūdzas" in visitor.text(page)
    assert ("coordinator@example.org", "hold", "household", home) in trail(office.app)
    refused = visitor.post(f"{page}/erase", {"confirm": str(home)})
    assert refused.status_code == 422
    held = visitor.text("/settings/retention")
    assert f'href="{page}"' in held and silent(held)
    assert visitor.post(f"{page}/lift").status_code == 303
    assert f"{CANARY} sūdzas" not in visitor.text(page)
    assert visitor.post(f"{page}/erase", {"confirm": "77"}).status_code == 422
    assert visitor.post(f"{page}/erase", {"confirm": str(home)}).status_code == 303
    with office.app.store.reading() as session:
        assert session.get_one(Household, home).name_sealed is None
    assert silent(visitor.text(page))


def test_an_inquiry_of_nobody_known_has_its_own(office: Office) -> None:
    visitor, number = office.as_role("coordinator"), ask(office)
    page, day = f"/inquiries/{number}/privacy", (office.clock.now() + timedelta(days=40)).date()
    assert silent(visitor.text(page))
    assert visitor.post(f"{page}/hold", {"until": day.isoformat()}).status_code == 303
    assert visitor.post(f"/inquiries/{number}/erase", {"confirm": str(number)}).status_code == 422
    answer = visitor.post(f"{page}/export", {"paper": "en", "checked": "on"})
    with archive(answer.get_data()) as found:
        told = json.loads(found.read("data.json"))
    assert told["inquiries"][0]["name"] == CANARY
    assert told["family"] == []
    assert visitor.post(f"{page}/lift").status_code == 303
    with office.app.store.reading() as session:
        assert session.scalars(select(Inquiry.held_until)).one() is None


@pytest.mark.parametrize("role", ["administrator", "comms", "reader", "partner"])
def test_nobody_else_comes_near(office: Office, role: str) -> None:
    home, number = family(office), ask(office)
    visitor = office.as_role(role, "Balvu novads") if role == "partner" else office.as_role(role)
    for page in (f"/families/{home}/privacy", f"/inquiries/{number}/privacy", "/settings/retention"):
        assert visitor.get(page).status_code == 403
    assert visitor.post(f"/families/{home}/privacy/export", {"paper": "lv", "checked": "on"}).status_code == 403


def test_the_deeds_are_narrowed_and_turned_over(office: Office) -> None:
    visitor, home = office.as_role("coordinator"), family(office)
    for _ in range(53):
        visitor.get(f"/families/{home}")
    page = f"/families/{home}/privacy"
    first = visitor.text(page)
    assert first.count("<tr data-item>") == 50
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert 1 <= visitor.text(older).count("<tr data-item>") <= 4
    assert visitor.text(f"{page}?only=changes").count("<tr data-item>") == 0
    assert visitor.text(f"{page}?actor=coordinator@example.org&only=looks").count("<tr data-item>") == 50
    assert visitor.get(f"{page}?since=x&actor=y").status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_a_page_asks_no_more_for_many(office: Office, rows: int) -> None:
    visitor = office.as_role("coordinator")
    with office.app.store.transaction() as session:
        for _ in range(rows):
            families.add(session, office.clock.now() - timedelta(days=36 * 31), office.app.seal, families.Family(2, name=CANARY))
    ask(office)
    for page in ("/families/1/privacy", "/inquiries/1/privacy", "/settings/retention", "/privacy/processing"):
        visitor.get(page)
        with Counted(office.app) as counted:
            shown = visitor.text(page)
        assert len(counted.statements) <= 12, (page, counted.statements)
        assert silent(shown)


def test_what_comes_is_told_by_number_and_day(office: Office) -> None:
    visitor = office.as_role("coordinator")
    assert "Tuvākajās dienās nekas netiks dzēsts" in visitor.text("/settings/retention")
    with office.app.store.transaction() as session:
        for days in (-5, 5, 200):
            families.add(session, office.clock.now() - timedelta(days=3 * 365 + 1 - days), office.app.seal, families.Family(2, name=CANARY, municipality=PLACE))
    shown = visitor.text("/settings/retention")
    assert "2 ģimenes" in shown and 'href="/families/1/privacy"' in shown and 'href="/families/3/privacy"' not in shown
    assert silent(shown)


@pytest.mark.parametrize("role", ["administrator", "comms", "coordinator", "reader"])
def test_the_record_of_processing_has_the_figures_in_force(office: Office, role: str) -> None:
    ask(office)
    shown = office.as_role(role).text("/privacy/processing")
    assert "36 mēneši" in shown and silent(shown)
    assert "36 months" in office.as_role(role).text("/privacy/processing?lang=en")
