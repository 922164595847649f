"""The checks' tables of words, `checks/data/*.csv`, read when first asked for."""

import csv
import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "data"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a table."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def cues(kind: str) -> re.Pattern[str]:
    """Finds any word of a kind in `cues.csv`, whole ones; `*` stands for any ending. All languages together: their
    words do not meet.
    """
    words = [word for row in rows("cues.csv") if row["kind"] == kind for word in row["words"].split("|")]
    forms = [re.escape(word).replace(r"\*", r"\w*") for word in sorted(words, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)


@cache
def short_words(language: str) -> frozenset[str]:
    """Words that are written short, without their dot."""
    return frozenset(row["word"] for row in rows("short.csv") if row["language"] == language)
