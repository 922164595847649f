"""Numbers as outlets write them: "812 000", "812 tūkstoši", "2,3 miljoni", "ducis", "21.47". Pure."""

import csv
import re
from functools import cache
from pathlib import Path

_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_SCORE = re.compile(r"\d+:\d")
_THIS_AGE = range(1990, 2041)


@cache
def _table(kind: str) -> dict[str, int]:
    file = Path(__file__).resolve().parent.parent / "data" / "numerals.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        return {
            form: int(row["value"]) for row in csv.DictReader(rows) if row["kind"] == kind
            for form in row["forms"].split("|")
        }  # fmt: skip


def spelled(word: str) -> int | None:
    """The number that a word in small letters is ("četrpadsmit", "дюжина"), or None."""
    return _table("number").get(word)


def times(word: str) -> int | None:
    """By how much a word in small letters multiplies the number before it ("tūkstoši", "млн"), or None."""
    return _table("times").get(word)


def month(word: str) -> int | None:
    """Which month (1 to 12) a word in small letters is in one of its forms, or None."""
    return _table("month").get(word)


def value(written: str) -> float | None:
    """The number of digits with points, commas or colons among them; None where they are no single number, as the
    score of a match is none.
    """
    if written.isdecimal():
        # More digits are a telephone or an account.
        return float(written) if len(written) <= 15 else None
    if _GROUPED.fullmatch(written):
        return float(written.replace(",", "").replace(".", ""))
    if _SCORE.fullmatch(written):
        return None
    try:
        # An hour is 21.47 to one outlet and 21:47 to another.
        return float(written.replace(",", ".").replace(":", "."))
    except ValueError:
        return None


def rarity(number: float) -> int:
    """How much it says that two texts have this number: 0 for one that any text may have, to 3 for an exact one."""
    if number != int(number):
        return 3
    whole = abs(int(number))
    if whole <= 12:
        return 0
    if whole <= 31 or whole in _THIS_AGE:
        return 1
    return 2 if len(str(whole).rstrip("0")) <= 2 else 3
