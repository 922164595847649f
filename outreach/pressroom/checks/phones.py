"""Telephone numbers as people write them: Latvian ones first, others by their country code.

A number is known by its country code and digits alone: "+371 64 600 000", "00371-64600000" and "64600000" are one.
"""

import re
from collections.abc import Iterator

from outreach.pressroom.checks.sentences import Span

_LATVIAN = "371"
_OWN = 8  # digits of a Latvian number
_OWN_FIRST = "26789"
_RUN = re.compile(r"(?<![\w./@:€$-])(?:\+|00)?\(?[0-9](?:[ \u00a0\u202f()\-‑–]{0,3}[0-9]){0,40}(?![\w@])(?![.,][0-9])")
_MOST_GROUPS = 12  # that one number is written in
_DIGITS = re.compile(r"\+?[0-9]+")


def phone_of(written: str) -> str | None:
    """One spelling of a number, "+37164600000"; None for what cannot be one."""
    told = written.strip()
    digits = "".join(letter for letter in told if letter.isdecimal() and letter.isascii())
    if told.startswith("+") or told.startswith("(+"):
        return _abroad(digits)
    if digits.startswith("00"):
        return _abroad(digits[2:])
    if len(digits) == _OWN and digits[0] in _OWN_FIRST:
        return f"+{_LATVIAN}{digits}"
    if len(digits) == _OWN + 3 and digits.startswith(_LATVIAN):
        return _abroad(digits)
    return None


def phones(text: str) -> Iterator[tuple[Span, str]]:
    """What could be a telephone number: where it stands, and its one spelling. Whether it is one the reader decides:
    eight digits may be a sum as well.
    """
    for run in _RUN.finditer(text):
        begin, end = run.span()
        whole = phone_of(run[0])
        if whole is not None:
            yield Span(begin, end), whole
        else:
            yield from _parted(text, begin, end)


def _parted(text: str, begin: int, end: int) -> Iterator[tuple[Span, str]]:
    """Two numbers with nothing but a space between them."""
    groups = [match.span() for match in _DIGITS.finditer(text, begin, end)]
    first = 0
    while first < len(groups):
        for last in range(first, min(first + _MOST_GROUPS, len(groups))):
            start, stop = groups[first][0], groups[last][1]
            number = phone_of(text[start:stop])
            # Of another country's number nobody knows where it ends.
            if number is not None and number.startswith(f"+{_LATVIAN}"):
                yield Span(start, stop), number
                first = last
                break
        first += 1


def _abroad(digits: str) -> str | None:
    if digits.startswith(_LATVIAN):
        return f"+{digits}" if len(digits) == _OWN + 3 and digits[3] in _OWN_FIRST else None
    return f"+{digits}" if 8 <= len(digits) <= 15 and not digits.startswith("0") else None
