"""Bytes to text, for outlets that declare one encoding and send another."""

import codecs
import re
from collections.abc import Mapping

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python knows other "encodings" (hex, zip, idna) that are none.
_CHARSET = re.compile(
    r"utf[-_]?(8|16|16[-_]?[bl]e|32)|us-ascii|ascii|iso[-_]?8859[-_]?\d+|latin-?\d+|(windows-|cp)\d{3,4}|koi8-[rut]|mac\w*|"
    r"gb2312|gbk|gb18030|big5|euc[-_]?(jp|kr)|shift[-_]?jis|tis-620"
)
# What browsers do: these names are windows encodings in disguise.
_MEANT = {
    "iso-8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "iso-8859-13": "windows-1257",
    "utf8": "utf-8",
    "cp1257": "windows-1257",
}
# Letters of windows encodings that came as the controls of the same number.
WINDOWS_LETTERS = {
    code: bytes([code]).decode("windows-1252") for code in range(0x80, 0xA0) if code not in b"\x81\x8d\x8f\x90\x9d"
}
_LATVIAN = frozenset("āčēģīķļņōŗšūžĀČĒĢĪĶĻŅŠŪŽ")
_HIGH = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 200_000


def decode(body: bytes, headers: Mapping[str, str] | None = None, named: str = "") -> str:
    """The text of `body`; never fails.

    Order: byte order mark, `named` (a person's setting), UTF-8 where the bytes are valid UTF-8 (a wrong
    declaration is commoner than text that is UTF-8 by chance), the declared encodings, then the Russian, the
    Baltic or the Western code page by the look of the letters.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if named and (text := _try(body, named)) is not None:
        return text
    if b"\x00" not in body[:64] and (text := _try(body, "utf-8")) is not None:
        return text
    declared = _declared(body, headers or {})
    for encoding in declared:
        if (
            encoding != "utf-8"
            and (text := _try(body, encoding)) is not None
            and not _is_code_page_doubt(encoding, text)
        ):
            return text
    return _guess(body)


def _declared(body: bytes, headers: Mapping[str, str]) -> list[str]:
    names = []
    if match := _DECLARED.search(body[:1024]):
        names.append(match[1].decode("ascii"))
    if match := _META.search(body[:4096]):
        names.append(match[1].decode("ascii"))
    if told := _HEADER.search(headers.get("content-type", "")):
        names.append(told[1])
    return [_MEANT.get(name.lower(), name.lower()) for name in names]


def _try(body: bytes, encoding: str) -> str | None:
    try:
        if not _CHARSET.fullmatch(encoding.lower()):
            return None
        return body.decode(encoding)
    except (LookupError, UnicodeError, ValueError):
        return None


def _is_code_page_doubt(encoding: str, text: str) -> bool:
    # windows-1252 accepts nearly all bytes: believed only if the text has no Latvian or Russian reading.
    return encoding == "windows-1252" and any(ord(letter) > 127 for letter in text[:_SAMPLE])


def _guess(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    # A few broken bytes in a text that is plainly UTF-8 (a cut emoji) do not make it another encoding.
    broken = text.count("\ufffd")
    if broken and broken * 5 < sum(1 for letter in text if ord(letter) > 127):
        return text
    sample = body[:_SAMPLE]
    high = [len(run) for run in _HIGH.findall(sample)]
    # A Russian word is a run of high bytes, a Latvian one has them singly.
    if sum(high) >= 2.5 * len(high):
        return body.decode("windows-1251", "replace")
    latvian = sum(1 for letter in sample.decode("windows-1257", "replace") if letter in _LATVIAN)
    return body.decode("windows-1257" if latvian * 5 >= sum(high) else "windows-1252", "replace")
