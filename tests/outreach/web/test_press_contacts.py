"""Media contacts on the screen: added, found, stopped, put on lists, brought in, put together, told and erased."""

import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from outreach.people.models import ROLES
from outreach.pressroom.contacts import editing, lists, reading
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.models import Contact, ContactList, Release, ReleaseMail, ReleaseReply, ReleaseText, Sending
from outreach.web.access import TABLE
from outreach.work import WorkRow
from scrapers.models import Article, Mention
from tests.benchmarks.replay import listening
from tests.outreach.web import newsdesk
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

CONTACTS, LISTS, IMPORT = "/press/contacts", "/press/lists", "/press/contacts/import"
NEW: dict[str, object] = {
    "name": "Jānis Bērziņš", "outlet": "Rīta Ziņas", "mail": "Janis@Zinas.example", "phone": "+371 26 000 000", "reached_by": "mail",
    "tier": "regional", "languages": ["lv", "ru"], "beats": "ģimene, Pašvaldības", "places": ["Ludzas novads"], "bylines": "JB",
}  # fmt: skip
TABLE_TEXT = "Vārds, uzvārds;Medijs;E-pasts;Tēmas\nJānis Berzins;Rīta ziņas;;\nIda Ozola;Vēstis;ida@vestis.example;kultūra\nSlikta;X;nav adrese;\nJānis Bērziņš;;janis@zinas.example;skolas\n"
LONG_AGO = datetime(2022, 1, 3, tzinfo=UTC)


@pytest.fixture
def officer(office: Office) -> Visitor:
    return office.as_role("comms")


def contact(office: Office, name: str = "Jānis Bērziņš", mail: str | None = "janis@zinas.example", **more: object) -> int:
    draft = Draft(name=name, mail=mail, **{"outlet": "Rīta Ziņas", **more})  # type: ignore[arg-type]
    with office.app.store.transaction() as session:
        return editing.add(session, office.clock.now(), draft, "x", office.app.seal, date(2026, 11, 1))


def row(office: Office, number: int) -> Contact:
    with office.app.store.reading() as session:
        return session.get_one(Contact, number)


def count(office: Office) -> int:
    with office.app.store.reading() as session:
        return reading.count(session)


def bring(visitor: Visitor, text: str, name: str = "mediji.csv") -> str:
    answer = visitor.post(IMPORT, {"file": (io.BytesIO(text.encode()), name)})
    assert answer.status_code == 303, answer.get_data(as_text=True)[-2000:]
    return str(answer.location)


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("role", [role for role in ROLES if role not in {"administrator", "comms", "coordinator"}])
@pytest.mark.parametrize("path", [CONTACTS, f"{CONTACTS}/1", f"{CONTACTS}/duplicates", LISTS, f"{LISTS}/1", IMPORT])
def test_contacts_are_the_desks(office: Office, role: str, path: str) -> None:
    assert office.as_role(role, "Ludzas novads").get(path).status_code == 403


def test_only_who_writes_to_the_press_changes_them() -> None:
    ours = {name: methods for name, methods in TABLE.items() if name.startswith(("press_contacts.", "press_lists.", "press_imports."))}
    assert len(ours) > 25
    assert all(methods["POST"] == {"administrator", "comms"} for methods in ours.values() if "POST" in methods)


def test_a_contact_is_added_found_and_changed(office: Office, officer: Visitor) -> None:
    assert "Mediju kontaktu vēl nav" in officer.text(CONTACTS)
    answer = officer.post(f"{CONTACTS}/new", NEW)
    number = int(str(answer.location).rsplit("/", 1)[1])
    held = row(office, number)
    assert (held.name, held.mail, held.beats, held.languages, held.confirmed_on) == ("Jānis Bērziņš", "janis@zinas.example", ["ģimene", "pašvaldības"], ["lv", "ru"], date(2026, 11, 23))
    assert "janis@zinas.example" in officer.text(f"{CONTACTS}/{number}")
    assert officer.post(f"{CONTACTS}/{number}/edit", {**NEW, "mail": "jb@zinas.example"}).status_code == 303
    assert (row(office, number).mail, row(office, number).confirmed_on) == ("jb@zinas.example", None)
    contact(office, "Ida Ozola", "ida@vestis.example", outlet="Vēstis", languages=("ru",))
    for asked, there, not_there in (("q=berzins", "Bērziņš", "Ozola"), ("language=ru&outlet=Vēstis", "Ozola", "Bērziņš"), ("beat=ģimene", "Bērziņš", "Ozola"), ("tier=regional", "Bērziņš", "Ozola"), ("place=Ludzas novads", "Bērziņš", "Ozola")):
        page = officer.text(f"{CONTACTS}?{asked}")
        table = page[page.index('id="contacts"'):]
        assert there in table and not_there not in table, asked
    assert "Tādu kontaktu nav" in officer.text(f"{CONTACTS}?q=nekas")


@pytest.mark.parametrize(
    ("data", "said"),
    [({"name": ""}, "field-error"), ({"mail": "nav"}, "field-error"), ({"mail": "a@b.lv\r\nBcc: c@d.lv"}, "field-error"), ({"phone": "zvani"}, "nav tālruņa numurs"),
     ({"mail": "ida@vestis.example"}, "jau ir kontaktam"), ({"tier": "x"}, "field-error")],
)  # fmt: skip
def test_what_cannot_be_kept_says_why_and_loses_nothing(office: Office, officer: Visitor, data: dict[str, object], said: str) -> None:
    contact(office, "Ida Ozola", "ida@vestis.example")
    answer = officer.post(f"{CONTACTS}/new", {**NEW, **data})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in page and "Pašvaldības" in page
    assert count(office) == 1


def test_a_name_is_text(office: Office, officer: Visitor) -> None:
    number = contact(office, "<script>alert(1)</script>")
    for path in (CONTACTS, f"{CONTACTS}/{number}", f"{CONTACTS}/{number}/edit"):
        assert "<script>alert" not in officer.text(path)


def test_who_is_stopped_stays_so_until_a_person_says_otherwise(office: Office, officer: Visitor) -> None:
    number = contact(office)
    officer.post(f"{CONTACTS}/{number}/stop", {"do": "stop", "why": " "})
    assert row(office, number).stopped_at is None
    officer.post(f"{CONTACTS}/{number}/stop", {"do": "stop", "why": "lūdza pa tālruni"})
    assert row(office, number).stopped_why == "lūdza pa tālruni"
    assert "lūdza pa tālruni" in officer.text(f"{CONTACTS}?state=stopped") and "Tādu kontaktu nav" in officer.text(f"{CONTACTS}?state=open")
    officer.post(f"{CONTACTS}/{number}/stop", {"do": "resume"})
    assert row(office, number).stopped_at is None
    assert officer.post(f"{CONTACTS}/{number}/stop", {"do": "x"}).status_code == 400


def test_old_ones_are_flagged_and_proposed_never_deleted(office: Office, officer: Visitor) -> None:
    number, other = contact(office), contact(office, "Ida Ozola", "ida@vestis.example")
    with office.app.store.transaction() as session:
        session.get_one(Contact, number).confirmed_on = LONG_AGO.date()
        session.get_one(Contact, other).confirmed_on = date(2025, 10, 1)
    page = officer.text(CONTACTS)
    assert "neviens nav pārbaudījis trīs gadus" in page and "nav pārbaudīts vairāk nekā gadu" in page
    assert "Ozola" not in officer.text(f"{CONTACTS}?state=old").split('id="contacts"')[1]
    assert officer.post(f"{CONTACTS}/several", {"action": "confirm", "id": [str(number), str(other)]}).status_code == 303
    assert "trīs gadus" not in officer.text(CONTACTS).split('id="contacts"')[0].split("<form")[0]
    assert row(office, number).confirmed_on == date(2026, 11, 23)


def test_a_new_address_is_taken_by_a_person(office: Office, officer: Visitor) -> None:
    number = contact(office)
    with office.app.store.transaction() as session:
        session.get_one(Contact, number).moved_to = "jb@cits.example"
    assert "jb@cits.example" in officer.text(f"{CONTACTS}/{number}")
    officer.post(f"{CONTACTS}/{number}/moved", {"do": "take"})
    assert (row(office, number).mail, row(office, number).moved_to) == ("jb@cits.example", None)
    assert officer.post(f"{CONTACTS}/{number}/moved", {"do": "take"}).status_code == 400


def test_lists_by_hand_and_by_rule(office: Office, officer: Visitor) -> None:
    number = contact(office, tier="regional", languages=("lv",), beats=("ģimene",))
    other = contact(office, "Ida Ozola", "ida@vestis.example", outlet="Vēstis", tier="national", languages=("lv",))
    rule = {"rule": "1", "name": "Reģions", "tiers": "regional", "languages": "lv", "beats": "ģimene"}
    assert officer.post(f"{LISTS}/new", {"rule": "1", "name": "Tukšs"}).status_code == 422
    preview = officer.post(f"{LISTS}/preview", rule).get_data(as_text=True)
    assert "sarakstā būtu 1 kontakts" in preview and "Bērziņš" in preview and "Ozola" not in preview.split('id="preview"')[1]
    assert "sarakstā būtu 1 kontakts" in officer.post(f"{LISTS}/preview", {**rule, "name": ""}).get_data(as_text=True)
    by_rule = str(officer.post(f"{LISTS}/new", rule).location)
    by_hand = str(officer.post(f"{LISTS}/new", {"name": "Draugi"}).location)
    assert officer.post(f"{LISTS}/new", {"name": "Draugi"}).status_code == 422
    officer.post(f"{CONTACTS}/several", {"action": f"list-{by_hand.rsplit('/', 1)[1]}", "id": str(other)})
    assert "Ozola" in officer.text(by_hand) and "Bērziņš" in officer.text(by_rule)
    assert "Reģions" in officer.text(f"{CONTACTS}/{number}")
    officer.post(f"{by_rule}/leave", {"contact": str(number)})
    assert "Sarakstā neviena nav" in officer.text(by_rule) and "Noņemti no saraksta" in officer.text(by_rule)
    officer.post(f"{by_rule}/join", {"contact": str(number)})
    assert "Sarakstā ir 1 kontakts" in officer.text(by_rule)
    assert officer.post(f"{by_rule}/edit", {**rule, "tiers": "national"}).status_code == 303
    assert officer.post(f"{by_rule}/remove", {}).location == by_rule
    officer.post(f"{by_rule}/remove", {"confirm": "1"})
    with office.app.store.reading() as session:
        assert [one.name for one in lists.all_lists(session)] == ["Draugi"]


def test_a_file_is_looked_at_and_only_then_kept(office: Office, officer: Visitor) -> None:
    number = contact(office)
    at = bring(officer, TABLE_TEXT)
    page = officer.text(at)
    assert count(office) == 1
    for said in ("kādam līdzīgs", "nevar pievienot", "nav e-pasta adrese", "ir, bet failā zina vairāk", "jauns"):
        assert said in page, said
    assert officer.post(at, {"seen": "other"}).status_code == 422
    seen = seen_in(page)
    for _ in range(2):
        assert officer.post(at, {"seen": seen, "row-5": "fill"}).location == at
        assert count(office) == 2
    assert row(office, number).beats == ["skolas"]
    assert "Pievienots 1 kontakts" in officer.text(at)


def test_columns_are_a_persons_word(office: Office, officer: Visitor) -> None:
    at = bring(officer, "Kas;Kur\nIda Ozola;ida@vestis.example\n")
    assert "Kontaktam vajag vārdu" in officer.text(at)
    page = officer.text(f"{at}?c0=name&c1=mail")
    assert "Kontaktam vajag vārdu" not in page
    assert officer.post(at, {"seen": seen_in(page), "c0": "name", "c1": "mail"}).location == at
    assert count(office) == 1


def test_a_file_is_whoevers_who_brought_it_and_for_an_hour(office: Office, officer: Visitor) -> None:
    at = bring(officer, TABLE_TEXT)
    assert office.as_role("administrator").get(at).status_code == 404
    seen = seen_in(officer.text(at))
    with office.app.store.transaction() as session:
        session.execute(update(WorkRow).values(asked_at=office.clock.now() - timedelta(hours=2)))
    assert officer.get(at).status_code == 410
    assert officer.post(at, {"seen": seen}).status_code == 422
    assert count(office) == 0


def test_cards_come_in(office: Office, officer: Visitor) -> None:
    card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:B=C4=93rzi=C5=86=C5=A1;J=C4=81nis\r\nEMAIL;INTERNET:janis@zinas.example\r\nEND:VCARD\r\n"
    at = bring(officer, card + "BEGIN:VCARD\r\nEND:VCARD\r\n", "a.vcf")
    page = officer.text(at)
    assert "Jānis Bērziņš" in page and "Šo vizītkarti nevar izlasīt" in page
    officer.post(at, {"seen": seen_in(page)})
    assert count(office) == 1


@pytest.mark.parametrize("data", [b"", b"Vards\n", b"PK\x03\x04nope"])
def test_a_file_that_is_none_says_so(officer: Visitor, data: bytes) -> None:
    answer = officer.post(IMPORT, {"file": (io.BytesIO(data), "x.csv")})
    assert answer.status_code == 422 and 'role="alert"' in answer.get_data(as_text=True)


def test_two_are_put_together_and_taken_apart(office: Office, officer: Visitor) -> None:
    first, second = contact(office, phone="26000000"), contact(office, "Janis Berzins", None, beats=("skolas",), phone="+371 26000000")
    page = officer.text(f"{CONTACTS}/duplicates")
    assert f"first={first}&amp;second={second}" in page or f"first={second}&amp;second={first}" in page
    assert "tas pats tālrunis" in page
    assert "of_name" in officer.text(f"{CONTACTS}/pair?first={first}&second={second}")
    answer = officer.post(f"{CONTACTS}/merge", {"first": str(first), "second": str(second), "of_name": "second"})
    assert answer.location == f"{CONTACTS}/{first}"
    assert (row(office, first).name, row(office, first).beats, count(office)) == ("Janis Berzins", ["skolas"], 1)
    assert officer.get(f"{CONTACTS}/{second}").location == f"{CONTACTS}/{first}"
    assert "Atcelt apvienošanu" in officer.text(f"{CONTACTS}/{first}")
    assert "Līdzīgu kontaktu nav" in officer.text(f"{CONTACTS}/duplicates")
    officer.post(f"{CONTACTS}/{first}/part", {"other": str(second)})
    assert (row(office, first).name, count(office)) == ("Jānis Bērziņš", 2)
    assert officer.get(f"{CONTACTS}/pair?first={first}&second={first}").status_code == 404


def written_and_sent(office: Office, number: int) -> None:
    """A mention that the contact signed, a mail that they got, and what they answered."""
    mention = newsdesk.mention(office, newsdesk.source(office, "Rīta Ziņas"), "Atkal mājās")
    now = office.clock.now()
    with office.app.store.transaction() as session:
        found = session.get_one(Mention, mention)
        session.get_one(Article, found.article_id).author = "J. Bērziņš, Rīta Ziņas"
        release = Release(made_at=now, made_by="x")
        session.add(release)
        session.flush()
        session.add(ReleaseText(release_id=release.id, language="lv", headline="Māju durvis", changed_at=now, changed_by="x"))
        sending = Sending(release_id=release.id, made_at=now, made_by="x")
        session.add(sending)
        session.flush()
        mail = ReleaseMail(sending_id=sending.id, contact_id=number, mail="janis@zinas.example", language="lv", merge={"name": "Jānis"}, message_id="<a@b>", status="sent", sent_at=now, receipt="250 janis@zinas.example")
        session.add(mail)
        session.flush()
        session.add(ReleaseReply(mail_id=mail.id, message_id="<c@d>", kind="away", at=now, moved_to="x@zinas.example"))


def test_a_contacts_page_tells_what_they_got_and_wrote(office: Office, officer: Visitor) -> None:
    number = contact(office)
    written_and_sent(office, number)
    page = officer.text(f"{CONTACTS}/{number}")
    for said in ("Atkal mājās", "1 pieminējums ar šo parakstu", "Māju durvis", "nosūtīts", "atbildēja: prombūtnē", "<svg"):
        assert said in page, said


def test_who_asks_gets_everything_and_may_be_erased(office: Office, officer: Visitor) -> None:
    number, second = contact(office), contact(office, "Janis Berzins", "jb@zinas.example")
    written_and_sent(office, number)
    officer.post(f"{CONTACTS}/merge", {"first": str(number), "second": str(second)})
    told = json.loads(officer.text(f"{CONTACTS}/{number}/kept"))
    assert told["contact"]["mail"] == "janis@zinas.example"
    assert "jb@zinas.example" in {one["mail"] for one in told["merged"]}
    assert told["mails"][0]["headline"] == "Māju durvis" and told["answers"][0]["kind"] == "away" and told["written"][0]["title"] == "Atkal mājās"
    officer.post(f"{CONTACTS}/{number}/erase", {})
    assert count(office) == 1
    officer.post(f"{CONTACTS}/{number}/erase", {"confirm": "1"})
    assert count(office) == 0 and officer.get(f"{CONTACTS}/{number}").status_code == 404
    with office.app.store.reading() as session:
        rows = [repr(vars(one)) for kind in (Contact, ReleaseMail, ReleaseReply) for one in session.scalars(select(kind))]
        assert session.scalar(select(func.count(ReleaseMail.id))) == 1
    assert not [told for told in rows if "zinas.example" in told or "Bērziņ" in told or "Berzin" in told]
    assert "lūdza neko par viņu neglabāt" in officer.post(f"{CONTACTS}/new", NEW).get_data(as_text=True)
    at = bring(officer, "Vārds, uzvārds;E-pasts\nJānis Bērziņš;janis@zinas.example\nJānis;jb@zinas.example\n")
    page = officer.text(at)
    assert page.count("lūdza neko par viņu neglabāt") == 2
    officer.post(at, {"seen": seen_in(page)})
    assert count(office) == 0


def test_the_table_comes_in_again_as_it_went_out(office: Office, officer: Visitor) -> None:
    contact(office, beats=("ģimene", "skolas"), languages=("lv", "ru"), tier="regional", phone="+371 26000000", note="Zvanīt rītos")
    contact(office, "Eva Kalna", None)
    data = officer.get(f"{CONTACTS}/table?format=csv").get_data()
    at = str(officer.post(IMPORT, {"file": (io.BytesIO(data), "a.csv")}).location)
    page = officer.text(at)
    assert "jau ir" in page and all(said not in page for said in ("ir, bet failā", "nevar pievienot", "kādam līdzīgs"))
    assert officer.get(f"{CONTACTS}/table?format=xlsx").get_data().startswith(b"PK")


@pytest.mark.parametrize("path", [CONTACTS, f"{CONTACTS}/1", f"{CONTACTS}/duplicates", LISTS, f"{LISTS}/1", f"{LISTS}/new?rule=1", f"{CONTACTS}/new", f"{CONTACTS}/table?list=1"])
def test_no_page_asks_too_often(office: Office, officer: Visitor, path: str) -> None:
    number, second = contact(office), contact(office, "Janis Berzins", "jb@zinas.example")
    written_and_sent(office, number)
    officer.post(f"{CONTACTS}/merge", {"first": str(number), "second": str(second)})
    for name in ("Ida Ozola", "Ida Ozoliņa", "Eva Kalna"):
        contact(office, name, None)
    with office.app.store.transaction() as session:
        session.add(ContactList(name="Viens", rule={"outlets": ["Rīta Ziņas"]}, made_at=office.clock.now(), made_by="x"))
    office.client.application.extensions["outreach.attention"].forget()
    with listening(office.app.store.engine) as heard:
        assert officer.get(path).status_code == 200
    assert len(heard.statements) <= 12, [str(one)[:90] for one in heard.statements]


@pytest.mark.parametrize("path", [f"{CONTACTS}?state=x&list=999999&after=-4", f"{CONTACTS}?endpoint=x&_external=1&after=3", f"{CONTACTS}/pair", f"{CONTACTS}/2147483648", f"{IMPORT}/1?c0=x&c99=name", f"{CONTACTS}/table?list=x"])
def test_odd_addresses_do_no_harm(office: Office, officer: Visitor, path: str) -> None:
    contact(office)
    assert officer.get(path).status_code in {200, 404}
