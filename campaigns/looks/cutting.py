"""What could go of a text that is too long: suggestions, never more. Pure functions."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from campaigns.looks.grammar import MEANT

_GAP = re.compile(r"\n+|(?:(?<=[.!?…])|(?<=[.!?…][\"”»)]))[ \t]+")
# What ends with a point and ends no sentence.
_SHORT = re.compile(r"(?:^|[\s(.])(?:[^\W\d]|\d+|plkst|nr|piem|sk|st|tel)\.$", re.IGNORECASE)
_TRIED = 4


@dataclass(frozen=True)
class Cut:
    """A piece that could go: hashtags (`tags`), the end (`end`) or one sentence (`sentence`); `text` is what stands
    there.
    """

    what: Literal["tags", "end", "sentence"]
    text: str


def cuts(text: str, excess: Callable[[str], int]) -> tuple[Cut, ...]:
    """Ways to make a text fit, at most one of each sort; `excess` says by how much a text is too long, its link in
    place. The first sentence stays, and so does the one with the link in it. Nothing for a text of which more than half
    would have to go: that wants to be written anew.
    """
    over = excess(text)
    if over <= 0 or over > len(text) // 2:
        return ()
    found = (_tags(text, excess), _end(text, excess), _sentence(text, excess, over))
    kept: list[Cut] = []
    for one in found:
        if one is not None and one.text not in [other.text for other in kept]:
            kept.append(one)
    return tuple(kept)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where sentences begin and end, the space behind each with it; a line of its own is one."""
    made, start = list[tuple[int, int]](), 0
    for gap in _GAP.finditer(text):
        follows = text[gap.end() : gap.end() + 1]
        is_new = follows.isupper() or not follows.isalnum()
        if gap.end() > start and ("\n" in gap.group() or (is_new and not _is_short(text, gap.start()))):
            made.append((start, gap.end()))
            start = gap.end()
    if start < len(text):
        made.append((start, len(text)))
    return made


def _tags(text: str, excess: Callable[[str], int]) -> Cut | None:
    """The fewest hashtags of the last ones."""
    spans = [found.span() for found in MEANT.tag.finditer(text)] if MEANT.tag else []
    for number in _fewest(len(spans), lambda count: excess(_without(text, spans[-count:])) <= 0):
        return Cut("tags", " ".join(text[start:end] for start, end in spans[-number:]))
    return None


def _end(text: str, excess: Callable[[str], int]) -> Cut | None:
    """The fewest sentences of the last ones."""
    free = [span for span in sentences(text)[1:] if "{link}" not in text[slice(*span)] and not _is_of_tags(text, span)]
    for number in _fewest(len(free), lambda count: excess(_without(text, free[-count:])) <= 0):
        return Cut("end", " ".join(text[start:end].strip() for start, end in free[-number:]))
    return None


def _sentence(text: str, excess: Callable[[str], int], over: int) -> Cut | None:
    """The shortest one that is enough by itself."""
    spans = [span for span in sentences(text)[1:] if "{link}" not in text[slice(*span)] and not _is_of_tags(text, span)]
    # A sentence frees about as much as it has characters: the likeliest are looked at closely.
    likely = sorted((span for span in spans if span[1] - span[0] >= over // 2), key=lambda span: span[1] - span[0])
    near = [span for span in likely if span[1] - span[0] >= over] or likely
    for start, end in near[:_TRIED]:
        if excess(_without(text, [(start, end)])) <= 0:
            return Cut("sentence", text[start:end].strip())
    return None


def _fewest(most: int, is_enough: Callable[[int], bool]) -> Iterator[int]:
    """The least number from 1 to `most` that is enough; none if not even the most is."""
    if most < 1 or not is_enough(most):
        return
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    yield high


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    made, rest = "", 0
    for start, end in spans:
        made += text[rest:start]
        rest = end
    return re.sub(r"[ \t]{2,}", " ", made + text[rest:]).strip()


def _is_short(text: str, at: int) -> bool:
    """Whether the point before `at` ends an abbreviation or a number, not a sentence."""
    return _SHORT.search(text[max(0, at - 8) : at]) is not None and text[at - 1] == "."


def _is_of_tags(text: str, span: tuple[int, int]) -> bool:
    told = text[slice(*span)].split()
    return bool(told) and all(word.startswith("#") for word in told)
