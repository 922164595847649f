"""How long a text is in the units that channels count in: pure functions."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from campaigns import weights
from campaigns.channel import Unit
from campaigns.clusters import seen

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def count(text: str, per_url: int | None = None, unit: Unit = "seen") -> int:
    """How long a text is in `unit`, every address counted as `per_url` (None: as long as it is).

    `seen`: characters as people see them; `points`: code points; `utf16`: UTF-16 units, an emoji mostly two; `bytes`:
    of UTF-8; `weighted`: as X weighs.
    """
    if unit == "weighted":
        return weights.weight(text, per_url)
    measure = _MEASURES[unit]
    if per_url is None:
        return measure(text)
    counted, rest = 0, 0
    for found in _ADDRESS.finditer(text):
        address = found.group().rstrip(weights.AFTER_ADDRESS)
        counted += measure(text[rest : found.start()]) + per_url
        rest = found.start() + len(address)
    return counted + measure(text[rest:])


def _utf16(text: str) -> int:
    # A lone half of a pair is one unit; nobody can send it, but it must not stop a page.
    return len(text) + sum(char > "\uffff" for char in text)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


_MEASURES: Mapping[str, Callable[[str], int]] = MappingProxyType(
    {"seen": seen, "points": len, "utf16": _utf16, "bytes": _bytes}
)
