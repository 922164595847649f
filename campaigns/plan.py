"""What goes out and whether it fits: pure functions."""

import re
import unicodedata

_LINK = "{link}"
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_AFTER_ADDRESS = (
    ".,;:!?)]}'\u00bb\u201d\u2019"  # what ends a sentence does not belong to the address before it
)
_JOINER = "\u200d"
# Latin and Cyrillic letters and the signs between words: each is one character, so most texts need not be gone through.
_PLAIN = re.compile(r"[\x00-\x0c\x0e-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u20ac]*")


def render(text: str, link: str) -> str:
    """The text with its tracked link: where `{link}` stands, else after the text in a line of its own."""
    text = text.strip()
    if _LINK in text:
        return text.replace(_LINK, link)
    return f"{text}\n\n{link}" if text else link


def overlong(text: str, limit: int, per_url: int | None) -> int:
    """By how many characters a rendered text is too long; 0 if it fits.

    Characters are counted as people see them, and each address as `per_url`, however long (None: as it is).
    """
    return max(0, length(text, per_url) - limit)


def length(text: str, per_url: int | None = None) -> int:
    """How long a text is for a channel that counts every address as `per_url` characters."""
    if per_url is None:
        return _seen(text)
    counted, rest = 0, 0
    for found in _ADDRESS.finditer(text):
        address = found.group().rstrip(_AFTER_ADDRESS)
        counted += _seen(text[rest : found.start()]) + per_url
        rest = found.start() + len(address)
    return counted + _seen(text[rest:])


def _seen(text: str) -> int:
    """Characters as people see them: accents, joined emoji, skin tones and flags belong to the one before."""
    if _PLAIN.fullmatch(text):
        return len(text)
    count, before, flag = 0, "", False
    for char in text:
        if before == _JOINER or char == _JOINER or _clings(char) or (before == "\r" and char == "\n"):
            count += not before  # a text may begin with a mark that has nothing to cling to
            flag = False
        elif _is_flag_half(char) and flag:
            flag = False
        else:
            count += 1
            flag = _is_flag_half(char)
        before = char
    return count


def _clings(char: str) -> bool:
    if unicodedata.category(char) in ("Mn", "Me", "Mc"):
        return True
    return 0x1F3FB <= ord(char) <= 0x1F3FF or 0xE0020 <= ord(char) <= 0xE007F


def _is_flag_half(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF
