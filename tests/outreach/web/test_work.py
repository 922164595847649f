"""Long work on a page: one's own, live and after its end, called off, its file to keep."""

from pathlib import Path

import pytest
from lxml import html

from outreach import work
from outreach.people.models import ROLES
from outreach.work import WorkRow
from outreach.works.bring_sources import BringSources
from outreach.works.poll import Poll
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

STAFF = {"administrator", "comms", "coordinator", "reader"}


def asked(office: Office, visitor: Visitor, kind: work.Work | None = None, **columns: object) -> int:
    with office.app.store.transaction() as session:
        number = work.ask(session, office.clock.now(), visitor.user_id, visitor.person.actor, "lv", kind or Poll())
        for name, value in columns.items():
            setattr(session.get_one(WorkRow, number), name, value)
    return number


def made(office: Office, name: str, text: str) -> None:
    folder = work.folder(office.app)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("role", ROLES)
def test_each_sees_their_own_and_an_administrator_all(office: Office, role: str) -> None:
    officer, visitor = office.as_role("comms"), office.as_role(role)
    number = asked(office, officer, state="done", file="9", file_name="x.csv")
    made(office, "9", "dati")
    own = role in {"comms", "administrator"}
    wanted = 200 if own else 404 if role in STAFF else 403
    for path in (f"/work/{number}", f"/work/{number}?part=1", f"/work/{number}/file"):
        with visitor.get(path) as answer:
            assert answer.status_code == wanted, path
    assert visitor.post(f"/work/{number}/cancel").status_code == (303 if own else wanted)
    assert visitor.get("/work").status_code == (200 if role in STAFF else 403)
    if role in STAFF:
        assert (f"/work/{number}" in visitor.text("/work")) is own


def test_progress_is_asked_for_until_the_end(office: Office) -> None:
    officer = office.as_role("comms")
    number = asked(office, officer, state="running", done=3, total=12)
    page = officer.text(f"/work/{number}")
    [bar] = html.fromstring(page).xpath("//progress")
    assert (bar.get("value"), bar.get("max")) == ("3", "12")
    [live] = html.fromstring(page).xpath("//*[@hx-trigger='every 1s']")
    part = officer.text(live.get("hx-get"))
    assert "<html" not in part and "3 no 12" in part
    with office.app.store.transaction() as session:
        row = session.get_one(WorkRow, number)
        row.state, row.told_key, row.told_facts = "done", "work.poll.done", {"count": 12, "new": 4, "mentions": 1, "failed": 2}
    part = officer.text(live.get("hx-get"))
    assert "hx-get" not in part and "Jauni raksti: 4" in part
    assert "Jauni raksti: 4" in officer.text(f"/work/{number}")


def test_called_off_by_a_button_and_told(office: Office) -> None:
    officer = office.as_role("comms")
    number = asked(office, officer, state="running", done=3, total=12)
    assert officer.post(f"/work/{number}/cancel").location == f"/work/{number}"
    page = officer.text(f"/work/{number}")
    assert "Darbs atcelts." in page and "Atcelts pie 3 no 12" in page
    officer.post(f"/work/{number}/cancel")
    assert "jau bija beidzies" in officer.text(f"/work/{number}")


def test_a_file_is_kept_never_shown_and_only_from_its_folder(office: Office) -> None:
    officer = office.as_role("comms")
    number = asked(office, officer, state="done", file="7", file_name='<b>a"b.csv')
    made(office, "7", "<script>alert(1)</script>")
    answer = officer.get(f"/work/{number}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/octet-stream"
    assert "no-store" in answer.headers["Cache-Control"]
    answer.close()
    for gone in (asked(office, officer, state="done"), asked(office, officer, state="done", file="77"), 999):
        assert officer.get(f"/work/{gone}/file").status_code == 404


def test_what_was_interrupted_says_so_and_what_it_is_called_is_text(office: Office) -> None:
    officer = office.as_role("comms")
    kind = BringSources("upload-0123456789abcdef", "<b>x</b>.csv")
    number = asked(office, officer, kind, state="interrupted", told_key="work.interrupted")
    page = officer.text(f"/work/{number}")
    assert "Nekas nav dubultots" in page
    assert "<b>x" not in page and "&lt;b&gt;x" in page
    assert "<b>x" not in officer.text("/work")


def test_nothing_was_asked_yet(office: Office) -> None:
    assert html.fromstring(office.as_role("reader").text("/work")).xpath("//div[@class='empty-state']")


def test_an_upload_waits_in_the_data_folder(office: Office, tmp_path: Path) -> None:
    name = work.keep_upload(office.app, b"x")
    assert work.upload(office.app, name).is_relative_to(tmp_path)


@pytest.mark.parametrize("name", ["a\r\nX: y.csv", "\u202egpj.csv", "../../x\x00.csv", "ā" * 200])
def test_what_a_list_is_called_breaks_no_answer(office: Office, name: str) -> None:
    officer = office.as_role("comms")
    kept = work.keep_upload(office.app, b"name,tier,kind,feed\nSlikta,local,feed,nav\n")
    with office.app.store.transaction() as session:
        number = work.ask(session, office.clock.now(), officer.user_id, officer.person.actor, "lv", BringSources(kept, name))
    work.jobs()[0].run(office.app)
    with officer.get(f"/work/{number}/file") as answer:
        assert answer.status_code == 200
        told = answer.headers["Content-Disposition"]
        assert "\n" not in told and "X:" not in answer.headers and "%E2%80%AE" not in told and ".." not in told
