"""The store under kill, a full disk, a long reader and odd letters; copies that are whole, and a way back that sends nothing."""

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text

from campaigns import dispatch, editing
from campaigns import jobs as publishing
from campaigns.models import ChannelRow, Delivery, Post
from outreach import copies, wiring
from outreach.core.app import App
from outreach.core.db import Base, Store, open_store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.core.settings import Settings
from outreach.digest import sending
from outreach.subscribers import runs, subscriptions
from outreach.subscribers.models import DigestRun
from outreach.tracker import intake
from outreach.tracker.models import Inquiry
from scrapers.models import Source
from tests.faults.bureau import posts
from tests.support import site
from tests.support.offices import told_in
from tests.support.program import Program, running, until

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
SEAL = Seal(bytes(range(32)))

_WRITER = """
import sys
from sqlalchemy import text
from outreach.core.db import open_store
store = open_store(sys.argv[1], create=False)
while True:
    with store.transaction() as session:
        number = session.execute(text("INSERT INTO acknowledged (body) VALUES (:body) RETURNING id"), {"body": "x" * 20000}).scalar_one()
        session.execute(text("INSERT INTO twins (id) VALUES (:id)"), {"id": number})
    print(number, flush=True)
"""


def sound(path: Path) -> bool:
    plain = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        plain.close()


def test_a_writer_killed_fifteen_times_loses_nothing_it_had_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = open_store(f"sqlite:///{path}", create=True)
    with store.transaction() as session:
        session.execute(text("CREATE TABLE acknowledged (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT)"))
        session.execute(text("CREATE TABLE twins (id INTEGER PRIMARY KEY)"))
    told: list[int] = []
    for number in range(15):
        with subprocess.Popen([sys.executable, "-c", _WRITER, f"sqlite:///{path}"], stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
            assert writer.stdout is not None
            for _ in range(1 + number * 3):
                told.append(int(writer.stdout.readline()))
            writer.send_signal(signal.SIGKILL)
            told += [int(line) for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        assert writer.returncode == -signal.SIGKILL
    with store.reading() as session:
        kept = set(session.scalars(text("SELECT id FROM acknowledged")))
        halves = session.scalar(text("SELECT count(*) FROM acknowledged LEFT JOIN twins USING (id) WHERE twins.id IS NULL"))
    store.close()
    assert len(told) >= 330
    assert set(told) <= kept
    assert halves == 0
    assert sound(path)


class Disk:
    """A store on a disk that holds so many pages."""

    def __init__(self, path: Path) -> None:
        self.path, self.pages = path, 1_000_000
        self.store = open_store(f"sqlite:///{path}", create=True)

        @event.listens_for(self.store.engine, "checkout")
        def _limit(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {self.pages}").close()

        Base.metadata.create_all(self.store.engine)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "s.db")
    yield made
    made.store.close()


def ask(store: Store, number: int, text_: str = "jautājums " * 200) -> None:
    with store.transaction() as session:
        asked = intake.receive(session, NOW, SEAL, intake.Incoming("form", message_id=f"m{number}", contact="a@example.org", text=text_))
        row = session.get_one(Inquiry, asked.inquiry_id)
        intake.answer(session, NOW, row.id)


def test_a_full_disk_is_one_sentence_no_half_state_and_passes(disk: Disk) -> None:
    ask(disk.store, 0)
    with disk.store.reading() as session:
        disk.pages = session.scalar(text("PRAGMA page_count")) + 10
    taken = 1
    with pytest.raises(OutreachError, match=r"core\.store\.full") as full:
        for number in range(1, 1000):
            ask(disk.store, number)
            taken += 1
    assert 1 < taken < 200
    words = wiring.texts().in_language("en")
    assert words.error(full.value).count("\n") == 0
    assert str(disk.path) in words.error(full.value)
    with disk.store.reading() as session:
        assert session.scalar(select(func.count(Inquiry.id))) == taken
        assert session.scalar(select(func.count(Inquiry.id)).where(Inquiry.answered_at.is_(None))) == 0
    with pytest.raises(OutreachError, match=r"core\.store\.full"):
        ask(disk.store, 5000, "x" * 100_000)
    assert sound(disk.path)
    disk.pages = 1_000_000
    ask(disk.store, taken)
    with disk.store.reading() as session:
        assert session.scalar(select(func.count(Inquiry.id))) == taken + 1


def limited(program: Program, size: int, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that may make no file larger than `size` bytes: a quota, as the system sees it."""
    return subprocess.run(
        [sys.executable, "-m", "outreach.cli", "--settings", str(program.file), *words],
        capture_output=True, text=True, cwd=program.folder, env=program._environment(), timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def test_a_disk_that_takes_no_more_is_one_sentence_for_the_command_and_for_a_backup(tmp_path: Path) -> None:
    program = Program(tmp_path, language="en")
    program.make_store()
    add = ("posts", "add", "--campaign", "MĀJAS", "--title", "t", "--text", "ā" * 60_000)
    ended = limited(program, 90_000, *add)
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (1, "", 1)
    assert "disk" in ended.stderr
    store = tmp_path / "data" / "outreach.db"
    plain = sqlite3.connect(store)
    assert [plain.execute(f"SELECT count(*) FROM {name}").fetchone() for name in ("posts", "campaigns")] == [(0,), (0,)]
    plain.close()
    assert program.command(*add)

    into = tmp_path / "copies"
    into.mkdir()
    ended = limited(program, 90_000, "backup", str(into / "copy.db"))
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (1, "", 1)
    assert list(into.iterdir()) == []
    program.command("backup", str(into / "copy.db"))
    ended = limited(program, 90_000, "restore", "--yes", str(into / "copy.db"))
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert sorted(path.name for path in store.parent.iterdir() if path.is_file()) == ["outreach.db"]
    assert sound(store)
    assert sound(into / "copy.db")


def test_a_long_readers_journal_shrinks_again(disk: Disk) -> None:
    journal = disk.path.with_name("s.db-wal")
    with disk.store.reading() as session:
        session.scalar(select(func.count(Inquiry.id)))
        for number in range(30):
            ask(disk.store, number, "x" * 700_000)
        held = journal.stat().st_size
    for number in range(100, 106):
        ask(disk.store, number)
    assert held > 20 * 2**20
    assert journal.stat().st_size <= 16 * 2**20


ODD = ["Preiļi\0un Ludza", "puse \ud83d un \udc00 vēl", "Ģimene – ŠŽĒĻŅĶ 🙂", "\ufeff zīme", "שלום abc"]
KEPT = ["Preiļi\ufffdun Ludza", "puse \ufffd un \ufffd vēl", "Ģimene – ŠŽĒĻŅĶ 🙂", "\ufeff zīme", "שלום abc"]


def test_odd_letters_are_kept_alike_on_both_stores(store: Store) -> None:
    with store.transaction() as session:
        campaign = editing.campaign_named(session, NOW, ODD[0], NOW.date())
        for title in ODD:
            session.add(Post(campaign_id=campaign, language="lv", title=title, text=title, target_url="https://a.lv/", created_at=NOW))
        session.add(ChannelRow(name=ODD[0], kind="folder", settings={"folder": ODD[1], ODD[0]: [ODD[0], 1, None]}))
    with store.transaction() as session:
        assert editing.campaign_named(session, NOW, ODD[0], NOW.date()) == campaign  # found by what was typed
    with store.reading() as session:
        assert list(session.scalars(select(Post.title).order_by(Post.id))) == KEPT
        assert session.scalar(select(func.max(func.length(Post.title)))) == max(map(len, KEPT))
        assert session.scalars(select(ChannelRow.settings)).one() == {"folder": KEPT[1], KEPT[0]: [KEPT[0], 1, None]}
        for title in session.scalars(select(Post.title)):
            title.encode()  # every page and every mail can carry it


def test_names_are_told_apart_by_case_and_sorted_alike_on_both_stores(store: Store) -> None:
    names = ["ādaži", "Ādaži", "Zeme", "abava", "ābele", "Šķeltova", "10", "9", "žagata"]
    with store.transaction() as session:
        session.add_all([ChannelRow(name=name, kind="folder", settings={}) for name in names])
    with store.reading() as session:
        assert list(session.scalars(select(ChannelRow.name).order_by(ChannelRow.name))) == sorted(names)
        assert session.scalars(select(ChannelRow.name).where(ChannelRow.name == "ādaži")).all() == ["ādaži"]


def test_errors_of_the_store_never_show_what_was_written(store: Store) -> None:
    with pytest.raises(Exception) as failed, store.transaction() as session:
        session.execute(text("INSERT INTO posts (title) VALUES (:title)"), {"title": "kanārijs"})
    assert "kanārijs" not in str(failed.value)


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Lapa</title>{items}</channel></rss>"""
ITEM = "<item><title>Remigrācijas koordinatore {n}</title><link>http://127.0.0.1/{n}</link><description>" + "Latgales remigrācijas koordinatore palīdz. " * 20 + "</description></item>"


def counted(path: Path, table: str) -> int:
    plain = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return int(plain.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    finally:
        plain.close()


def test_a_copy_while_the_program_collects_is_whole_and_a_restore_is_refused_meanwhile(tmp_path: Path) -> None:
    with site.running() as outlets, running(Program(tmp_path, "[collect]\nhost_seconds = 0\npages_per_poll = 1\n", language="en")) as program:
        rows = ["name,tier,language,kind,feed"]
        for number in range(12):
            items = "".join(ITEM.format(n=f"{number}-{item}") for item in range(40))
            outlets.put(f"/{number}", FEED.format(items=items), content_type="application/rss+xml")
            rows.append(f"Lapa {number},local,lv,feed,{outlets.url(f'/{number}')}")
        (tmp_path / "outlets.csv").write_text("\n".join(rows), encoding="utf-8")
        program.command("sources", "import", str(tmp_path / "outlets.csv"))
        store = tmp_path / "data" / "outreach.db"
        program.start()
        until(lambda: counted(store, "articles") > 0)
        program.command("backup", str(tmp_path / "copy.db"))
        assert sound(tmp_path / "copy.db")
        assert 0 < counted(tmp_path / "copy.db", "articles") <= 480
        assert counted(tmp_path / "copy.db", "articles") % 40 == 0  # a poll is in it whole or not at all
        told = program.command("restore", "--yes", str(tmp_path / "copy.db"), expect=1)
        assert len(told.splitlines()) == 1
        assert "in use" in told
        until(lambda: counted(store, "articles") == 480)
        assert program.end()[0] == 0
        before = counted(store, "articles")
        program.command("restore", "--yes", str(tmp_path / "copy.db"))
        assert counted(store, "articles") <= before
        assert sound(store)


@pytest.fixture
def told(tmp_path: Path) -> Settings:
    return told_in(tmp_path, digest={"recipients": ("lasitajs@example.org",), "at": "00:00"})


def out(app: App) -> list[Path]:
    return sorted(posts(app).glob("*.txt"))


def statuses(app: App) -> list[str]:
    with app.store.reading() as session:
        return list(session.scalars(select(Delivery.status).order_by(Delivery.id)))


def test_after_a_restore_nothing_goes_out_until_a_person_says_so(told: Settings, tmp_path: Path) -> None:
    mails = wiring.mail_folder(told)
    with wiring.open_app(told, create=True) as app:
        now = app.clock.now()
        with app.store.transaction() as session:
            made = dispatch.add_channel(session, "mape", "folder", {"folder": str(posts(app))})
            number = editing.write(session, now, editing.campaign_named(session, now, "MĀJAS", now.date()), language="lv", title="t", text="x", target_url="https://a.lv/").id
            editing.approve(session, now, number)
            dispatch.schedule(session, now, number, made.id, now)
            subscriptions.seed(session, now - timedelta(days=2), told)
            runs.owe_all(session, now - timedelta(days=1), told)
            session.scalars(select(DigestRun)).one().status = "sent"
        copies.copy(app.store, tmp_path / "copy.db")
        publishing.publish(app)
        assert len(sending.tick(app)) == 1
        assert (statuses(app), len(list(mails.glob("*.eml"))), len(out(app))) == (["published"], 1, 1)
    copies.restore(told, tmp_path / "copy.db", overwrite=True)
    for file in [*mails.glob("*.eml"), *posts(app).glob("*.txt")]:
        file.unlink()
    with wiring.open_app(told) as app:
        for _ in range(3):
            publishing.publish(app)
            sending.tick(app)
        assert (statuses(app), list(mails.glob("*.eml")), out(app)) == (["scheduled"], [], [])
        with app.store.reading() as session:
            [run] = session.scalars(select(DigestRun).where(DigestRun.status == "unconfirmed"))
            assert run.error_key == "digest.restored"
            assert list(runs.needs_person(session)) != []
        with app.store.transaction() as session:
            dispatch.resume(session, 1)
        publishing.publish(app)
        assert (statuses(app), len(out(app))) == (["published"], 1)
        assert sending.send_day(app, "me", run.day, again=True) == [run.id]


@pytest.mark.parametrize("lost", ["spoilt", "deleted"])
def test_what_a_killed_program_left_behind_does_not_get_into_the_restored_store(told: Settings, tmp_path: Path, lost: str) -> None:
    path = told.folder / "outreach.db"
    with wiring.open_app(told, create=True) as app:
        copies.copy(app.store, tmp_path / "copy.db")
        with app.store.transaction() as session:
            session.add_all([Source(name=f"Lapa {number}", tier="local", kind="feed", settings={"url": f"https://a.lv/{number}"}, catalogue={}) for number in range(200)])
        left = {file.name: file.read_bytes() for file in path.parent.glob("outreach.db*")}
    assert len(left["outreach.db-wal"]) > 10_000
    for name, data in left.items():  # as kill -9 leaves them; then the disk, or somebody tidying up, takes the store itself
        (path.parent / name).write_bytes(data)
    path.write_bytes(b"spoilt" * 1000)
    if lost == "deleted":
        path.unlink()
    copies.restore(told, tmp_path / "copy.db", overwrite=True)
    assert sound(path)
    with wiring.open_app(told) as app, app.store.reading() as session:
        assert session.scalar(select(func.count(Source.id))) == 0


def test_copies_bear_any_name_and_a_stick_without_links(told: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    with wiring.open_app(told, create=True) as app:
        copies.copy(app.store, tmp_path / "kopija #1, 100%25?.db")
        with monkeypatch.context() as stick:
            stick.setattr(os, "link", no_links)
            copies.copy(app.store, tmp_path / "stick.db")
            with pytest.raises(OutreachError, match=r"core\.store\.copy_exists"):
                copies.copy(app.store, tmp_path / "stick.db")
        for name in ("x" * 300, "no/such/folder"):
            with pytest.raises(OutreachError, match=r"core\.(file|store\.no_folder)"):
                copies.copy(app.store, tmp_path / name)
    for name in ("kopija #1, 100%25?.db", "stick.db"):
        assert sound(tmp_path / name)
        copies.restore(told, tmp_path / name, overwrite=True)
    assert not [path for path in (*tmp_path.iterdir(), *told.folder.iterdir()) if path.name.startswith(".")]


def test_json_of_a_restored_store_is_read_back(told: Settings, tmp_path: Path) -> None:
    with wiring.open_app(told, create=True) as app:
        with app.store.transaction() as session:
            dispatch.add_channel(session, "Mape", "folder", {"folder": "Ģ🙂"})
        with app.store.reading() as session:
            raw = session.scalar(text("SELECT settings FROM channels"))
    assert json.loads(raw) == {"folder": "Ģ🙂"}
