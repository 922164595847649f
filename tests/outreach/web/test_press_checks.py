"""What is to be looked at in a release, beside the text and on a page of its own; the office's facts."""

from datetime import date

import pytest

from outreach.pressroom.checks import factbook
from outreach.pressroom.checks.accepted import accepted
from outreach.pressroom.checks.factbook import Told
from outreach.pressroom.models import Release, ReleaseText
from tests.outreach.web.conftest import Office

FACTS, LOOK, WORDS = "/settings/facts", "/press/checks", "/press/checks/words"
PHONE = {"kind": "phone", "label": "Biroja tālrunis", "value": "64600000"}


def fact(office: Office, value: str = "64600000") -> int:
    with office.app.store.transaction() as session:
        return factbook.add(session, office.clock.now(), Told("phone", "Biroja tālrunis", value), "x")


def release(office: Office, **more: str) -> int:
    now = office.clock.now()
    with office.app.store.transaction() as session:
        row = Release(made_at=now, made_by="x")
        session.add(row)
        session.flush()
        for language in ("lv", "en"):
            told = {"headline": f"Virsraksts {language} <b>", "contact": "64600000", **more}
            session.add(ReleaseText(release_id=row.id, language=language, changed_at=now, changed_by="x", **told))
        return row.id


def test_facts_are_written_down_corrected_and_followed(office: Office) -> None:
    comms = office.as_role("comms")
    assert 'class="empty-state"' in comms.text(FACTS) and f'href="{FACTS}"' in comms.text("/settings")
    assert comms.post(FACTS, dict(PHONE)).status_code == 303
    page = comms.text(f"{FACTS}/1")
    assert "64600000" in page and f'action="{FACTS}/1/follow"' in page
    assert comms.post(f"{FACTS}/1", {**PHONE, "value": "64 600 000"}).status_code == 303
    assert comms.post(f"{FACTS}/1/follow", {"since": "2026-11-01", "value": "64600111"}).status_code == 303
    page = comms.text(FACTS)
    assert "pēdējā diena: 2026. gada 31. oktobris" in page and "tagad – 64600111" in page
    assert f'action="{FACTS}/1/follow"' not in comms.text(f"{FACTS}/1") and "64 600 000" in comms.text(f"{FACTS}/2")


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        (FACTS, {**PHONE, "value": "nekas <b>"}, "field-value"), (FACTS, {**PHONE, "label": ""}, "field-label"), (FACTS, {**PHONE, "kind": "x"}, "field-kind"), (FACTS, {**PHONE, "since": "2026-02-01", "until": "2026-01-01"}, "field-until"),
        (f"{FACTS}/1", {**PHONE, "value": "nekas <b>"}, "field-value"), (f"{FACTS}/1/follow", {"since": "", "value": ""}, "follow-since"), (f"{FACTS}/1/follow", {"since": "2026-12-01", "value": "nekas"}, "follow-value"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(office: Office, path: str, form: dict[str, object], field: str) -> None:
    fact(office)
    answer = office.as_role("comms").post(path, form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f'id="{field}-error"' in page and "<b>" not in page


def test_who_may_do_what(office: Office) -> None:
    number, made = fact(office), release(office)
    reader, partner = office.as_role("reader"), office.as_role("partner", "Ludzas novads")
    assert reader.get(FACTS).status_code == reader.get(f"/press/releases/{made}/checks").status_code == 200
    assert "<form method=\"post\" action=\"/settings/facts" not in reader.text(FACTS) + reader.text(f"{FACTS}/{number}")
    for address in (FACTS, f"{FACTS}/{number}", f"{FACTS}/{number}/follow", LOOK, WORDS):
        assert reader.post(address).status_code == partner.post(address).status_code == 403
    assert {partner.get(address).status_code for address in (FACTS, f"{FACTS}/{number}", f"/press/releases/{made}/checks")} == {403}


@pytest.mark.parametrize("address", [f"{FACTS}/999", f"{FACTS}/99999999999999", "/press/releases/999/checks", "/press/releases/99999999999999/checks"])
def test_what_is_not_there(office: Office, address: str) -> None:
    assert office.as_role("comms").get(address).status_code == 404


def test_what_is_typed_is_looked_at(office: Office) -> None:
    number = fact(office)
    with office.app.store.transaction() as session:
        factbook.follow(session, office.clock.now(), number, date(2026, 11, 1), "64600111", "x")
    comms = office.as_role("comms")
    typed = {
        "language": "lv", "headline": "Pirmdien, 3. decembrī <i>", "lead": "Atgrezties", "facts": "viens\r\n[…]", "words": "Sveiki, {name}!",
        "contact": "tālr. 64600000", "embargo_until": "nekas",
    }  # fmt: skip
    page = comms.post(LOOK, typed).get_data(as_text=True)
    for said in ("ir cita nedēļas diena", "tagad – 64600111", "<mark>[…]</mark>", "<mark>{name}</mark>", "1. citāts", "Atgriezties", 'hx-post="/press/checks/words"'):
        assert said in page, said
    assert "<i>" not in page and "<html" not in page
    assert comms.post(LOOK, {}).status_code == 200
    embargo = {"language": "lv", "lead": "Embargo līdz 3. decembrim plkst. 10.00", "contact": "64600111"}
    assert "ko citu" not in comms.post(LOOK, {**embargo, "embargo_until": "2026-12-03T10:00"}).get_data(as_text=True)
    assert "ko citu" in comms.post(LOOK, {**embargo, "embargo_until": "2026-12-03T11:00"}).get_data(as_text=True)


def test_a_word_is_accepted_by_a_click(office: Office) -> None:
    comms, typed = office.as_role("comms"), {"language": "lv", "lead": "Tas ir kvrksis", "contact": "64600111"}
    assert "kvrksis" in comms.post(LOOK, dict(typed)).get_data(as_text=True)
    page = comms.post(WORDS, {**typed, "word": "kvrksis"}, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "kvrksis" not in page and accepted(office.app.settings.folder, "lv") == {"kvrksis"}
    refused = comms.post(WORDS, {**typed, "word": "divi vārdi"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422 and "nav viens vārds" in refused.get_data(as_text=True)


def test_without_a_script_one_comes_back(office: Office) -> None:
    made, comms = release(office, lead="Tas ir kvrksis"), office.as_role("comms")
    address = f"/press/releases/{made}/checks?language=lv"
    page = comms.text(address)
    assert f'name="back" value="{address}"' in page and "kvrksis" in page and "Virsraksts lv &lt;b&gt;" in page and "Virsraksts en" not in page
    answer = comms.post(WORDS, {"word": "kvrksis", "language": "lv", "back": address})
    assert answer.status_code == 303 and answer.location == address
    assert "<mark>kvrksis" not in comms.text(address)
    assert comms.post(WORDS, {"word": "x y", "language": "lv", "back": "https://evil.example/"}).location == "/"
    assert "nav viens vārds" in comms.text(address)


def test_the_page_speaks_of_the_language_that_is_asked_for(office: Office) -> None:
    made, comms = release(office), office.as_role("comms")
    assert "Virsraksts en" in comms.text(f"/press/releases/{made}/checks?language=en")
    assert "Virsraksts lv" in comms.text(f"/press/releases/{made}/checks?language=xx")
