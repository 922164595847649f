"""Cutting a text into lower-case words byte by byte, quicker than an expression could.

True to `words.words`: texts of which that cannot be said at a glance (hidden characters, broken lines, hashtags in
camel case, scripts mixed within a word, rare letters) are told by their bytes and take the longer way.
"""

import re

_WORD = re.compile(r"[^\W_]+")
_BLANKED = bytes(byte if byte >= 0x80 or chr(byte).isalnum() else 0x20 for byte in range(256))
# Signs beyond ASCII that only part words: of U+0080 to U+00BF what is neither a letter nor a figure nor the soft
# hyphen; times and divided among the letters; dashes, quotes and spaces; signs of currencies; number sign and trade
# mark; arrows, boxes and bullets; pictures and flags, and what has a picture shown in colours.
_C2 = bytes(code for code in range(0x80, 0xC0) if code != 0xAD and not chr(code).isalnum())
_SIGNS_C2 = re.compile(b"\xc2[" + re.escape(_C2) + b"]")
_SIGNS_C3 = re.compile(rb"\xc3[\x97\xb7]")
_SIGNS_E2 = re.compile(
    rb"\xe2(?:\x80[\x90-\xa9\xaf-\xbf]|\x82[\xa0-\xbf]|\x84[\x96\xa2]|\x86[\x90-\xbf]|[\x87-\x8f\x94-\x9c][\x80-\xbf])"
)
_SIGNS_EF = re.compile(rb"\xef\xb8\x8f")
_SIGNS_F0 = re.compile(rb"\xf0\x9f(?:[\x8c-\xab][\x80-\xbf]|\x87[\xa6-\xbf])")
_BROKEN = re.compile(rb"-[ \t]*\r?\n")
_BROKEN_E2 = re.compile(rb"\xe2\x80[\x90\x91][ \t]*\r?\n")
_TAG = re.compile(r"#[^\W_]*[^\W\d_A-Z][A-ZĀČĒĢĪĶĻŅŠŪŽА-ЯЁ]")
# What a byte begins, once those that only continue a letter are gone: a Latin letter, a Cyrillic one, nothing of a
# word, or something that is not looked into here.
_CONTINUES = bytes(range(0x80, 0xC0))
_LATIN, _CYRILLIC, _STRANGE = ord("a"), ord("c"), ord("!")
_BEGINS = bytes(
    _LATIN
    if chr(byte) in "abcdefghijklmnopqrstuvwxyz" or 0xC3 <= byte <= 0xC9
    else _CYRILLIC
    if byte in (0xD0, 0xD1)
    else _STRANGE
    if byte >= 0x80
    else 0x20
    for byte in range(256)
)
_NEWLINE, _DASH = ord("\n"), ord("-")


def cut(source: str) -> list[str] | None:
    """The lower-case words of `source` as `words.words` gives them; None where only the longer way tells."""
    small = source.lower()
    line = small.encode("utf-8", "surrogatepass")
    if _NEWLINE in line and _DASH in line and _BROKEN.search(line):
        return None
    if "#" in source and _TAG.search(source):
        return None
    if len(line) == len(small):
        return line.translate(_BLANKED).decode("ascii").split()
    if 0xE2 in line:
        if _NEWLINE in line and _BROKEN_E2.search(line):
            return None
        line = _SIGNS_E2.sub(b" ", line)
    line = _without_signs(line)
    begins = line.translate(_BEGINS, _CONTINUES)
    if _STRANGE in begins:
        return None
    if _CYRILLIC in begins:
        if b"ca" in begins or b"ac" in begins:
            return None
        line = line.replace(b"\xd1\x91", b"\xd0\xb5")  # ё as е
    return line.translate(_BLANKED).decode("utf-8").split()


def cut_small(small: str) -> list[str]:
    """The words of a text that is in lower case already, whatever letters it has."""
    line = small.encode("utf-8", "surrogatepass")
    if 0xE2 in line:
        line = _SIGNS_E2.sub(b" ", line)
    found = _without_signs(line).translate(_BLANKED).decode("utf-8", "surrogatepass").split()
    return found if "".join(found).isalnum() else _WORD.findall(small)


def _without_signs(line: bytes) -> bytes:
    if 0xC2 in line:
        line = _SIGNS_C2.sub(b" ", line)
    if 0xC3 in line:
        line = _SIGNS_C3.sub(b" ", line)
    if 0xEF in line:
        line = _SIGNS_EF.sub(b" ", line)
    return _SIGNS_F0.sub(b" ", line) if 0xF0 in line else line
