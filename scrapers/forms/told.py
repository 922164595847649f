"""What endings do not tell, by language and list: `scrapers/data/forms_words.csv`, read when first asked for.

A list holds words that go their own way (a fleeting vowel, a plural of its own), never the forms of a vocabulary.
"""

import csv
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[1] / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the wing's tables of words."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def _lists() -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows("forms_words.csv"):
        found.setdefault((row["lang"], row["list"]), {})[row["word"]] = row["told"]
    return found


def told(lang: str, name: str) -> dict[str, str]:
    """word -> what the list tells of it ("" where being on the list is all)."""
    return _lists().get((lang, name), {})
