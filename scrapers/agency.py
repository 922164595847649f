"""Finds the news agency whose story an article credits: its name in one of the forms that outlets write."""

import csv
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

_QUOTES = str.maketrans(dict.fromkeys("„“”«»‟″‘’‚", '"'))


@dataclass(frozen=True)
class Agency:
    """An agency and the forms of its credit, as they stand in a text (quotation marks are all read as
    `\"`).
    """

    name: str
    forms: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The part of each form that keeps its capitals, its last word, up to a quotation mark: the shortest say it
        all.
        """
        last = (form.translate(_QUOTES).rpartition(" ")[2] for form in self.forms)
        names = sorted({name.strip('"').partition('"')[0] for name in last}, key=len)
        return tuple(name for at, name in enumerate(names) if not any(other in name for other in names[:at]))


def read_agencies(file: Path) -> tuple[Agency, ...]:
    """The agencies of a table with the columns `name` and `forms` (split on `|`), the most specific first."""
    with file.open(encoding="utf-8", newline="") as rows:
        return tuple(
            Agency(row["name"], tuple(form for form in row["forms"].split("|") if form)) for row in csv.DictReader(rows)
        )


@cache
def agencies() -> tuple[Agency, ...]:
    """The agencies that ship with the product."""
    return read_agencies(Path(__file__).resolve().parent / "data" / "agencies.csv")


def credited(text: str, known: tuple[Agency, ...]) -> str | None:
    """The agency that `text` credits first, whole words, names as they are written, or None."""
    # A plain look for the name itself costs far less than the pattern, and nearly always settles it.
    near = []
    for agency in known:
        for name in agency.names:
            if name in text:
                near.append(agency)
                break
    if not near:
        return None
    plain = text.translate(_QUOTES)
    found = ((match.start(), agency.name) for agency in near if (match := _pattern(agency).search(plain)))
    return min(found, default=(0, None))[1]


@cache
def _pattern(agency: Agency) -> re.Pattern[str]:
    # A name is known by its capitals; the words before it may begin a sentence.
    forms = (form.translate(_QUOTES) for form in sorted(agency.forms, key=len, reverse=True))
    parted = (form.rpartition(" ") for form in forms)
    choice = "|".join(f"(?i:{re.escape(before + space)}){re.escape(name)}" for before, space, name in parted)
    return re.compile(rf"(?<!\w)(?:{choice})(?!\w)")
