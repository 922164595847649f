"""Makes a feed's XML fit for the parser: one encoding, no document type, well-formed where that can be
mended.

Feed parsers are quick on well-formed XML and slow, or wrong, on the rest: what is broken is mended here in
linear time.
"""

import re
from datetime import UTC, datetime
from html.entities import html5
from itertools import chain
from pyexpat import ExpatError, ParserCreate
from zoneinfo import ZoneInfo

from lxml import etree

from scrapers.reading.dates import read_date
from scrapers.reading.encoding import WINDOWS_LETTERS
from scrapers.reading.plain import clean

_ROOT = re.compile(r"<\s*([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
_ENTITY = re.compile(r"&(?!(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30};)?")
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9A-Fa-f]*)|0*([0-9]*));")
_BEGINNING = re.compile(r"<(?:\?xml\s|(?:rss|feed|rdf:RDF)[\s>])")
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_JUNK = 20_000
# What `clean` removes, as UTF-8. Each pattern begins with one byte: that is quicker than one pattern for all.
_UNCLEAN = (
    re.compile(rb"\xc2[\x80-\x9f]"),
    re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])"),
    re.compile(rb"\xef(?:\xbb\xbf|\xbf[\xbe\xbf])"),
)
_HALF_DECODED = re.compile("[\x80-\x9f]")
_ITEM = re.compile(r"<(item|entry)[\s>]")
_DATED = re.compile(r"<(?:pubDate|published|updated|dc:date)[^>]{0,80}>\s*([^<]{6,60})<")
# Above this size what is still broken after mending is not given to the lenient parser, whose time is not
# linear.
_LENIENT = 256 * 1024


def root_of(text: str) -> str:
    """The local name of the first element, lower case; empty where there is none. Comments and the like are
    passed.
    """
    at = 0
    head = text[:100_000]
    while (at := head.find("<", at)) >= 0:
        for opening, closing in (("<!--", "-->"), ("<?", "?>"), ("<!", ">")):
            if head.startswith(opening, at):
                if opening == "<!" and "[" in head[at : head.find(">", at)]:
                    closing = "]>"
                end = head.find(closing, at + len(opening))
                if end < 0:
                    return ""
                at = end + len(closing)
                break
        else:
            match = _ROOT.match(head, at)
            return match[2].lower() if match else ""
    return ""


def is_feed(text: str) -> bool:
    """Whether the text begins as RSS, RDF or Atom does."""
    return root_of(text) in _ROOTS


def is_clean(body: bytes, most: int) -> bool:
    """Whether `prepare` would leave well-formed UTF-8 as it is: no letter that is thrown away, at most `most` items.

    A document type is for the parser to see.
    """
    if b"\x7f" in body or any(pattern.search(body) for pattern in _UNCLEAN):
        return False
    # An item has at least a beginning and an end.
    return body.count(b"<") <= 2 * most or body.count(b"<item") + body.count(b"<entry") <= most


def without_junk(text: str) -> str:
    """The text from where a feed begins, past warnings that a broken server prints before it; a page stays whole."""
    match = _BEGINNING.search(text, 0, _JUNK)
    if match is None or _PAGE.search(text, 0, match.start()):
        return text
    return text[match.start() :]


def prepare(text: str, most: int) -> bytes:
    """UTF-8 bytes of a feed, with about `most` items, safe for a feed parser; the items' order is kept."""
    text = _DECLARATION.sub("", text.lstrip("\ufeff"))
    if _HALF_DECODED.search(text):
        text = text.translate(WINDOWS_LETTERS)
    text = _REFERENCE.sub(_allowed, _without_doctype(clean(text)).lstrip())
    text = _capped(text, most)
    body = text.encode("utf-8")
    if is_well_formed(body):
        return body
    body = "".join(_mended(text)).encode("utf-8")
    if is_well_formed(body) or len(body) <= _LENIENT:
        return body
    # Bare ampersands are mended by now, so that recovery does not eat the good ones after them.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(body, parser)
    except etree.LxmlError:
        return b"<rss/>"
    return b"<rss/>" if tree is None else etree.tostring(tree, encoding="utf-8")


def elements(body: bytes) -> int:
    """About how many elements a feed has, markup inside CDATA left out."""
    if body.count(b"<") < 1_000:
        return body.count(b"<")
    number = at = 0
    while True:
        start = body.find(b"<![CDATA[", at)
        end = body.find(b"]]>", start) if start >= 0 else -1
        stop = start if end >= 0 else len(body)
        number += body.count(b"<", at, stop) - body.count(b"</", at, stop)
        if end < 0:
            return number
        at = end + 3


def is_well_formed(body: bytes) -> bool:
    """Whether a strict parser takes the bytes; no entity is defined, none is fetched."""
    try:
        ParserCreate(encoding="utf-8", namespace_separator=" ").Parse(body, True)
    except ExpatError:
        return False
    return True


def _without_doctype(text: str) -> str:
    """Without the document type: what it defines (laughs, external files) then does not exist."""
    start = _doctype(text[:100_000])
    if start < 0:
        return text
    end = text.find(">", start)
    bracket = text.find("[", start)
    if 0 <= bracket < end:
        end = text.find("]", bracket)
        end = text.find(">", end) if end >= 0 else -1
    return text[:start] + text[end + 1 :] if end >= 0 else text[:start]


def _doctype(head: str) -> int:
    """Where the document type begins, -1 where there is none: below the first element its like is text."""
    at = 0
    while (at := head.find("<", at)) >= 0:
        if head[at + 1 : at + 2].isalpha():
            return -1
        if head[at : at + 9].upper() == "<!DOCTYPE":
            return at
        end = head.find("-->", at) if head.startswith("<!--", at) else at + 1
        if end < 0:
            return -1
        at = end
    return -1


def _mended(text: str) -> list[str]:
    """Bare ampersands escaped and HTML's named entities written out, but not inside CDATA, where both are
    right.
    """
    parts: list[str] = []
    at = 0
    while True:
        start = text.find("<![CDATA[", at)
        end = text.find("]]>", start) if start >= 0 else -1
        if end < 0:
            parts.append(_ENTITY.sub(_entity, text[at:]))
            return parts
        parts.append(_ENTITY.sub(_entity, text[at:start]))
        parts.append(text[start : end + 3])
        at = end + 3


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if not name:
        return "&amp;"
    # One that HTML does not know either is text: it was defined in the document type that is gone.
    return html5.get(name) or f"&amp;{name}"


def _allowed(match: re.Match[str]) -> str:
    """The reference, or nothing where it stands for what XML has no place for."""
    told, base = (match[1], 16) if match[2] is None else (match[2], 10)
    code = int(told, base) if 0 < len(told) <= 7 else 0
    is_fit = code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return match[0] if is_fit else ""


def _capped(text: str, most: int) -> str:
    """The text with the newest `most` items only: the first ones, or the last where the feed runs upwards."""
    if text.count("<item") + text.count("<entry") <= most:
        return text
    starts = [match.start() for match in _ITEM.finditer(text)]
    if len(starts) <= most:
        return text
    tail = _end_of_items(text)
    kept = starts[-most:] if _runs_upwards(text, starts) else starts[: most + 1]
    stop = tail if kept[-1] == starts[-1] else kept[-1]
    return "".join(chain((text[: starts[0]], text[kept[0] : stop], text[tail:])))


def _end_of_items(text: str) -> int:
    ends = (text.rfind(tag) + len(tag) for tag in ("</item>", "</entry>") if tag in text)
    return max(ends, default=len(text))


def _runs_upwards(text: str, starts: list[int]) -> bool:
    utc = ZoneInfo("UTC")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    first = _DATED.search(text, starts[0], starts[0] + 20_000)
    last = _DATED.search(text, starts[-1], starts[-1] + 20_000)
    if first is None or last is None:
        return False
    earlier, later = read_date(first[1], utc, epoch), read_date(last[1], utc, epoch)
    return earlier is not None and later is not None and later > earlier
