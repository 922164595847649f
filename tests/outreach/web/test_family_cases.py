"""Work on a family's case, as the coordinator meets it; nobody else sees a thing, and every look is written down."""

import io
import re
from datetime import date, timedelta

import pytest

from outreach.tracker.cases import tasks
from outreach.tracker.models import Household
from tests.outreach.tracker.letters.writing import PNG
from tests.outreach.web.case_deeds import STEP, TODAY, consent, lettered, paper, step
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, PLACE, STAFF, Counted, ask, family, silent, trail

SEPTEMBER = date(2026, 9, 1)


def deeds(office: Office) -> list[tuple[str, str]]:
    return [line[1:3] for line in trail(office.app)]


def opened(office: Office, number: int) -> list[tuple[str, date, bool]]:
    with office.app.store.reading() as session:
        return [(one.words, one.due_on, one.is_open) for one in tasks.of_family(session, office.clock.now(), office.app.seal, number)]


@pytest.mark.parametrize("role", [*STAFF, "partner"])
def test_cases_are_the_coordinators_alone(office: Office, role: str) -> None:
    number = family(office, ("contacted", SEPTEMBER))
    task, given, kept = step(office, number), consent(office, number), paper(office, number)
    before = trail(office.app)
    visitor = office.as_role(role, PLACE if role == "partner" else None)
    home = f"/families/{number}"
    for path in ("/families/list", f"{home}/facts", f"{home}/line", f"{home}/consents", f"{home}/papers", f"{home}/papers/{kept}", f"{home}/steps/{task}"):
        answer = visitor.get(path)
        assert answer.status_code == 403, path
        assert silent(answer.get_data(as_text=True))
    for path in ("facts", "steps", f"steps/{task}", *(f"steps/{task}/{deed}" for deed in ("move", "done", "drop", "back")), "consents", f"consents/{given}/withdraw", "papers", "papers/letters/1", f"papers/{kept}/erase"):  # fmt: skip
        assert visitor.post(f"{home}/{path}", {**STEP, "quick": "week"}).status_code == 403, path
    assert trail(office.app) == before


def test_a_step_is_added_done_and_taken_back(office: Office) -> None:
    number = family(office, ("contacted", SEPTEMBER))
    visitor = office.as_role("coordinator")
    home = f"/families/{number}"
    assert "nav nākamā soļa" in visitor.text(home)
    assert visitor.post(f"{home}/steps", {"step": f"Zvanīt {CANARY}", "due_on": "2026-11-25"}).status_code == 303
    assert visitor.post(f"{home}/steps", {"step": "Rakstīt", "due_on": "2026-11-25", "quick": "month"}).status_code == 303
    assert opened(office, number) == [(f"Zvanīt {CANARY}", date(2026, 11, 25), True), ("Rakstīt", date(2026, 12, 23), True)]
    page = visitor.text(home)
    assert f"Zvanīt {CANARY}" in page
    assert "nav nākamā soļa" not in page
    assert visitor.post(f"{home}/steps/1/done").status_code == 303
    page = visitor.text(home)
    assert "Solis ir paveikts." in page
    undo = re.search(rf'action="({home}/steps/1/back)"', page)
    assert undo is not None
    assert visitor.post(undo.group(1)).status_code == 303
    assert opened(office, number)[0] == (f"Zvanīt {CANARY}", date(2026, 11, 25), True)
    visitor.post(f"{home}/steps/1/move", {"quick": "tomorrow"})
    visitor.post(f"{home}/steps/2/drop")
    assert opened(office, number) == [(f"Zvanīt {CANARY}", TODAY + timedelta(days=1), True)]


def test_a_form_that_does_not_fit_loses_nothing(office: Office) -> None:
    number = family(office, ("contacted", SEPTEMBER))
    visitor = office.as_role("coordinator")
    for wrong, told in (({"due_on": "2026-11-01"}, "Izvēlieties šodienu"), ({"due_on": ""}, "step-due_on-error"), ({"step": ""}, "step-step-error")):
        answer = visitor.post(f"/families/{number}/steps", {"step": "Paliek, kā bija", "due_on": "2026-12-01", **wrong})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert told in page
        assert "step" in wrong or "Paliek, kā bija" in page
    assert opened(office, number) == []
    assert visitor.post("/families/99/steps", dict(STEP)).status_code == 404
    assert visitor.post(f"/families/{number}/steps/7/done").status_code == 404
    assert visitor.post(f"/families/{number}/steps/7", dict(STEP)).status_code == 404
    assert visitor.get(f"/families/{number}/steps/7").status_code == 404


def test_a_step_is_changed_and_given_to_somebody(office: Office) -> None:
    number = family(office, ("contacted", SEPTEMBER))
    task = step(office, number, -3)
    visitor = office.as_role("coordinator")
    address = f"/families/{number}/steps/{task}"
    assert CANARY in visitor.text(address)
    assert deeds(office)[-1] == ("reveal", "household")
    sent = {"step": "Nosūtīt", "due_on": "2026-11-30", "assigned_to": "coordinator@example.org"}
    assert visitor.post(address, {**sent, "assigned_to": "comms@example.org"}).status_code == 422
    assert visitor.post(address, {**sent, "due_on": "2026-11-01"}).status_code == 422
    assert visitor.post(address, {**sent, "quick": "week"}).status_code == 303
    assert opened(office, number) == [("Nosūtīt", date(2026, 11, 30), True)]
    visitor.post(f"{address}/done")
    page = visitor.text(address)
    assert "Paveikts " in page
    visitor.post(address, dict(sent))
    assert "Solis jau ir paveikts" in visitor.post(address, dict(sent)).get_data(as_text=True)


def test_what_is_due_waits_on_the_bell_without_a_word(office: Office) -> None:
    number, other = family(office, ("contacted", SEPTEMBER)), family(office, ("contacted", SEPTEMBER))
    for days in (-3, 0, 1):
        step(office, number, days)
    consent(office, other, until=TODAY + timedelta(days=20))
    page = office.as_role("coordinator").text("/attention")
    assert "2 soļi šodien vai nokavēti" in page
    assert "1 piekrišana beidzas 30 dienu laikā" in page
    assert silent(page)
    listed = office.as_role("coordinator").text("/families/list?waits=step&sort=step")
    assert re.findall(r'href="/families/(\d+)"', listed) == [str(number)]
    assert re.findall(r'href="/families/(\d+)"', office.as_role("coordinator").text("/families/list?waits=consent")) == [str(other)]
    assert "soļi šodien" not in office.as_role("comms").text("/attention")


def test_the_board_says_when_and_not_what(office: Office) -> None:
    fresh, late = family(office, ("contacted", TODAY)), family(office, ("contacted", TODAY))
    step(office, late, -3)
    page = office.as_role("coordinator").text("/families")
    assert silent(page)
    column = re.search(r'id="stage-contacted">(.*?)</section>', page, re.S)
    assert column is not None
    assert re.findall(r'href="/families/(\d+)"', column.group(1)) == [str(late), str(fresh)]
    assert "nokavēts" in column.group(1)
    assert "nav nākamā soļa" in column.group(1)
    assert "nokavēts" in office.as_role("coordinator").text("/families?stage=contacted")


def test_the_table_is_chosen_by_its_address_and_names_nobody(office: Office) -> None:
    first, second = family(office, ("contacted", SEPTEMBER)), family(office, ("planning", SEPTEMBER), place="Rēzekne")
    with office.app.store.transaction() as session:
        row = session.get_one(Household, second)
        row.topics, row.languages, row.eligible_for_grant = ["work"], ["ru"], True
    visitor = office.as_role("coordinator")
    for asked, expected in (
        ("?sort=-number", [second, first]), ("", [first, second]), ("?sort=number", [first, second]), ("?stage=planning", [second]), ("?topic=work&spoken=ru&eligible=yes", [second]),
        ("?country=IE&sort=place", [first, second]), ("?sort=-number&before=2.2", [first]), ("?sort=nothing", [first, second]),
    ):  # fmt: skip
        page = visitor.text(f"/families/list{asked}")
        assert [int(number) for number in re.findall(r'href="/families/(\d+)"', page)] == expected, asked
        assert silent(page)
    assert "Tādu ģimeņu nav." in visitor.text("/families/list?topic=housing")
    assert visitor.get("/families/list?topic=everything").status_code == 422
    assert deeds(office) == []


def test_facts_are_changed_after_the_family_was_added(office: Office) -> None:
    number = family(office, ("contacted", SEPTEMBER))
    visitor = office.as_role("coordinator")
    address = f"/families/{number}/facts"
    assert 'value="Īrija"' in visitor.text(address)
    sent: dict[str, object] = {"municipality": "Ludzas novads", "countries": "Norvēģija, GB", "eligible": "yes", "spoken": ["lv", "ru"], "topics": ["work", "housing"]}
    for wrong, told in (({"countries": "Nekuriene"}, "Valsts nav saprotama"), ({"topics": ["cats"]}, "field-topics-error"), ({"spoken": ["xx"]}, "field-spoken-error")):
        answer = visitor.post(address, {**sent, **wrong})
        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)
    assert visitor.post(address, dict(sent)).status_code == 303
    page = visitor.text(f"/families/{number}")
    for told in ("Norvēģija, Apvienotā Karaliste", "Ludzas novads", "Latviešu, Krievu"):
        assert told in page
    visitor.post(address, dict(sent))
    assert deeds(office).count(("change", "household")) == 1
    assert "1 ģimene" in visitor.text("/families")
    assert "Tiesības uz atbalsta naudu ir 1 ģimenei" in office.as_role("comms").text("/inquiries")
    assert visitor.get("/families/99/facts").status_code == 404


def test_a_new_family_says_its_languages_and_topics(office: Office) -> None:
    visitor = office.as_role("coordinator")
    assert visitor.post("/families/new", {"adults": "2", "spoken": ["ltg"], "topics": ["school"]}).status_code == 303
    with office.app.store.reading() as session:
        row = session.get_one(Household, 1)
        assert (row.languages, row.topics) == (["ltg"], ["school"])


def test_the_line_is_a_look(office: Office) -> None:
    number = family(office, ("contacted", SEPTEMBER))
    ask(office, household_id=number)
    lettered(office, number)
    task = step(office, number)
    consent(office, number, "handover", region="Vidzeme")
    paper(office, number)
    visitor = office.as_role("coordinator")
    visitor.post(f"/families/{number}/steps/{task}/done")
    page = visitor.text(f"/families/{number}/line")
    assert deeds(office)[-1] == ("reveal", "household")
    for told in ("Jautājums Nr.", "Saņemta vēstule", "3 cilvēki", f"{CANARY} &lt;b&gt;zvans", "Saņemta piekrišana", "Vidzeme", f"{CANARY}.png"):
        assert told in page, told
    only = visitor.text(f"/families/{number}/line?kind=task")
    assert f"{CANARY} &lt;b&gt;zvans" in only
    assert "Saņemta vēstule" not in only
    assert visitor.get(f"/families/{number}/line?kind=cats").status_code == 404
    assert visitor.get("/families/99/line").status_code == 404


def test_consents_are_noted_and_withdrawn(office: Office) -> None:
    number = family(office, ("contacted", SEPTEMBER))
    visitor = office.as_role("coordinator")
    address = f"/families/{number}/consents"
    assert "6. panta 1. punkta e)" in visitor.text(address)
    sent = {"purpose": "handover", "given_by": "told", "given_on": "2026-11-20", "region": "Vidzeme"}
    for wrong in ({"region": ""}, {"region": "Latgale"}, {"given_on": "2026-12-24"}, {"until": "2026-01-01"}, {"purpose": "casework"}, {"purpose": "story"}):
        assert visitor.post(address, {**sent, **wrong}).status_code == 422, wrong
    assert visitor.post(address, dict(sent)).status_code == 303
    assert "Vidzeme" in visitor.text(address)
    story = consent(office, number)
    assert visitor.post(f"{address}/{story}/withdraw", {"withdrawn_on": "2026-11-01"}).status_code == 303
    assert "Neizdevās" in visitor.text(address)
    visitor.post(f"{address}/{story}/withdraw", {"withdrawn_on": "2026-11-22"})
    page = visitor.text(address)
    assert "Atsauciet arī paša stāsta piekrišanu" in page
    assert 'href="/media/stories"' in page
    assert visitor.post(f"{address}/77/withdraw").status_code == 404
    assert visitor.get("/families/99/consents").status_code == 404


def test_papers_are_kept_taken_over_given_out_and_erased(office: Office) -> None:
    number = family(office, ("contacted", SEPTEMBER))
    file = lettered(office, number)
    visitor = office.as_role("coordinator")
    address = f"/families/{number}/papers"
    for content, told in ((b"MZ\x00", "Datne nav saglabāta"), (b"", "Izvēlieties datni")):
        answer = visitor.post(address, {"file": (io.BytesIO(content), f"{CANARY}.pdf")})
        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)
    assert visitor.post(address, {"file": (io.BytesIO(PNG), f"{CANARY}.pdf")}).status_code == 303
    assert visitor.post(f"{address}/letters/{file}").status_code == 303
    assert visitor.post(f"{address}/letters/{file}").status_code == 303
    page = visitor.text(address)
    assert "jau ir starp ģimenes dokumentiem" in page
    assert page.count(f'href="{address}/') == 2
    found = visitor.get(f"{address}/1")
    assert (found.get_data(), found.mimetype) == (PNG, "image/png")
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert (found.headers["X-Content-Type-Options"], found.headers["Cache-Control"]) == ("nosniff", "no-store")
    assert deeds(office)[-1] == ("reveal", "paper")
    other = family(office)
    assert visitor.get(f"/families/{other}/papers/1").status_code == 404
    assert visitor.post(f"/families/{other}/papers/1/erase").status_code == 404
    assert visitor.post(f"{address}/1/erase").status_code == 303
    assert visitor.get(f"{address}/1").status_code == 404
    assert "Dokuments ir dzēsts" in visitor.text(address)
    assert len(list((office.app.settings.folder / "papers").iterdir())) == 1


def test_pages_of_a_case_ask_the_store_little(office: Office) -> None:
    number = family(office, ("contacted", SEPTEMBER))
    lettered(office, number)
    for days in range(-5, 5):
        step(office, number, days)
        consent(office, number, until=TODAY + timedelta(days=5 - days))
        paper(office, number)
    visitor = office.as_role("coordinator")
    for path in ("", "/facts", "/line", "/consents", "/papers", "/steps/1"):
        office.client.application.extensions["outreach.attention"].forget()
        with Counted(office.app) as counted:
            visitor.text(f"/families/{number}{path}")
        assert len(counted.statements) <= 12, (path, counted.statements)
