"""Who gets the morning mail: added, changed, switched, taken off; doubtful mails settled, stopped addresses set free."""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select

from outreach.core.settings import DigestSettings
from outreach.people.models import ROLES, AuditEntry
from outreach.postbox import stops
from outreach.subscribers.models import DigestRun, Subscription
from tests.benchmarks.replay import listening
from tests.outreach.web import mailroom
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

READERS = "/settings/readers"
NEW: dict[str, object] = {
    "mail": "Preses.Dienests@Example.org", "name": "Preses dienests", "rhythm": "working", "weekday": "0", "at": "09:00",
    "zone": "Europe/London", "language": "en", "places": ["Ludzas novads", "Balvu novads"],
}  # fmt: skip
WALL = [("get", ""), ("get", "/new"), ("post", "/new"), ("get", "/1"), ("post", "/1"), *(("post", f"/{deed}") for deed in ("1/switch", "1/links", "1/remove", "free", "settle"))]


@pytest.fixture
def officer(office: Office) -> Visitor:
    return office.as_role("comms")


def trail(office: Office) -> list[tuple[str, str]]:
    with office.app.store.reading() as session:
        return [(row.action, row.subject_kind) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


@pytest.mark.parametrize("role", [role for role in ROLES if role not in {"administrator", "comms"}])
@pytest.mark.parametrize(("method", "path"), WALL)
def test_the_list_is_the_offices(office: Office, role: str, method: str, path: str) -> None:
    mailroom.reader(office)
    assert getattr(office.as_role(role, "Ludzas novads"), method)(READERS + path).status_code == 403


def test_somebody_without_an_account_joins(office: Office, officer: Visitor) -> None:
    assert "Pievienot" in officer.text(f"{READERS}/new")
    answer = officer.post(f"{READERS}/new", NEW)
    with office.app.store.reading() as session:
        row = session.scalars(select(Subscription)).one()
    assert answer.location == f"{READERS}/{row.id}"
    assert (row.mail, row.name, row.at, row.zone, row.language, row.rhythm) == ("preses.dienests@example.org", "Preses dienests", "09:00", "Europe/London", "en", "working")
    assert {*row.places} == {"Ludzas novads", "Balvu novads"} and row.user_id is None
    page = officer.text(READERS)
    assert "Preses dienests" in page and "darbdienās plkst. 09:00" in page


@pytest.mark.parametrize(
    ("data", "said"),
    [({"mail": "nav adrese"}, "field-error"), ({"mail": "lasitaja@example.org"}, "field-error"), ({"name": ""}, "field-error"),
     ({"at": "24:00"}, "07:00"), ({"zone": "x"}, "field-error"), ({"mail": "a@b.lv\r\nBcc: c@d.lv"}, "field-error")],
)  # fmt: skip
def test_who_cannot_join_is_told_why_and_loses_nothing(office: Office, officer: Visitor, data: dict[str, object], said: str) -> None:
    mailroom.reader(office)
    answer = officer.post(f"{READERS}/new", {**NEW, **data})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in page
    assert "Preses dienests" in page or "name" in data
    with office.app.store.reading() as session:
        assert len(session.scalars(select(Subscription)).all()) == 1


def test_a_name_is_text(office: Office, officer: Visitor) -> None:
    number = mailroom.reader(office, name="<script>alert(1)</script>")
    for page in (officer.text(READERS), officer.text(f"{READERS}/{number}")):
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_a_reader_is_changed_but_for_the_address(office: Office, officer: Visitor) -> None:
    number = mailroom.reader(office)
    assert officer.post(f"{READERS}/{number}", {**NEW, "name": "Ilze Kalna"}).status_code == 303
    seen = mailroom.seen(office, number)
    assert (seen.name, seen.mail, seen.at) == ("Ilze Kalna", "lasitaja@example.org", "09:00")


def test_a_button_pressed_twice_is_not_pressed_back(office: Office, officer: Visitor) -> None:
    number = mailroom.reader(office)
    for _ in range(2):
        assert officer.post(f"{READERS}/{number}/switch", {"do": "off"}).status_code == 303
    assert mailroom.seen(office, number).state == "off"
    assert officer.post(f"{READERS}/{number}/switch").status_code == 400
    officer.post(f"{READERS}/{number}/switch", {"do": "on"})
    assert mailroom.seen(office, number).state == "on"


def test_new_links_close_the_old_ones(office: Office, officer: Visitor) -> None:
    told = mailroom.sent(office, mailroom.reader(office))
    assert officer.get(f"/subscription/{told.reader}").status_code == 200
    officer.post(f"{READERS}/{told.reader_id}/links")
    assert officer.get(f"/subscription/{told.reader}").status_code == 404


def test_off_the_list_only_when_it_is_meant(office: Office, officer: Visitor) -> None:
    number = mailroom.reader(office)
    officer.post(f"{READERS}/{number}/remove")
    assert mailroom.seen(office, number)
    assert officer.post(f"{READERS}/{number}/remove", {"confirm": "1"}).location == READERS
    assert officer.get(f"{READERS}/{number}").status_code == 404
    assert trail(office)[-1] == ("delete", "reader")


def test_who_stands_in_the_settings_stays(office: Office, officer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    number = mailroom.reader(office)
    monkeypatch.setitem(office.app.settings.__dict__, "digest", DigestSettings(recipients=("lasitaja@example.org",)))
    officer.post(f"{READERS}/{number}/remove", {"confirm": "1"})
    assert mailroom.seen(office, number).state == "on"


def test_doubtful_mails_wait_here_and_are_settled_once(office: Office, officer: Visitor) -> None:
    one, two = mailroom.reader(office), mailroom.reader(office, mail="otrs@example.org", name="Otrs")
    runs = [mailroom.run(office, number, status="unconfirmed", error_key="digest.interrupted", error_facts={}) for number in (one, two)]
    tree = html.fromstring(officer.text(READERS))
    assert tree.xpath("//section[@class='person']//form[1]//input[@name='id']/@value")[0] == str(runs[0])
    assert officer.post(f"{READERS}/settle", {"id": str(runs[0]), "arrived": "yes"}).status_code == 303
    assert officer.post(f"{READERS}/settle", {"id": [str(runs[1])], "arrived": "no"}).status_code == 303
    with office.app.store.reading() as session:
        assert session.scalars(select(DigestRun.status).order_by(DigestRun.id)).all() == ["sent", "due"]
    officer.post(f"{READERS}/settle", {"id": str(runs[0]), "arrived": "no"})
    assert "jau ir izlemts" in officer.text(READERS)
    assert trail(office)[-2:] == [("confirm", "digest")] * 2


@pytest.mark.parametrize("data", [{}, {"id": "1"}, {"arrived": "yes"}, {"id": "x", "arrived": "yes"}, {"id": "1", "arrived": "maybe"}])
def test_half_a_decision_is_none(officer: Visitor, data: dict[str, object]) -> None:
    assert officer.post(f"{READERS}/settle", data).status_code == 400


def test_a_stopped_address_says_why_and_is_set_free(office: Office, officer: Visitor) -> None:
    number = mailroom.reader(office)
    with office.app.store.transaction() as session:
        stops.stop(session, office.clock.now(), "lasitaja@example.org", stops.GONE, code="5.1.1", answer="no such user")
    page = officer.text(READERS)
    assert "Adrese vēstules nepieņem" in page and "Apturētās adreses" in page
    assert "Atbrīvot adresi" in officer.text(f"{READERS}/{number}")
    for told in ("ir brīva", "nebija apturēta"):
        officer.post(f"{READERS}/free", {"mail": "lasitaja@example.org"})
        assert told in officer.text(READERS)
    assert not mailroom.seen(office, number).stopped
    assert trail(office)[-1] == ("free", "address")


def test_a_readers_past_mails_open(office: Office, officer: Visitor) -> None:
    told = mailroom.sent(office, mailroom.reader(office))
    mailroom.run(office, told.reader_id, day=mailroom.TODAY - timedelta(days=1), status="failed", error_key="digest.interrupted", error_facts={})
    tree = html.fromstring(officer.text(f"{READERS}/{told.reader_id}"))
    assert tree.xpath("//aside//a/@href") == [f"/digests/{told.edition_id}"]
    assert "Neizdevās" in tree.xpath("string(//aside)")


def test_many_readers_are_found_page_by_page(office: Office, officer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.web.routes.readers._PAGE", 3)
    for number in range(7):
        mailroom.reader(office, mail=f"l{number}@example.org", name=f"Lasītājs {number}")
    path, seen = READERS, list[str]()
    while path:
        with listening(office.app.store.engine) as heard:
            tree = html.fromstring(officer.text(path))
        assert len(heard.statements) <= 12
        seen += [str(name) for name in tree.xpath("//div[@id='readers']//tbody//th/a/text()")]
        path = str(tree.xpath("string(//nav[@class='pager']/a[@rel='next']/@href)"))
    assert seen == [f"Lasītājs {number}" for number in range(7)]
    tree = html.fromstring(officer.text(f"{READERS}?q=LASĪTĀJS 4"))
    assert tree.xpath("//div[@id='readers']//tbody//th/a/text()") == ["Lasītājs 4"]


@pytest.mark.parametrize("path", ["/99", "/4294967296"])
def test_a_reader_who_is_not_there(officer: Visitor, path: str) -> None:
    assert officer.get(READERS + path).status_code == 404
    assert officer.post(f"{READERS}{path}/switch", {"do": "off"}).status_code == 404
