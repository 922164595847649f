"""What came back to releases on the screen, and the way off a list, which a mail program may go by itself."""

import pytest
from lxml import html
from werkzeug.test import TestResponse

from outreach.people.models import ROLES, AuditEntry
from outreach.pressroom.models import Contact, ListMember, ReleaseReply
from tests.benchmarks.replay import listening
from tests.outreach.pressroom.sending import comeback as made
from tests.outreach.pressroom.sending.comeback import AUTOMATIC, WHO
from tests.outreach.web.conftest import PAGE, Office
from tests.outreach.web.reply_deeds import NEW, answer, link

REPLIES = "/press/replies"
EVIL = "<script>alert(1)</script> & Co"


def ask(office: Office, path: str) -> TestResponse:
    return office.client.application.test_client().get(path, base_url=PAGE)


def press(office: Office, path: str, data: dict[str, object] | None = None) -> TestResponse:
    """A form of somebody who has no cookie of ours."""
    return office.client.application.test_client().post(path, base_url=PAGE, data=data or {})


def member(office: Office) -> ListMember:
    with office.app.store.reading() as session:
        return session.query(ListMember).one()


@pytest.mark.parametrize("role", ROLES)
def test_who_reads_and_settles(office: Office, role: str) -> None:
    number, visitor = answer(office), office.as_role(role, "Ludzas novads")
    reads, settles = role in {"administrator", "comms", "coordinator"}, role in {"administrator", "comms"}
    for path in (REPLIES, f"{REPLIES}/{number}"):
        assert visitor.get(path).status_code == (200 if reads else 403)
    assert visitor.post(f"{REPLIES}/{number}/mark", {"do": "seen"}).status_code == (303 if settles else 403)
    if reads:
        page = visitor.text(f"{REPLIES}/{number}")
        assert "Paldies, publicēsim!" in page and (">Atlikt pie jaunajām<" in page) is settles


def test_new_ones_first_and_what_was_looked_at_after(office: Office) -> None:
    number, officer = answer(office, f"{EVIL}\n\nPublicēsim!"), office.as_role("comms")
    assert "1 atbilde uz relīzēm" in officer.text("/attention")
    with listening(office.app.store.engine) as heard:
        page = officer.text(REPLIES)
    assert len(heard.statements) <= 12
    assert "Jānis Bērziņš" in page and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page and "Publicēsim!" in page
    one = officer.text(f"{REPLIES}/{number}")
    assert "&lt;script&gt;alert(1)" in one and html.fromstring(one).xpath("//a[starts-with(@href, 'mailto:')]/@href") == [f"mailto:{WHO}"]
    officer.post(f"{REPLIES}/{number}/mark", {"do": "seen"})
    assert "Jaunu atbilžu nav" in officer.text(REPLIES) and "Publicēsim!" in officer.text(f"{REPLIES}?which=seen")
    assert "atbilde uz relīzēm" not in officer.text("/attention")
    officer.post(f"{REPLIES}/{number}/mark", {"do": "new"})
    assert "Publicēsim!" in officer.text(REPLIES)
    with office.app.store.reading() as session:
        told = [row.facts for row in session.query(AuditEntry).filter_by(subject_kind="press_reply").order_by(AuditEntry.id)]
    assert told == [{"state": "seen"}, {"state": "new"}]


def test_a_new_address_is_taken_by_a_person(office: Office) -> None:
    number, officer = answer(office, f"My new address is {NEW}", AUTOMATIC), office.as_role("comms")
    assert f"Paziņo jaunu adresi: {NEW}" in officer.text(REPLIES)
    assert officer.post(f"{REPLIES}/{number}/address", {"do": "no"}).status_code == 400
    officer.post(f"{REPLIES}/{number}/address", {"do": "take"})
    with office.app.store.reading() as session:
        assert session.query(Contact).one().mail == NEW
    assert "Jaunā adrese pierakstīta" in officer.text(f"{REPLIES}/{number}")
    officer.post(f"{REPLIES}/{number}/address", {"do": "take"})
    assert "Par šo adresi jau ir izlemts" in officer.text(REPLIES)
    assert 'value="take"' not in officer.text(f"{REPLIES}/{number}")


def test_somebody_who_is_there_no_more_is_written_to_no_more(office: Office) -> None:
    number, officer = answer(office, "Šajā redakcijā vairs nestrādāju.", AUTOMATIC), office.as_role("comms")
    [form] = html.fromstring(officer.text(f"{REPLIES}/{number}")).xpath("//form[contains(@action, '/stop')]")
    officer.post(form.get("action"), {**dict(form.fields), "do": "stop"})
    with office.app.store.reading() as session:
        contact = session.query(Contact).one()
        assert (contact.stopped_why, contact.stopped_at) == ("pressreply.why.gone", office.clock.now())
    assert "vairs tur nestrādā" in officer.text(REPLIES)
    assert "pastkaste ziņo, ka tur vairs nestrādā" in officer.text(f"/press/contacts/{contact.id}")


def test_long_lists_go_page_by_page_and_by_release(office: Office) -> None:
    answer(office)
    with office.app.store.transaction() as session:
        mail = session.query(ReleaseReply.mail_id).scalar()
        session.add_all(
            ReleaseReply(mail_id=mail, message_id=f"<{number}@x>", kind="away", at=made.NOW, seen_at=made.NOW, seen_by="press") for number in range(51)
        )
    officer = office.as_role("coordinator")
    page = html.fromstring(officer.text(f"{REPLIES}?which=seen&release=1"))
    assert len(page.xpath("//li[@data-item]")) == 50
    [older] = page.xpath("//a[@rel='next']/@href")
    assert len(html.fromstring(officer.text(older)).xpath("//li[@data-item]")) == 1
    assert "Vēl nekas nav izskatīts" in officer.text(f"{REPLIES}?which=seen&release=77")
    assert officer.get(f"{REPLIES}/999").status_code == 404
    assert "Šīs atbildes vairs nav" in office.as_role("comms").post(f"{REPLIES}/999/mark", {"do": "seen"}, follow_redirects=True).get_data(as_text=True)


def test_a_get_changes_nothing_and_one_click_leaves(office: Office) -> None:
    path = link(office)
    answer_ = ask(office, path)
    page = answer_.get_data(as_text=True)
    assert answer_.status_code == 200 and "j***@vestis.example" in page and WHO not in page and "Latgale" not in page.partition("<main")[2]
    assert "noindex" in answer_.headers["X-Robots-Tag"] and "Set-Cookie" not in answer_.headers
    assert member(office).left_at is None
    for _ in range(2):
        said = press(office, path, {"List-Unsubscribe": "One-Click"})
        assert said.status_code == 200 and "vairs nav šajā sarakstā" in said.get_data(as_text=True)
    assert member(office).left_at == office.clock.now()
    with office.app.store.reading() as session:
        assert session.query(AuditEntry).filter_by(action="leave").count() == 1
    assert "Vairs nesūtīt<" not in ask(office, path).get_data(as_text=True)
    assert "atteicās" in office.as_role("comms").text(f"{REPLIES}?which=seen")


def test_all_releases_may_be_stopped_from_there(office: Office) -> None:
    path = link(office)
    press(office, path)
    assert "nevienu relīzi" in press(office, path, {"all": "1"}).get_data(as_text=True)
    with office.app.store.reading() as session:
        assert session.query(Contact).one().stopped_why == "contacts.why.asked"


@pytest.mark.parametrize(("lang", "words"), [("en", "Stop sending releases?"), ("ru", "Больше не присылать пресс-релизы?"), ("xx", "Vai vairs nesūtīt relīzes?")])
def test_the_page_speaks_three_languages(office: Office, lang: str, words: str) -> None:
    assert words in ask(office, f"{link(office)}?lang={lang}").get_data(as_text=True)


def test_an_altered_link_opens_nothing(office: Office) -> None:
    path = link(office)
    for altered in (f"{path}x", path.replace("leave/1", "leave/2"), "/prese/leave/x"):
        assert ask(office, altered).status_code == 404 and press(office, altered).status_code == 404
    assert member(office).left_at is None
