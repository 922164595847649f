"""Families: a board without names, one family's page with them, and every deed in the trail."""

import logging
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach.tracker.models import Household, Stage
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, PLACE, STAFF, Counted, ask, family, silent, trail

TODAY = date(2026, 11, 23)
NEW = {"adults": "2", "children": "1", "municipality": PLACE, "countries": "Īrija, GB", "contacted_on": "2026-11-20",
       "name": CANARY, "note": f"{CANARY} <b>note</b>"}  # fmt: skip


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def stages(office: Office, number: int) -> list[tuple[str, date, int]]:
    with office.app.store.reading() as session:
        rows = session.scalars(select(Stage).where(Stage.household_id == number).order_by(Stage.id))
        return [(row.stage, row.entered_on, row.people) for row in rows]


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/families/(\d+)"', page)]


@pytest.mark.parametrize("role", [*STAFF, "partner"])
def test_families_are_the_coordinators_alone(office: Office, role: str) -> None:
    number = family(office, ("contacted", ago(3)))
    visitor = office.as_role(role, PLACE if role == "partner" else None)
    for path in ("/families", "/families?stage=contacted", "/families/new", f"/families/{number}"):
        answer = visitor.get(path)
        assert answer.status_code == 403
        assert silent(answer.get_data(as_text=True))
    assert visitor.post("/families/new", dict(NEW)).status_code == 403
    sent = {"stage": "planning", "entered_on": "2026-11-20", "adults": "1", "children": "0", "confirm": str(number)}
    for deed in ("stage", "resize", "privacy/erase"):
        assert visitor.post(f"/families/{number}/{deed}", dict(sent)).status_code == 403
    assert len(stages(office, number)) == 1
    assert trail(office.app) == []


def test_the_board_shows_who_waits_longest_first_without_a_name(office: Office) -> None:
    late = family(office, ("contacted", ago(45)))
    fresh = family(office, ("contacted", ago(2)), place="Rēzekne")
    family(office, ("contacted", ago(300)), ("planning", ago(100)))
    family(office, ("contacted", ago(300)), ("returned_supported", ago(90)))
    new = family(office)
    page = office.as_role("coordinator").text("/families")
    assert silent(page)
    columns = {name: numbers(body) for name, body in re.findall(r'id="stage-(\w+)">(.*?)</section>', page, re.S)}
    assert columns == {"none": [new], "contacted": [late, fresh], "offer_sent": [], "planning": [3]}
    assert "Pārāk ilgi gaida: 1 ģimene" in page
    assert "45 dienas" in page
    assert "2 pieaugušie, 1 bērns" in page
    assert re.search(r"<strong>1</strong> Atgriezušies ar koordinatora atbalstu", page)


def test_a_stage_is_turned_page_by_page(office: Office) -> None:
    made = [family(office, ("contacted", ago(80 - number // 3))) for number in range(53)]
    visitor = office.as_role("coordinator")
    first = visitor.text("/families?stage=contacted")
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = visitor.text(older.group(1).replace("&amp;", "&"))
    assert numbers(first) + numbers(second) == made
    assert silent(first + second)
    assert visitor.get("/families?stage=everything").status_code == 404
    assert "Šeit nevienas." in visitor.text("/families?stage=planning")


def test_an_empty_board_says_what_to_do(office: Office) -> None:
    page = office.as_role("coordinator").text("/families")
    assert "Ģimeņu vēl nav." in page
    assert "/families/new" in page


def test_a_family_is_added_with_its_first_contact(office: Office) -> None:
    visitor = office.as_role("coordinator")
    answer = visitor.post("/families/new", dict(NEW))
    assert (answer.status_code, answer.location) == (303, "/families/1")
    with office.app.store.reading() as session:
        row = session.get_one(Household, 1)
        assert (row.adults, row.children, row.municipality, row.countries) == (2, 1, PLACE, ["IE", "GB"])
        assert CANARY not in f"{row.name_sealed} {row.note_sealed}"
    assert stages(office, 1) == [("contacted", date(2026, 11, 20), 3)]
    page = visitor.text("/families/1")
    assert CANARY in page
    assert "&lt;b&gt;note" in page
    assert "Īrija, Apvienotā Karaliste" in page
    assert [deed[1:] for deed in trail(office.app)] == [
        ("add", "household", 1), ("stage", "household", 1), ("reveal", "household", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"adults": ""}, "Šis lauks jāaizpilda"), ({"adults": "many"}, "vajadzīgs skaitlis"), ({"adults": "99"}, "no 0 līdz 20"),
        ({"adults": "0", "children": "0"}, "vismaz vienam cilvēkam"), ({"municipality": "Paris"}, "field-municipality-error"),
        ({"countries": "Nekuriene"}, "Valsts nav saprotama"), ({"contacted_on": "2026-12-24"}, "vēl nav pienākusi"),
        ({"contacted_on": "soon"}, "field-contacted_on-error"), ({"inquiry": "77"}, "Jautājuma ar numuru 77 nav"),
    ],
)  # fmt: skip
def test_a_form_that_does_not_fit_loses_nothing(office: Office, wrong: dict[str, object], told: str) -> None:
    answer = office.as_role("coordinator").post("/families/new", {**NEW, **wrong})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert told in page
    assert CANARY in page
    with office.app.store.reading() as session:
        assert session.scalars(select(Household)).all() == []
    assert trail(office.app) == []


def test_a_family_is_made_from_an_inquiry(office: Office) -> None:
    number = ask(office, people=4)
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/families/new?inquiry={number}")
    assert f'value="{CANARY}"' in page
    assert f'<option value="{PLACE}" selected>' in page
    assert 'value="Īrija"' in page
    assert [deed[1:] for deed in trail(office.app)] == [("reveal", "inquiry", number)]
    assert visitor.post("/families/new", {**NEW, "inquiry": str(number)}).status_code == 303
    assert f'href="/inquiries/{number}"' in visitor.text("/families/1")
    assert ("tie", "inquiry", number) in [deed[1:] for deed in trail(office.app)]
    assert visitor.get("/families/new?inquiry=77").status_code == 404


def test_opening_a_family_is_written_down(office: Office) -> None:
    number = family(office, ("contacted", ago(9)))
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/families/{number}")
    assert CANARY in page
    assert "&lt;i&gt;note" in page
    assert trail(office.app) == [(visitor.person.mail, "reveal", "household", number)]
    assert visitor.get("/families/99").status_code == 404


def test_stages_keep_the_number_of_their_day(office: Office) -> None:
    number = family(office, ("contacted", ago(200)))
    visitor = office.as_role("coordinator")
    visitor.post(f"/families/{number}/resize", {"adults": "2", "children": "3"})
    visitor.post(f"/families/{number}/stage", {"stage": "offer_sent", "entered_on": "2026-10-01", "people": ""})
    visitor.post(f"/families/{number}/stage", {"stage": "planning", "entered_on": "2026-11-01", "people": "4"})
    assert stages(office, number) == [
        ("contacted", ago(200), 3), ("offer_sent", date(2026, 10, 1), 5), ("planning", date(2026, 11, 1), 4),
    ]  # fmt: skip
    page = visitor.text(f"/families/{number}")
    for shown in ("3 cilvēki", "5 cilvēki", "4 cilvēki", "2026. gada 1. oktobris"):
        assert shown in page
    assert [deed[1] for deed in trail(office.app)] == ["resize", "stage", "stage", "reveal"]


@pytest.mark.parametrize(
    ("deed", "sent", "told"),
    [
        ("stage", {"stage": "happy", "entered_on": "2026-11-01"}, "stage-stage-error"),
        ("stage", {"stage": "planning", "entered_on": ""}, "stage-entered_on-error"),
        ("stage", {"stage": "planning", "entered_on": "2027-01-01"}, "vēl nav pienākusi"),
        ("stage", {"stage": "planning", "entered_on": "2026-11-01", "people": "-1"}, "no 0 līdz 40"),
        ("resize", {"adults": "0", "children": "0"}, "vismaz vienam cilvēkam"),
        ("resize", {"adults": "", "children": "1"}, "resize-adults-error"),
    ],
)
def test_what_a_family_cannot_take_is_said_on_its_page(
    office: Office, deed: str, sent: dict[str, object], told: str
) -> None:
    number = family(office, ("contacted", ago(9)))
    visitor = office.as_role("coordinator")
    answer = visitor.post(f"/families/{number}/{deed}", dict(sent))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert told in page
    assert f'value="{sent.get("people", "")}"' in page
    assert len(stages(office, number)) == 1
    assert [entry[1] for entry in trail(office.app)] == ["reveal"]  # the page that tells it shows the name again


@pytest.mark.parametrize("deed", ["stage", "resize", "privacy/erase"])
def test_a_family_that_is_not_there(office: Office, deed: str) -> None:
    sent = {"stage": "planning", "entered_on": "2026-11-01", "adults": "1", "children": "0", "confirm": "77"}
    assert office.as_role("coordinator").post(f"/families/77/{deed}", dict(sent)).status_code == 404
    assert trail(office.app) == []


def test_erasing_a_family_takes_its_inquiries_words_and_leaves_figures(office: Office) -> None:
    number = family(office, ("contacted", ago(9)))
    asked = ask(office)
    visitor = office.as_role("coordinator")
    visitor.post(f"/inquiries/{asked}/family", {"household": str(number)})
    assert visitor.post(f"/families/{number}/privacy/erase", {"confirm": str(number)}).status_code == 303
    page = visitor.text(f"/families/{number}")
    assert "Personas dati izdzēsti" in page
    assert "Dzēst neatgriezeniski" not in page
    assert "2 pieaugušie, 1 bērns" in page
    assert silent(page + visitor.text(f"/inquiries/{asked}") + visitor.text("/families"))
    deeds = [deed[1:] for deed in trail(office.app)]
    assert ("erase", "household", number) in deeds
    assert ("erase", "inquiry", asked) in deeds


def test_no_name_reaches_an_address_a_log_or_the_trail(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    visitor = office.as_role("coordinator")
    for answer in (visitor.post("/families/new", dict(NEW)), visitor.get("/families/1")):
        assert silent(str(answer.headers))
    visitor.post("/families/1/erase", {"confirm": CANARY})
    assert silent(caplog.text)
    assert silent(repr(trail(office.app)))


@pytest.mark.parametrize("path", ["/families", "/families?stage=contacted", "/families/1", "/families/new"])
def test_a_page_asks_little_however_much_there_is(office: Office, path: str) -> None:
    for number in range(40):
        family(office, ("contacted", ago(90 + number)), ("offer_sent", ago(number)))
    visitor = office.as_role("coordinator")
    with Counted(office.app) as counted:
        visitor.text(path)
    assert len(counted.statements) <= 12, counted.statements
