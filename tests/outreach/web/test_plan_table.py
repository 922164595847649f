"""A plan from a table on the screen: looked at row by row, planned as it was seen, once, and taken back."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from campaigns.models import Delivery, Post
from campaigns.timing import sheet
from outreach.web import access
from tests.benchmarks.replay import listening
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office
from tests.outreach.web.planning import seen_in
from tests.support.people import Visitor

HEAD = "Kampaņa;Virsraksts;Teksts;Kanāls;Diena;Stunda\n"
GOOD = "MĀJAS 2026;Vietas vēl ir;Nāciet!;Mape;2026-12-01;18:30\n"
WRONG = "MĀJAS 2026;Kļūda;Nāciet!;Map;2026-12-02;18:30\n"


def bring(office: Office, folder: Path, *rows: str) -> Visitor:
    planning.campaign(office)
    planning.channel(office, folder)
    visitor = office.as_role("comms")
    answer = visitor.post("/campaigns/plan", {"file": (io.BytesIO((HEAD + "".join(rows)).encode()), "plāns.csv")})
    assert answer.location == "/campaigns/plan/1"
    return visitor


def count(office: Office) -> tuple[int, int]:
    with office.app.store.reading() as session:
        return session.scalar(select(func.count(Post.id))) or 0, session.scalar(select(func.count(Delivery.id))) or 0


def test_good_rows_are_planned_as_seen_once_and_taken_back(office: Office, tmp_path: Path) -> None:
    visitor = bring(office, tmp_path, GOOD, WRONG)
    office.client.application.extensions["outreach.attention"].forget()
    with listening(office.app.store.engine) as heard:
        page = visitor.text("/campaigns/plan/1?show=all")
    assert len(heard.statements) <= 12
    assert "Vai domājāt “Mape”?" in page and "Ieplānot 1 labo rindu" in page
    assert count(office) == (0, 0)
    seen = seen_in(page)
    assert "Ne visas rindas ir kārtībā" in visitor.post("/campaigns/plan/1", {"do": "all", "seen": seen}).get_data(as_text=True)
    assert visitor.post("/campaigns/plan/1", {"do": "good", "seen": "other"}).status_code == 422
    assert count(office) == (0, 0)
    for _ in range(2):
        assert visitor.post("/campaigns/plan/1", {"do": "good", "seen": seen}).location == "/campaigns/plan/1"
        assert count(office) == (1, 1)
    assert "gaida apstiprinājumu" in visitor.text("/campaigns/plan/1")
    assert visitor.post("/campaigns/plan/1/undo").location == "/campaigns/plan/1"
    assert count(office) == (0, 0)
    assert "No šīs tabulas vairs nekā nav" in visitor.text("/campaigns/plan/1")


def test_a_plan_that_has_changed_meanwhile_is_shown_again(office: Office, tmp_path: Path) -> None:
    visitor = bring(office, tmp_path, GOOD)
    seen = seen_in(visitor.text("/campaigns/plan/1"))
    planning.delivery(office, planning.post(office, 1, "Cits"), 1, datetime(2026, 12, 1, 16, 0, tzinfo=UTC))
    answer = visitor.post("/campaigns/plan/1", {"do": "all", "seen": seen})
    assert answer.status_code == 422 and "Plāns pa šo laiku ir mainījies" in answer.get_data(as_text=True)
    assert count(office) == (1, 1)


def test_the_file_waits_an_hour_for_whoever_brought_it(office: Office, tmp_path: Path) -> None:
    visitor = bring(office, tmp_path, GOOD)
    assert office.as_role("administrator").get("/campaigns/plan/1").status_code == 404
    office.clock.moment += timedelta(minutes=61)
    answer = visitor.get("/campaigns/plan/1")
    assert answer.status_code == 410 and "tā gaida tikai stundu" in answer.get_data(as_text=True)


def test_files_that_will_not_do_are_a_sentence(office: Office) -> None:
    visitor = office.as_role("comms")
    assert "plan_table.look" in access.UPLOADS  # larger than a form without a file may be
    for data, told in ((b"PK\x03\x04x", "nevar izlas"), (b"a;b;c\n1;2;3\n", "nav virsrakstu"), (b"x;y;z\n" * 50_000, "pārāk daudz rindu"), (b"", "Izvēlieties datni")):
        answer = visitor.post("/campaigns/plan", {"file": (io.BytesIO(data), "x.xlsx")})
        assert answer.status_code == 422 and told in answer.get_data(as_text=True)


def test_an_export_read_in_again_is_there_and_the_empty_table_can_be_read(office: Office, tmp_path: Path) -> None:
    visitor = bring(office, tmp_path, GOOD)
    visitor.post("/campaigns/plan/1", {"do": "all", "seen": seen_in(visitor.text("/campaigns/plan/1"))})
    for number, kind in enumerate(("xlsx", "csv"), 2):
        out = visitor.get(f"/campaigns/1/plan?format={kind}").data
        visitor.post("/campaigns/plan", {"file": (io.BytesIO(out), f"plans.{kind}")})
        assert "Tieši šāds ieraksts jau ir plānā" in visitor.text(f"/campaigns/plan/{number}?show=all")
        assert len(sheet.lines(visitor.get(f"/campaigns/plan/empty?format={kind}").data)) >= 4
