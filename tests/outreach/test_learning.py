"""`outreach learn`: what is in force, what waits, taking over and turning down."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach import wiring
from outreach.cli import main
from outreach.core.db import Store
from outreach.core.settings import find_settings, read_settings
from scrapers import verdicts
from scrapers.learn import keeping, nightly
from scrapers.learn.model import SENSES
from tests.scrapers.learn.test_keeping import EMPTY, flip
from tests.support import mentions

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SCORES = {"return_recall": 0.91, "return_precision": 0.93}
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    (tmp_path / "settings.toml").write_text('[office]\nlanguage = "en"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def command(*words: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--settings", str(tmp_path / "settings.toml"), *words])
        told = capsys.readouterr()
        assert ended.value.code == code, told.err
        return told.out if code == 0 else told.err

    return command


@pytest.fixture
def ground(run: Run, tmp_path: Path) -> Iterator[Store]:
    settings = read_settings(find_settings(str(tmp_path / "settings.toml"), tmp_path))
    with wiring.open_app(settings, create=True) as app:
        yield app.store


def test_an_office_starts_with_its_own_model(run: Run, ground: Store) -> None:
    assert "The office's starting model is in force" in run("learn", "show")
    assert json.loads(run("learn", "show", "--json")) == {"active": None, "candidate": None}
    assert "no new verdicts" in run("learn", "train")


def test_a_candidate_is_shown_and_decided(run: Run, ground: Store) -> None:
    with ground.transaction() as session:
        number = mentions.mention(session, NOW, "Ģimene atgriežas")
        first = keeping.keep(session, NOW, EMPTY, SCORES, 12, [flip(number)])
    shown = run("learn", "show")
    assert f"Model no. {first} waits" in shown
    assert "Ģimene atgriežas" in shown
    assert f"Model no. {first} is turned down" in run("learn", "refuse", str(first))
    with ground.transaction() as session:
        second = keeping.keep(session, NOW, EMPTY, SCORES, 12, [flip(number)])
    assert "Mentions judged anew: 1" in run("learn", "accept", str(second))
    told = json.loads(run("learn", "show", "--json"))
    assert (told["active"]["number"], told["candidate"]) == (second, None)
    assert "does not wait" in run("learn", "accept", str(second), code=1)


def test_it_learns_when_asked(run: Run, ground: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "few.jsonl"
    rows = [
        {"title": f"{word} {number}", "text": "", "sense": sense, "writer": f"writer {number % 2}"}
        for sense, word in zip(SENSES, ("Ezers", "Ģimene no Īrijas", "AfD", "Krievija", "Vārds"), strict=True)
        for number in range(4)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    monkeypatch.setattr(nightly, "examples_path", lambda _: path)
    with ground.transaction() as session:
        number = mentions.mention(session, NOW, "Ģimene no Īrijas pārceļas", text="")
        verdicts.judge(session, NOW, "anna@example.org", [number], "relevant")
    told = run("learn", "train")
    assert "is made from 21 examples" in told
    assert "already in force" in told
