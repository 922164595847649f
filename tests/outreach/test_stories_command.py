"""`outreach stories`: a line for a line, in their order, whatever is missing in them."""

import json
from pathlib import Path

import pytest

from outreach.cli import main

TEXT = (
    "Pēc divpadsmit Īrijā pavadītiem gadiem Preiļos atgriezusies Santa un Kaspars Vaivodi ar bērniem Emīliju un Robertu. "
    "Aprīkojuma iegādei ģimene saņēma 9000 eiro remigrācijas atbalstu, un pirmajā dienā izcepa 80 kukuļus maizes."
)


def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], *rows: str) -> tuple[int, list[dict[str, object]], str]:
    file = tmp_path / "raksti.jsonl"
    file.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["stories", str(file)])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), [json.loads(line) for line in out.splitlines()], err


def row(name: object, **facts: object) -> str:
    return json.dumps({"id": name, "title": "Atver maiznīcu", "text": TEXT, "source": "Avīze", **facts})


def test_the_story_is_the_first_told_and_the_lines_keep_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines, _ = told(
        tmp_path,
        capsys,
        row("late", published="2026-03-04T12:00:00+02:00"),
        row("early", published="2026-03-04T08:00:00+02:00"),
        row("other", title="Ziema", text="Sniegs kusīs pirmdien.", published="2026-03-04T09:00:00+02:00"),
        row("next week", published="2026-03-11T08:00:00+02:00"),
    )
    assert code == 0
    assert lines == [
        {"id": "late", "story": "early"},
        {"id": "early", "story": "early"},
        {"id": "other", "story": "other"},
        {"id": "next week", "story": "next week"},
    ]


@pytest.mark.parametrize(
    "published", [None, "", "2026-03-04", "2026-03-04T08:10:00", "Wed, 04 Mar 2026 08:10:00 +0200", 1_772_604_600]
)
def test_a_time_may_be_written_in_many_ways_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], published: object
) -> None:
    code, lines, _ = told(tmp_path, capsys, row(1, published="2026-03-04T08:10:00Z"), "", row(2, published=published))
    assert code == 0
    assert len({line["story"] for line in lines}) == 1
    assert [line["id"] for line in lines] == [1, 2]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[1]", "Line 1"),
        ("{", "not JSON"),
        ('{"title": "no id"}', "id"),
        ('{"id": "a", "text": 5}', "“text”"),
        ('{"id": "a", "published": "rīt"}', "published"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    code, lines, err = told(tmp_path, capsys, line)
    assert (code, lines) == (1, [])
    assert len(err.strip().splitlines()) == 1
    assert said in err or "1. rind" in err


def test_an_empty_file_has_no_stories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(tmp_path, capsys, "")[:2] == (0, [])
