"""One family once, as the coordinator meets it: proposed, compared, put together, taken apart; nobody else sees a thing."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from outreach.people.models import AuditEntry
from outreach.tracker.models import Household, Inquiry
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, NUMBER, PLACE, STAFF, Counted, ask, family, silent, trail

SEPTEMBER = date(2026, 9, 1)


def two(office: Office) -> tuple[int, int]:
    """Two records of one family, each with an inquiry."""
    first = family(office, ("contacted", SEPTEMBER))
    second = family(office, ("planning", SEPTEMBER))
    for whose in (first, second):
        ask(office, 10 + whose, household_id=whose)
    return first, second


def into(office: Office) -> dict[int, int | None]:
    with office.app.store.reading() as session:
        return {row.id: row.merged_into for row in session.scalars(select(Household))}


def deeds(office: Office) -> list[tuple[str, str, int | None]]:
    return [line[1:] for line in trail(office.app)]


@pytest.mark.parametrize("role", [*STAFF, "partner"])
def test_only_the_coordinator_compares_families(office: Office, role: str) -> None:
    first, second = two(office)
    asked = ask(office)
    visitor = office.as_role(role, PLACE if role == "partner" else None)
    for path in ("/families/same", f"/families/{first}/same", f"/families/{first}/same/{second}", f"/inquiries/{asked}/same"):
        answer = visitor.get(path)
        assert answer.status_code == 403
        assert silent(answer.get_data(as_text=True))
    for deed in (f"{second}/merge", f"{second}/apart", "merges/1/undo"):
        assert visitor.post(f"/families/{first}/same/{deed}").status_code == 403
    assert set(into(office).values()) == {None}
    assert trail(office.app) == []


def test_pages_propose_without_opening_and_a_closer_look_is_written_down(office: Office) -> None:
    first, second = two(office)
    asked = ask(office)
    visitor = office.as_role("coordinator")
    listed = visitor.text("/families/same")
    assert silent(listed)
    assert f"/families/{first}/same/{second}" in listed and f"/inquiries/{asked}/same" in listed
    assert "tas pats tālrunis" in listed
    assert trail(office.app) == []
    page = visitor.text(f"/families/{first}")
    assert "Vai tā ir tā pati ģimene?" in page and f'href="/families/{second}"' in page
    page = visitor.text(f"/inquiries/{asked}")
    assert "tas pats tālrunis" in page and f'href="/families/{second}"' in page
    assert deeds(office) == [("reveal", "household", first), ("reveal", "inquiry", asked)]
    closer = visitor.text(f"/inquiries/{asked}/same")
    assert re.search(r"līdzīgs vārds, 100\s%", closer)
    assert CANARY not in closer
    assert visitor.post(f"/inquiries/{asked}/family", {"household": str(second)}).status_code == 303
    assert visitor.get(f"/inquiries/{asked}/same").location == f"/families/{second}/same"
    assert f"/families/{second}/same/{first}" in visitor.text(f"/families/{second}/same")
    assert deeds(office)[2:] == [("compare", "inquiry", asked), ("tie", "inquiry", asked), ("compare", "household", second)]


def test_two_are_compared_put_together_and_taken_apart(office: Office) -> None:
    first, second = two(office)
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/families/{first}/same/{second}")
    assert page.count(CANARY) >= 4
    assert "Plāno drīzumā atgriezties" in page and NUMBER in page
    assert visitor.post(f"/families/{first}/same/{second}/merge").location == f"/families/{first}"
    assert into(office) == {first: None, second: first}
    with office.app.store.reading() as session:
        assert session.scalars(select(Inquiry.household_id)).all() == [first, first]
    page = visitor.text(f"/families/{first}")
    assert f"Ģimene Nr. {second} ir pievienota" in page and f'href="/families/{second}"' in page
    gone = visitor.text(f"/families/{second}")
    assert "vairs netiek skaitīts" in gone and "/stage" not in gone
    assert visitor.get(f"/families/{second}/same").location == f"/families/{second}"
    # The board counts one.
    assert f'href="/families/{second}"' not in visitor.text("/families")
    refused = visitor.post(f"/families/{second}/same/{first}/merge")
    assert refused.status_code == 422 and "vispirms atsauciet" in refused.get_data(as_text=True)
    sent = {"stage": "planning", "entered_on": "2026-11-20", "people": ""}
    refused = visitor.post(f"/families/{second}/stage", dict(sent))
    assert refused.status_code == 422 and f"pievienots ģimenei Nr. {first}" in refused.get_data(as_text=True)
    # Whichever of the two pages one stands on.
    assert visitor.post(f"/families/{second}/same/merges/1/undo").location == f"/families/{second}"
    assert into(office) == {first: None, second: None}
    assert visitor.post(f"/families/{second}/same/merges/1/undo").status_code == 303
    assert "jau ir atsaukta" in visitor.text(f"/families/{second}")
    assert ("merge", "household", first) in deeds(office) and ("undo", "household", first) in deeds(office)


def test_two_that_are_not_the_same_are_not_proposed(office: Office) -> None:
    first, second = two(office)
    visitor = office.as_role("coordinator")
    link = f'href="/families/{second}"'
    assert visitor.post(f"/families/{first}/same/{second}/apart").location == f"/families/{first}"
    assert "nav viena un tā pati" in visitor.text(f"/families/{first}")
    assert link not in visitor.text(f"/families/{first}")
    assert f"/families/{first}/same/{second}" not in visitor.text("/families/same")
    assert "Dubultu ierakstu neredz." in visitor.text("/families/same")
    assert visitor.post(f"/families/{second}/same/{first}/apart?undo=1").location == f"/families/{second}/same/{first}"
    visitor.text("/families")
    assert link in visitor.text(f"/families/{first}")
    with office.app.store.reading() as session:
        facts = [(row.action, row.facts) for row in session.scalars(select(AuditEntry)) if row.action in {"apart", "undo"}]
    assert facts == [("apart", {"household": second}), ("undo", {"household": first})]


def test_a_lone_inquiry_that_is_not_theirs_is_not_proposed(office: Office) -> None:
    first, asked = family(office), ask(office)
    ask(office, 7, household_id=first)
    visitor, deed = office.as_role("coordinator"), f"/inquiries/{asked}/same/{first}/apart"
    for page in (f"/inquiries/{asked}/same", f"/families/{first}/same"):
        assert f'action="{deed}"' in visitor.text(page)
    assert visitor.post(deed).location == f"/inquiries/{asked}/same"
    page = visitor.text(f"/inquiries/{asked}/same")
    assert "Tos kopā vairs nepiedāvās." in page and f'action="{deed}?undo=1"' in page and f'action="{deed}"' not in page
    assert f'href="/families/{first}"' not in visitor.text(f"/inquiries/{asked}")
    assert f"/inquiries/{asked}/same" not in visitor.text("/families/same")
    assert visitor.post(deed + "?undo=1").status_code == 303
    assert f"/inquiries/{asked}/same" in visitor.text("/families/same")
    tied = ask(office, 2, household_id=first)
    assert visitor.post(f"/inquiries/{tied}/same/{first}/apart").location == f"/inquiries/{tied}"
    assert "jau ir ģimenei" in visitor.text(f"/inquiries/{tied}")
    assert visitor.post(f"/inquiries/{asked}/same/99/apart").status_code == 404
    assert office.as_role("comms").post(deed).status_code == 403


def test_saving_tells_of_a_strong_candidate(office: Office) -> None:
    first = family(office)
    ask(office, 1, household_id=first)
    visitor = office.as_role("coordinator")
    visitor.post("/inquiries/new", {"line": f"Zane, 2 cilvēki, {NUMBER}", "do": "save"})
    assert f"Ģimenei Nr. {first} ir tas pats tālrunis" in visitor.text("/inquiries")
    visitor.post("/families/new", {"adults": "2", "note": f"tālr. {NUMBER}", "name": "Zane"})
    assert "ir tas pats tālrunis vai e-pasts" in visitor.text("/families/2")
    visitor.post("/inquiries/new", {"line": "Pēteris, 2 cilvēki, 29123456", "do": "save"})
    assert "tas pats tālrunis" not in visitor.text("/inquiries")


@pytest.mark.parametrize("path", ["/families/1/same", "/families/1/same/2", "/families/same", "/families/1", "/inquiries/3/same", "/inquiries/3"])
def test_the_store_is_asked_little(office: Office, path: str) -> None:
    two(office)
    for number in range(3, 12):
        ask(office, number)
        family(office, ("contacted", SEPTEMBER))
    visitor = office.as_role("coordinator")
    visitor.get("/families")
    with Counted(office.app) as heard:
        assert visitor.get(path).status_code == 200
    assert len(heard.statements) <= 12, heard.statements


def test_what_is_not_there(office: Office) -> None:
    first, _ = two(office)
    visitor = office.as_role("coordinator")
    for path in ("/families/99/same", f"/families/{first}/same/99", f"/families/{first}/same/{first}", "/inquiries/99/same"):
        assert visitor.get(path).status_code == 404
    for deed in ("99/merge", f"{first}/merge", "99/apart", f"{first}/apart"):
        assert visitor.post(f"/families/{first}/same/{deed}").status_code == 404
    assert visitor.get("/families/same?page=7").status_code == 200
