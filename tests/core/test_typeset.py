"""Documents for paper: what is typed stands as it is, the same bytes each time, two threads at once, errors in words."""

import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.core import typeset
from outreach.core.errors import OutreachError
from outreach.core.typeset import About
from outreach.web.printed.sheet import FONTS

ABOUT = About("Kampaņa #1", "lv", "Birojs", date(2026, 11, 23))
HOSTILE = [
    '#panic("x")', "$x^2$ *zvaigzne* _pasvītra_", "`kods` <birka> @atsauce", "// piezīme /* vēl */", "= Virsraksts", "- saraksts",
    '\\" \\u{41} ~ -- ---', "#import \"@preview/x:1.0.0\"", "{link} [kvadrāts] (loks)", "Приезжайте", "Zażółć gęślą jaźń",
]  # fmt: skip


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], bytes]:
    """A template that only says `data.told`."""
    body = '#import "paper.typ": *\n#show: paper\n#data.told\n'
    shutil.copy(typeset.TEMPLATES / "paper.typ", tmp_path / "paper.typ")
    (tmp_path / "plain.typ").write_text(body, encoding="utf-8")
    monkeypatch.setattr(typeset, "TEMPLATES", tmp_path)
    return lambda told: typeset.pdf("plain", ABOUT, {"told": told, "foot": ""}, fonts=FONTS)


def words_of(pdf: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler's pdftotext is not on this machine")
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("told", HOSTILE)
def test_what_is_typed_stands_as_it_is(plain: Callable[[str], bytes], told: str) -> None:
    assert " ".join(told.split()) in " ".join(words_of(plain(told)).split())


@settings(max_examples=25, deadline=None)
@given(told=st.text(max_size=300))
def test_no_text_breaks_a_document(told: str) -> None:
    data = {"foot": told, "kind": told, "name": told, "period": told, "goal": told, "picture": None, "progress": None,
            "facts": [{"label": told, "value": told}], "plan": {"title": told, "none": told, "head": [told] * 5, "rows": []},
            "posts": {"title": told, "none": told, "unscheduled": told, "more": told, "rows": []},
            "links": {"title": told, "head": [told] * 3, "rows": []}, "note": {"title": told, "blocks": []}}  # fmt: skip
    made = typeset.pdf("brief", About(told, "lv", told, date(2026, 11, 23)), data, fonts=FONTS)
    assert made.startswith(b"%PDF-")


def test_the_same_data_give_the_same_bytes_whoever_asks(plain: Callable[[str], bytes]) -> None:
    once = plain("Mājās")
    with ThreadPoolExecutor(4) as threads:
        assert {*threads.map(plain, ["Mājās"] * 12)} == {once}
    assert plain("Mājās!") != once


def test_it_says_what_it_is(plain: Callable[[str], bytes]) -> None:
    made = plain("x")
    assert b"/Lang(lv)" in made
    assert b"D:20261123" in made
    if shutil.which("pdfinfo"):
        told = subprocess.run(["pdfinfo", "-"], input=made, capture_output=True, check=True).stdout.decode()
        assert "Kampaņa #1" in told and "Birojs" in told


def test_a_template_reads_nothing_beside_the_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x", encoding="utf-8")
    inside = tmp_path / "templates"
    inside.mkdir()
    (inside / "reads.typ").write_text('#read("../secret.txt")', encoding="utf-8")
    monkeypatch.setattr(typeset, "TEMPLATES", inside)
    with pytest.raises(OutreachError) as caught:
        typeset.pdf("reads", ABOUT, {}, fonts=FONTS)
    assert caught.value.key == "brief.error.document"


def test_data_that_a_template_does_not_take_is_an_error_in_words() -> None:
    with pytest.raises(OutreachError) as caught:
        typeset.pdf("brief", ABOUT, {}, fonts=FONTS)
    assert caught.value.key == "brief.error.document"
    assert caught.value.facts["template"] == "brief"


def test_without_fonts_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutreachError) as caught:
        typeset.pdf("brief", ABOUT, {}, fonts=tmp_path)
    assert caught.value.key == "brief.error.fonts"
