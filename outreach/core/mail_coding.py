"""Bodies as bytes that every relay passes on unchanged: quoted-printable or base64, lines up to 76, CRLF.

No line begins with a dot: to the wire a dot at a line's beginning means something, so that such a body need not be
looked through again for each reader.
"""

import base64
import re
from collections.abc import Sequence
from functools import lru_cache

_WIDTH = 76
_UNSAFE = re.compile(rb"[^\t\x20-\x3c\x3e-\x7e]")
_TOKEN_WIDTH = 70


def quoted(data: bytes) -> bytes:
    """Lines that end with LF as quoted-printable with CRLF; a last line without LF stays open."""
    *whole, last = data.split(b"\n")
    said = [part for line in whole for part in (*_wrapped(line, _WIDTH), b"\r\n")]
    # Whatever follows an open line joins it by a soft break, which wants room for its mark.
    return b"".join((*said, *_wrapped(last, _WIDTH - 1)))


def based(data: bytes) -> bytes:
    """Base64 with CRLF."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def pieces(text: str, slots: Sequence[str]) -> list[bytes | str]:
    """Quoted-printable with holes: bytes, and between them the names of slots.

    A slot's token is a line of its own between soft breaks, so that it neither is cut nor has a neighbour's letters
    on its line; `token` gives that line.
    """
    wanted = sorted(slots, key=len, reverse=True)
    parts = re.split("(" + "|".join(map(re.escape, wanted)) + ")", text) if wanted else [text]
    found: list[bytes | str] = []
    for nth, part in enumerate(parts):
        if nth % 2:
            found.append(part)
            continue
        coded = quoted(part.encode("utf-8", "replace"))
        # A part that ends within a line is followed by a slot: the last one ends with a line break.
        open_line = coded and not coded.endswith(b"\n")
        found.append(coded + b"=\r\n" if open_line and nth < len(parts) - 1 else coded)
    return found


def token(value: bytes) -> bytes:
    """A slot's line: the token as it is, broken softly where it is longer than a line."""
    if len(value) <= _TOKEN_WIDTH:
        return value + b"=\r\n"
    return b"".join(value[at : at + _TOKEN_WIDTH] + b"=\r\n" for at in range(0, len(value), _TOKEN_WIDTH))


@lru_cache(maxsize=1024)
def words(value: str) -> bytes:
    """A slot's lines: words of one line of text, coded, with a soft break behind them; nothing for no words."""
    return quoted(value.encode("utf-8", "replace")) + b"=\r\n" if value else b""


def _wrapped(line: bytes, width: int) -> list[bytes]:
    """One line of text as lines of quoted-printable with soft breaks; the last is at most `width` long."""
    coded = _UNSAFE.sub(lambda found: b"=%02X" % found[0][0], line)
    if coded[-1:] in (b" ", b"\t"):
        coded = coded[:-1] + b"=%02X" % coded[-1]
    said: list[bytes] = []
    at = 0
    while True:
        lead = b""
        if coded[at : at + 1] == b".":
            lead, at = b"=2E", at + 1
        if len(lead) + len(coded) - at <= width:
            said.append(lead + coded[at:])
            return said
        cut = at + _WIDTH - 1 - len(lead)
        # Not within a coded octet.
        mark = coded.rfind(b"=", cut - 2, cut)
        cut = mark if mark >= 0 else cut
        said += (lead + coded[at:cut], b"=\r\n")
        at = cut
