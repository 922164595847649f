"""Every command under hostile arguments: exit 1 or 2 and one sentence, never a trace; quiet into a closed pipe; JSON that parses.

Whatever writes a file gets names inside the test's own folder only: these commands do what they are told.
"""

import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from outreach import cli
from outreach.commands import frame
from tests.support.program import Program

Run = Callable[..., tuple[int, str, str]]

LONG = "ā" * 50_000
ODD = ["", " ", LONG, "'; DROP TABLE inquiries;--", "-5", "{x}%s%n", "\n\x1b[31m\n", "🙂\u202e", "\udcff\udc80", "9" * 25]
NUMBERS = ["0", "-1", "-" + "9" * 25, "9" * 25, "2147483648", "9223372036854775808", "x", "1.5", "١"]
DAYS = ["0001-01-01", "9999-12-31", "2026-02-30", "1000-01-01", "", "rīt"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Commands in this process, on a store with one of everything; a fault of ours fails the test by itself."""
    settings = tmp_path / "settings.toml"
    settings.write_text('[office]\nlanguage = "en"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(frame, "read_catalogues", functools.cache(frame.read_catalogues))

    def broke() -> str:
        raise  # the fault itself, instead of a file about it

    monkeypatch.setattr(cli, "_keep_trace", broke)

    def command(*words: str, settings_file: str = str(settings)) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["--settings", settings_file, *words])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    (tmp_path / "one.csv").write_text("name,tier,kind,feed\nLapa,local,feed,http://127.0.0.1:1/rss\n", encoding="utf-8")
    for words in (
        ("sources", "import", "one.csv"), ("channels", "add", "Mape", "folder", f"folder={tmp_path / 'posts'}"),
        ("posts", "add", "--campaign", "C", "--title", "T", "--text", "x", "--channel", "1", "--at", "2199-01-01 10:00"),
        ("inquiries", "add", "Anna, 3 cilvēki, darbs"), ("families", "add", "--adults", "2"),
    ):
        assert command(*words)[0] == 0, words
    return command


def refused(run: Run, *words: str, fine: bool = False, **more: str) -> None:
    """One sentence and 1 or 2; with `fine` it may also be taken."""
    code, out, err = run(*words, **more)
    shown = [word[:40] for word in words]
    assert code in ((0, 1, 2) if fine else (1, 2)), (shown, code, out[:200])
    if code:
        lines = err.strip().splitlines()
        assert len(lines) == 1, (shown, lines[:5])
        assert "Traceback" not in err and "met an error" not in err, shown
        assert len(err) < 3_000, shown
        assert "\x1b" not in err, shown


TEXTS = [
    ("sources", "add", "--", "{}", "https://a.example/rss"), ("sources", "add", "--", "N", "{}"), ("sources", "add", "--item={}", "Z", "https://b.example/"),
    ("sources", "enable", "--", "{}"), ("sources", "disable", "--", "{}"), ("channels", "add", "--", "{}", "folder", "folder=x"), ("channels", "add", "--", "a", "{}"),
    ("channels", "pause-all", "--reason={}"), ("channels", "add", "--", "b", "folder", "{}"), ("channels", "add", "--", "b", "folder", "{}=x"), ("posts", "add", "--campaign={}", "--title=t", "--text=x"),
    ("posts", "add", "--campaign=c", "--title={}", "--text=x"), ("posts", "add", "--campaign=c", "--title=t", "--text={}"),
    ("posts", "add", "--campaign=c", "--title=t", "--text=x", "--target={}"), ("posts", "add", "--campaign=c", "--title=t", "--text=x", "--lang={}"),
    ("deliveries", "list", "--status={}"), ("deliveries", "settle", "1", "--live", "--url={}"), ("inquiries", "add", "--", "{}"), ("inquiries", "correct", "1", "--said={}"), ("inquiries", "import", "--map={}", "one.csv"), ("inquiries", "import", "--", "{}"),
    ("families", "add", "--adults=2", "--place={}"), ("families", "add", "--adults=2", "--country={}"), ("families", "stage", "1", "--", "{}"),
    ("report", "--", "{}"), ("report", "results", "--lang={}"), ("report", "results", "--period={}"), ("worked", "--period={}"), ("worked", "--level={}"), ("worked", "--model={}"), ("report", "results", "--format={}"), ("{}",), ("sources", "{}"), ("check", "--{}"), ("forms", "--", "{}"), ("forms", "vārds", "--lang={}"),
    ("keys", "destroy", "--", "{}"), ("worker", "--queue={}"), ("move", "--to={}"), ("attribute", "--", "{}"), ("attribute", "--model={}", "x.json"),
    ("paste", "--link={}"), ("paste", "--text={}", "--where=x"), ("paste", "--text=x", "--where={}", "--title={}"), ("paste", "--text=x", "--tier={}"),
    ("topics", "try", "--", "{}"), ("topics", "try", "ezers", "--topic={}"), ("topics", "show", "--", "{}"), ("topics", "save", "N", "--", "{}"), ("topics", "save", "--", "{}", "ezers"),
    ("topics", "save", "N", "ezers", "--lang={}"), ("topics", "save", "N", "ezers", "--place={}"), ("topics", "save", "N", "ezers", "--counting={}"), ("topics", "save", "N", "ezers", "--off={}", "--note={}"),
    ("users", "add", "--name=N", "--role=reader", "--link", "--", "{}"), ("users", "add", "--name={}", "--role=reader", "--link", "a@example.org"),
    ("users", "add", "--name=N", "--role={}", "b@example.org"), ("users", "add", "--name=N", "--role=partner", "--place={}", "c@example.org"),
    ("users", "disable", "--", "{}"), ("users", "enable", "--", "{}"), ("users", "reset", "--link", "--", "{}"),
    ("digest", "search", "--", "{}"), ("digest", "preview", "--for={}"), ("digest", "send", "--for={}"), ("digest", "settle", "--arrived", "--day=2026-11-23", "--for={}"),
    ("alerts", "set", "--", "{}"), ("alerts", "set", "--about={}", "a@example.org"), ("alerts", "set", "--quiet-from={}", "a@example.org"), ("alerts", "off", "--", "{}"), ("alerts", "on", "--", "{}"),
    ("alerts", "add-hook", "--", "{}", "slack", "OUTREACH_HOOK"), ("alerts", "add-hook", "--", "n", "{}", "OUTREACH_HOOK"), ("alerts", "add-hook", "--", "n", "slack", "{}"),
    ("alerts", "remove-hook", "--", "{}"), ("alerts", "test-hook", "--", "{}"), ("alerts", "rules", "--{}"), ("alerts", "hooks", "--{}"), ("alerts", "letters", "--{}"),
    ("readers", "add", "--", "{}"), ("readers", "add", "--name={}", "d@example.org"), ("readers", "add", "--lang={}", "e@example.org"), ("readers", "add", "--at={}", "f@example.org"), ("readers", "add", "--zone={}", "g@example.org"),
    ("readers", "add", "--rhythm={}", "h@example.org"), ("readers", "add", "--topic={}", "i@example.org"), ("readers", "add", "--place={}", "j@example.org"), ("readers", "add", "--tier={}", "--sense={}", "k@example.org"), ("readers", "change", "--to={}", "d@example.org"),
    ("contacts", "list", "--{}"), ("contacts", "import", "--", "{}"), ("contacts", "export", "--", "{}"),
    ("statements", "publish", "--period=2026", "--", "{}"), ("statements", "publish", "results", "--period={}"), ("statements", "show", "1", "--format={}"), ("handover", "add", "--", "{}"), ("handover", "add", "--compared", "--", "{}"), ("statements", "show", "1", "--lang={}"), ("press", "send", "1", "--list={}"), ("press", "send", "1", "--name={}"), ("press", "send", "1", "--reply-to={}"), ("press", "send", "1", "--attach={}"),
    ("readers", "change", "--", "{}"), ("readers", "off", "--", "{}"), ("readers", "on", "--", "{}"), ("readers", "remove", "--", "{}"), ("readers", "links", "--", "{}"),
    ("sources", "probe", "--base=https://a.example/", "--", "{}"), ("sources", "probe", "--base={}", "one.csv"), ("sources", "probe", "--base=https://a.example/", "--kind={}", "one.csv"),
]
NUMBERED = [
    ("inquiries", "show", "--", "{}"), ("inquiries", "erase", "--", "{}"), ("inquiries", "answered", "--", "{}"), ("inquiries", "correct", "--unknown", "--", "{}"),
    ("inquiries", "list", "--limit={}"), ("alerts", "list", "--limit={}"), ("alerts", "settle", "--arrived", "--", "{}"), ("channels", "pause", "--", "{}"), ("channels", "resume", "--", "{}"), ("channels", "check", "--", "{}"), ("campaigns", "show", "--", "{}"), ("campaigns", "pause", "--", "{}"), ("campaigns", "resume", "--", "{}"), ("posts", "approve", "--", "{}"),
    ("posts", "add", "--campaign=c", "--title=t", "--text=x", "--channel={}"), ("deliveries", "settle", "--live", "--", "{}"), ("deliveries", "cancel", "--", "{}"),
    ("deliveries", "move", "--at", "2027-01-01 10:00", "--", "{}"), ("families", "stage", "--", "{}", "offer_sent"), ("families", "export", "--checked", "--", "{}", "x.zip"), ("families", "add", "--adults=2", "--inquiry={}"),
    ("families", "add", "--adults={}"), ("families", "stage", "1", "offer_sent", "--people={}"), ("mentions", "list", "--limit={}"), ("digest", "search", "x", "--limit={}"), ("digest", "search", "x", "--before={}"), ("recall", "--weeks={}"), ("press", "send", "--", "{}"), ("press", "send", "1", "--contact={}"), ("press", "status", "--", "{}"), ("statements", "show", "--", "{}"), ("statements", "share", "--", "{}", "x.json"), ("press", "pause", "--", "{}"), ("press", "go-on", "--", "{}"), ("press", "cancel", "--", "{}"), ("press", "settle", "--sent", "--", "{}"), ("learn", "accept", "--", "{}"), ("learn", "refuse", "--", "{}"), ("topics", "try", "ezers", "--days={}"), ("report", "results", "--year={}"), ("readers", "add", "--weekday={}", "l@example.org"),
]
DATED = [
    ("trends", "--since={}"), ("trends", "--until={}"), ("mentions", "list", "--since={}"), ("mentions", "list", "--until={}"), ("digest", "preview", "--day={}"), ("digest", "send", "--day={}"), ("digest", "settle", "--arrived", "--day={}"), ("digest", "status", "--day={}"),
    ("families", "stage", "1", "offer_sent", "--on={}"), ("paste", "--text=x", "--on={}"), ("report", "results", "--period={}..{}"), ("posts", "add", "--campaign=c", "--title=t", "--text=x", "--at={} 23:59"),
    ("deliveries", "move", "1", "--at={} 00:00"), ("press", "send", "1", "--at={} 00:00"), ("report", "outreach", "--period={}-Q1"),
]


def filled(words: tuple[str, ...], value: str) -> list[str]:
    return [word.replace("{}", value) for word in words]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_texts(run: Run, odd: str) -> None:
    for words in TEXTS:
        refused(run, *filled(words, odd), fine=True)
    assert json.loads(run("inquiries", "list", "--json")[1])  # and the tables are all still there


@pytest.mark.parametrize("number", NUMBERS)
def test_odd_numbers(run: Run, number: str) -> None:
    takes = {"0": {"--people={}"}, "١": {words[-1] for words in NUMBERED} | {"{}"}}.get(number, set())
    for words in NUMBERED:
        refused(run, *filled(words, number), fine=bool(takes & set(words)))


@pytest.mark.parametrize("day", DAYS)
def test_days_that_no_office_has(run: Run, day: str) -> None:
    for words in DATED:
        refused(run, *filled(words, day))


def test_every_command_is_tried_here() -> None:
    tried = {tuple(word for word in words[:2] if word[:1] != "-" and word.replace("-", "").isalpha()) for words in (*TEXTS, *NUMBERED, *DATED, *FILES)}
    known = set()
    for name, command in cli.outreach.commands.items():
        known |= {(name, inner) for inner in command.commands} if isinstance(command, click.Group) else {(name,)}
    bare = {("up",), ("demo",), ("campaigns", "moments"), ("collect",), ("publish",), ("channels", "resume-all"), ("mentions", "rejudge"), ("learn", "train"), ("learn", "show"), ("keys", "rotate"), ("handover", "key")}
    listing = {pair for pair in known if pair[-1] in {"list", "kinds"}}
    assert {pair for pair in known if not any(pair == one[: len(pair)] for one in tried)} <= bare | listing


FILES = [("topics", "check", "{}"), ("inquiries", "import", "{}"), ("statements", "bring", "{}"), ("statements", "share", "1", "{}"), ("sources", "import", "{}"), ("sources", "export", "{}"), ("classify", "{}"), ("stories", "{}"), ("extract", "{}"), ("backup", "{}"), ("restore", "--yes", "{}"), ("posts", "plan", "{}")]
LINES = {
    "bytes": bytes(range(256)), "deep": b"[" * 200_000, "nan": b'{"id": NaN}', "infinite": b'{"id": 1e999}', "digits": b'{"id": ' + b"9" * 6_000 + b"}",
    "list": b"[1]", "half": b'{"id": 1, "title": "x', "number": b'{"title": 5}', "utf16": '{"id": 1}'.encode("utf-16"),
}


def test_files_that_are_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "settings").write_bytes(b"x")
    for name in ("folder", "missing/file", "settings/file", "x" * 300, "x" * 5_000, "\udcff"):
        for words in FILES:
            refused(run, *filled(words, str(tmp_path / name)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "folder", "one.csv", "settings", "settings.toml"]


@pytest.mark.parametrize("content", LINES.values(), ids=LINES.keys())
def test_lines_that_are_no_texts(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'{"id": 1, "title": "a"}\n' + content + b"\n")
    code, out, err = run("classify", "x.jsonl")
    assert (code, len(err.splitlines())) == (1, 1)
    assert "2" in err or content == LINES["bytes"] or content == LINES["utf16"]
    for line in out.splitlines():
        assert json.loads(line)["id"] == 1
    refused(run, "restore", "--yes", "x.jsonl")
    refused(run, "sources", "import", "x.jsonl")
    refused(run, "topics", "check", "x.jsonl")
    refused(run, "extract", "x.jsonl", fine=True)


def test_half_a_letter_in_a_text_comes_back_as_it_was(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": "\\ud800", "title": "Remigrācija \\udfff"}\n', encoding="utf-8")
    code, out, _ = run("classify", "x.jsonl")
    assert code == 0
    assert json.loads(out)["id"] == "\ud800"
    out.encode()


SETTINGS: dict[str, bytes | None] = {
    "folder": None, "bytes": bytes(range(256)), "deep": b"a = " + b"[" * 100_000, "section": b"office = 5\n", "unknown": b"[nope]\nx = 1\n", "nul": b'[store]\nfolder = "a\\u0000b"\n',
    "taken": b'[store]\nfolder = "one.csv"\n', "long": b'[store]\nfolder = "' + b"x" * 300 + b'"\n', "profile": b'[office]\nprofile = "\\u0000"\n',
    "long profile": b'[office]\nprofile = "' + b"x" * 5_000 + b'"\n', "zone": b'[office]\nzone = "../x"\n', "url": b'[store]\nurl = "postgresql://x:geheim@127.0.0.1:1/y"\n',
}


@pytest.mark.parametrize("content", SETTINGS.values(), ids=SETTINGS.keys())
def test_settings_that_cannot_be_read_or_used(run: Run, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "other.toml"
    file.mkdir() if content is None else file.write_bytes(content)
    for words in (("sources", "list"), ("sources", "import", "one.csv"), ("inquiries", "add", "Anna"), ("up",)):
        refused(run, *words, settings_file=str(file))
    code, out, err = run("check", settings_file=str(file))
    assert code == 1
    assert "geheim" not in out + err
    assert "met an error" not in err


@pytest.mark.parametrize("name", ["x" * 5_000, "a/" * 3_000, "", "missing.toml", "one.csv/x", "\udcff"])
def test_settings_under_names_that_are_none(run: Run, name: str) -> None:
    refused(run, "check", settings_file=name)


def test_a_key_that_is_a_folder_is_a_finding_and_a_sentence(run: Run, tmp_path: Path) -> None:
    key = tmp_path / "data" / "keys" / "data.key"
    key.unlink()
    key.mkdir()
    refused(run, "inquiries", "list")
    code, out, _ = run("check", "--json")
    assert code == 1
    states = {item["what"]: item["state"] for item in json.loads(out)}
    assert states["key"] == "broken"
    assert states["store"] == "ok"  # what can be looked at still is


def test_json_parses_on_an_empty_and_on_a_filled_store(run: Run) -> None:
    lists = [("sources", "list"), ("mentions", "list"), ("channels", "list"), ("deliveries", "list"), ("inquiries", "list"), ("families", "list"), ("publish",), ("check",)]
    for words in lists:
        code, out, _ = run(*words, "--json")
        assert code == 0, words
        json.loads(out)
    for name in ("results", "outreach", "stages"):
        assert json.loads(run("report", name, "--format", "json", "--lang", "lv,en")[1])
    code, out, _ = run("collect", "--now", "--json")
    assert code == 1  # nobody answers on that port
    assert json.loads(out)["failed"] == 1


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    program = Program(tmp_path, catalogue=True)
    program.make_store()
    for words in (("sources", "list"), ("sources", "list", "--json"), ("--help",)):
        reader, writer = os.pipe()
        os.close(reader)  # `outreach ... | head -1`, and head is long gone
        ended = subprocess.run(
            [sys.executable, "-m", "outreach.cli", "--settings", str(program.file), *words],
            stdout=writer, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=program._environment(), timeout=60,
        )
        os.close(writer)
        assert (ended.returncode in (0, 1), ended.stderr) == (True, ""), words
