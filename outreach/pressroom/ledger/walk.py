"""The words of many texts as numbers, reckoned for all of them at once: so that asking which release an article may
print costs no more than finding its words does.

A word's meaning is its beginning in the letters that all alphabets share, or what `concepts` says that it is; a number
is itself. That is rougher than `words`, which decides in the end; here it only says whom to ask.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from outreach.pressroom.ledger.concepts import TABLE
from scrapers.story.words import folded

RUN = 5
LONGEST = 12_000  # characters; what prints a release tells it at the beginning
_BEGINNING = 4
_FEWEST_LETTERS = 3
_BASE = 0x9E37_79B9_7F4A_7C15
_MASK = (1 << 64) - 1
_MIX = np.uint64(0xC2B2_AE3D_27D4_EB4F)
_SHIFT = np.uint64(29)
_KEPT = np.uint64(11)  # so that a meaning is a whole number everywhere
_DIGITS = (60, 69)
_OTHER = 70

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Walked:
    """What texts hold, and of which of them each is: runs of five words as they follow each other, and meanings, each
    once a text.
    """

    runs: Hashes
    run_of: Places
    facts: Hashes
    fact_of: Places


@cache
def _letters() -> npt.NDArray[np.uint8]:
    """For each character the number of its letter: 0 for what parts words."""
    table = np.zeros(0x1_0000, dtype=np.uint8)
    for code in range(0x1_0000):
        char = chr(code)
        if char.isdigit():
            table[code] = _DIGITS[0] + (int(char) if char.isdecimal() else 0)
        elif char.isalpha():
            plain = folded(char)[-1:]
            table[code] = ord(plain) - ord("a") + 1 if "a" <= plain <= "z" else _OTHER
    return table


@cache
def _powers() -> tuple[Hashes, Hashes]:
    """The powers of an odd number, and of its inverse, modulo 2 to the 64th."""
    inverse = pow(_BASE, -1, 1 << 64)
    up, down = [1], [1]
    for _ in range(LONGEST + 1):
        up.append(up[-1] * _BASE & _MASK)
        down.append(down[-1] * inverse & _MASK)
    return np.array(up, dtype=np.uint64), np.array(down, dtype=np.uint64)


@cache
def _concepts() -> tuple[Hashes, Hashes, npt.NDArray[np.bool_]]:
    """Beginnings of the table's words in order, what each is instead (0 for what says nothing), and a look by their
    lowest bits at whether there may be one.
    """
    told: dict[int, int] = {}
    with TABLE.open(encoding="utf-8", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows)):
            meaning = 0 if row["concept"] == "-" else number + 1
            for language in ("lv", "ru", "en"):
                for one in _hashed([row[language]])[1].tolist():
                    told.setdefault(one, meaning)
    keys = np.array(sorted(told), dtype=np.uint64)
    there = np.zeros(1 << 16, dtype=bool)
    there[keys & np.uint64(0xFFFF)] = True
    return keys, np.array([told[one] for one in sorted(told)], dtype=np.uint64), there


def _hashed(texts: Sequence[str]) -> tuple[Hashes, Hashes, Places]:
    """The spelling of each word, its beginning (0 for one too short to say anything), and its text's number."""
    cut = [text[:LONGEST] for text in texts]
    sizes = np.array([len(text) + 1 for text in cut], dtype=np.int64)
    begins = np.cumsum(sizes) - sizes
    codes = np.frombuffer(("\n".join(cut) + "\n").encode("utf-32-le", "replace"), dtype=np.uint32)
    letters = _letters()[np.minimum(codes, 0xFFFF)]
    inside = np.zeros(len(letters) + 1, dtype=bool)
    np.greater(letters, 0, out=inside[1:])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    # Each text ends with what parts words, so beginnings and ends take turns.
    starts, ends = edges[::2], edges[1::2]
    of = np.searchsorted(begins, starts, side="right") - 1
    up, down = _powers()
    sums = np.zeros(len(letters) + 1, dtype=np.uint64)
    for begin, size in zip(begins.tolist(), sizes.tolist(), strict=True):
        np.multiply(letters[begin : begin + size], up[:size], out=sums[begin + 1 : begin + size + 1])
    np.cumsum(sums, out=sums)
    begun, back = sums[starts], down[starts - begins[of]]
    whole = (sums[ends] - begun) * back
    first = letters[starts]
    numbers = (first >= _DIGITS[0]) & (first <= _DIGITS[1])
    beginnings = (sums[np.minimum(ends, starts + _BEGINNING)] - begun) * back
    told: Any = np.where(numbers, whole, beginnings)
    told = (told ^ told >> _SHIFT) * _MIX >> _KEPT
    told[(ends - starts < _FEWEST_LETTERS) & ~numbers] = 0
    return whole, told, of


def walked(texts: Sequence[str]) -> Walked:
    """Walks through texts."""
    plain, told, of = _hashed(texts)
    keys, instead, there = _concepts()
    maybe = np.flatnonzero(there[told & np.uint64(0xFFFF)])
    at = np.searchsorted(keys, told[maybe])
    at[at == len(keys)] = 0
    known = keys[at] == told[maybe]
    told[maybe[known]] = instead[at[known]]
    order = np.lexsort((told, of))
    told, owner = told[order], of[order]
    once = told > 0
    once[1:] &= (told[1:] != told[:-1]) | (owner[1:] != owner[:-1])
    if len(plain) < RUN:
        return Walked(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64), told[once], owner[once])
    last = len(plain) - RUN + 1
    runs = plain[:last].copy()
    for step in range(1, RUN):
        runs *= _MIX
        runs ^= plain[step : last + step]
    runs ^= runs >> _SHIFT
    runs *= _MIX
    inside = of[:last] == of[RUN - 1 :]
    return Walked(runs[inside], of[:last][inside], told[once], owner[once])
