"""Numbers as people write them: "1 849", "12,5", "1,849" in English; and what is counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice

from outreach.pressroom.checks.sentences import words

_BEGIN = r"(?<![\w.,:/@+-])"
_NUMBER = re.compile(
    rf"{_BEGIN}\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?:,\d+)?(?!\w)|{_BEGIN}\d+(?:[.,]\d+)*(?!\w)"
)
_AFTER = re.compile(r"\.(?!\s*$)(?!\s+[A-ZĀČĒĢĪĶĻŅŠŪŽА-Я])|[:/–-]\d")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_STEM = 5  # letters that tell a word, whatever its ending
_MOST = 2_000  # numbers of a text; what has more is a table
_SHORTEST = 4


@dataclass(frozen=True)
class Counted:
    """A number in a text and the words right after it, as stems."""

    value: Decimal
    written: str
    start: int
    end: int
    what: tuple[str, ...]


def counted(text: str) -> Iterator[Counted]:
    """The numbers of a text with what follows each, at most three words; ordinals ("3.") are none."""
    for match in islice(_NUMBER.finditer(text), _MOST):
        value = read(match[0])
        rest = text[match.end() : match.end() + 60]
        if value is None or _AFTER.match(rest):
            continue
        line = re.split(r"[.!?;:\n(]", rest, maxsplit=1)[0]
        what = tuple(stem(line[one.start : one.end]) for one in words(line)[:3])
        yield Counted(value, match[0], *match.span(), what)


def read(written: str) -> Decimal | None:
    """The value: groups by spaces, or by commas where three digits follow each; a comma or dot before decimals."""
    plain = re.sub(r"[ \u00a0\u202f]", "", written)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    try:
        return Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None


def stem(word: str) -> str:
    """A word without its ending, roughly: enough to know it again in another case."""
    return word.lower()[:_STEM]


def stems(label: str) -> frozenset[str]:
    """The telling words of a label, as stems; numbers and short words tell nothing."""
    told = (label[one.start : one.end] for one in words(label))
    return frozenset(stem(word) for word in told if len(word) >= _SHORTEST and word.isalpha())
