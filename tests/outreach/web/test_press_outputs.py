"""What goes out of a release, on the screen: each recipient's copy, the mail itself, the files."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import func, select

from campaigns.models import Picture
from outreach.pressroom.models import (
    Contact,
    ContactList,
    ListMember,
    Release,
    ReleasePicture,
    ReleaseQuote,
    ReleaseText,
)
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office

PREVIEW = "/press/releases/1/preview"


def release(office: Office, *languages: str, embargo_hours: int = 0) -> None:
    """A release in these languages, with a quote."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        row = Release(made_at=now, made_by="anna@example.org", embargo_until=now + timedelta(hours=embargo_hours) if embargo_hours else None)
        session.add(row)
        session.flush()
        for language in languages or ("lv",):
            text = ReleaseText(
                release_id=row.id, language=language, headline=f"Simts ģimenes <{language}>", lead="Ievads.", body="## Daļa\n\n- viens\n- otrs",
                facts=["100 ģimenes"], contact="Anna, 20 000 000", changed_at=now, changed_by="anna@example.org",
            )  # fmt: skip
            session.add(text)
            session.flush()
            session.add(ReleaseQuote(text_id=text.id, words="Esam mājās", speaker="Ilze Kalniņa", role="koordinatore"))


def contact(office: Office, name: str, outlet: str = "Vietējais laiks", **more: object) -> int:
    now = office.clock.now()
    with office.app.store.transaction() as session:
        mail = f"c{session.scalar(select(func.count(Contact.id)))}@example.org"
        row = Contact(**{"name": name, "mail": mail, "outlet": outlet, "made_at": now, "made_by": "x", "changed_at": now, **more})
        session.add(row)
        session.flush()
        return row.id


def picture(office: Office, **told: object) -> str:
    """A picture of the library that the release shows; its name."""
    made = planning.picture(office, **told)
    with office.app.store.transaction() as session:
        session.add(ReleasePicture(release_id=1, picture_id=made, captions={"lv": "Rāzna"}))
    return planning.picture_name(office, made)


def test_each_recipient_is_greeted_and_one_turns_to_the_next(office: Office) -> None:
    release(office)
    first, second = contact(office, "Jānis Ozols"), contact(office, "Redakcija")
    contact(office, "Pēteris Stulbais", stopped_at=office.clock.now())
    visitor = office.as_role("comms")
    page = html.fromstring(visitor.text(PREVIEW))
    assert "Labdien, Jāni!" in page.text_content()
    assert page.xpath("//a[@rel='prev']") == []
    (following,) = page.xpath("//a[@rel='next']/@href")
    assert f"contact={second}" in following
    page = html.fromstring(visitor.text(following))
    assert "Labdien!" in page.text_content() and "Labdien, " not in page.text_content().replace("„Labdien, ", "")
    assert page.xpath("//a[@rel='next']") == []  # who wants nothing is not looked at
    assert f"contact={first}" in page.xpath("//a[@rel='prev']/@href")[0]


def test_of_a_list_only_its_members_are_looked_at(office: Office) -> None:
    release(office)
    contact(office, "Jānis Ozols")
    ilze = contact(office, "Ilze Bērziņa")
    now = office.clock.now()
    with office.app.store.transaction() as session:
        row = ContactList(name="Reģions", made_at=now, made_by="x")
        session.add(row)
        session.flush()
        session.add(ListMember(list_id=row.id, contact_id=ilze, added_at=now))
    page = office.as_role("coordinator").text(f"{PREVIEW}?list=1")
    assert "Labdien, Ilze!" in page and 'rel="next"' not in page and 'rel="prev"' not in page


def test_a_greeting_of_ones_own_is_merged_and_an_unknown_field_is_told_with_its_place(office: Office) -> None:
    release(office)
    contact(office, "Mikus Liepa", "Ludzas ziņas & Co")
    visitor = office.as_role("comms")
    assert "Sveiks, Mikus no Ludzas ziņas &amp; Co!" in visitor.text(PREVIEW + "?hello=Sveiks,+{vārds}+no+{outlet}!")
    page = visitor.text(PREVIEW + "?hello=Labdien!%0D%0AEs+{vards}")
    assert "Lauku {vards} (2. rinda, 4. zīme)" in page and "{uzruna}, {vārds}" in page
    assert 'aria-invalid="true"' in page


def test_the_mail_is_a_document_of_its_own_with_its_pictures_inside(office: Office) -> None:
    release(office, embargo_hours=20)
    picture(office)
    visitor = office.as_role("comms")
    answer = visitor.get(PREVIEW + "/mail?width=360")
    body = answer.get_data(as_text=True)
    assert "sandbox" in answer.headers["Content-Security-Policy"] and "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert 'src="data:image/webp;base64,UklGR' in body and "picture.invalid" not in body
    assert "max-width:360px" in body and "EMBARGO" in body and "Simts ģimenes &lt;lv&gt;" in body
    assert "max-width:360px" not in visitor.text(PREVIEW + "/mail")


def test_a_picture_whose_people_agree_no_more_goes_nowhere(office: Office) -> None:
    release(office)
    name = picture(office, of_people=True, consent_from=office.clock.now().date(), consent_until=None)
    visitor = office.as_role("comms")
    assert name in visitor.text(PREVIEW)
    with office.app.store.transaction() as session:
        session.scalars(select(Picture)).one().withdrawn_at = office.clock.now()
    assert name not in visitor.text(PREVIEW)
    assert "data:image" not in visitor.text(PREVIEW + "/mail")
    assert "word/media/image1.jpg" not in zipfile.ZipFile(io.BytesIO(visitor.get("/press/releases/1/lv.docx").get_data())).namelist()


def test_every_language_has_its_files(office: Office) -> None:
    release(office, "lv", "ru")
    picture(office)
    visitor = office.as_role("reader")
    for kind, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("txt", "Пресс-релиз".encode()), ("html", b"<!doctype")):
        answer = visitor.get(f"/press/releases/1/ru.{kind}")
        assert answer.status_code == 200 and answer.get_data().startswith(begins), kind
        assert f"-1-ru.{kind}" in answer.headers["Content-Disposition"]
    assert b"word/media/image1" in visitor.get("/press/releases/1/lv.docx").get_data()
    for missing in ("/press/releases/1/de.pdf", "/press/releases/2/lv.pdf", "/press/releases/1/lv.exe", f"/press/releases/{2**40}/lv.pdf"):
        assert visitor.get(missing).status_code == 404


def test_views_and_languages(office: Office) -> None:
    release(office, "lv", "en")
    visitor = office.as_role("comms")
    assert "SIMTS ĢIMENES &lt;LV&gt;" in visitor.text(PREVIEW + "?view=text")
    assert "/press/releases/1/en.docx" in visitor.text(PREVIEW + "?view=files&language=en")
    english = visitor.text(PREVIEW + "?language=en")
    assert "Press release: Simts" in english and "Hello," in english and "Mediju kontaktu vēl nav" in english
    assert visitor.get("/press/releases/7/preview").status_code == 404


@pytest.mark.parametrize("role", ["reader", "partner"])
def test_who_may_not_see_contacts_sees_no_copy(office: Office, role: str, tmp_path: Path) -> None:
    release(office)
    visitor = office.as_role(role, "Ludzas novads" if role == "partner" else None)
    assert visitor.get(PREVIEW).status_code == 403
    assert visitor.get(PREVIEW + "/mail").status_code == 403
    assert visitor.get("/press/releases/1/lv.pdf").status_code == (403 if role == "partner" else 200)
