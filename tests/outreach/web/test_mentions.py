"""The room of mentions: filters in the address, reading, verdicts with their undoing, the table of all."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import event, select

from outreach import work
from outreach.people.audit import Chosen, entries
from scrapers import listing, wanting
from scrapers.models import Mention
from tests.outreach.web.conftest import Office
from tests.support import mentions
from tests.support.people import Visitor

HX = {"HX-Request": "true"}


@pytest.fixture
def told(office: Office) -> dict[str, int]:
    """Some mentions by a short name."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        mentions.source(session, "Latvijas Vārds", "national")
        made = {
            "old": mentions.mention(session, now - timedelta(days=200), "Sena ziņa", text="maiznīca"),
            "preili": mentions.mention(session, now - timedelta(days=2), "Ozoli Preiļos", places=("Preiļu novads",)),
            "ludza": mentions.mention(
                session, now - timedelta(hours=3), "Bērziņi Ludzā", outlet="Latvijas Vārds", places=("Ludzas novads",)
            ),
            "slogan": mentions.mention(
                session, now - timedelta(hours=2), "Sauklis kongresā", sense="expulsion", relevant=False, lang="en"
            ),
        }
        made["again"] = mentions.mention(
            session, now - timedelta(hours=1), "Bērziņi atkal mājās", outlet="Balss",
            story=session.get_one(Mention, made["ludza"]).story_id,
        )  # fmt: skip
    return made


def shown(visitor: Visitor, **args: str) -> set[int]:
    """Which mentions the list has."""
    page = visitor.text(f"/mentions?{urlencode(args)}")
    return {int(number) for number in re.findall(r'id="mention-(\d+)"', page)}


def test_what_each_filter_shows(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    with office.app.store.reading() as session:
        outlet = next(one.id for one in listing.outlets(session) if one.name == "Latvijas Vārds")
    day = (office.clock.now() - timedelta(days=2)).date().isoformat()
    cases: list[tuple[dict[str, str], set[str]]] = [
        ({}, {"preili", "ludza", "again"}),
        ({"standing": "all"}, {"preili", "ludza", "again", "slogan"}),
        ({"standing": "out"}, {"slogan"}),
        ({"standing": "open", "period": "all"}, {"preili", "ludza", "again", "slogan", "old"}),
        ({"period": "24h"}, {"ludza", "again"}),
        ({"period": "365"}, {"preili", "ludza", "again", "old"}),
        ({"since": day, "until": day}, {"preili"}),
        ({"sense": "expulsion"}, {"slogan"}),
        ({"sense": "return"}, {"preili", "ludza", "again"}),
        ({"sense": "expulsion", "standing": "counted"}, set()),
        ({"language": "en", "standing": "all"}, {"slogan"}),
        ({"place": "Ludzas novads"}, {"ludza"}),
        ({"tier": "national"}, {"ludza"}),
        ({"outlet": str(outlet)}, {"ludza"}),
        ({"outlet": str(outlet), "tier": "local"}, set()),
        ({"owner": "own"}, set()),
        ({"q": "berzin"}, {"ludza", "again"}),
        ({"q": "maiznica", "period": "all"}, {"old"}),
        ({"q": "nekas"}, set()),
    ]
    for args, names in cases:
        assert shown(visitor, **args) == {told[name] for name in names}, args


def test_what_does_not_fit_is_said_beside_its_field_and_left_out(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    page = visitor.text("/mentions?since=vakar&sense=expulsion&tier=x&outlet=999")
    assert page.count("field-error") == 3
    assert 'value="vakar"' in page
    assert shown(visitor, since="vakar", sense="expulsion", tier="x", outlet="999") == {told["slogan"]}
    assert shown(visitor, before="vakar") == shown(visitor)


def test_chips_say_what_is_set(office: Office, told: dict[str, int]) -> None:
    page = office.as_role("comms").text("/mentions?q=skola&place=Ludzas+novads&period=all&since=2026-01-02")
    chips = re.findall(r'<li class="chip"><span>(.*?)</span>', page)
    assert chips == ["“skola”", "no 2026. gada 2. janvāris", "Ludzas novads"]
    assert not re.findall(r'<li class="chip">', office.as_role("comms").text("/mentions"))


def test_pages_go_on_without_a_gap(office: Office) -> None:
    now = office.clock.now()
    with office.app.store.transaction() as session:
        ids = [mentions.mention(session, now - timedelta(minutes=200 - n)) for n in range(120)]
    visitor = office.as_role("reader")
    seen: list[int] = []
    path: str | None = "/mentions?q=ozolu"
    while path:
        page = visitor.text(path)
        seen += [int(number) for number in re.findall(r'id="mention-(\d+)"', page)]
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = older.group(1).replace("&amp;", "&") if older else None
        assert path is None or "q=ozolu" in path
    assert seen == ids[::-1]


def test_an_empty_office_says_what_to_do_next(office: Office) -> None:
    page = office.as_role("comms").text("/mentions")
    assert 'class="empty-state"' in page
    assert 'href="/mentions?view=all"' in page
    assert 'class="empty-state"' in office.as_role("comms").text("/mentions?q=nekas")
    assert 'class="empty-state"' in office.as_role("comms").text("/mentions/days?period=all")


def test_a_partner_sees_its_own_place_alone(office: Office, told: dict[str, int]) -> None:
    partner = office.as_role("partner", "Ludzas novads")
    assert shown(partner, standing="all", period="all") == {told["ludza"]}
    assert shown(partner, q="ozoli") == set()
    assert shown(partner, place="Preiļu novads") == set()
    for name in ("preili", "slogan", "again"):
        assert partner.get(f"/mentions/{told[name]}").status_code == 404
    page = partner.text(f"/mentions/{told['ludza']}")
    assert "atkal mājās" not in page  # the story's other telling does not name the place
    assert 'name="one"' not in page
    nobody = Visitor(office.app, office.client.application.test_client(), "partner", None, mail="kads@example.org")
    assert shown(nobody, standing="all", period="all") == set()


@pytest.mark.parametrize("role", ["coordinator", "reader", "partner"])
def test_who_may_not_judge_is_shown_no_buttons(office: Office, told: dict[str, int], role: str) -> None:
    visitor = office.as_role(role, "Ludzas novads" if role == "partner" else None)
    page = visitor.text("/mentions?standing=all")
    assert 'value="irrelevant"' not in page and 'value="wrong_sense.return"' not in page
    assert ('value="star"' in page) == (role != "partner")
    assert ('action="/mentions/assign"' in page) == (role == "coordinator")
    answer = visitor.post("/mentions/verdict", {"action": "irrelevant", "id": [told["ludza"]]})
    assert answer.status_code == 403
    assert visitor.post("/mentions/undo/x").status_code == 403
    assert visitor.post("/mentions/undo").status_code == 403
    assert (visitor.post("/mentions/note", {"id": told["ludza"], "note": "x"}).status_code == 403) == (role != "coordinator")
    assert (visitor.post("/mentions/export").status_code == 303) == (role != "partner")


def verdict_of(office: Office, number: int) -> tuple[bool, str | None]:
    with office.app.store.reading() as session:
        row = session.get_one(Mention, number)
        return row.relevant, row.verdict


def test_many_are_judged_and_taken_back_without_script(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    chosen = [told["ludza"], told["preili"]]
    back = "/mentions?place=Ludzas+novads"
    answer = visitor.post("/mentions/verdict", {"action": "irrelevant", "id": chosen, "back": back})
    assert (answer.status_code, answer.location) == (303, back)
    assert [verdict_of(office, number) for number in chosen] == [(False, "irrelevant")] * 2
    page = visitor.text(back)
    undo = re.search(r'action="(/mentions/undo/[^"]+)"', page)
    assert undo is not None
    answer = visitor.post(undo.group(1).replace("&amp;", "&"))
    assert (answer.status_code, answer.location) == (303, back)
    assert [verdict_of(office, number) for number in chosen] == [(True, None)] * 2
    with office.app.store.reading() as session:
        deeds = [(one.action, one.facts.get("count")) for one in entries(session, Chosen(subject_kind="mention"))]
    assert deeds == [("undo", 2), ("judge", 2)]


def test_a_button_beside_a_mention_speaks_for_it_alone(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("administrator")
    number, other = told["slogan"], told["ludza"]
    shown = f"standing-{number} read-{number} standing-{other}"
    answer = visitor.post("/mentions/verdict", {"one": f"{number}:relevant", "id": [other], "shown": shown}, headers=HX)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'id="standing-{number}" hx-swap-oob="true"' in text
    assert f'id="read-{number}" hx-swap-oob="true"' in text
    assert f'id="standing-{other}"' not in text
    assert "/mentions/undo/" in text
    assert "standing" not in visitor.post("/mentions/verdict", {"one": f"{number}:none"}, headers=HX).text
    visitor.post("/mentions/verdict", {"one": f"{number}:relevant"})
    assert verdict_of(office, number) == (True, "relevant")
    assert verdict_of(office, other) == (True, None)
    visitor.post("/mentions/verdict", {"one": f"{number}:none"})
    assert verdict_of(office, number) == (False, None)


def test_of_two_people_the_last_one_holds(office: Office, told: dict[str, int]) -> None:
    anna = office.as_role("comms")
    berta = office.as_role("administrator")
    number = told["ludza"]
    first = anna.post("/mentions/verdict", {"one": f"{number}:irrelevant"}, headers=HX).get_data(as_text=True)
    berta.post("/mentions/verdict", {"one": f"{number}:wrong_sense"})
    undo = re.search(r'action="(/mentions/undo/[^"]+)"', first)
    assert undo is not None
    text = anna.post(undo.group(1).replace("&amp;", "&"), headers=HX).get_data(as_text=True)
    assert "tone-person" in text
    assert verdict_of(office, number) == (False, "wrong_sense")


def test_forms_that_do_not_fit(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    cases: list[tuple[dict[str, object], int]] = [
        ({"action": "perhaps", "id": ["1"]}, 400),
        ({"id": ["1"]}, 303),
        ({"one": "1"}, 303),
        ({"one": "x:relevant"}, 400),
        ({"action": "relevant", "id": ["-1"]}, 400),
        ({"action": "relevant", "id": ["1"] * 201}, 400),
        ({"action": "relevant"}, 303),
        ({"action": "relevant", "id": ["999999"]}, 303),
        ({"action": "relevant", "id": ["1"], "back": "//evil.example.org/"}, 303),
    ]
    for data, status in cases:
        answer = visitor.post("/mentions/verdict", data)
        assert answer.status_code == status, data
        assert answer.location in {None, "/mentions"}, data
    assert [verdict_of(office, number)[1] for number in (2, 3, 4, 5)] == [None] * 4


def test_reading_is_a_page_or_a_pane(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    path = f"/mentions/{told['ludza']}"
    whole = visitor.text(path)
    pane = visitor.get(path, headers={**HX, "HX-Target": "reading"}).get_data(as_text=True)
    assert "<html" in whole
    assert "<html" not in pane
    assert "<form" not in pane  # its buttons belong to the list's form, and forms do not nest
    for page in (whole, pane):
        assert "Bērziņi atkal mājās" in page
        assert "<mark>atgriežas</mark>" not in page  # the sentence has the form, where it stands
    assert f'name="id" value="{told["ludza"]}"' in whole
    assert 'value="irrelevant" data-key="n"' in whole
    assert visitor.get("/mentions/999999").status_code == 404


def test_words_from_outside_stay_words(office: Office) -> None:
    bad = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    with office.app.store.transaction() as session:
        number = mentions.mention(
            session, office.clock.now(), bad, outlet=bad, text=bad, summary=f"{bad} un vēl", places=(bad,)
        )
    visitor = office.as_role("comms")
    asked = urlencode({"q": bad, "standing": "all"})
    for path in ("/mentions", f"/mentions?{asked}", f"/mentions/{number}", f"/search?{asked}", "/search?q=script"):
        page = visitor.text(path)
        assert "<script>alert" not in page
        assert "<img" not in page
    assert "&lt;script&gt;" in visitor.text("/mentions")


def test_days_are_drawn_and_told(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("reader")
    page = visitor.text("/mentions/days?period=7")
    assert "<svg" in page
    assert "<table" in page
    assert '<svg' in visitor.text("/mentions?period=7")
    assert "<svg" not in visitor.text("/mentions/days?period=all")


def exported(office: Office, visitor: Visitor, **asked: str) -> tuple[bytes, dict[str, object]]:
    """The file that came of an export, and what the work said."""
    answer = visitor.post("/mentions/export", dict(asked))
    assert answer.status_code == 303
    assert work.run_waiting(office.app, "test") == 1
    with office.app.store.reading() as session:
        row = work.latest(session)[0]
    assert (row.state, row.told_key) == ("done", "mentions.export.done")
    assert row.file is not None
    assert row.file_name == f"pieminejumi-2026-11-23.{asked.get('format', 'xlsx')}"
    assert row.done == row.total
    return (work.folder(office.app) / row.file).read_bytes(), dict(row.told_facts or {})


def rows_of(office: Office, visitor: Visitor, **asked: str) -> list[list[str]]:
    """The rows of a table, its columns' names first; what stands above them was looked at."""
    raw, facts = exported(office, visitor, format="csv", **asked)
    assert raw.startswith(b"\xef\xbb\xbf")
    read = [*csv.reader(io.StringIO(raw.decode("utf-8-sig")))]
    top = read.index([])
    assert [line[0] for line in read[1:top]] == ["Laiks", "Atlase", "Kas eksportēja", "Kad", "Cik"]
    assert read[top - 1][1].startswith(f"{facts['count']} pieminējum")
    assert facts["count"] == len(read) - top - 2
    return read[top + 1 :]


def test_a_table_has_what_the_list_has(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    head, *rows = rows_of(office, visitor, period="30", standing="all")
    assert head[0] == "Numurs"
    assert [int(row[0]) for row in rows] == [told[name] for name in ("again", "slogan", "ludza", "preili")]
    assert {int(row[0]) for row in rows} == shown(visitor, standing="all")
    assert rows[2][3:5] == ["Latvijas Vārds", "Latvijas"]
    assert len({len(row) for row in [head, *rows]}) == 1
    assert [row[0] for row in rows_of(office, visitor, q="maiznica", period="all")[1:]] == [str(told["old"])]


def test_a_table_says_above_its_rows_what_it_holds(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    raw, _ = exported(office, visitor, format="csv", place="Ludzas novads", since="2026-11-01", until="2026-11-23")
    above = dict(line for line in [*csv.reader(io.StringIO(raw.decode("utf-8-sig")))][1:6])
    assert "Ludzas novads" in above["Atlase"] and "2026. gada 1. novembris" in above["Atlase"]
    assert above["Laiks"].startswith("1. nov.")
    assert above["Kas eksportēja"] == "Vārds comms"
    assert above["Cik"] == "1 pieminējums 1 ziņā"


def test_a_sheet_has_dates_a_head_that_stays_and_no_formula(office: Office, told: dict[str, int]) -> None:
    with office.app.store.transaction() as session:
        mentions.mention(session, office.clock.now(), "=1+1", text="x")
    visitor = office.as_role("comms")
    visitor.post("/mentions/tag", {"id": told["ludza"], "tag": "balva"})
    visitor.post("/mentions/assign", {"id": told["ludza"], "to": str(visitor.user_id)})
    raw, facts = exported(office, visitor, period="30", standing="all")
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        strings = packed.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in packed.namelist() else ""
    assert facts["count"] == 5
    assert "<f>" not in sheet
    assert "=1+1" in sheet + strings
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A8:T13"/>' in sheet
    assert re.search(r'<c r="C9" s="\d+"><v>46\d{3}\.\d+</v></c>', sheet)  # a moment is a number with a date's look
    assert "<cols>" in sheet
    for word in ("balva", "Vārds comms", "Ludzas novads"):
        assert word in sheet + strings
    assert visitor.post("/mentions/export", {"format": "exe"}).status_code == 400


def test_cells_that_a_spreadsheet_would_run_are_text(office: Office) -> None:
    with office.app.store.transaction() as session:
        for title in ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "\tx"):
            mentions.mention(session, office.clock.now(), title)
    rows = rows_of(office, office.as_role("reader"), period="30")[1:]
    assert len(rows) == 5
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)
    assert "'=1+1" in {row[7] for row in rows}


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_table_is_written_in_pieces_and_can_be_called_off(
    office: Office, monkeypatch: pytest.MonkeyPatch, file_format: str
) -> None:
    monkeypatch.setattr("outreach.works.export_mentions._AT_ONCE", 2)
    monkeypatch.setattr(wanting, "MOST", 3)
    with office.app.store.transaction() as session:
        ids = [mentions.mention(session, office.clock.now()) for _ in range(8)]
    if file_format == "csv":
        rows = rows_of(office, office.as_role("comms"), period="30")[1:]
        assert [int(row[0]) for row in rows] == ids[::-1]
    else:
        assert exported(office, office.as_role("comms"), period="30")[1] == {"count": 8, "stories": 8}
    office.as_role("comms").post("/mentions/export")
    with office.app.store.transaction() as session:
        asked = work.latest(session)[0]
        assert work.cancel(session, office.clock.now(), asked.id)
    assert work.run_waiting(office.app, "test") == 0


PATHS = (
    "/mentions", "/mentions?period=all", "/mentions?q=ozoli&standing=all&tier=local&period=90", "/mentions/3",
    "/mentions?sense=russia&standing=counted&language=ru", "/mentions/days", "/search?q=ozol", "/search?q=3",
    "/mentions?fold=1", "/mentions?view=starred", "/mentions?tag=balva&topic=1&assigned=1&mark=unread", "/mentions?q=ozoli&fold=1",
)  # fmt: skip


@pytest.mark.parametrize("role", ["comms", "administrator", "coordinator", "partner"])
def test_no_page_asks_the_store_more_than_twelve_times(
    office: Office, told: dict[str, int], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wanting, "MOST_SCATTERED", 1)
    monkeypatch.setattr(wanting, "MOST", 2)  # so that a short page must also say how far it looked
    visitor = office.as_role(role, "Ludzas novads" if role == "partner" else None)
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append(statement)

    event.listen(office.app.store.engine, "before_cursor_execute", note)
    try:
        for path in PATHS:
            office.client.application.extensions["outreach.attention"].forget()
            asked.clear()
            visitor.text(path)
            assert 3 <= len(asked) <= 12, (path, [one[:200] for one in asked])
    finally:
        event.remove(office.app.store.engine, "before_cursor_execute", note)


def test_nobody_s_mention_is_changed_by_looking(office: Office, told: dict[str, int]) -> None:
    with office.app.store.reading() as session:
        before = session.execute(select(Mention.id, Mention.relevant, Mention.verdict)).all()
    visitor = office.as_role("comms")
    for path in ("/mentions/verdict", "/mentions/undo/x", "/mentions/export"):
        assert visitor.get(path).status_code in {404, 405}
    with office.app.store.reading() as session:
        assert session.execute(select(Mention.id, Mention.relevant, Mention.verdict)).all() == before
