"""Words of the office's subject that mean one thing in Latvian, Russian and English, so that a translation is known."""

import csv
from functools import cache
from pathlib import Path

from scrapers.story.words import stem

TABLE = Path(__file__).resolve().parent / "data" / "concepts.csv"
# What begins every sentence and says nothing of what it is about.
_NOTHING = ""


@cache
def _table() -> dict[str, str]:
    told: dict[str, str] = {}
    with TABLE.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            name = f"*{row['concept']}" if row["concept"] != "-" else _NOTHING
            for language in ("lv", "ru", "en"):
                for word in row[language].split():
                    told.setdefault(stem(word), name)
    return told


def concept(root: str) -> str | None:
    """What a stem means in the table's words, "" for one that says nothing, None for one that is not there."""
    return _table().get(root)
