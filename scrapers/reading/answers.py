"""JSON answers of the platforms: whatever came, text is text and a list is a list of objects."""

import json
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.core.errors import WireError
from scrapers.reading.dates import read_date, sane_date
from scrapers.reading.encoding import decode
from scrapers.reading.plain import one_line
from scrapers.source import Page

Node = Mapping[str, object]
UTC_ZONE = ZoneInfo("UTC")


def parse(page: Page, mend: bool = False) -> object:
    """The page as JSON; WireError `scrapers.not_json`, with what it says instead, where it is none.

    `mend` lets backslashes pass that begin nothing.
    """
    text = decode(page.body, page.headers).lstrip("\ufeff \t\r\n")
    try:
        # Not strict: some platforms let line ends stand in texts.
        return json.loads(_mended(text) if mend else text, strict=False)
    except (ValueError, RecursionError) as error:
        raise WireError("scrapers.not_json", url=page.url, said=one_line(text[:400], 160)) from error


def _mended(text: str) -> str:
    pieces = text.split("\\\\")
    return "\\\\".join("\\".join(_kept(piece.split("\\"))) for piece in pieces)


def _kept(parts: list[str]) -> list[str]:
    """The parts between single backslashes; one that does not follow with an escape loses its backslash."""
    kept = parts[:1]
    for part in parts[1:]:
        if part[:1] and part[0] in '"/bfnrtu':
            kept.append(part)
        else:
            kept[-1] += part
    return kept


def node(told: object, *path: str) -> Node:
    """The object at a path of names; an empty one where there is none."""
    for name in path:
        told = told.get(name) if isinstance(told, Mapping) else None
    return told if isinstance(told, Mapping) else {}


def words(told: object, *path: str) -> str:
    """The text at a path; empty where there is none."""
    value = node(told, *path[:-1]).get(path[-1])
    return value if isinstance(value, str) else ""


def rows(told: object, name: str, page: Page) -> list[Node]:
    """The objects of the list under a name; WireError `scrapers.other_answer` where there is no list."""
    value = told.get(name) if isinstance(told, Mapping) else None
    if not isinstance(value, list):
        raise other(page)
    return [one for one in value if isinstance(one, Mapping)]


def other(page: Page) -> WireError:
    """The error for JSON that is not what this kind's platform answers."""
    return WireError("scrapers.other_answer", url=page.url)


def moment(told: str, now: datetime) -> tuple[datetime | None, bool]:
    """A told time and whether it is to be doubted."""
    read = read_date(told, UTC_ZONE, now)
    published, doubted = sane_date(read, now)
    return published, doubted or (bool(told) and read is None)
