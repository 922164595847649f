"""Tables of inquiries and events' lists on their pages: looked at first, decided by a person, kept once, told nowhere else."""

import io
import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from campaigns.timing import sheet
from outreach.people.models import AuditEntry
from outreach.tracker import privacy
from outreach.tracker.bringing.models import Batch
from outreach.tracker.models import Inquiry
from outreach.work import WorkRow
from tests.benchmarks.replay import listening
from tests.outreach.web.bringing_deeds import MARK, TABLE, brought, event, run, take
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return office.as_role("coordinator")


def count(office: Office) -> int:
    with office.app.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Inquiry)) or 0


def test_a_table_is_looked_at_mapped_and_taken(office: Office, visitor: Visitor) -> None:
    address = brought(visitor)
    page = visitor.text(address)
    assert MARK in page and "31.02.2023" in page and "Datumu nevar saprast" in page and count(office) == 0
    assert 'name="g3"' in page and 'name="g2"' not in page  # the two that are the same
    assert take(visitor, address).status_code == 303
    assert "Pievieno rindas" in visitor.text(address)
    run(office)
    done = visitor.text(address)
    assert re.findall(r"<dd>(\d+)</dd>", done) == ["2", "1", "1", "4"] and count(office) == 2
    assert take_again(visitor, address) == 303 and count(office) == 2
    assert "Vēstniecības saraksts" in visitor.text("/inquiries/import")
    with office.app.store.reading() as session:
        rows = session.scalars(select(Inquiry).order_by(Inquiry.id)).all()
        assert [(row.country, row.municipality, row.arrived_by, row.answered_at) for row in rows] == [
            ("IE", "Preiļu novads", "import", None), ("DE", "Ludzas novads", "import", None),
        ]  # fmt: skip


def take_again(visitor: Visitor, address: str) -> int:
    return visitor.post(address, {"seen": "x"}).status_code


def test_the_rows_left_out_come_back_as_a_table_that_can_be_mended_and_brought(office: Office, visitor: Visitor) -> None:
    address = brought(visitor)
    file = visitor.get(f"{address}/refused")
    rows = sheet.lines(file.data)
    assert file.headers["Content-Disposition"].startswith("attachment") and file.headers["Cache-Control"] == "private, no-store"
    assert any("Sliktais" in line.cells for line in rows) and not any(MARK in map(str, line.cells) for line in rows)
    assert not list(office.app.settings.folder.rglob("*.xlsx"))
    text = "\n".join(";".join("" if cell is None else str(cell) for cell in line.cells) for line in rows)
    mended = text.replace("31.02.2023", "28.02.2023").replace(";nav;", ";27333444;")
    again = brought(visitor, mended)
    assert 'name="seen"' in visitor.text(again)
    take(visitor, again)
    run(office)
    assert count(office) == 1


def test_columns_may_be_told(office: Office, visitor: Visitor) -> None:
    address = brought(visitor, "A;B\nAnce;29123456\nUldis;26111222\n")
    assert 'value="phone" selected' in visitor.text(address)
    told = f"{address}?c0=name&c1=contact"
    take(visitor, told, c0="name", c1="contact", answered="1")
    run(office)
    with office.app.store.transaction() as session:
        opened = privacy.reveal(session, office.clock.now(), "x", office.app.seal, 1)
        assert (opened.name, opened.contact) == ("Ance", "29123456")
        assert session.get_one(Inquiry, 1).answered_at is not None


def test_what_changed_since_the_look_is_looked_at_again(office: Office, visitor: Visitor) -> None:
    address = brought(visitor)
    assert visitor.post(address, {"seen": "x"}).status_code == 422
    assert count(office) == 0


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"", "Izvēlieties datni"), (b"\x00\x01\x02" * 50, ""), (b"PK\x03\x04 nonsense", "Datni nevar izlasīt"), ("Vārds;Tālrunis\n".encode(), "nav nevienas rindas")],
)
def test_files_that_are_none(office: Office, visitor: Visitor, data: bytes, told: str) -> None:
    answer = visitor.post("/inquiries/import", {"name": "x", "file": (io.BytesIO(data), "x.csv")})
    assert answer.status_code == 422 and told in answer.get_data(as_text=True)
    unnamed = visitor.post("/inquiries/import", {"name": " ", "file": (io.BytesIO(TABLE.encode()), "x.csv")})
    assert unnamed.status_code == 422
    assert visitor.post("/inquiries/import", {"name": "x"}).status_code == 422


def test_a_table_is_its_bringers_alone(office: Office, visitor: Visitor) -> None:
    address = brought(visitor)
    with office.app.store.transaction() as session:
        session.get_one(WorkRow, 1).user_id = None
    for path in (address, f"{address}/refused", "/inquiries/import/99"):
        assert visitor.get(path).status_code == 404
    assert office.as_role("administrator").get(address).status_code == 403


def test_a_taking_that_broke_off_is_gone_on_with(office: Office, visitor: Visitor) -> None:
    address = brought(visitor)
    take(visitor, address)
    with office.app.store.transaction() as session:
        session.get_one(WorkRow, 2).state = "interrupted"
    assert "Turpināt" in visitor.text(address)
    assert visitor.post(f"{address}/again").status_code == 303
    run(office)
    assert count(office) == 2 and visitor.post(f"{address}/again").status_code == 303
    run(office)
    assert count(office) == 2
    with office.app.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(WorkRow)) == 3


def test_nothing_of_a_table_is_told_anywhere_else(office: Office, visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        address = brought(visitor)
        take(visitor, address)
        run(office)
        visitor.text(address)
    assert MARK not in caplog.text and MARK not in visitor.text("/work")
    with office.app.store.reading() as session:
        held = [repr((row.asked, row.told_facts)) for row in session.scalars(select(WorkRow))]
        held += [repr(row.facts) for row in session.scalars(select(AuditEntry))] + [repr(vars(row)) for row in session.scalars(select(Batch))]
        looks = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "reveal", AuditEntry.subject_kind == "inquiry_table"))
    assert not any(MARK in one or "29123456" in one for one in held)
    assert looks == 1
    files = [path for path in Path(office.app.settings.folder).rglob("*") if path.is_file()]
    assert files and not any(MARK.encode() in path.read_bytes() for path in files)


def test_pages_ask_the_store_a_few_times_however_long_the_table(office: Office, visitor: Visitor) -> None:
    rows = "".join(f"Vārds{at} Uzvārds{at};26{at:06d};Īrija;Ludza;5.11.2023\n" for at in range(300))
    address = brought(visitor, TABLE + rows + rows)
    for path in (address, "/inquiries/import", "/inquiries/event", f"/inquiries/event/{event(office)}"):
        office.client.application.extensions["outreach.attention"].forget()
        with listening(office.app.store.engine) as heard:
            page = visitor.text(path)
        assert len(heard.statements) <= 12, path
    assert page.count("<main") == 1


def test_an_event_is_written_down_line_by_line(office: Office, visitor: Visitor) -> None:
    begun = visitor.post("/inquiries/event", {"name": "Dublinas diena", "held_on": "2026-11-23"})
    address = begun.location
    assert "autofocus" in visitor.text(address)
    told = {"once": "a", "name": MARK, "contact": "29123456", "country": "Irija", "people": "2+1", "note": "skola"}
    quick = {"HX-Request": "true"}
    first = visitor.post(f"{address}/line", told, headers=quick).get_data(as_text=True)
    assert MARK in first and 'hx-swap-oob="afterbegin:#event-lines"' in first and 'value="a"' not in first
    again = visitor.post(f"{address}/line", told, headers=quick).get_data(as_text=True)
    assert MARK not in again and count(office) == 1
    assert visitor.post(f"{address}/line", {**told, "once": "b", "people": "daudz", "country": "Marss"}).status_code == 303
    empty = visitor.post(f"{address}/line", {"once": "c", "country": "Īrija"}, headers=quick).get_data(as_text=True)
    assert "Ierakstiet vārdu" in empty and 'value="c"' in empty and "Īrija" in empty
    assert visitor.post(f"{address}/line", {"once": "c"}).status_code == 422
    pasted = {"once": "d", "lines": "Anna, 3 cilvēki, Īrija -> Preiļi\n---\nJānis, zvanīja, Vācija\n"}
    for _ in range(2):
        assert visitor.post(f"{address}/lines", pasted).status_code == 303
    assert visitor.post(f"{address}/lines", {"lines": "x\n" * 201}).status_code == 422
    assert visitor.post(f"{address}/lines", {"lines": ""}).status_code == 422
    with office.app.store.transaction() as session:
        rows = session.scalars(select(Inquiry).order_by(Inquiry.id)).all()
        assert [(row.country, row.people, row.arrived_by) for row in rows] == [("IE", 3, "event"), (None, None, "event"), ("IE", 3, "event"), ("DE", None, "event")]
        words = privacy.reveal(session, office.clock.now(), "x", office.app.seal, rows[1].id)
        assert words.text == "skola\nMarss\ndaudz"
        assert session.get_one(Batch, 1).taken == 4
    page = visitor.text(address)
    assert page.count("number-link") == 4 and MARK in page
    assert "4 ģimenes" in visitor.text("/inquiries/event")
    for path in ("/inquiries/event/99", "/inquiries/event/99/line"):
        assert (visitor.get(path) if not path.endswith("line") else visitor.post(path, {"name": "x"})).status_code == 404
    assert visitor.post("/inquiries/event", {"name": "", "held_on": "vakar"}).status_code == 422


def test_who_stands_at_the_door_is_one_key_away(office: Office, visitor: Visitor) -> None:
    assert 'href="/inquiries/new?arrived=walk_in" data-key="w"' in visitor.text("/inquiries")
    assert 'value="walk_in" checked' in visitor.text("/inquiries/new?arrived=walk_in")
    assert 'value="phone" checked' in visitor.text("/inquiries/new?arrived=x")
    for line, arrived in (("Ance, darbs", "walk_in"), ("Ance, zvanīja, skola", "walk_in"), ("Ance, mājoklis", "phone")):
        visitor.post("/inquiries/new", {"line": line, "arrived": arrived, "do": "save"})
    with office.app.store.reading() as session:
        assert list(session.scalars(select(Inquiry.arrived_by).order_by(Inquiry.id))) == ["walk_in", "phone", "phone"]
