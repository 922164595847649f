"""Rows against who is here, tables that wait under the office's key, lines of an event, and a taking that breaks off."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from campaigns import editing
from campaigns.timing.sheet import Line
from outreach import wiring, work
from outreach.core.app import App
from outreach.core.clock import day_bounds
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.core.testing import FixedClock
from outreach.people.models import AuditEntry
from outreach.tracker import by_campaign, families, intake, jobs, privacy, queries
from outreach.tracker.bringing import brought, judging, keeping, listing, taking
from outreach.tracker.bringing.brought import Brought
from outreach.tracker.bringing.models import Batch
from outreach.tracker.credit import journeys, spending
from outreach.tracker.credit.journeys import Asked
from outreach.tracker.credit.naming import LEVELS
from outreach.tracker.heard import reading
from outreach.tracker.intake import Incoming
from outreach.tracker.models import Inquiry
from outreach.tracker.places import read_places
from outreach.work import Cancelled
from outreach.works.bring_inquiries import BringInquiries
from tests.outreach.rooms import NOW, RIGA
from tests.support.offices import told_in

HEADS = ("Vārds", "Tālrunis", "Valsts", "Novads", "Datums", "Piezīmes")
MARK = "Zeltkanārijs"


def table(office: Office, *rows: tuple[object, ...], told: dict[int, str] | None = None) -> Brought:
    found = [Line(1, HEADS), *(Line(at, row) for at, row in enumerate(rows, 2))]  # type: ignore[arg-type]
    return brought.read(found, read_places(office.places), NOW, RIGA, told)


def fates(store: Store, seal: Seal, read: Brought, chosen: dict[int, str] | None = None) -> dict[int, str]:
    with store.reading() as session:
        return dict(judging.judge(session, NOW, seal, read.rows).fates(chosen or {}))


def test_the_same_family_in_a_table(store: Store, seal: Seal, office: Office) -> None:
    read = table(
        office,
        ("Ance Zīle", "29123456", "Īrija", "", "5.11.2023", "skola"),
        ("Ance Zīle", "29123456", "Īrija", "", "5.11.2023", "skola"),
        ("A. Zīle", "+371 29 123 456", "Īrija", "", "5.11.2023", "darbs"),
        ("Ance Zīle", "371 29123456", "Īrija", "", "1.2.2024", "vēlreiz"),
        ("Uldis Lācis", "26111222", "Vācija", "Ludza", "", ""),
        ("Lācis Uldis", "26111333", "Vācija", "Ludza", "", ""),
        ("Uldis Lācis", "26111444", "Norvēģija", "Ludza", "", ""),
    )
    # Another day is another call: at first all are taken but what stands there twice to the letter.
    assert fates(store, seal, read) == {2: "take", 3: "skip", 4: "take", 5: "take", 6: "take", 7: "take", 8: "take"}
    assert fates(store, seal, read, {6: "first"})[7] == "skip"
    assert fates(store, seal, read, {2: "all"})[3] == "take"
    assert fates(store, seal, read, {2: "first", 6: "all"}) == {2: "take", 3: "skip", 4: "skip", 5: "skip", 6: "take", 7: "take", 8: "take"}
    assert fates(store, seal, read, {2: "none", 6: "nonsense", 99: "all"}) == {2: "skip", 3: "skip", 4: "skip", 5: "skip", 6: "take", 7: "take", 8: "take"}


def test_who_is_here_already(store: Store, seal: Seal, office: Office) -> None:
    with store.transaction() as session:
        home = families.add(session, NOW, seal, families.Family(2, 0, "Ludzas novads", ("DE",), None, "Uldis Lācis", "26111222"))
        lone = intake.receive(session, NOW, seal, Incoming("phone", name="Ance Zīle", country="IE", contact="29123456")).inquiry_id
        for number in range(60):  # a name that many bear says nothing
            intake.receive(session, NOW, seal, Incoming("phone", name="Anna Kalna", country="GB", contact=f"2600{number:04d}"))
    read = table(
        office,
        ("Kāds cits", "+371 26 111 222", "", "", "", ""),
        ("Zīle Ance", "nav", "Īrija", "", "", ""),
        ("Ance Zīle", "25111222", "Īrija", "", "", ""),
        ("Ance Zīle", "25111333", "Vācija", "", "", ""),
        ("Anna Kalna", "25111444", "Lielbritānija", "", "", ""),
    )
    with store.reading() as session:
        judged = judging.judge(session, NOW, seal, read.rows)
    told = {group.first: [(one.household_id, one.inquiry_id, one.strong) for one in group.parties] for group in judged.groups}
    assert told == {2: [(home, None, True)], 4: [(None, lone, False)]}
    assert judged.fates({}) == {2: "skip", 3: "refuse", 4: "take", 5: "take", 6: "take"}
    assert judged.fates({2: "all", 4: "none"})[2] == "take"


def test_a_table_brought_again_is_known_and_may_be_taken_in_spite(store: Store, seal: Seal, office: Office) -> None:
    read = table(office, ("Ance", "29123456", "Īrija", "", "5.11.2023", ""), ("", "", "", "", "", "bez vārda"), ("", "", "", "", "", "bez vārda"))
    with store.transaction() as session:
        batch = taking.begin(session, NOW, "astra", "table", "Viens")
    names = judging.named(read.rows)
    orders = [taking.Order(row, names[row.number]) for row in read.rows]
    for _ in range(2):  # the second time makes nothing
        assert list(taking.take_all(store, NOW, seal, "astra", batch, orders, answered=False)) == [3]
    assert fates(store, seal, read) == {2: "skip", 3: "skip", 4: "skip"}
    assert fates(store, seal, read, {2: "all"})[2] == "again"
    with store.transaction() as session:
        second = taking.begin(session, NOW, "astra", "table", "Otrs")
        own = judging.named(read.rows, second)
    assert list(taking.take_all(store, NOW, seal, "astra", second, [taking.Order(read.rows[0], own[2])], answered=True)) == [1]
    with store.transaction() as session:
        assert taking.finish(session, batch, known=0, asked=3).taken == 3
        assert [(one.name, one.taken) for one in taking.latest(session, "table")] == [("Otrs", 1), ("Viens", 3)]
        assert session.scalar(select(func.count()).select_from(Inquiry).where(Inquiry.answered_at.is_not(None))) == 1
        assert session.scalar(select(Inquiry.received_at).where(Inquiry.batch_id == second)) == datetime(2023, 11, 5, 10, 0, tzinfo=UTC)
        # What was erased stays erased, whoever brings the table again.
        number = session.scalars(select(Inquiry.id).where(Inquiry.batch_id == batch).order_by(Inquiry.id)).all()[0]
        privacy.erase(session, NOW, "astra", number)
    list(taking.take_all(store, NOW, seal, "astra", batch, orders, answered=False))
    with store.reading() as session:
        assert session.get_one(Inquiry, number).name_sealed is None


def test_a_line_of_an_event_is_kept_once(store: Store, seal: Seal) -> None:
    today = NOW.astimezone(RIGA).date()
    with store.transaction() as session:
        batch = taking.begin(session, NOW, "astra", "event", "Dublinas diena", held_on=today)
        past = taking.begin(session, NOW, "astra", "event", "Rudens", held_on=date(2026, 10, 3))
        with pytest.raises(OutreachError, match=r"bringing\.error\.campaign"):
            taking.begin(session, NOW, "astra", "event", "x", campaign_id=99)
        said = Incoming("phone", name=MARK, country="IE", people=3)
        first = taking.line(session, NOW, "astra", seal, RIGA, batch, "a", said)
        again = taking.line(session, NOW, "astra", seal, RIGA, batch, "a", said)
        other = taking.line(session, NOW, "astra", seal, RIGA, batch, "b", said)
        elsewhere = taking.line(session, NOW, "astra", seal, RIGA, past, "a", said)
        assert (first.new, again.new, other.new, elsewhere.new) == (True, False, True, True) and again.inquiry_id == first.inquiry_id
        rows = {row.id: row for row in session.scalars(select(Inquiry))}
        assert {row.arrived_by for row in rows.values()} == {"event"}
        assert rows[first.inquiry_id].received_at == NOW
        assert rows[elsewhere.inquiry_id].received_at == datetime(2026, 10, 3, 9, 0, tzinfo=UTC)
        assert session.get_one(Batch, batch).taken == 2
        for number in (99, taking.begin(session, NOW, "astra", "table", "Tabula")):
            with pytest.raises(OutreachError, match=r"bringing\.error\.batch"):
                taking.line(session, NOW, "astra", seal, RIGA, number, "a", said)
        page = listing.page(session, NOW, "astra", seal, batch, limit=1)
        assert [one.name for one in page.lines] == [MARK] and MARK not in repr(page)
        assert [one.inquiry_id for one in listing.page(session, NOW, "astra", seal, batch, page.older, 1).lines] == [first.inquiry_id]
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "reveal")).all()
        assert [(line.subject_kind, line.subject_id) for line in lines] == [("inquiry_batch", batch)] * 2


def test_where_the_office_met_them_is_how_they_heard(store: Store, seal: Seal) -> None:
    today = NOW.astimezone(RIGA).date()
    with store.transaction() as session:
        home = editing.start(session, NOW, "MĀJAS", today).id
        own, other = (
            taking.begin(session, NOW, "astra", "event", "Dublinas diena", held_on=today, campaign_id=one)
            for one in (home, None)
        )
        first, second, third = (
            taking.line(session, NOW, "astra", seal, RIGA, batch, once, Incoming("phone", name=MARK, said_source=said)).inquiry_id
            for batch, once, said in ((own, "a", None), (other, "b", None), (own, "c", "radio"))
        )
        for number in (first, second, third):
            assert jobs.link(session, NOW, number, 90)
        assert [(one.what, one.name, one.by) for one in reading.of_inquiry(session, first)] == [
            ("source", "event", "astra"), ("campaign", "MĀJAS", "astra"),
        ]  # fmt: skip
        linked = [(one.rule, one.linked, one.linked_key) for one in queries.latest(session)]
        assert linked == [("said", "MĀJAS", None), ("said", "event", "tracker.source.event"), ("said", "MĀJAS", None)]
        assert [one.arrived_by for one in queries.latest(session)] == ["event"] * 3
        assert len(by_campaign.asked(session, home)) == 2
        # Nobody was shown the list of ticks: how honest ticks are is not measured by it.
        begin, end = day_bounds(today, RIGA)
        both = {one.inquiry_id: one for one in reading.period(session, begin, end, "paps.lv")}
        assert not any(one.ticked for one in both.values()) and both[first].agreement.verdict == "said"
        found = journeys.gather(session, Asked(today, today, RIGA, 90))
        costs = spending.costs(found, [spending.Spent(home, "MĀJAS", 9000, 0)])
    assert [sorted(one.inquiries) for one in costs] == [[first, third]]
    names = {level: [sorted(path.touches) for path in found.paths("inquiry", level)] for level in LEVELS}
    event, radio = "said:event", "said:radio"
    assert names == {
        "item": [[f"campaign:{home}"], [event], [f"campaign:{home}", radio]],
        "campaign": [[f"campaign:{home}"], [event], [f"campaign:{home}", radio]],
        "channel": [[event], [event], [event, radio]],
        "outlet": [[event], [event], [event, radio]],
        "kind": [["kind:own"], ["kind:own"], ["kind:earned", "kind:own"]],
    }


def test_a_table_waits_under_the_key_and_a_day(tmp_path: Path, seal: Seal) -> None:
    cells = (MARK, 3.5, date(2023, 11, 5), datetime(2023, 11, 5, 9, 15), None)
    file = keeping.keep(tmp_path, seal, f"{MARK} saraksts", [Line(7, cells)])
    assert MARK not in file and all(MARK.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    kept = keeping.opened(tmp_path, seal, file)
    assert kept.lines == (Line(7, (*cells[:4], "")),) and MARK not in repr(kept)
    with pytest.raises(OutreachError):
        keeping.opened(tmp_path, Seal(bytes(32)), file)
    for name in ("table-x", "../secret", file.upper()):
        with pytest.raises(OutreachError, match=r"bringing\.file\.gone"):
            keeping.opened(tmp_path, seal, name)
    path = next(tmp_path.rglob(file))
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert keeping.sweep(tmp_path, NOW + timedelta(hours=23)) == 0 and keeping.sweep(tmp_path, NOW + timedelta(hours=25)) == 1
    assert keeping.sweep(tmp_path / "none", NOW) == 0
    keeping.forget(tmp_path, file)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with wiring.open_app(told_in(tmp_path), create=True, clock=FixedClock(NOW)) as made:
        yield made


def test_a_taking_that_breaks_off_goes_on_and_takes_none_twice(app: App) -> None:
    rows = [Line(1, HEADS), *(Line(at, (f"Vārds {at}", f"26{at:06d}", "Īrija", "", "", "")) for at in range(2, 132))]
    file = keeping.keep(app.settings.folder, app.seal, "Garā", rows)
    with app.store.transaction() as session:
        batch = taking.begin(session, NOW, "astra", "table", "Garā", known=4, refused=2)
        kind = BringInquiries(file, batch, NOW.isoformat(), take=",".join(str(at) for at in range(2, 131)), again="131", skipped=4, refused=2)
        number = work.ask(session, NOW, None, "astra", "lv", kind)
    with app.store.reading() as session:
        row = work.seen(session, number)
    assert row is not None and row.asked["file"] == file

    def breaks(done: int, _: int) -> None:
        if done >= 50:
            raise Cancelled

    with pytest.raises(Cancelled):
        kind.run(app, row, "lv", app.settings.folder / "x", breaks)
    with app.store.reading() as session:
        assert session.get_one(Batch, batch).taken == 50
    for _ in range(2):
        told = kind.run(app, row, "lv", app.settings.folder / "x", lambda *_: None)
        assert told.facts == {"taken": 130, "known": 4, "refused": 2}
    with app.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inquiry)) == 130
        batch_row = session.get_one(Batch, batch)
        assert (batch_row.taken, batch_row.known, batch_row.refused) == (130, 4, 2)
    assert not (app.settings.folder / "x").exists()
    assert jobs.sweep_brought(app) == 0
    os.utime(app.settings.folder / "brought" / file, (0, 0))
    assert jobs.sweep_brought(app) == 1
    with pytest.raises(OutreachError, match=r"bringing\.file\.gone"):
        kind.run(app, row, "lv", app.settings.folder / "x", lambda *_: None)
