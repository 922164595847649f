"""Questions under posts: read by the office alone, made inquiries of once, and taken back."""

from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import select

from campaigns.channel import Reply
from campaigns.models import DeliveryReply, Link
from campaigns.replies import storing
from outreach.people.models import ROLES
from outreach.tracker import intake, privacy
from outreach.tracker.models import Inquiry
from tests.benchmarks.replay import listening
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office

PAGE = "/replies"


@pytest.fixture
def asked(office: Office, tmp_path: Path) -> int:
    """A question and a thank-you under a published post; the question's number."""
    post = planning.post(office, planning.campaign(office))
    delivery = planning.delivery(office, post, planning.channel(office, tmp_path), status="published")
    number = planning.reply(office, delivery, "Kur var pieteikties?", url="https://social.example/2", language="lv")
    planning.reply(office, delivery, "Paldies, <b>jauki</b>!")
    return number


def row(office: Office, number: int) -> DeliveryReply:
    with office.app.store.reading() as session:
        found = session.get_one(DeliveryReply, number)
        session.expunge(found)
        return found


def inquiries(office: Office) -> list[Inquiry]:
    with office.app.store.reading() as session:
        found = list(session.scalars(select(Inquiry).order_by(Inquiry.id)))
        session.expunge_all()
        return found


@pytest.mark.parametrize("role", ROLES)
def test_who_reads_and_settles(office: Office, asked: int, role: str) -> None:
    visitor, desk = office.as_role(role), role in {"administrator", "comms", "coordinator"}
    assert visitor.get(PAGE).status_code == (200 if desk else 403)
    assert visitor.post(f"{PAGE}/{asked}/settle", {"state": "answered"}).status_code == (303 if desk else 403)


def test_the_page_tells_questions_from_the_rest(office: Office, asked: int) -> None:
    officer = office.as_role("comms")
    with listening(office.app.store.engine) as heard:
        page = officer.text(PAGE)
    assert len(heard.statements) <= 12
    assert "Kur var pieteikties?" in page and "jauki" not in page and "@anna@social.example" in page
    others = officer.text(f"{PAGE}?which=others")
    assert "Paldies, &lt;b&gt;jauki&lt;/b&gt;!" in others and "Kur var" not in others
    assert html.fromstring(page).xpath("//a[@href='https://social.example/2']/@rel") == ["noopener noreferrer"]
    assert "1 jautājums zem ierakstiem" in officer.text("/attention")


def test_an_inquiry_is_made_once_and_its_words_move(office: Office, asked: int) -> None:
    officer = office.as_role("comms")
    for _ in range(2):
        officer.post(f"{PAGE}/{asked}/inquiry")
    [made] = inquiries(office)
    with office.app.store.reading() as session:
        code = session.scalars(select(Link.code)).one()
    assert (made.code, made.language, made.said_source) == (code, "lv", None)
    assert office.app.seal.open(made.text_sealed or "", intake.sealed_place("text", made.token)) == "Kur var pieteikties?"
    kept = row(office, asked)
    assert (kept.state, kept.inquiry_id, kept.text_sealed, kept.author_sealed) == ("inquiry", made.id, None, None)
    assert "Kur var" not in officer.text(f"{PAGE}?which=settled")
    deeds = [deed for deed in planning.deeds(office) if deed[1] == "reply"]
    assert deeds == [("settle", "reply", asked)]


def test_undo_takes_the_inquiry_back_and_the_words_return(office: Office, asked: int) -> None:
    officer = office.as_role("comms")
    officer.post(f"{PAGE}/{asked}/inquiry")
    [undo] = html.fromstring(officer.text(PAGE)).xpath("//div[@id='toasts']//form/@action")
    officer.post(undo)
    assert inquiries(office) == [] and row(office, asked).state == "new"
    assert "Kur var pieteikties?" in officer.text(PAGE)
    officer.post(f"{PAGE}/{asked}/inquiry")
    assert len(inquiries(office)) == 1


def test_an_inquiry_somebody_has_answered_stays(office: Office, asked: int) -> None:
    office.as_role("comms").post(f"{PAGE}/{asked}/inquiry")
    [made] = inquiries(office)
    with office.app.store.transaction() as session:
        intake.answer(session, office.clock.now(), made.id)
    officer = office.as_role("comms")
    officer.post(f"{PAGE}/{asked}/back")
    assert len(inquiries(office)) == 1 and row(office, asked).state == "inquiry"
    assert "atsaukt vairs nevar" in officer.text(PAGE)


@pytest.mark.parametrize("state", ["answered", "dismissed"])
def test_settled_and_back(office: Office, asked: int, state: str) -> None:
    officer = office.as_role("coordinator")
    officer.post(f"{PAGE}/{asked}/settle", {"state": state})
    assert row(office, asked).state == state and "Kur var" not in officer.text(PAGE)
    officer.post(f"{PAGE}/{asked}/back")
    assert row(office, asked).state == "new" and inquiries(office) == []


def test_what_is_no_deed_or_gone(office: Office, asked: int) -> None:
    officer = office.as_role("comms")
    assert officer.post(f"{PAGE}/{asked}/settle", {"state": "new"}).status_code == 400
    officer.post(f"{PAGE}/99/settle", {"state": "answered"})
    assert "Šī komentāra vairs nav" in officer.text(f"{PAGE}?which=nothing")


def test_what_became_an_inquiry_that_was_erased_leaves_no_way_to_its_author(office: Office, asked: int) -> None:
    before = row(office, asked)
    assert office.as_role("coordinator").post(f"{PAGE}/{asked}/inquiry").status_code == 303
    app = office.app
    with app.store.transaction() as session:
        privacy.erase(session, app.clock.now(), "ieva", inquiries(office)[0].id)
    after = row(office, asked)
    assert (after.url, after.author_sealed, after.text_sealed) == ("", None, None)
    assert before.remote_id not in after.remote_id and after.remote_id.startswith("sha256:")
    # The platform still shows it: it does not come in again.
    told = [Reply(before.remote_id, app.clock.now(), "@anna@social.example", "Kur var pieteikties?", "https://social.example/2")]
    with app.store.transaction() as session:
        assert storing.take(session, app.clock.now(), app.seal, before.delivery_id, told, whole=True).new == 0
