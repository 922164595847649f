"""An offer for paper: title, number and day, the office, the sections that have a text; as PDF, DOCX or plain text."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal, get_args

from babel.dates import format_date
from docx import Document
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

import outreach.charts
from outreach.core import typeset
from outreach.core.errors import OutreachError
from outreach.tracker.offers.composing import Section

Shape = Literal["pdf", "docx", "txt"]
SHAPES: tuple[str, ...] = get_args(Shape)
# The letters that pictures are drawn with.
FONTS = Path(outreach.charts.__file__).parent / "fonts"
_INK, _QUIET = RGBColor(0x1E, 0x23, 0x28), RGBColor(0x58, 0x5E, 0x65)
_REGIONS = {"lv": "lv-LV", "en": "en-GB", "ru": "ru-RU"}
_FACE, _TITLE_FACE = "Calibri", "Georgia"  # faces that Word has everywhere
# Signs that no paper has, and that a Word document breaks on.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_STILL = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP can tell


@dataclass(frozen=True)
class Sheet:
    """What stands on the paper, in one language: nothing but words. `number` as the template says it."""

    language: str
    title: str
    number: str
    day: date
    office: str
    sections: tuple[Section, ...] = field(repr=False)

    @property
    def told_day(self) -> str:
        return format_date(self.day, format="long", locale="en_GB" if self.language == "en" else self.language)


def made(shape: str, sheet: Sheet) -> bytes:
    """The file. OutreachError `offers.error.shape` for a kind that there is not, or as `outreach.core.typeset.pdf`."""
    if shape == "pdf":
        return _pdf(sheet)
    if shape == "docx":
        return _docx(sheet)
    if shape == "txt":
        return _text(sheet).encode()
    raise OutreachError("offers.error.shape", shape=shape, known=", ".join(SHAPES))


def plain(sections: tuple[Section, ...]) -> str:
    """The words alone, for a letter of another program."""
    return "\n\n".join("\n".join(part for part in (one.heading, one.text) if part) for one in sections) + "\n"


def _text(sheet: Sheet) -> str:
    return f"{sheet.office}\n{sheet.title}\n{sheet.number}, {sheet.told_day}\n\n{plain(sheet.sections)}"


def _pdf(sheet: Sheet) -> bytes:
    about = typeset.About(f"{sheet.title} {sheet.number}", sheet.language, sheet.office, sheet.day)
    data = {
        "title": sheet.title,
        "office": sheet.office,
        "line": f"{sheet.number} · {sheet.told_day}",
        "sections": [{"heading": one.heading, "blocks": _blocks(one.text)} for one in sheet.sections],
        "foot": f"{sheet.office} · {sheet.number}",
    }
    return typeset.pdf("offer", about, data, fonts=FONTS)


def _docx(sheet: Sheet) -> bytes:
    document = Document()
    _dress(document, _REGIONS[sheet.language])
    about = document.core_properties
    about.title, about.author = f"{sheet.title} {sheet.number}"[:255], sheet.office[:255]
    about.last_modified_by, about.comments, about.language = sheet.office[:255], "", _REGIONS[sheet.language]
    about.created = about.modified = datetime.combine(sheet.day, time.min)
    document.add_paragraph(sheet.office, "Subtitle")
    document.add_paragraph(sheet.title, "Title")
    document.add_paragraph(f"{sheet.number} · {sheet.told_day}", "Subtitle")
    for one in sheet.sections:
        if one.heading:
            document.add_paragraph(one.heading, "Heading 2")
        for block in _blocks(one.text):
            document.add_paragraph(block)  # its line breaks stay
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            said = OxmlElement("w:lang")
            said.set(qn("w:val"), _REGIONS[sheet.language])
            run._element.get_or_add_rPr().append(said)
    return _settled(document)


def _dress(document: Word, tag: str) -> None:
    """A4, and the styles as the office's papers look; a person may change each of them in Word."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin = page.bottom_margin = Cm(2.2)
    for name, size, face, colour, before, after in (
        ("Normal", 11, _FACE, _INK, 0, 6),
        ("Subtitle", 10, _FACE, _QUIET, 0, 8),
        ("Title", 22, _TITLE_FACE, _INK, 0, 2),
        ("Heading 2", 13, _FACE, _INK, 12, 3),
    ):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.size, style.font.name, style.font.color.rgb = Pt(size), face, colour
        style.font.italic, style.font.bold = False, name == "Heading 2"
        told = style.element.get_or_add_rPr()
        letters = told.get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            letters.attrib.pop(qn(f"w:{kind}"), None)  # the template's theme would win over the name
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            letters.set(qn(f"w:{kind}"), face)
        # Lines below and room between letters are the template's own taste.
        for drawn in (*style.element.iter(qn("w:pBdr")), *told.findall(qn("w:spacing"))):
            drawn.getparent().remove(drawn)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    for old in document.styles.element.iter(qn("w:lang")):
        for kind in ("val", "eastAsia"):
            old.set(qn(f"w:{kind}"), tag)


def _settled(document: Word) -> bytes:
    """The file, the dates within its archive set still: the same offer makes the same bytes."""
    first, still = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as told, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in told.namelist():
            kept.writestr(zipfile.ZipInfo(name, _STILL), told.read(name), zipfile.ZIP_DEFLATED)
    return still.getvalue()


def _blocks(text: str) -> list[str]:
    """Paragraphs: what stands between empty lines. Signs that no paper has are left out."""
    return [block.strip("\n") for block in _UNPRINTABLE.sub("", text).split("\n\n") if block.strip()]
