"""Press releases on the screen: written, put right, approved, given to the media."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from campaigns.models import Post
from campaigns.writing import stories
from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.pressroom.models import Release, ReleasePicture, ReleaseQuote
from outreach.pressroom.writing import editing, revisions
from outreach.web.app import make
from tests.benchmarks.pages import QUERIES
from tests.benchmarks.replay import listening
from tests.outreach.pressroom.writing.desk import ANNA, ENGLISH, SAID, TOLD, release
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office
from tests.support.offices import told_in

FORM = {
    "headline": TOLD.headline, "lead": TOLD.lead, "body": TOLD.body, "facts": "\r\n".join(TOLD.facts),
    "boilerplate": TOLD.boilerplate, "contact": TOLD.contact,
}  # fmt: skip
QUOTE = {"words": "Mājās ir labi.", "speaker": "Ance Pļūkstene", "role": "māte", "agreed_on": "2026-11-20", "agreed_how": "e-pastā"}
ONE = "/press/releases/1"


def put(office: Office, **more: object) -> int:
    with office.app.store.transaction() as session:
        return release(session, **more).id  # type: ignore[arg-type]


def row(office: Office, number: int = 1) -> Release:
    with office.app.store.reading() as session:
        found = session.get_one(Release, number)
        session.expunge(found)
        return found


def test_from_an_empty_form_into_the_press_room(office: Office) -> None:
    visitor = office.as_role("comms")
    assert "Nav nevienas preses relīzes" in visitor.text("/press/releases")
    empty = visitor.text("/press/releases/new")
    assert office.app.office.contact in empty and 'hx-post="/press/releases/counts"' in empty and 'hx-post="/press/checks"' in empty
    assert visitor.post("/press/releases/new", dict(FORM)).location == ONE
    page = visitor.text(ONE)
    assert "<h3>Kā pieteikties</h3>" in page and "<li>ar e-pastu</li>" in page and "melnraksts" in page
    visitor.post(f"{ONE}/ask")
    assert "comms@example.org lūdz apstiprināt" in visitor.text(ONE)
    assert TOLD.headline in visitor.text("/attention") and TOLD.headline in visitor.text("/")
    boss = office.as_role("administrator")
    assert f"{ONE}/approve" in boss.text(ONE)
    boss.post(f"{ONE}/approve")
    boss.post(f"{ONE}/approve")
    assert row(office).approved_by == "administrator@example.org"
    visitor.post(f"{ONE}/publish")
    visitor.post(f"{ONE}/publish")
    assert row(office).slug == "rezekne-tiekas-gimenes-kas-atgriezusas"
    page = visitor.text(ONE)
    assert f"{ONE}/edit" not in page and "kind=correction&amp;about=1" in page
    refused = visitor.post(f"{ONE}/edit", {**FORM, "lead": "Cits"})
    assert refused.status_code == 422 and "Rakstiet labojumu" in refused.get_data(as_text=True)
    visitor.post(f"{ONE}/withdraw")
    assert row(office).withdrawn_at is not None and "Relīze ir atsaukta" in visitor.text(ONE)
    assert planning.deeds(office) == [
        (deed, "release", 1) for deed in ("add", "ask_approval", "approve", "publish", "take_back")
    ]


@pytest.mark.parametrize("wrong", [{"headline": " "}, {"headline": "x" * 201}, {"body": "x" * 30_001}, {"facts": "a\n" * 41}])
def test_a_wrong_form_loses_nothing(office: Office, wrong: dict[str, str]) -> None:
    put(office)
    visitor = office.as_role("comms")
    for path in ("/press/releases/new", f"{ONE}/edit", f"{ONE}/languages/new?language=en"):
        answer = visitor.post(path, {**FORM, "lead": "Palieku te.", **wrong})
        assert answer.status_code == 422 and "Palieku te." in answer.get_data(as_text=True)
    assert row(office, 1).approved_at is None and planning.deeds(office) == []


def test_text_is_text(office: Office) -> None:
    evil = "</textarea><script>alert(1)</script>"
    visitor = office.as_role("comms")
    visitor.post("/press/releases/new", dict.fromkeys(FORM, evil))
    visitor.post(f"{ONE}/quotes/new", {**QUOTE, "words": evil, "speaker": evil})
    for path in (ONE, f"{ONE}/edit", f"{ONE}/wordings", f"{ONE}/quotes/1", "/press/releases", f"{ONE}/languages/new?language=en"):
        assert "<script>alert" not in visitor.text(path), path


def test_a_language_beside_the_original_and_what_has_changed_since(office: Office) -> None:
    put(office)
    visitor = office.as_role("comms")
    assert "languages/new?language=en" in visitor.text(ONE)
    copied = visitor.text(f"{ONE}/languages/new?language=en&copy=1")
    assert f'value="{TOLD.headline}"' in copied
    made = visitor.post(f"{ONE}/languages/new?language=en", {**FORM, "headline": ENGLISH.headline, "follows": "1"})
    assert made.location == f"{ONE}?language=en"
    assert "atpaliek" not in visitor.text(ONE)
    visitor.post(f"{ONE}/edit?language=lv", {**FORM, "lead": TOLD.lead.replace("Rēzeknē", "Ludzā")})
    assert "atpaliek" in visitor.text(ONE) and "<ins>Ludzā</ins>" in visitor.text(f"{ONE}/edit?language=en")
    visitor.post(f"{ONE}/edit?language=en", {**FORM, "headline": ENGLISH.headline, "follows": "1"})
    assert "atpaliek" not in visitor.text(ONE)
    assert visitor.get(f"{ONE}?language=de").status_code == 404
    assert visitor.get(f"{ONE}/languages/new?language=tlh").status_code == 404
    assert visitor.post(f"{ONE}/languages/new?language=en", dict(FORM)).status_code == 422


def test_quotes_and_whether_they_may_be_printed(office: Office) -> None:
    put(office)
    with office.app.store.transaction() as session:
        stories.add(session, office.clock.now(), stories.Told("Ģimene no Dublinas", "", date(2026, 1, 1), None), "x")
        stories.add(session, office.clock.now(), stories.Told("Beigusies", "", date(2025, 1, 1), date(2025, 2, 1)), "x")
    visitor = office.as_role("comms")
    form = visitor.text(f"{ONE}/quotes/new")
    assert "Ģimene no Dublinas" in form and "Beigusies" not in form
    visitor.post(f"{ONE}/quotes/new", {**QUOTE, "agreed_on": ""})
    page = visitor.text(ONE)
    assert "Nav atzīmēts, kad un kā Ance Pļūkstene piekrita" in page and f"{ONE}/approve" not in page
    visitor.post(f"{ONE}/approve")
    assert row(office).approved_at is None
    visitor.post(f"{ONE}/quotes/1", {**QUOTE, "agreed_on": "", "story_id": "1"})
    assert f"{ONE}/approve" in visitor.text(ONE) and "ģimenes stāsts “Ģimene no Dublinas”" in visitor.text(ONE)
    assert visitor.post(f"{ONE}/quotes/1", {**QUOTE, "words": ""}).status_code == 422
    assert visitor.post(f"{ONE}/quotes/1", {**QUOTE, "story_id": "2"}).status_code == 422
    visitor.post(f"{ONE}/quotes/1/drop")
    with office.app.store.reading() as session:
        assert session.get(ReleaseQuote, 1) is None
    assert visitor.get(f"{ONE}/quotes/1").status_code == 404 and visitor.post(f"{ONE}/quotes/1/drop").status_code == 404


def test_an_earlier_wording_is_seen_and_taken_again(office: Office) -> None:
    put(office)
    visitor = office.as_role("comms")
    visitor.post(f"{ONE}/edit", {**FORM, "lead": "Pavisam cits ievads."})
    page = visitor.text(f"{ONE}/wordings")
    assert re.search(r"<ins>[^<]*Pavisam", page)
    assert visitor.post(f"{ONE}/wordings/1").location == f"{ONE}/wordings?language=lv"
    with office.app.store.reading() as session:
        held = revisions.listed(session, editing.text_of(session, 1, "lv").id)
        assert [one.told.lead for one in held] == [TOLD.lead, "Pavisam cits ievads.", TOLD.lead]
    assert visitor.post(f"{ONE}/wordings/9").status_code == 404


def test_sent_back_with_a_reason_that_stays_out_of_the_trail(office: Office) -> None:
    put(office)
    visitor = office.as_role("comms")
    visitor.post(f"{ONE}/ask")
    visitor.post(f"{ONE}/back", {"text": " "})
    assert "Uzrakstiet, kas jāmaina" in visitor.text(ONE) and row(office).asked_at is not None
    visitor.post(f"{ONE}/back", {"text": "Ievads par garu."})
    assert "Ievads par garu." in visitor.text(ONE) and row(office).asked_at is None
    assert "Ievads par garu." in visitor.text(f"{ONE}/wordings")
    assert "Ievads par garu." not in office.as_role("administrator").text("/settings/audit")


def test_the_embargo_is_seen_everywhere_and_posts_may_wait_for_it(office: Office, tmp_path: Path) -> None:
    campaign = planning.campaign(office)
    post = planning.post(office, campaign)
    planning.delivery(office, post, planning.channel(office, tmp_path))
    put(office, campaign_id=campaign)
    visitor = office.as_role("comms")
    form = {"campaign_id": str(campaign), "embargo_until": "2026-11-25T09:30"}
    assert visitor.post(f"{ONE}/embargo", form).status_code == 303
    until = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
    assert row(office).embargo_until == until
    for path in (ONE, f"{ONE}/edit", f"{ONE}/wordings", f"{ONE}/pictures", f"{ONE}/embargo", f"{ONE}/quotes/new", f"{ONE}/languages/new?language=en"):
        assert "Embargo līdz" in visitor.text(path) and "press-writing-embargo" in visitor.text(path), path
    page = visitor.text(ONE)
    assert "ies pirms embargo" in page and f"{ONE}/posts-wait" in page
    visitor.post(f"{ONE}/posts-wait")
    with office.app.store.reading() as session:
        assert session.get_one(Post, post).embargo_until == until
    page = visitor.text(ONE)
    assert "gaidīs embargo" in page and f"{ONE}/posts-wait" not in page
    gap = visitor.post(f"{ONE}/embargo", {**form, "embargo_until": "2027-03-28T03:30"})  # the clocks jump over it
    assert gap.status_code == 422 and row(office).embargo_until == until


def test_pictures_with_captions_in_each_language(office: Office) -> None:
    put(office)
    free = planning.picture(office)
    visitor = office.as_role("comms")
    page = visitor.text(f"{ONE}/pictures")
    assert f'value="{free}"' in page
    visitor.post(f"{ONE}/pictures", {"do": "add", "picture_id": str(free)})
    visitor.post(f"{ONE}/pictures", {"do": "add", "picture_id": str(free)})
    visitor.post(f"{ONE}/pictures", {"do": "save", f"caption-{free}-lv": "Ezers rudenī"})
    with office.app.store.reading() as session:
        assert session.get_one(ReleasePicture, (1, free)).captions == {"lv": "Ezers rudenī"}
    assert "Ezers rudenī" in visitor.text(ONE)
    assert visitor.post(f"{ONE}/pictures", {"do": "add", "picture_id": "99"}).status_code == 422
    visitor.post(f"{ONE}/pictures", {"do": "save", f"drop-{free}": "1"})
    assert "Relīzei nav attēlu" in visitor.text(f"{ONE}/pictures")


def test_a_correction_begins_with_what_is_corrected(office: Office) -> None:
    put(office)
    visitor = office.as_role("comms")
    page = visitor.text("/press/releases/new?kind=correction&about=1")
    assert f"Labojums: {TOLD.headline}" in page and "## Pareizi ir" in page
    made = visitor.post("/press/releases/new?kind=correction&about=1", {**FORM, "headline": "Labojums"})
    assert made.location == "/press/releases/2" and (row(office, 2).kind, row(office, 2).about_id) == ("correction", 1)
    assert "Šī relīze labo:" in visitor.text("/press/releases/2") and "Par šo relīzi ir jaunāka:" not in visitor.text(ONE)
    visitor.post(f"{ONE}/approve")
    visitor.post(f"{ONE}/publish")
    assert "Par šo relīzi ir jaunāka:" in visitor.text(ONE)
    for wrong in ("kind=correction", "about=1", "kind=x", "kind=correction&about=9"):
        assert visitor.get(f"/press/releases/new?{wrong}").status_code == 404


def test_the_list_by_state_and_campaign(office: Office) -> None:
    campaign = planning.campaign(office)
    put(office, campaign_id=campaign)
    put(office)
    visitor = office.as_role("comms")
    assert visitor.text("/press/releases").count(TOLD.headline) == 2
    assert visitor.text(f"/press/releases?campaign={campaign}").count(TOLD.headline) == 1
    assert visitor.text("/press/releases?state=draft").count(TOLD.headline) == 2
    assert "Tādu relīžu nav" in visitor.text("/press/releases?state=sent")
    assert visitor.post(f"/press/releases/new?campaign={campaign}", dict(FORM)).location == "/press/releases/3"
    assert row(office, 3).campaign_id == campaign


def test_counts_while_writing(office: Office) -> None:
    page = office.as_role("comms").post("/press/releases/counts", {"headline": "Viens divi", "body": "trīs", "words": "četri"})
    assert "4 vārdi" in page.get_data(as_text=True) and "<html" not in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/press/releases", {"administrator", "comms", "coordinator", "reader"}),
        ("GET", ONE, {"administrator", "comms", "coordinator", "reader"}),
        ("GET", f"{ONE}/wordings", {"administrator", "comms", "coordinator", "reader"}),
        ("GET", f"{ONE}/edit", {"administrator", "comms"}),
        ("POST", f"{ONE}/approve", {"administrator", "comms"}),
        ("POST", f"{ONE}/publish", {"administrator", "comms"}),
        ("POST", f"{ONE}/quotes/1/drop", {"administrator", "comms"}),
    ],
)
def test_walls(office: Office, method: str, path: str, allowed: set[str]) -> None:
    put(office)
    with office.app.store.transaction() as session:
        editing.quote(session, office.clock.now(), 1, "lv", SAID, ANNA)
    let_in = set()
    for role in planning.WALLS:
        visitor = office.as_role(role, "Balvu novads" if role == "partner" else None)
        answer = visitor.get(path) if method == "GET" else visitor.post(path, {})
        if answer.status_code != 403:
            let_in.add(role)
    assert let_in == allowed


def test_who_may_only_read_is_offered_nothing_to_do(office: Office) -> None:
    put(office)
    page = office.as_role("reader").text(ONE)
    for deed in ("edit", "ask", "approve", "publish", "quotes/new", "embargo", "languages/new"):
        assert f"{ONE}/{deed}" not in page, deed


def test_what_is_not_there(office: Office) -> None:
    visitor = office.as_role("comms")
    for path in ("", "/edit", "/wordings", "/pictures", "/embargo", "/quotes/new", "/quotes/1", "/languages/new?language=en"):
        assert visitor.get(f"/press/releases/9{path}").status_code == 404
    for path in ("/edit", "/ask", "/approve", "/back", "/publish", "/withdraw", "/posts-wait", "/embargo", "/pictures"):
        assert visitor.post(f"/press/releases/9{path}", dict(FORM)).status_code == 404


def test_who_wrote_last_cannot_approve_where_the_office_says_so(tmp_path: Path) -> None:
    with strict_office(tmp_path) as office:
        author, colleague = office.as_role("comms"), office.as_role("administrator")
        author.post("/press/releases/new", dict(FORM))
        page = author.text(ONE)
        assert f"{ONE}/approve" not in page and "apstiprina kāds cits" in page
        author.post(f"{ONE}/approve")
        assert row(office).approved_at is None
        colleague.post(f"{ONE}/approve")
        assert row(office).approved_by == "administrator@example.org"


@contextmanager
def strict_office(folder: Path) -> Iterator[Office]:
    clock = FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    with wiring.open_app(told_in(folder, publish={"own_approval": False}), create=True, clock=clock) as app:
        yield Office(app, clock, make(app).test_client())



def test_a_release_in_all_languages_asks_the_store_no_more_than_any_page(office: Office) -> None:
    campaign = planning.campaign(office)
    put(office, campaign_id=campaign)
    picture, visitor = planning.picture(office), office.as_role("comms")
    with office.app.store.transaction() as session:
        for language in ("en", "ru", "de", "no"):
            editing.add_language(session, office.clock.now(), 1, language, ENGLISH, ANNA, matches=True)
        for language in ("lv", "en", "ru"):
            editing.quote(session, office.clock.now(), 1, language, SAID, ANNA)
        editing.place(session, 1, campaign, office.clock.now())
    visitor.post(f"{ONE}/pictures", {"do": "add", "picture_id": str(picture)})
    for path in (ONE, f"{ONE}/edit?language=en", f"{ONE}/pictures", f"{ONE}/wordings", f"{ONE}/embargo", "/press/releases"):
        office.client.application.extensions["outreach.attention"].forget()
        with listening(office.app.store.engine) as heard:
            visitor.text(path)
        assert len(heard.statements) <= QUERIES, (path, len(heard.statements))
