"""What became of releases on the screen: one release's page and its link, the year and its table, where else it shows."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from outreach.core.db import Store
from outreach.core.testing import FixedClock
from outreach.pressroom.models import Release, ReleasePrint
from outreach.pressroom.results import followed
from outreach.web import mention_choices
from tests.benchmarks.pages import QUERIES
from tests.benchmarks.replay import listening
from tests.outreach.pressroom.ledger.desk import release
from tests.outreach.pressroom.results.desk import contact, inquiry, mail, printed, sending
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def told(office: Office, *, in_campaign: bool = False) -> tuple[int, int, int]:
    """A release nine days old that three outlets got and one printed, a contact of it, and the mention."""
    at = office.clock.now() - 9 * DAY
    campaign = planning.campaign(office) if in_campaign else None
    with office.app.store.transaction() as session:
        number = release(session, at, campaign_id=campaign)
        going = sending(session, number, at)
        rita = contact(session, at, "Rēzeknes Avīze")
        for one in (rita, contact(session, at, "Klusā Avīze"), contact(session, at, "Ludzas Zeme")):
            mail(session, going, one)
        mail(session, going, contact(session, at, "Vecā adrese"), "sent", at + HOUR)
        mention = printed(session, number, "Rēzeknes Avīze", at + 4 * HOUR, author="Rita Rakstniece")
        for back in range(2, 90, 3):
            inquiry(session, at - back * DAY, "said")
        inquiry(session, at + DAY, "coverage", mention_id=mention)
    return number, rita, mention


def test_the_page_says_what_became_of_a_release_and_never_why(office: Office) -> None:
    number, _, _ = told(office)
    page = office.as_role("reader").text(f"/press/releases/{number}/results")
    steps = re.findall(r'press-results-number">(\d+)</span><div><strong>(.*?)</strong>', page)
    assert steps == [("4", "vēstules nosūtītas"), ("3", "vēstules piegādātas"), ("1", "redakcija publicēja"), ("1", "saistīts jautājums")]
    assert "1 vēstule atgriezās." in page and "Vai vēstuli atvēra, mēs nemērām." in page
    assert "No 3 redakcijām, kurām relīzi piegādājām, publicēja 1 (33 %; ticams 6–79 %)." in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Pirmajā nedēļā pēc relīzes saņēmām 1 jautājumu." in page and "parastajās robežās" in page
    assert "Pirmā publikācija pēc 4 stundām: Rēzeknes Avīze" in page and " dēļ" not in page.split("<main")[1].split("</main>")[0]
    assert 'class="chart-svg' in page and "nepieder nevienai kampaņai" in page and "/results/link" not in page


def test_more_than_usual_coincides(office: Office) -> None:
    number, _, _ = told(office)
    with office.app.store.transaction() as session:
        for hour in range(30):
            inquiry(session, office.clock.now() - 8 * DAY + hour * HOUR, "said")
    page = office.as_role("comms").text(f"/press/releases/{number}/results")
    assert "vairāk nekā parasti un sakrita laikā ar relīzi; vai relīze bija iemesls, skaitļi nepasaka" in page


def test_a_release_that_is_not_out_says_what_will_be_here(office: Office) -> None:
    with office.app.store.transaction() as session:
        number = release(session, office.clock.now(), published=False)
    page = office.as_role("comms").text(f"/press/releases/{number}/results")
    assert "Relīze vēl nav izsūtīta" in page and "press-results-number" not in page and "Relīze uzrakstīta" in page
    assert f"/press/releases/{number}/results" in office.as_role("comms").text(f"/press/releases/{number}")
    assert office.as_role("comms").get("/press/releases/999/results").status_code == 404
    assert office.as_role("partner").get(f"/press/releases/{number}/results").status_code == 403


def test_the_link_is_made_once_and_its_visitors_show(office: Office) -> None:
    number, _, _ = told(office, in_campaign=True)
    officer, address = office.as_role("comms"), f"/press/releases/{number}/results"
    assert "Relīzei vēl nav savas saites" in officer.text(address)
    for _ in range(2):
        assert officer.post(f"{address}/link").location == address
    page = officer.text(address)
    code = re.findall(r"/k/([0-9A-Za-z]{7})</code>", page)
    assert len(code) == 1 and '0</span><div><strong>apmeklētāju pēc relīzes saites' in page
    with office.app.store.reading() as session:
        assert followed.of_releases(session, [number]).links[number].code == code[0]
    led = office.client.get(f"/k/{code[0]}", base_url="http://127.0.0.1:8000", headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"})
    assert led.location.endswith(f"/jautajums?release={number}&k={code[0]}")
    assert '1</span><div><strong>apmeklētājs pēc relīzes saites' in officer.text(address)
    assert office.as_role("reader").post(f"{address}/link").status_code == 403


def test_a_release_without_a_campaign_gets_no_link(office: Office) -> None:
    number, _, _ = told(office)
    officer = office.as_role("comms")
    officer.post(f"/press/releases/{number}/results/link")
    assert "Neizdevās: Relīze nepieder nevienai kampaņai" in officer.text(f"/press/releases/{number}/results")


def test_the_year_has_its_releases_and_ranks_nobody_by_chance(office: Office) -> None:
    reader = office.as_role("reader")
    assert "2026. gadā vēl nav nevienas relīzes" in reader.text("/press")
    number, _, _ = told(office)
    page = reader.text("/press")
    assert "Nodota 1 relīze." in page and "Piegādātas 3 vēstules." in page and "Ar relīzēm saistīts 1 jautājums." in page
    assert "No 3 reizēm, kad relīze nonāca redakcijā, tā publicēta 1 (" in page
    assert f'href="/press/releases/{number}/results"' in page and "redakcijas neatšķiras" in page
    assert "/press?year=2027" not in page and "/press?year=2025" not in page
    assert "2025. gadā vēl nav" in reader.text("/press?year=2025") and "2026. gadā" in reader.text("/press?year=2099")
    assert office.as_role("partner").get("/press").status_code == 403


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_the_year_as_a_table(office: Office, name: str) -> None:
    told(office)
    answer = office.as_role("reader").get(f"/press/table?year=2026&format={name}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="relizes-2026.{name}"'
    assert answer.data.startswith("\ufeff".encode() if name == "csv" else b"PK") and len(answer.data) > 200


def test_a_contact_a_mention_and_the_calendar_know_it(office: Office) -> None:
    number, rita, mention = told(office)
    with office.app.store.transaction() as session:
        session.get_one(Release, number).embargo_until = office.clock.now() + 2 * HOUR
        sending(session, number, None, "ready", due_at=office.clock.now() + 3 * DAY)
    officer = office.as_role("comms")
    assert f"/press/contacts/{rita}/results" in officer.text(f"/press/contacts/{rita}")
    page = officer.text(f"/press/contacts/{rita}/results")
    assert "Saņēmis 1 relīzi." in page and "Medijs publicējis 1." in page and "Ar paša vārdu – 1." in page and "Parasti pēc 4 stundām." in page
    assert "ar paša vārdu" in page and officer.get("/press/contacts/999/results").status_code == 404
    assert office.as_role("reader").get(f"/press/contacts/{rita}/results").status_code == 403
    assert "Publicē mūsu relīzi" in officer.text(f"/mentions/{mention}") and "Publicē mūsu relīzi" in office.as_role("reader").text(f"/mentions/{mention}")
    for view in ("week", "month", "list", "audience"):
        page = officer.text(f"/calendar?view={view}")
        assert "embargo beidzas 12:00" in page and "izsūta 10:00" in page, view
    events = officer.get("/calendar/events.json?start=2026-11-23&end=2026-11-30").json
    assert events is not None and [one["start"] for one in events if str(one["id"]).startswith("release-")] == ["2026-11-23", "2026-11-26"]
    assert "embargo beidzas" not in office.as_role("partner", "Rēzeknes novads").text("/calendar")


def test_a_mention_names_the_release_it_has_most_of_and_none_that_was_refused(store: Store) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    with store.transaction() as session:
        first, second = release(session, at), release(session, at)
        less = printed(session, first, "A", at, likeness=0.6)
        printed(session, second, "A", at, mention_id=less, likeness=0.9)
        refused = printed(session, second, "B", at, verdict=False)
        numbers = [mention_choices.offered(session, 1, mention=one).prints for one in (less, refused, 0)]
        said = session.query(ReleasePrint.id).filter_by(release_id=second, mention_id=less).scalar()
    assert numbers[0] is not None and (numbers[0].print_id, numbers[0].language) == (said, "lv") and numbers[1:] == [None, None]


def test_the_pages_ask_the_store_seldom(office: Office) -> None:
    number, rita, mention = told(office, in_campaign=True)
    officer = office.as_role("comms")
    officer.post(f"/press/releases/{number}/results/link")
    with office.app.store.transaction() as session:
        release(session, office.clock.now())
    assert isinstance(office.clock, FixedClock)
    asked = {}
    officer.get("/campaigns")  # what lies ready for every page is counted once
    for address in (f"/press/releases/{number}/results", "/press", "/press/table", f"/press/contacts/{rita}/results", f"/mentions/{mention}", "/calendar", "/calendar?drafts=1"):
        office.client.application.extensions["outreach.attention"].forget()
        with listening(office.app.store.engine) as heard:
            assert officer.get(address).status_code == 200
        asked[address] = len(heard.statements)
    assert {address: count for address, count in asked.items() if count > QUERIES} == {}, asked
