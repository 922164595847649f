"""The trail on the screen and as a table: filtered, page by page, harmless."""

import csv
import io
from datetime import timedelta

import pytest

from outreach.people import audit
from outreach.people.models import ROLES
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor


@pytest.fixture
def boss(office: Office) -> Visitor:
    return office.as_role("administrator")


def written(office: Office, count: int = 1, **other: object) -> None:
    with office.app.store.transaction() as session:
        for number in range(count):
            usual = {"actor": "anna@example.org", "action": "reveal", "subject_kind": "inquiry", "subject_id": number}
            told = {**usual, **other}
            audit.write(session, office.clock.now(), told["actor"], told["action"], told["subject_kind"], told["subject_id"], **other.get("facts", {}))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
@pytest.mark.parametrize("path", ["/settings/audit", "/settings/audit.csv"])
def test_the_trail_is_the_administrator_s_alone(office: Office, role: str, path: str) -> None:
    assert office.as_role(role, "Ludzas novads").get(path).status_code == 403


def test_an_empty_trail_says_so(boss: Visitor) -> None:
    assert "Nekas nav atrasts" in boss.text("/settings/audit")


def test_a_deed_is_told_in_words_and_escaped(office: Office, boss: Visitor) -> None:
    written(office, actor="<script>alert(1)</script>", facts={"stage": "<b>"})
    page = boss.text("/settings/audit")
    assert "Skatīja" in page and "Jautājums 0" in page and "&lt;b&gt;" in page
    assert "<script>alert" not in page


def test_pages_go_back_by_number(office: Office, boss: Visitor) -> None:
    written(office, 250)
    first = boss.text("/settings/audit")
    assert first.count("data-item") == 100 and "before=151" in first
    assert boss.text("/settings/audit?before=51").count("data-item") == 50
    for odd in ("x", "-1", "0", "99999999999999999999"):
        assert boss.text(f"/settings/audit?before={odd}").count("data-item") == 100


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("actor=anna@example.org", 3), ("actor=Anna@Example.org", 3), ("actor=nobody", 0), ("action=erase", 1), ("kind=household", 2),
        ("action=reveal&kind=inquiry", 3), ("since=2026-11-24", 1), ("until=2026-11-23", 5), ("since=2026-11-23&until=2026-11-24", 6),
        # What fits no field shows everything and says so.
        ("since=nonsense", 6), ("action=<x>", 6),
    ],
)
def test_filters(office: Office, boss: Visitor, query: str, count: int) -> None:
    written(office, 3)
    written(office, 2, actor="janis@example.org", subject_kind="household")
    office.clock.step(timedelta(days=1))
    written(office, actor="janis@example.org", action="erase", subject_kind="post")
    again = office.as_role("administrator")
    assert again.text(f"/settings/audit?{query}").count("data-item") == count
    rows = again.text(f"/settings/audit.csv?{query}").strip().splitlines()
    assert len(rows) == count + 1


def test_the_table_is_whole_and_no_cell_begins_a_formula(office: Office, boss: Visitor) -> None:
    written(office, 1200)
    written(office, actor="=1+1", action="@x")
    answer = boss.get("/settings/audit.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == 1202 and rows[1][2:4] == ["'=1+1", "'@x"]
    assert rows[1][1] == "2026-11-23T10:00:00+02:00"
