"""Every kind of report over one invented year: numbers stand on records, text and dict say the same."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.registry import kinds
from outreach.core.seal import Seal
from outreach.core.text import Texts
from outreach.report import Label, Period, Table, Written, as_dict, as_text, percent, write
from outreach.tracker import attribution, families
from outreach.tracker.families import Family
from outreach.tracker.intake import Incoming, receive
from outreach.tracker.jobs import link
from outreach.tracker.models import Household, Stage
from tests.outreach.rooms import NOW, RIGA, publish

YEAR = Period.of_year(2025, RIGA)
KINDS = ["cumulative", "municipality", "outreach", "publicity", "quarterly", "results", "stages", "yearly"]
PLACE = "Balvu novads"


def live(store: Store, seal: Seal) -> None:
    """Five families through all stages and six inquiries, one of them in the first hour of the year in Riga."""
    steps = [
        [("contacted", 1), ("offer_sent", 30), ("planning", 60), ("returned_supported", 200)],
        [("contacted", 5), ("offer_sent", 35), ("offer_sent", 90)],
        [("returned_alone", 180)],
        [("contacted", 7), ("postponed", 50)],
        [("contacted", -30), ("planning", 10)],
    ]
    with store.transaction() as session:
        for number, stages in enumerate(steps):
            household = families.add(session, NOW, seal, Family(2, number))
            for stage, day in stages:
                families.enter(session, NOW, household, stage, date(2025, 1, 1) + timedelta(days=day))
        publish(session, "aB3dE9x", datetime(2025, 5, 1, tzinfo=UTC))
        told = [
            (datetime(2024, 12, 31, 22, 30, tzinfo=UTC), None, "radio"),
            (datetime(2025, 5, 2, tzinfo=UTC), "aB3dE9x", None),
            (datetime(2025, 5, 3, tzinfo=UTC), None, "friends"),
            (datetime(2025, 6, 1, tzinfo=UTC), None, "friends"),
            (datetime(2025, 7, 1, tzinfo=UTC), None, None),
            (datetime(2025, 12, 31, 22, 0, tzinfo=UTC), None, None),
        ]
        for number, (at, code, said) in enumerate(told):
            incoming = Incoming("form", code=code, said_source=said, name="Kanārija", message_id=str(number))
            link(session, NOW, receive(session, at, seal, incoming).inquiry_id, 90)


def place_of(kind: str) -> str | None:
    return PLACE if kind == "municipality" else None


def test_every_report_is_found_by_its_file() -> None:
    assert sorted(kinds("outreach.reports")) == KINDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_text_and_dict_say_the_same(
    store: Store, seal: Seal, office: Office, texts: Texts, kind: str, language: str
) -> None:
    live(store, seal)
    words = texts.in_language(language)
    with store.reading() as session:
        written = write(kind, session, office, YEAR, language, place_of(kind))
    text = as_text(written, words)
    told = json.loads(json.dumps(as_dict(written, words), ensure_ascii=False))
    assert (told["report"], told["period"], told["language"]) == (kind, "2025", language)
    for sentence in told["sentences"]:
        assert sentence in text
    for table in told["tables"]:
        assert table["title"] in text
        for row in table["rows"]:
            assert len(row) == len(table["columns"])
            assert all(str(cell) in text for cell in row)
    assert "{" not in text
    assert "tracker." not in text
    assert "report." not in text
    assert "Kanārija" not in text + json.dumps(told, ensure_ascii=False)
    assert words.knows(f"report.kind.{kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_stands_on_its_records(store: Store, seal: Seal, office: Office, kind: str) -> None:
    live(store, seal)
    with store.reading() as session:
        written = write(kind, session, office, YEAR, "lv", place_of(kind))
        people = {row.id: row.people for row in session.execute(select(Stage.id, Stage.people))}
        households = set(session.scalars(select(Household.id)))
    assert written.numbers.keys() == written.records.keys() == written.kinds.keys()
    for name, number in written.numbers.items():
        if name.endswith(".people"):
            assert number == sum(people[stage_id] for stage_id in written.records[name]), name
        else:
            assert number == len(written.records[name]), name
        if name.endswith(".families"):
            assert set(written.records[name]) <= households


def test_the_ministrys_row(store: Store, seal: Seal, office: Office) -> None:
    live(store, seal)
    with store.reading() as session:
        told = write("stages", session, office, YEAR, "lv").numbers
    assert told == {
        "offers": 3, "all.offers": 3,
        "contacted.families": 3, "contacted.people": 2 + 3 + 5,
        "offer_sent.families": 2, "offer_sent.people": 2 + 3,
        "returned_supported.families": 1, "returned_supported.people": 2,
        "returned_alone.families": 1, "returned_alone.people": 4,
        "planning.families": 1, "planning.people": 6,
        "postponed.families": 1, "postponed.people": 5,
        "all.involved.families": 5, "all.involved.people": 2 + 3 + 4 + 5 + 6,
        "all.offer_sent.families": 2, "all.offer_sent.people": 5,
        "all.returned.families": 2, "all.returned.people": 6,
        "all.planning.families": 1, "all.planning.people": 6,
    }  # fmt: skip


def test_the_share_unknown_is_always_said(store: Store, seal: Seal, office: Office, texts: Texts) -> None:
    live(store, seal)
    with store.transaction() as session:
        written = write("outreach", session, office, YEAR, "en")
        assert written.numbers == {"link": 1, "said": 3, "coverage": 0, "unknown": 1, "all": 5}
        text = as_text(written, texts.in_language("en"))
        assert "Share whose source is unknown: 20% (95% limits 4–62%)." in text
        assert "not that it caused it" in text
        assert "Stāsts par atgriešanos" in text
        for number in written.records["unknown"]:
            attribution.correct(session, NOW, "ieva", number, "said", said="radio")
        text = as_text(write("outreach", session, office, YEAR, "en"), texts.in_language("en"))
        assert "Share whose source is unknown: 0% (95% limits 0–43%)." in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["lv", "en"])
def test_an_empty_year(store: Store, office: Office, texts: Texts, kind: str, language: str) -> None:
    with store.reading() as session:
        written = write(kind, session, office, YEAR, language, place_of(kind))
    assert set(written.numbers.values()) == {0}
    assert "{" not in as_text(written, texts.in_language(language))


def test_a_report_of_another_name(store: Store, office: Office) -> None:
    with store.reading() as session, pytest.raises(OutreachError, match=r"registry\.kind"):
        write("weather", session, office, YEAR, "lv")


def test_tables_stand_in_columns(texts: Texts) -> None:
    columns = ("report.column.stage", "report.column.families", "report.column.share")
    rows = ((Label("tracker.stage.planning"), 12345, percent(1, 3)), ("x", 7, percent(0, 0)))
    table = Table("report.results.title", columns, rows)
    written = Written("results", YEAR, "en", (), (table,), {}, {})
    assert as_text(written, texts.in_language("en")).splitlines() == [
        "Families in the results sentence",
        "Stage                 Families  Share",
        "--------------------  --------  -----",
        "Plans to return soon    12,345  33%",
        "x                            7  –",
    ]
