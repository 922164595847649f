"""Inquiries: figures for the office, rows and words for the coordinator, every look and deed in the trail."""

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.models import Campaign, Delivery, Post
from outreach.tracker import attribution, queries
from outreach.tracker.models import Inquiry
from tests.outreach.rooms import publish
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, NUMBER, PLACE, STAFF, Counted, ask, family, silent, trail

LINE = f"{CANARY}, 3 cilvēki, Īrija -> Balvi, darbs, zvanīja {NUMBER}, dzirdēja radio"
POSTS = ("answered", "correct", "family", "erase")


def row(office: Office, number: int) -> queries.InquirySeen:
    with office.app.store.reading() as session:
        found = queries.one(session, number)
    assert found is not None
    return found


@pytest.mark.parametrize("role", [*STAFF, "partner"])
def test_only_the_coordinator_reaches_a_single_inquiry(office: Office, role: str) -> None:
    number = ask(office)
    visitor = office.as_role(role, PLACE if role == "partner" else None)
    for path in (f"/inquiries/{number}", "/inquiries/new"):
        assert visitor.get(path).status_code == 403
    assert visitor.post("/inquiries/new", {"line": LINE, "do": "save"}).status_code == 403
    for deed in POSTS:
        assert visitor.post(f"/inquiries/{number}/{deed}", {"confirm": str(number)}).status_code == 403
    assert row(office, number).answered_at is None
    assert not row(office, number).erased
    assert visitor.get("/inquiries").status_code == (403 if role == "partner" else 200)
    assert trail(office.app) == []


@pytest.mark.parametrize("role", STAFF)
def test_others_see_figures_without_a_row_or_a_link_to_one(office: Office, role: str) -> None:
    for number in range(3):
        ask(office, number, said_source=("radio", None, None)[number])
    page = office.as_role(role).text("/inquiries")
    assert silent(page)
    assert not re.search(r"/inquiries/\d|/families", page)
    assert "Saņemti 3 jautājumi." in page
    assert "Avots nav zināms: 2 (67 % (21 %–94 %))." in page
    assert "Radio" in page
    assert "Īrija" in page
    assert "<svg" in page
    assert office.as_role(role).text("/inquiries?unanswered=1&view=list") .count("Saņemti 3 jautājumi.") == 1


def test_figures_of_another_period_and_of_none(office: Office) -> None:
    ask(office, days=400)
    visitor = office.as_role("comms")
    assert "Jautājumu nav: 2026. gads." in visitor.text("/inquiries")
    assert "Saņemts 1 jautājums." in visitor.text("/inquiries?period=2025")
    wrong = visitor.get("/inquiries?period=soon%3Cb%3E")
    assert wrong.status_code == 422
    assert "soon&lt;b&gt;" in wrong.get_data(as_text=True)


def test_the_list_shows_who_waits_longest_first_and_no_word(office: Office) -> None:
    for number in range(4):
        ask(office, number, days=4 - number)
    visitor = office.as_role("coordinator")
    visitor.post("/inquiries/1/answered")
    page = visitor.text("/inquiries")
    assert silent(page)
    assert [int(number) for number in re.findall(r'href="/inquiries/(\d+)"', page)] == [2, 3, 4, 1]
    assert "Atbildi gaida 3 jautājumi." in page
    assert trail(office.app) == [(visitor.person.mail, "answer", "inquiry", 1)]


def test_the_list_is_turned_page_by_page_and_none_is_lost(office: Office) -> None:
    for number in range(55):
        ask(office, number, linked=False)
    visitor = office.as_role("coordinator")
    for number in (3, 55):
        visitor.post(f"/inquiries/{number}/answered")
    seen: list[int] = []
    path = "/inquiries"
    for _ in range(2):
        page = visitor.text(path)
        seen += [int(number) for number in re.findall(r'href="/inquiries/(\d+)"', page)]
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = older.group(1) if older else ""
    assert path == ""
    assert seen == [*(n for n in range(1, 56) if n not in {3, 55}), 55, 3]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("unanswered=1", {1, 2, 3}), ("country=IE", {1, 3, 4}), ("topic=school", {3}), ("place=Ludzas+novads", {2}),
        ("source=known", {1}), ("source=unknown", {2, 3, 4}), ("period=2026-Q3", {4}), ("country=IE&source=unknown", {3, 4}),
        ("unanswered=1&period=2026-Q3", set()),
    ],
)  # fmt: skip
def test_the_address_says_what_is_shown(office: Office, asked: str, found: set[int]) -> None:
    ask(office, 1, said_source="radio")
    ask(office, 2, country="GB", municipality="Ludzas novads")
    ask(office, 3, topic="school")
    ask(office, 4, days=80)
    visitor = office.as_role("coordinator")
    visitor.post("/inquiries/4/answered")
    page = visitor.text(f"/inquiries?{asked}")
    assert {int(number) for number in re.findall(r'href="/inquiries/(\d+)"', page)} == found
    if not found:
        assert "Tādu jautājumu nav." in page


@pytest.mark.parametrize("asked", ["country=XX", "topic=<b>", "period=never", "source=maybe", "place=Paris"])
def test_what_the_address_cannot_say_is_said_beside_its_field(office: Office, asked: str) -> None:
    answer = office.as_role("coordinator").get(f"/inquiries?{asked}")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "field-error" in page
    assert "<b>" not in page


def test_an_empty_list_says_what_to_do(office: Office) -> None:
    page = office.as_role("coordinator").text("/inquiries")
    assert "Jautājumu vēl nav." in page
    assert "/inquiries/new" in page


def test_opening_an_inquiry_shows_its_words_escaped_and_is_written_down(office: Office) -> None:
    number = ask(office)
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/inquiries/{number}")
    assert CANARY in page
    assert NUMBER in page
    assert "&lt;b&gt;raksta&lt;/b&gt;" in page
    assert "<b>raksta" not in page
    assert trail(office.app) == [(visitor.person.mail, "reveal", "inquiry", number)]
    assert visitor.get(f"/inquiries/{number}").headers["Cache-Control"] == "no-store"
    assert len(trail(office.app)) == 2
    assert visitor.get("/inquiries/999").status_code == 404
    assert len(trail(office.app)) == 2


def test_answered_can_be_taken_back(office: Office) -> None:
    number = ask(office)
    visitor = office.as_role("coordinator")
    answer = visitor.post(f"/inquiries/{number}/answered")
    assert (answer.status_code, answer.location) == (303, "/inquiries")
    assert row(office, number).answered_at is not None
    page = visitor.text("/inquiries")
    undo = re.search(r'action="(/inquiries/\d+/answered\?undo=1)"', page)
    assert undo is not None
    visitor.post(undo.group(1))
    assert row(office, number).answered_at is None
    assert [deed[1] for deed in trail(office.app)] == ["answer", "reopen"]
    assert visitor.post("/inquiries/999/answered").status_code == 404


def test_the_bell_forgets_when_an_inquiry_is_answered(office: Office) -> None:
    ask(office)
    visitor = office.as_role("coordinator")
    assert re.search(r'class="badge tone-person">1<', visitor.text("/inquiries"))
    visitor.post("/inquiries/1/answered")
    assert re.search(r'class="badge tone-none">0<', visitor.text("/inquiries"))


def test_a_source_is_corrected_by_touch_by_word_and_to_unknown(office: Office) -> None:
    now = office.clock.now()
    with office.app.store.transaction() as session:
        publish(session, "aB3dE9x", now - timedelta(days=2))
        assert session.get_one(Campaign, 1).name == "MĀJAS"
    number = ask(office, code="aB3dE9x")
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/inquiries/{number}")
    held = re.search(r'<option value="(touch-\d+)" selected>([^<]+)', page)
    assert held is not None
    assert "Stāsts par atgriešanos" in held.group(2)
    for choice, expected in (("unknown", "unknown"), ("said-radio", "said"), (held.group(1), "link")):
        answer = visitor.post(f"/inquiries/{number}/correct", {"source": choice})
        assert (answer.status_code, answer.location) == (303, f"/inquiries/{number}")
        assert (row(office, number).rule, row(office, number).by_person) == (expected, True)
        assert f'value="{choice}" selected' in visitor.text(f"/inquiries/{number}")
    wrong = visitor.post(f"/inquiries/{number}/correct", {"source": "touch-77"})
    assert wrong.status_code == 422
    assert "field-error" in wrong.get_data(as_text=True)
    assert row(office, number).rule == "link"
    assert visitor.post("/inquiries/999/correct", {"source": "unknown"}).status_code == 404


def test_another_inquirys_touch_is_no_choice(office: Office) -> None:
    with office.app.store.transaction() as session:
        publish(session, "aB3dE9x", office.clock.now() - timedelta(days=2))
    one, other = ask(office, 1, code="aB3dE9x"), ask(office, 2)
    with office.app.store.reading() as session:
        [touch] = queries.touches(session, one)
    visitor = office.as_role("coordinator")
    assert visitor.post(f"/inquiries/{other}/correct", {"source": f"touch-{touch.touch_id}"}).status_code == 422
    assert row(office, other).rule == "unknown"


def test_an_inquiry_is_tied_to_a_family_and_untied(office: Office) -> None:
    number, home = ask(office), family(office)
    visitor = office.as_role("coordinator")
    for wrong, told in (("", "Šis lauks jāaizpilda"), ("x", "vajadzīgs skaitlis"), ("77", "Ģimenes ar numuru 77 nav")):
        answer = visitor.post(f"/inquiries/{number}/family", {"household": wrong})
        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)
    assert visitor.post(f"/inquiries/{number}/family", {"household": str(home)}).status_code == 303
    assert row(office, number).household_id == home
    assert f'href="/families/{home}"' in visitor.text(f"/inquiries/{number}")
    visitor.post(f"/inquiries/{number}/family", {"untie": "1"})
    assert row(office, number).household_id is None
    assert [deed[1] for deed in trail(office.app) if deed[1] != "reveal"] == ["tie", "untie"]


def test_erasing_asks_for_the_number_and_leaves_the_figures(office: Office) -> None:
    number = ask(office)
    visitor = office.as_role("coordinator")
    for wrong in ("", "2", "jā"):
        answer = visitor.post(f"/inquiries/{number}/erase", {"confirm": wrong})
        assert answer.status_code == 422
        assert not row(office, number).erased
    assert visitor.post(f"/inquiries/{number}/erase", {"confirm": str(number)}).status_code == 303
    page = visitor.text(f"/inquiries/{number}")
    assert silent(page)
    assert "Personas dati šajā jautājumā ir izdzēsti" in page
    assert "Dzēst neatgriezeniski" not in page
    assert "Īrija" in page
    assert "dati izdzēsti" in visitor.text("/inquiries")
    with office.app.store.reading() as session:
        kept = session.get_one(Inquiry, number)
        assert (kept.name_sealed, kept.contact_sealed, kept.text_sealed, kept.country) == (None, None, None, "IE")
    assert ("erase", "inquiry", number) in [deed[1:] for deed in trail(office.app)]


def test_a_call_is_shown_before_it_is_saved(office: Office) -> None:
    visitor = office.as_role("coordinator")
    assert 'value="save"' not in visitor.text("/inquiries/new")
    look = visitor.post("/inquiries/new", {"line": LINE})
    page = look.get_data(as_text=True)
    assert look.status_code == 200
    for understood in (CANARY, "Īrija", "Balvu novads", "Darbs", NUMBER, "Radio", 'value="save"'):
        assert understood in page
    live = visitor.post("/inquiries/new", {"line": LINE}, headers={"HX-Request": "true"})
    assert "<html" not in live.get_data(as_text=True)
    assert "Balvu novads" in live.get_data(as_text=True)
    assert trail(office.app) == []
    saved = visitor.post("/inquiries/new", {"line": LINE, "do": "save", "answered": "1"})
    assert (saved.status_code, saved.location) == (303, "/inquiries")
    seen = row(office, 1)
    assert (seen.arrived_by, seen.country, seen.municipality, seen.people) == ("phone", "IE", "Balvu novads", 3)
    assert seen.answered_at is not None
    assert [deed[1] for deed in trail(office.app)] == ["add", "answer"]
    assert "Jautājums Nr. 1 ir pierakstīts." in visitor.text("/inquiries")
    visitor.post("/inquiries/new", {"line": LINE, "do": "save"})
    assert "Tāds pats pieraksts šodien jau ir: Nr. 1." in visitor.text("/inquiries")


@pytest.mark.parametrize("line", ["", "   ", ", -> ;"])
def test_an_empty_call_is_refused_and_nothing_is_lost(office: Office, line: str) -> None:
    visitor = office.as_role("coordinator")
    answer = visitor.post("/inquiries/new", {"line": line, "do": "save", "answered": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "field-error" in page
    assert 'name="answered" value="1" checked' in page
    live = visitor.post("/inquiries/new", {"line": line}, headers={"HX-Request": "true"})
    assert (live.status_code, live.get_data(as_text=True).strip()) == (200, "")


def test_a_name_where_the_place_stands_does_not_reach_the_list(office: Office) -> None:
    visitor = office.as_role("coordinator")
    visitor.post("/inquiries/new", {"line": f"Īrija -> {CANARY}", "do": "save"})
    assert silent(visitor.text("/inquiries"))
    assert CANARY in visitor.text("/inquiries/1")


def test_no_word_of_a_family_reaches_an_address_a_log_or_a_notice(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    visitor = office.as_role("coordinator")
    answers = [
        visitor.post("/inquiries/new", {"line": LINE, "do": "save"}),
        visitor.get("/inquiries/1"),
        visitor.post("/inquiries/1/answered"),
        visitor.post("/inquiries/1/correct", {"source": f"said-{CANARY}"}),
        visitor.post("/inquiries/1/erase", {"confirm": CANARY}),
    ]
    for answer in answers:
        assert silent(str(answer.headers))
    assert silent(caplog.text)
    assert silent(repr(trail(office.app)))


def test_a_title_of_a_post_is_escaped(office: Office) -> None:
    with office.app.store.transaction() as session:
        link = publish(session, "aB3dE9x", office.clock.now() - timedelta(days=2))
        post = session.get_one(Post, session.get_one(Delivery, link.delivery_id).post_id)
        post.title = "<script>alert(1)</script>"
    ask(office, code="aB3dE9x")
    coordinator = office.as_role("coordinator")
    for page in (coordinator.text("/inquiries"), coordinator.text("/inquiries/1"), office.as_role("comms").text("/inquiries")):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    ("role", "path"),
    [("coordinator", "/inquiries"), ("coordinator", "/inquiries?source=unknown&country=IE"), ("coordinator", "/inquiries/1"), ("comms", "/inquiries"), ("coordinator", "/inquiries?view=figures")],
)  # fmt: skip
def test_a_page_asks_little_however_much_there_is(office: Office, role: str, path: str) -> None:
    for number in range(60):
        ask(office, number, said_source=("radio", "friends", None)[number % 3])
    with office.app.store.transaction() as session:
        for number in range(1, 8):
            attribution.correct(session, office.clock.now(), "x", number, "unknown")
    visitor = office.as_role(role)
    with Counted(office.app) as counted:
        visitor.text(path)
    assert len(counted.statements) <= 12, counted.statements


def test_a_family_day_is_the_offices(office: Office) -> None:
    """An inquiry of the year's first Riga hour is of that year, though it is the old year in UTC."""
    ask(office, 1, received_at=datetime(2025, 12, 31, 22, 30, tzinfo=UTC))
    assert "Saņemts 1 jautājums." in office.as_role("reader").text("/inquiries?period=2026")
