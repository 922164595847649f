"""A release as PDF and as Word: what they say, their language, their pictures, the same bytes each time."""

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx as library
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from campaigns import pictures
from outreach import wiring
from outreach.pressroom.outputs.docx import docx
from outreach.pressroom.outputs.pdf import pdf
from outreach.pressroom.texts import Pictured, Quoted, Said
from tests.outreach.pressroom.outputs.samples import NOW, OFFICE, RIGA, said

TEXTS = wiring.texts()
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def make(kind: Any, told: Said, media: Path | None = None, now: Any = NOW) -> bytes:
    made: bytes = kind(told, OFFICE.name[told.language], RIGA, TEXTS.in_language(told.language), now=now, media=media)
    return made


@pytest.fixture
def media(tmp_path: Path) -> tuple[Path, Pictured]:
    """A folder of pictures, and one of them."""
    raw = io.BytesIO()
    Image.new("RGB", (300, 900), "#246").save(raw, "PNG")
    drawn = pictures.draw(raw.getvalue())
    (tmp_path / drawn.name).write_bytes(drawn.body)
    return tmp_path, Pictured(drawn.name, drawn.width, drawn.height, "Augsts \"tornis\" & debesis", "Tornis Ludzā", "Birojs")


def words_of(made: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler's pdftotext is not on this machine")
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True).stdout.decode()
    return " ".join(told.split())


def parts(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made)) as held:
        return {name: held.read(name) for name in held.namelist()}


def test_a_pdf_says_it_all(media: tuple[Path, Pictured]) -> None:
    made = make(pdf, said(pictures=(media[1],)), media[0])
    told = words_of(made)
    for expected in ("EMBARGO: nepublicēt līdz 24.11.2026. plkst. 10:00", "Latgalē atgriezušās simts ģimenes", "vieta bērnudārzā", "Ilze Kalniņa, remigrācijas",
                     "Tornis Ludzā. Foto: Birojs", "Saziņai", "anna@example.org", "1. lpp. no"):  # fmt: skip
        assert expected in told, expected
    assert b"/Lang(lv)" in made and b"D:20261123" in made
    assert made == make(pdf, said(pictures=(media[1],)), media[0])
    assert "EMBARGO" not in words_of(make(pdf, said(), now=NOW + timedelta(days=2)))


def test_a_headline_on_paper_is_press_in_every_alphabet() -> None:
    if shutil.which("pdffonts") is None:
        pytest.skip("poppler's pdffonts is not on this machine")
    plain = {"lead": "", "body": "", "facts": (), "boilerplate": "", "contact": "", "quotes": (), "embargo_until": None}
    for language, headline, cuts in (("lv", "Ģimenes mājās", 2), ("ru", "Семьи дома", 1), ("en", "Families", 1)):
        made = make(pdf, said(language=language, headline=headline, **plain))
        fonts = subprocess.run(["pdffonts", "-"], input=made, capture_output=True, check=True).stdout.decode()
        assert fonts.count("SourceSerif4") >= cuts, (language, fonts)
        assert "IBMPlexSans-SemiBold" not in fonts  # no letter of the headline is another face's


def test_long_words_are_broken_where_the_rules_of_the_language_are_known() -> None:
    word = {"ru": "достопримечательностями", "en": "internationalisation"}
    for language, long in word.items():
        told = words_of(make(pdf, said(language=language, body=f"{long} " * 60, embargo_until=None))).replace("\xad", "-")
        assert any(f"{long[:at]}- {long[at:]}" in told for at in range(2, len(long) - 1)), language


def test_a_word_file_has_real_styles_its_language_and_its_facts(media: tuple[Path, Pictured]) -> None:
    made = make(docx, said(pictures=(media[1],)), media[0])
    document = library.Document(io.BytesIO(made))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert styles[said().headline] == "Title"
    assert styles["Ko ģimenēm vajag visvairāk"] == styles["Fakti"] == "Heading 2"
    assert styles["vieta bērnudārzā vai skolā,"] == styles["58 ģimenes plāno atgriezties"] == "List Bullet"
    assert styles["„Mums neviens neprasīja, kāpēc atgriezāmies, bet gan – ko vajag”"] == "Quote"
    assert styles["Tornis Ludzā. Foto: Birojs"] == "Caption"
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs if run.text]
    assert runs and {run._element.find(f"{W}rPr/{W}lang").get(f"{W}val") for run in runs} == {"lv-LV"}
    about = document.core_properties
    assert (about.title, about.author, about.language) == (said().headline, OFFICE.name["lv"], "lv-LV")
    assert (about.created, about.revision) == (NOW, 3)
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == 'Augsts "tornis" & debesis'
    assert shape.height.cm <= 9.01 and abs(shape.width / shape.height - 1 / 3) < 0.01


def test_a_word_file_is_the_same_bytes_each_time(media: tuple[Path, Pictured]) -> None:
    told = said(pictures=(media[1],))
    assert make(docx, told, media[0]) == make(docx, told, media[0])
    assert make(docx, replace(told, lead="Citādi"), media[0]) != make(docx, told, media[0])
    with zipfile.ZipFile(io.BytesIO(make(docx, told))) as held:
        assert {one.date_time for one in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_picture_that_is_gone_is_left_out(media: tuple[Path, Pictured]) -> None:
    folder, picture = media
    (folder / picture.name).write_bytes(b"nothing")
    for gone in (picture, replace(picture, name="../x.webp"), replace(picture, name=f"{'0' * 64}.webp")):
        assert make(pdf, said(pictures=(gone,)), folder).startswith(b"%PDF")
        assert not [name for name in parts(make(docx, said(pictures=(gone,)), folder)) if "media" in name]


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(['#panic("x") $x^2$ *a* _b_ `c` <d> @e // f', "\x00\x01\x0b\x1f\ud800\uffff", "</w:t></w:r><w:r>&x;", "\u202eevil", "{page}{pages}", "a\r\nb\tc"]),
)


@settings(max_examples=25)
@given(a=HOSTILE, b=HOSTILE, c=HOSTILE)
def test_no_text_breaks_a_file(a: str, b: str, c: str) -> None:
    told = said(headline=a, lead=b, body=f"{c}\n\n## {a}\n\n- {b}", facts=(b, c), boilerplate=a, contact=b, quotes=(Quoted(c, a, b),))
    assert make(pdf, told).startswith(b"%PDF-")
    for name, part in parts(make(docx, told)).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(part)


def test_typst_and_word_print_signs_as_they_stand() -> None:
    sign = '#panic("x") $x^2$ *zvaigzne* _pasvītra_ `kods` <birka> @atsauce // piezīme'
    told = said(body=sign, lead="", quotes=(), facts=())
    assert sign in words_of(make(pdf, told))
    assert sign in [paragraph.text for paragraph in library.Document(io.BytesIO(make(docx, told))).paragraphs]


def test_libreoffice_opens_the_word_file(media: tuple[Path, Pictured], tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not on this machine (Debian: libreoffice-writer)")
    file = tmp_path / "relize.docx"
    file.write_bytes(make(docx, said(pictures=(media[1],)), media[0]))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    subprocess.run([office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)], capture_output=True, check=True, timeout=300)
    told = words_of((tmp_path / "relize.pdf").read_bytes())
    assert "Latgalē atgriezušās simts ģimenes" in told and "vieta bērnudārzā" in told and "Tornis Ludzā" in told
