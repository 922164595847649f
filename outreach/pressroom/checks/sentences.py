"""Sentences and words of a text with their places; no sentence ends after "plkst.", "J." or "3."."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from outreach.pressroom.checks.data import short_words

# A letter with the marks and soft hyphens that a copied text may have within it.
LETTER = r"[^\W\d_][\u0300-\u036f\u00ad\u200b]*"
_WORD = re.compile(rf"(?:{LETTER}|\d)+(?:['’\-‑](?:{LETTER}|\d)+)*")
_END = re.compile(r"[.!?…]+[\"“”»’)\]]*(?=\s+[\"„“«(\[–—-]*\s*[^\W\d_a-zа-яāčēģīķļņšūž])|\n+")
_LAST = re.compile(r"[^\W_]+$")
_LANGUAGES = ("lv", "en", "ru")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text: `text[start:end]`."""

    start: int
    end: int


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences in order, without the spaces around them; a line's end ends one too."""
    found, begin = [], 0
    for match in _END.finditer(text):
        if match[0][0] == "." and _is_short(text[begin : match.start()]):
            continue
        found.append((begin, match.end()))
        begin = match.end()
    found.append((begin, len(text)))
    return tuple(span for start, end in found if (span := _trimmed(text, start, end)) is not None)


def words(text: str) -> tuple[Span, ...]:
    """The words and numbers in order; hyphens and apostrophes within a word belong to it."""
    return tuple(Span(*match.span()) for match in _WORD.finditer(text))


def around(text: str, place: int) -> Span:
    """The sentence that has this place in it; an empty one where there is none."""
    spans = sentences(text)
    at = bisect_right(spans, place, key=lambda span: span.start) - 1
    return spans[at] if at >= 0 and place < spans[at].end else Span(place, place)


def _is_short(before: str) -> bool:
    last = _LAST.search(before)
    if last is None:
        return False
    word = last[0].lower()
    return (len(word) == 1 and not word.isdecimal()) or any(word in short_words(one) for one in _LANGUAGES)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    whole = text[start:end]
    start += len(whole) - len(whole.lstrip())
    end -= len(whole) - len(whole.rstrip())
    return Span(start, end) if end > start else None
