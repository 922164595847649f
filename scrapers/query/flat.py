"""A document as one line of words for the automaton: UTF-8, lower case, a blank before and after every word.

Most texts are turned into it byte by byte, quicker than they could be cut into words. Those in which that could give
other words than `scrapers.watch.words.words` are known by their bytes: hidden characters, broken lines, hashtags,
scripts mixed within a word, rare letters. They are cut and put together again.
"""

import re

from scrapers.watch.words import Words, words

_BLANKED = bytes(byte if byte >= 0x80 or chr(byte).isalnum() else 0x20 for byte in range(256))
# Marks beyond ASCII that only part words: what stands from U+0080 to U+00BF without letters, figures and the soft
# hyphen; dashes, quotes and the like; signs of currencies; the number sign and the trade mark; bullets and boxes.
_MARKS_C2 = re.compile(
    b"\xc2[" + b"".join(
        re.escape(bytes([code])) for code in range(0x80, 0xC0) if code != 0xAD and not chr(code).isalnum()
    ) + b"]"
)
_MARKS_E2 = re.compile(
    rb"\xe2(?:\x80[\x90-\xa9\xaf-\xbf]|\x82[\xa0-\xbf]|\x84[\x96\xa2]|[\x94-\x9c][\x80-\xbf])"
)
_MARKS_C3 = re.compile(rb"\xc3[\x97\xb7]")  # × and ÷ stand among the letters
_GOES_ON = re.compile(rb"-[ \t]*\r?\n")
_GOES_ON_E2 = re.compile(rb"\xe2\x80[\x90\x91][ \t]*\r?\n")
# What a byte begins, once the bytes that continue a letter are gone: a Latin letter, a Cyrillic one, neither, or
# something that is not looked into here.
_INNER = bytes(range(0x80, 0xC0))
_LATIN, _CYRILLIC, _STRANGE = b"a", b"c", ord("!")
_BEGUN = bytes(
    _LATIN[0]
    if chr(byte) in "abcdefghijklmnopqrstuvwxyz" or 0xC3 <= byte <= 0xC9
    else _CYRILLIC[0]
    if byte in (0xD0, 0xD1)
    else _STRANGE
    if byte >= 0x80
    else 0x20
    for byte in range(256)
)
_NEWLINE, _HASH = ord("\n"), ord("#")


def flat(title: str, text: str) -> bytes:
    """The line of a document's title and text."""
    line = _quick(f" {title} {text} ")
    return flat_words(words(title), words(text)) if line is None else line


def flat_words(title: Words, text: Words) -> bytes:
    """The same line of fields that are cut into words already."""
    return f" {' '.join(title.lower)} {' '.join(text.lower)} ".encode("utf-8", "surrogatepass")


def _quick(source: str) -> bytes | None:
    """The line, or None where the source must be cut into words."""
    line = source.lower().encode("utf-8", "surrogatepass")
    if _HASH in line or (_NEWLINE in line and _GOES_ON.search(line)):
        return None
    if 0xE2 in line:
        if _NEWLINE in line and _GOES_ON_E2.search(line):
            return None
        line = _MARKS_E2.sub(b" ", line)
    if 0xC2 in line:
        line = _MARKS_C2.sub(b" ", line)
    if 0xC3 in line:
        line = _MARKS_C3.sub(b" ", line)
    begun = line.translate(_BEGUN, _INNER)
    if _STRANGE in begun:
        return None
    if _CYRILLIC in begun:
        if b"ca" in begun or b"ac" in begun:
            return None
        line = line.replace(b"\xd1\x91", b"\xd0\xb5")  # ё as е
    return line.translate(_BLANKED)
