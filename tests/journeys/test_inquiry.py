"""An inquiry: a followed link, a form, an attribution with its evidence, a family, the year's sentence."""

import json
import re
from html import unescape
from pathlib import Path

import requests

from tests.support.program import Program, running, until
from tests.support.visits import signed_in

CANARY = "Kanārijs-Zvirbulis"


def test_from_a_followed_link_to_the_results_sentence(tmp_path: Path) -> None:
    with running(Program(tmp_path, language="en")) as program:
        program.make_store()
        program.command("channels", "add", "Folder", "folder", f"folder={tmp_path / 'posts'}")
        program.command("posts", "add", "--campaign", "MĀJAS", "--title", "Invitation", "--text", "Come home!", "--channel", "1", "--approve")
        program.start()
        until(lambda: list((tmp_path / "posts").glob("*.txt")) != [])
        [post] = (tmp_path / "posts").glob("*.txt")
        link = re.search(r"http://\S+/k/\w+", post.read_text(encoding="utf-8"))
        assert link is not None

        form = requests.get(link.group(), timeout=20)
        hidden = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text)}
        fields = hidden | {"contact": f"{CANARY}@example.org", "name": CANARY, "country": "GB", "topic": "work", "text": f"I am {CANARY}"}
        for _ in range(2):
            assert requests.post(f"{program.page}/jautajums", data=fields, timeout=20).status_code == 200
        program.command("inquiries", "add", "Zvans: 4 cilvēki, Vācija -> Ludza, skola")

        def linked() -> list[dict[str, object]]:
            return sorted(json.loads(program.command("inquiries", "list", "--json")), key=lambda row: row["inquiry_id"])

        until(lambda: all(not row["pending"] for row in linked()))
        first, second = linked()
        assert (first["rule"], first["linked"], first["country"]) == ("link", "Invitation", "GB")
        assert (second["rule"], second["linked"], second["municipality"]) == ("unknown", None, "Ludzas novads")

        program.command("families", "add", "--adults", "2", "--children", "1", "--inquiry", "1")
        program.command("families", "stage", "1", "returned_supported", "--on", "2026-08-20")
        told = json.loads(program.command("report", "results", "--year", "2026", "--lang", "en,lv,ru", "--format", "json"))
        assert "1 family (3 people)" in told[0]["sentences"][0]
        assert "1 ģimene (3 cilvēki)" in told[1]["sentences"][0]
        assert told[0]["records"]["returned_supported.families"] == [1]
        outreach = program.command("report", "outreach", "--year", "2026", "--lang", "en")
        assert "Invitation" in outreach
        assert "50" in outreach  # half of the sources are unknown, and that is said

        page = signed_in(program).get(program.page, timeout=20).text
        code, printed = program.end()
        assert code == 0
    # Nothing personal outside the sealed columns: not on pages, in logs, in posts, in the store or its journal.
    everything = [page, printed, outreach, *(path.read_bytes().decode("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file())]
    assert [text[:80] for text in everything if CANARY in text] == []
