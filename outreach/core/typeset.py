"""Documents for paper: a template of typst, filled with data, becomes a PDF.

Templates lay out and say nothing: every word comes with the data, and what is in the data stands on the paper as it is,
whatever signs it holds. Nothing is fetched, and no file is read but the templates and the fonts. The same data give the
same bytes. Compiling takes some milliseconds and holds no lock of Python's.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

import typst

from outreach.core.errors import OutreachError

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "pdf"
# Signs that no paper has: what is left of them would be a hole in the line, or break the data.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class About:
    """What a document says of itself: its title, its language (ISO code), whose it is and the day it was made."""

    title: str
    language: str
    author: str
    day: date


def pdf(template: str, about: About, data: Mapping[str, object], *, fonts: Path) -> bytes:
    """The document as PDF. `template` is the name of a file in `TEMPLATES`, without its ending; it finds the data as
    `data` and what it says of itself as `about` in `sys.inputs`. Bytes among the data are pictures (JPEG, PNG, SVG).

    Raises OutreachError `brief.error.fonts` if the folder has none, `brief.error.document` if the template does not
    take the data.
    """
    said = {
        "title": about.title,
        "language": about.language,
        "author": about.author,
        "year": about.day.year,
        "month": about.day.month,
        "day": about.day.day,
    }
    compiler = typst.Compiler(
        input=TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(fonts),
        ignore_system_fonts=True,
        sys_inputs={"about": _told(said), "data": _told(data)},
        # Templates bring everything along: a package would be fetched.
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,
    )
    try:
        made = compiler.compile(format="pdf", timestamp=datetime.combine(about.day, time.min, tzinfo=UTC))
    except typst.TypstError as error:
        raise OutreachError("brief.error.document", template=template, reason=error.message) from error
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    if not found.families():
        raise OutreachError("brief.error.fonts", folder=str(folder))
    return found


def _told(data: Mapping[str, object]) -> str:
    return json.dumps(_plain(data), ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, bytes):
        return list(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
