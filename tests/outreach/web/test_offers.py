"""The pages of offers: from what is known of a family to a letter that was sent, and what each page says before."""

import io
import re
import zipfile
from datetime import date

import pytest
from docx import Document
from sqlalchemy import select

from outreach.tracker.models import Household
from outreach.tracker.offers import erasing, facts
from outreach.tracker.offers.models import Offer
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, PLACE, ask, family, silent, trail
from tests.outreach.web.offer_deeds import FACT, draft, sent
from tests.support.people import Visitor


def row(office: Office, number: int = 1) -> Offer:
    with office.app.store.reading() as session:
        return session.get_one(Offer, number)


@pytest.fixture
def astra(office: Office) -> Visitor:
    return office.as_role("coordinator")


def test_an_offer_from_its_family_to_its_day(office: Office, astra: Visitor) -> None:
    number = family(office, ("contacted", date(2026, 9, 1)))
    ask_number = ask(office)
    astra.post(f"/inquiries/{ask_number}/family", {"household": str(number)})
    assert "Sagatavojiet piedāvājumu" in astra.text(f"/families/{number}/offers")
    page = astra.text(f"/families/{number}/offers/new")
    assert f'value="{CANARY}"' in page and re.search(rf'<option value="{PLACE}" selected', page)
    assert re.findall(r'name="topics" value="(\w+)" checked', page) == ["work"]  # what its inquiry is about
    form: dict[str, object] = {"language": "lv", "municipality": PLACE, "topics": ["work", "school"], "addressee": "Anna"}
    page = astra.post(f"/families/{number}/offers/new", form).get_data(as_text=True)
    assert f"{PLACE}, temats “Skola un bērnudārzs”" in page  # named before it is made
    known = re.search(r'name="known" value="([^"]*)"', page)
    assert known is not None and known[1] == "none.contact none.work none.school"
    made = astra.post(f"/families/{number}/offers/new", form | {"known": known[1]})
    assert made.status_code == 303 and made.location == f"/families/{number}/offers/1"
    page = astra.text(made.location)
    assert "Labdien, Anna!" in page and "2 pieaugušajiem un 1 bērnam" in page and "Balvu novadā" in page
    assert "Vēstulē nebūs šo sadaļu" in page
    astra.post(f"/families/{number}/offers/1/edit", {"work": "Ir darbs <b>skolā</b>.", "opening": "Sveiki!"})
    page = astra.text(made.location)
    assert "Ir darbs &lt;b&gt;skolā&lt;/b&gt;." in page and "Sveiki!" in page and "Labdien" not in page
    answer = astra.post(f"/families/{number}/offers/1/send", {"sent_on": "2026-11-20", "sent_by": "hand", "people": "3"})
    assert answer.status_code == 303
    page = astra.text(made.location)
    assert "Nosūtīts individuāls piedāvājums" in page and "2026. gada 20. novembris" in page and "Labot tekstu" not in page
    assert (row(office).sent_on, row(office).people, row(office).stage_id is not None) == (date(2026, 11, 20), 3, True)
    assert "Ir darbs" in astra.get(f"/families/{number}/offers/1/file.txt").get_data(as_text=True)


def test_what_is_known_of_the_municipality_stands_in_the_letter(office: Office, astra: Visitor) -> None:
    number = family(office)
    astra.post(f"/settings/municipalities/{PLACE}/school", FACT)
    astra.post(f"/settings/municipalities/{PLACE}/contact", FACT | {"lv": "Anna, 64500000", "site": "https://balvi.example"})
    form: dict[str, object] = {"language": "lv", "municipality": PLACE, "topics": ["school"]}
    assert "ziņas par pašvaldību ir" in astra.post(f"/families/{number}/offers/look", form).get_data(as_text=True).lower()
    assert astra.post(f"/families/{number}/offers/new", form).status_code == 303
    page = astra.text(f"/families/{number}/offers/1")
    assert "Ir divas skolas." in page and "https://balvi.example" in page and "Ziņas pārbaudītas: 2026. gada 20. novembris" in page
    english = astra.post(f"/families/{number}/offers/look", form | {"language": "en"}).get_data(as_text=True)
    assert "none.contact none.school" in english


@pytest.mark.parametrize("shape", ["pdf", "docx", "txt"])
def test_files_say_the_same_each_time(office: Office, astra: Visitor, shape: str) -> None:
    number, offer = sent(office)
    first, second = (astra.get(f"/families/{number}/offers/{offer}/file.{shape}") for _ in range(2))
    assert first.data == second.data and CANARY not in str(first.headers)
    assert f'filename="piedavajums-2026-1.{shape}"' in first.headers["Content-Disposition"]
    if shape == "docx":
        words = Document(io.BytesIO(first.data))
        assert [(one.style.name, one.text) for one in words.paragraphs if one.style is not None] == [
            ("Subtitle", "Birojs"), ("Title", "Individuāls piedāvājums"), ("Subtitle", "Nr. 2026/1 · 2026. gada 23. novembris"),
            ("Normal", f"Labdien, {CANARY} <b>x</b>!"), ("Heading 2", "Darbs"), ("Normal", "Ir."),
        ]  # fmt: skip
        assert 'w:val="lv-LV"' in zipfile.ZipFile(io.BytesIO(first.data)).read("word/document.xml").decode()
    elif shape == "pdf":
        assert first.data.startswith(b"%PDF") and first.headers["Content-Type"] == "application/pdf"
    else:
        assert "Veselības" not in first.get_data(as_text=True)  # an empty section is left out
    assert trail(office.app)[-1][1:] == ("reveal", "offer", offer)


def test_every_look_is_written_down_and_lists_open_nothing(office: Office, astra: Visitor) -> None:
    number, offer = draft(office)
    for address in (f"/families/{number}/offers", "/families/offers"):
        before = len(trail(office.app))
        assert silent(astra.text(address))
        assert len(trail(office.app)) == before
    for address in ("", "/edit", "/file.pdf"):
        before = len(trail(office.app))
        astra.get(f"/families/{number}/offers/{offer}{address}")
        assert [one[1:] for one in trail(office.app)[before:]] == [("reveal", "offer", offer)]


def test_what_was_sent_has_no_form_and_takes_none(office: Office, astra: Visitor) -> None:
    number, offer = sent(office)
    at = f"/families/{number}/offers/{offer}"
    assert astra.get(f"{at}/edit").status_code == 303
    held = row(office, offer).words_sealed
    forms: dict[str, dict[str, object]] = {"edit": {"opening": "x"}, "send": {"sent_on": "2026-11-01", "sent_by": "mail", "people": "9"}}
    for do, form in forms.items():
        answer = astra.post(f"{at}/{do}", form)
        assert answer.status_code == 422 and "jau ir nosūtīts" in answer.get_data(as_text=True)
    assert (row(office, offer).words_sealed, row(office, offer).people) == (held, 3)
    assert "pārbaudiet, vai tā ir pareiza" in astra.post(f"{at}/drop", follow_redirects=True).get_data(as_text=True)
    assert "Atsaukts" in astra.text(at) and row(office, offer).dropped_at is not None


@pytest.mark.parametrize("form", [{"sent_on": "2026-11-24"}, {"people": "0"}, {"people": "41"}, {"sent_by": "pigeon"}, {"sent_on": ""}])
def test_a_form_that_does_not_fit_keeps_what_was_typed(office: Office, astra: Visitor, form: dict[str, object]) -> None:
    number, offer = draft(office)
    answer = astra.post(f"/families/{number}/offers/{offer}/send", {"sent_on": "2026-11-20", "sent_by": "post", "people": "7"} | form)
    assert answer.status_code == 422 and 'class="field-error"' in answer.get_data(as_text=True)
    assert row(office, offer).sent_on is None


def test_an_erased_family_gets_no_new_offer_and_shows_no_words(office: Office, astra: Visitor) -> None:
    number, offer = sent(office)
    with office.app.store.transaction() as session:
        erasing.of_families(session, office.clock.now(), [number])
        session.get_one(Household, number).erased_at = office.clock.now()
    assert "tāpēc jaunu piedāvājumu" in astra.text(f"/families/{number}/offers")
    assert "teksts ir dzēsts" in astra.text(f"/families/{number}/offers/{offer}")
    assert astra.get(f"/families/{number}/offers/{offer}/file.pdf").status_code == 404
    assert astra.get(f"/families/{number}/offers/new").status_code == 303
    assert astra.post(f"/families/{number}/offers/new", {"language": "lv", "known": "none.place none.topics"}).status_code == 422


def test_another_familys_offer_is_not_there(office: Office, astra: Visitor) -> None:
    number, offer = draft(office)
    other = family(office)
    for address in ("", "/edit", "/file.pdf"):
        assert astra.get(f"/families/{other}/offers/{offer}{address}").status_code == 404
    for do in ("send", "drop", "edit"):
        assert astra.post(f"/families/{other}/offers/{offer}/{do}").status_code == 404
    assert astra.get(f"/families/{2**40}/offers").status_code == astra.get(f"/families/{number}/offers/{2**40}").status_code == 404
    assert astra.get("/families/offers?year=1999").status_code == 404


def test_the_years_figures_open_the_families_behind_them(office: Office, astra: Visitor) -> None:
    first, _ = sent(office)
    second, _ = sent(office, family(office, ("planning", date(2026, 9, 1))))
    page = astra.text("/families/offers")
    assert "Nosūtīti 2 piedāvājumi 2 ģimenēm, kopā 6 cilvēkiem." in page
    records = astra.text("/reports/yearly?period=2026&of=2026.offers")
    assert {f"/families/{one}" in records for one in (first, second)} == {True}


def test_facts_of_municipalities(office: Office, astra: Visitor) -> None:
    at = "/settings/municipalities/Ludzas novads"
    assert "0 no 9" in astra.text("/settings/municipalities")
    assert "https://www.ludzasnovads.lv" in astra.text(at)
    assert astra.post(f"{at}/school", FACT | {"as_of": "2025-10-01"}).status_code == 303
    assert "1 temats jāpārbauda" in astra.text("/settings/municipalities") and "Vecāks par gadu" in astra.text(at)
    answer = astra.post(f"{at}/school", FACT)  # drawn before the first was written
    assert answer.status_code == 422 and "tikmēr" in answer.get_data(as_text=True)
    seen = re.search(r'name="seen" value="([^"]+)"', astra.text(f"{at}/school"))
    assert seen is not None
    assert astra.post(f"{at}/school", FACT | {"as_of": "2026-11-24", "seen": seen[1]}).status_code == 422
    assert astra.post(f"{at}/school", FACT | {"lv": "", "seen": seen[1]}).status_code == 303
    assert facts.read(office.app.settings.folder) == {}
    assert astra.get("/settings/municipalities/Atlantīda").status_code == astra.get(f"{at}/weather").status_code == 404
    reader = office.as_role("reader")
    assert "Aizpildīt" not in reader.text(at) and reader.post(f"{at}/school", FACT).status_code == 403


def test_no_word_of_a_family_is_in_the_store_unsealed(office: Office, astra: Visitor) -> None:
    number, offer = draft(office)
    astra.post(f"/families/{number}/offers/{offer}/edit", {"opening": f"{CANARY} raksta"})
    with office.app.store.reading() as session:
        assert silent(str(session.execute(select(Offer.__table__)).all()))
    raw = office.app.settings.folder.joinpath("outreach.db").read_bytes()
    assert CANARY.encode() not in raw


def test_the_familys_page_and_its_line_tell_the_day_and_the_people(office: Office, astra: Visitor) -> None:
    number, offer = sent(office)
    page = astra.text(f"/families/{number}")
    assert re.search(rf'href="/families/{number}/offers/{offer}">[^<]*2026/1</a> · 2026\. gada 23\. novembris · 3 cilvēki', page)
    assert "pavisam" not in page
    sent(office, number)
    assert "pavisam 2 piedāvājumi" in astra.text(f"/families/{number}")
    line = astra.text(f"/families/{number}/line")
    assert "2026/2" in line and "3 cilvēki" in line
