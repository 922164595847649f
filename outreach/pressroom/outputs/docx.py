"""A release as a Word document with real styles, its language on every run: the same release makes the same bytes."""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from docx import Document
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.run import Run

from outreach.core.text import Words
from outreach.pressroom.outputs import wording
from outreach.pressroom.outputs.pictures import Printed, printed
from outreach.pressroom.outputs.tidy import cleaned
from outreach.pressroom.texts import Said, blocks

_REGIONS = {"lv": "LV", "en": "GB", "ru": "RU", "de": "DE", "no": "NO", "lt": "LT", "et": "EE", "pl": "PL", "uk": "UA"}
_CARMINE, _QUIET, _INK = RGBColor(0x9D, 0x22, 0x35), RGBColor(0x58, 0x5E, 0x65), RGBColor(0x1E, 0x23, 0x28)
_WIDTH, _HEIGHT = Cm(16), Cm(9)
_FACE, _HEADLINE_FACE = "Calibri", "Georgia"  # faces that Word has everywhere
_HEAVY = frozenset({"Heading 2", "Intense Quote"})
_AFTER = {"Quote": 2, "List Bullet": 4, "Heading 2": 4, "Intense Quote": 14, "Title": 10}  # points
_STILL = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP can tell


def docx(said: Said, office_name: str, zone: ZoneInfo, t: Words, *, now: datetime, media: Path | None = None) -> bytes:
    """The release as DOCX; `t` speaks its language. `now` is when it says it was made, and decides whether the embargo
    is told. Pictures come from the folder `media`; without one there are none.
    """
    told = cleaned(said)
    document = Document()
    _dress(document, _tag(said.language))
    _describe(document, told, office_name, now, _tag(said.language))
    _write(document, told, office_name, zone, t, now)
    for one in printed(media, told.pictures):
        _picture(document, one, wording.credit(one.picture, t))
    _end(document, told, t)
    _speak(document, _tag(said.language))
    return _settled(document)


def _tag(language: str) -> str:
    region = _REGIONS.get(language)
    return f"{language}-{region}" if region else language


def _dress(document: Word, tag: str) -> None:
    """A4, and the styles as the office's papers look; a person may change each of them in Word."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin = page.bottom_margin = Cm(2.2)
    for name, size, face, colour in (
        ("Normal", 11, _FACE, _INK),
        ("Title", 24, _HEADLINE_FACE, _INK),
        ("Subtitle", 9, _FACE, _QUIET),
        ("Heading 2", 13, _FACE, _INK),
        ("Quote", 12, _FACE, _INK),
        ("Caption", 9, _FACE, _QUIET),
        ("List Bullet", 11, _FACE, _INK),
        ("Intense Quote", 11, _FACE, _CARMINE),
    ):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.size, style.font.name, style.font.color.rgb = Pt(size), face, colour
        style.font.italic = False
        style.font.bold = name in _HEAVY
        letters = style.element.get_or_add_rPr().get_or_add_rFonts()
        # The template's theme would win over the name.
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            letters.attrib.pop(qn(f"w:{kind}"), None)
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            letters.set(qn(f"w:{kind}"), face)
        # Lines below and room between letters are the template's own taste.
        for drawn in (*style.element.iter(qn("w:pBdr")), *style.element.get_or_add_rPr().findall(qn("w:spacing"))):
            drawn.getparent().remove(drawn)
        room = style.paragraph_format
        if name != "List Bullet":  # its indent is its list's
            room.left_indent = room.right_indent = Cm(0.8) if name == "Quote" else Cm(0)
        room.space_before, room.space_after = Pt(14 if name == "Heading 2" else 0), Pt(_AFTER.get(name, 8))
    for old in document.styles.element.iter(qn("w:lang")):
        for kind in ("val", "eastAsia"):
            old.set(qn(f"w:{kind}"), tag)


def _describe(document: Word, said: Said, office_name: str, now: datetime, tag: str) -> None:
    """What the file says of itself; Word takes no more than 255 letters."""
    about = document.core_properties
    about.title, about.author, about.last_modified_by = said.headline[:255], office_name[:255], office_name[:255]
    about.language, about.comments, about.revision = tag, "", max(1, said.revision)
    about.created = about.modified = now.replace(tzinfo=None, microsecond=0)


def _write(document: Word, said: Said, office_name: str, zone: ZoneInfo, t: Words, now: datetime) -> None:
    if embargo := wording.embargo(said, zone, now, t):
        document.add_paragraph(embargo, "Intense Quote")
    document.add_paragraph(f"{wording.kind(said, t)} · {office_name}", "Subtitle")
    document.add_paragraph(said.headline, "Title")
    if said.lead:
        document.add_paragraph().add_run(said.lead).bold = True
    for block in blocks(said.body):
        style = {"heading": "Heading 2", "points": "List Bullet"}.get(block.kind, "Normal")
        for line in block.lines:
            document.add_paragraph(line, style)
    for quote in said.quotes:
        document.add_paragraph(wording.quoted(quote.words, said.language), "Quote")
        if who := wording.speaker(quote):
            document.add_paragraph(who, "Caption").paragraph_format.left_indent = Cm(0.8)
    if said.facts:
        document.add_paragraph(t("pressout.out.facts"), "Heading 2")
        for fact in said.facts:
            document.add_paragraph(fact, "List Bullet")


def _picture(document: Word, one: Printed, credit: str) -> None:
    scale = min(_WIDTH / one.width, _HEIGHT / one.height)
    drawn = document.add_picture(io.BytesIO(one.body), width=round(one.width * scale))
    about = drawn._inline.docPr
    about.set("descr", one.picture.alt)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    if credit:
        document.add_paragraph(credit, "Caption")


def _end(document: Word, said: Said, t: Words) -> None:
    for text, key in ((said.boilerplate, "pressout.out.about"), (said.contact, "pressout.out.contact")):
        if text:
            document.add_paragraph(t(key), "Heading 2")
            document.add_paragraph(text)  # its line breaks stay


def _speak(document: Word, tag: str) -> None:
    """Every run says its language, so that Word looks through the spelling in it."""
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            _tell(run, tag)


def _tell(run: Run, tag: str) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), tag)
    run._element.get_or_add_rPr().append(language)


def _settled(document: Word) -> bytes:
    """The file, the dates within its archive set still: else each making would differ."""
    made, still = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as told, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in told.namelist():
            kept.writestr(zipfile.ZipInfo(name, _STILL), told.read(name), zipfile.ZIP_DEFLATED)
    return still.getvalue()
