"""`outreach digest`: looked at, opened, sent, settled, listed and searched from the command line."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from outreach import cli, wiring
from outreach.core.clock import SystemClock
from outreach.core.settings import read_settings
from tests.outreach.digest.mailroom import reader, written

Run = Callable[..., tuple[int, str, str]]
# The day's mail was owed long ago, whatever the hour.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Commands on an office with two readers and a mention, at eleven in Riga."""
    settings = tmp_path / "settings.toml"
    settings.write_text('[office]\nlanguage = "en"\n[digest]\nrecipients = ["anna@example.org"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(SystemClock, "now", lambda _: NOW)
    with wiring.open_app(read_settings(settings), create=True) as app:
        reader(app, "beata@example.org", language="lv")
        written(app, 1)

    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["--settings", str(settings), *words])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return command


def test_a_day_sent_shown_and_found(run: Run, tmp_path: Path) -> None:
    assert run("digest", "status")[2].startswith("There are no mails of 23 November 2026")
    code, out, err = run("digest", "send")
    assert (code, err) == (0, "")
    assert out.count("The mail of 23 November 2026 was sent to ") == 2
    assert len(list((tmp_path / "data" / "mail").glob("*.eml"))) == 2
    code, out, err = run("digest", "send")
    assert code == 1 and "--again" in err
    assert run("digest", "send", "--for", "beata@example.org", "--again")[0] == 0
    assert len(list((tmp_path / "data" / "mail").glob("*.eml"))) == 3
    code, out, _ = run("digest", "status")
    assert code == 0 and "anna@example.org" in out and "beata@example.org" in out
    code, out, _ = run("digest", "search", "gimene")
    assert code == 0 and "2026-11-23" in out
    assert "No mail" in run("digest", "search", "nevienā")[2]
    assert run("digest", "status", "--day", "2026-11-22", "--json")[1].strip() == "[]"


def test_a_preview_is_printed_or_opened_with_its_pictures(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", lambda url, **_: opened.append(url) or 0)
    code, out, _ = run("digest", "preview", "--for", "beata@example.org")
    assert code == 0 and "Ģimene 0 atgriežas" in out and "<html" not in out
    code, out, _ = run("digest", "preview", "--html", "--day", "2026-11-23")
    assert code == 0 and "<html" in out
    code, out, _ = run("digest", "preview", "--open")
    assert code == 0
    [url] = opened
    page = Path(url.removeprefix("file://"))
    try:
        assert str(page) in out and "cid:" not in page.read_text(encoding="utf-8")
    finally:
        page.unlink()
    code, _, err = run("digest", "preview", "--for", "nav@example.org")
    assert code == 1 and len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("arrived", ["--arrived", "--not-arrived"])
def test_a_doubt_is_settled_for_all_or_for_one(run: Run, tmp_path: Path, arrived: str) -> None:
    from outreach.subscribers import runs

    settings = read_settings(tmp_path / "settings.toml")
    assert run("digest", "settle", "--day", "2026-11-23", arrived)[0] == 1
    with wiring.open_app(settings, create=False) as app, app.store.transaction() as session:
        runs.owe_day(session, NOW - timedelta(hours=1), settings, NOW.date())
        runs.hold(session, NOW, settings)
    code, out, err = run("digest", "settle", "--day", "2026-11-23", arrived, "--for", "beata@example.org")
    assert (code, err) == (0, ""), out
    assert len(list((tmp_path / "data" / "mail").glob("*.eml"))) == (0 if arrived == "--arrived" else 1)
