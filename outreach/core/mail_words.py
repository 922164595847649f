"""The words of a mail: a template of `templates/mail` as HTML that every mail programme shows, and as plain text.

A mail has two templates: `<name>.mjml`, which MJML turns into the tables that Outlook needs, and `<name>.txt`.
"""

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import mjml
from markupsafe import Markup, escape

from outreach.core.markup import web_address

_TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "mail"
_COLUMNS = 72
# Some programmes cut a mail at 102 kB: no address may be longer, as it is written, and no text have more marks.
_LONGEST, _MARKS = 1000, 6
# What XML may not hold, and marks that turn the reading direction of everything after them: texts come from feeds,
# which hold anything.
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def render_mail(name: str, facts: Mapping[str, object]) -> tuple[str, str]:
    """A mail as HTML and as plain text, from `<name>.mjml` and `<name>.txt`.

    `facts` are the templates' variables, `t` (the reader's `Words`) among them; one that a template asks for and that
    is missing is an error. Every text is escaped: what looks like markup in it is shown as it stands. Templates may
    call `web_address(url)` (empty for what a mail cannot lead to), `cut(text, most)`, `cut_marked(pieces, most)` and,
    in plain text, `text|wrapped(indent, first)`.
    """
    environment = _environment()
    written = environment.get_template(f"{name}.mjml").render(facts)
    text = environment.get_template(f"{name}.txt").render(facts)
    # No fonts: MJML would have every reader's programme ask for its own at a foreign server.
    return str(mjml.mjml2html(written, disable_comments=True, fonts={})), plain(text)


def plain(text: str) -> str:
    """Plain text without blanks at the ends of its lines, and never two empty lines in a row."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def cut(text: str, most: int) -> str:
    """At most so many characters, on one line; an ellipsis stands for what is left out."""
    # A blank that must not break a line stays one.
    line = re.sub(r"[^\S\xa0]+", " ", _NO_LETTERS.sub("", text)).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def cut_marked(pieces: Iterable[tuple[str, bool]], most: int) -> list[tuple[str, bool]]:
    """Pieces of a sentence, each with whether it is marked, cut on both sides so that the first marked one stays.

    At most `most` characters beside the ellipses, on one line, with six marks at most.
    """
    tidied = _merged([(re.sub(r"\s+", " ", _NO_LETTERS.sub("", piece)), hit) for piece, hit in pieces])
    whole = sum(len(piece) for piece, _ in tidied)
    if whole <= most:
        return tidied
    hits = (sum(len(piece) for piece, _ in tidied[:place]) for place, (_, hit) in enumerate(tidied) if hit)
    start = max(0, min(next(hits, 0) - most // 3, whole - most))
    shown = _between(tidied, start, start + most)
    if start:
        # A word that was cut in two is no word.
        text, hit = shown[0]
        shown[0] = (text if hit else text.partition(" ")[2].lstrip() or text, hit)
        shown.insert(0, ("… ", False))
    if start + most < whole:
        text, hit = shown[-1]
        shown[-1] = (text if hit else text.rpartition(" ")[0].rstrip() or text, hit)
        shown.append(("…", False))
    return shown


def _merged(pieces: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The same, marks beyond the most taken off and what lies side by side put together."""
    told: list[tuple[str, bool]] = []
    marks = 0
    for piece, hit in pieces:
        marks += hit
        if told and not told[-1][1] and (not hit or marks > _MARKS):
            told[-1] = (told[-1][0] + piece, False)
        else:
            told.append((piece, hit and marks <= _MARKS))
    return told


def _between(pieces: Sequence[tuple[str, bool]], start: int, end: int) -> list[tuple[str, bool]]:
    shown, at = [], 0
    for piece, hit in pieces:
        if kept := piece[max(0, start - at) : max(0, end - at)]:
            shown.append((kept, hit))
        at += len(piece)
    return shown


def wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """Plain text in lines of 72 columns; addresses are never broken. `first` begins the first line instead."""
    return textwrap.fill(
        " ".join(text.split()),
        _COLUMNS,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=jinja2.select_autoescape(["mjml", "html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=_tidied,
    )
    environment.globals.update(web_address=_address, cut=cut, cut_marked=cut_marked)
    environment.filters.update(wrapped=wrapped)
    return environment


def _address(url: str | None) -> str:
    """The address if a mail may lead there: one of the web, in one piece, and not so long that it fills the mail."""
    found = web_address(url)
    return found if len(escape(found)) <= _LONGEST and not re.search(r"\s", found) else ""


def _tidied(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup):
        return _NO_LETTERS.sub("", value)
    return value
