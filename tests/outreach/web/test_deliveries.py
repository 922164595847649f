"""Deliveries on the screen: what waits first, one with its history, and decisions that count once."""

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.models import Delivery
from outreach.wiring import jobs
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office


def one(office: Office, folder: Path, status: str = "scheduled", title: str = "Vietas vēl ir", *, approved: bool = True) -> int:
    number = planning.campaign(office)
    made = planning.channel(office, folder, f"Mape {number}")
    return planning.delivery(office, planning.post(office, number, title, approved=approved), made, status=status)


def publish(office: Office) -> None:
    next(job for job in jobs() if job.name == "publish").run(office.app)


def test_what_waits_for_a_person_comes_first(office: Office, tmp_path: Path) -> None:
    visitor = office.as_role("comms")
    assert "Šādu sūtījumu nav." in visitor.text("/deliveries")
    assert "Nekas negaida" in visitor.text("/deliveries?status=needs")
    one(office, tmp_path, title="Mierīgais")
    assert "Mierīgais" in visitor.text("/deliveries")
    one(office, tmp_path, "failed", title="Nokavētais")
    one(office, tmp_path, "unconfirmed", title="Nezināmais")
    one(office, tmp_path, title="Neapstiprinātais", approved=False)
    page = visitor.text("/deliveries")
    assert "Mierīgais" not in page
    for said in ("Nokavētais", "Nokavēts vairāk nekā par 6 h", "Nezināmais", "Darbs pārtrūka", "Neapstiprinātais", "nav apstiprināts, tāpēc"):
        assert said in page
    assert "Mierīgais" in visitor.text("/deliveries?status=all")
    assert visitor.get("/deliveries?status=lost").status_code == 404


def test_a_paused_channel_is_named_as_the_reason(office: Office, tmp_path: Path) -> None:
    from campaigns import dispatch

    one(office, tmp_path)
    with office.app.store.transaction() as session:
        dispatch.pause(session, 1, "campaigns.paused.denied")
    assert "vairs nelaiž iekšā" in office.as_role("comms").text("/deliveries")
    assert "vairs nelaiž iekšā" in office.as_role("comms").text("/deliveries/1")


def test_long_lists_go_on_without_a_gap(office: Office, tmp_path: Path) -> None:
    number = planning.campaign(office)
    channels = [planning.channel(office, tmp_path, f"Mape {place}") for place in range(2)]
    for count in range(40):
        post = planning.post(office, number, f"I-{count:02}")
        for channel in channels:
            planning.delivery(office, post, channel, office.clock.now() + timedelta(days=2, hours=count // 4))
    visitor = office.as_role("comms")
    first = visitor.text("/deliveries?status=scheduled")
    second = visitor.text(f"/deliveries?status=scheduled&before={first.split('before=')[1].split(chr(34))[0]}")
    shown = [{number for number in range(1, 81) if f'href="/deliveries/{number}"' in page} for page in (first, second)]
    assert [len(rows) for rows in shown] == [50, 30]
    assert len(shown[0] | shown[1]) == 80


def test_history_tells_what_happened(office: Office, tmp_path: Path) -> None:
    one(office, tmp_path, "failed")
    page = office.as_role("reader").text("/deliveries/1")
    assert page.index("Neizdevās: Nokavēts vairāk nekā par 6 h") < page.index("Ieplānots</p>")
    assert "/move" not in page  # a reader decides nothing
    one(office, tmp_path, "published")
    assert 'href="https://social.example.org/1"' in office.as_role("reader").text("/deliveries/2")


def test_a_receipt_that_is_no_web_address_is_no_link(office: Office, tmp_path: Path) -> None:
    one(office, tmp_path, "published")
    with office.app.store.transaction() as session:
        session.get_one(Delivery, 1).receipt_url = "javascript:alert(1)"
    page = office.as_role("comms").text("/deliveries/1")
    assert 'href="javascript:' not in page


def test_every_decision_has_its_words_without_a_script_too(office: Office, tmp_path: Path) -> None:
    visitor = office.as_role("comms")
    one(office, tmp_path, "unconfirmed")
    page = visitor.text("/deliveries/1")
    assert 'data-open="deed-settle"' in page
    assert '<dialog class="dialog" id="deed-settle"' in page
    assert "move" not in visitor.text("/deliveries/1?do=move").split("</header>")[-1].split("data-open")[0]
    plain = visitor.text("/deliveries/1?do=settle")
    assert '<section class="note-form" id="do">' in plain
    assert 'id="deed-settle"' not in plain
    one(office, tmp_path)
    assert "nekas netiks publicēts" in visitor.text("/deliveries/2?do=cancel")


def test_it_is_there(office: Office, tmp_path: Path) -> None:
    one(office, tmp_path, "unconfirmed")
    visitor = office.as_role("comms")
    wrong = visitor.post("/deliveries/1/settle", {"live": "yes", "url": "javascript:alert(1)"})
    assert wrong.status_code == 422
    assert "javascript:alert(1)" in wrong.get_data(as_text=True)
    assert planning.status(office, 1) == "unconfirmed"
    assert visitor.post("/deliveries/1/settle", {"live": "yes", "url": "https://social.example.org/7"}).status_code == 303
    assert "https://social.example.org/7" in visitor.text("/deliveries/1")
    assert planning.status(office, 1) == "published"
    assert planning.deeds(office) == [("settle", "delivery", 1)]


def test_it_is_not_there_and_goes_out_once_however_often_one_presses(office: Office, tmp_path: Path) -> None:
    one(office, tmp_path, "unconfirmed")
    visitor = office.as_role("comms")
    assert visitor.post("/deliveries/1/settle", {"live": "no", "url": "nonsense"}).status_code == 303
    second = visitor.post("/deliveries/1/settle", {"live": "no"})
    assert second.status_code == 303
    assert "Nekas netika mainīts." in visitor.text("/deliveries/1")
    publish(office)
    assert visitor.post("/deliveries/1/settle", {"live": "no"}).status_code == 303
    publish(office)
    assert planning.status(office, 1) == "published"
    assert len(list((tmp_path / "posts").iterdir())) == 1
    assert planning.deeds(office) == [("settle", "delivery", 1)]


@pytest.mark.parametrize("live", ["", "perhaps"])
def test_an_answer_that_is_none_changes_nothing(office: Office, tmp_path: Path, live: str) -> None:
    one(office, tmp_path, "unconfirmed")
    assert office.as_role("comms").post("/deliveries/1/settle", {"live": live}).status_code == 400
    assert planning.status(office, 1) == "unconfirmed"


def test_moved_and_cancelled(office: Office, tmp_path: Path) -> None:
    one(office, tmp_path, "failed")
    visitor = office.as_role("comms")
    for due_at, said in (("2027-03-28T03:15", "Tāda brīža nav."), ("2026-11-22T10:00", "jau pagājis"), ("", "jāaizpilda")):
        answer = visitor.post("/deliveries/1/move", {"due_at": due_at})
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
    assert visitor.post("/deliveries/1/move", {"due_at": "2026-12-01T10:00"}).status_code == 303
    assert planning.status(office, 1) == "scheduled"
    assert "1. dec. 10:00" in visitor.text("/deliveries/1")
    assert visitor.post("/deliveries/1/cancel").status_code == 303
    assert visitor.post("/deliveries/1/cancel").status_code == 303  # pressed twice: said, not done
    assert "Nekas netika mainīts." in visitor.text("/deliveries/1")
    assert planning.status(office, 1) == "cancelled"
    assert planning.deeds(office) == [("move", "delivery", 1), ("cancel", "delivery", 1)]


@pytest.mark.parametrize("deed", ["move", "cancel"])
def test_what_is_out_stays_out(office: Office, tmp_path: Path, deed: str) -> None:
    one(office, tmp_path, "published")
    answer = office.as_role("comms").post(f"/deliveries/1/{deed}", {"due_at": "2026-12-01T10:00"})
    assert answer.status_code == 303
    assert planning.status(office, 1) == "published"
    assert planning.deeds(office) == []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/deliveries", {"administrator", "comms", "coordinator", "reader"}),
        ("GET", "/deliveries/1", {"administrator", "comms", "coordinator", "reader"}),
        ("POST", "/deliveries/1/settle", {"administrator", "comms"}),
        ("POST", "/deliveries/1/move", {"administrator", "comms"}),
        ("POST", "/deliveries/1/cancel", {"administrator", "comms"}),
    ],
)
def test_walls(office: Office, tmp_path: Path, method: str, path: str, allowed: set[str]) -> None:
    one(office, tmp_path)
    let_in = set()
    for role in planning.WALLS:
        visitor = office.as_role(role)
        answer = visitor.get(path) if method == "GET" else visitor.post(path, {})
        if answer.status_code != 403:
            let_in.add(role)
    assert let_in == allowed


def test_what_is_not_there(office: Office) -> None:
    visitor = office.as_role("comms")
    assert visitor.get("/deliveries/9").status_code == 404
    for deed in ("settle", "move", "cancel"):
        assert visitor.post(f"/deliveries/9/{deed}", {"live": "yes", "due_at": "2026-12-01T10:00"}).status_code == 404
