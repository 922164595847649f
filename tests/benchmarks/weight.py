"""How many bytes a browser fetches for a page, compressed: the page, its style, scripts and the letters it shows."""

import re
from typing import Any
from urllib.parse import urljoin

from lxml import html

from tests.support.people import Visitor

_LATVIAN = "aābcčdeēfgģhiījkķlļmnņoprsštuūvzž"
_ACCEPT = {"Accept-Encoding": "br, gzip"}


def weigh(visitor: Visitor, address: str) -> tuple[int, int]:
    """Bytes of the first load and of a later one, when all but the page itself is kept by the browser."""
    page, told = _fetch(visitor, address)
    kept: dict[str, int] = {}
    if not told.lstrip().startswith("<"):
        return page, page
    loaded: Any = html.fromstring(told).xpath(
        "//link[@rel='stylesheet' or @rel='preload' or @rel='modulepreload' or @rel='icon']/@href | //script/@src | //main//img/@src"
    )
    for place in loaded:
        _follow(visitor, urljoin(address, str(place)), kept)
    return page + sum(kept.values()), page


def _follow(visitor: Visitor, address: str, kept: dict[str, int]) -> None:
    if address in kept or address.startswith("data:"):
        return
    kept[address], told = _fetch(visitor, address)
    if address.endswith(".css"):
        for place in _faces(told):
            _follow(visitor, urljoin(address, place), kept)
    if address.endswith(".js"):
        # Only what is imported at once; what a page asks for later comes when it is wanted.
        for place in re.findall(r"""(?:from|import)\s*["'](\.[^"']+\.js)["']""", told):
            _follow(visitor, urljoin(address, place), kept)


def _faces(style: str) -> list[str]:
    """The fonts that a Latvian text needs, in every weight the style has."""
    found = []
    for face in re.findall(r"@font-face\s*\{([^}]*)\}", style):
        ranges = re.search(r"unicode-range:\s*([^;]+)", face)
        place = re.search(r"""url\(["']?([^"')]+\.woff2)["']?\)""", face)
        if place and (ranges is None or _covers(ranges.group(1))):
            found.append(place.group(1))
    return found


def _covers(ranges: str) -> bool:
    for part in ranges.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        if any(int(first, 16) <= ord(letter) <= int(last or first, 16) for letter in _LATVIAN):
            return True
    return False


def _fetch(visitor: Visitor, address: str) -> tuple[int, str]:
    packed = visitor.get(address, headers=_ACCEPT, buffered=True)
    plain = visitor.get(address)
    size = len(packed.get_data())
    kind = plain.mimetype or ""
    told = plain.get_data(as_text=True) if kind.startswith("text/") or "javascript" in kind else ""
    packed.close()
    plain.close()
    return size, told
