"""Who printed it on the screen: the list, the two texts beside each other, a verdict and its undo, the letter, outlets."""

import re
from datetime import timedelta

import pytest

from outreach.digest import releases
from outreach.pressroom.ledger import watching
from outreach.pressroom.models import Release, ReleasePrint
from scrapers import morning
from scrapers.models import Mention
from tests.outreach.pressroom.ledger.desk import release, sent
from tests.outreach.pressroom.ledger.test_compare import SAID, WHOLE
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office
from tests.outreach.web.pressprints import printed

WRONG = WHOLE.replace("423", "432")


def row(office: Office, number: int) -> ReleasePrint:
    with office.app.store.reading() as session:
        found = session.get_one(ReleasePrint, number)
        session.expunge(found)
        return found


def test_a_release_names_the_outlets_that_printed_it(office: Office) -> None:
    one = printed(office, WRONG)
    page = office.as_role("reader").text(f"/press/releases/{row(office, one).release_id}/prints")
    assert "Preses relīzi publicēja 1 redakcija." in page and "1 rakstā ir kļūda" in page
    assert "Rēzeknes Avīze" in page and "vārdu pa vārdam" in page and "pēc 4 stundām" in page
    assert "mums 423, rakstā 432" in page and "/correction" not in page
    assert "/correction" in office.as_role("comms").text(f"/press/releases/{row(office, one).release_id}/prints")


def test_a_release_that_nobody_printed_says_how_it_is_looked_for(office: Office) -> None:
    with office.app.store.transaction() as session:
        number = release(session, office.clock.now())
    assert "vēl neviens nav publicējis" in office.as_role("reader").text(f"/press/releases/{number}/prints")
    assert office.as_role("reader").get("/press/releases/999/prints").status_code == 404
    assert office.as_role("reader").get("/press/prints/999").status_code == 404


def test_both_texts_stand_beside_each_other_with_what_is_the_same_marked(office: Office) -> None:
    one = printed(office, f"<script>alert(1)</script> {WHOLE}")
    page = office.as_role("reader").text(f"/press/prints/{one}")
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page
    marked = re.findall(r"<mark>(.*?)</mark>", page, flags=re.DOTALL)
    assert any("liecina biroja dati" in part for part in marked)
    assert not any("alert" in part for part in marked)
    assert "Virsraksts ir cits: “Atgriežas ģimenes”." in page


def test_a_verdict_is_kept_shown_and_taken_back(office: Office) -> None:
    one, visitor = printed(office), office.as_role("comms")
    assert visitor.post(f"/press/prints/{one}/verdict", {"verdict": "no"}).location == f"/press/prints/{one}"
    assert (row(office, one).verdict, row(office, one).verdict_by) == (False, "comms@example.org")
    page = visitor.text(f"/press/prints/{one}")
    assert "nav mūsu relīze" in page
    assert f"/press/prints/{one}/verdict?verdict=open" in page
    visitor.post(f"/press/prints/{one}/verdict?verdict=open")
    assert (row(office, one).verdict, row(office, one).verdict_by, row(office, one).verdict_at) == (None, None, None)
    assert visitor.post(f"/press/prints/{one}/verdict", {"verdict": "perhaps"}).status_code == 400
    assert office.as_role("reader").post(f"/press/prints/{one}/verdict", {"verdict": "no"}).status_code == 403
    assert office.as_role("partner").get(f"/press/prints/{one}").status_code == 403


@pytest.mark.parametrize(("language", "says"), [("lv", "Labdien!"), ("ru", "Добрый день!"), ("en", "Good day,"), ("ltg", "Labdien!")])
def test_the_letter_that_asks_for_a_correction_is_in_the_outlets_language(office: Office, language: str, says: str) -> None:
    one = printed(office, WRONG)
    with office.app.store.transaction() as session:
        session.get_one(Mention, row(office, one).mention_id).lang = language
    page = office.as_role("comms").text(f"/press/prints/{one}/correction")
    assert says in page and "432" in page and "423" in page
    assert "Rita Rakstniece" in page and "rita-" in page


def test_what_is_right_asks_for_no_letter(office: Office) -> None:
    one = printed(office)
    visitor = office.as_role("comms")
    assert visitor.get(f"/press/prints/{one}/correction").status_code == 404
    assert "/correction" not in visitor.text(f"/press/prints/{one}")


def test_outlets_that_never_print_come_first(office: Office) -> None:
    visitor = office.as_role("reader")
    assert "Vēl nav nevienas relīzes" in visitor.text("/press/outlets")
    one = printed(office)
    with office.app.store.transaction() as session:
        sent(session, row(office, one).release_id, office.clock.now(), "Klusā Avīze")
    page = visitor.text("/press/outlets")
    assert page.index("Klusā Avīze") < page.index("Rēzeknes Avīze") and "nepublicē" in page
    assert "1 redakcija no tām neko nav publicējusi." in page and "1 no 1" in page and "0 no 1" in page
    assert SAID.headline in page and f'href="/press/prints/{one}"' in page


def test_the_morning_mail_knows_a_print_by_the_ledger(office: Office) -> None:
    one, now = printed(office), office.clock.now()
    with office.app.store.transaction() as session:
        campaign = planning.campaign(office)
        session.get_one(Release, row(office, one).release_id).campaign_id = campaign
    with office.app.store.reading() as session:
        rows = morning.told(session, now - timedelta(days=1), now)
        assert releases.carried(session, [], rows) == {row(office, one).mention_id: frozenset({campaign})}
    office.as_role("comms").post(f"/press/prints/{one}/verdict", {"verdict": "no"})
    watching.tick(office.app)
    with office.app.store.reading() as session:
        assert releases.carried(session, [], rows) == {}
