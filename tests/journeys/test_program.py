"""The program as a whole: stopped in the middle, killed, started again, without a network."""

import re
import signal
import sqlite3
import subprocess
from pathlib import Path

import requests

from tests.support.hanging import Hanging
from tests.support.program import Program, running, until
from tests.support.visits import signed_in


def rows(program: Program, query: str) -> list[tuple[object, ...]]:
    store = sqlite3.connect(f"file:{program.folder / 'data' / 'outreach.db'}?mode=ro", uri=True)
    try:
        return store.execute(query).fetchall()
    finally:
        store.close()


def test_sigterm_in_the_middle_of_a_poll_stops_cleanly_and_the_next_start_polls_again(tmp_path: Path) -> None:
    with Hanging() as outlet, running(Program(tmp_path, "[collect]\nhost_seconds = 0\n")) as program:
        program.command("sources", "import", str(_one_outlet(tmp_path, outlet.url)))
        program.command(
            "collect", "--source", "LSM.lv", expect=1
        )  # no network: one clear failure, the program goes on
        program.start()
        until(lambda: outlet.waiting > 0)
        code, printed = program.end()
        assert code == 0, printed
        assert "Traceback" not in printed
        assert rows(program, "SELECT count(*) FROM articles") == [(0,)]
        asked = outlet.asked
        program.start()
        until(lambda: outlet.asked > asked)
        assert program.end()[0] == 0


def _one_outlet(folder: Path, url: str) -> Path:
    file = folder / "one.csv"
    file.write_text(
        "name,tier,language,region,site,medium,owner,kind,feed,enabled,note\n"
        f"Lēnā Avīze,regional,lv,Latgale,{url},newspaper,earned,feed,{url},yes,\n"
        "LSM.lv,national,lv,Latvia,https://www.lsm.lv,portal,earned,feed,http://127.0.0.1:1/rss,yes,\n",
        encoding="utf-8",
    )
    return file


def test_first_start_makes_everything_and_the_second_keeps_it(tmp_path: Path) -> None:
    with running(Program(tmp_path, catalogue=True)) as program:
        program.start()
        page = signed_in(program).get(program.page, timeout=20)
        assert page.status_code == 200
        assert ".eml" in page.text
        first = rows(program, "SELECT count(*), sum(enabled) FROM sources")
        assert first[0][0] > 50
        code, printed = program.end()
        assert code == 0, printed
        assert program.page in printed
        key = (tmp_path / "data" / "keys" / "data.key").read_text(encoding="ascii")
        program.start()
        assert program.end()[0] == 0
        assert rows(program, "SELECT count(*), sum(enabled) FROM sources") == first
        assert (tmp_path / "data" / "keys" / "data.key").read_text(encoding="ascii") == key
        assert rows(program, "PRAGMA integrity_check") == [("ok",)]


def test_without_a_network_every_source_says_why_and_the_program_goes_on(tmp_path: Path) -> None:
    with running(Program(tmp_path, "[collect]\nhost_seconds = 0\nworkers = 64\n", catalogue=True)) as program:
        program.start()
        until(
            lambda: (
                rows(program, "SELECT count(*) FROM sources WHERE enabled AND reason_key IS NULL") == [(0,)]
            )
        )
        assert signed_in(program).get(program.page, timeout=20).status_code == 200
        states = program.command("sources", "list")
        assert program.end()[0] == 0
    assert "LSM.lv" in states


def test_ctrl_c_ends_the_demo_too(tmp_path: Path) -> None:
    program = Program(tmp_path)
    import sys

    with subprocess.Popen(
        [sys.executable, "-m", "outreach.cli", "--settings", str(program.file), "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=program._environment(),
    ) as demo:
        assert demo.stdout is not None
        page, people = "", {}
        for line in demo.stdout:
            if found := re.search(r"(\S+@example\.org), \S+ (\S{16,})$", line.rstrip()):
                people[found.group(1)] = found.group(2)
            if found := re.search(r"(http://127\.0\.0\.1:\d+/) ", line):
                page = found.group(1)
                if "Ctrl-C" in line:
                    break
        told = {}
        for mail, password in people.items():
            browser = requests.Session()
            door = browser.get(f"{page}sign-in", timeout=20).text
            form = {"csrf": _csrf(door), "mail": mail, "password": password}
            assert browser.post(f"{page}sign-in", data=form, timeout=20, allow_redirects=False).status_code == 303
            told[mail.partition("@")[0]] = {path: browser.get(page + path, timeout=20).text for path in ("", "mentions")}
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=60)
    assert demo.returncode == 0, errors
    assert {*told} == {"officer", "coordinator"}
    assert "MĀJAS" in told["officer"][""] and "48 ģimenes" in told["officer"]["mentions"]
    assert list((tmp_path / "data" / "demo" / "mail").glob("*.eml"))


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def test_a_second_program_on_the_same_port_is_one_sentence(tmp_path: Path) -> None:
    with running(Program(tmp_path)) as program:
        program.start()
        told = program.command("up", expect=1)
        assert str(program.port) in told
        assert len(told.strip().splitlines()) == 1
        assert program.end()[0] == 0
