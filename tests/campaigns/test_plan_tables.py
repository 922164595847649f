"""Tables of a plan: files of every kind and none, heads, cells, and every problem a row may have."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from campaigns import dispatch
from campaigns.models import Delivery, Post
from campaigns.moments import read_moments
from campaigns.timing import checking, sheet, tables, tabling
from campaigns.timing.checking import Judged
from campaigns.timing.sheet import Line
from outreach.core.errors import OutreachError
from outreach.core.text import Texts
from outreach.plansheet import said, words_of
from tests.campaigns.desk import PUBLIC, Desk

RIGA = ZoneInfo("Europe/Riga")
HEAD = "Kampaņa;Valoda;Virsraksts;Teksts;Saite;Kanāli;Diena;Stunda;Pulkstenis;Līdz;Attēls;Stāsts"
GOOD = {
    "campaign": "MĀJAS 2026", "language": "latviešu", "title": "Vietas", "text": "Nāciet {link}", "link": "https://paps.lv/",
    "channels": "channel 1", "day": "2026-04-01", "hour": "18:30", "clock": "", "until": "", "picture": "", "story": "",
}  # fmt: skip
TABLE = read_moments(Path("outreach/offices/latgale/calendar.csv"))


def workbook(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    fill(book, book.add_worksheet())
    book.close()
    return made.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(OutreachError) as wrong:
        sheet.lines(data)
    return wrong.value.key


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
@pytest.mark.parametrize("between", [";", ",", "\t"])
def test_text_tables_in_any_letters(letters: str, between: str) -> None:
    told = f"Kampaņa{between}Diena{between}Stunda\r\nMĀJAS{between}2026-12-01{between}18:30\r\n\r\n"
    assert sheet.lines(told.encode(letters)) == (
        Line(1, ("Kampaņa", "Diena", "Stunda")), Line(2, ("MĀJAS", "2026-12-01", "18:30"))
    )  # fmt: skip


def test_a_workbook_gives_days_hours_and_numbers_of_rows() -> None:
    def fill(book: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        day, hour = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "hh:mm"})
        page.write_string(2, 0, "Diena")
        page.write_datetime(3, 0, datetime(2026, 12, 1), day)
        page.write_number(3, 1, 18.5 / 24, hour)
        page.write_formula(3, 2, "=1+1", value=2)
        page.merge_range(5, 0, 6, 1, "Kopā")

    head, first, merged = sheet.lines(workbook(fill))
    assert (head.number, first.number, merged.number) == (3, 4, 6)
    assert tables.day_in(first.cells[0]) == date(2026, 12, 1)
    assert tables.hour_in(first.cells[1]) == time(18, 30)
    assert first.cells[2] == 2.0 and merged.cells[:2] == ("Kopā", "")


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", bytes(100_000_000))
    return made.getvalue()


def far_corner(_book: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
    page.write_string(0, 0, "a")
    page.write_string(1_048_575, 16_383, "b")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "empty"), (b" \r\n", "empty"), (b"x" * 2_000_001, "large"), (b"a;b;c\n" * 3000, "rows"), (b"PK\x03\x04broken", "broken"),
        (b"\xd0\xcf\x11\xe0broken", "broken"), (b"PK\x05\x06" + bytes(18), "empty"),
    ],
    ids=["nothing", "spaces", "large", "many", "no zip", "no xls", "an end alone"],
)  # fmt: skip
def test_files_that_are_no_tables(data: bytes, key: str) -> None:
    if data.startswith(b"PK\x05\x06"):
        assert sheet.lines(data)  # letters like any others: what they say is no head
    else:
        assert refused(data) == f"plantable.file.{key}"


def test_workbooks_that_would_burst() -> None:
    assert refused(bomb()) == "plantable.file.unpacked"
    assert refused(workbook(far_corner)) == "plantable.file.broken"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("nothing.txt", "x")
    assert refused(made.getvalue()) == "plantable.file.broken"


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_table_or_a_sentence(data: bytes) -> None:
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return
    try:
        told = sheet.lines(data)
    except OutreachError as error:
        told = (Line(0, (error.key,)),)
    assert told and all(line.cells for line in told)


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2026-12-01", (2026, 12, 1)), ("01.12.2026", (2026, 12, 1)), ("1.12.2026.", (2026, 12, 1)), ("1/12/2026", (2026, 12, 1)), ("2026.12.01.", (2026, 12, 1)),
     ("2026-12-01 18:30", (2026, 12, 1)), ("32.12.2026", None), ("rīt", None), ("2026-02-30", None), ("0026-01-01", None), (46000.0, None)],
)  # fmt: skip
def test_days(cell: sheet.Cell, day: tuple[int, int, int] | None) -> None:
    assert tables.day_in(cell) == (date(*day) if day else None)


@pytest.mark.parametrize(
    ("cell", "hour"),
    [("18:30", (18, 30)), ("18.30", (18, 30)), ("8", (8, 0)), (18.3, (18, 30)), (0.75, (18, 0)), (0.770833333, (18, 30)), (time(18, 29, 59), (18, 30)), ("24:00", None), ("18:75", None), ("vakarā", None), (25.0, None), (-1.0, None), (float("nan"), None), (float("inf"), None)],
)
def test_hours(cell: sheet.Cell, hour: tuple[int, int] | None) -> None:
    assert tables.hour_in(cell) == (time(*hour) if hour else None)


def lines(*rows: dict[str, str], head: str = HEAD) -> tuple[Line, ...]:
    return (Line(1, tuple(head.split(";"))), *(Line(at, tuple(row.values())) for at, row in enumerate(rows, 2)))


def test_heads_in_any_order_language_and_spelling(texts: Texts) -> None:
    words = words_of(texts)
    told = (Line(1, ("Plāns",)), Line(3, ("HOUR", "date", "KANĀLS(-i)", "text", "virsraksts", "kampana")), Line(4, ("18:30", "2026-12-01", "A; B", "T", "V", "K")))
    [row] = tables.rows(told, words)
    assert (row.number, row.campaign, row.channels, row.day, row.hour, row.problems) == (4, "K", ("A", "B"), date(2026, 12, 1), time(18, 30), ())


@pytest.mark.parametrize(
    ("head", "key"), [("a;b;c", "plantable.head.none"), ("Kampaņa;Virsraksts;Teksts;Diena", "plantable.head.lacks"), (f"{HEAD};Text", "plantable.head.twice")]
)
def test_heads_that_will_not_do(texts: Texts, head: str, key: str) -> None:
    with pytest.raises(OutreachError) as wrong:
        tables.rows(lines(GOOD, head=head), words_of(texts))
    assert wrong.value.key == key and texts.in_language("lv").error(wrong.value)


def judged(desk: Desk, texts: Texts, *rows: dict[str, str]) -> list[Judged]:
    read = tables.rows(lines(*rows), words_of(texts))
    with desk.store.reading() as session:
        held = tabling.known(session, read, table=TABLE, public_url=PUBLIC, link=f"{PUBLIC}/jautajums", language="lv")
    return checking.judge(read, held, desk.clock.now(), RIGA)


PROBLEMS = [
    ({"campaign": ""}, "campaign", "plantable.empty"), ({"campaign": "MAJAS 2025"}, "campaign", "plantable.campaign.like"), ({"campaign": "xyz"}, "campaign", "plantable.campaign.unknown"),
    ({"language": "klingonu"}, "language", "plantable.language"), ({"title": " "}, "title", "plantable.empty"), ({"title": "x" * 201}, "title", "plantable.long"),
    ({"text": ""}, "text", "plantable.empty"), ({"text": "x" * 10_001}, "text", "plantable.long"), ({"text": "x" * 20, "channels": "Īsais"}, "text", "plantable.overlong"),
    ({"link": "nekas"}, "link", "campaigns.post.target"), ({"channels": ""}, "channels", "plantable.empty"), ({"channels": "chanel 1"}, "channels", "plantable.channel.like"),
    ({"channels": "zzz"}, "channels", "plantable.channel.unknown"), ({"day": "rīt"}, "day", "plantable.day.unclear"), ({"day": "2026-02-30"}, "day", "plantable.day.unclear"),
    ({"day": "2026-03-01"}, "day", "plantable.day.past"), ({"day": "2036-03-01"}, "day", "plantable.day.far"), ({"hour": ""}, "hour", "plantable.empty"), ({"hour": "25:00"}, "hour", "plantable.hour.unclear"),
    ({"day": "2026-03-29", "hour": "03:30"}, "hour", "plantable.hour.gap"), ({"until": "12:00"}, "until", "plantable.until"), ({"until": "vakarā"}, "until", "plantable.hour.unclear"),
    ({"clock": "mēness"}, "clock", "plantable.clock"), ({"picture": "999"}, "picture", "plantable.thing.unknown"), ({"story": "nav tāda"}, "story", "plantable.thing.unknown"),
]  # fmt: skip
WARNINGS = [
    ({"day": "2026-03-25"}, "day", "plantable.quiet"), ({"channels": "Apturētais"}, "channels", "plantable.channel.paused"), ({"clock": "auditorija"}, "clock", "plantable.clock.home"),
    ({"day": "2026-03-10", "hour": "10:30"}, "hour", "plantable.near"),
]  # fmt: skip


@pytest.fixture
def planned(desk: Desk) -> Desk:
    """An office with a channel that is free, one that is short, one that is paused, and something planned."""
    desk.plan(desk.channel(), None, datetime(2026, 3, 10, 8, 0, tzinfo=UTC))
    desk.channel("manual", "Īsais", place="https://example.org/", characters=10)
    with desk.store.transaction() as session:
        made = dispatch.add_channel(session, "Apturētais", "folder", {"folder": str(desk.folder / "posts")})
        dispatch.pause(session, made.id)
    return desk


def test_every_problem_is_said_at_its_cell(planned: Desk, texts: Texts) -> None:
    rows = [{**GOOD, "title": f"Vietas {at}", **change} for at, (change, _, _) in enumerate([*PROBLEMS, *WARNINGS])]
    found = judged(planned, texts, *rows)
    for one, (change, column, key) in zip(found, [*PROBLEMS, *WARNINGS], strict=True):
        assert (column, key) in [(problem.column, problem.key) for problem in one.problems], (change, one.problems)
        assert one.state == ("warned" if (change, column, key) in WARNINGS else "wrong"), change
        assert one.plans == ((change, column, key) in WARNINGS)
    for language in ("lv", "en"):
        assert all("{" not in said(texts.in_language(language), problem) for one in found for problem in one.problems)


def test_rows_are_made_once_and_can_be_taken_back(planned: Desk, texts: Texts) -> None:
    rows = [GOOD, {**GOOD, "title": "Cits", "day": "2026-04-02", "until": "21:00"}, GOOD]
    found = judged(planned, texts, *rows)
    assert [one.state for one in found] == ["good", "good", "wrong"]
    assert found[2].problems[0].key == "plantable.twice"
    now = planned.clock.now()
    with planned.store.transaction() as session:
        made = tabling.plan(session, now, found, actor="anna@example.org", zone=RIGA)
    assert (len(made.posts), len(made.deliveries)) == (2, 2)
    assert [one.state for one in judged(planned, texts, *rows[:2])] == ["there", "there"]
    moved = judged(planned, texts, {**GOOD, "hour": "19:00"})
    assert moved[0].problems[0].key == "plantable.there.otherwise"
    row = planned.row(made.deliveries[1])
    assert (row.due_at, row.not_after) == (datetime(2026, 4, 2, 15, 30, tzinfo=UTC), datetime(2026, 4, 2, 18, 0, tzinfo=UTC))
    with planned.store.transaction() as session:
        session.get_one(Post, made.posts[0]).approved_at = now  # somebody has looked at it: it stays
        assert tabling.undo(session, now, made) == tabling.Undone(2, 1, 1)
        assert tabling.undo(session, now, made) == tabling.Undone(0, 0, 1)
    with planned.store.reading() as session:
        assert session.scalar(select(func.count()).where(Post.id.in_(made.posts))) == 1
        assert session.scalar(select(func.count()).where(Delivery.id.in_(made.deliveries))) == 1


def test_a_plan_written_out_is_there_when_it_is_read_in(planned: Desk, texts: Texts) -> None:
    now = planned.clock.now()
    rows = [{**GOOD, "channels": "channel 1; Apturētais"}, {**GOOD, "language": "angļu", "title": "Dublin", "clock": "auditorija", "until": "21:00"}]
    with planned.store.transaction() as session:
        tabling.plan(session, now, judged(planned, texts, *rows), actor="anna@example.org", zone=RIGA)
    with planned.store.reading() as session:
        out = tabling.written_out(session, now, planned.campaign_id, RIGA)
    assert len(out) == 3
    again = [
        {**GOOD, "campaign": one.campaign, "language": one.language, "title": one.title, "text": one.text, "link": one.link, "channels": "; ".join(one.channels),
         "day": f"{one.due:%Y-%m-%d}", "hour": f"{one.due:%H:%M}", "clock": "audience" if one.by_readers else "Riga", "until": f"{one.until:%H:%M}" if one.until else ""}
        for one in out
    ]  # fmt: skip
    assert {one.state for one in judged(planned, texts, *again)} == {"there"}
