"""Where sentences begin and end, for excerpts and for reading what stands together."""

import re
from bisect import bisect_right

# A mark that may end a sentence, with the closing quotes after it, or a line that stands by itself.
# That it begins with one of few characters is said first: so it is sought much quicker.
_LINE = r"(?=[ \t]*[^\sa-zāčēģīķļņšūžа-яё])"
_END = re.compile(
    rf"[.!?…\n\r](?:(?<=[.!?…])[.!?…]*[\"'”“»’)\]]*(?=\s|$)|(?<=\n)[ \t]*\n|(?<=\n){_LINE}|(?<=\r)\n{_LINE})"
)
_BEFORE = re.compile(r"(\w+(?:\.\s?\w+)*)$")
_ABBREVIATIONS = frozenset(
    ["plkst", "plk", "st", "t.sk", "t.s", "t.i", "u.c", "u.tml", "u.t.t", "u.t.jpr", "utt", "utml", "piem", "dr", "prof", "doc", "mag", "nr", "tel", "tālr", "faks", "lpp", "sk", "red", "iel", "bulv", "pag", "nov", "pils", "raj", "dz", "gs", "g", "gg", "apm", "milj", "mljrd", "tūkst", "min", "sek", "p.m.ē", "m.ē", "v.i", "b.i", "a.god", "god", "kand", "inž", "arh", "т.е", "т.к", "т.д", "т.п", "т.ч", "и.о", "г", "гг", "ул", "тел", "руб", "млн", "млрд", "тыс", "стр", "см", "др", "проф", "mr", "mrs", "ms", "jr", "sr", "vs", "e.g", "i.e", "etc", "no", "inc", "ltd", "bzw", "z.b", "d.h", "u.a", "usw", "str", "hl", "feat", "resp", "sv", "kr", "lat", "eur"]
)
_CLOSING_ABBREVIATIONS = frozenset(["utt", "u.c", "u.tml", "u.t.t", "u.t.jpr", "т.д", "т.п", "др", "etc", "usw", "u.a", "gs", "г", "gg", "gs"])
_LONGEST = max(len(part) for one in _ABBREVIATIONS for part in one.split("."))
_REACH = 24  # characters before a full stop that may make it that of an abbreviation
_NEXT = re.compile(r"\s*[\"'“„«‘(\[–—-]*\s*(\w)")


def sentence_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentence that holds the characters `start`..`end` of `text`, without white space around it.

    A match over two sentences gives both. Abbreviations (plkst., t.sk., Dr.), initials and dates (2026. gada
    23. novembris) do not end a sentence.
    """
    edges = boundaries(text)
    left = edges[bisect_right(edges, start) - 1] if edges and edges[0] <= start else 0
    right = next((edge for edge in edges if edge >= max(end, start + 1)), len(text))
    while left < right and text[left].isspace():
        left += 1
    while right > left and text[right - 1].isspace():
        right -= 1
    return (left, right) if left <= start and end <= right else (min(left, start), max(right, end))


def boundaries(text: str) -> list[int]:
    """Offsets at which a new sentence begins (the first, 0, is not listed), ascending."""
    found: list[int] = []
    for match in _END.finditer(text):
        start, end = match.span()
        if end >= len(text):
            break
        if (
            end == start + 1
            and text[end : end + 3].lstrip()[:1].isupper()
            and text[start - _LONGEST - 1 : start].isalpha()
        ):
            # By far the most: a long word, a full stop, a space or a new paragraph, a capital.
            found.append(end)
            continue
        sign = text[start]
        if sign == "." and not _ends(text, start, end):
            continue
        if sign in "!?…" and not _opens(text, end):
            continue
        found.append(end)
    return found


def _opens(text: str, at: int) -> bool:
    """Whether what follows begins as a sentence does; a quote's question mark may stand inside one."""
    following = _NEXT.match(text, at)
    return following is None or not following.group(1).islower()


def _ends(text: str, dot: int, after: int) -> bool:
    """Whether the full stop at `dot` ends a sentence that goes on at `after`."""
    if not _opens(text, after):
        return False
    at = dot
    while at > 0 and text[at - 1].isalpha():
        at -= 1
    if dot - at > _LONGEST and text[at - 1 : at] != ".":
        return True
    low = max(0, dot - _REACH)
    while at > low and (text[at - 1].isalnum() or text[at - 1] == "_"):
        at -= 1
    if "." in text[low:at] or text[dot - 1 : dot] == "\n":
        before = _BEFORE.search(text, low, dot)
        word = before.group(1) if before is not None else ""
        last = re.split(r"[.\s]", word)[-1]
    else:
        word = last = text[max(at, low) : dot]
    if not word:
        return True
    small = word.replace(" ", "").lower()
    if small in _ABBREVIATIONS or last.lower() in _ABBREVIATIONS:
        return last.lower() in _CLOSING_ABBREVIATIONS or small in _CLOSING_ABBREVIATIONS
    if len(last) == 1 and last.isalpha() and last.isupper():
        return False
    # "23. Novembris" and "18. Saeima" are ordinals; a year or a large number may well end a sentence.
    return not (last.isdigit() and len(last) <= 2)
