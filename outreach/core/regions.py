"""The regions of the country, each with a coordinator of its own, as the office's `regions.csv` names them."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from outreach.core.office import Office

Names = Mapping[str, str]


def regions(office: Office) -> tuple[Names, ...]:
    """The name of each region by language, in the alphabet of the first; the office's own where it has no table."""
    told = _read(office.folder / "regions.csv")
    own = office.region["lv"]
    if all(one["lv"] != own for one in told):
        told = (*told, dict(office.region))
    return tuple(sorted(told, key=lambda one: one["lv"]))


def same(one: str, other: str) -> bool:
    """Whether two names are one region's."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


@lru_cache(maxsize=8)
def _read(file: Path) -> tuple[Names, ...]:
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["level"] == "0" and not row["parent_municipality"]]
    return tuple(
        {"lv": row["name_lv"], "en": _first(row, "forms_en"), "ru": _first(row, "forms_ru")} for row in rows
    )


def _first(row: Mapping[str, str], column: str) -> str:
    return row[column].split("|")[0] or row["name_lv"]
