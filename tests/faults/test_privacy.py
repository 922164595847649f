"""What a family wrote is nowhere in the clear: a whole run is searched for a canary; erased means gone; another key opens nothing."""

import base64
import json
import re
import sqlite3
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from outreach import checkup, cli, report, wiring
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.core.testing import FixedClock
from outreach.digest import previewing
from outreach.logs import Facts
from outreach.people import tokens
from outreach.people.models import AuditEntry as Audit
from outreach.people.models import User
from outreach.tracker import families, intake, privacy
from outreach.tracker import queries as inquiries
from outreach.tracker.letters import files as letters
from outreach.tracker.letters import taking
from outreach.tracker.models import Inquiry
from outreach.web import csrf
from outreach.web.app import make
from tests.faults.bureau import MORNING, RIGA, office
from tests.faults.test_web import token
from tests.outreach.tracker.letters.writing import said
from tests.outreach.web.conftest import PAGE, Office
from tests.support import site
from tests.support.offices import told_in
from tests.support.people import Visitor, csrf_in
from tests.support.program import Program, running, until
from tests.support.visits import signed_in

CANARY = "Zeltkanārijs"
NUMBER = "+37129998877"
ITEM = "<item><title>Remigrācijas koordinatore palīdz</title><link>http://127.0.0.1/a</link><description>Latgales remigrācijas koordinatore palīdz ģimenēm.</description></item>"
SIGNS = [CANARY, "zeltkan", NUMBER, NUMBER[4:], CANARY.encode("unicode_escape").decode(), base64.b64encode(CANARY.encode()).decode()[:12]]


def found(texts: dict[str, str]) -> list[str]:
    """Where the canary sits, in whatever dress it wears."""
    return [f"{name}: {sign}" for name, text in texts.items() for sign in SIGNS if sign.casefold() in text.casefold()]


def files(folder: Path) -> dict[str, str]:
    return {str(path): path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file()}


def query(store: Path, sql: str) -> list[tuple[object, ...]]:
    plain = sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)
    try:
        return plain.execute(sql).fetchall()
    finally:
        plain.close()


def here(capsys: pytest.CaptureFixture[str], program: Program, *words: str, expect: int = 0) -> str:
    """A command in this process, which is another than the program's; everything it printed."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["--settings", str(program.file), *words])
    printed = capsys.readouterr()
    assert ended.value.code == expect, printed.err
    return printed.out + printed.err


def furnished(program: Program) -> None:
    """The first family's marks in every other way words come in: a hold, a step, a consent, a paper, through the pages."""
    coordinator = signed_in(program, "coordinator")
    bond = csrf_in(coordinator.get(f"{program.page}/families/1", timeout=20).text)
    for path, fields in (
        ("families/1/privacy/hold", {"until": "2027-01-31", "why": f"{CANARY} sūdzas, {NUMBER}"}),
        ("families/1/privacy/hold", {"until": "2020-01-31", "why": f"{CANARY} par vēlu"}),
        ("families/1/steps", {"words": f"Sazvanīt {CANARY}, {NUMBER}", "due_on": "2027-01-31"}),
        ("families/1/steps", {"words": f"{CANARY}", "due_on": "rīt"}),
        ("families/1/privacy/export", {"paper": "lv", "checked": "on"}),
    ):
        answer = coordinator.post(f"{program.page}/{path}", data={csrf.FIELD: bond, **fields}, timeout=60)
        assert answer.status_code < 500, path
        assert found({path: answer.url + str(answer.headers)}) == []


def brought(program: Program) -> None:
    """The same marks through every other door: a table, an event's list, a portal, a letter with a file, an offer, a
    paper, a search; and each of them once as it must be refused.
    """
    coordinator, page = signed_in(program, "coordinator"), program.page
    bond = csrf_in(coordinator.get(f"{page}/families/1", timeout=20).text)
    table = f"Vārds;Tālrunis;Valsts;Kurp;Datums\n{CANARY};{NUMBER};Īrija;Preiļi;5.11.2023\n{CANARY} divi;nav {CANARY};Īrija;;31.02.2023\n"
    png = b"\x89PNG\r\n\x1a\n" + b"bilde" * 20

    def post(path: str, fields: dict[str, str], file: tuple[str, bytes] | None = None) -> requests.Response:
        given = {"file": file} if file is not None else None
        answer = coordinator.post(f"{page}{path}", data={csrf.FIELD: bond, **fields}, files=given, timeout=60)
        assert answer.status_code < 500, path
        assert found({path: answer.url + str(answer.headers) + "".join(one.url + str(one.headers) for one in answer.history)}) == []
        return answer

    look = post("/inquiries/import", {"name": "Saraksts"}, (f"{CANARY}.csv", table.encode()))
    seen = re.search(r'name="seen" value="([^"]+)"', look.text)
    assert seen is not None and CANARY in look.text
    post(look.url.removeprefix(page), {"seen": seen[1], "g2": "all"})  # although their number is known here
    post("/inquiries/import", {"name": "Bojāts"}, (f"{CANARY}.xlsx", b"PK\x03\x04" + CANARY.encode()))
    event = post("/inquiries/event", {"name": "Diena", "held_on": "2026-01-10", "campaign": ""}).url.removeprefix(page)
    post(f"{event}/line", {"name": CANARY, "contact": NUMBER, "country": CANARY, "people": CANARY, "note": CANARY})
    post(f"{event}/lines", {"lines": f"{CANARY}, 3 cilvēki, {NUMBER}\n{CANARY} {CANARY}"})
    offer = post("/families/1/offers/new", {"language": "lv", "municipality": "", "known": "none.place none.topics"}).url.removeprefix(page)
    assert CANARY in post(f"{offer}/edit", {"opening": f"Labdien, {CANARY}!"}).text
    post(f"{offer}/edit", {"opening": CANARY * 400})
    for path in ("/families/1/papers", "/families/receive"):
        post(path, {}, (f"{CANARY}.png", png))
        post(path, {}, (f"{CANARY}.exe", b"MZ\x00" + CANARY.encode()))
    assert CANARY in post("/families/find", {"words": CANARY}).text

    told = wiring.settings.read_settings(program.file)
    with wiring.open_app(told) as app, app.store.transaction() as session:
        letter = said("z", f"{CANARY}, {NUMBER}", subject=f"{CANARY} jautā", sender=f"{CANARY} <kanarija@example.org>", files=((f"{CANARY}.png", png),))
        taking.take(session, app.clock.now(), app.seal, letter, letters.keep(app.seal, told.folder, letter.files), set())
        admin = session.scalars(select(User.id).where(User.role == "coordinator").limit(1)).one()
        session.get_one(User, admin).role = "administrator"
        key = tokens.make(session, app.clock.now(), admin, "x", "paps.lv", (tokens.CREATES,), 30)
    words = {"name": CANARY, "contact": NUMBER, "text": CANARY, "country": CANARY, "municipality": CANARY, "said_source": CANARY, "reference": CANARY}
    for body in (words, words | {"text": NUMBER}, words | {"code": f"{CANARY}!"}, words | {CANARY: NUMBER}, [CANARY], words | {"people": CANARY}):
        answer = requests.post(f"{page}/api/v1/inquiries", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=20)
        assert answer.status_code in {201, 409, 422}
        assert found({"portal": str(answer.headers)}) == []


def test_a_whole_run_shows_nobody_what_a_family_wrote_until_a_person_looks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = '[collect]\nhost_seconds = 0\n[digest]\nrecipients = ["lasitajs@example.org"]\nat = "00:00"\n'
    with site.running() as outlet, running(Program(tmp_path, settings, language="en")) as program:
        outlet.put("/rss", f'<?xml version="1.0"?><rss version="2.0"><channel><title>L</title>{ITEM}</channel></rss>', content_type="application/rss+xml")
        (tmp_path / "one.csv").write_text(f"name,tier,kind,feed\nLapa,local,feed,{outlet.url('/rss')}\n", encoding="utf-8")
        told: dict[str, str] = {}

        def run(*words: str) -> str:
            told[" ".join(words[:2])] = text = program.command(*words)
            return text

        run("sources", "import", str(tmp_path / "one.csv"))
        run("channels", "add", "Mape", "folder", f"folder={tmp_path / 'posts'}")
        run("posts", "add", "--campaign", "MĀJAS", "--title", "Aicinājums", "--text", "Nāciet!", "--channel", "1", "--approve")
        program.start()
        store = tmp_path / "data" / "outreach.db"
        until(lambda: query(store, "SELECT count(*) FROM mentions") == [(1,)] and query(store, "SELECT status FROM deliveries") == [("published",)])
        [post] = (tmp_path / "posts").glob("*.txt")
        link = re.search(r"http://\S+/k/\w+", post.read_text(encoding="utf-8"))
        assert link is not None
        form = requests.get(link.group(), timeout=20)
        hidden = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text)}
        fields = {"contact": f"{CANARY}@example.org", "name": CANARY, "country": CANARY, "topic": CANARY, "text": f"I am {CANARY}, {NUMBER}", "said": f"from {CANARY}"}
        sent = requests.post(f"{program.page}/jautajums", data=hidden | fields, timeout=20)
        assert (sent.status_code, sent.url) == (200, f"{program.page}/paldies?lang=en")
        note = f"{CANARY}, 3 cilvēki, Īrija -> Preiļi, darbs, {NUMBER}, dzirdēja radio"
        program.command("inquiries", "add", *note.split())
        run("families", "add", "--adults", "2", "--children", "1", "--inquiry", "2")
        run("families", "stage", "1", "returned_supported", "--on", "2026-08-20")
        furnished(program)
        brought(program)
        until(lambda: query(store, "SELECT count(*) FROM inquiries WHERE arrived_by = 'import'") == [(1,)])
        for words in (
            ("inquiries", "list"), ("inquiries", "list", "--json"), ("families", "list", "--json"), ("digest", "preview"), ("digest", "preview", "--html"),
            ("digest", "send"), ("mentions", "list", "--json"), ("deliveries", "list", "--json"), ("sources", "list", "--json"), ("collect", "--now"), ("publish", "--json"),
            ("report", "results", "--year", "2026", "--lang", "lv,en,ru"), ("report", "outreach", "--year", "2026", "--format", "json"), ("report", "stages", "--year", "2026"),
            ("check", "--json"), ("sources", "export", str(tmp_path / "out.csv")), ("sources", "export", str(tmp_path / "out.opml")), ("backup", str(tmp_path / "copy.db")),
        ):
            told[" ".join(words)] = here(capsys, program, *words)
        for page in ("/", "/?lang=en", "/jautajums", "/paldies", "/nowhere", "/readyz"):
            told[page] = requests.get(program.page + page, timeout=20).text
        for role in ("administrator", "comms", "reader"):
            browser = signed_in(program, role)
            for page in ("/", "/attention", "/inquiries", "/work", "/settings", "/settings/sources", "/privacy/processing", "/reports/results", "/reports/quarterly", "/settings/audit", "/settings/audit.csv", "/families/1/privacy", "/api/v1/figures"):
                told[f"{role} {page}"] = browser.get(program.page + page, timeout=20).text
        coordinator = signed_in(program, "coordinator")
        for page in ("/settings/retention", "/families", "/families/list", "/inquiries"):
            told[f"coordinator {page}"] = coordinator.get(program.page + page, timeout=20).text
        kept = sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)
        came = kept.execute("SELECT arrived_by, count(*) FROM inquiries WHERE coalesce(name_sealed, contact_sealed, text_sealed) IS NOT NULL GROUP BY 1 ORDER BY 1")
        assert came.fetchall() == [("event", 3), ("form", 1), ("import", 1), ("mail", 1), ("phone", 1), ("portal", 1)]
        assert kept.execute("SELECT count(*) FROM offers").fetchone() == kept.execute("SELECT count(*) FROM family_papers").fetchone() == (1,)
        kept.close()
        assert list((tmp_path / "data" / "mail").glob("*.eml"))
        assert found(told | files(tmp_path)) == []

        looked = program.command("inquiries", "show", "1") + program.command("inquiries", "show", "2")
        assert looked.count(CANARY) >= 5
        assert NUMBER in looked
        assert query(store, "SELECT action, subject_kind, subject_id FROM audit WHERE subject_kind = 'inquiry' AND action = 'reveal' ORDER BY id") == [("reveal", "inquiry", 1), ("reveal", "inquiry", 2)]
        code, told["log"] = program.end()
        assert code == 0
        assert "inquiry.received" in told["log"]
        assert found(told | files(tmp_path)) == []


def received(app: object, number: int = 1) -> int:
    with app.store.transaction() as session:  # type: ignore[attr-defined]
        incoming = intake.Incoming("form", message_id=f"m{number}", name=CANARY, contact=f"{CANARY}@example.org", text=f"{CANARY} {NUMBER}")
        return intake.receive(session, app.clock.now(), app.seal, incoming).inquiry_id  # type: ignore[attr-defined]


def sealed(folder: Path) -> list[str]:
    return [str(value) for row in query(folder / "outreach.db", "SELECT name_sealed, contact_sealed, text_sealed FROM inquiries") for value in row if value]


def test_erased_is_gone_from_the_store_and_its_journal_while_the_program_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(Program(tmp_path)) as program:
        here(capsys, program, "sources", "import", str(tmp_path / "birojs" / "outlets.csv"))
        for number in range(2):
            here(capsys, program, "inquiries", "add", f"{CANARY}, {number + 2} cilvēki, {NUMBER}, jautājums par darbu un skolu {number}")
        program.start()
        values = sealed(tmp_path / "data")
        assert len(values) >= 4
        assert any(value in text for value in values for text in files(tmp_path / "data").values())
        for number in range(1, 3):
            here(capsys, program, "inquiries", "erase", str(number))

        def left() -> list[str]:
            return [f"{name}: {value[:30]}" for name, text in files(tmp_path / "data").items() for value in values if value in text or value[60:] in text]

        until(lambda: left() == [])  # at once, or as soon as the last reader of the journal is done
        assert sealed(tmp_path / "data") == []
        assert query(tmp_path / "data" / "outreach.db", "SELECT count(*) FROM audit WHERE action = 'erase'") == [(2,)]
        assert signed_in(program).get(program.page, timeout=20).status_code == 200
        assert len(here(capsys, program, "inquiries", "show", "1").splitlines()) == 1  # that the look was written down
        (tmp_path / "kopijas").mkdir()
        here(capsys, program, "backup", str(tmp_path / "kopijas" / "pec.db"))
        told = {name: here(capsys, program, *words) for name, words in {"report": ("report", "outreach"), "list": ("inquiries", "list", "--json")}.items()}
        code, told["log"] = program.end()
        assert code == 0
        everything = told | files(tmp_path)
        assert any("erased.log" in name for name in everything)
        assert found(everything) == [] and [name for name, text in everything.items() for value in values if value[60:] in text] == []


class Trap(RuntimeError):
    """Goes off while personal data are in hand."""


class Quoting(Trap, ValueError):
    """As most errors of a value are: it says what the value was."""


@pytest.mark.parametrize("place", ["outreach.core.seal.Seal.close", "outreach.tracker.intake._row", "outreach.tracker.intake._plain"])
@pytest.mark.parametrize("quoting", [False, True])
def test_a_fault_with_personal_data_in_hand_tells_nobody(
    tmp_path: Path, place: str, quoting: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(Facts())  # as the program's own lines are written

    def spring(*given: object, **more: object) -> None:
        if not quoting:
            raise Trap
        try:
            float(CANARY)
        except ValueError as error:
            raise Quoting(CANARY) from error

    with wiring.open_app(told_in(tmp_path), create=True) as app:
        desk = Office(app, None, make(app).test_client())  # type: ignore[arg-type]
        fields = {"token": token(desk), "contact": f"{CANARY}@example.org", "name": CANARY, "text": f"{CANARY} {NUMBER}"}
        with monkeypatch.context() as trapped:
            trapped.setattr(place, spring)
            answer = desk.client.post("/jautajums", base_url=PAGE, data=fields)
        assert answer.status_code == 500
        assert found({"page": answer.get_data(as_text=True), "log": caplog.text, **files(tmp_path)}) == []
        assert ("Quoting" if quoting else "Trap") in caplog.text
        assert desk.client.post("/jautajums", base_url=PAGE, data=fields).status_code == 303  # nothing half done: the same form is taken


def test_nothing_that_holds_words_of_a_family_shows_them_by_itself(tmp_path: Path) -> None:
    opened = privacy.Opened(CANARY, CANARY, CANARY)
    incoming = intake.Incoming("phone", name=CANARY, contact=NUMBER, text=CANARY, country=CANARY, said_source=CANARY)
    family = families.Family(2, name=CANARY, note=CANARY)
    assert found({str(number): repr(one) for number, one in enumerate((opened, incoming, family, privacy.OpenedFamily(CANARY, CANARY), Seal(bytes(32))))}) == []
    with wiring.open_app(told_in(tmp_path), create=True) as app:
        number = received(app)
        with app.store.reading() as session:
            assert found({"row": repr(vars(session.get_one(Inquiry, number)))}) == []


def test_a_line_that_breaks_the_command_leaves_no_words_in_its_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "none.csv").write_text("name,tier,kind,feed\n", encoding="utf-8")

    def spring(*_: object) -> None:
        raise Quoting(CANARY) from Trap()

    def run(*words: str) -> None:
        with pytest.raises(SystemExit):
            cli.main(list(words))

    run("sources", "import", "none.csv")
    monkeypatch.setattr(Seal, "close", spring)
    run("inquiries", "add", f"{CANARY}, {NUMBER}")
    printed = capsys.readouterr()
    [report] = tmp_path.glob("outreach-error-*.txt")
    assert "Trap" in report.read_text(encoding="utf-8")
    assert report.stat().st_mode & 0o077 == 0
    assert found({"out": printed.out, "err": printed.err, **files(tmp_path)}) == []


@pytest.fixture
def other_key(monkeypatch: pytest.MonkeyPatch) -> str:
    return base64.urlsafe_b64encode(bytes(range(32, 64))).decode()


def test_with_another_key_or_none_the_program_refuses_in_one_sentence(tmp_path: Path, other_key: str, capsys: pytest.CaptureFixture[str]) -> None:
    program = Program(tmp_path, language="en")
    here(capsys, program, "sources", "import", str(tmp_path / "birojs" / "outlets.csv"))
    here(capsys, program, "inquiries", "add", f"{CANARY}, 3 cilvēki, {NUMBER}")
    key = tmp_path / "data" / "keys" / "data.key"
    own = key.read_text(encoding="ascii")
    for content, tried in ((other_key, 2), (None, 2), ("x", 1)):
        key.unlink()
        if content is not None:
            key.write_text(content, encoding="ascii")
        for words in (("up",), ("inquiries", "show", "1"))[:tried]:
            told = here(capsys, program, *words, expect=1)
            assert len(told.splitlines()) == 1, told
            assert "key" in told
            assert found({"told": told}) == []
        assert key.exists() is (content is not None)  # no new key over the loss
        assert json.loads(_checked(program))["key"] == "broken"
        key.write_text(own, encoding="ascii")
    assert NUMBER in here(capsys, program, "inquiries", "show", "1")
    assert json.loads(_checked(program))["key"] != "broken"


def _checked(program: Program) -> str:
    findings = checkup.look(wiring.settings.read_settings(program.file))
    return json.dumps({item.what: item.state for item in findings})


def test_a_value_of_another_key_opens_nothing_and_breaks_no_page_list_or_report(tmp_path: Path) -> None:
    with office(tmp_path, FixedClock(MORNING)) as app:
        number = received(app)
        stranger = replace(app, seal=Seal(bytes(range(32, 64))))
        with pytest.raises(OutreachError, match=r"core\.seal\.key") as refused, stranger.store.transaction() as session:
            privacy.reveal(session, stranger.clock.now(), "x", stranger.seal, number)
        assert app.texts.in_language("en").error(refused.value).count("\n") == 0
        with app.store.reading() as session:
            assert session.scalars(select(Audit)).all() == []  # nothing was seen, nothing is written down
            assert len(inquiries.latest(session, 5)) == 1
            for kind in ("results", "outreach", "stages"):
                assert report.write(kind, session, app.office, report.Period.of_year(2026, RIGA), "lv").kind == kind
        officer = Visitor(stranger, make(stranger).test_client(), "comms")
        for page in ("/", "/jautajums", "/healthz"):
            assert officer.get(page).status_code == 200
        assert previewing.preview(stranger)[1].subject
        assert received(stranger) != number  # another key, another dedup: taken in, not lost
