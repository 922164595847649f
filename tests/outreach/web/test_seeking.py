"""Finding a family by name on the screen: for the coordinator alone, never by an address, written down."""

import pytest

from outreach.people.models import ROLES
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, NUMBER, PLACE, Counted, ask, family, silent, trail

FIND = "/families/find"


def test_a_family_and_an_inquiry_are_found(office: Office) -> None:
    first, asked = family(office), ask(office)
    visitor = office.as_role("coordinator")
    assert silent(visitor.text(FIND)) and trail(office.app) == []
    for words in (CANARY, "zeltkan", "ЗЕЛТКАНАРИЙС", NUMBER):
        answer = visitor.post(FIND, {"words": words})
        page = answer.get_data(as_text=True)
        assert answer.headers["Cache-Control"] == "no-store"
        assert f'href="/inquiries/{asked}"' in page and (words == NUMBER) is (f'href="/families/{first}"' not in page), words
    page = visitor.post(FIND, {"words": "Svešais"}).get_data(as_text=True)
    assert "Neviens neatbilst" in page and CANARY not in page
    assert visitor.post(FIND, {"words": " "}).status_code == 422
    assert {line[1:3] for line in trail(office.app)} == {("find", "household"), ("find", "inquiry")}


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"coordinator"}))
def test_nobody_else_searches(office: Office, role: str) -> None:
    family(office)
    visitor = office.as_role(role, PLACE if role == "partner" else None)
    assert visitor.get(FIND).status_code == 403
    answer = visitor.post(FIND, {"words": CANARY})
    assert answer.status_code == 403 and silent(answer.get_data(as_text=True)) and trail(office.app) == []


def test_the_way_to_it_and_what_it_asks(office: Office) -> None:
    for number in range(8):
        family(office)
        ask(office, number)
    visitor = office.as_role("coordinator")
    for page in ("/families", "/inquiries", "/search?q=qqqq"):
        assert f'href="{FIND}"' in visitor.text(page)
    assert f'href="{FIND}"' not in office.as_role("comms").text("/inquiries")
    office.client.application.extensions["outreach.attention"].forget()
    with Counted(office.app) as counted:
        visitor.post(FIND, {"words": CANARY})
    assert len([one for one in counted.statements if not one.startswith("INSERT INTO audit")]) <= 12
