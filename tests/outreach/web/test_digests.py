"""Past mails, read and searched; one's own mail; a preview that is sent and kept nowhere."""

from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import func, select

from outreach.people.models import ROLES, AuditEntry
from outreach.subscribers import subscriptions
from outreach.subscribers.models import DigestRun, Subscription
from tests.benchmarks.replay import listening
from tests.outreach.web import mailroom, newsdesk
from tests.outreach.web.conftest import Office

WISH: dict[str, object] = {"rhythm": "daily", "weekday": "0", "at": "08:15", "zone": "Europe/Riga", "language": "lv", "tiers": "national"}


def gone(office: Office, **more: object) -> int:
    """An edition that somebody has got."""
    number = mailroom.edition(office, **more)  # type: ignore[arg-type]
    with office.app.store.reading() as session:
        reader = session.scalar(select(Subscription.id))
        taken = session.scalar(select(func.count()).select_from(DigestRun)) or 0
    mailroom.run(office, reader or mailroom.reader(office), number, day=mailroom.TODAY - timedelta(days=taken))
    return number


def listed(page: str) -> list[str]:
    return [str(one) for one in html.fromstring(page).xpath("//main//ul[contains(@class, 'mails')]//a/@href")]


def test_past_mails_stand_newest_first_and_those_unsent_nowhere(office: Office) -> None:
    first, second = gone(office, said="Pirmā."), gone(office, said="Otrā.", critical=2)
    mailroom.edition(office, said="Neviens nesaņēma.")
    page = office.as_role("reader").text("/digests")
    assert listed(page) == [f"/digests/{second}", f"/digests/{first}"]
    assert "2 kritiski" in page


@pytest.mark.parametrize(("sought", "found"), [("ezers", 2), ("EZERS", 2), ("skola", 1), ("skola ezers", 1), ("nekas", 0), ("<b>", 1)])
def test_a_search_finds_mails_by_their_words(office: Office, sought: str, found: int) -> None:
    gone(office, said="Skola aug."), gone(office, said="Balva.")
    page = office.as_role("reader").text(f"/digests?q={sought}")
    assert len(listed(page)) == found and "<b>" not in page


def test_the_archive_goes_on_page_by_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.web.routes.digests._PAGE", 2)
    numbers = [gone(office, said=f"Diena {number}.") for number in range(5)]
    visitor, path, seen = office.as_role("comms"), "/digests", list[str]()
    while path:
        page = visitor.text(path)
        seen += listed(page)
        path = str(html.fromstring(page).xpath("string(//nav[@class='pager']/a[@rel='next']/@href)"))
    assert seen == [f"/digests/{number}" for number in reversed(numbers)]


def test_a_past_mail_has_nobodys_links(office: Office) -> None:
    mention = newsdesk.mention(office, newsdesk.source(office, "Rīta Ziņas"), "Atkal mājās")
    told = mailroom.sent(office, mailroom.reader(office), mentions=(mention,))
    answer = office.as_role("reader").get(f"/digests/{told.edition_id}")
    links = html.fromstring(answer.get_data(as_text=True)).xpath("//a/@href")
    assert links == [f"/digests/{told.edition_id}", f"/mentions/{mention}", "/digests/mine", "/digests/mine"]
    assert "slotslot" not in answer.get_data(as_text=True) and "data:image/png" in answer.get_data(as_text=True)
    assert "sandbox" in answer.headers["Content-Security-Policy"] and answer.headers["Cache-Control"] == "no-store"


def test_a_partner_reads_what_tells_of_its_own_place_alone(office: Office) -> None:
    place = "Ludzas novads"
    own, inside, other, all_of_it = (
        gone(office, said="Savējā.", office_s=False, places=(place,)), gone(office, said="Biroja.", places=(place,)),
        gone(office, said="Cita.", office_s=False, places=("Balvu novads",)), gone(office, said="Visa.", office_s=False),
    )  # fmt: skip
    visitor = office.as_role("partner", place)
    assert listed(visitor.text("/digests")) == [f"/digests/{own}"]
    assert visitor.get("/digests/latest").location == f"/digests/{own}"
    assert [visitor.get(f"/digests/{number}").status_code for number in (own, inside, other, all_of_it)] == [200, 404, 404, 404]


def test_the_latest_mail_is_one_click_away(office: Office) -> None:
    visitor = office.as_role("comms")
    assert 'href="/digests/latest"' in visitor.text("/")
    assert visitor.get("/digests/latest").location == "/digests"
    number = gone(office)
    assert visitor.get("/digests/latest").location == f"/digests/{number}"


@pytest.mark.parametrize("role", ROLES)
def test_everybody_with_an_account_may_have_a_mail_and_stop_it(office: Office, role: str) -> None:
    place = "Ludzas novads" if role == "partner" else None
    visitor = office.as_role(role, place)
    assert visitor.post("/digests/mine/switch", {"do": "on"}).status_code == 404
    assert "Saglabāt un saņemt" in visitor.text("/digests/mine")
    assert visitor.post("/digests/mine", dict(WISH)).status_code == 303
    with office.app.store.reading() as session:
        held = subscriptions.of_user(session, visitor.user_id)
    assert held is not None and (held.at, held.tiers, held.places) == ("08:15", ("national",), (place,) if place else ())
    page = visitor.text("/digests/mine")
    assert "Nākamā vēstule" in page and 'value="08:15"' in page
    for do, state in (("off", "off"), ("off", "off"), ("on", "on")):
        assert visitor.post("/digests/mine/switch", {"do": do}).status_code == 303
        assert mailroom.seen(office, held.id).state == state
    assert visitor.post("/digests/mine/switch", {"do": "x"}).status_code == 400


def test_a_changed_mind_keeps_the_reader(office: Office) -> None:
    visitor = office.as_role("comms")
    visitor.post("/digests/mine", dict(WISH))
    visitor.post("/digests/mine", {**WISH, "rhythm": "weekly", "weekday": "2", "at": "06:00"})
    with office.app.store.reading() as session:
        [held] = subscriptions.all_seen(session)
        lines = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "reader").order_by(AuditEntry.id)).all()
    assert (held.rhythm, held.weekday, held.at) == ("weekly", 2, "06:00")
    assert [line.action for line in lines] == ["add", "change"]


@pytest.mark.parametrize("wrong", [{"at": "7"}, {"rhythm": ""}, {"zone": "Europe/Nowhere"}, {"places": "Atlantīda"}, {"senses": "moon"}])
def test_what_cannot_be_kept_is_said_beside_its_field(office: Office, wrong: dict[str, object]) -> None:
    answer = office.as_role("comms").post("/digests/mine", {**WISH, **wrong})
    assert answer.status_code == 422 and "field-error" in answer.get_data(as_text=True)


def test_a_topic_in_use_no_more_stays_chosen(office: Office) -> None:
    visitor = office.as_role("comms")
    mailroom.reader(office, user_id=visitor.user_id, topics=(77,))
    assert "Tēma Nr. 77" in visitor.text("/digests/mine")
    assert visitor.post("/digests/mine", {**WISH, "topics": "77"}).status_code == 303
    with office.app.store.reading() as session:
        [held] = subscriptions.all_seen(session)
    assert held.topics == (77,)


def test_a_preview_shows_the_mail_and_keeps_nothing(office: Office) -> None:
    newsdesk.mention(office, newsdesk.source(office, "Rīta Ziņas"), "Atkal mājās")
    visitor = office.as_role("comms")
    assert visitor.get("/digests/preview").status_code == 200
    answer = visitor.get("/digests/preview/mail")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Atkal mājās" in page
    assert "sandbox" in answer.headers["Content-Security-Policy"] and "cid:" not in page and "/d/preview" not in page
    with office.app.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(DigestRun)) == 0


@pytest.mark.parametrize("day", ["2026-11-22", "2036-01-01", "1999-01-01", "x", ""])
def test_a_preview_of_any_day_is_a_page(office: Office, day: str) -> None:
    assert office.as_role("reader").get(f"/digests/preview/mail?day={day}").status_code == 200


def test_sent_to_me_is_one_mail_and_no_run(office: Office, tmp_path: Path) -> None:
    visitor = office.as_role("comms")
    assert visitor.post("/digests/preview/send").status_code == 303
    assert "nosūtīta uz comms@example.org" in visitor.text("/digests/preview")
    [mail] = (tmp_path / "data" / "mail").rglob("*.eml")
    assert b"To: comms@example.org" in mail.read_bytes()
    with office.app.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(DigestRun)) == 0
        assert session.scalars(select(AuditEntry.action)).all() == ["send"]


def test_a_partner_first_says_what_its_mail_is_about(office: Office) -> None:
    visitor = office.as_role("partner", "Ludzas novads")
    for path in ("/digests/preview", "/digests/preview/mail"):
        assert visitor.get(path).location == "/digests/mine"
    assert visitor.post("/digests/preview/send").location == "/digests/mine"
    visitor.post("/digests/mine", dict(WISH))
    assert visitor.get("/digests/preview/mail").status_code == 200


@pytest.mark.parametrize("path", ["/digests", "/digests?q=ezers", "/digests/latest", "/digests/1", "/digests/mine", "/digests/preview", "/digests/preview/mail"])
def test_these_pages_ask_seldom(office: Office, path: str) -> None:
    visitor = office.as_role("administrator")
    mailroom.reader(office, user_id=visitor.user_id)
    for number in range(9):
        gone(office, said=f"Diena {number}.")
    office.client.application.extensions["outreach.attention"].forget()
    with listening(office.app.store.engine) as heard:
        assert visitor.get(path).status_code in {200, 303}
    # A preview is a whole mail: what it reads is the mail's own.
    assert len(heard.statements) <= (40 if path == "/digests/preview/mail" else 12), path


def test_a_mail_is_held_by_a_stricter_policy_than_a_page(office: Office) -> None:
    told = mailroom.sent(office, mailroom.reader(office))
    for path in (f"/digests/{told.edition_id}", "/digests/preview/mail", f"/d/{told.mail}"):
        headers = office.as_role("comms").get(path).headers
        policy = {part.split()[0]: part.split()[1:] for part in headers["Content-Security-Policy"].split(";")}
        assert policy["default-src"] == policy["form-action"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
        assert policy["img-src"] == ["data:"] and "script-src" not in policy and "connect-src" not in policy
        assert policy["sandbox"] == ["allow-popups", "allow-popups-to-escape-sandbox"]
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer" and "noindex" in headers["X-Robots-Tag"]
