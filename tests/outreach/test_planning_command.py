"""Holding everything or one campaign back, and asking channels how they are, by command."""

import json
from pathlib import Path

import pytest

from outreach.cli import main
from tests.support.program import Program


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    program = Program(tmp_path, language="en")
    program.make_store()
    monkeypatch.chdir(tmp_path)

    def command(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--settings", str(program.file), *words])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out + told.err

    command("channels", "add", "Folder", "folder", f"folder={tmp_path / 'posts'}")
    command("posts", "add", "--campaign=MAJAS", "--title=A", "--text=A {link}", "--channel=1", "--approve")
    return command


def test_everything_is_held_back_until_it_is_resumed(run) -> None:  # type: ignore[no-untyped-def]
    assert "Day of mourning" in run("channels", "pause-all", "--reason", "Day of mourning")[1]
    assert "Nothing is due" in run("publish")[1]
    assert run("channels", "resume-all")[0] == 0 and "Nothing was stopped" in run("channels", "resume-all")[1]
    assert "1 published" in run("publish")[1]


def test_a_pause_wants_a_reason(run) -> None:  # type: ignore[no-untyped-def]
    assert run("channels", "pause-all", "--reason", " ")[0] == 1


def test_one_campaign_is_held_back(run) -> None:  # type: ignore[no-untyped-def]
    assert run("campaigns", "pause", "1")[0] == 0
    assert json.loads(run("campaigns", "list", "--json")[1])[0]["paused"] is True
    assert "Nothing is due" in run("publish")[1]
    assert run("campaigns", "resume", "1")[0] == 0 and "MAJAS" in run("campaigns", "list")[1]
    assert "1 published" in run("publish")[1]


def test_channels_are_asked_how_they_are(run) -> None:  # type: ignore[no-untyped-def]
    code, said = run("channels", "check")
    assert code == 0 and "nothing to ask" in said
    assert json.loads(run("channels", "check", "1", "--json")[1])[0]["check_key"] is None
    assert run("channels", "check", "9")[0] == 1
