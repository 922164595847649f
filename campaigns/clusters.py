"""Characters as people see them: pure functions."""

import re
import unicodedata
from collections.abc import Iterator

_JOINER = "\u200d"
# Latin and Cyrillic letters and the signs between words: each is one character, so most texts need not be gone through.
_PLAIN = re.compile(r"[\x00-\x0c\x0e-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u20ac]*")


def clusters(text: str) -> Iterator[str]:
    """The characters one by one: accents, joined emoji, skin tones and flags belong to the one before."""
    if _PLAIN.fullmatch(text):
        yield from text
        return
    start, flag = 0, False
    for at in range(1, len(text)):
        before, char = text[at - 1], text[at]
        flag = not flag if _is_flag_half(before) else False
        if before == _JOINER or char == _JOINER or _clings(char) or (before == "\r" and char == "\n"):
            continue
        if flag and _is_flag_half(char):
            continue
        yield text[start:at]
        start = at
    if text:
        yield text[start:]


def seen(text: str) -> int:
    """How many characters people see."""
    return len(text) if _PLAIN.fullmatch(text) else sum(1 for _ in clusters(text))


def _clings(char: str) -> bool:
    if unicodedata.category(char) in ("Mn", "Me", "Mc"):
        return True
    return 0x1F3FB <= ord(char) <= 0x1F3FF or 0xE0020 <= ord(char) <= 0xE007F


def _is_flag_half(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF
