"""The command line: one sentence for each trouble, JSON for programs, no store made by looking."""

import json
from pathlib import Path

import pytest

from outreach.cli import main


class Ran:
    """What a command did: its exit code and what it printed."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    settings = tmp_path / "settings.toml"
    settings.write_text('[office]\nlanguage = "en"\n[collect]\nhost_seconds = 0\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def command(*words: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(["--settings", str(settings), *words])
        told = capsys.readouterr()
        return Ran(int(ended.value.code or 0), told.out, told.err)

    return command


GROUPS = {
    "sources": ("list", "add", "import", "export", "enable", "disable", "probe", "kinds"), "users": ("add", "list", "disable", "enable", "reset"), "alerts": ("list", "rules", "set", "off", "on", "letters", "settle", "hooks", "add-hook", "remove-hook", "test-hook"), "readers": ("list", "add", "change", "off", "on", "remove", "links"), "contacts": ("list", "import", "export"), "statements": ("publish", "list", "show", "share", "bring"), "handover": ("key", "list", "add"), "press": ("send", "status", "pause", "go-on", "cancel", "settle"), "mentions": ("list", "rejudge"), "topics": ("list", "show", "try", "save", "check"), "digest": ("preview", "send", "settle", "status", "search"), "learn": ("train", "show", "accept", "refuse"),
    "channels": ("list", "add", "pause", "resume", "pause-all", "resume-all", "check"), "campaigns": ("list", "show", "moments", "pause", "resume"), "posts": ("add", "approve", "plan"),
    "deliveries": ("list", "settle", "cancel", "move"), "inquiries": ("add", "import", "list", "show", "answered", "correct", "erase"), "keys": ("rotate", "destroy"), "families": ("add", "stage", "list", "export"),
}
SINGLE = ("attribute", "worked", "paste", "stories", "recall", "trends", "forms", "up", "demo", "check", "collect", "classify", "extract", "publish", "report", "backup", "restore", "move", "worker")


@pytest.mark.parametrize("words", [(), *((name,) for name in (*SINGLE, *GROUPS)), *((group, name) for group, names in GROUPS.items() for name in names)], ids=" ".join)
def test_every_command_has_help_with_an_example(run, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    ran = run(*words, "--help")
    assert ran.code == 0, ran.err
    assert "Example" in ran.out
    assert "outreach" in ran.out.split("Example")[1]


@pytest.mark.parametrize(
    "words",
    [("mentions", "list"), ("mentions", "rejudge"), ("learn", "show"), ("learn", "train"), ("topics", "list"), ("topics", "try", "ezers"), ("digest", "preview"), ("digest", "status"), ("digest", "search", "ezers"), ("sources", "list"), ("recall",), ("trends",), ("deliveries", "list"), ("inquiries", "list"), ("report", "results"), ("check",), ("publish",), ("keys",), ("keys", "rotate"), ("alerts", "list"), ("alerts", "rules"), ("alerts", "hooks"), ("alerts", "letters"), ("channels", "list"), ("channels", "check"), ("campaigns", "list"), ("campaigns", "moments"), ("families", "list"), ("readers", "list"), ("contacts", "list"), ("press", "status"), ("press", "pause", "1"), ("statements", "list"), ("statements", "show", "1"), ("handover", "key"), ("handover", "list")],
    ids=" ".join,
)
def test_a_command_that_reads_makes_no_store(run, tmp_path: Path, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    ran = run(*words)
    assert ran.code == 1
    assert not (tmp_path / "data").exists()
    assert "outreach up" in ran.out + ran.err
    if words != ("check",):
        assert len(ran.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [(("nonsense",), "nonsense"), (("collect", "--nonsense"), "--nonsense"), (("report",), "NAME"), (("report", "results", "--year", "x"), "year"), ((), "Commands")],
)
def test_wrong_usage_is_a_sentence_and_exit_2(run, words: tuple[str, ...], said: str) -> None:  # type: ignore[no-untyped-def]
    ran = run(*words)
    assert ran.code == 2
    assert said in ran.err


def test_classify_keeps_order_and_needs_no_store(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lines = [
        {"id": 7, "title": "Latgales remigrācijas koordinatore palīdz ģimenēm atgriezties", "text": ""},
        {"id": "b", "title": "Party promises remigration and mass deportations", "text": "", "lang": "en"},
        {"id": None, "title": "Laikapstākļi", "text": "Rīt gaidāms lietus."},
    ]
    file = tmp_path / "texts.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n", encoding="utf-8")
    ran = run("classify", str(file))
    told = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0, ran.err
    assert [row["id"] for row in told] == [7, "b", None]
    assert [row["sense"] for row in told] == ["return", "expulsion", "none"]
    assert [row["relevant"] for row in told] == [True, False, False]
    assert set(told[0]) == {"id", "relevant", "sense", "score", "lang", "matched", "cues", "places", "within", "tone"}
    assert told[0]["matched"][0].keys() == {"term", "form", "where"}
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("line", ["{", "[1]", '{"id": 1, "title": 5}'])
def test_classify_says_which_line_is_wrong(run, tmp_path: Path, line: str) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "texts.jsonl"
    file.write_text('{"id": 1, "title": "a", "text": "b"}\n' + line + "\n", encoding="utf-8")
    ran = run("classify", str(file))
    assert ran.code == 1
    assert "ine 2" in ran.err
    assert len(ran.out.splitlines()) == 1  # what was judged before is not lost


def test_extract_needs_no_store(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = tmp_path / "page.html"
    body = "<p>" + "Ģimene pēc desmit gadiem Īrijā atgriezusies Preiļos un sākusi dzīvi no jauna. " * 6 + "</p>"
    page.write_text(f'<html lang="lv"><head><meta charset="utf-8"><title>Atkal mājās</title><meta property="article:published_time" content="2026-11-20T10:00:00+02:00"></head><body><nav>Izvēlne</nav><article><h1>Atkal mājās</h1>{body}</article></body></html>', encoding="utf-8")
    ran = run("extract", str(page), "--url", "https://example.org/a")
    told = json.loads(ran.out)
    assert set(told) == {"url", "title", "text", "published", "author", "lang"}
    assert told["title"] == "Atkal mājās"
    assert "Preiļos" in told["text"]
    assert "Izvēlne" not in told["text"]
    assert told["published"].startswith("2026-11-20T08:00")
    assert told["lang"] == "lv"
    assert not (tmp_path / "data").exists()


def test_the_office_at_work_from_the_command_line(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    table = tmp_path / "outlets.csv"
    table.write_text("name,tier,language,region,site,medium,owner,kind,feed,enabled,note\nLapa,regional,lv,Latgale,https://a.lv,portal,earned,feed,https://a.lv/rss,yes,\nSlikta,regional,lv,,,portal,earned,feed,notaurl,yes,\n", encoding="utf-8")
    ran = run("sources", "import", str(table))
    assert ran.code == 1
    assert "1 source" in ran.out + ran.err or "1 added" in ran.out
    assert json.loads(run("sources", "list", "--json").out)[0]["name"] == "Lapa"
    assert run("sources", "export", str(tmp_path / "out.opml")).code == 0
    assert run("channels", "add", "Mape", "folder", f"folder={tmp_path / 'posts'}").code == 0
    assert run("channels", "add", "Fakss", "fax").code == 1
    ran = run("posts", "add", "--campaign", "MĀJAS", "--title", "Aicinājums", "--text", "Nāciet! {link}", "--channel", "1")
    assert ran.code == 0, ran.err
    assert run("publish").code == 0
    assert not list((tmp_path / "posts").glob("*.txt"))  # not yet approved
    assert run("posts", "approve", "1").code == 0
    ran = run("publish")
    assert (ran.code, ran.out.strip()) == (0, "1 published.")
    [post] = (tmp_path / "posts").glob("*.txt")
    assert "/k/" in post.read_text(encoding="utf-8")
    ran = run("inquiries", "add", "Anna,", "3", "cilvēki,", "Īrija", "->", "Preiļi,", "darbs,", "+353861234567,", "dzirdēja", "radio")
    assert ran.code == 0, ran.err
    told = json.loads(run("inquiries", "list", "--json").out)
    assert (told[0]["country"], told[0]["municipality"], told[0]["topic"]) == ("IE", "Preiļu novads", "work")
    assert "353" not in run("inquiries", "list").out
    assert "+353861234567" in run("inquiries", "show", "1").out
    assert run("families", "add", "--adults", "2", "--children", "1", "--inquiry", "1").code == 0
    assert run("families", "stage", "1", "returned_supported", "--on", "2023-05-05").code == 0
    ran = run("report", "results", "--year", "2023", "--lang", "lv,en,ru")
    assert "1 ģimene (3 cilvēki)" in ran.out
    assert "1 family (3 people)" in ran.out
    told = json.loads(run("report", "results", "--year", "2023", "--lang", "en", "--format", "json").out)
    assert told[0]["records"]["returned_supported.families"] == [1]
    assert run("report", "nonsense").code == 1
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy)).code == 0
    assert run("backup", str(copy)).code == 1
    assert run("restore", str(copy)).code == 1
    assert run("restore", str(copy), "--yes").code == 0
    assert json.loads(run("channels", "list", "--json").out)[0]["paused"] is True
    ran = run("check")
    assert "channels" in ran.out


def test_an_hour_that_does_not_exist_is_refused(run) -> None:  # type: ignore[no-untyped-def]
    run("sources", "import", "/dev/null")
    ran = run("posts", "add", "--campaign", "C", "--title", "T", "--text", "x", "--at", "2027-03-28 03:30")
    assert ran.code == 1
    assert "2027-03-28 03:30" in ran.err
