"""Handing a case over on the screen: with a consent, to an office that is known; what comes is looked at without a word of the family."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.tracker.cases import consents
from outreach.tracker.handover import known, receipts, taking
from outreach.tracker.handover.models import Handover
from outreach.tracker.models import Household, Inquiry
from outreach.web import access
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, Counted, family, silent, trail
from tests.outreach.web.handover_deeds import OTHER, THERE, agreed, brought, meet, own, packed, parcel
from tests.support.people import Visitor


def upload(visitor: Visitor, data: bytes) -> str:
    answer = visitor.post("/families/receive", {"file": (io.BytesIO(data), "a.case")}, content_type="multipart/form-data")
    assert answer.status_code in {303, 422}
    return answer.get_data(as_text=True) if answer.status_code == 422 else answer.location or ""


def test_only_the_coordinator_sees_any_of_it() -> None:
    for endpoint, methods in access.TABLE.items():
        if endpoint.startswith(("handover.", "handover_in.")):
            assert all(roles == {"coordinator"} for roles in methods.values()), endpoint


def test_the_key_is_shown_and_another_offices_is_compared_first(office: Office) -> None:
    visitor = office.as_role("coordinator")
    page = visitor.text("/families/handover")
    assert own(office.app).line in page and all(group in page for group in own(office.app).fingerprint)
    assert "Vēl neviens" in page
    answer = visitor.post("/families/handover/offices", {"line": f" {OTHER.line}\n"})
    asked = answer.get_data(as_text=True)
    assert answer.status_code == 200 and all(group in asked for group in OTHER.fingerprint)
    assert "Vidzeme" not in re.sub(r"<[^>]+>", "", visitor.text("/families/handover"))
    assert visitor.post("/families/handover/offices", {"line": OTHER.line, "compared": "1"}).status_code == 303
    assert "Birojs pievienots: Vidzeme" in visitor.text("/families/handover")
    newer = replace(OTHER, raw=OTHER.raw[::-1])
    assert "jau ir cita atslēga" in visitor.post("/families/handover/offices", {"line": newer.line}).get_data(as_text=True)
    for line in (OTHER.line[:-1], own(office.app).line, ""):
        assert visitor.post("/families/handover/offices", {"line": line, "compared": "1"}).status_code == 422


def test_without_a_consent_one_sentence_says_so(office: Office) -> None:
    meet(office)
    number = family(office)
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/families/{number}/handover")
    assert "tikai ar ģimenes piekrišanu" in page and f"/families/{number}/consents" in page
    assert silent(page)
    assert visitor.post(f"/families/{number}/handover", {"region": "Vidzeme"}).status_code == 422
    with office.app.store.transaction() as session:
        consents.give(session, office.clock.now(), "x", number, consents.Given("handover", "told", date(2026, 11, 1), None, "Zemgale"))
    page = visitor.text(f"/families/{number}/handover")
    assert "atslēgas mums nav: Zemgale" in page and 'value="Vidzeme"' not in page
    assert visitor.get("/families/999/handover").status_code == 404
    assert visitor.post("/families/999/handover", {"region": "Vidzeme"}).status_code in {404, 422}


def test_a_case_is_packed_fetched_and_gone_with_the_answer(office: Office) -> None:
    number = agreed(office, ("contacted", date(2026, 10, 1)))
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/families/{number}/handover")
    assert "1 jautājums ar tekstu" in page and silent(page)
    assert visitor.post(f"/families/{number}/handover", {"region": "Vidzeme"}).status_code == 303
    page = visitor.text(f"/families/{number}/handover")
    assert "gaida atbildi: Vidzeme" in page
    found = re.search(r"/families/\d+/handover/\d+/", page)
    assert found is not None
    file = visitor.post(f"{found.group()}file", {"letters": "1"})
    assert (file.status_code, file.mimetype, file.headers["Cache-Control"]) == (200, "application/octet-stream", "no-store")
    assert file.headers["Content-Disposition"].endswith(".case")
    assert CANARY.encode() not in file.data
    folder = office.app.settings.folder / "elsewhere"
    folder.mkdir()
    known.add(folder, office.clock.now(), "x", own(office.app), OTHER)
    looked = taking.look(THERE, folder, OTHER, file.data)
    assert (looked.case.name, looked.case.sent_from, len(looked.case.inquiries)) == (CANARY, "Latgale", 1)

    assert visitor.post(f"{found.group()}answer", {"code": "AAAA"}).status_code == 422
    code = receipts.code(THERE, own(office.app), looked.case.parcel, "taken")
    assert visitor.post(f"{found.group()}answer", {"code": code.lower()}).status_code == 303
    page = visitor.text(f"/families/{number}/handover")
    assert "Lieta nodota: Vidzeme" in page and "Sagatavot sūtījumu" not in page
    assert visitor.post(f"{found.group()}file").status_code == 422
    assert f"/families/{number}" not in re.sub(r"<aside.*", "", visitor.text("/families"), flags=re.S)
    assert [line[1:3] for line in trail(office.app) if line[2] == "household"][-3:] == [("pack", "household"), ("reveal", "household"), ("hand_over", "household")]


def test_a_parcel_is_called_back_and_says_honestly_what_that_means(office: Office) -> None:
    number, made, code = packed(office)
    visitor = office.as_role("coordinator")
    assert "datni atgūt nevar" in visitor.text(f"/families/{number}/handover")
    assert visitor.post(f"/families/{number}/handover/{made}/back").status_code == 303
    page = visitor.text(f"/families/{number}/handover")
    assert "atsaukta" in page and "Lieta tomēr pārņemta" in page and "Sagatavot sūtījumu" in page
    assert visitor.post(f"/families/{number}/handover/{made}/answer", {"code": code}).status_code == 303
    assert "otrs birojs lietu ir pārņēmis" in visitor.text(f"/families/{number}/handover")
    other = family(office)
    for do in ("file", "answer", "back"):
        assert visitor.post(f"/families/{other}/handover/{made}/{do}", {"code": code}).status_code == 404
        assert visitor.post(f"/families/{number}/handover/99/{do}", {"code": code}).status_code == 404


def test_a_case_that_comes_is_looked_at_taken_once_and_answered(office: Office, tmp_path: Path) -> None:
    visitor = office.as_role("coordinator")
    address = brought(office, visitor, tmp_path / "there")
    page = visitor.text(address)
    assert "Vidzeme" in page and "Madonas novads" in page and "Plāno" in page
    assert silent(page)
    with office.app.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Household)) == 0
    answer = visitor.post(f"{address}/take")
    assert (answer.status_code, answer.location) == (303, "/families/1/handover")
    page = visitor.text("/families/1/handover")
    with office.app.store.reading() as session:
        name = session.scalar(select(Handover.parcel))
        assert session.scalar(select(func.count()).select_from(Inquiry)) == 0
    assert name is not None and receipts.code(THERE, own(office.app), name, "taken") in page
    assert visitor.post(f"{address}/take").location == "/families/1/handover"
    assert visitor.get(address).location == "/families/1/handover"
    assert list((office.app.settings.folder / "parcels").iterdir()) == []
    assert "1. septembris" in visitor.text("/families/1") and CANARY in visitor.text("/families/1")
    assert ("take_over", "household", 1) in [line[1:] for line in trail(office.app)]


def test_a_case_that_is_refused_leaves_nothing_but_a_code(office: Office, tmp_path: Path) -> None:
    visitor = office.as_role("coordinator")
    address = brought(office, visitor, tmp_path / "there")
    page = visitor.post(f"{address}/refuse").get_data(as_text=True)
    assert receipts.code(THERE, own(office.app), address.rsplit("/", 1)[-1], "refused") in page
    assert visitor.get(address).status_code == 404
    assert list((office.app.settings.folder / "parcels").iterdir()) == []


@pytest.mark.parametrize("what", ["altered", "none", "empty", "stranger"])
def test_what_is_no_parcel_for_us_is_said_in_one_sentence(office: Office, tmp_path: Path, what: str) -> None:
    visitor, data = office.as_role("coordinator"), parcel(office, tmp_path / "there")
    if what == "stranger":
        (office.app.settings.folder / "offices" / "known.json").unlink()
    told = {"altered": data[:-1] + bytes([data[-1] ^ 1]), "none": b"x" * 200, "empty": b"", "stranger": data}[what]
    sentence = {"altered": "ceļā ir mainījies", "none": "nav sūtījuma datne", "empty": "Izvēlieties datni", "stranger": "kura atslēgas mums nav"}[what]
    assert sentence in upload(visitor, told)
    assert not (office.app.settings.folder / "parcels").exists()


def test_an_old_parcel_is_shown_but_not_taken(office: Office, tmp_path: Path) -> None:
    visitor = office.as_role("coordinator")
    address = brought(office, visitor, tmp_path / "there")
    office.clock.step(timedelta(days=31))
    visitor = office.as_role("coordinator")
    page = visitor.text(address)
    assert "agrāk nekā pirms 30 dienām" in page and "Pārņemt lietu</button>" not in page
    assert visitor.post(f"{address}/take").status_code == 422


def test_pages_ask_the_store_little(office: Office) -> None:
    number, _, _ = packed(office)
    visitor = office.as_role("coordinator")
    for address in ("/families/handover", f"/families/{number}/handover", "/families/receive"):
        visitor.text(address)
        with Counted(office.app) as counted:
            visitor.text(address)
        assert len(counted.statements) <= 12, (address, len(counted.statements))
