"""`outreach forms`: a table to read, JSON for programs, one sentence for what is no word."""

import json
from pathlib import Path

import pytest

from outreach.cli import main


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)

    def command(language: str, *words: str) -> tuple[int, str, str]:
        settings = tmp_path / "settings.toml"
        settings.write_text(f'[office]\nlanguage = "{language}"\n', encoding="utf-8")
        with pytest.raises(SystemExit) as ended:
            main(["--settings", str(settings), "forms", *words])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return command


def test_the_table_has_headings_and_marks_what_is_uncertain(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("en", "brālis", "--lang", "lv")
    assert code == 0
    assert out.splitlines()[0] == "brālis – Latvian, noun (m2), likely by 95 %"
    assert "  singular     brālis, brāļa, brālim, brāli, brālī" in out
    assert "brālītis?" in out
    assert out.strip().endswith("forms in all.")
    assert max(map(len, out.splitlines())) <= 110


def test_the_table_speaks_latvian(run) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = run("lv", "atgriezties")
    assert "darbības vārds" in out
    assert "tagadne" in out
    assert "  noliegums " in out


def test_json_holds_what_is_searched_for_and_every_reading(run) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = run("en", "remigrācijas", "koordinators/koordinatore", "--lang", "lv", "--json")
    told = json.loads(out)
    assert set(told) == {"word", "lang", "forms", "paradigms"}
    assert told["word"] == "remigrācijas koordinators/koordinatore"
    assert {"remigrācijas koordinatoram", "remigrācijas koordinatorei", "reemigrācijas koordinatores"} <= set(told["forms"])
    assert set(told["paradigms"][0]) == {"lemma", "lang", "pos", "pattern", "sure", "forms"}
    assert set(told["paradigms"][0]["forms"][0]) == {"text", "tag", "group", "uncertain"}


@pytest.mark.parametrize("word", ["12", "!", "x" * 200])
def test_what_is_no_word_is_one_sentence(run, word: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("en", word)
    assert (code, out) == (1, "")
    assert "no word or phrase" in err
    assert len(err.strip().splitlines()) == 1


def test_it_needs_no_store(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("en", "remigrants")
    assert not (tmp_path / "data").exists()
