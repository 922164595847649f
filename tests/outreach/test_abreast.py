"""`outreach collect --processes`: several processes poll as one would, no host by two of them, and end together."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from outreach import wiring
from outreach.cli import main
from outreach.commands import abreast
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.settings import read_settings
from scrapers import catalogue
from scrapers.due import share_of
from scrapers.harvest import Polled
from scrapers.models import Article, Source
from scrapers.polling import DueSource, host_of
from tests.support.hanging import Hanging
from tests.support.hosts import Hosts, serving

HOSTS = tuple(f"127.0.3.{number}" for number in range(1, 8))
EACH = 3
SETTINGS = """[office]
language = "en"
[http]
allow_private = true
[collect]
host_seconds = 0
host_at_once = 1
pages_per_poll = 0
evidence_days = 0
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "settings.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    return file


@pytest.fixture
def app(settings: Path) -> Iterator[App]:
    with wiring.open_app(read_settings(settings), create=True) as made:
        yield made


@pytest.fixture
def run(settings: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--settings", str(settings), "collect", *words])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return command


def fill(app: App, *urls: str) -> None:
    with app.store.transaction() as session:
        for number, url in enumerate(urls):
            catalogue.add(session, app.clock.now(), f"Avots {number}", url)


def feeds(hosts: Hosts) -> list[str]:
    return [hosts.url(host, f"/zinas-{number}") for host in HOSTS for number in range(EACH)]


def claimed(app: App) -> int:
    with app.store.reading() as session:
        return session.scalar(select(func.count()).where(Source.claimed_until.is_not(None))) or 0


def test_every_source_is_polled_once_and_no_host_by_two_at_a_time(run, app: App) -> None:  # type: ignore[no-untyped-def]
    with serving() as hosts:
        fill(app, *feeds(hosts))
        code, out, err = run("--all", "--now", "--processes", "3", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert (told["polled"], told["new"], told["failed"]) == (len(HOSTS) * EACH, len(HOSTS) * EACH, 0)
    assert {asked: hosts.asked[asked] for asked in hosts.asked} == {
        (host, f"/zinas-{number}"): 1 for host in HOSTS for number in range(EACH)
    }
    # Three at once would show if the hosts were not divided: each process allows one.
    assert max(hosts.at_once.values()) == 1
    with app.store.reading() as session:
        assert session.scalar(select(func.count(Article.id))) == len(HOSTS) * EACH
    assert claimed(app) == 0


def test_the_sentence_is_that_of_one_process(run, app: App) -> None:  # type: ignore[no-untyped-def]
    with serving() as hosts:
        fill(app, *(hosts.url("127.0.0.1", f"/zinas-{number}") for number in range(4)))
        plain, several = (run("--all", "--now", "--processes", number) for number in ("1", "2"))
    assert (plain[0], several[0]) == (0, 0), plain[2] + several[2]
    assert plain[1].split()[0] == several[1].split()[0]
    assert plain[2].strip() == several[2].strip() != ""  # the label of the bar


def test_nothing_is_due_for_any_number_of_processes(run, app: App) -> None:  # type: ignore[no-untyped-def]
    assert [run("--processes", number)[0] for number in ("1", "3")] == [0, 0]


@pytest.mark.parametrize("number", ["0", "17", "x"])
def test_a_number_that_makes_no_sense_is_wrong_usage(run, number: str) -> None:  # type: ignore[no-untyped-def]
    assert run("--processes", number)[0] == 2


def test_an_error_in_one_of_them_is_told(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    # Their store is gone when they open it.
    gone = app.settings.model_copy(update={"store": app.settings.store.model_copy(update={"folder": Path("elsewhere")})})
    with pytest.raises(OutreachError) as error:
        abreast.collect_abreast(gone, abreast.Wanted(True, True), 2, lambda _done: None)
    assert error.value.key == "core.store.missing"


def test_one_that_is_killed_is_told(app: App) -> None:
    with Hanging() as one:
        fill(app, one.url)

        def strike() -> None:
            while not one.waiting:
                time.sleep(0.02)
            for pid in children(os.getpid()):
                os.kill(pid, signal.SIGKILL)

        striking = threading.Thread(target=strike)
        striking.start()
        with pytest.raises(OutreachError) as error:
            abreast.collect_abreast(app.settings, abreast.Wanted(True, True), 1, lambda _done: None)
        striking.join()
    assert error.value.key == "cli.collect.lost"


def test_ctrl_c_ends_all_and_gives_back_what_was_not_asked(app: App, settings: Path) -> None:
    with Hanging() as one:
        fill(app, one.url, one.url + "?2")
        program = subprocess.Popen(
            [sys.executable, "-m", "outreach.cli", "--settings", str(settings), "collect", "--all", "--now", "--processes", "2"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            # A shell's background jobs, and so whatever runs in one, begin deaf to Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        while not one.waiting:
            assert program.poll() is None
            time.sleep(0.02)
        assert claimed(app) > 0
        others = children(program.pid)
        # Only the first is told, as by a service manager; a terminal tells all.
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=60)
    assert program.returncode == 130, err
    assert b"Traceback" not in err
    assert claimed(app) == 0
    assert others and not any(Path(f"/proc/{pid}").exists() for pid in others)


def children(pid: int) -> list[int]:
    """The processes that this one started, without those that only keep count for the interpreter."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    told = [one for task in tasks for one in (task / "children").read_text(encoding="ascii").split()]
    return [int(one) for one in told if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 9)), max_size=40, unique=True),
    st.integers(1, 5),
)
def test_each_source_is_in_one_share_and_all_of_a_host_in_the_same(pairs: list[tuple[str, int]], of: int) -> None:
    due = [
        DueSource(number, "", "feed", {"url": f"https://{host}.example/{path}"}, "lv")
        for number, (host, path) in enumerate(pairs)
    ]
    shares = [list(share_of(due, number, of)) for number in range(of)]
    assert sorted(one.id for share in shares for one in share) == [one.id for one in due]
    hosts = [{host_of(one.settings["url"]) for one in share} for share in shares]
    assert sum(map(len, hosts)) == len(set().union(*hosts))


def test_counts_are_added_and_the_time_is_that_of_the_slowest() -> None:
    told = abreast.added([Polled(3, 1, 2, 0, 1, 4.0, 1), Polled(5, 2, 0, 3, 0, 2.5)])
    assert told == Polled(8, 3, 2, 3, 1, 4.0, 1)
    assert abreast.added([]) == Polled(0, 0, 0, 0, 0, 0.0)
